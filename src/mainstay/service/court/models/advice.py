"""Legal services: who is instructed in a case, and the privileged conversation with them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from mainstay.service.casework.models import Case
from mainstay.service.common.models import StoredFile
from mainstay.service.directory.models import Enrolment, conflicts_of, pupils_in_view, schools_in_view


class Instruction(models.Model):
    """A solicitor instructed in one case, until it ends: they see that case's legal papers, and no other."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="instructions")
    solicitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="instructions"
    )
    about = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None on an ended one: the solicitor left

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "solicitor"], condition=Q(ended_at=None), name="instructed_once"
            )
        ]


def instructed_in(user: Any) -> QuerySet[Any]:
    """Keys of the cases this person is instructed in today, but for a declared conflict of interest."""
    found = Instruction.objects.filter(solicitor=user.pk, ended_at=None)
    schools, pupils = conflicts_of(user)
    if pupils:
        found = found.exclude(case__pupil__in=pupils)
    if schools:
        near = Enrolment.objects.current().filter(school__in=schools)
        found = found.exclude(case__school__in=schools).exclude(case__pupil__in=near.values("pupil_id"))
    return found.order_by().values("case_id")


def cases_with_advice(user: Any) -> QuerySet[Case]:
    """Cases whose privileged conversation this person takes part in.

    Whoever instructs, of every case in view; the officer of a case, of that one; a solicitor while they are instructed.
    """
    if not user.may("ask_advice"):
        return Case.objects.none()
    instructed = Q(pk__in=instructed_in(user))
    if not user.sees_all_schools:
        return Case.objects.filter(instructed)
    seen = Case.objects.filter(pupils_in_view(user), schools_in_view(user))
    return seen if user.may("instruct") else seen.filter(Q(owner=user.pk) | instructed)


class AdviceQuerySet(models.QuerySet["Advice"]):
    def visible_to(self, user: Any) -> "AdviceQuerySet":
        return self.filter(case__in=cases_with_advice(user).order_by().values("pk"))

    def waiting(self) -> "AdviceQuerySet":
        """Questions without an answer."""
        answered = Advice.objects.filter(answers=OuterRef("pk")).order_by()
        return self.exclude(asks_of="").filter(~Exists(answered))


class Advice(models.Model):
    """One message of the privileged conversation about a case; never served, never shown to a school."""

    class Side(models.TextChoices):
        OFFICER = "officer", "The case’s officer"
        LEGAL = "legal", "The legal co-ordinator"
        SOLICITOR = "solicitor", "The solicitor"

    class Opinion(models.TextChoices):
        MET = "met", "The test is met"
        NOT_MET = "not_met", "The test is not met"
        MORE = "more", "More evidence is needed first"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="advice")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    asks_of = models.CharField(max_length=10, choices=Side, blank=True)  # a question: who answers it
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answered_by")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    prosecution = models.ForeignKey(
        "court.Prosecution", null=True, on_delete=models.PROTECT, related_name="opinions"
    )
    opinion = models.CharField(max_length=8, choices=Opinion, blank=True)  # on the full code test

    objects = AdviceQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opinion="") | Q(prosecution__isnull=False), name="opinion_about_a_prosecution"
            )
        ]
