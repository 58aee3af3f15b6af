"""One piece of purchased work: what was done for a school beneath one booking, and what was agreed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models import Case, Consultation, Plan, Referral
from mainstay.service.directory.models import Pupil, School, conflicts_of, schools_in_view
from mainstay.service.traded.models import Booking

User = settings.AUTH_USER_MODEL


class WorkQuerySet(models.QuerySet["Work"]):
    def visible_to(self, user: Any) -> "WorkQuerySet":
        """Of schools in view; a school sees what is shared with it. Nobody sees work about a child they declared a conflict for."""
        if not user.may("see_purchased"):
            return self.none()
        found = self.filter(schools_in_view(user))
        if user.is_school_user:
            found = found.exclude(state=Work.State.DRAFT)
        _, children = conflicts_of(user)
        if not children:
            return found
        about = Work.pupils.through.objects.filter(pupil__in=children).values("work_id")
        return found.exclude(pk__in=about)

    def open(self) -> "WorkQuerySet":
        return self.exclude(state=Work.State.DONE)


class Work(models.Model):
    """``service`` says which form it takes (``kinds.py``); what only that form asks lies in ``details`` or beside it."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being written"
        SHARED = "shared", "Shared with the school"
        DONE = "done", "Finished"

    booking = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT, related_name="works")
    service = models.CharField(max_length=40)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    on = models.DateField()
    minutes = models.PositiveIntegerField(default=0)
    done = models.TextField(blank=True)  # what was done
    outcome = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    pupils = models.ManyToManyField(Pupil, related_name="purchased_work")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="purchased_work")
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="purchased_work")
    consultation = models.ForeignKey(Consultation, null=True, on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="+")

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["school", "state"]), models.Index(fields=["owner", "state"])]

    @property
    def number(self) -> str:
        return f"PW-{self.pk:06}"


class Agreed(models.Model):
    """One thing that was agreed: what, who does it, until when, and that it was done."""

    class Owner(models.TextChoices):
        SCHOOL = "school", "School"
        OFFICER = "officer", "Education welfare officer"
        PARENT = "parent", "Parent"
        CHILD = "child", "Child"
        OTHER = "other", "Somebody else"

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="agreed")
    text = models.CharField(max_length=300)
    owner = models.CharField(max_length=7, choices=Owner)
    who = models.CharField(max_length=120, blank=True)
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    done_words = models.CharField(max_length=300, blank=True)
    done_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None, done_by=None) | Q(done_on__isnull=False, done_by__isnull=False),
                name="agreed_done_by_somebody",
            )
        ]


class Spent(models.Model):
    """Time spent on one piece of work, and on what."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="spent")
    on = models.DateField()
    minutes = models.PositiveIntegerField()
    what = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["on", "pk"]
