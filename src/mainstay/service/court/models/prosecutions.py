"""A prosecution: one parent, one child, one charge."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models import Case
from mainstay.service.common.decisions.models import Decision
from mainstay.service.common.models import StoredFile
from mainstay.service.court.models.advice import instructed_in
from mainstay.service.directory.models import Parent, School, pupils_in_view
from mainstay.service.orders.models import AttendanceOrder, Consideration, SupervisionOrder
from mainstay.service.penalties.models import Notice


class ProsecutionQuerySet(models.QuerySet["Prosecution"]):
    def visible_to(self, user: Any) -> "ProsecutionQuerySet":
        """The service's own; a solicitor sees those of the cases they are instructed in."""
        if not user.may("see_prosecutions"):
            return self.none()
        if not user.sees_all_schools:
            return self.filter(case__in=instructed_in(user))
        return self.filter(pupils_in_view(user, "case__pupil"))

    def open(self) -> "ProsecutionQuerySet":
        return self.exclude(state__in=Prosecution.OVER)


class Prosecution(models.Model):
    """One defendant charged with one offence about one child. Frozen from the day the charge is issued."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"  # P1, P2
        TESTING = "testing", "Full code test"  # P3
        AUTHORISING = "authorising", "To authorise"  # P4
        EVIDENCE = "evidence", "Evidence being prepared"  # P5
        READY = "ready", "Charge to issue"  # P6
        SINGLE_JUSTICE = "single_justice", "Single justice: reply awaited"  # P7
        SUMMONS = "summons", "Summons applied for"  # P6
        LISTED = "listed", "Listed for hearing"  # P8
        TRIAL = "trial", "Not guilty: trial prepared"  # P9, P10
        DECIDED = "decided", "Decided by the court"  # P11
        AFTER = "after", "After court"  # P12
        CLOSED = "closed", "Closed"
        STOPPED = "stopped", "Stopped"

    class Offence(models.TextChoices):
        ABSENT = "444(1)", "Section 444(1): failing to secure regular attendance"
        KNOWING = "444(1A)", "Section 444(1A): knowingly failing to cause attendance"
        ORDER = "443", "Section 443: not complying with a school attendance order"
        DIRECTION = "eso-breach", "Schedule 3 paragraph 18: persistently failing to comply with a direction"

    class Route(models.TextChoices):
        SINGLE_JUSTICE = "sjp", "Single justice procedure notice"
        REQUISITION = "requisition", "Written charge and requisition"
        SUMMONS = "summons", "Application for a summons"

    class Plea(models.TextChoices):
        GUILTY = "guilty", "Guilty"
        NOT_GUILTY = "not_guilty", "Not guilty"
        HEARING = "hearing", "Asks for a hearing"
        NONE = "none", "No reply"

    class StopReason(models.TextChoices):
        OUT_OF_TIME = "out_of_time", "Out of time: the outer date has passed"
        CODE_TEST = "code_test", "The full code test is not met"
        ORDER = "order", "A supervision order is sought instead"
        REFUSED = "refused", "Not authorised"
        IMPROVED = "improved", "Attendance improved"
        PAID = "paid", "The penalty notice was paid, or withdrawn"
        DISCONTINUED = "discontinued", "Discontinued"
        OTHER = "other", "For another reason"

    OVER = ("closed", "stopped")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="prosecutions")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="prosecutions")
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="prosecutions")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="prosecutions")
    supervision_order = models.ForeignKey(
        SupervisionOrder, null=True, on_delete=models.PROTECT, related_name="prosecutions"
    )
    attendance_order = models.ForeignKey(
        AttendanceOrder, null=True, on_delete=models.PROTECT, related_name="prosecutions"
    )
    offence = models.CharField(max_length=10, choices=Offence)
    offence_from = models.DateField()
    offence_to = models.DateField()
    safe_date = models.DateField()  # the law's, for sorting and alarms; ``answer`` explains them
    outer_date = models.DateField()
    answer = models.JSONField(null=True)  # the law's Answer about the charge, as last asked; frozen at issue
    sessions = models.JSONField(default=list)  # [{"date", "half", "code"}] the charge relies on
    marks_digest = models.CharField(max_length=64, blank=True)
    wording = models.TextField(blank=True)  # of the charge, as it is or was issued
    facts = models.TextField(blank=True)  # the statement of facts
    route = models.CharField(max_length=12, choices=Route, blank=True)
    state = models.CharField(max_length=14, choices=State, default=State.PROPOSED)
    state_since = models.DateTimeField()
    # who
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    investigator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    legal_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="prosecutions"
    )
    consideration = models.ForeignKey(Consideration, null=True, on_delete=models.PROTECT, related_name="+")
    authorisation = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    delegated_power = models.CharField(max_length=200, blank=True)
    # the charge
    issued_on = models.DateField(null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    charge_document = models.ForeignKey(
        "documents.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    summons_file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    charge_service = models.ForeignKey(
        "documents.Service", null=True, on_delete=models.PROTECT, related_name="+"
    )
    court_number = models.CharField(max_length=40, blank=True)
    reply_by = models.DateField(null=True)  # single justice: the last day
    plea = models.CharField(max_length=10, choices=Plea, blank=True)
    plea_on = models.DateField(null=True)
    mitigation = models.TextField(blank=True)
    # the end
    stopped_because = models.CharField(max_length=14, choices=StopReason, blank=True)
    stopping = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = ProsecutionQuerySet.as_manager()
    looked_at: datetime | None = None  # an action's own moment; None: now

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(offence_to__gte=models.F("offence_from")), name="prosecution_from_to"
            ),
            models.CheckConstraint(
                condition=~Q(state="stopped") | ~Q(stopped_because=""), name="prosecution_stopped_with_reason"
            ),
        ]

    @property
    def number(self) -> str:
        return f"PR-{self.pk:06}"


class DefenceAsked(models.Model):
    """One statutory defence looked at for one prosecution, before the charge."""

    class Finding(models.TextChoices):
        NOT_RAISED = "not_raised", "Asked about, and nothing points to it"
        FAILS = "fails", "Raised, and the evidence answers it"
        OPEN = "open", "Raised, and not answered yet"
        STANDS = "stands", "It stands, for these absences"

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="defences")
    code = models.CharField(max_length=40)  # as in ``law.defences``
    finding = models.CharField(max_length=10, choices=Finding)
    evidence = models.TextField(blank=True)
    sessions = models.JSONField(default=list)  # the absences it is about; empty: all of them
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["prosecution", "code"], name="one_answer_per_defence")]


class CodeTest(models.Model):
    """The full code test of one prosecution: evidence first, then the public interest; privileged."""

    class Part(models.TextChoices):
        MET = "met", "Met"
        NOT_MET = "not_met", "Not met"

    class Outcome(models.TextChoices):
        AUTHORISE = "authorise", "Go on to authorisation"
        LESSER = "lesser", "Go on with the lesser offence"
        MORE = "more", "More evidence is needed"
        STOP = "stop", "Do not prosecute"

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="code_tests")
    evidential = models.CharField(max_length=8, choices=Part)
    evidential_because = models.TextField()
    public_interest = models.CharField(
        max_length=8, choices=Part, blank=True
    )  # "": the first part was not met
    factors = models.JSONField(default=dict)  # factor -> what was weighed
    outcome = models.CharField(max_length=10, choices=Outcome)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")  # approved by legal
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
