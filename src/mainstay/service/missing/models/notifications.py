"""What schools notify, what they should have notified, deletions without a ground, and who may be a missing child."""

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.directory.models import (
    EVERY,
    Enrolment,
    Pupil,
    School,
    conflicts_of,
    pupils_in_view,
    schools_in_view,
)
from mainstay.service.missing.models.children import MissingChild

_USER: Final = settings.AUTH_USER_MODEL


def of_schools_in_view(user: Any) -> Q:
    """The condition "of a school whose returns this person sees": the school itself, or whoever sorts them."""
    needed = "see_notifications" if user.sees_all_schools else "notify_roll"
    if not user.may(needed):
        return Q(pk__in=[])
    _, pupils = conflicts_of(user)
    return schools_in_view(user) & (~Q(pupil__in=pupils) if pupils else EVERY)


class Kind(models.TextChoices):
    """What a school notifies; every list and letter uses these words."""

    JOINER = "joiner", "New pupil"
    LEAVER = "leaver", "Name to be deleted"
    TEN_DAYS = "ten_days", "Ten days’ absence"
    SICKNESS = "sickness", "Sickness of 15 days"
    PART_TIME = "part_time", "Part-time timetable"


class NotificationFile(models.Model):
    """A CSV of notifications as a school sent it, and which of its lines were refused."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=160)
    taken = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)  # lines that were notified before
    refused = models.JSONField(default=list)  # [line, problem]
    at = models.DateTimeField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: Any) -> "NotificationQuerySet":
        """A school sees its own; whoever sorts them all but those of a conflict."""
        return self.filter(of_schools_in_view(user))

    def open(self) -> "NotificationQuerySet":
        return self.filter(state__in=(Notification.State.SENT, Notification.State.BACK))


class Notification(models.Model):
    """One thing a school notified of one child, from sending to acceptance."""

    class State(models.TextChoices):
        SENT = "sent", "To look through"
        BACK = "back", "Sent back to the school"
        ACCEPTED = "accepted", "Accepted"
        WITHDRAWN = "withdrawn", "Withdrawn by the school"

    class Via(models.TextChoices):
        FORM = "form", "Form"
        FILE = "file", "File"

    kind = models.CharField(max_length=10, choices=Kind)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="notifications")
    # empty where the child is on no register yet, or fits no one pupil
    pupil = models.ForeignKey(
        Pupil, null=True, blank=True, on_delete=models.PROTECT, related_name="notifications"
    )
    first_on = models.DateField()  # joined, left or absent from
    last_on = models.DateField(null=True, blank=True)
    ground = models.CharField(max_length=10, blank=True)  # a code of ``law.deletion.grounds``
    said = models.JSONField(default=dict)  # every other answer by its name in ``notices.FIELDS``
    state = models.CharField(max_length=10, choices=State, default=State.SENT)
    via = models.CharField(max_length=6, choices=Via, default=Via.FORM)
    file = models.ForeignKey(
        NotificationFile, null=True, blank=True, on_delete=models.PROTECT, related_name="notifications"
    )
    # what child, kind and days come down to: the same sent twice is one row
    digest = models.CharField(max_length=64)
    problems = models.JSONField(default=list)  # what is missing, in words; the school mends it
    doubts = models.JSONField(default=list)  # what differs from the register; a person looks
    answer = models.JSONField(null=True, blank=True)  # what the law said of a deletion
    received_at = models.DateTimeField()
    sent_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    state_since = models.DateTimeField()
    decided_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)  # to the school: what is missing, or what follows

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "received_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "digest"], condition=~Q(state="withdrawn"), name="one_notification_each"
            ),
        ]

    def __str__(self) -> str:
        return f"notification {self.pk}"  # never a name: this ends up in logs

    @property
    def number(self) -> str:
        return f"SN-{self.pk:06}"

    @property
    def listed_name(self) -> str:
        if self.pupil is not None:
            return self.pupil.listed_name
        return ", ".join(filter(None, (self.said.get("surname", ""), self.said.get("forename", ""))))


class DueReturnQuerySet(models.QuerySet["DueReturn"]):
    def visible_to(self, user: Any) -> "DueReturnQuerySet":
        return self.filter(of_schools_in_view(user))

    def open(self) -> "DueReturnQuerySet":
        return self.filter(state=DueReturn.State.DUE)


class DueReturn(models.Model):
    """A notification that a roll or register calls for, found by the system: due, made, or not needed."""

    class State(models.TextChoices):
        DUE = "due", "Due"
        MADE = "made", "Made"
        NOT_NEEDED = "not_needed", "Not needed"

    kind = models.CharField(max_length=10, choices=Kind)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="due_returns")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="due_returns")
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    on = models.DateField()  # entered, deleted, or the day ten or fifteen days were reached
    due_on = models.DateField(db_index=True)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    notification = models.ForeignKey(
        Notification, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )
    why_not = models.CharField(max_length=300, blank=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)
    times_chased = models.PositiveSmallIntegerField(default=0)

    objects = DueReturnQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "school", "pupil", "on"], name="one_due_return_each")
        ]

    def __str__(self) -> str:
        return f"due return {self.pk}"


class OffRollingQuerySet(models.QuerySet["OffRolling"]):
    def visible_to(self, user: Any) -> "OffRollingQuerySet":
        """A school sees what was raised with it."""
        seen = self.filter(of_schools_in_view(user))
        return seen if user.sees_all_schools else seen.exclude(asked="")

    def open(self) -> "OffRollingQuerySet":
        return self.exclude(state=OffRolling.State.CLOSED)


class OffRolling(models.Model):
    """A name that left a register without a legal ground: raised with the school, escalated, settled."""

    class State(models.TextChoices):
        FOUND = "found", "To raise with the school"
        RAISED = "raised", "Raised with the school"
        ANSWERED = "answered", "The school answered"
        ESCALATED = "escalated", "Escalated"
        CLOSED = "closed", "Settled"

    class Outcome(models.TextChoices):
        RESTORED = "restored", "The name is back on the register"
        GROUND = "ground", "A ground was shown"
        MISTAKE = "mistake", "Nobody left: the file was wrong"
        ELSEWHERE = "elsewhere", "Passed on, beyond this service"

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="off_rolling")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="off_rolling")
    left_on = models.DateField()
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    notification = models.ForeignKey(
        Notification, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    why = models.CharField(max_length=300)  # why it was found
    state = models.CharField(max_length=10, choices=State, default=State.FOUND)
    state_since = models.DateTimeField()
    found_at = models.DateTimeField()
    asked = models.TextField(blank=True)
    answer_by = models.DateField(null=True, blank=True)
    answered = models.TextField(blank=True)
    escalated_to = models.CharField(max_length=160, blank=True)
    escalated_because = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    settled_because = models.TextField(blank=True)

    objects = OffRollingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "off-rolling"
        constraints = [
            models.UniqueConstraint(fields=["school", "pupil", "left_on"], name="one_off_rolling_each")
        ]

    def __str__(self) -> str:
        return f"off-rolling {self.pk}"

    @property
    def number(self) -> str:
        return f"OR-{self.pk:06}"


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: Any) -> "CandidateQuerySet":
        """For those who decide, both the child and the pupil in view."""
        if not user.may("match_missing"):
            return self.none()
        children = MissingChild.objects.visible_to(user).order_by().values("pk")
        return self.filter(pupils_in_view(user), child__in=children)

    def to_decide(self) -> "CandidateQuerySet":
        return self.filter(
            state__in=(Candidate.State.NEW, Candidate.State.UNSURE), pupil__merged_into=None
        ).exclude(Q(twin=True) | Q(child__state__in=("closed", "returned")))


class Candidate(models.Model):
    """A pupil on a roll who may be a missing child: how likely, why, and what a person decided."""

    class State(models.TextChoices):
        NEW = "new", "To decide"
        SAME = "same", "The same child"
        OTHER = "other", "Not the same child"
        UNSURE = "unsure", "Not sure yet"

    class Found(models.TextChoices):
        NIGHT = "night", "The comparison of every night"
        REFERRED = "referred", "When the child was referred"
        JOINED = "joined", "When the pupil joined a school"
        ROLL = "roll", "The child’s own record came on a roll"

    child = models.ForeignKey(MissingChild, on_delete=models.CASCADE, related_name="candidates")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="missing_candidates")
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    entered_on = models.DateField(null=True, blank=True)
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    against = models.JSONField(default=list)
    twin = models.BooleanField(default=False)
    own = models.BooleanField(default=False)  # not another record: the child's own, on a roll again
    digest = models.CharField(
        max_length=64
    )  # of what was compared: a decided pair comes back only when it changes
    found = models.CharField(max_length=8, choices=Found)
    found_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(
        "common.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.TextField(blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [models.UniqueConstraint(fields=["child", "pupil"], name="one_candidate_each")]

    def __str__(self) -> str:
        return f"candidate {self.pk}"


class Comparison(models.Model):
    """One night's comparison of the missing children with every roll: by what, of how many, what it found."""

    at = models.DateTimeField()
    engine = models.CharField(max_length=12)  # splink, live
    children = models.PositiveIntegerField()
    pupils = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    seconds = models.FloatField()

    class Meta:
        ordering = ["-pk"]
