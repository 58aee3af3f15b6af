"""Employment permits: a child's work for one employer, its hours by day, and what the school says to it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.directory.models import School, schools_in_view
from mainstay.service.employment.models.base import ChildsApplication


class Permit(ChildsApplication):
    """One permit. Hours: lists of [day, first minute, last minute]; day 0 is Monday."""

    PREFIX: ClassVar[str] = "EP"

    class Regime(models.TextChoices):
        CYPA = "CYPA-byelaws", "Children and Young Persons Act 1933 and byelaws"
        CWSA2026 = "CWSA2026", "Children's Wellbeing and Schools Act 2026"

    class Work(models.TextChoices):
        LIGHT = "light", "Light work"
        LISTED = "listed", "Work that the byelaws list for the youngest"
        PROHIBITED = "prohibited", "Prohibited work"

    regime = models.CharField(max_length=12, choices=Regime, default=Regime.CYPA)  # fixed when the case opens
    employer = models.CharField(max_length=160)
    employer_contact = models.CharField(max_length=160)
    employer_email = models.EmailField(blank=True)
    employer_phone = models.CharField(max_length=40, blank=True)
    employer_address = models.CharField(max_length=300)
    workplace = models.CharField(max_length=300)
    job = models.CharField(max_length=160)
    duties = models.TextField()
    work = models.CharField(max_length=10, choices=Work, default=Work.LIGHT)
    work_listed = models.CharField(max_length=300, blank=True)  # which line of the byelaws' list
    work_because = models.CharField(max_length=300, blank=True)  # why an officer sees it otherwise
    offered_on = models.DateField()
    starts_on = models.DateField()
    school_week = models.JSONField(default=list)
    free_week = models.JSONField(default=list)
    opens = models.PositiveSmallIntegerField(null=True)  # the child's school, minutes after midnight
    closes = models.PositiveSmallIntegerField(null=True)
    free_weeks = models.BooleanField(null=True)  # two weeks in a row free of work are agreed
    insurer = models.CharField(max_length=160, blank=True)
    insured_until = models.DateField(null=True)
    risk_text = models.TextField(blank=True)
    risk_file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")


class PermitChange(models.Model):
    """Other hours, another job or another place while the permit holds; before: what they were."""

    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="changes")
    before = models.JSONField()
    after = models.JSONField()
    because = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]


class SchoolViewQuerySet(models.QuerySet["SchoolView"]):
    def visible_to(self, user: Any) -> "SchoolViewQuerySet":
        """A school's own while the child is on its roll; every one for the service."""
        if user.may("see_employment"):
            return self.filter(
                Q(permit__isnull=False, permit__in=Permit.objects.visible_to(user))
                | Q(licence__isnull=False, licence__in=_licences(user))
            )
        return self.filter(schools_in_view(user)) if user.may("view_on_employment") else self.none()

    def waiting(self) -> "SchoolViewQuerySet":
        return self.filter(answered_at=None, dropped=False)


def _licences(user: Any) -> Any:
    from mainstay.service.employment.models.licences import Licence

    return Licence.objects.visible_to(user)


class SchoolView(models.Model):
    """A school asked about one application: attendance, and leave for a performance."""

    class Answer(models.TextChoices):
        CONTENT = "content", "No concern"
        CONCERN = "concern", "Some concern"
        OBJECTS = "objects", "Against it"

    permit = models.ForeignKey(Permit, null=True, on_delete=models.PROTECT, related_name="views")
    licence = models.ForeignKey(
        "employment.Licence", null=True, on_delete=models.PROTECT, related_name="views"
    )
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    text = models.TextField(blank=True)
    leave = models.BooleanField(null=True)  # whether it lets the child miss school for a performance
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    dropped = models.BooleanField(default=False)  # the application was decided or withdrawn without an answer

    objects = SchoolViewQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(permit__isnull=False, licence__isnull=True)
                | Q(permit__isnull=True, licence__isnull=False),
                name="school_view_of_one_application",
            )
        ]

    @property
    def about(self) -> Any:
        return self.permit or self.licence
