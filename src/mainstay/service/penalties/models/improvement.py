"""Notices to improve: the last chance before a penalty notice, watched against the register."""

from typing import Any, Final

from django.conf import settings
from django.db import models

from mainstay.service.attendance.models import Finding
from mainstay.service.common.models import Decision
from mainstay.service.directory.models import Parent, Pupil, School, pupils_in_view, schools_in_view


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def visible_to(self, user: Any) -> "ImprovementQuerySet":
        """Of pupils and schools in view; a draft stays with the service."""
        if not user.may("see_notices"):
            return self.none()
        seen = self.filter(pupils_in_view(user), schools_in_view(user))
        return seen.exclude(state=Improvement.State.DRAFT) if user.is_school_user else seen

    def undecided(self) -> "ImprovementQuerySet":
        """Given, and nobody has decided what follows: their register is watched."""
        return self.filter(state__in=Improvement.UNDECIDED)


class Improvement(models.Model):
    """One notice to improve about one child: its period in school weeks, its target, and how it ended."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being written"
        RUNNING = "running", "Running"
        BREACHED = "breached", "Target exceeded: to decide"
        ENDED = "ended", "Period over: to decide"
        MET = "met", "Target met"
        FOLLOWED = "followed", "A penalty notice is asked for"
        CLOSED = "closed", "Closed"

    UNDECIDED: Final = (State.RUNNING, State.BREACHED, State.ENDED)

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="improvements")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    finding = models.ForeignKey(
        Finding, null=True, blank=True, on_delete=models.PROTECT, related_name="improvements"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    starts_on = models.DateField()
    school_weeks = models.PositiveSmallIntegerField()
    target = models.PositiveSmallIntegerField()  # unauthorised sessions that may be tolerated
    ends_on = models.DateField(null=True, blank=True)
    attendance = models.TextField()  # the record of attendance, "Possible sessions: 96" a line
    record_from = models.DateField()  # the days the record is about
    record_to = models.DateField()
    support_so_far = models.TextField()
    support_refused = models.TextField(blank=True)
    support_offered = models.TextField(blank=True)  # on offer from now on
    sufficient = models.TextField()  # what sufficient improvement looks like
    early_grounds = models.TextField()  # when a notice may come before the period ends
    sessions = models.JSONField(default=list)  # [{"date", "half", "code"}] it rests on
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)  # the law's latest Answer
    breached_on = models.DateField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)  # the breach, by the watch
    tolerated = models.PositiveSmallIntegerField(default=0)  # sessions up to which an officer let it go on
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["state", "ends_on"])]


class ImprovementLetter(models.Model):
    """The notice to improve as one parent got it."""

    improvement = models.ForeignKey(Improvement, on_delete=models.PROTECT, related_name="letters")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300)  # why this parent
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    service = models.ForeignKey(
        "documents.Service", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["improvement", "parent"], name="one_improvement_letter_each")
        ]
