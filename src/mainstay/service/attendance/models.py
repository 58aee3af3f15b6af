"""Registers as kept, imports and amendments, findings and what was decided about them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from mainstay.service.attendance.models_impact import Impact
from mainstay.service.common.models import Decision, StoredFile
from mainstay.service.directory.models import Pupil, School, pupils_in_view, schools_in_view

__all__ = [
    "Amendment", "Arrival", "Consideration", "Finding", "Grid", "Impact", "MarkNote", "Register", "RegisterImport", "SavedView",
    "SchoolYear",
]  # fmt: skip


class RegisterImport(models.Model):
    """One file (or folder of pages, or feed run) that was sent to us, taken or not."""

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        READING = "reading", "Being read"
        PREVIEW = "preview", "Ready to look at"
        TAKING = "taking", "Being taken"
        TAKEN = "taken", "Taken"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"

    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField()
    via = models.CharField(max_length=20, default="page")  # page, inbox, api, demo
    school = models.ForeignKey(
        School, null=True, blank=True, on_delete=models.PROTECT
    )  # when the file names none
    options = models.JSONField(default=dict)  # dates, mapping, calendar use
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    report = models.JSONField(null=True, blank=True)  # the contract's check object, errors left out
    errors = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stopped_because = models.TextField(blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_because = models.CharField(max_length=300, blank=True)
    marks_new = models.PositiveIntegerField(default=0)
    marks_changed = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]


class Arrival(models.Model):
    """The n-th thing that wrote into one school's year: an import or one correction. Its number fills the
    provenance grid."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    ordinal = models.PositiveIntegerField()  # 1..65535
    at = models.DateTimeField()
    source = models.ForeignKey(
        RegisterImport, null=True, blank=True, on_delete=models.PROTECT, related_name="arrivals"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "year", "ordinal"], name="one_arrival_per_ordinal")
        ]


class RegisterQuerySet(models.QuerySet["Register"]):
    def visible_to(self, user: Any) -> "RegisterQuerySet":
        if not user.may("see_registers"):
            return self.none()
        return self.filter(pupils_in_view(user), schools_in_view(user))

    def with_marks(self) -> "RegisterQuerySet":
        """With school and marks, ``open_mask`` (when the school was open, as at the last measuring) and
        ``year_marked_on`` (its last day with a mark of anybody), by year."""
        of_year = SchoolYear.objects.filter(school=OuterRef("school"), year=OuterRef("year"))
        found = self.select_related("school", "grid").defer("grid__provenance")
        found = found.annotate(
            open_mask=Subquery(of_year.values("open_mask")),
            year_marked_on=Subquery(of_year.values("last_mark_on")),
        )
        return found.order_by("year", "pk")


class Register(models.Model):
    """One pupil, one school, one academic year: the measures. The marks lie beside it in ``Grid``."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="registers")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="registers")
    year = models.PositiveSmallIntegerField()
    possible = models.PositiveSmallIntegerField(default=0)
    attended = models.PositiveSmallIntegerField(default=0)
    authorised = models.PositiveSmallIntegerField(default=0)
    unauthorised = models.PositiveSmallIntegerField(default=0)
    late = models.PositiveSmallIntegerField(default=0)
    missing = models.PositiveSmallIntegerField(default=0)
    illness = models.PositiveSmallIntegerField(default=0)  # sessions of compulsory school age
    unresolved = models.PositiveSmallIntegerField(default=0)  # sessions of N
    counted = models.PositiveSmallIntegerField(default=0)  # unauthorised, of compulsory school age
    near_miss = models.BooleanField(default=False)
    persistent = models.BooleanField(default=False)
    severe = models.BooleanField(default=False)
    best_count = models.PositiveSmallIntegerField(default=0)
    best_first_week = models.DateField(null=True, blank=True)
    best_last_week = models.DateField(null=True, blank=True)
    threshold_met_on = models.DateField(null=True, blank=True)
    ten_days_on = models.DateField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    last_mark_on = models.DateField(null=True, blank=True)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pupil", "school", "year"], name="one_register_each")]
        indexes = [
            models.Index(fields=["school", "year"]),
            models.Index(fields=["year", "severe", "persistent"]),
        ]

    @property
    def absent(self) -> int:
        return self.authorised + self.unauthorised


class Grid(models.Model):
    """The marks (756 bytes) and who first filled each (756 uint16, little-endian). Written by COPY or
    executemany only."""

    register = models.OneToOneField(Register, primary_key=True, on_delete=models.CASCADE, related_name="grid")
    marks = models.BinaryField()
    provenance = models.BinaryField()


class Amendment(models.Model):
    """A filled mark that was changed: what it was, what it is, when, by which arrival, why."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="amendments")
    slot = models.PositiveSmallIntegerField()
    old = models.CharField(max_length=1)  # bytes of the code table
    new = models.CharField(max_length=1)
    at = models.DateTimeField()
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="amendments")

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["register", "slot"])]


