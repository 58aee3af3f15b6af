"""Documents as they were issued, how each reached each person, print runs, and a council's own wording."""

from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.models import StoredFile
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.documents.models_leaflets import Leaflet, LeafletGiven
from mainstay.service.documents.models_statements import Statement, StatementVersion

__all__ = [
    "Document", "Issued", "Leaflet", "LeafletGiven", "PrintRun", "Service", "Statement", "StatementVersion", "Wording",
]  # fmt: skip


#: papers about these things ("orders.consideration") are read with a permission; rooms above register
READ_WITH: Final[dict[str, str]] = {}


class Issued(Exception):
    """An issued document is never changed or deleted; a new one is made instead."""


def _in_view(user: Any) -> Q:
    """Of a pupil in this person's view, or of none; papers stay with the service."""
    if not (user.sees_all_schools and user.may("see_pupils")):
        return Q(pk__in=[])
    seen = Pupil.objects.visible_to(user).filter(pk=models.OuterRef("pupil_id"))
    return Q(pupil_id=None) | Q(models.Exists(seen))  # row by row: a list of every child took longer


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Any) -> "DocumentQuerySet":
        """Documents stay with the service; a school gets its own served copy."""
        found = self.filter(_in_view(user))
        kept = [about for about, permission in READ_WITH.items() if not user.may(permission)]
        return found.exclude(kind="paper", about_kind__in=kept) if kept else found

    def about(self, thing: models.Model) -> "DocumentQuerySet":
        """The documents made about one notice, finding…"""
        return self.filter(about_kind=thing._meta.label_lower, about_id=str(thing.pk))

    def update(self, **values: Any) -> int:
        if set(values) - Document.MAY_CHANGE and self.filter(draft=False).exists():
            raise Issued("an issued document is not changed")
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.filter(draft=False).exists():
            raise Issued("an issued document is not deleted")
        return super().delete()


class Document(models.Model):
    """A rendered PDF: stored by hash with template version and the values it was made from."""

    #: whose record it lies in follows the joining of two records; everything else stays as issued
    MAY_CHANGE: Final = frozenset({"pupil_id"})

    kind = models.CharField(max_length=40)  # "penalty_notice"
    title = models.CharField(max_length=200)
    pupil_id = models.BigIntegerField(null=True, db_index=True)
    about_kind = models.CharField(max_length=60, blank=True)  # "penalties.notice"
    about_id = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    template = models.CharField(max_length=60)
    template_version = models.CharField(max_length=64)
    values = models.JSONField()
    language = models.CharField(max_length=12, default="en")  # BCP 47
    large_print = models.BooleanField(default=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    draft = models.BooleanField(default=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["about_kind", "about_id"])]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_if_issued("changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_issued("deleted")
        return super().delete(*args, **kwargs)

    def _refuse_if_issued(self, what: str) -> None:
        if self.pk and Document.objects.filter(pk=self.pk, draft=False).exists():
            raise Issued(f"an issued document is not {what}")


class PrintRunQuerySet(models.QuerySet["PrintRun"]):
    def visible_to(self, user: Any) -> "PrintRunQuerySet":
        """A run is one file of many families' letters: who may not see one of them does not get it."""
        if not user.may("record_service"):
            return self.none()
        hidden = Service.objects.filter(run=models.OuterRef("pk")).exclude(_in_view(user))
        return self.filter(~models.Exists(hidden))


class PrintRun(models.Model):
    """Letters printed together: one PDF, posted on one day."""

    made_at = models.DateTimeField(db_index=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    letters = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    posted_on = models.DateField(null=True)

    objects = PrintRunQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible_to(self, user: Any) -> "ServiceQuerySet":
        """As the documents: of pupils in this person's view."""
        return self.filter(_in_view(user))

    def returned(self) -> "ServiceQuerySet":
        """What came back and was not proved to have arrived after all."""
        return self.filter(returned_on__isnull=False, proved_on=None)


class Service(models.Model):
    """How one document reached one person, and the day it counts as received."""

    class Method(models.TextChoices):
        FIRST_CLASS = "first_class_post", "First class post"
        SECOND_CLASS = "second_class_post", "Second class post"
        HAND = "hand", "Handed over"
        EMAIL = "email", "E-mail"
        OTHER = "other", "Another way"

    class Channel(models.TextChoices):
        PRINT = "print", "Printed here"
        NOTIFY = "notify", "GOV.UK Notify"
        HAND = "hand", "By hand"
        EMAIL = "email", "E-mail"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="services")
    pupil_id = models.BigIntegerField(null=True, db_index=True)
    addressee = models.ForeignKey(Parent, null=True, on_delete=models.PROTECT, related_name="services")
    addressee_name = models.CharField(max_length=200)
    address = models.TextField()  # as it was used
    method = models.CharField(max_length=20, choices=Method)
    channel = models.CharField(max_length=10, choices=Channel)
    sent_on = models.DateField(null=True, db_index=True)  # posted, handed over or sent; None until then
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    #: the day it counts as received: presumed from sending, or proved; None where it does not count yet
    presumed_on = models.DateField(null=True)
    proved_on = models.DateField(null=True)
    proof = models.TextField(blank=True)
    returned_on = models.DateField(null=True, db_index=True)
    returned_reason = models.CharField(max_length=200, blank=True)
    run = models.ForeignKey(PrintRun, null=True, on_delete=models.PROTECT, related_name="services")
    answer = models.JSONField(default=dict)  # why it counts as received then; the council's own values used
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = ServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(proved_on__isnull=True, proof="") | (Q(proved_on__isnull=False) & ~Q(proof="")),
                name="service_proved_with_words",
            ),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True, returned_reason="")
                | (Q(returned_on__isnull=False) & ~Q(returned_reason="")),
                name="service_returned_with_reason",
            ),
        ]

    def facts(self) -> dict[str, Any]:
        """What decides when it counts as received, and the day itself; for audit and announcements."""
        names = ("method", "sent_on", "presumed_on", "proved_on", "returned_on")
        return {name: getattr(self, name) for name in names}


class WordingQuerySet(models.QuerySet["Wording"]):
    def of(self, templates: Iterable[str]) -> "WordingQuerySet":
        return self.filter(template__in=list(templates))


class Wording(models.Model):
    """One version of what a council says in one slot of a letter; older ones are kept."""

    template = models.CharField(max_length=60)
    slot = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    since = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    objects = WordingQuerySet.as_manager()

    class Meta:
        ordering = ["template", "slot", "version"]
        constraints = [
            models.UniqueConstraint(fields=["template", "slot", "version"], name="one_wording_per_version")
        ]
