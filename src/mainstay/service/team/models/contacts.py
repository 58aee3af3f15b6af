"""How an officer is reached at work, and the service's own values, each from a day on."""

from django.conf import settings
from django.db import models


class OfficerContact(models.Model):
    """Work contact of one officer; the e-mail address is that of the account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="work_contact"
    )
    phone = models.CharField(max_length=40, blank=True)  # "": the telephone of the account
    teams = models.CharField(max_length=160, blank=True)  # address for a call on Teams
    hours = models.CharField(max_length=160, blank=True)  # "Monday to Thursday, 8:30am to 5pm"
    public = models.BooleanField(default=True)  # stands on the page that needs no sign-in


class TeamValue(models.Model):
    """One value of the service from a day on; the latest set for the latest day that has come is in force."""

    name = models.CharField(max_length=60)  # a key of ``values.known()``
    value = models.JSONField()
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["name", "-since", "-pk"]
        indexes = [models.Index(fields=["name", "since"])]