class MarkNote(models.Model):
    """Minutes late or a comment on one session, sparse beside the grid."""

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="notes")
    slot = models.PositiveSmallIntegerField()
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "slot"], name="one_note_per_session")]


class SchoolYear(models.Model):
    """What pages of a school and of the city show, worked out once at each import."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField()
    arrivals = models.PositiveIntegerField(default=0)  # ordinals given out
    pupils = models.PositiveIntegerField(default=0)
    possible = models.PositiveIntegerField(default=0)
    absent = models.PositiveIntegerField(default=0)
    unauthorised = models.PositiveIntegerField(default=0)
    persistent = models.PositiveIntegerField(default=0)
    severe = models.PositiveIntegerField(default=0)
    met_threshold = models.PositiveIntegerField(default=0)
    weeks = models.JSONField(default=list)  # [{"week", "possible", "absent", "authorised", "unauthorised"}]
    codes = models.JSONField(default=dict)  # code -> sessions
    groups = models.JSONField(default=list)  # [{"group", "value", "pupils", "possible", "absent", ...}]
    quality = models.JSONField(default=dict)  # unresolved N, missing marks, code swings
    last_mark_on = models.DateField(null=True, blank=True)
    last_import_at = models.DateTimeField(null=True, blank=True)
    open_mask = models.BinaryField(default=bytes)  # 756 bytes of 0/1: sessions the school was open

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "year"], name="one_school_year_each")]


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: Any) -> "FindingQuerySet":
        if not user.may("see_findings"):
            return self.none()
        return self.filter(pupils_in_view(user), schools_in_view(user))

    def open(self) -> "FindingQuerySet":
        return self.filter(state=Finding.State.OPEN)


class Finding(models.Model):
    """One pupil and kind from its first session until it is considered."""

    class Kind(models.TextChoices):
        SEVERE = "severe", "Severely absent"
        PERSISTENT = "persistent", "Persistently absent"
        THRESHOLD = "threshold", "Penalty threshold met"
        NEAR_MISS = "near_miss", "Close to the threshold"
        TEN_DAYS = "ten_days", "Ten school days unauthorised"
        SICKNESS = "sickness", "Fifteen days of illness"
        UNRESOLVED = "unresolved", "Reason not yet established"

    class State(models.TextChoices):
        OPEN = "open", "To consider"
        CONSIDERED = "considered", "Considered"
        LAPSED = "lapsed", "No longer met"

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="findings")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=12, choices=Kind)
    year = models.PositiveSmallIntegerField()
    since = models.DateField()  # its first session
    reached_on = models.DateField()  # the day it was met
    strength = models.CharField(max_length=80)  # "16 sessions in 4 school weeks"
    weight = models.PositiveSmallIntegerField(default=0)  # for sorting
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.JSONField()  # the law's Answer; see ``findings.packed``
    rules_version = models.CharField(max_length=40)
    rests_on = models.CharField(max_length=32, blank=True)  # digest of the marks the answer depends on
    found_at = models.DateTimeField()
    computed_at = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    alert = models.CharField(max_length=300, blank=True)  # "2 sessions it relied on changed on 3 November"
    alerted_at = models.DateTimeField(null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        indexes = [
            # counts read this index only: the Answers make the rows themselves heavy
            models.Index(fields=["state", "kind", "owner", "school", "pupil"], name="finding_counts"),
            models.Index(fields=["state", "weight"], name="finding_strongest"),
            models.Index(fields=["state", "found_at", "kind"], name="finding_newest"),
            models.Index(fields=["alerted_at"], condition=Q(alerted_at__isnull=False), name="finding_alerts"),
            models.Index(fields=["school", "state"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "school", "kind"], condition=Q(state="open"), name="one_open_finding_each"
            )
        ]


class Consideration(models.Model):
    """An officer's recorded consideration of a finding, with the Answer as it stood."""

    class Choice(models.TextChoices):
        SUPPORT = "support", "Support first"
        NOTICE_TO_IMPROVE = "notice_to_improve", "Notice to improve"
        PENALTY_NOTICE = "penalty_notice", "Penalty notice"
        REFERRAL = "referral", "Referral to the service"
        NOT_APPROPRIATE = "not_appropriate", "No action is appropriate"

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="considerations")
    choice = models.CharField(max_length=20, choices=Choice)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT)
    review_on = models.DateField(null=True, blank=True)
    relied_on = models.JSONField(default=list)  # [{"date", "half", "code"}]
    alert = models.CharField(max_length=300, blank=True)
    alerted_at = models.DateTimeField(null=True, blank=True)


class SavedView(models.Model):
    """A worklist's filters under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="one_saved_view_per_name")
        ]
