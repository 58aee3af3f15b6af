"""A school's referral of one child: what it says, what is sent with it, each time it was sent, and what became of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models.cases import Case
from mainstay.service.casework.models.checklists import Checklist
from mainstay.service.common.decisions.models import Decision
from mainstay.service.common.models import StoredFile
from mainstay.service.directory.models import Parent, Pupil, School, pupils_in_view, schools_in_view
from mainstay.service.documents.models import Document, Service

User = settings.AUTH_USER_MODEL


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: Any) -> "ReferralQuerySet":
        """Of pupils and schools in view; what was never sent is its school's own."""
        if not user.may("see_cases"):
            return self.none()
        seen = self.filter(pupils_in_view(user), schools_in_view(user))
        return seen if user.is_school_user else seen.exclude(submitted_at=None)

    def open(self) -> "ReferralQuerySet":
        return self.filter(state__in=Referral.OPEN)


class Referral(models.Model):
    """One child, one school, one request that the service act; sent in numbered rounds ("RF-000077")."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being written"
        SIGNED = "signed", "Signed, not sent yet"
        SUBMITTED = "submitted", "Sent"
        ACKNOWLEDGED = "acknowledged", "Being checked"
        RETURNED = "returned", "Sent back to the school"
        REJECTED = "rejected", "Rejected"
        APPEALED = "appealed", "Appealed"
        UPHELD = "upheld", "Rejection upheld"
        DIVERTED = "diverted", "Taken another way"
        ACCEPTED = "accepted", "Accepted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Way(models.TextChoices):
        EARLY_HELP = "early_help", "Early help"
        MISSING = "missing", "Children missing education"
        MEDICAL = "medical", "Medical needs (section 19)"
        SEND = "send", "Special educational needs"
        NOTICE = "notice", "Penalty notice"
        SAFEGUARDING = "safeguarding", "Safeguarding"

    OPEN = (State.DRAFT, State.SIGNED, State.SUBMITTED, State.ACKNOWLEDGED, State.RETURNED, State.APPEALED)

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="referrals")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="referrals")
    state = models.CharField(max_length=14, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    checklist = models.ForeignKey(Checklist, null=True, on_delete=models.PROTECT, related_name="+")
    reasons = models.TextField(blank=True)
    tried = models.TextField(blank=True)  # a line each
    voice = models.TextField(blank=True)  # what the child says
    voice_how = models.CharField(max_length=200, blank=True)
    voice_on = models.DateField(null=True, blank=True)
    no_voice_because = models.CharField(max_length=500, blank=True)
    agencies = models.TextField(blank=True)  # who is involved, or that nobody is
    safeguarding = models.TextField(blank=True)  # the check: who, when, what follows
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    sign_asked_at = models.DateTimeField(null=True, blank=True)  # it waits for the head since
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)  # the last time
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    paused_from = models.DateField(null=True, blank=True)
    paused_because = models.CharField(max_length=300, blank=True)
    pauses = models.JSONField(default=list)  # [{"from", "to"}] of this round: days the clock stood still
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="referrals")
    answer = models.TextField(blank=True)  # reasons of the last answer, which the school reads
    advice = models.TextField(blank=True)
    way = models.CharField(max_length=14, choices=Way, blank=True)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    appeal = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    earlier_reference = models.CharField(max_length=40, blank=True)  # in the system before this one
    earlier_key = models.CharField(max_length=60, blank=True, db_index=True)  # as it is searched
    case = models.OneToOneField(Case, null=True, on_delete=models.PROTECT, related_name="referral")

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["state", "submitted_at"]), models.Index(fields=["school", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil"],
                condition=Q(state__in=["draft", "signed", "submitted", "acknowledged", "returned", "appealed"]),
                name="one_open_referral",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="referral_signed_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(paused_from=None, paused_because="")
                | (Q(paused_from__isnull=False) & ~Q(paused_because="")),
                name="referral_paused_with_reason",
            ),
        ]  # fmt: skip

    @property
    def number(self) -> str:
        return f"RF-{self.pk:06}"


class ReferralRound(models.Model):
    """One time it was sent, who signed, and how it was answered; never changed once answered."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        OVERRIDDEN = "overridden", "Accepted despite gaps"
        RETURNED = "returned", "Sent back"
        REJECTED = "rejected", "Rejected"
        DIVERTED = "diverted", "Taken another way"
        WITHDRAWN = "withdrawn", "Withdrawn"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    gaps = models.JSONField(default=list)  # the words of what was missing
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="one_round_per_number"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="referral_round_answered_with_day",
            ),
        ]  # fmt: skip


