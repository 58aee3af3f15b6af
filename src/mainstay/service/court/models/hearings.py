"""Courts, their sittings, each hearing of a prosecution, and what a trial is prepared with."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.court.models.prosecutions import Prosecution
from mainstay.service.directory.models import pupils_in_view


class Court(models.Model):
    """A court where cases are heard."""

    name = models.CharField(max_length=120, unique=True)
    code = models.CharField(max_length=20, blank=True)
    address = models.TextField(blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["name"]


class Sitting(models.Model):
    """One day's list at one court."""

    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="sittings")
    starts = models.DateTimeField()
    courtroom = models.CharField(max_length=40, blank=True)
    presenter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # who presents the council's cases

    class Meta:
        ordering = ["starts", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["court", "starts", "courtroom"], name="one_sitting_at_a_time")
        ]


class HearingQuerySet(models.QuerySet["Hearing"]):
    def visible_to(self, user: Any) -> "HearingQuerySet":
        """As their prosecutions are."""
        if not user.may("see_prosecutions"):
            return self.none()
        if not user.sees_all_schools:
            seen = Prosecution.objects.visible_to(user).order_by().values("pk")
            return self.filter(prosecution__in=seen)
        return self.filter(pupils_in_view(user, "prosecution__case__pupil"))


class Hearing(models.Model):
    """One prosecution before the court on one day."""

    class Kind(models.TextChoices):
        SINGLE_JUSTICE = "single_justice", "On the papers, by a single justice"
        FIRST = "first", "First hearing"
        TRIAL = "trial", "Trial"
        SENTENCE = "sentence", "Sentence"
        OTHER = "other", "Other"

    class Outcome(models.TextChoices):
        ADJOURNED = "adjourned", "Adjourned"
        TRIAL_SET = "trial_set", "Set down for trial"
        DECIDED = "decided", "Decided"
        WARRANT = "warrant", "Warrant issued"
        VACATED = "vacated", "Not held"

    class Asked(models.TextChoices):
        COURT = "court", "The court itself"
        COUNCIL = "council", "The council"
        DEFENCE = "defence", "The defendant"

    class Came(models.TextChoices):
        DEFENDANT = "defendant", "The defendant"
        SOLICITOR = "solicitor", "A solicitor for the defendant"
        INTERPRETER = "interpreter", "An interpreter"
        OFFICER = "officer", "The officer"
        SCHOOL = "school", "The school"
        WITNESS = "witness", "Another witness"

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="hearings")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="hearings")
    kind = models.CharField(max_length=14, choices=Kind)
    bench = models.CharField(max_length=200, blank=True)
    attended = models.JSONField(default=list)  # who was there: values of ``Came``
    plea = models.CharField(max_length=10, choices=Prosecution.Plea, blank=True)
    notes = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    in_absence = models.BooleanField(default=False)  # the charge was proved without the defendant
    because = models.TextField(blank=True)  # of an adjournment, a warrant, a day not held
    asked_by = models.CharField(max_length=10, choices=Asked, blank=True)
    costs_pence = models.PositiveIntegerField(null=True)  # of the adjournment
    following = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="before")
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = HearingQuerySet.as_manager()

    class Meta:
        ordering = ["sitting__starts", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prosecution"], condition=Q(outcome=""), name="one_hearing_to_come"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", recorded_at=None) | (~Q(outcome="") & Q(recorded_at__isnull=False)),
                name="hearing_recorded_with_outcome",
            ),
        ]


class CourtDirection(models.Model):
    """What the court ordered at a hearing, by a day; its deadline is about this row."""

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="directions")
    text = models.CharField(max_length=400)
    due_on = models.DateField()

    class Meta:
        ordering = ["due_on", "pk"]


class Disclosure(models.Model):
    """Disclosure in one prosecution: who answers for it and reviews what is not served, with the schedule of the last review.

    After a plea of not guilty it has its day, and is looked at again until the case is over.
    """

    prosecution = models.OneToOneField(Prosecution, on_delete=models.PROTECT, related_name="disclosure")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)  # None: no plea of not guilty yet
    served_on = models.DateField(null=True)
    reviews = models.JSONField(default=list)  # [{"on", "by", "found"}], the latest last
    reviewed_at = models.DateTimeField(null=True)  # of what is not served, with its schedule
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")


class StatementServedQuerySet(models.QuerySet["StatementServed"]):
    def standing(self) -> "StatementServedQuerySet":
        return self.filter(withdrawn_on=None)


class StatementServed(models.Model):
    """One witness statement served under section 9, and whether the other side objects to it being read."""

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="statements_served")
    witness = models.CharField(max_length=120)
    #: of a bundle: the statement, and how the bundle went; the day of service moves with it
    statement = models.ForeignKey(
        "court.WitnessStatement", null=True, on_delete=models.PROTECT, related_name="served"
    )
    service = models.ForeignKey(
        "documents.Service", null=True, on_delete=models.PROTECT, related_name="statements_served"
    )
    served_on = models.DateField()
    object_by = models.DateField()
    answer = models.JSONField(default=dict)  # the law's, on the last day to object
    objected_on = models.DateField(null=True)
    objection = models.TextField(blank=True)
    warned_on = models.DateField(null=True)  # the witness was told to come
    withdrawn_on = models.DateField(null=True)  # its bundle was withdrawn, or does not count as served
    withdrawn_because = models.TextField(blank=True)

    objects = StatementServedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
