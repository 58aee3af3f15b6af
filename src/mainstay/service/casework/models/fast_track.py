"""Fast Track to Attendance: one case's meeting, its plan, the weeks that follow and their review."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.casework.models.cases import Case
from mainstay.service.common.decisions.models import Decision
from mainstay.service.directory.models import Parent, pupils_in_view, schools_in_view
from mainstay.service.record.models import Meeting


class FastTrackValue(models.Model):
    """One of the council's own values from a day on; the latest set for the latest day that has come holds."""

    name = models.CharField(max_length=40)  # a key of ``fast_track_values.VALUES``
    value = models.JSONField()
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["name", "-since", "-pk"]


class FastTrackQuerySet(models.QuerySet["FastTrack"]):
    def visible_to(self, user: Any) -> "FastTrackQuerySet":
        """As the cases; that one was found not suitable stays with the service."""
        if not user.may("see_cases"):
            return self.none()
        seen = self.filter(pupils_in_view(user, "case__pupil"), schools_in_view(user, "case__school"))
        return seen.exclude(outcome=FastTrack.Outcome.NOT_SUITABLE) if user.is_school_user else seen

    def open(self) -> "FastTrackQuerySet":
        return self.exclude(state=FastTrack.State.CLOSED)

    def review_due(self, today: date) -> "FastTrackQuerySet":
        """The weeks are over, or are today; nobody has decided what follows."""
        over = Q(state=FastTrack.State.FRAMEWORK, review_on__lte=today)
        return self.filter(Q(state=FastTrack.State.REVIEW) | over)


class FastTrack(models.Model):
    """One Fast Track of a case, from the decision to its outcome; a case may have another one later."""

    class State(models.TextChoices):
        TO_INVITE = "to_invite", "To be invited"
        INVITED = "invited", "Invited"
        NOT_ATTENDED = "not_attended", "Nobody came: to decide"
        MET = "met", "Met: plan to agree"
        FRAMEWORK = "framework", "Framework running"
        REVIEW = "review", "To be reviewed"
        AFTERCARE = "aftercare", "Aftercare"
        CLOSED = "closed", "Closed"

    class Section(models.TextChoices):
        ABSENT = "444(1)", "Section 444(1): the child did not attend regularly"
        KNOWING = "444(1A)", "Section 444(1A): the parent knew and did not cause the child to attend"

    class Outcome(models.TextChoices):
        IMPROVED = "improved", "Attendance improved"
        PENALTY = "penalty_notice", "A penalty notice is considered"
        SUPERVISION = "supervision", "An education supervision order is considered"
        LEGAL = "legal", "Passed on to legal"
        SOCIAL_CARE = "social_care", "Social care leads"
        STOPPED = "stopped", "Stopped"
        NOT_SUITABLE = "not_suitable", "Not suitable for Fast Track"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="fast_tracks")
    state = models.CharField(max_length=12, choices=State, default=State.TO_INVITE)
    state_since = models.DateTimeField()
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=8, choices=Section, default=Section.ABSENT)
    offence_from = models.DateField()
    offence_to = models.DateField()
    # the meeting
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="fast_tracks"
    )
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="+")
    rearranged = models.PositiveSmallIntegerField(default=0)
    views = models.TextField(blank=True)  # what the family says stands in the way, and would help
    child_present = models.BooleanField(null=True)
    child_voice = models.TextField(blank=True)
    support = models.TextField(blank=True)
    absence_record = models.TextField(blank=True)  # that nobody came, and what was done
    questions = models.TextField(blank=True)  # put in writing, as they may be answered in writing
    # the plan
    agreed = models.BooleanField(null=True)  # False: imposed
    plan_because = models.TextField(blank=True)
    target = models.PositiveSmallIntegerField(null=True)  # attendance, in per cent
    tolerated = models.PositiveSmallIntegerField(default=0)  # unauthorised sessions
    starts_on = models.DateField(null=True)
    midpoint_on = models.DateField(null=True)
    review_on = models.DateField(null=True)
    answer = models.JSONField(null=True)  # the law's Answer about these days
    extended_because = models.TextField(blank=True)
    # while it runs
    breached_on = models.DateField(null=True)
    noticed_at = models.DateTimeField(null=True)
    # the review
    review = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="+")
    review_voice = models.TextField(blank=True)
    parents_account = models.TextField(blank=True)
    figures = models.JSONField(null=True)  # attendance as it stood at the review
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    told = models.TextField(blank=True)  # what the letter to each parent says about why
    outcome_decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    aftercare_until = models.DateField(null=True)

    objects = FastTrackQuerySet.as_manager()
    #: the moment an action looks at it, for the steps; no column
    looked_at: datetime | None = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=~Q(state="closed"), name="one_open_fast_track_per_case"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(outcome=""), name="fast_track_closed_with_outcome"
            ),
            models.CheckConstraint(
                condition=Q(offence_to__gte=models.F("offence_from")), name="fast_track_offence_from_to"
            ),
        ]

    @property
    def number(self) -> str:
        return f"FT-{self.pk:06}"

    def asked(self) -> list["FastTrackInvitation"]:
        """The invitations that count: where two records of one parent became one, only the kept record's."""
        return [to for to in self.invitations.all() if to.parent.merged_into_id is None]

    def written_to(self) -> list["FastTrackInvitation"]:
        """Those whose invitation was sent, even where the day was then given up and another one arranged."""
        return [to for to in self.asked() if to.service_id is not None or self.rearranged > 0]


