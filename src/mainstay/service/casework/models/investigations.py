"""The initial investigation of a case: what was looked at, what follows from it, and its reviews."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models.cases import Case
from mainstay.service.common.decisions.models import Decision


class InvestigationQuerySet(models.QuerySet["Investigation"]):
    def visible_to(self, user: Any) -> "InvestigationQuerySet":
        """Investigations are the service's own, and follow the case."""
        if not user.sees_all_schools:
            return self.none()
        return self.filter(case__in=Case.objects.visible_to(user))


class Recommendation(models.TextChoices):
    """Where an investigation, or a review after it, leads."""

    IMPROVED = "improved", "Close: attendance has improved"
    MONITOR = "monitor", "Monitor, with an attendance contract or action plan"
    ESO = "eso", "Education supervision order"
    SAO = "sao", "School attendance order"
    CME = "cme", "Children missing education"
    PENALTY = "penalty", "Penalty notice"
    FAST_TRACK = "fast_track", "Fast Track"
    LEGAL = "legal", "Straight to legal"


class Investigation(models.Model):
    """One of each case; its long texts are passages."""

    class State(models.TextChoices):
        OPEN = "open", "Under way"
        FINISHED = "finished", "Finished"
        SEEN = "seen", "Finished and agreed"

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="investigation")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    begun_at = models.DateTimeField()
    register = models.JSONField(null=True)  # the register check as it was made
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    no_agencies = models.CharField(max_length=300, blank=True)  # why none was asked
    recommendation = models.CharField(max_length=12, choices=Recommendation, blank=True)
    review_on = models.DateField(null=True)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    sent_back = models.CharField(max_length=300, blank=True)  # what the senior officer asked for

    objects = InvestigationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open")
                | (Q(review_on__isnull=False, decision__isnull=False) & ~Q(recommendation="")),
                name="investigation_finished_with_review",
            ),
        ]

    @property
    def needs_agreement(self) -> bool:
        """Towards a court, a second person looks at it first."""
        return self.recommendation in (Recommendation.FAST_TRACK, Recommendation.LEGAL)

    @property
    def settled(self) -> bool:
        """Finished, and agreed to where that is needed."""
        return self.state == self.State.SEEN or (
            self.state == self.State.FINISHED and not self.needs_agreement
        )


class AgencyCheck(models.Model):
    """Another agency was asked: who, when, what was shared and learnt, and on which legal basis."""

    class Basis(models.TextChoices):
        OBLIGATION = "obligation", "Legal obligation"
        TASK = "task", "Public task"
        VITAL = "vital", "Somebody’s life is at risk"
        CONSENT = "consent", "The family agreed"
        OTHER = "other", "Another basis, said in words"

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="checks")
    agency = models.CharField(max_length=160)
    person = models.CharField(max_length=160, blank=True)
    asked_on = models.DateField()
    basis = models.CharField(max_length=12, choices=Basis)
    basis_words = models.CharField(max_length=300, blank=True)
    shared = models.TextField()  # what we told them, and why that much
    learnt = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["asked_on", "pk"]


class CaseReview(models.Model):
    """A look back on the day that was set: what changed, what follows, and the next day."""

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="reviews")
    on = models.DateField()
    register = models.JSONField()
    words = models.TextField()
    recommendation = models.CharField(max_length=12, choices=Recommendation)
    next_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "pk"]
