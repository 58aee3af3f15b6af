"""What a family, a school and the service promise each other: action plans, attendance contracts, early help.

Each is about a child. Most belong to a case; those begun before one (after a consultation, beside a referral, or as
work a school buys) join it once it is opened.
"""

from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from mainstay.service.casework.models.cases import Case
from mainstay.service.casework.models.consultations import Consultation
from mainstay.service.casework.models.referrals import Referral
from mainstay.service.directory.models import Parent, Pupil, School, pupils_in_view, schools_in_view
from mainstay.service.documents.models import Document, Service

#: stands for the child, who is no parent, where words are told apart by whose they are
CHILD: Final = Value(0)


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: Any) -> "PlanQuerySet":
        """Of pupils and schools in view, for whoever may see cases; a draft is its writer's side's own.

        A school reads an assessment only while the family agrees to that.
        """
        if not user.may("see_cases"):
            return self.none()
        seen = self.filter(pupils_in_view(user), schools_in_view(user))
        of_school = Q(from_school=True, case=None)
        if user.sees_all_schools:
            return seen.exclude(of_school & Q(state__in=Plan.NOT_OFFERED))
        return seen.filter(of_school | ~Q(state__in=Plan.NOT_OFFERED)).open_to_school()

    def open_to_school(self) -> "PlanQuerySet":
        """An assessment only where a parent agrees to that, and nobody's last word is a no or taken back."""
        said = PlanConsent.objects.last_words().filter(plan=OuterRef("pk"))
        agreed = Exists(said.filter(with_school=True, parent__isnull=False))
        against = Exists(said.filter(Q(with_school=False) | Q(withdrawn_on__isnull=False)))
        return self.filter(~Q(kind=Plan.Kind.EARLY_HELP) | (agreed & ~against))


class Plan(models.Model):
    """One plan for one child; ``kind`` says which of the three."""

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

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="plans")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="plans")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="plans")
    from_school = models.BooleanField(
        default=False
    )  # begun by the school, which leads it until it joins a case
    purchased = models.BooleanField(default=False)  # work the school has bought
    consultation = models.ForeignKey(Consultation, null=True, on_delete=models.PROTECT, related_name="plans")
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="plans")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    target = models.PositiveSmallIntegerField(
        null=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )  # attendance in per cent
    starts_on = models.DateField()
    ends_on = models.DateField()
    review_on = models.DateField()
    areas = models.JSONField(default=list)  # early help: [{"key", "text", "hint"}] as the list stood then
    consent = models.CharField(max_length=300, blank=True)  # early help: what may be shared, and with whom
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


class PlanConsentQuerySet(models.QuerySet["PlanConsent"]):
    def standing(self) -> "PlanConsentQuerySet":
        return self.filter(withdrawn_on=None)

    def last_words(self) -> "PlanConsentQuerySet":
        """Of each person what they said last about a plan, also where they took it back."""
        later = PlanConsent.objects.alias(person=Coalesce("parent", CHILD)).filter(
            plan=OuterRef("plan"), person=Coalesce(OuterRef("parent"), CHILD), pk__gt=OuterRef("pk")
        )
        return self.exclude(Exists(later))


class PlanConsent(models.Model):
    """One person agreed to an assessment and to who reads it; they may take that back on any day."""

    class How(models.TextChoices):
        SIGNED = "signed", "On paper, signed"
        SPOKEN = "spoken", "They said so"
        WRITTEN = "written", "By e-mail or message"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="consents")
    parent = models.ForeignKey(
        Parent, null=True, on_delete=models.PROTECT, related_name="plan_consents"
    )  # None: the child
    on = models.DateField()
    how = models.CharField(max_length=7, choices=How)
    with_school = models.BooleanField()
    withdrawn_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = PlanConsentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    @property
    def name(self) -> str:
        return self.parent.name if self.parent else "The child"


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
        DONE = "done", "Kept"
        PARTLY = "partly", "Kept in part"
        NOT_DONE = "not_done", "Not kept"

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
