"""Surveys with their versions, who is asked, what is answered; complaints with their clocks, log and letters.

An anonymous answer is tied to nothing: its key is random, it has no time, and no request, person, school or child.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from mainstay.service.accounts.queries import holding
from mainstay.service.common.models import StoredFile
from mainstay.service.directory.models import Parent, School


class Who(models.TextChoices):
    """Whom a survey is for."""

    PARENT = "parent", "Parents and carers"
    PUPIL = "pupil", "Pupils"
    SCHOOL = "school", "Schools"
    PROFESSIONAL = "professional", "Other professionals"


class Survey(models.Model):
    """A short set of questions for one kind of people; the words lie in its versions."""

    name = models.CharField(max_length=120)
    who = models.CharField(max_length=12, choices=Who)
    service = models.CharField(max_length=20, blank=True)  # a key of ``services.NAMES``; "": any
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "pk"]


class SurveyVersion(models.Model):
    """The questions as they stood; an answer belongs to the version it answered."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    intro = models.TextField(blank=True)
    questions = models.JSONField()  # list of {key, text, kind, choices}
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="one_survey_version_per_number")
        ]


class Ask(models.Model):
    """Somebody, or a group, is asked: by an e-mail, a sheet with a code, or a tablet handed over."""

    class How(models.TextChoices):
        EMAIL = "email", "By e-mail"
        SHEET = "sheet", "A printed sheet with a code"
        TABLET = "tablet", "A tablet handed over"

    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="asks")
    service = models.CharField(max_length=20)
    how = models.CharField(max_length=6, choices=How)
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(Parent, null=True, on_delete=models.PROTECT, related_name="+")
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    most = models.PositiveSmallIntegerField(default=1)  # answers it may bring
    uses = models.PositiveSmallIntegerField(default=0)  # without a time: when somebody answered is not kept
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    until = models.DateField()

    class Meta:
        ordering = ["-pk"]


class Answer(models.Model):
    """What one person answered. ``ask`` only where they wished to be known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="answers")
    service = models.CharField(max_length=20)
    term = models.CharField(max_length=6)  # of ``team.terms``
    ratings = models.JSONField()  # question key -> choice
    comments = models.JSONField()  # question key -> text
    ask = models.ForeignKey(Ask, null=True, on_delete=models.PROTECT, related_name="answers")
    name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["term", "service"])]


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, user: Any) -> "ComplaintQuerySet":
        """For whoever handles complaints, never for whom one is about.

        Information governance sees those alone that are about somebody who handles complaints.
        """
        if not user.may("handle_complaints"):
            return self.none()
        about = Complaint.officers.through.objects
        found = self.exclude(pk__in=about.filter(user_id=user.pk).values("complaint_id"))
        if user.may("edit_surveys"):
            return found
        handling = holding("edit_surveys", timezone.localdate()).order_by().values("pk")
        return found.filter(pk__in=about.filter(user_id__in=handling).values("complaint_id"))

    def open(self) -> "ComplaintQuerySet":
        return self.exclude(state=Complaint.State.CLOSED)


class Complaint(models.Model):
    """A complaint, concern or question to the manager: a record of its own, apart from every child's."""

    class Kind(models.TextChoices):
        QUERY = "query", "Question"
        CONCERN = "concern", "Concern"
        COMPLAINT = "complaint", "Complaint"

    class Channel(models.TextChoices):
        FORM = "form", "Public form"
        PHONE = "phone", "Telephone"
        LETTER = "letter", "Letter"
        EMAIL = "email", "E-mail"
        PERSON = "person", "In person"

    class From(models.TextChoices):
        PARENT = "parent", "A parent or carer"
        PUPIL = "pupil", "A child or young person"
        SCHOOL = "school", "A school"
        PROFESSIONAL = "professional", "Another professional"
        OTHER = "other", "Somebody else"

    class Route(models.TextChoices):
        CORPORATE = "corporate", "Corporate"
        CHILDREN = "children", "Children’s services"

    class State(models.TextChoices):
        RECEIVED = "received", "To acknowledge"
        STAGE_1 = "stage_1", "Stage 1"
        ANSWERED_1 = "answered_1", "Stage 1 answered"
        ASKED_2 = "asked_2", "Stage 2: to acknowledge"
        STAGE_2 = "stage_2", "Stage 2"
        ANSWERED_2 = "answered_2", "Stage 2 answered"
        OMBUDSMAN = "ombudsman", "With the Ombudsman"
        CLOSED = "closed", "Closed"

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        PARTLY = "partly", "Partly upheld"
        NOT = "not", "Not upheld"
        ANSWERED = "answered", "Answered"
        WITHDRAWN = "withdrawn", "Withdrawn"
        UNANSWERED = "unanswered", "No answer possible"

    reference = models.CharField(max_length=12, unique=True)  # given to whoever complains
    kind = models.CharField(max_length=10, choices=Kind)
    channel = models.CharField(max_length=6, choices=Channel)
    route = models.CharField(max_length=10, choices=Route, default=Route.CORPORATE)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    state_since = models.DateTimeField()
    received_on = models.DateField()
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    who = models.CharField(max_length=12, choices=From)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    language = models.CharField(max_length=60, blank=True)  # in English; "": English
    text = models.TextField()
    wish = models.TextField(blank=True)  # what would put it right
    person = models.CharField(max_length=160, blank=True)  # whom it is about, as written
    officers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="complained_of")
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    held_part = models.TextField(blank=True)  # what a court decides about now
    held_rest = models.BooleanField(default=False)  # the rest is answered meanwhile
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    learning = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    @property
    def number(self) -> str:
        return f"CP-{self.pk:06}"

    @property
    def reached(self) -> bool:
        """Is there any way to answer?"""
        return bool(self.email or self.phone.strip() or self.address.strip())

    def __str__(self) -> str:
        return self.number


class Clock(models.Model):
    """One running time of a complaint. Not among the deadlines of the record: everybody of the service sees those."""

    class State(models.TextChoices):
        OPEN = "open", "Running"
        PAUSED = "paused", "Stands still"
        MET = "met", "Kept"
        MISSED = "missed", "Missed"
        DROPPED = "dropped", "No longer applies"

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="clocks")
    rule = models.CharField(max_length=20)
    label = models.CharField(max_length=80)
    starts_on = models.DateField()
    last_day = models.DateField(db_index=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    closed_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)

    class Meta:
        ordering = ["last_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "rule"], name="one_complaint_clock_per_rule")
        ]


class ComplaintNote(models.Model):
    """One line of a complaint's own log."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]


class ComplaintLetter(models.Model):
    """A letter to whoever complained, as it was sent; kept apart from the documents of children."""

    class Kind(models.TextChoices):
        ACKNOWLEDGED = "acknowledge", "Acknowledgement"
        ANSWER = "answer", "Answer"
        ACKNOWLEDGED_2 = "acknowledge_2", "Acknowledgement of stage 2"
        ANSWER_2 = "answer_2", "Answer at stage 2"

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=14, choices=Kind)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    emailed = models.BooleanField()  # else to print and post
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