class FastTrackInvitation(models.Model):
    """One parent asked to the meeting and to the review: what they need, their own letters, whether they came."""

    fast_track = models.ForeignKey(FastTrack, on_delete=models.PROTECT, related_name="invitations")
    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)  # about their needs
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    interpreter = models.CharField(max_length=80, blank=True)  # the language; "": none is needed
    appropriate_adult = models.CharField(max_length=200, blank=True)
    reading_help = models.CharField(max_length=200, blank=True)
    adjustments = models.CharField(max_length=300, blank=True)  # reasonable ones, as for a disability
    review_asked_at = models.DateTimeField(null=True)  # about their needs, again before the review
    review_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    leaflet_language = models.CharField(max_length=60, blank=True)
    leaflet_given_on = models.DateField(null=True)
    leaflet_how = models.CharField(max_length=120, blank=True)
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("documents.Service", null=True, on_delete=models.PROTECT, related_name="+")
    attended = models.BooleanField(null=True)
    plan_document = models.ForeignKey(
        "documents.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    plan_service = models.ForeignKey(
        "documents.Service", null=True, on_delete=models.PROTECT, related_name="+"
    )
    review_document = models.ForeignKey(
        "documents.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    review_service = models.ForeignKey(
        "documents.Service", null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome_document = models.ForeignKey(
        "documents.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome_service = models.ForeignKey(
        "documents.Service", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["fast_track", "parent"], name="one_fast_track_invitation_each")
        ]


class FastTrackAction(models.Model):
    """One line of the plan: what is needed, who does what by when, and how it is told that it was done."""

    class Owner(models.TextChoices):
        PARENT = "parent", "Parent"
        CHILD = "child", "Child"
        SCHOOL = "school", "School"
        OFFICER = "officer", "Education welfare officer"
        AGENCY = "agency", "Another agency"

    fast_track = models.ForeignKey(FastTrack, on_delete=models.PROTECT, related_name="actions")
    need = models.CharField(max_length=300)
    action = models.CharField(max_length=300)
    owner = models.CharField(max_length=8, choices=Owner)
    who = models.CharField(max_length=120, blank=True)
    due = models.DateField()
    measure = models.CharField(max_length=300)
    done = models.BooleanField(null=True)  # None: not said yet
    evidence = models.CharField(max_length=300, blank=True)
    said_at = models.DateTimeField(null=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done=None) | (Q(said_at__isnull=False) & ~Q(evidence="")),
                name="fast_track_action_done_with_evidence",
            )
        ]
