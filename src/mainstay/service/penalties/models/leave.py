"""Leave of absence: a parent asks in advance, the head decides; kept as evidence."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mainstay.service.directory.models import Parent, Pupil, School, pupils_in_view, schools_in_view


class LeaveQuerySet(models.QuerySet["LeaveRequest"]):
    def visible_to(self, user: Any) -> "LeaveQuerySet":
        """Those of pupils and schools in view; a school reads what it was asked itself."""
        if not user.may("see_notices"):
            return self.none()
        return self.filter(pupils_in_view(user), schools_in_view(user))


class LeaveRequest(models.Model):
    """One request for leave in term time, and the decision."""

    class State(models.TextChoices):
        ASKED = "asked", "To decide"
        GRANTED = "granted", "Granted"
        PART = "part", "Granted in part"
        REFUSED = "refused", "Refused"
        TAKEN_BACK = "taken_back", "Taken back by the parent"

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="leave_requests")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="leave_requests")
    lives_with = models.BooleanField()  # only a parent the pupil normally lives with may ask
    asked_on = models.DateField()
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.TextField()
    state = models.CharField(max_length=12, choices=State, default=State.ASKED)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    granted_from = models.DateField(null=True, blank=True)
    granted_to = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)  # the head's reasons
    warned_on = models.DateField(null=True, blank=True)  # that a penalty notice may follow
    warning = models.CharField(max_length=300, blank=True)  # how and in which words

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="leave_begins_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="leave_decided_at_and_by_together",
            ),
        ]


class LeaveLetter(models.Model):
    """A letter about the leave to one parent: the head's refusal, or a warning."""

    class Kind(models.TextChoices):
        """The names of the templates."""

        REFUSAL = "leave_refusal", "The head's decision"
        WARNING = "leave_warning", "Warning that a penalty notice may follow"

    leave = models.ForeignKey(LeaveRequest, on_delete=models.PROTECT, related_name="letters")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(
        "documents.Service", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # None until it was posted or handed over

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["leave", "parent", "kind"], name="one_leave_letter_of_a_kind_each"
            )
        ]
