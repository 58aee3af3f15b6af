"""A request that a penalty notice be issued, its evidence, and the checks recorded about it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.attendance.models import Finding
from mainstay.service.common.models import StoredFile
from mainstay.service.directory.models import Pupil, School, pupils_in_view, schools_in_view
from mainstay.service.penalties.models.improvement import Improvement
from mainstay.service.penalties.models.leave import LeaveRequest


class Kind(models.TextChoices):
    """The values of ``law.tariff.Kind``."""

    ATTENDANCE = "attendance", "Failure to attend"
    EXCLUDED = "excluded", "Excluded child in a public place"


class RequestQuerySet(models.QuerySet["NoticeRequest"]):
    def visible_to(self, user: Any) -> "RequestQuerySet":
        """Of pupils and schools in view; drafts are their school's, or the service's, own."""
        if not user.may("see_notices"):
            return self.none()
        seen = self.filter(pupils_in_view(user), schools_in_view(user))
        if user.is_school_user:
            return seen.exclude(Q(state=NoticeRequest.State.DRAFT) & Q(from_school=False))
        return seen.exclude(Q(state=NoticeRequest.State.DRAFT) & Q(from_school=True))


class NoticeRequest(models.Model):
    """One child, one set of sessions: what a school or officer asks to be answered by penalty notices."""

    class Route(models.TextChoices):
        THRESHOLD = "threshold", "The national threshold is met"
        LEAVE = "leave", "Leave in term time was refused, or not asked for"
        IMPROVEMENT = "improvement", "A notice to improve was not kept to"
        BELOW = "below", "Below the threshold, with a reason"
        EXCLUDED = "excluded", "An excluded child was in a public place"

    class State(models.TextChoices):
        DRAFT = "draft", "Being written"
        ASKED = "asked", "To check"
        RETURNED = "returned", "Sent back to the school"
        REFUSED = "refused", "Refused"
        DONE = "done", "Decided"
        TAKEN_BACK = "taken_back", "Taken back"

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="notice_requests")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="notice_requests")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ATTENDANCE)
    route = models.CharField(max_length=12, choices=Route)
    finding = models.ForeignKey(Finding, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    leave = models.ForeignKey(
        LeaveRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    improvement = models.ForeignKey(
        Improvement, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    from_school = models.BooleanField()
    because = models.TextField(blank=True)  # what the requester says; needed below the threshold
    sessions = models.JSONField(default=list)  # [{"date", "half", "code"}] relied on, ascending
    offence_from = models.DateField(null=True, blank=True)
    offence_to = models.DateField(null=True, blank=True)
    # of an excluded child: when the s.104 notice was given to the parents, and the days it names
    excluded_notice_on = models.DateField(null=True, blank=True)
    excluded_from = models.DateField(null=True, blank=True)
    excluded_school_days = models.PositiveSmallIntegerField(null=True, blank=True)
    seen = models.JSONField(default=list)  # [{"date", "time", "place"}] of an excluded child
    answer = models.JSONField(null=True, blank=True)  # the threshold's Answer when it was asked for
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notice_requests",
    )
    returned_because = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["state", "asked_at"]), models.Index(fields=["pupil", "state"])]


class EvidenceQuerySet(models.QuerySet["RequestEvidence"]):
    def visible_to(self, user: Any) -> "EvidenceQuerySet":
        """Of requests this person may see."""
        seen = self.filter(request__in=NoticeRequest.objects.visible_to(user).order_by().values("pk"))
        return seen.for_readers(user)

    def for_readers(self, user: Any) -> "EvidenceQuerySet":
        """Of a request already known to be in view: a school sees what schools sent; the rest is the service's own."""
        if user.is_school_user:
            return self.filter(from_school=True)
        return self if user.may("see_service_entries") else self.none()


class RequestEvidence(models.Model):
    """A paper the requester sends with it, or says where it is."""

    request = models.ForeignKey(NoticeRequest, on_delete=models.PROTECT, related_name="evidence")
    what = models.CharField(max_length=200)  # the line of the code's list it answers, or free words
    state = models.CharField(
        max_length=14, choices=[("met", "Enclosed or sent"), ("not_applicable", "Does not apply")]
    )
    text = models.CharField(max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    from_school = models.BooleanField(default=False)  # what the service adds, a school is not shown
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]


class Check(models.Model):
    """One answer to one question of the pre-issue check: added, never edited; the latest of a name counts."""

    request = models.ForeignKey(NoticeRequest, on_delete=models.PROTECT, related_name="checks")
    name = models.CharField(max_length=30)  # a key of ``checks.QUESTIONS``
    value = models.CharField(max_length=30)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["request", "name"])]
