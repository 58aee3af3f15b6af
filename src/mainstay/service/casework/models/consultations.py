"""The officer was consulted before anything was referred: who, when, about whom, and what was advised."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.directory.models import Pupil, School, pupils_in_view, schools_in_view


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, user: Any) -> "ConsultationQuerySet":
        """Of schools in view, and of children in view or of none."""
        if not (user.is_school_user or user.may("see_service_entries")) or not user.may("see_cases"):
            return self.none()
        return self.filter(schools_in_view(user), Q(pupil=None) | pupils_in_view(user))


class Consultation(models.Model):
    """One conversation of a school with its officer; written down once, never edited."""

    class How(models.TextChoices):
        PHONE = "phone", "By telephone"
        MEETING = "meeting", "At a meeting"
        TARGETING = "targeting", "At a Targeting Support Meeting"
        ONLINE = "online", "On line"
        EMAIL = "email", "By e-mail"

    class Outcome(models.TextChoices):
        ADVISE = "advise", "Advice: the school goes on by itself"
        PURCHASED = "purchased", "Work the school purchases"
        PROCEED = "proceed", "Proceed to a referral"

    pupil = models.ForeignKey(Pupil, null=True, on_delete=models.PROTECT, related_name="consultations")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="consultations")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    spoke_with = models.CharField(max_length=120)  # who of the school
    on = models.DateField()
    how = models.CharField(max_length=10, choices=How)
    concern = models.TextField()
    advice = models.TextField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    from_school = models.BooleanField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["pupil", "-on"]), models.Index(fields=["school", "-on"])]
