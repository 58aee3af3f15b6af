"""Education supervision orders (Children Act 1989 s.36 and Schedule 3 Part III)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models import Case
from mainstay.service.directory.models import Parent, pupils_in_view
from mainstay.service.orders.models.considerations import Consideration


class SupervisionOrderQuerySet(models.QuerySet["SupervisionOrder"]):
    def visible_to(self, user: Any) -> "SupervisionOrderQuerySet":
        """The service's own, for whoever sees orders."""
        if not (user.sees_all_schools and user.may("see_orders")):
            return self.none()
        return self.filter(pupils_in_view(user, "case__pupil"))

    def open(self) -> "SupervisionOrderQuerySet":
        return self.exclude(state=SupervisionOrder.State.ENDED)

    def in_force(self) -> "SupervisionOrderQuerySet":
        return self.filter(state=SupervisionOrder.State.IN_FORCE)


class SupervisionOrder(models.Model):
    """One child's order, from the proposal to its end."""

    class State(models.TextChoices):
        CONSULTING = "consulting", "Being consulted about"
        PLANNING = "planning", "Plan and report to be written"
        APPLIED = "applied", "Applied for"
        IN_FORCE = "in_force", "In force"
        ENDED = "ended", "Ended"

    class Ending(models.TextChoices):
        NOT_PURSUED = "not_pursued", "Not pursued"
        REFUSED = "refused", "Refused by the court"
        OTHER_ORDER = "other_order", "The court made another order"
        EXPIRED = "expired", "Expired"
        OVER_AGE = "over_age", "Over compulsory school age"
        CARE_ORDER = "care_order", "A care order was made"
        DISCHARGED = "discharged", "Discharged by the court"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supervision_orders")
    consideration = models.ForeignKey(Consideration, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.CONSULTING)
    state_since = models.DateTimeField()
    directed_on = models.DateField(null=True)  # a court directed the authority to apply (s.447(2))
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="supervised_orders"
    )
    court = models.CharField(max_length=120, blank=True)
    court_number = models.CharField(max_length=40, blank=True)
    applied_on = models.DateField(null=True)
    hearing_on = models.DateField(null=True)
    made_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)  # its last day; extended, the new one
    ended_on = models.DateField(null=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)

    objects = SupervisionOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=~Q(state="ended"), name="one_open_supervision_order"
            ),
        ]

    @property
    def number(self) -> str:
        return f"SO-{self.pk:06}"


class Direction(models.Model):
    """One written direction of the supervising officer, to a parent or the child."""

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="directions")
    to_parent = models.ForeignKey(
        Parent, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the child
    text = models.TextField()
    because = models.TextField()
    child_wishes = models.TextField()
    parent_wishes = models.TextField()
    due_on = models.DateField()
    given_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("documents.Service", null=True, on_delete=models.PROTECT, related_name="+")
    complied = models.CharField(max_length=8, blank=True)  # yes, partly, no; "": not said yet

    class Meta:
        ordering = ["pk"]


class Breach(models.Model):
    """One failure to comply with a direction; several make it persistent."""

    direction = models.ForeignKey(Direction, on_delete=models.PROTECT, related_name="breaches")
    on = models.DateField()
    what = models.TextField()
    explanation = models.TextField(blank=True)  # what the parent or child said
    warned_document = models.ForeignKey(
        "documents.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    warned_service = models.ForeignKey(
        "documents.Service", null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["on", "pk"]
