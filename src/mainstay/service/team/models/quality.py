"""Dip samples of officers' work, reviewed against a checklist and moderated by a second person."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.directory.models import Pupil, pupils_in_view


class Sample(models.Model):
    """What was drawn of one officer's work in one term; the same seed and list give the same draw."""

    term = models.CharField(max_length=7)  # ``terms.Term.key``: "2026-1"
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="samples")
    seed = models.CharField(max_length=40)
    drawn_from = models.JSONField()  # every key that could be drawn, in order
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["-term", "officer__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["term", "officer"], name="one_sample_a_term_and_officer")
        ]


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: Any) -> "ReviewQuerySet":
        """Of children in view; nobody reads a review of their own work here."""
        if not user.may("review_quality"):
            return self.none()
        return self.filter(pupils_in_view(user)).exclude(sample__officer=user)

    def due_from(self, user: Any) -> "ReviewQuerySet":
        """Those this person can review, or moderate because somebody else reviewed them."""
        to_moderate = Q(state=Review.State.REVIEWED) & ~Q(reviewed_by=user)
        return self.visible_to(user).filter(Q(state=Review.State.DRAWN) | to_moderate)

    def own_of(self, user: Any) -> "ReviewQuerySet":
        """What became of this person's own work: once a second person has settled the grade, and nobody else's."""
        if not user.may("work_case"):
            return self.none()
        return self.filter(pupils_in_view(user), sample__officer=user, state=Review.State.MODERATED)


class Review(models.Model):
    """One record of a sample: grades by line of the checklist as it stood, what the second person and the officer say."""

    class State(models.TextChoices):
        DRAWN = "drawn", "To review"
        REVIEWED = "reviewed", "To moderate"
        MODERATED = "moderated", "Moderated"

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="reviews")
    about_kind = models.CharField(max_length=60)
    about_id = models.CharField(max_length=40)
    label = models.CharField(max_length=160)  # "Case EW-000012": never a child's name
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=10, choices=State, default=State.DRAWN)
    grades = models.JSONField(default=list)  # [[line of the checklist, grade, note], …]
    overall = models.CharField(max_length=60, blank=True)
    themes = models.JSONField(default=list)
    said = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    moderated = models.CharField(max_length=60, blank=True)  # the grade that stands
    moderation = models.TextField(blank=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    moderated_at = models.DateTimeField(null=True, blank=True)
    agreed = models.TextField(blank=True)  # with the officer: what follows from it
    reply = models.TextField(blank=True)  # the officer's own words
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["sample", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "about_kind", "about_id"], name="drawn_once_a_sample"),
            models.CheckConstraint(
                condition=Q(moderated_by=None) | ~Q(moderated_by=models.F("reviewed_by")),
                name="moderated_by_a_second_person",
            ),
        ]
