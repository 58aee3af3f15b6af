"""Targeting Support Meetings: how often, each meeting with its pack, what was decided about a child, who does what."""

from typing import Any, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.decisions.models import Decision
from mainstay.service.directory.models import Pupil, School, pupils_in_view, schools_in_view
from mainstay.service.record.models import Guest, Meeting


class TargetingMeetingQuerySet(models.QuerySet["TargetingMeeting"]):
    def visible_to(self, user: Any) -> "TargetingMeetingQuerySet":
        if not user.may("see_meetings"):
            return self.none()
        return self.filter(schools_in_view(user))

    def to_come(self) -> "TargetingMeetingQuerySet":
        """Planned or going on, and not cancelled in the calendar either."""
        waiting = (TargetingMeeting.State.PLANNED, TargetingMeeting.State.READY, TargetingMeeting.State.LIVE)
        return self.filter(state__in=waiting, calendar__state=Meeting.State.PLANNED)

    def held(self) -> "TargetingMeetingQuerySet":
        return self.filter(state__in=(TargetingMeeting.State.ENDED, TargetingMeeting.State.AGREED))


class TargetingMeeting(models.Model):
    """One meeting of a school's term; time, place and who is asked lie in its ``calendar``."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        READY = "ready", "Pack made"
        LIVE = "live", "Being held"
        ENDED = "ended", "To be agreed"
        AGREED = "agreed", "Agreed"
        CANCELLED = "cancelled", "Cancelled"

    class Term(models.TextChoices):
        AUTUMN = "autumn", "Autumn"
        SPRING = "spring", "Spring"
        SUMMER = "summer", "Summer"

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="targeting_meetings")
    year = models.PositiveSmallIntegerField()  # academic year, and term, for which it counts
    term = models.CharField(max_length=6, choices=Term)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    calendar = models.OneToOneField(Meeting, null=True, on_delete=models.PROTECT, related_name="targeting")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.TextField(blank=True)  # about the school as a whole: never a child's name

    objects = TargetingMeetingQuerySet.as_manager()

    @property
    def pack_made(self) -> "TargetingPack | None":
        """Its pack, read once for each meeting in hand."""
        return getattr(self, "pack", None)

    class Meta:
        ordering = ["-calendar__starts", "-pk"]
        indexes = [models.Index(fields=["year", "term", "school"], name="targeting_by_term")]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None) | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="targeting_agreed_at_and_by_together",
            )
        ]  # fmt: skip


class TargetingPack(models.Model):
    """What the register said when it was made; children stand in it by number, never by name."""

    meeting = models.OneToOneField(
        TargetingMeeting, primary_key=True, on_delete=models.CASCADE, related_name="pack"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: by itself, the day before
    content = models.JSONField()


class AboutChildQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Of schools and children in view; for a school, once the meeting is agreed, of those on its roll."""
        if not user.may("see_meetings"):
            return self.none()
        found = self.filter(schools_in_view(user, "meeting__school"))
        if user.sees_all_schools:
            return found.filter(Q(pupil=None) | pupils_in_view(user))
        here = Q(pupil=None) | Q(pupil__in=Pupil.objects.present_to(user).order_by().values("pk"))
        return found.filter(here, meeting__state=TargetingMeeting.State.AGREED)


class TargetingDecision(models.Model):
    """What was decided about one child in one meeting."""

    class Choice(models.TextChoices):
        WATCH = "watch", "Watch"
        SCHOOL = "school_acts", "The school acts"
        EARLY_HELP = "early_help", "Early help"
        CONSULT = "consult", "Consult the service about a referral"
        NOTICE = "notice", "Consider a notice to improve or a penalty notice"
        HEALTH = "health_send", "Health or special educational needs"
        NONE = "none", "No action"

    meeting = models.ForeignKey(TargetingMeeting, on_delete=models.PROTECT, related_name="decisions")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="targeting_decisions")
    choice = models.CharField(max_length=12, choices=Choice)
    note = models.TextField()
    has_plan = models.BooleanField(null=True)  # None: not asked
    lead = models.CharField(max_length=120, blank=True)  # who leads on the child's plan
    review_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # what somebody else had written before, oldest first: by (name), at, choice and note
    earlier = models.JSONField(default=list, blank=True)
    decision = models.ForeignKey(
        Decision, null=True, on_delete=models.PROTECT, related_name="+"
    )  # once agreed

    objects = AboutChildQuerySet.as_manager()

    def before(self) -> list[str]:
        """What colleagues had written, in words."""
        return [f"{one['by']} wrote before: {one['choice']}. {one['note']}" for one in self.earlier]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "pupil"], name="one_targeting_decision_each")
        ]


#: what is decided about a child, as the live page writes it
DECIDED: Final = ("choice", "note", "has_plan", "lead", "review_on")


def decision_kept(decision: TargetingDecision | None) -> dict[str, Any]:
    """The words of a decision as they stand, for ``meanwhile``; nothing where there is none yet."""
    return {name: getattr(decision, name) for name in DECIDED} if decision else {}


class TargetingActionQuerySet(AboutChildQuerySet):
    def open(self) -> "TargetingActionQuerySet":
        return self.filter(done_at=None, meeting__state=TargetingMeeting.State.AGREED)


class TargetingAction(models.Model):
    """Who does what by when: the school, an officer, or somebody else who was asked to the meeting."""

    meeting = models.ForeignKey(TargetingMeeting, on_delete=models.PROTECT, related_name="actions")
    pupil = models.ForeignKey(
        Pupil, null=True, on_delete=models.PROTECT, related_name="targeting_actions"
    )  # None: about the school as a whole
    text = models.CharField(max_length=200)
    for_school = models.BooleanField(default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="targeting_actions"
    )
    owner_name = models.CharField(max_length=160)  # as it was agreed
    guest = models.ForeignKey(
        Guest, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # who was asked to the meeting and does it; may have no account
    due = models.DateField(db_index=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the guest it belongs to, by a link
    done_words = models.CharField(max_length=300, blank=True)

    objects = TargetingActionQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None, done_words="")
                | (Q(done_at__isnull=False) & ~Q(done_words="")),
                name="targeting_action_done_with_words",
            )
        ]


class TargetingFrequency(models.Model):
    """How often a school has its meeting from a day on, with the reason; without a row: once a term."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="targeting_frequencies")
    since = models.DateField()
    per_term = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-since", "-pk"]
