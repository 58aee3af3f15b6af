"""School attendance orders (Education Act 1996 ss.437 to 443); the regime is fixed when the road to one begins."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.decisions.models import Decision
from mainstay.service.directory.models import Parent, Pupil, School, pupils_in_view


class AttendanceOrderQuerySet(models.QuerySet["AttendanceOrder"]):
    def visible_to(self, user: Any) -> "AttendanceOrderQuerySet":
        """The service's own, for whoever sees orders."""
        if not (user.sees_all_schools and user.may("see_orders")):
            return self.none()
        return self.filter(pupils_in_view(user))

    def open(self) -> "AttendanceOrderQuerySet":
        return self.exclude(state=AttendanceOrder.State.ENDED)


class AttendanceOrder(models.Model):
    """One child's road to an order: enquiries, notice, expediency, school, intention, order, follow-up, end."""

    class Regime(models.TextChoices):
        EA1996 = "EA1996-437", "Education Act 1996 s.437"
        CWSA2026 = "CWSA2026", "Children's Wellbeing and Schools Act 2026"

    class State(models.TextChoices):
        ENQUIRIES = "enquiries", "Enquiries"
        NOTICE = "notice", "Notice served: parents to show suitable education"
        EXPEDIENCY = "expediency", "Panel to decide"
        SCHOOL = "school", "School to choose"
        SCHOOL_TOLD = "school_told", "School told: it may object"
        INTENTION = "intention", "Parents may choose another school"
        READY = "ready", "Order to serve"
        SERVED = "served", "Order in force"
        ENDED = "ended", "Ended"

    class Ending(models.TextChoices):
        SATISFIED = "satisfied", "Suitable education shown"
        NOT_EXPEDIENT = "not_expedient", "Not expedient that the child attends school"
        SUPERVISION = "supervision", "A supervision order instead"
        OVER_AGE = "over_age", "Over compulsory school age"
        REVOKED = "revoked", "Revoked"
        COURT = "court", "Ended by a court"
        MOVED = "moved", "Moved away"
        SPENT = "spent", "Spent by a conviction"
        IN_ERROR = "in_error", "Two records of one child"
        OTHER_SCHOOL = "other_school", "Registered at a school without an order"

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="attendance_orders")
    regime = models.CharField(max_length=10, choices=Regime, default=Regime.EA1996)
    state = models.CharField(max_length=12, choices=State, default=State.ENQUIRIES)
    state_since = models.DateTimeField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_because = models.TextField()
    received_on = models.DateField()  # the day the referral came: the first contact is counted from it
    parents = models.ManyToManyField(Parent, related_name="+")  # each is written to apart
    by_plan = models.BooleanField(default=False)  # the school is the one an EHC plan names (s.441)
    regime_decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    expediency = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="+")  # the one named
    school_because = models.TextField(blank=True)  # why this one; by an EHC plan, what the plan says
    alternatives = models.ManyToManyField(School, blank=True, related_name="+")
    served_on = models.DateField(null=True)  # the order's own service: the latest parent's
    enrolled_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ending = models.CharField(max_length=14, choices=Ending, blank=True)
    ending_because = models.TextField(blank=True)  # for the service
    told = models.TextField(blank=True)  # what the letter to each parent says about it
    convictions = models.PositiveSmallIntegerField(default=0)  # under s.443 for this order
    convicted_on = models.DateField(null=True)  # the last one
    stands = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")  # after it

    #: the day an action looks at it; for a page today
    looked_on: date | None = None

    objects = AttendanceOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil"], condition=~Q(state="ended"), name="one_open_attendance_order"
            ),
        ]

    @property
    def number(self) -> str:
        return f"AO-{self.pk:06}"


class AttendanceOrderNotice(models.Model):
    """One paper of the road to one parent: notice under s.437(1), intention under s.438, the order, an amendment."""

    class Kind(models.TextChoices):
        LETTER = "letter", "Informal letter"
        WARNING = "warning", "Warning that a notice follows"
        FIRST = "first", "Notice under section 437(1)"
        INTENTION = "intention", "Notice of intention under section 438"
        ORDER = "order", "School attendance order"
        AMENDMENT = "amendment", "Amended order"
        REMINDER = "reminder", "Reminder: not registered yet"
        REVOCATION = "revocation", "Decision on revocation"
        ENDED = "ended", "That it is over"

    order = models.ForeignKey(AttendanceOrder, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind)
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("documents.Service", null=True, on_delete=models.PROTECT, related_name="+")
    last_day = models.DateField(null=True)  # of the parent's time to answer
    answer = models.TextField(blank=True)  # what the parent answered
    answered_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]

    @property
    def counted_from(self) -> date | None:
        """The day it counts as received; None where it does not."""
        return self.service.presumed_on if self.service is not None else None


