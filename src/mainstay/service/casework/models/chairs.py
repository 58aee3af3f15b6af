"""Who may chair a Fast Track meeting beside seniors and managers, and from when to when."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.directory.models import Dated


class ChairQuerySet(models.QuerySet["Chair"]):
    def on(self, day: date) -> "ChairQuerySet":
        return self.filter(Dated.on(day))


class Chair(Dated):
    """One officer's authorisation to chair; it is ended, never deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="chairing")
    because = models.CharField(max_length=300)
    authorised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    authorised_at = models.DateTimeField()

    objects = ChairQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since__isnull=False) & (Q(until=None) | Q(until__gte=models.F("since"))),
                name="chair_from_before_to",
            )
        ]
