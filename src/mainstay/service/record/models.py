"""What hangs on a pupil: chronology, deadlines, the log of who read what."""

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models.functions import TruncDate

from mainstay.service.directory.models import (
    Enrolment,
    Parent,
    Pupil,
    School,
    pupils_in_view,
    schools_in_view,
)
from mainstay.service.record import providers


class Audience(models.TextChoices):
    """Who may see an entry; lists, search, exports and counts filter by the same queryset."""

    FAMILY_SAFE = "family_safe", "Safe for the family to read"
    SCHOOL = "school", "School and service"
    SERVICE = "service", "Service only"
    NAMED = "named", "Named people only"
    PRIVILEGED = "privileged", "Legally privileged"
    SUPERVISION = "supervision", "Supervision"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: Any) -> "EntryQuerySet":
        """Entries of pupils this person may see, by audience."""
        return self.for_readers(user).filter(pupils_in_view(user))

    def for_readers(self, user: Any) -> "EntryQuerySet":
        """Entries by audience alone, for a pupil already known to be in this person's view."""
        seen = [Audience.FAMILY_SAFE, Audience.SCHOOL] if user.may("see_pupils") else []
        if user.may("see_service_entries"):
            seen.append(Audience.SERVICE)
        if user.may("see_privileged"):
            seen.append(Audience.PRIVILEGED)
        named = Entry.readers.through.objects.filter(user_id=user.pk).values("entry_id")
        by_audience = models.Q(audience__in=seen)
        if not user.sees_all_schools:
            by_audience &= self._while_on_roll(user)
        if not user.may("see_privileged"):
            for gone in providers.for_legal_alone.ask():
                by_audience &= ~gone
        return self.alias(day=TruncDate("at")).filter(
            by_audience | models.Q(audience=Audience.NAMED, pk__in=named)
        )

    @staticmethod
    def _while_on_roll(user: Any) -> models.Q:
        """A school reads what happened while the child was on its roll, not before and not after."""
        day = models.OuterRef("day")
        enrolled = Enrolment.objects.filter(
            models.Q(left_on=None) | models.Q(left_on__gte=day),
            pupil=models.OuterRef("pupil"),
            entered_on__lte=day,
            school__in=School.objects.visible_to(user),
        )
        return models.Q(models.Exists(enrolled))


class Entry(models.Model):
    """One entry of a pupil's chronology: added, never edited; a correction points at what it corrects."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="entries")
    at = models.DateTimeField(db_index=True)  # when it happened
    written_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)  # note, call, visit, finding, consideration, import, ...
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.SERVICE)
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["pupil", "-at"]),
            # of the foreign key's own, nearly all is null: SQLite would rather read every entry
            models.Index(
                fields=["corrects"], name="entry_corrections", condition=models.Q(corrects__isnull=False)
            ),
        ]


#: states of a deadline that is not over
RUNNING: Final = ("open", "paused")


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def visible_to(self, user: Any) -> "DeadlineQuerySet":
        """Deadlines are the service's own; those about a pupil follow who may see the pupil."""
        if not user.may("see_service_entries"):
            return self.none()
        return self.filter(models.Q(pupil=None) | pupils_in_view(user))

    def open(self) -> "DeadlineQuerySet":
        return self.filter(state=Deadline.State.OPEN)

    def running(self) -> "DeadlineQuerySet":
        """Those that are not over: open, or with their clock standing still."""
        return self.filter(state__in=RUNNING)


class Deadline(models.Model):
    """One running time limit: the rule that counted it, its trigger, last day, owner and state."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        PAUSED = "paused", "Paused"  # its clock stands still
        MET = "met", "Met"
        MISSED = "missed", "Missed"
        DROPPED = "dropped", "No longer applies"

    pupil = models.ForeignKey(Pupil, null=True, on_delete=models.PROTECT, related_name="deadlines")
    about_kind = models.CharField(max_length=60)
    about_id = models.CharField(max_length=40)
    rule = models.CharField(max_length=60)
    label = models.CharField(max_length=160)  # stands in calendars outside: numbers, never a child's name
    trigger_on = models.DateField()
    last_day = models.DateField(db_index=True)
    next_step_from = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="deadlines"
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.JSONField(null=True, blank=True)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    override_reason = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)  # told to the managers

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["last_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["about_kind", "about_id", "rule"], name="one_deadline_per_rule_and_thing"
            )
        ]


class RecordRead(models.Model):
    """Somebody opened a child's record (kept in a database of its own on SQLite: ids, no relations)."""

    at = models.DateTimeField(db_index=True)
    user_id = models.BigIntegerField(db_index=True)
    pupil_id = models.BigIntegerField(db_index=True)
    page = models.CharField(max_length=40)  # summary, register, people, export, api
    reason = models.CharField(max_length=300, blank=True)


class RestrictedOpening(models.Model):
    """A restricted record was opened for a stated reason; valid for the rest of the working day."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="openings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=300)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: Any) -> "MeetingQuerySet":
        """Of children and schools in view; one about neither belongs to those who are asked to it."""
        own = models.Q(organiser=user) | models.Q(guests__user=user)
        about_child = models.Q(pupil__isnull=False) & pupils_in_view(user)
        about_school = models.Q(pupil=None, school__isnull=False) & schools_in_view(user)
        return self.filter(about_child | about_school | (models.Q(pupil=None, school=None) & own)).distinct()

    def planned(self) -> "MeetingQuerySet":
        return self.filter(state=Meeting.State.PLANNED)


class Meeting(models.Model):
    """A meeting or visit with a time, a place and people asked to it; what it is about lies in its own room."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=40)  # targeting, visit, fast_track, review, supervision, ...
    title = models.CharField(max_length=160)  # stands in calendars outside: never a child's name
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="meetings")
    pupil = models.ForeignKey(Pupil, null=True, on_delete=models.PROTECT, related_name="meetings")
    starts = models.DateTimeField(db_index=True)
    ends = models.DateTimeField()
    where = models.CharField(max_length=200)
    organiser = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="meetings")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    uid = models.CharField(max_length=80, unique=True)  # the same in every calendar, whatever changes
    sequence = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    because = models.CharField(max_length=300, blank=True)  # why it was moved or cancelled last

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="meeting_ends_after_it_starts"
            )
        ]


class Guest(models.Model):
    """Somebody asked to a meeting: one of us or of a school, a parent, or anybody else by name."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="guests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="invited_to"
    )
    parent = models.ForeignKey(Parent, null=True, on_delete=models.PROTECT, related_name="meetings")
    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)  # "": told by letter or word of mouth
    attended = models.BooleanField(null=True)  # None: not held yet, or not written down

    class Meta:
        ordering = ["pk"]


class RetentionPeriod(models.Model):
    """How long one kind of record is kept, from a day on; the latest set for the latest day that has come holds."""

    name = models.CharField(max_length=40)  # a key of ``retention.KINDS``
    value = models.JSONField()  # {"number", "unit", "age"}: see ``retention.Period``
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["name", "-since", "-pk"]
        indexes = [models.Index(fields=["name", "since"])]
