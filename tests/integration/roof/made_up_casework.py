"""Casework and the team in the made-up city: some in every state, made by the actions, and work for everybody who signs in."""

from collections import Counter
from datetime import date

from tests.made_up import NOW, UNTIL

from mainstay.service.accounts.models import User
from mainstay.service.attendance.queries import home
from mainstay.service.attendance.targeting.models import TargetingAction, TargetingMeeting
from mainstay.service.casework import interview_record
from mainstay.service.casework.models import (
    Case,
    Consultation,
    FastTrack,
    Interview,
    Investigation,
    Plan,
    Referral,
    Visit,
)
from mainstay.service.record.models import Deadline, Meeting
from mainstay.service.team.models import Absence, Call, Cover, DutyDay, Review, Swap
from mainstay.service.team.queries import supervision


def states(model: type, field: str = "state") -> Counter[str]:
    return Counter(model.objects.order_by().values_list(field, flat=True))  # type: ignore[attr-defined]


def blocks(name: str) -> dict[str, int]:
    """Headings of the first page, and of a leader's own work, and how many lines each has."""
    user = User.objects.get(email=f"{name}@example.org")
    shown = home.for_user(user, UNTIL).blocks
    if user.may("see_team"):
        shown += home.of_leader(user, UNTIL).blocks
    return {block.title: len(block.rows) for block in shown}


def check() -> None:
    _referrals()
    _cases()
    _fast_tracks()
    _meetings()
    _team()
    _first_pages()


def _referrals() -> None:
    assert set(states(Referral)) == set(Referral.State.values) - {"rejected", "upheld"}
    assert Referral.objects.filter(state="draft").exclude(sign_asked_at=None).count() == 2
    assert set(states(Consultation, "outcome")) == set(Consultation.Outcome.values)


def _cases() -> None:
    assert set(states(Case)) == set(Case.State.values)
    assert set(states(Case, "kind")) == set(Case.Kind.values)
    assert states(Case, "closed_because")["improved"] == 1
    assert Case.objects.filter(owner=None).count() == 1
    assert {"planned", "left", "recorded"} <= set(states(Visit))
    assert set(states(Investigation)) == set(Investigation.State.values)
    assert {"draft", "offered", "running", "not_agreed", "ended"} <= set(states(Plan))
    before = {(one.kind, one.state, one.from_school) for one in Plan.objects.filter(case=None)}
    assert {("contract", "running", True), ("early_help", "offered", False)} <= before
    with_day = Deadline.objects.open().filter(about_kind="casework.case").order_by().values("about_id")
    assert with_day.distinct().count() >= 10


def _fast_tracks() -> None:
    assert {"to_invite", "invited", "met", "framework", "review"} <= set(states(FastTrack))
    signed = Interview.objects.get()
    assert signed.state == "signed" and signed.fast_track.state == "framework"
    assert signed.digest == interview_record.digest(signed, list(signed.entries.order_by("number")))
    soon = FastTrack.objects.get(state="invited").meeting
    assert soon is not None and soon.starts > NOW


def _meetings() -> None:
    assert {"agreed", "ended", "live", "ready", "planned"} <= set(states(TargetingMeeting))
    assert TargetingAction.objects.open().exists() and TargetingAction.objects.exclude(done_at=None).exists()
    names = {word for case in Case.objects.select_related("pupil") for word in (case.pupil.surname,)}
    assert not [one.title for one in Meeting.objects.all() if any(name in one.title for name in names)]


def _team() -> None:
    assert (
        list(DutyDay.objects.filter(on__range=(UNTIL, date(2026, 12, 11))).values_list("on", flat=True)) != []
    )
    assert Absence.objects.filter(first_on=date(2026, 11, 30)).exists()
    assert states(Cover) == {"asked": 1} and states(Swap) == {"asked": 1}
    assert Call.objects.filter(answered_at=None).count() == 1 and Call.objects.count() == 8
    assert [row["officer"] for row in supervision.watched(UNTIL) if row["overdue"]] == ["Neil Harding"]
    assert states(Review) == {"moderated": 1, "reviewed": 1, "drawn": 1}


def _first_pages() -> None:
    for name, wanted in {
        "officer": (
            "My cases by next day",
            "Colleagues ask you",
            "Fast Track meetings and reviews",
            "Visits today",
        ),
        "senior": ("Investigations to agree to", "My cases by next day", "Fast Track meetings and reviews"),
        "support": ("Fast Track letters",),
        "principal": ("To sign: referrals",),
        "head": ("To sign: referrals",),
        "school": ("What your school promised", "Plans to review"),
    }.items():
        shown = blocks(name)
        assert all(shown.get(title) for title in wanted), (name, shown)
    assert any(rows for title, rows in blocks("manager").items() if "appeal" in title.lower())
