"""What a school and its people say in evidence: the certificate of attendance, and witness statements."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.models import StoredFile
from mainstay.service.court.models.prosecutions import Prosecution
from mainstay.service.directory.models import School, pupils_in_view, schools_in_view


class Way(models.TextChoices):
    SCREEN = "screen", "Signed on screen"
    INK = "ink", "Signed on paper"


class AskedQuerySet(models.QuerySet[Any]):
    """Of the service with the prosecution; of a school its own papers, and nothing else of the prosecution."""

    def visible_to(self, user: Any) -> Any:
        if user.is_school_user:
            own = schools_in_view(user) & pupils_in_view(user, "prosecution__case__pupil")
            return self.filter(own, prosecution__case__pupil__merged_into=None)
        return self.filter(prosecution__in=Prosecution.objects.visible_to(user).order_by().values("pk"))

    def standing(self) -> Any:
        return self.filter(withdrawn_at=None)


class Asked(models.Model):
    """Evidence that was asked for and is signed once."""

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_on = models.DateField(null=True)  # on paper, perhaps days before the scan came
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # on screen: the witness; on paper: who put the scan in
    signed_name = models.CharField(max_length=120, blank=True)
    signed_post = models.CharField(max_length=120, blank=True)
    way = models.CharField(max_length=6, choices=Way, blank=True)
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    scan = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    objects = AskedQuerySet.as_manager()

    class Meta:
        abstract = True


class Certificate(Asked):
    """A head teacher's certificate of attendance (Education Act 1996 s.566), from marks as they were frozen."""

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="certificates")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    digest = models.CharField(max_length=64)  # of the marks of the period, ``attendance.certified``
    values = models.JSONField()  # what is certified, session by session
    explained = models.TextField(blank=True)  # why marks changed afterwards
    explained_digest = models.CharField(max_length=64, blank=True)  # of the marks that the words explain
    explained_at = models.DateTimeField(null=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prosecution", "school"],
                condition=Q(withdrawn_at=None),
                name="one_certificate_per_school",
            )
        ]

    @property
    def number(self) -> str:
        return f"CA-{self.pk:06}"


class WitnessStatement(Asked):
    """A statement under section 9 of the Criminal Justice Act 1967: of somebody of a school, or of the service."""

    prosecution = models.ForeignKey(Prosecution, on_delete=models.PROTECT, related_name="witness_statements")
    school = models.ForeignKey(
        School, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the service
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # of a school: whoever signs
    source = models.ForeignKey("documents.Statement", null=True, on_delete=models.PROTECT, related_name="+")
    source_version = models.PositiveIntegerField(null=True)
    asks = models.TextField(blank=True)  # what the school is asked to say
    text = models.TextField(blank=True)  # paragraphs between empty lines
    exhibits = models.JSONField(default=list)  # [{"ref": "RT/1", "what", "on", "document"}]
    version = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]

    @property
    def number(self) -> str:
        return f"WS-{self.pk:06}"

    @property
    def paragraphs(self) -> list[str]:
        return [part.strip() for part in self.text.split("\n\n") if part.strip()]
