"""Supervision: one officer, one supervisor. What is written here is for these two and nobody else."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.directory.models import Pupil


class SupervisionQuerySet(models.QuerySet["Supervision"]):
    def visible_to(self, user: Any) -> "SupervisionQuerySet":
        """The pair's own, whatever roles others hold."""
        if not (user.may("have_supervision") or user.may("supervise")):
            return self.none()
        return self.filter(Q(officer=user) | Q(supervisor=user))


class Supervision(models.Model):
    """One meeting of the two; it can be changed until one of them has signed."""

    class State(models.TextChoices):
        """What the signatures say; kept nowhere else."""

        OPEN = "open", "Being written"
        HALF = "half_signed", "Signed by one"
        SIGNED = "signed", "Signed by both"

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="supervisions"
    )
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="supervisions_given"
    )
    held_on = models.DateField(db_index=True)
    wellbeing = models.TextField(blank=True)
    development = models.TextField(blank=True)
    other = models.TextField(blank=True)
    made_at = models.DateTimeField()
    officer_signed_at = models.DateTimeField(null=True, blank=True)
    supervisor_signed_at = models.DateTimeField(null=True, blank=True)

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(officer=models.F("supervisor")), name="nobody_supervises_themselves"
            ),
            models.UniqueConstraint(
                fields=["officer", "supervisor", "held_on"], name="one_supervision_a_day"
            ),
        ]

    @property
    def state(self) -> State:
        signatures = [at for at in (self.officer_signed_at, self.supervisor_signed_at) if at is not None]
        return (self.State.OPEN, self.State.HALF, self.State.SIGNED)[len(signatures)]

    @property
    def signed(self) -> bool:
        return self.state == self.State.SIGNED

    @property
    def open(self) -> bool:
        """Whether it may still be changed."""
        return self.state == self.State.OPEN


class Discussed(models.Model):
    """A child talked about; the decision stands in the child's chronology, too, the talk does not."""

    supervision = models.ForeignKey(Supervision, on_delete=models.CASCADE, related_name="discussed")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="supervised")
    talk = models.TextField(blank=True)
    decision = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class SupervisionAction(models.Model):
    """Something one of the two does by a day."""

    supervision = models.ForeignKey(Supervision, on_delete=models.CASCADE, related_name="actions")
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()

    class Meta:
        ordering = ["due_on", "pk"]
