"""Interviews under caution: what was said and confirmed, line by line; locked by its digest once it is signed."""

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models.fast_track import FastTrack
from mainstay.service.directory.models import Parent


class Locked(Exception):
    """What was said stays as it was written; something is added instead."""


class InterviewQuerySet(models.QuerySet["Interview"]):
    #: whose record it is follows the joining of two records of one parent
    MAY_CHANGE: Final = frozenset({"parent"})

    def visible_to(self, user: Any) -> "InterviewQuerySet":
        """Officers and the legal co-ordinator; never a school."""
        if not user.may("read_interviews"):
            return self.none()
        return self.filter(fast_track__in=FastTrack.objects.visible_to(user).order_by().values("pk"))

    def update(self, **values: Any) -> int:
        if set(values) - self.MAY_CHANGE and self.filter(state=Interview.State.SIGNED).exists():
            raise Locked("a signed interview is not changed")
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Locked("an interview is not deleted")


class Interview(models.Model):
    """One parent's interview under caution; stopped, it goes on another day as another sitting."""

    class State(models.TextChoices):
        OPENING = "opening", "Being opened"
        QUESTIONS = "questions", "Questions"
        BREAK = "break", "In a break"
        STOPPED = "stopped", "Stopped"
        READING = "reading", "Over: to be read and signed"
        SIGNED = "signed", "Signed and locked"

    class Stop(models.TextChoices):
        ADVICE = "advice", "The parent asks for legal advice"
        ILLNESS = "illness", "The parent is ill or unfit"
        SAFEGUARDING = "safeguarding", "A safeguarding matter arose"
        HELP = "help", "An interpreter or appropriate adult is needed"
        LEFT = "left", "The parent wishes to leave"

    fast_track = models.ForeignKey(FastTrack, on_delete=models.PROTECT, related_name="interviews")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="interviews")
    state = models.CharField(max_length=10, choices=State, default=State.OPENING)
    sitting = models.PositiveSmallIntegerField(default=1)
    cautioned = models.BooleanField(default=False)  # since the last break
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stopped_because = models.CharField(max_length=14, choices=Stop, blank=True)
    signed_at = models.DateTimeField(null=True)
    refused = models.BooleanField(
        default=False
    )  # the signature was refused, with the reason among the entries
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of ``interview_record.canonical``

    objects = InterviewQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fast_track", "parent"], condition=~Q(state="signed"), name="one_open_interview_each"
            ),
            models.CheckConstraint(
                condition=Q(state="signed", signed_at__isnull=False) & ~Q(digest="")
                | (~Q(state="signed") & Q(signed_at=None, digest="")),
                name="interview_signed_with_digest",
            ),
        ]

    @property
    def number(self) -> str:
        return f"IC-{self.pk:06}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and Interview.objects.filter(pk=self.pk, state=self.State.SIGNED).exists():
            raise Locked("a signed interview is not changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Locked("an interview is not deleted")


class InterviewEntryQuerySet(models.QuerySet["InterviewEntry"]):
    def update(self, **values: Any) -> int:
        raise Locked("what was said is not changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Locked("what was said is not deleted")


class InterviewEntry(models.Model):
    """One line: a confirmation, a question with its answer, a break…; added, never changed."""

    class Kind(models.TextChoices):
        PEOPLE = "people", "People present, place"
        OFFENCE = "offence", "The offence explained"
        FREE = "free", "Not under arrest, free to leave"
        ADVICE = "advice", "Legal advice"
        NEEDS = "needs", "Interpreter, appropriate adult, reading"
        CAUTION = "caution", "Caution"
        RECORD = "record", "What happens to this record"
        QUESTION = "question", "Question and answer"
        BREAK = "break", "Break begins"
        BACK = "back", "Break ends"
        STATEMENTS = "statements", "Significant earlier statements"
        ADDITION = "addition", "Opportunity to add"
        STOP = "stop", "Stopped"
        RESUMED = "resumed", "Resumed"
        END = "end", "Interview ends"
        READ = "read", "Read back"
        AMENDMENT = "amendment", "Amendment"
        SIGNATURE = "signature", "Signature"
        COPY = "copy", "Copy given"
        ADDENDUM = "addendum", "Added later"

    #: what may be added once it is signed
    AFTER: Final = (Kind.COPY, Kind.ADDENDUM)

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    sitting = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)  # what was noted; the question
    answer = models.TextField(blank=True)

    objects = InterviewEntryQuerySet.as_manager()

    class Meta:
        ordering = ["interview", "number"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "number"], name="one_interview_entry_per_number")
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise Locked("what was said is not changed")
        state = Interview.objects.values_list("state", flat=True).get(pk=self.interview_id)
        if state == Interview.State.SIGNED and self.kind not in self.AFTER:
            raise Locked("a signed interview takes addenda only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Locked("what was said is not deleted")
