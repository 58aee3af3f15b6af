"""Notices to improve: the last chance before a penalty notice, watched against the register."""

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.service.attendance.models import Finding
from mainstay.service.common.models import Decision
from mainstay.service.directory.models import Parent, Pupil, School, pupils_in_view, schools_in_view


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def visible_to(self, user: Any) -> "ImprovementQuerySet":
        if not user.may("see_notices"):
            return self.none()
        return self.filter(pupils_in_view(user), schools_in_view(user))

    def running(self) -> "ImprovementQuerySet":
        return self.filter(state__in=(Improvement.State.RUNNING, Improvement.State.BREACHED))


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
    attendance = models.TextField()  # attendance record and details of the offence
    support_so_far = models.TextField()
    support_offered = models.TextField()  # further support, or what was refused before
    sufficient = models.TextField()  # what sufficient improvement looks like
    early_grounds = models.TextField()  # when a notice may come before the period ends
    sessions = models.JSONField(default=list)  # [{"date", "half", "code"}] it rests on
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)  # the law's latest Answer
    breached_on = models.DateField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)  # the breach, by the watch
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
