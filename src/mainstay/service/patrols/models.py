"""Patrols with the police: designated places, directions, patrols, the children met, and counts for monitoring.

Crime and Disorder Act 1998 s.16: the council designates places and tells the chief officer; a superintendent directs an
area and a period; only a constable may take a child there or to school. Confirm with legal.
"""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.keys import fold
from mainstay.service.common.ui.filters import date_time
from mainstay.service.directory.models import Pupil, School, pupils_in_view, schools_in_view

WHO: Final = settings.AUTH_USER_MODEL


class DesignatedPlace(models.Model):
    """Premises the council designated for children found on a patrol, of which it told the chief officer of police."""

    name = models.CharField(max_length=160)
    address = models.CharField(max_length=300)
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="+")
    designated_on = models.DateField()
    chief_told_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    by = models.ForeignKey(WHO, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]


class Direction(models.Model):
    """A superintendent's direction: for one area and one period constables may act there."""

    reference = models.CharField(max_length=60)
    given_by = models.CharField(max_length=120)  # name and rank
    given_on = models.DateField()
    area = models.TextField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    by = models.ForeignKey(WHO, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-starts", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=models.F("starts")), name="direction_ends_after_it_starts"
            )
        ]


class PatrolQuerySet(models.QuerySet["Patrol"]):
    def visible_to(self, user: Any) -> "PatrolQuerySet":
        """The service's and the police's."""
        return self if user.may("see_patrols") else self.none()

    def open(self) -> "PatrolQuerySet":
        return self.exclude(state__in=(Patrol.State.CLOSED, Patrol.State.CANCELLED))


class Patrol(models.Model):
    """One patrol of officers and police, under one direction."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        OUT = "out", "Out now"
        BACK = "back", "Back: to follow up"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Cancelled"

    direction = models.ForeignKey(Direction, on_delete=models.PROTECT, related_name="patrols")
    place = models.ForeignKey(DesignatedPlace, on_delete=models.PROTECT, related_name="patrols")
    area = models.CharField(max_length=200)  # the part of the directed area
    starts = models.DateTimeField(db_index=True)
    ends = models.DateTimeField()
    lead = models.ForeignKey(WHO, on_delete=models.PROTECT, related_name="+")
    officers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="patrols")
    police = models.CharField(max_length=300)  # names or collar numbers
    briefing = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    state_since = models.DateTimeField()
    because = models.CharField(max_length=300, blank=True)  # why it was cancelled
    made_by = models.ForeignKey(WHO, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    #: the moment at which an action looks at it; for a page now
    looked_at: datetime | None = None

    objects = PatrolQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "-pk"]

    @property
    def number(self) -> str:
        return f"TP-{self.pk:06}"

    def __str__(self) -> str:
        return f"{self.number}, {date_time(self.starts)}"


class EncounterQuerySet(models.QuerySet["Encounter"]):
    def visible_to(self, user: Any) -> "EncounterQuerySet":
        """The service's, conflicts taken out; the police's while their patrol is not closed; a school's, if it was asked."""
        if user.may("see_patrols") and not user.sees_all_schools:
            return self.filter(patrol__in=Patrol.objects.open())
        if user.may("see_patrols"):
            return self.filter(Q(pupil=None) | pupils_in_view(user), Q(school=None) | schools_in_view(user))
        if user.may("check_patrol"):
            return self.filter(schools_in_view(user), asked_at__isnull=False, forgotten_at=None)
        return self.none()

    def to_answer(self) -> "EncounterQuerySet":
        """Those a school was asked about that nobody answered."""
        return self.filter(asked_at__isnull=False, checked_at=None, forgotten_at=None)

    def to_follow_up(self) -> "EncounterQuerySet":
        return self.filter(finding=Encounter.Finding.WITHOUT, followed_at=None)


