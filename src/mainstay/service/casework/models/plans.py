"""What a family, a school and the service promise each other: action plans, attendance contracts, early help."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from mainstay.service.casework.models.cases import Case
from mainstay.service.directory.models import Parent
from mainstay.service.documents.models import Document, Service


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: Any) -> "PlanQuerySet":
        """They follow the case; a school sees those that were offered to the family."""
        found = self.filter(case__in=Case.objects.visible_to(user))
        return found if user.sees_all_schools else found.exclude(state__in=Plan.NOT_OFFERED)


class Plan(models.Model):
    """One plan of one case; ``kind`` says which of the three."""

    class Kind(models.TextChoices):
        ACTION = "action", "Action plan"
        CONTRACT = "contract", "Attendance contract"
        EARLY_HELP = "early_help", "Early help assessment"

    class State(models.TextChoices):
        DRAFT = "draft", "Being written"
        OFFERED = "offered", "Offered"
        RUNNING = "running", "Running"
        NOT_AGREED = "not_agreed", "Not agreed"
        ENDED = "ended", "Ended"
        DROPPED = "dropped", "Not offered"

    NOT_OFFERED: ClassVar = (State.DRAFT, State.DROPPED)

    class Result(models.TextChoices):
        KEPT = "kept", "Kept"
        PARTLY = "partly", "Kept in part"
        NOT_KEPT = "not_kept", "Not kept"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    target = models.PositiveSmallIntegerField(
        null=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )  # attendance in per cent
    starts_on = models.DateField()
    ends_on = models.DateField()
    review_on = models.DateField()
    consent = models.CharField(
        max_length=300, blank=True
    )  # early help: who agreed that what is shared with whom
    result = models.CharField(max_length=8, choices=Result, blank=True)
    result_words = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state_since = models.DateTimeField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="plan_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(review_on__gte=F("starts_on"), review_on__lte=F("ends_on")),
                name="plan_reviewed_while_it_runs",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | (~Q(result="") & ~Q(result_words="")), name="plan_ended_with_result"
            ),
        ]  # fmt: skip

    @property
    def number(self) -> str:
        return f"PL-{self.pk:06}"


class PlanLine(models.Model):
    """One promise: what is needed, who does what until when, and how anybody will see that it was done."""

    class Owner(models.TextChoices):
        PARENT = "parent", "Parent"
        CHILD = "child", "Child"
        SCHOOL = "school", "School"
        OFFICER = "officer", "Education welfare officer"
        AGENCY = "agency", "Another agency"

    class Status(models.TextChoices):
        TO_DO = "to_do", "To do"
        DONE = "done", "Done"
        PARTLY = "partly", "Done in part"
        NOT_DONE = "not_done", "Not done"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="lines")
    need = models.CharField(max_length=300)
    action = models.CharField(max_length=300)
    owner = models.CharField(max_length=8, choices=Owner)
    who = models.CharField(max_length=120, blank=True)  # which parent, person or agency
    due_on = models.DateField()
    measure = models.CharField(max_length=300)
    status = models.CharField(max_length=8, choices=Status, default=Status.TO_DO)
    evidence = models.TextField(blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "pk"]


class PlanSignature(models.Model):
    """One side agreed, or did not; what they said about it is kept in their words."""

    class Side(models.TextChoices):
        PARENT = "parent", "Parent"
        CHILD = "child", "Child"
        SCHOOL = "school", "School"
        SERVICE = "service", "Education welfare service"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=8, choices=Side)
    parent = models.ForeignKey(Parent, null=True, on_delete=models.PROTECT, related_name="plan_signatures")
    name = models.CharField(max_length=200)
    agreed = models.BooleanField()
    words = models.TextField(blank=True)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "side"], condition=Q(parent=None), name="one_signature_per_side"
            ),
            models.UniqueConstraint(
                fields=["plan", "parent"], condition=Q(parent__isnull=False), name="one_signature_per_parent"
            ),
            models.CheckConstraint(
                condition=Q(agreed=True) | ~Q(words=""), name="plan_refused_with_words"
            ),
        ]  # fmt: skip


class PlanReview(models.Model):
    """Everybody looks back together: attendance since the start, and each promise ticked or not."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reviews")
    on = models.DateField()
    register = models.JSONField()
    words = models.TextField()
    next_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "pk"]


class PlanTick(models.Model):
    """How one promise stood at one review."""

    review = models.ForeignKey(PlanReview, on_delete=models.CASCADE, related_name="ticks")
    line = models.ForeignKey(PlanLine, on_delete=models.PROTECT, related_name="ticks")
    status = models.CharField(max_length=8, choices=PlanLine.Status)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["line__due_on", "line_id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "line"], name="one_tick_per_review_and_line")
        ]


class PlanCopy(models.Model):
    """A printed copy for one parent, and how it was given."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="copies")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="plan_copies")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    service = models.OneToOneField(Service, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
