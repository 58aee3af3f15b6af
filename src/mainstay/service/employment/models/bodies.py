"""Bodies of persons that are approved to let children perform, and chaperones who look after them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from mainstay.service.employment.models.base import Application


class Approval(Application):
    """A body of persons: its production needs no licence for each child, without payment or absence from school."""

    PREFIX: ClassVar[str] = "BP"

    organisation = models.CharField(max_length=160)
    contact = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300)
    production = models.CharField(max_length=160)
    venue = models.CharField(max_length=300)
    first_on = models.DateField()
    last_on = models.DateField()
    children = models.PositiveSmallIntegerField()
    chaperones = models.PositiveSmallIntegerField()
    safeguarding = models.TextField()  # its policy, and who answers for it
    unpaid = models.BooleanField(default=False)  # nobody is paid, and no school is missed


class Chaperone(Application):
    """Somebody who looks after children who perform; approved for some years."""

    PREFIX: ClassVar[str] = "CH"

    name = models.CharField(max_length=160)
    born_on = models.DateField()
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300)
    lives_here = models.BooleanField(default=False)  # in the council's area
    experience = models.TextField(blank=True)
    first_referee = models.CharField(max_length=200)
    first_reference_on = models.DateField(null=True)
    second_referee = models.CharField(max_length=200)
    second_reference_on = models.DateField(null=True)
    dbs_on = models.DateField(
        null=True
    )  # of the enhanced check that was seen; its number and content are not kept
    interviewed_on = models.DateField(null=True)
    interview = models.TextField(blank=True)
    renews = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class Engagement(models.Model):
    """A chaperone's notice of one production, and that they are approved for it."""

    chaperone = models.ForeignKey(Chaperone, on_delete=models.PROTECT, related_name="engagements")
    production = models.CharField(max_length=160)
    venue = models.CharField(max_length=300)
    first_on = models.DateField()
    last_on = models.DateField()
    children = models.PositiveSmallIntegerField()
    noticed_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-first_on", "-pk"]
