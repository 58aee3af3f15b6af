"""Leave and sickness by half-days, and what becomes of each meeting that falls into them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mainstay.service.record.models import Meeting


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> "AbsenceQuerySet":
        return self.filter(cancelled_at=None)

    def meeting(self, starts: datetime, ends: datetime) -> "AbsenceQuerySet":
        """Those that stand and touch this time."""
        return self.standing().filter(starts__lt=ends, ends__gt=starts)


class Absence(models.Model):
    """An officer is away from one half-day to another, both included. Why somebody is ill is not written down."""

    class State(models.TextChoices):
        """What ``cancelled_at`` says; kept nowhere else."""

        STANDS = "stands", "Entered"
        CANCELLED = "cancelled", "Cancelled"

    class Kind(models.TextChoices):
        LEAVE = "leave", "Leave"
        SICKNESS = "sickness", "Sickness"
        TRAINING = "training", "Training"
        OTHER = "other", "Other"

    class Half(models.TextChoices):
        AM = "AM", "Morning"
        PM = "PM", "Afternoon"

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=10, choices=Kind)
    first_on = models.DateField()
    first_half = models.CharField(max_length=2, choices=Half, default=Half.AM)
    last_on = models.DateField()
    last_half = models.CharField(max_length=2, choices=Half, default=Half.PM)
    starts = models.DateTimeField(db_index=True)  # the same as instants
    ends = models.DateTimeField(db_index=True)
    stands_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="standing_in"
    )  # answers their schools' questions; nobody: the duty officer
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="absence_ends_after_it_starts")
        ]

    @property
    def state(self) -> State:
        return self.State.STANDS if self.cancelled_at is None else self.State.CANCELLED

    def kind_for(self, user: Any) -> str:
        """What this person reads: that a colleague is ill is for them and for whoever arranges cover."""
        if user.pk == self.officer_id or user.may("arrange_cover"):
            return self.get_kind_display()
        return "Away"


class Cover(models.Model):
    """What becomes of one meeting or duty day of somebody away: a colleague is asked for it, or the meeting is moved."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        ACCEPTED = "accepted", "Covered"
        DECLINED = "declined", "Declined"
        UNDONE = "undone", "Taken back"
        REARRANGED = "rearranged", "Rearranged"

    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="covers")
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="covers"
    )
    duty_on = models.DateField(null=True, blank=True)  # or a duty day: the rota's row may come and go
    was_at = models.DateTimeField()  # when the meeting was to be, or the day begins
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="covers"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["was_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state="asked"), name="one_colleague_asked_per_meeting"
            ),
            models.UniqueConstraint(
                fields=["duty_on"], condition=Q(state="asked"), name="one_colleague_asked_per_duty_day"
            ),
            models.CheckConstraint(
                condition=Q(meeting=None, duty_on__isnull=False) | Q(meeting__isnull=False, duty_on=None),
                name="cover_of_a_meeting_or_a_duty_day",
            ),
        ]
