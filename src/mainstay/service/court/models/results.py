"""What the court decided: verdict, sentences, orders; later made void or appealed, never deleted."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mainstay.service.court.models.hearings import Hearing
from mainstay.service.court.models.prosecutions import Prosecution
from mainstay.service.directory.models import pupils_in_view


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: Any) -> "ResultQuerySet":
        """As their prosecutions are."""
        if not user.may("see_prosecutions"):
            return self.none()
        if not user.sees_all_schools:
            return self.filter(prosecution__in=Prosecution.objects.visible_to(user).order_by().values("pk"))
        return self.filter(pupils_in_view(user, "prosecution__case__pupil"))

    def standing(self) -> "ResultQuerySet":
        return self.filter(void="")

    def convictions(self) -> "ResultQuerySet":
        return self.standing().filter(verdict__in=Result.CONVICTIONS)

    def unspent(self, today: date) -> "ResultQuerySet":
        return self.exclude(spent_on__lte=today)

    def routine(self, user: Any, today: date) -> "ResultQuerySet":
        """Without the spent ones, which legal alone goes on seeing."""
        return self if user.may("see_privileged") else self.unspent(today)


class Result(models.Model):
    """The result of one prosecution; one that is void stays, shown as void."""

    class Verdict(models.TextChoices):
        CONVICTED = "convicted", "Convicted as charged"
        LESSER = "lesser", "Convicted of the lesser offence, section 444(1)"
        ACQUITTED = "acquitted", "Acquitted"
        DISMISSED = "dismissed", "Dismissed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        DISCONTINUED = "discontinued", "Discontinued"

    class Void(models.TextChoices):
        DECLARATION = "declaration", "Statutory declaration: did not know of the proceedings"
        REOPENED = "reopened", "Reopened by the court"
        APPEAL = "appeal", "Allowed on appeal"

    CONVICTIONS = ("convicted", "lesser")

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="results")
    hearing = models.ForeignKey(Hearing, null=True, on_delete=models.PROTECT, related_name="results")
    on = models.DateField()
    verdict = models.CharField(max_length=12, choices=Verdict)
    offence = models.CharField(max_length=10, choices=Prosecution.Offence)  # of which it was decided
    costs_asked_pence = models.PositiveIntegerField(default=0)
    costs_granted_pence = models.PositiveIntegerField(default=0)
    surcharge_pence = models.PositiveIntegerField(default=0)
    supervision_directed = models.BooleanField(default=False)  # s.447(2)
    spent_on = models.DateField(null=True)  # the first day on which it is spent, where the law says
    actions = models.TextField(blank=True)  # required of the service and the school
    told_school_at = models.DateTimeField(null=True)
    told_officer_at = models.DateTimeField(null=True)
    letter = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    letter_service = models.ForeignKey(
        "documents.Service", null=True, on_delete=models.PROTECT, related_name="+"
    )
    void = models.CharField(max_length=12, choices=Void, blank=True)
    void_on = models.DateField(null=True)
    void_because = models.TextField(blank=True)
    aware_on = models.DateField(null=True)  # of a declaration: when the parent heard of the proceedings
    appealed_on = models.DateField(null=True)
    appeal_dismissed_on = models.DateField(null=True)
    appeal_note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prosecution"], condition=Q(void=""), name="one_standing_result"
            ),
            models.CheckConstraint(
                condition=Q(void="", void_on=None) | (~Q(void="") & Q(void_on__isnull=False)),
                name="result_void_with_day",
            ),
            models.CheckConstraint(
                condition=Q(costs_granted_pence__lte=F("costs_asked_pence")), name="costs_granted_were_asked"
            ),
        ]

    @property
    def convicted(self) -> bool:
        return self.verdict in self.CONVICTIONS


class Sentence(models.Model):
    """One part of a sentence, or one order made with it."""

    class Kind(models.TextChoices):
        ABSOLUTE = "absolute_discharge", "Absolute discharge"
        CONDITIONAL = "conditional_discharge", "Conditional discharge"
        DEFERRED = "deferred", "Deferred sentence"
        FINE = "fine", "Fine"
        COMMUNITY = "community_order", "Community order"
        SUSPENDED = "suspended", "Suspended sentence"
        CUSTODY = "custody", "Custody"
        PARENTING = "parenting_order", "Parenting order"

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="sentences")
    kind = models.CharField(max_length=22, choices=Kind)
    pence = models.PositiveIntegerField(null=True)
    months = models.PositiveSmallIntegerField(null=True)
    ends_on = models.DateField(null=True)  # its last day; of a deferred sentence the day it is passed
    spent_on = models.DateField(null=True)
    requirements = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["result", "kind"], name="one_sentence_of_a_kind"),
        ]


class CostsSchedule(models.Model):
    """What the council asks in costs: hours at a rate; a new one takes the place of the one before."""

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="costs_schedules")
    rate_pence = models.PositiveIntegerField()
    lines = models.JSONField(default=list)  # [{"what", "minutes"}]
    other_pence = models.PositiveIntegerField(default=0)
    other_what = models.CharField(max_length=200, blank=True)
    total_pence = models.PositiveIntegerField()
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
