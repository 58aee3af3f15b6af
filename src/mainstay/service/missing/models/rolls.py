"""Whether a name may be deleted from a roll: the school and the council decide together."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from mainstay.service.directory.models import Pupil, School
from mainstay.service.missing.models.children import MissingChild


class RollDecision(models.Model):
    """One joint decision under regulation 9(1)(h) or (i): proposed, signed by both sides, or kept on roll."""

    class Ground(models.TextChoices):
        H = "H", "Ground H: did not return from leave"
        I = "I", "Ground I: continuously absent"  # noqa: E741 (the letter of the regulation)

    class Outcome(models.TextChoices):
        OPEN = "", "To decide"
        DELETE = "delete", "Delete the name"
        KEEP = "keep", "Keep on roll"

    child = models.ForeignKey(MissingChild, on_delete=models.PROTECT, related_name="roll_decisions")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=1, choices=Ground)
    leave_ended_on = models.DateField(null=True, blank=True)  # ground H: the last day of the leave
    from_day = models.DateField(null=True, blank=True)  # ground I: the days counted
    to_day = models.DateField(null=True, blank=True)
    marks = models.JSONField(null=True, blank=True)  # the law's Answer about the register
    located = models.BooleanField(null=True)  # found, and both agree that no return is to be expected
    no_return_because = models.TextField(blank=True)
    not_sick_because = models.TextField(
        blank=True
    )  # why sickness or an unavoidable cause is not to be thought of
    efforts = models.TextField(blank=True)  # what school and council did together
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    head_signed_at = models.DateTimeField(null=True, blank=True)
    head_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    council_signed_at = models.DateTimeField(null=True, blank=True)
    council_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    kept_because = models.TextField(blank=True)
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "school"], condition=models.Q(outcome=""), name="one_roll_decision_open"
            ),
        ]

    @property
    def earliest_on(self) -> date | None:
        """The first day from which the name may be deleted: that of the last signature. None until both signed."""
        signed = self.decided_at if self.outcome == self.Outcome.DELETE else None
        return timezone.localdate(signed) if signed else None
