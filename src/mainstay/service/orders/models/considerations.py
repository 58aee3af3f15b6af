"""That an education supervision order was considered, before any prosecution for attendance (Education Act 1996 s.447(1))."""

from typing import Any

from django.db import models

from mainstay.service.casework.models import Case
from mainstay.service.common.decisions.models import Decision
from mainstay.service.directory.models import pupils_in_view


class ConsiderationQuerySet(models.QuerySet["Consideration"]):
    def visible_to(self, user: Any) -> "ConsiderationQuerySet":
        """The service's own, for whoever sees orders."""
        if not (user.sees_all_schools and user.may("see_orders")):
            return self.none()
        return self.filter(pupils_in_view(user, "case__pupil"))


class Consideration(models.Model):
    """One signed consideration: whether an order is sought instead of a prosecution, as well as it, or not."""

    class Outcome(models.TextChoices):
        APPLY_INSTEAD = "apply_instead", "Apply for an order instead of a prosecution"
        APPLY_AS_WELL = "apply_as_well", "Apply for an order as well as a prosecution"
        NOT_APPROPRIATE = "not_appropriate", "An order is not appropriate"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="order_considerations")
    outcome = models.CharField(max_length=16, choices=Outcome)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="+"
    )  # signed by whoever decided
    welfare = models.TextField()  # the welfare checklist, in words
    no_order = (
        models.TextField()
    )  # why making an order would be better for the child than making none, or not
    consulted = models.TextField()  # children's services: who, when, what they said
    consulted_on = models.DateField(null=True)
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")

    objects = ConsiderationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
