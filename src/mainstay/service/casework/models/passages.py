"""Long texts that several people may write at once: none of their words are lost."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models.cases import Case
from mainstay.service.directory.models import Parent


class PassageQuerySet(models.QuerySet["Passage"]):
    def readable_by(self, user: Any) -> "PassageQuerySet":
        """The service's own; a child's words only for those who work on cases. Of things in view already.

        What is written in a plan is read by whoever may see the plan.
        """
        if user.is_school_user:
            return self.filter(about_kind=Passage.PLAN).exclude(key=Passage.CHILD)
        if not (user.sees_all_schools and user.may("see_service_entries")):
            return self.none()
        return self if user.may("work_case") else self.exclude(key=Passage.CHILD)


class Passage(models.Model):
    """One long text of one thing (a visit, an investigation, a plan): its words now, and which version they are."""

    #: what a child said: in no document, and for nobody but those who work on cases
    CHILD = "child"
    PLAN = "casework.plan"
    #: what one parent said; ``parent`` says which
    PARENT = "parent"

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="passages")
    about_kind = models.CharField(max_length=60)  # "casework.visit"
    about_id = models.CharField(max_length=40)
    key = models.CharField(max_length=20)
    parent = models.ForeignKey(Parent, null=True, on_delete=models.PROTECT, related_name="passages")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["about_kind", "about_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["about_kind", "about_id", "key"], condition=Q(parent=None), name="one_passage_per_key"
            ),
            models.UniqueConstraint(
                fields=["about_kind", "about_id", "key", "parent"],
                condition=Q(parent__isnull=False),
                name="one_passage_per_key_and_parent",
            ),
        ]


class KeptText(models.Model):
    """Words of a passage that are not its words now: an earlier version, or what somebody wrote beside it."""

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="kept")
    version = models.PositiveIntegerField()  # which it was; beside: the one it was written over
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    beside = models.BooleanField(default=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["passage", "version"], condition=Q(beside=False), name="one_text_per_version"
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None, settled_at=None) | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="kept_text_settled_by_and_at_together",
            ),
        ]  # fmt: skip
