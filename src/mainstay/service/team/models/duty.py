"""The duty rota, swaps of days, and the log of the duty desk."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.directory.models import Pupil, School, pupils_in_view, schools_in_view


class DutyDay(models.Model):
    """Who answers on one school day."""

    on = models.DateField(unique=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="duty_days")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["on"]


class Swap(models.Model):
    """One asks a colleague to take a duty day, perhaps for a day of theirs in return."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    day = models.ForeignKey(DutyDay, on_delete=models.CASCADE, related_name="swaps")
    in_return = models.ForeignKey(
        DutyDay, null=True, blank=True, on_delete=models.CASCADE, related_name="swaps_given"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    because = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["day"], condition=Q(state="asked"), name="one_swap_asked_per_duty_day"
            )
        ]


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: Any) -> "CallQuerySet":
        """The desk's own; those about a child or a school follow who may see them."""
        if not user.may("see_duty_log"):
            return self.none()
        return self.filter(
            Q(pupil=None) | pupils_in_view(user), Q(school=None) | schools_in_view(user, "school")
        )


class Call(models.Model):
    """One question to the duty desk and what was said."""

    class Way(models.TextChoices):
        PHONE = "phone", "Telephone"
        EMAIL = "email", "E-mail"
        TEAMS = "teams", "Teams"
        VISIT = "visit", "In person"

    class Asker(models.TextChoices):
        SCHOOL = "school", "School"
        PARENT = "parent", "Parent or carer"
        PUPIL = "pupil", "Pupil"
        PROFESSIONAL = "professional", "Other professional"
        OTHER = "other", "Somebody else"

    asked_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calls")
    way = models.CharField(max_length=10, choices=Way, default=Way.PHONE)
    asker = models.CharField(max_length=14, choices=Asker, default=Asker.SCHOOL)
    who = models.CharField(max_length=160)
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    pupil = models.ForeignKey(Pupil, null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    theme = models.CharField(max_length=120, db_index=True)  # in words, as the list stood then
    question = models.TextField()
    advice = models.TextField(blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]

    @property
    def minutes(self) -> int | None:
        """How long the answer took; None where there is none yet."""
        return (
            None
            if self.answered_at is None
            else int((self.answered_at - self.asked_at).total_seconds() // 60)
        )
