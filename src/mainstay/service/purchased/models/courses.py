"""Places at training: booked by schools, attended, evaluated."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.directory.models import School
from mainstay.service.purchased.models.work import Work

User = settings.AUTH_USER_MODEL


class Place(models.Model):
    """One person of a school at a course."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="places")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    post = models.CharField(max_length=120, blank=True)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    attended = models.BooleanField(null=True)
    answers = models.JSONField(default=dict)  # question as it was asked -> 1 to 5
    remarks = models.TextField(blank=True)

    class Meta:
        ordering = ["school__key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(attended=None), name="cancelled_place_not_attended"
            )
        ]