class AttendanceEnquiry(models.Model):
    """One line of the log of enquiries: a contact with the family, or one that was tried."""

    class Kind(models.TextChoices):
        CALL = "call", "Call or message"
        VISIT = "visit", "Visit at home"
        MEETING = "meeting", "Meeting"
        REPORT = "report", "What somebody else told us"

    order = models.ForeignKey(AttendanceOrder, on_delete=models.PROTECT, related_name="enquiries")
    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["on", "pk"]


class AttendanceConsultation(models.Model):
    """One body asked about a school before the school is named (s.439), and what it answered."""

    class Body(models.TextChoices):
        GOVERNORS = "governors", "Governing body"
        TRUST = "trust", "Academy trust"
        AUTHORITY = "authority", "Another admission authority"
        COUNCIL = "council", "Another local authority"

    class Reply(models.TextChoices):
        AGREES = "agrees", "Agrees"
        OBJECTS = "objects", "Objects"
        NONE = "none", "No reply came"

    class Number(models.TextChoices):
        WITHIN = "within", "There is a place in that year"
        SET = "set", "No place, and the council set the number itself"
        OVER = "over", "No place, and the number is not the council's"

    order = models.ForeignKey(AttendanceOrder, on_delete=models.PROTECT, related_name="consultations")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    body = models.CharField(max_length=10, choices=Body)
    asked_on = models.DateField()
    how = models.CharField(max_length=200)
    reply = models.CharField(max_length=8, choices=Reply, blank=True)
    reply_text = models.TextField(blank=True)
    replied_on = models.DateField(null=True)
    number = models.CharField(max_length=8, choices=Number, blank=True)
    excluded = models.BooleanField(null=True)  # whether this school permanently excluded the child
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "school", "body"], name="one_attendance_consultation_each"
            ),
        ]


class AttendanceSchoolPaper(models.Model):
    """One paper to a school: that it is to be named, or a copy of the order; to the governing body, or the head."""

    class Kind(models.TextChoices):
        TOLD = "told", "Decision to name the school"
        ORDER = "order", "Copy of the order"
        AMENDMENT = "amendment", "Copy of the amended order"

    class To(models.TextChoices):
        GOVERNORS = "governors", "Governing body"
        HEAD = "head", "Head teacher"

    class Direction(models.TextChoices):
        NAME = "name", "The school may be named"
        NOT = "not", "The school may not be named"

    order = models.ForeignKey(AttendanceOrder, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=10, choices=Kind)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    to = models.CharField(max_length=10, choices=To)
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("documents.Service", on_delete=models.PROTECT, related_name="+")
    last_day = models.DateField(null=True)  # of the time to ask the Secretary of State
    objected_on = models.DateField(null=True)
    objection = models.TextField(blank=True)
    direction = models.CharField(max_length=4, choices=Direction, blank=True)
    directed_on = models.DateField(null=True)
    current = models.BooleanField(default=True)  # False: another school was chosen since

    class Meta:
        ordering = ["pk"]


class AttendanceCheck(models.Model):
    """One look, with the school named, at whether the child is registered there."""

    order = models.ForeignKey(AttendanceOrder, on_delete=models.PROTECT, related_name="checks")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    registered = models.BooleanField()
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["on", "pk"]


class AttendanceAmendment(models.Model):
    """The order names another school: a parent asked for one with a place (s.440), or the council puts it in its place."""

    class Ground(models.TextChoices):
        PARENT = "parent", "A parent asked for another school, which has a place"
        COUNCIL = "council", "The council names another school"

    order = models.ForeignKey(AttendanceOrder, on_delete=models.PROTECT, related_name="amendments")
    ground = models.CharField(max_length=8, choices=Ground)
    parent = models.ForeignKey(Parent, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    because = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]


class AttendanceRevocation(models.Model):
    """A parent asks that the order is revoked (s.442): suitable education is otherwise arranged, they say."""

    order = models.ForeignKey(AttendanceOrder, on_delete=models.PROTECT, related_name="revocations")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    says = models.TextField()
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    revoked = models.BooleanField(null=True)  # None: not decided yet

    class Meta:
        ordering = ["pk"]
