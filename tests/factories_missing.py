"""Children missing education for tests, at the stage that is asked for, by the actions that lead there."""

from datetime import date, datetime
from typing import Any

from tests.factories import UserFactory
from tests.factories_attendance import TODAY, a_child, at

from mainstay.service.missing import sources, values
from mainstay.service.missing.actions import beginning, enquiring, searching
from mainstay.service.missing.actions.beginning import Told
from mainstay.service.missing.models import MissingChild


def an_officer() -> Any:
    """The officer for children missing education."""
    return UserFactory(role="cme_officer")


def told(**more: Any) -> Told:
    child = {"forename": "Bram", "surname": "Hollowell", "reason": "not_educated", "told": "At home all day."}
    return Told({**child, **more})


def referred(
    by: Any = None, when: datetime | None = None, risks: tuple[str, ...] = (), **more: Any
) -> MissingChild:
    """A referral of a child known by what was told only."""
    when = when or at()
    return beginning.refer(
        told=told(**more), route="public", received_on=when.date(), by=by, at=when, risks=risks
    )


def of_school(**given: Any) -> tuple[MissingChild, Any]:
    """A search that a school has begun about a pupil of its roll, and its attendance lead."""
    pupil = a_child(**given)
    lead = UserFactory(role="school_staff", school=pupil.school)
    one = beginning.begin(
        pupil=pupil, absent_from=date(2026, 11, 16), reason="gone", told="Nobody answers.", by=lead, at=at()
    )
    return one, lead


def accepted(by: Any, **more: Any) -> MissingChild:
    return searching.accept(child_id=referred(**more).pk, answer="", by=by, at=at())


def all_asked(one: MissingChild, by: Any, result: str = "nothing") -> None:
    for name in values.must_ask(TODAY):
        enquiring.enquire(
            child_id=one.pk,
            source=name,
            asked_on=TODAY,
            legal_basis=sources.DUTY,
            by=by,
            at=at(),
            result=result,
        )
