"""School attendance orders (Education Act 1996 ss.437 to 443); the regime is fixed when the road to one begins."""

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
        OTHER_SCHOOL = "other_school", "Registered at a school without an order"

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="attendance_orders")
    regime = models.CharField(max_length=10, choices=Regime, default=Regime.EA1996)
    state = models.CharField(max_length=12, choices=State, default=State.ENQUIRIES)
    state_since = models.DateTimeField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_because = models.TextField()
    expediency = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="+")  # the one named
    alternatives = models.ManyToManyField(School, blank=True, related_name="+")
    served_on = models.DateField(null=True)  # the order's own service: the latest parent's
    enrolled_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ending = models.CharField(max_length=14, choices=Ending, blank=True)

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
        WARNING = "warning", "Informal letter"
        FIRST = "first", "Notice under section 437(1)"
        INTENTION = "intention", "Notice of intention under section 438"
        ORDER = "order", "School attendance order"
        AMENDMENT = "amendment", "Amended order"
        REVOCATION = "revocation", "Decision on revocation"

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
