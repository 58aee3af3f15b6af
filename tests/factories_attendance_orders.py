"""Attendance orders for tests, taken as far as a test needs by the actions themselves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.factories import PupilFactory, SchoolFactory, UserFactory
from tests.factories_attendance import YEAR
from tests.factories_penalties import a_parent

from mainstay.service.directory.models import Parent, Pupil, School
from mainstay.service.orders.actions import attendance_beginning as beginning
from mainstay.service.orders.actions import attendance_deciding as deciding
from mainstay.service.orders.actions import attendance_writing as writing
from mainstay.service.orders.models import AttendanceOrder

#: the Thursday on which the service is told; posted first class that day, a letter is received on Monday the 7th
BEGUN = date(2026, 9, 3)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def a_named_school(**given: Any) -> School:
    """One that can be written to, with the terms of this year and the next."""
    said = {"address": "School Lane (made-up), Southampton", "postcode": "SO99 9ZY", "head": "Jo Invented"}
    return SchoolFactory(years=(YEAR, YEAR + 1), **{**said, **given})


def a_child_on_no_roll(**given: Any) -> Pupil:
    return PupilFactory(school=None, **given)


def begun(pupil: Pupil | None = None, parents: list[Parent] | None = None, by: Any = None) -> AttendanceOrder:
    """Enquiries of a child on no roll, with one parent to write to unless others are given."""
    pupil = pupil or a_child_on_no_roll()
    parents = [a_parent(pupil)] if parents is None else parents
    return beginning.begin(
        pupil=pupil, because="A neighbour says that the child is at home all day.", received_on=BEGUN,
        parents=[parent.pk for parent in parents], by=by or UserFactory(role="ewo"), at=at(BEGUN),
    )  # fmt: skip


def days_on(one: AttendanceOrder, kind: str) -> date:
    """The day after the last day of that paper's time, for every parent."""
    found = (
        one.notices.filter(kind=kind)
        .exclude(last_day=None)
        .order_by("-last_day")
        .values_list("last_day", flat=True)
    )
    return found[0] + timedelta(days=1)


def asked(one: AttendanceOrder | None = None, **given: Any) -> tuple[AttendanceOrder, date]:
    """Contacted, written to and warned; with the first day on which the notice may go."""
    one = one or begun(**given)
    by = one.owner
    beginning.enquire(order_id=one.pk, kind="call", on=BEGUN, text="Nobody answered.", by=by, at=at(BEGUN))
    writing.send(order_id=one.pk, kind="letter", by=by, at=at(BEGUN))
    day = days_on(one, "letter")
    writing.send(order_id=one.pk, kind="warning", by=by, at=at(day))
    return one, days_on(one, "warning")


def noticed(one: AttendanceOrder | None = None, **given: Any) -> tuple[AttendanceOrder, date]:
    """The notice under s.437(1) is served; with the first day after its time."""
    one, day = asked(one, **given)
    one = writing.send(order_id=one.pk, kind="first", by=one.owner, at=at(day))
    return one, days_on(one, "first")


def panel_tests(**said: Any) -> deciding.Tests:
    words: dict[str, Any] = {
        "shown": False, "why_shown": "No answer came.", "expedient": True, "why_expedient": "Four years of school remain.",
        "way": "school", "members": "A manager and an adviser.", "evidence": "The log.", "circumstances": "None known.",
        "alternatives": "Support was offered.", "equality": "Nothing that bears on it.",
    }  # fmt: skip
    return deciding.Tests(**{**words, **said})


def decided(
    one: AttendanceOrder | None = None, said: Any = None, **given: Any
) -> tuple[AttendanceOrder, date]:
    """The panel has decided."""
    one, day = noticed(one, **given)
    writing.go_on(order_id=one.pk, step="to_panel", by=one.owner, at=at(day))
    manager = UserFactory(role="service_manager")
    return deciding.panel(order_id=one.pk, tests=said or panel_tests(), by=manager, at=at(day)), day


def consulted(one: AttendanceOrder, school: School, day: date, body: str = "governors", **said: Any) -> None:
    words: dict[str, Any] = {
        "asked_on": day, "how": "Letter to the clerk.", "reply": "agrees", "reply_text": "A place in year 5.",
        "replied_on": day, "number": "within", "excluded": False,
    }  # fmt: skip
    deciding.consult(
        order_id=one.pk, school=school, body=body, asked=deciding.Asked(**{**words, **said}), by=one.owner, at=at(day)
    )  # fmt: skip


def intended(
    one: AttendanceOrder | None = None, others: tuple[School, ...] = (), **given: Any
) -> tuple[AttendanceOrder, date]:
    """Schools consulted, chosen and told; the notice of intention is served; with the first day after its time."""
    one, day = decided(one, **given)
    school = a_named_school()
    for each in (school, *others):
        consulted(one, each, day)
    deciding.choose(
        order_id=one.pk, school=school, alternatives=others, because="The nearest with a place.", by=one.owner, at=at(day)
    )  # fmt: skip
    deciding.tell_schools(order_id=one.pk, by=one.owner, at=at(day))
    last = max(paper.last_day for paper in one.papers.all() if paper.last_day)
    one = writing.send(order_id=one.pk, kind="intention", by=one.owner, at=at(last + timedelta(days=1)))
    return one, days_on(one, "intention")


def served(one: AttendanceOrder | None = None, **given: Any) -> tuple[AttendanceOrder, date]:
    """The order is served; with the day it counts as received."""
    one, day = intended(one, **given)
    writing.go_on(order_id=one.pk, step="time_over", by=one.owner, at=at(day))
    one = writing.send(order_id=one.pk, kind="order", by=one.owner, at=at(day))
    one.refresh_from_db()
    assert one.served_on is not None
    return one, one.served_on
