"""Reports of illegal employment, visits and inspections, and children handed to a colleague."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.decisions.models import Decision
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.directory.models import Pupil, School, pupils_in_view
from mainstay.service.employment.models.applications import Permit
from mainstay.service.employment.models.base import Source
from mainstay.service.employment.models.bodies import Approval
from mainstay.service.employment.models.licences import Licence


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: Any) -> "ReportQuerySet":
        """The service's own; of children in view, and of those nobody has found in the directory yet."""
        if not user.may("see_employment"):
            return self.none()
        return self.filter(Q(pupil=None) | pupils_in_view(user))


class Report(models.Model):
    """What somebody says about a child at work without a permit, or at hours or in work that is not allowed."""

    PREFIX: ClassVar[str] = "IE"

    class State(models.TextChoices):
        RECEIVED = "received", "To triage"
        TRIAGED = "triaged", "To visit"
        VISITED = "visited", "Visited: outcome to decide"
        CLOSED = "closed", "Closed"

    class Risk(models.TextChoices):
        NONE = "none", "No sign of harm or exploitation"
        MASH = "mash", "Harm or exploitation is possible: safeguarding hub told"
        POLICE = "police", "Danger now: police told"

    class Outcome(models.TextChoices):
        NONE = "nothing", "Nothing was found"
        ADVICE = "advice", "Advice to the employer"
        PERMIT = "permit", "Made regular by a permit"
        WARNING = "warning", "Written warning"
        PROSECUTION = "prosecution", "Prosecution to be considered"

    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    state_since = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source)
    received_on = models.DateField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    referrer = models.CharField(max_length=160, blank=True)  # "" who does not want to be named
    referrer_contact = models.CharField(max_length=200, blank=True)
    pupil = models.ForeignKey(Pupil, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    child = models.CharField(max_length=300, blank=True)  # as it was told: name, age, what they look like
    employer = models.CharField(max_length=160)
    premises = models.CharField(max_length=300)
    job = models.CharField(max_length=160, blank=True)
    hours = models.CharField(max_length=300, blank=True)
    concern = models.TextField()
    danger = models.BooleanField(default=False)  # the person who reports fears for the child now
    seen_on = models.DateField(null=True)  # the last day on which the child was seen at work
    risk = models.CharField(max_length=8, choices=Risk, blank=True)
    triage = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    told_whom = models.CharField(max_length=200, blank=True)  # at the hub or the police, with their reference
    offence_from = models.DateField(null=True)
    offence_to = models.DateField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    closing = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    permit = models.ForeignKey(Permit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    referrer_told_on = models.DateField(null=True)
    referrer_told = models.CharField(max_length=300, blank=True)  # what, or why nobody can be told
    school_told_on = models.DateField(null=True)
    school_told = models.CharField(max_length=300, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    @property
    def number(self) -> str:
        return f"{self.PREFIX}-{self.pk:06}"

    @property
    def listed_child(self) -> str:
        if self.pupil is None:
            return self.child or "Not known"
        return f"{self.pupil.initials} (restricted)" if self.pupil.restricted else self.pupil.name


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, user: Any) -> "InspectionQuerySet":
        if not user.may("see_employment"):
            return self.none()
        found = self
        for name, model in (("permit", Permit), ("licence", Licence), ("report", Report)):
            found = found.filter(Q(**{name: None}) | Q(**{f"{name}__in": model.objects.visible_to(user)}))
        return found


class Inspection(models.Model):
    """A visit to a workplace, a performance or premises. checks: [line, "yes" | "no" | "na", note] each."""

    class Outcome(models.TextChoices):
        RIGHT = "right", "All in order"
        ADVICE = "advice", "Advice given"
        AGAIN = "again", "To visit again"
        STOPPED = "stopped", "Work or performance stopped"

    permit = models.ForeignKey(Permit, null=True, on_delete=models.PROTECT, related_name="inspections")
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="inspections")
    approval = models.ForeignKey(Approval, null=True, on_delete=models.PROTECT, related_name="inspections")
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="inspections")
    on = models.DateField()
    where = models.CharField(max_length=300)
    met = models.CharField(max_length=200)
    children = models.PositiveSmallIntegerField(default=0)
    chaperones = models.PositiveSmallIntegerField(default=0)
    checks = models.JSONField(default=list)
    cautioned = models.BooleanField(
        default=False
    )  # somebody was spoken to under caution: its record lies in court
    outcome = models.CharField(max_length=8, choices=Outcome)
    text = models.TextField()
    photo = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]

    @property
    def number(self) -> str:
        return f"IN-{self.pk:06}"

    @property
    def about(self) -> Any:
        return self.permit or self.licence or self.approval or self.report

    @property
    def pupil(self) -> Pupil | None:
        return getattr(self.about, "pupil", None)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: Any) -> "HandoverQuerySet":
        if not user.may("see_employment"):
            return self.none()
        return self.filter(pupils_in_view(user))


class Handover(models.Model):
    """A child referred by the child employment officer to an education welfare officer, who answers."""

    class State(models.TextChoices):
        SENT = "sent", "Waits for the officer"
        ACCEPTED = "accepted", "Taken on"
        RETURNED = "returned", "Sent back"

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="+")
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.SENT)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    @property
    def number(self) -> str:
        return f"EH-{self.pk:06}"
