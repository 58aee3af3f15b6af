"""Visits of one case: planned as meetings, watched over while the officer is there, written up afterwards."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models.cases import Case
from mainstay.service.documents.models import Document
from mainstay.service.record.models import Meeting

#: how long after the time said an officer who is there, and one who never said that they arrived, is looked for: our
#: own choices, short, because a call too many costs little
LATE_LEAVING: Final = timedelta(minutes=15)
LATE_ARRIVING: Final = timedelta(minutes=30)


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: Any) -> "VisitQuerySet":
        """Visits are the service's own, and follow the case."""
        if not user.sees_all_schools:
            return self.none()
        return self.filter(case__in=Case.objects.visible_to(user))

    def not_heard_from(self, now: datetime) -> "VisitQuerySet":
        """Whose officer is overdue: there longer than they said, or not heard from at all."""
        there = Q(state=Visit.State.THERE, safe_until__lt=now - LATE_LEAVING)
        never = Q(
            state=Visit.State.PLANNED, meeting__state=Meeting.State.PLANNED, meeting__ends__lt=now - LATE_ARRIVING
        )  # fmt: skip
        return self.filter(there | never)

    def without_outcome(self, now: datetime) -> "VisitQuerySet":
        """Over, and what came of it is not written up."""
        over = Q(meeting__state=Meeting.State.PLANNED, meeting__ends__lt=now)
        open_still = Q(state__in=[Visit.State.PLANNED, Visit.State.THERE])
        return self.filter(Q(state=Visit.State.LEFT) | (open_still & over))


class Visit(models.Model):
    """One visit to a family: the meeting says when and who, the passages what was said."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        THERE = "there", "Officer is there"
        LEFT = "left", "To be written up"
        RECORDED = "recorded", "Written up"
        CANCELLED = "cancelled", "Cancelled"

    class Place(models.TextChoices):
        HOME = "home", "At the family’s home"
        SCHOOL = "school", "At the school"
        ELSEWHERE = "elsewhere", "Somewhere else"

    class Outcome(models.TextChoices):
        SEEN = "seen", "The family was seen"
        NOBODY = "nobody", "Nobody was in"
        NOT_LET_IN = "not_let_in", "Somebody was in and did not want to talk"
        GONE = "gone", "The family does not live there any more"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="visits")
    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="visit")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    place = models.CharField(max_length=10, choices=Place)
    announced = models.BooleanField()
    told = models.CharField(max_length=300, blank=True)  # how and when the family was told
    purpose = models.CharField(max_length=300)
    risks = models.TextField()  # what is known, or that nothing is
    precautions = models.TextField(blank=True)
    arrived_at = models.DateTimeField(null=True)
    safe_until = models.DateTimeField(null=True, db_index=True)  # when the officer said they would have left
    left_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)  # senior officers or managers were told, the first time
    alarms = models.PositiveSmallIntegerField(
        default=0
    )  # how often; nought again once the officer is heard from
    last_alarm_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)  # what was found out about the officer
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    child_seen = models.BooleanField(null=True)
    who_seen = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)  # of outcome, child_seen and who_seen
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-meeting__starts", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="recorded") | (Q(recorded_at__isnull=False) & ~Q(outcome="")),
                name="visit_recorded_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="visit_alarm_answered_with_words",
            ),
        ]


class VisitCard(models.Model):
    """A card left, or sent, for one parent when a visit did not find them."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="cards")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["pk"]