class ReferralParent(models.Model):
    """One parent as the school knows them, and how they were told. Each stands by themselves."""

    class Told(models.TextChoices):
        LETTER = "letter", "By letter"
        MEETING = "meeting", "At a meeting"
        PHONE = "phone", "By telephone"
        EMAIL = "email", "By e-mail"
        NOT = "not", "Not told, with a reason"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="referrals")
    address = models.CharField(max_length=300, blank=True)  # as the school holds it, where ours differs
    language = models.CharField(max_length=60, blank=True)
    interpreter = models.BooleanField(null=True)
    needs = models.CharField(max_length=300, blank=True)  # reading, disability, how to reach them
    told = models.CharField(max_length=8, choices=Told, blank=True)
    told_on = models.DateField(null=True, blank=True)
    told_words = models.CharField(max_length=500, blank=True)  # what they said, or why they were not told

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["referral", "parent"], name="one_line_per_parent")]


class ReferralItem(models.Model):
    """One line of the checklist as it stood when the referral was begun, what the school says, what the officer found."""

    class State(models.TextChoices):
        MET = "met", "Met"
        NOT_MET = "not_met", "Not met"
        NOT_APPLICABLE = "not_applicable", "Does not apply"

    class Verdict(models.TextChoices):
        GOOD = "good", "Accepted"
        GAP = "gap", "Missing or not enough"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="items")
    order = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=20)
    text = models.CharField(max_length=300)
    proof = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=14, choices=State, blank=True)
    words = models.CharField(max_length=1000, blank=True)  # the reason where it does not apply or is not met
    verdict = models.CharField(max_length=4, choices=Verdict, blank=True)
    note = models.CharField(max_length=500, blank=True)  # what is missing; the school reads it
    checked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "key"], name="one_item_per_key"),
            models.CheckConstraint(
                condition=Q(verdict="", checked_at=None, checked_by=None)
                | (~Q(verdict="") & Q(checked_at__isnull=False, checked_by__isnull=False)),
                name="referral_item_checked_by_and_at",
            ),
        ]


class PaperQuerySet(models.QuerySet["ReferralPaper"]):
    def visible_to(self, user: Any) -> "PaperQuerySet":
        """Papers are for the school and for those who work on cases."""
        if not (user.is_school_user or user.may("see_service_entries")):
            return self.none()
        return self.filter(item__referral__in=Referral.objects.visible_to(user).order_by().values("pk"))


class ReferralPaper(models.Model):
    """A paper for one item: enclosed here, or sent another way, which the officer confirms on receipt."""

    class Way(models.TextChoices):
        UPLOAD = "upload", "Enclosed here"
        ANYCOMMS = "anycomms", "Sent by AnyComms"
        HAND = "hand", "Handed over"

    item = models.ForeignKey(ReferralItem, on_delete=models.PROTECT, related_name="papers")
    way = models.CharField(max_length=8, choices=Way)
    sent_on = models.DateField()
    words = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    received_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(way="upload", file__isnull=False) | (~Q(way="upload") & Q(file=None))),
                name="referral_paper_enclosed_or_sent",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None, received_by=None)
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="referral_paper_received_at_and_by",
            ),
        ]


class ReferralLetter(models.Model):
    """One letter to one parent: the school's before it refers, or the service's once it has taken the case."""

    class Kind(models.TextChoices):
        TOLD = "told", "The school refers"
        ACCEPTED = "accepted", "The service has taken it"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="letters")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="referral_letters")
    kind = models.CharField(max_length=8, choices=Kind)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "parent", "kind"], name="one_referral_letter_each")
        ]
