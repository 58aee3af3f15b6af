"""Education supervision orders (Children Act 1989 s.36 and Schedule 3 Part III)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models import Case
from mainstay.service.common.decisions.models import Decision
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
        SOCIAL_CARE = "social_care", "Social care leads instead"
        REFUSED = "refused", "Refused by the court"
        OTHER_ORDER = "other_order", "The court made another order"
        EXPIRED = "expired", "Expired"
        OVER_AGE = "over_age", "Over compulsory school age"
        CARE_ORDER = "care_order", "A care order was made"
        DISCHARGED = "discharged", "Discharged by the court"

    class Elsewhere(models.TextChoices):
        NO = "no", "No other authority"
        ACCOMMODATED = "accommodated", "Another authority accommodates the child"
        LIVES = "lives", "The child lives, or will live, in another authority's area"

    class Applicant(models.TextChoices):
        CHILD = "child", "The child"
        PARENT = "parent", "A parent"
        AUTHORITY = "authority", "The authority"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supervision_orders")
    consideration = models.ForeignKey(Consideration, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.CONSULTING)
    state_since = models.DateTimeField()
    directed_on = models.DateField(null=True)  # a court directed the authority to apply (s.447(2))
    elsewhere = models.CharField(max_length=12, choices=Elsewhere, blank=True)  # "": not said yet
    # the plan and the report to the court
    child_wishes = models.TextField(blank=True)
    parent_wishes = models.TextField(blank=True)
    plan = models.TextField(blank=True)
    draft_directions = models.TextField(blank=True)
    report = models.TextField(blank=True)
    #: plan and report as they were authorised; None while they are written
    plan_document = models.ForeignKey(
        "documents.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    authorised = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="supervised_orders"
    )
    court = models.CharField(max_length=120, blank=True)
    fee_pence = models.PositiveIntegerField(null=True, blank=True)  # paid to the court with the application
    court_number = models.CharField(max_length=40, blank=True)
    applied_on = models.DateField(null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    forms = models.CharField(max_length=120, blank=True)  # their names, as legal services confirmed them
    hearing_on = models.DateField(null=True)
    made_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)  # its last day; extended, the new one
    ended_on = models.DateField(null=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)
    ended_because = models.TextField(blank=True)
    discharge_by = models.CharField(max_length=10, choices=Applicant, blank=True)
    closure = models.TextField(blank=True)  # the summary at the end

    objects = SupervisionOrderQuerySet.as_manager()
    #: the moment an action looks at it, for the steps; no column
    looked_at: datetime | None = None

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

    @property
    def in_words(self) -> str:
        return f"Supervision order {self.number}"


class OrderConsultation(models.Model):
    """One authority asked about an order: the council's own social care always, another one under its head."""

    class Whom(models.TextChoices):
        OWN = "own", "The council's own social care"
        ACCOMMODATED = "accommodated", "The authority that accommodates the child"
        LIVES = "lives", "The authority in whose area the child lives or will live"

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="consultations")
    whom = models.CharField(max_length=12, choices=Whom)
    name = models.CharField(max_length=200)  # of the team or authority, and who there
    asked_on = models.DateField()
    asked = models.TextField()  # what was asked and sent
    last_day = models.DateField()
    answered_on = models.DateField(null=True)
    known = models.TextField(blank=True)
    risk = models.TextField(blank=True)
    support = models.TextField(blank=True)
    objections = models.TextField(blank=True)
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("documents.Service", null=True, on_delete=models.PROTECT, related_name="+")
    #: the answer as it was kept last
    answer_document = models.ForeignKey(
        "documents.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]


class Respondent(models.Model):
    """Somebody the application and the notice of the hearing are served on."""

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="respondents")
    parent = models.ForeignKey(
        Parent, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the child
    served_on = models.DateField(null=True)
    how = models.CharField(max_length=200, blank=True)
    late_because = models.CharField(max_length=300, blank=True)  # how the court shortened the time
    #: of the plan and report, which go with the application
    service = models.ForeignKey("documents.Service", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]


class SupervisionContact(models.Model):
    """One contact of the supervising officer, or their report on progress."""

    class Kind(models.TextChoices):
        VISIT = "visit", "Visit"
        CALL = "call", "Call"
        MEETING = "meeting", "Meeting"
        REPORT = "report", "Progress report"

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()
    who = models.CharField(max_length=200)  # who was seen or spoken to
    child_seen = models.BooleanField(default=False)
    words = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-on", "-pk"]


class Direction(models.Model):
    """One written direction of the supervising officer, to a parent or the child."""

    class Complied(models.TextChoices):
        YES = "yes", "Complied with"
        PARTLY = "partly", "Complied with in part"
        NO = "no", "Not complied with"

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="directions")
    to_parent = models.ForeignKey(
        Parent, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the child
    text = models.TextField()
    because = models.TextField()
    child_wishes = models.TextField()  # or why it was not practicable to ask
    parent_wishes = models.TextField()
    due_on = models.DateField()
    given_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("documents.Service", null=True, on_delete=models.PROTECT, related_name="+")
    complied = models.CharField(max_length=8, choices=Complied, blank=True)  # "": not said yet
    complied_note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    @property
    def number(self) -> str:
        return f"SD-{self.pk:06}"


class Breach(models.Model):
    """One failure to comply with a direction; several make it persistent."""

    direction = models.ForeignKey(Direction, on_delete=models.PROTECT, related_name="breaches")
    on = models.DateField()
    what = models.TextField()
    explanation = models.TextField(blank=True)  # what the parent or child said
    #: another supervision order that following the direction would have gone against: it is disregarded (paragraph 14)
    clashed_with = models.CharField(max_length=200, blank=True)
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


class PersistentFailure(models.Model):
    """That somebody persistently fails to comply, as a person judged it; of a child it goes to social care."""

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="failures")
    parent = models.ForeignKey(
        Parent, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the child
    count = models.PositiveSmallIntegerField()  # of breaches, as it was shown
    because = models.TextField()
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # of a child: the notice to social care, which looks into the circumstances
    referred_on = models.DateField(null=True)
    referred_to = models.CharField(max_length=200, blank=True)
    outcome = models.TextField(blank=True)
    outcome_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]


class Extension(models.Model):
    """One application to extend an order, and what the court said."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", "Extended"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"
        LAPSED = "lapsed", "Lapsed: the order had ended"

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="extensions")
    applied_on = models.DateField()
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    because = models.TextField()
    forms = models.CharField(max_length=120)
    hearing_on = models.DateField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)  # "": not decided
    decided_on = models.DateField(null=True)
    ended_before = models.DateField()  # the last day of the order without it
    ends_on = models.DateField(null=True)  # with it

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(outcome=""), name="one_open_extension"),
        ]