class Encounter(models.Model):
    """One child met. Who it was is forgotten after the set days where nothing has to follow."""

    class Status(models.TextChoices):
        REGISTERED = "registered", "On a school’s roll"
        EXCLUDED = "excluded", "Suspended or permanently excluded"
        EHE = "ehe", "Says: educated at home"
        MEDICAL = "medical", "Medical appointment, or ill"
        OTHER = "other", "Something else, or not known"

    class Finding(models.TextChoices):
        """What the check came to."""

        LAWFUL = "lawful", "Absent with leave, or lawfully out"
        WITHOUT = "without", "Absent without leave"
        UNKNOWN = "unknown", "Could not be found out"
        HERE = "here", "In school: somebody else was met"

    class Outcome(models.TextChoices):
        NONE = "none", "No action"
        RETURNED = "returned", "Taken back to school by a constable"
        PLACE = "place", "Taken to the designated place by a constable"
        HOME = "home", "Went home with a parent or carer"
        WALKED = "walked", "Went back to school by themselves"
        SAFEGUARDING = "safeguarding", "Safeguarding referral, and nothing else"

    class Informed(models.TextChoices):
        YES = "yes", "Yes"
        TRIED = "tried", "Tried, nobody reached"
        SCHOOL = "school", "The school does it"
        NO = "no", "No"

    class Listed(models.TextChoices):
        ON = "on", "On the list"
        OFF = "off", "Not on the list: the children missing education officer is told"

    patrol = models.ForeignKey(Patrol, on_delete=models.PROTECT, related_name="encounters")
    number = models.PositiveSmallIntegerField()  # within the patrol
    at = models.DateTimeField()
    where = models.CharField(max_length=200)
    # who it is, as said or as found; emptied by ``actions.forgetting``
    forename = models.CharField(max_length=80, blank=True)
    surname = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=180, blank=True)  # folded "surname forename"
    born_on = models.DateField(null=True)
    pupil = models.ForeignKey(Pupil, null=True, on_delete=models.PROTECT, related_name="encounters")
    reason = models.CharField(max_length=300, blank=True)  # what the child or parent says
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="encounters")
    with_parent = models.BooleanField()
    status = models.CharField(max_length=10, choices=Status)
    repeat = models.BooleanField(default=False)  # met before, as far as is remembered
    logged_by = models.ForeignKey(WHO, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField()
    # the check with the school, or of the list of children educated at home
    asked_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(WHO, null=True, on_delete=models.PROTECT, related_name="+")
    checked_with = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=2, blank=True)
    listed = models.CharField(max_length=3, choices=Listed, blank=True)
    finding = models.CharField(max_length=8, choices=Finding, blank=True)
    # what was done
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    outcome_at = models.DateTimeField(null=True)
    constable = models.CharField(max_length=120, blank=True)  # who took the child along
    informed = models.CharField(max_length=6, choices=Informed, blank=True)
    safeguarding = models.CharField(max_length=300, blank=True)  # to whom, and what for
    followed_at = models.DateTimeField(null=True)
    followed_by = models.ForeignKey(WHO, null=True, on_delete=models.PROTECT, related_name="+")
    followed = models.TextField(blank=True)
    forgotten_at = models.DateTimeField(null=True)

    objects = EncounterQuerySet.as_manager()

    class Meta:
        ordering = ["patrol", "number"]
        indexes = [models.Index(fields=["at"]), models.Index(fields=["key", "born_on"])]
        constraints = [models.UniqueConstraint(fields=["patrol", "number"], name="one_encounter_per_number")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(f"{self.surname} {self.forename}")[:180]
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """Never a child's name: it stands in calendars and lists of deadlines."""
        return f"TP-{self.patrol_id:06}/{self.number}"

    @property
    def name(self) -> str:
        return f"{self.forename} {self.surname}".strip()


class EthnicityCount(models.Model):
    """How many children of one group were met in one term; a number, tied to no child, day or patrol."""

    term = models.CharField(max_length=6)  # of ``team.terms``
    group = models.CharField(max_length=60)
    taken = models.BooleanField()  # taken to school or the place by a constable
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term", "group", "taken"], name="one_ethnicity_count_each")
        ]
