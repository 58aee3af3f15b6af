"""What is given to schools and passed between them: templates with versions, pupils who move on; the service's own values."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.directory.models import Pupil, School, pupils_in_view, schools_in_view
from mainstay.service.documents.models import Document
from mainstay.service.purchased.models.work import Work

User = settings.AUTH_USER_MODEL


class Template(models.Model):
    """One document of the library; its words lie in its versions."""

    class Kind(models.TextChoices):
        LETTER = "letter", "Letter"
        POLICY = "policy", "Policy"
        PROCEDURE = "procedure", "Procedure"
        FORM = "form", "Form"

    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=9, choices=Kind)

    class Meta:
        ordering = ["kind", "title", "pk"]


class Version(models.Model):
    """The words of a template from a day on; never changed afterwards."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    because = models.CharField(max_length=300)
    since = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["template", "-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="one_version_a_number")]


class Given(models.Model):
    """A version given to a school on a day, as the document it got."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="given")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="given")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["on", "pk"]


class MovingQuerySet(models.QuerySet["Moving"]):
    def arriving_at(self, user: Any) -> "MovingQuerySet":
        """Pupils who move to a school of this person, of work that was shared; the note is read once both agreed."""
        if not user.may("see_purchased"):
            return self.none()
        found = self.exclude(work__state=Work.State.DRAFT).exclude(left_agreed_on=None)
        return found.filter(schools_in_view(user, "to_school"))

    def leaving(self, user: Any) -> "MovingQuerySet":
        return self.filter(pupils_in_view(user))


class Moving(models.Model):
    """One pupil who moves on: the note about them reaches the next school once both schools agreed."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="moving")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="+")
    to_school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True)
    phased = models.CharField(max_length=300, blank=True)  # how they arrive step by step
    note = models.TextField(blank=True)
    left_agreed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    left_agreed_on = models.DateField(null=True)
    next_agreed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    next_agreed_on = models.DateField(null=True)

    objects = MovingQuerySet.as_manager()

    class Meta:
        ordering = ["to_school__key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["work", "pupil"], name="one_move_each"),
            models.CheckConstraint(
                condition=Q(next_agreed_on=None) | Q(left_agreed_on__isnull=False), name="left_school_agrees_first"
            ),
        ]  # fmt: skip

    @property
    def passed_on(self) -> bool:
        return self.left_agreed_on is not None and self.next_agreed_on is not None


class PurchasedValue(models.Model):
    """One value of the service from a day on; the latest set for the latest day that has come is in force."""

    name = models.CharField(max_length=60)  # a key of ``values.known()``
    value = models.JSONField()
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["name", "-since", "-pk"]
        indexes = [models.Index(fields=["name", "since"])]
