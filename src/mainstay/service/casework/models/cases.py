"""One child's case with the service: from an accepted referral, or an officer's own decision, to its end."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.decisions.models import Decision
from mainstay.service.directory.models import Pupil, School, pupils_in_view, schools_in_view


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: Any) -> "CaseQuerySet":
        """Of pupils and schools in view, for whoever may see cases."""
        if not user.may("see_cases"):
            return self.none()
        return self.filter(pupils_in_view(user), schools_in_view(user))

    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at=None)


class Case(models.Model):
    """One child, one officer, one road; the number is the row's own ("EW-000123")."""

    class Kind(models.TextChoices):
        STATUTORY = "statutory", "Statutory"
        PURCHASED = "purchased", "Purchased by the school"

    class State(models.TextChoices):
        INVESTIGATION = "investigation", "Initial investigation"
        MONITORING = "monitoring", "Monitored"
        FAST_TRACK = "fast_track", "Fast Track"
        LEGAL = "legal", "With legal"
        CLOSED = "closed", "Closed"

    class Reason(models.TextChoices):
        IMPROVED = "improved", "Attendance improved to the target"
        MOVED = "moved", "The family moved"
        OFF_ROLL = "off_roll", "Off roll"
        MEDICAL = "medical", "Medical route"
        SEND = "send", "Special educational needs, or education otherwise than at school"
        SOCIAL_CARE = "social_care", "Social care leads"
        LEGAL_OUTCOME = "legal_outcome", "Legal outcome reached"
        OVER_AGE = "over_age", "Over compulsory school age"
        DIED = "died", "The child died"
        IN_ERROR = "in_error", "Referred in error"
        EVIDENCE = "evidence", "Not enough evidence"

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="ews_cases")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="ews_cases")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STATUTORY)
    state = models.CharField(max_length=14, choices=State, default=State.INVESTIGATION)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="ews_cases"
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_because = models.CharField(max_length=300)
    state_since = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=14, choices=Reason, blank=True)
    closing = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    earlier_reference = models.CharField(max_length=40, blank=True)  # in the system before this one
    earlier_key = models.CharField(max_length=60, blank=True, db_index=True)  # as it is searched

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil"],
                condition=Q(closed_at=None, kind="statutory"),
                name="one_open_statutory_case",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_because="")
                | (Q(closed_at__isnull=False, state="closed") & ~Q(closed_because="")),
                name="case_closed_with_reason",
            ),
        ]

    @property
    def number(self) -> str:
        return f"EW-{self.pk:06}"
