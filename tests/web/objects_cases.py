"""One case, for the addresses of cases."""

from datetime import UTC, datetime
from typing import Any, Final

from mainstay.service.casework.actions.cases import open_case
from mainstay.service.directory.models import Parent, Pupil

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = ("case", "case_allocate", "case_close", "case_reference")


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    case = open_case(pupil=pupil, school=pupil.school, because="Referred.", owner=by, by=by, at=AT)
    return {"case": case.pk}, {}
