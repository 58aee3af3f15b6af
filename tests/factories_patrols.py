"""Designated places, directions, patrols and children met, for tests."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from mainstay.service.patrols.actions import authorising, meeting, planning
from mainstay.service.patrols.models import DesignatedPlace, Direction, Encounter, Patrol

HOUR = timedelta(hours=1)
#: a Monday in term, 9:30 in London
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def a_place(by: Any, **given: Any) -> DesignatedPlace:
    said = {
        "name": "Invented Youth Centre", "address": "1 Made Up Road", "school": None, "on": date(2026, 9, 1),
        "chief_told_on": date(2026, 9, 2), "by": by, "at": AT,
    }  # fmt: skip
    return authorising.designate(**{**said, **given})


def a_direction(by: Any, **given: Any) -> Direction:
    """From nine to four on the day of ``AT``."""
    starts = given.pop("starts", AT - HOUR / 2)
    said = {
        "reference": "OPS-0001", "given_by": "Superintendent A. Madeup", "given_on": AT.date(), "area": "The city centre",
        "starts": starts, "ends": starts + 7 * HOUR, "by": by, "at": AT,
    }  # fmt: skip
    return authorising.direct(**{**said, **given})


def a_patrol(
    by: Any, *, direction: Direction | None = None, place: DesignatedPlace | None = None, **given: Any
) -> Patrol:
    direction = direction or a_direction(by)
    said = {
        "direction_id": direction.pk, "place_id": (place or a_place(by)).pk, "area": "High Street", "starts": direction.starts,
        "ends": direction.starts + 3 * HOUR, "officers": [by], "police": "PC 0001", "briefing": "", "by": by,
        "at": direction.starts,
    }  # fmt: skip
    return planning.plan(**{**said, **given})


def out(by: Any, **given: Any) -> Patrol:
    """One that is out."""
    one = a_patrol(by, **given)
    return planning.take(patrol_id=one.pk, step="start", by=by, at=one.starts)


def meets(patrol: Patrol, by: Any, *, at: datetime = AT, **given: Any) -> Encounter:
    said = {
        "at_time": at, "where": "Bus station", "with_parent": False, "status": "registered", "forename": "Ada",
        "surname": "Fenwick", "born_on": date(2016, 3, 9),
    }  # fmt: skip
    return meeting.meet(patrol_id=patrol.pk, by=by, at=at, **{**said, **given})
