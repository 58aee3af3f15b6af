"""What attendance was before and after each intervention, measured each night."""

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.service.directory.models import Pupil, School, pupils_in_view, schools_in_view


class ImpactQuerySet(models.QuerySet["Impact"]):
    def visible_to(self, user: Any) -> "ImpactQuerySet":
        if not user.may("see_team"):
            return self.none()
        return self.filter(pupils_in_view(user), schools_in_view(user))


class Impact(models.Model):
    """One intervention: both sides of it at that school, and what similar pupils did in the same weeks.

    Similar: same phase of school, born in the same school year, in the same band of attendance before, and without an
    intervention in these weeks.
    """

    about_kind = models.CharField(max_length=60)
    about_id = models.CharField(max_length=40)
    label = models.CharField(max_length=60)  # the kind of intervention
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    on = models.DateField(db_index=True)
    before_possible = models.PositiveSmallIntegerField(default=0)
    before_attended = models.PositiveSmallIntegerField(default=0)
    after_possible = models.PositiveSmallIntegerField(default=0)
    after_attended = models.PositiveSmallIntegerField(default=0)
    counts = models.BooleanField(default=False)  # both sides are over and hold sessions enough
    peers = models.PositiveIntegerField(default=0)
    peers_before = models.FloatField(null=True)  # attendance of all of them together, from 0 to 1
    peers_after = models.FloatField(null=True)
    measured_on = models.DateField()

    objects = ImpactQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about_kind", "about_id"], name="one_impact_each")]
