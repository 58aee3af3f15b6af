"""Leaflets about rights, the legal process and help, by language and version; and who was given which, when."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.models import StoredFile
from mainstay.service.directory.models import Parent, Pupil, School, pupils_in_view, schools_in_view


class LeafletQuerySet(models.QuerySet["Leaflet"]):
    def in_force(self, day: date) -> "LeafletQuerySet":
        """The latest version of each leaflet in each language on that day."""
        newer = self.model._default_manager.filter(
            subject=models.OuterRef("subject"), language=models.OuterRef("language"), since__lte=day,
            version__gt=models.OuterRef("version"),
        )  # fmt: skip
        return self.filter(~models.Exists(newer), since__lte=day)


class Leaflet(models.Model):
    """One version of a leaflet in one language: its words, or a file of the council's own. Never changed."""

    subject = models.SlugField(max_length=40)  # "rights": the same in every language
    language = models.CharField(max_length=12)  # BCP 47
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked = models.CharField(max_length=160, blank=True)  # translator and day; "": not confirmed by one
    since = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # None: shipped with Mainstay
    reason = models.CharField(max_length=300)

    objects = LeafletQuerySet.as_manager()

    class Meta:
        ordering = ["subject", "language", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "language", "version"], name="one_leaflet_per_version"
            ),
            models.CheckConstraint(
                condition=~Q(text="") | Q(file__isnull=False), name="leaflet_says_something"
            ),
        ]


class LeafletGivenQuerySet(models.QuerySet["LeafletGiven"]):
    def visible_to(self, user: Any) -> "LeafletGivenQuerySet":
        """Of pupils in view, for the service; a school reads what it gave itself, not what others did."""
        if not user.may("see_pupils"):
            return self.none()
        seen = self.filter(pupils_in_view(user))
        return seen if user.sees_all_schools else seen.filter(schools_in_view(user), school__isnull=False)

    def about(self, thing: models.Model) -> "LeafletGivenQuerySet":
        return self.filter(about_kind=thing._meta.label_lower, about_id=str(thing.pk))


class LeafletGiven(models.Model):
    """One leaflet given to one person: a parent or carer, or the child themselves."""

    class How(models.TextChoices):
        HAND = "hand", "Handed over"
        POST = "post", "By post"
        EMAIL = "email", "By e-mail"
        READ = "read", "Read to them"

    leaflet = models.ForeignKey(Leaflet, on_delete=models.PROTECT, related_name="given")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="leaflets")
    parent = models.ForeignKey(
        Parent, null=True, blank=True, on_delete=models.PROTECT, related_name="leaflets"
    )  # None: to the child
    school = models.ForeignKey(
        School, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # that gave it; None: the service did
    how = models.CharField(max_length=6, choices=How)
    given_on = models.DateField()
    about_kind = models.CharField(max_length=60, blank=True)  # the case, meeting… it was given with
    about_id = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = LeafletGivenQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        indexes = [models.Index(fields=["about_kind", "about_id"])]
