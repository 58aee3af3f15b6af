"""Performance licences: one child in one production, day by day."""

from typing import Any, ClassVar

from django.db import models

from mainstay.service.employment.models.base import ChildsApplication
from mainstay.service.employment.models.bodies import Chaperone


class Licence(ChildsApplication):
    """One licence. The facts say whether one is needed at all."""

    PREFIX: ClassVar[str] = "PL"

    class Kind(models.TextChoices):
        STAGE = "stage", "Theatre or other stage"
        SCREEN = "screen", "Television, film or radio"
        SPORT = "sport", "Paid sport"
        MODELLING = "modelling", "Paid modelling"
        CIRCUS = "circus", "Circus"

    class Care(models.TextChoices):
        CHAPERONE = "chaperone", "An approved chaperone"
        PARENT = "parent", "Their own parent or carer"
        TEACHER = "teacher", "Their own teacher"

    producer = models.CharField(max_length=160)
    producer_key = models.CharField(max_length=160, db_index=True)  # folded, to tell producers apart
    producer_contact = models.CharField(max_length=160)
    producer_email = models.EmailField(blank=True)
    producer_phone = models.CharField(max_length=40, blank=True)
    producer_address = models.CharField(max_length=300)
    production = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=Kind)
    venue = models.CharField(max_length=300)
    child_part = models.CharField(max_length=300)  # what the child does
    regulated = models.BooleanField(
        default=True
    )  # charge, licensed premises, recorded, paid sport or modelling
    payment = models.BooleanField(default=False)
    absence = models.BooleanField(default=False)
    by_school = models.BooleanField(default=False)
    body = models.ForeignKey(
        "employment.Approval", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    earnings = models.PositiveIntegerField(null=True)  # pence, in all
    care = models.CharField(max_length=10, choices=Care)
    carer = models.CharField(
        max_length=160, blank=True
    )  # the parent or teacher, or a chaperone approved elsewhere
    carer_council = models.CharField(max_length=160, blank=True)  # which council approved that chaperone
    carer_asked_on = models.DateField(null=True)  # the day on which we asked that council
    chaperone = models.ForeignKey(
        Chaperone, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    children = models.PositiveSmallIntegerField(default=1)  # together in the one charge
    education = models.TextField(blank=True)
    education_by_plan = models.BooleanField(default=False)
    fit = models.BooleanField(default=False)  # the parent says that the child is well enough
    declared = models.JSONField(
        default=list
    )  # other days in the six months, as the applicant says: ISO dates
    late_because = models.CharField(
        max_length=300, blank=True
    )  # why a late application is taken all the same


class LicenceDay(models.Model):
    """One day; minutes after midnight."""

    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="days")
    on = models.DateField(db_index=True)
    arrives = models.PositiveSmallIntegerField()
    leaves = models.PositiveSmallIntegerField()
    acting = models.PositiveSmallIntegerField()  # minutes performing or rehearsing
    school_day = models.BooleanField(default=False)
    lessons = models.PositiveSmallIntegerField(default=0)  # minutes of education

    class Meta:
        ordering = ["on", "arrives", "pk"]


def of_pupil(pupil: Any) -> models.QuerySet[LicenceDay]:
    """Every day on which a child performs by a licence that was granted, or by an application that waits."""
    states = (Licence.State.RECEIVED, Licence.State.GRANTED, Licence.State.ENDED)
    return LicenceDay.objects.filter(licence__pupil=pupil, licence__state__in=states)
