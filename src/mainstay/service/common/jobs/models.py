"""Work for the worker, and what the daily timer has done."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone

LEASE: Final = timedelta(minutes=15)


class Job(models.Model):
    """One piece of work somebody waits for: an import being read, a long list being made."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=60)  # "attendance.read_import"
    payload = models.JSONField(default=dict)  # ids, never personal data
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)  # a worker that dies lets go of it then
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    began_at: datetime  # of the run under way; not kept

    class Meta:
        indexes = [models.Index(fields=["state", "not_before"])]

    def tell(self, percent: int) -> None:
        """Say how far the work is, and that whoever does it is alive."""
        self.progress, self.leased_until = percent, timezone.now() + LEASE
        Job.objects.filter(pk=self.pk).update(progress=percent, leased_until=self.leased_until)


class DailyRun(models.Model):
    """One daily task on one day; the row is the claim to it."""

    task = models.CharField(max_length=80)
    on = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=1)
    problem = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-on", "task"]
        constraints = [models.UniqueConstraint(fields=["task", "on"], name="one_daily_run_per_task_and_day")]
