"""A court with a sitting, a hearing that is recorded and its result, for their addresses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tests.factories import AddressFactory
from tests.factories_court import a_prosecution

from mainstay.service.casework.actions.cases import open_case
from mainstay.service.casework.models import Case
from mainstay.service.court.models import Court, Hearing, Result, Sitting
from mainstay.service.directory.models import Parent, Pupil

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = (
    "hearing", "court_trial", "court_result_new", "court_after", "court_discontinue", "court_costs", "court_antecedents",
    "court_result", "court_result_tell", "court_result_letter", "court_result_letter_pdf", "court_result_void",
    "court_result_appeal", "court_result_dismissed", "court_result_sentence",
)  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    case = open_case(
        pupil=pupil, school=pupil.school, because="Bought.", owner=by, by=by, at=AT, kind=Case.Kind.PURCHASED
    )
    AddressFactory(parent=parent)
    one = a_prosecution(
        case=case,
        parent=parent,
        offence_from=date(2026, 9, 7),
        offence_to=date(2026, 10, 23),
        state="decided",
    )
    court = Court.objects.create(name="Inventedtown Magistrates’ Court")
    sitting = Sitting.objects.create(court=court, starts=AT - timedelta(days=3))
    hearing = Hearing.objects.create(
        prosecution=one, sitting=sitting, kind="first", outcome="decided", recorded_at=AT, recorded_by=by
    )
    result = Result.objects.create(
        prosecution=one, hearing=hearing, on=date(2026, 11, 20), verdict="convicted", offence="444(1)", recorded_at=AT,
        recorded_by=by,
    )  # fmt: skip
    of_prosecution = ("court_trial", "court_result_new", "court_after", "court_discontinue", "court_costs", "court_antecedents")  # fmt: skip
    ids = {"court": court.pk, "sitting": sitting.pk, "hearing": hearing.pk, "court_result": result.pk}
    return ids | dict.fromkeys(of_prosecution, one.pk), {}
