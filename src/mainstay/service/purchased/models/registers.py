"""Work with registers and groups of pupils: sampled weeks, slots of an intervention day, sessions of a group."""

from django.db import models

from mainstay.service.directory.models import Pupil
from mainstay.service.purchased.models.work import Work


class Sampled(models.Model):
    """One pupil's week drawn for an audit, with its codes as they stood, and what was found."""

    class Finding(models.TextChoices):
        RIGHT = "right", "Codes and evidence agree"
        WRONG = "wrong", "A wrong code"
        NO_EVIDENCE = "no_evidence", "No evidence for the code"
        LATE = "late", "Filled in too late, or changed without a reason"

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="sample")
    place = models.PositiveSmallIntegerField()  # in which it was drawn
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="+")
    week = models.DateField()  # its Monday
    codes = models.JSONField()  # ten of them, Monday AM to Friday PM; "" where the school was closed
    finding = models.CharField(max_length=11, choices=Finding, blank=True)
    evidence = models.CharField(max_length=300, blank=True)  # what was seen
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["work", "pupil", "week"], name="one_sampled_week_each")
        ]


class Slot(models.Model):
    """One appointment of an intervention day: a time, the family, and what came of it."""

    class Came(models.TextChoices):
        YES = "yes", "The family came"
        PARTLY = "partly", "Only some of them came"
        NO = "no", "Nobody came"

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="slots")
    at = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    pupil = models.ForeignKey(Pupil, null=True, on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=200, blank=True)  # who is expected
    came = models.CharField(max_length=6, choices=Came, blank=True)
    result = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["work", "at"], name="one_slot_at_a_time")]

    @property
    def half(self) -> str:
        return "Morning" if self.at.hour < 12 else "Afternoon"


class Session(models.Model):
    """One session of a group."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="sessions")
    on = models.DateField()
    topic = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    taken = models.BooleanField(default=False)  # who was there is written down

    class Meta:
        ordering = ["on", "pk"]


class Presence(models.Model):
    """Whether one pupil was at a session."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="presences")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="+")
    there = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "pupil"], name="one_presence_each")]
