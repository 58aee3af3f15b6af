"""What is asked about a missing child, whom of safeguarding was told, what was written between those who look."""

from django.conf import settings
from django.db import models

from mainstay.service.missing.models.children import MissingChild


class Enquiry(models.Model):
    """One line of the enquiry log: who was asked, when, by what right, and what came of it."""

    class Side(models.TextChoices):
        SCHOOL = "school", "The school"
        COUNCIL = "council", "The council"

    class Result(models.TextChoices):
        WAITING = "", "No answer yet"
        NOTHING = "nothing", "Nothing known"
        TRACE = "trace", "A trace to follow"
        FOUND = "found", "Says where the child is"
        REFUSED = "refused", "Refused to say"

    child = models.ForeignKey(MissingChild, on_delete=models.PROTECT, related_name="enquiries")
    side = models.CharField(max_length=8, choices=Side)
    source = models.CharField(max_length=16)  # a name of ``sources.SOURCES``
    source_told = models.CharField(max_length=160, blank=True)  # which one: an authority, a school, a person
    asked_on = models.DateField()
    asked = models.TextField(blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)  # by which the council may ask
    answered_on = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=8, choices=Result, blank=True)
    answer = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["asked_on", "pk"]
        verbose_name_plural = "enquiries"


class Alert(models.Model):
    """Social care or police was told of a risk to the child."""

    class To(models.TextChoices):
        SOCIAL_CARE = "social_care", "Social care"
        POLICE = "police", "Police"

    child = models.ForeignKey(MissingChild, on_delete=models.PROTECT, related_name="alerts")
    to = models.CharField(max_length=12, choices=To)
    told_at = models.DateTimeField()
    spoke_to = models.CharField(max_length=160)
    reference = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["told_at", "pk"]


class Message(models.Model):
    """One message of the log that those who look for the child share."""

    class Between(models.TextChoices):
        SERVICE = "service", "Officers"
        SCHOOL = "school", "Officers and the school"

    child = models.ForeignKey(MissingChild, on_delete=models.PROTECT, related_name="messages")
    between = models.CharField(max_length=8, choices=Between)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]


class HandOver(models.Model):
    """The CME officer hands a child to an education welfare officer, who accepts or returns it."""

    class State(models.TextChoices):
        OFFERED = "offered", "Waiting for an answer"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned"

    child = models.ForeignKey(MissingChild, on_delete=models.PROTECT, related_name="handovers")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.OFFERED)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(blank=True)
    opened = models.CharField(max_length=40, blank=True)  # the number of the case that was opened

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["child"], condition=models.Q(state="offered"), name="one_handover_waiting"
            ),
        ]
