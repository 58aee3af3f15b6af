"""Officers, their meetings and absences for tests."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.factories import UserFactory
from tests.factories_attendance import a_child, at, later

from mainstay.service.record import meetings
from mainstay.service.record.models import Meeting
from mainstay.service.team.actions import away
from mainstay.service.team.models import Absence

HOUR = timedelta(hours=1)
#: a school day after ``TODAY``
DAY = date(2026, 11, 25)


def an_officer(**given: Any) -> Any:
    return UserFactory(**{"role": "ewo", **given})


def a_manager(**given: Any) -> Any:
    return UserFactory(**{"role": "service_manager", **given})


def a_visit(officer: Any, starts: datetime | None = None, **given: Any) -> Meeting:
    """A visit to a child that this officer holds; two days from now at noon."""
    pupil = given.pop("pupil", None) or a_child(surname="Quickfall", forename="Zebedee")
    begins = starts or later(2)
    said = {
        "kind": "visit", "title": "Home visit", "starts": begins, "ends": begins + HOUR, "where": "At home",
        "organiser": officer, "by": officer, "at": at(), "pupil": pupil, "school": pupil.school,
    }  # fmt: skip
    return meetings.plan(**{**said, **given})


def is_away(officer: Any, by: Any | None = None, day: date = DAY, **given: Any) -> Absence:
    """Away for that whole day."""
    said = {
        "kind": "sickness", "first_on": day, "first_half": "AM", "last_on": day, "last_half": "PM", "stands_in": None,
        "by": by or officer, "at": at(),
    }  # fmt: skip
    return away.enter(officer=officer, **{**said, **given})
