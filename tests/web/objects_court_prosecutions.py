"""A prosecution proposed against a parent, for its addresses."""

from datetime import UTC, date, datetime
from typing import Any, Final

from tests.factories_court import a_prosecution

from mainstay.service.casework.actions.cases import open_case
from mainstay.service.casework.models import Case
from mainstay.service.directory.models import Parent, Pupil

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = ("prosecution",)


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    case = open_case(
        pupil=pupil, school=pupil.school, because="Bought.", owner=by, by=by, at=AT, kind=Case.Kind.PURCHASED
    )
    one = a_prosecution(case=case, parent=parent, offence_from=date(2026, 9, 7), offence_to=date(2026, 10, 23))
    return {"prosecution": one.pk}, {}
