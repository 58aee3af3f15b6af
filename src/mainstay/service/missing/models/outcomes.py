"""How the search ends or goes on: reviews every term, places asked for, closure with evidence."""

from django.conf import settings
from django.db import models

from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.directory.models import School
from mainstay.service.missing.models.children import MissingChild


class SearchRecord(models.Model):
    """The child was posted on School to School; the school uploads the file named for an unknown destination."""

    child = models.ForeignKey(MissingChild, on_delete=models.PROTECT, related_name="search_records")
    posted_on = models.DateField()
    reference = models.CharField(max_length=60)
    file_sent_on = models.DateField(null=True, blank=True)  # common transfer file with destination XXXXXXX
    taken_down_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]


class TermReview(models.Model):
    """A look, once a term, at a child who was not found."""

    child = models.ForeignKey(MissingChild, on_delete=models.PROTECT, related_name="reviews")
    on = models.DateField()
    text = models.TextField()
    next_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]


class PlaceAsked(models.Model):
    """A place asked for a child who was found without one."""

    class Via(models.TextChoices):
        ADMISSIONS = "admissions", "In-year admission"
        FAIR_ACCESS = "fair_access", "Fair Access panel"

    class Answer(models.TextChoices):
        WAITING = "", "No answer yet"
        OFFERED = "offered", "Offered"
        REFUSED = "refused", "Refused"
        DECLINED = "declined", "Parents declined it"

    child = models.ForeignKey(MissingChild, on_delete=models.PROTECT, related_name="places")
    via = models.CharField(max_length=12, choices=Via)
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]


class Closure(models.Model):
    """Why the matter was closed, and by what evidence; a closure that was undone stays."""

    class Reason(models.TextChoices):
        REGISTERED = "registered", "Registered at a school and started there"
        HOME = "home", "Educated at home, confirmed"
        AUTHORITY = "authority", "Another authority accepted in writing"
        ABROAD = "abroad", "Abroad, with evidence"
        OVER_AGE = "over_age", "Over compulsory school age"
        DIED = "died", "The child died"
        IN_ERROR = "in_error", "Two records of one child, or never missing"

    child = models.ForeignKey(MissingChild, on_delete=models.PROTECT, related_name="closures")
    reason = models.CharField(max_length=10, choices=Reason)
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    school_told = models.CharField(max_length=160, blank=True)  # one that is not in the directory
    attended_on = models.DateField(null=True, blank=True)  # the day the child attended there first
    authority = models.CharField(max_length=160, blank=True)
    country = models.CharField(max_length=80, blank=True)
    confirmed_by = models.CharField(max_length=160, blank=True)  # who said so, and in what
    confirmed_on = models.DateField(null=True, blank=True)
    evidence = models.TextField()
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]
