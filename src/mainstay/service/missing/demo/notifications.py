"""What schools of the made-up city notified, what they forgot, and pupils who may be a missing child."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from mainstay.service.directory.models import Enrolment, Pupil, School
from mainstay.service.missing import values
from mainstay.service.missing.actions import beginning, due, notifications, off_rolling, searching
from mainstay.service.missing.actions.beginning import Told
from mainstay.service.missing.models import DueReturn, MissingChild, OffRolling

#: so long the made-up council has asked its schools for returns
_BEGAN: Final = timedelta(days=12)
_FULL: Final = {"address": "As in our records", "parents": "As in our records", "numbers": "01632 960007"}


@dataclass(frozen=True, slots=True)
class Cast:
    users: dict[str, Any]
    at: datetime


def tell(cast: Cast) -> None:
    """Notifications of every kind and state, returns due, names without a ground, and a likely pair."""
    staff = cast.users["school"]
    school = School.objects.visible_to(staff).order_by("pk").first()
    if school is None:
        return
    pupils = list(Pupil.objects.filter(school=school, restricted=False).order_by("-pk")[:14])
    if len(pupils) < 14:
        return
    today = timezone.localdate(cast.at)
    values.set_value(
        name="returns_from", value=today - _BEGAN, since=today, reason="The council began to use the list then.",
        by=cast.users["cme"], at=cast.at,
    )  # fmt: skip
    _sent(cast, school, pupils)
    _left(cast, school, pupils[8:11])
    _misspelt(cast)
    due.find(on=today, at=cast.at)
    due.look_into(on=today, at=cast.at)
    _by_telephone(cast, school)
    _raised(cast)


def _sent(cast: Cast, school: School, pupils: list[Pupil]) -> None:
    today, staff, cme = timezone.localdate(cast.at), cast.users["school"], cast.users["cme"]
    said: list[tuple[str, dict[str, Any]]] = [
        ("part_time", {"said": {"hours": 12, "reason": "After an operation.", "plan": "Full days by half-term.",
                                "agreed_on": (today - timedelta(days=9)).isoformat()}, "last_on": today + timedelta(days=30)}),
        ("part_time", {"said": {"hours": 15, "reason": "Anxiety."}, "last_on": today + timedelta(days=20)}),
        ("ten_days", {"said": {"done": "Calls each morning, two visits, a letter.", "irregular": True}, "last_on": today}),
        ("ten_days", {"said": {"done": "Calls, letter, meeting offered."}, "last_on": today - timedelta(days=2)}),
        ("sickness", {"said": {"expected": 10, "work": "Work is sent home each week; a tutor calls on Tuesdays."}}),
        ("leaver", {"ground": "A", "said": {**_FULL, "new_school": "A school in the next county", "no_order": True, "not_main": True,
                                              "no_dual": True, "new_school_from": today.isoformat()}}),
        ("leaver", {"ground": "F", "said": {**_FULL, "special_consent": True}}),
    ]  # fmt: skip
    made = []
    for n, (kind, rest) in enumerate(said):
        first = today + timedelta(days=3) if kind == "leaver" else today - timedelta(days=14 + n)
        one, _ = notifications.send(
            kind=kind,
            school=school,
            pupil=pupils[n],
            first_on=first,
            by=staff,
            at=cast.at - timedelta(hours=30 - n),
            **rest,
        )
        made.append(one)
    notifications.accept(
        notification_id=made[0].pk, by=cme, at=cast.at - timedelta(hours=5),
        words="The parent had agreed by telephone; the register follows.",
    )  # fmt: skip
    notifications.send_back(
        notification_id=made[3].pk,
        words="Who was visited, and when?",
        by=cme,
        at=cast.at - timedelta(hours=4),
    )


def _left(cast: Cast, school: School, pupils: list[Pupil]) -> None:
    """Names that ended on the roll without a word, two some days ago and one this week."""
    today = timezone.localdate(cast.at)
    for pupil, days in zip(pupils, (12, 11, 2), strict=True):
        Enrolment.objects.filter(pupil=pupil, school=school, left_on=None).update(
            left_on=today - timedelta(days=days)
        )


def _by_telephone(cast: Cast, school: School) -> None:
    """Most of what other schools owed they told by telephone in these first days; one in six stays overdue."""
    late = DueReturn.objects.open().filter(due_on__lt=timezone.localdate(cast.at)).exclude(school=school)
    for n, pk in enumerate(late.order_by("pk").values_list("pk", flat=True)):
        if n % 6:
            due.not_needed(
                due_id=pk, why="The school told us by telephone.", by=cast.users["cme"], at=cast.at
            )


def _misspelt(cast: Cast) -> None:
    """A child looked for under a spelling that is not the roll's."""
    known = Pupil.objects.filter(school__isnull=False, restricted=False, date_of_birth__isnull=False)
    pupil = known.exclude(missing_children__isnull=False).order_by("pk")[40:41].first()
    if pupil is None or len(pupil.surname) < 4:
        return
    cme, day = cast.users["cme"], timezone.localdate(cast.at) - timedelta(days=12)
    told = Told({
        "forename": pupil.forename, "surname": pupil.surname[:-1] + pupil.surname[-1] * 2,
        "date_of_birth": pupil.date_of_birth, "sex": pupil.sex, "reason": MissingChild.Reason.NEW,
        "referrer": "A health visitor", "told": "Seen at a clinic; the family said that no school had a place.",
    })  # fmt: skip
    at = cast.at - timedelta(days=12)
    child = beginning.refer(told=told, route=MissingChild.Route.PROFESSIONAL, received_on=day, by=None, at=at)
    searching.accept(child_id=child.pk, answer="", by=cme, at=at + timedelta(days=1))


def _raised(cast: Cast) -> None:
    cme = cast.users["cme"]
    found = OffRolling.objects.filter(state=OffRolling.State.FOUND).order_by("pk").first()
    if found is not None:
        off_rolling.raise_with_school(
            off_rolling_id=found.pk, asked="On which ground was the name deleted?", by=cme, at=cast.at
        )
    late = DueReturn.objects.open().filter(due_on__lt=timezone.localdate(cast.at)).order_by("due_on")[:3]
    due.chase(ids=[row.pk for row in late], by=cme, at=cast.at)
