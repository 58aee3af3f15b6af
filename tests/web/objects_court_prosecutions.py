"""A prosecution proposed against a parent, for its addresses."""

from datetime import UTC, date, datetime
from typing import Any, Final

from tests.factories_court import a_prosecution

from mainstay.service.casework.actions.cases import open_case
from mainstay.service.casework.models import Case
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.orders.models import AttendanceOrder, SupervisionOrder
from mainstay.service.penalties.models import Notice

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = (
    "prosecution", "prosecution_propose", "prosecution_of_notice", "prosecution_of_supervision",
    "prosecution_of_attendance", "prosecution_pick", "prosecution_consider", "prosecution_defences", "prosecution_test",
    "prosecution_review", "prosecution_authorise", "prosecution_evidence_ready", "prosecution_charge", "prosecution_reply",
    "prosecution_certify", "prosecution_stop",
)  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    case = open_case(
        pupil=pupil, school=pupil.school, because="Bought.", owner=by, by=by, at=AT, kind=Case.Kind.PURCHASED
    )
    period = {"offence_from": date(2026, 9, 7), "offence_to": date(2026, 10, 23)}
    one = a_prosecution(case=case, parent=parent, **period)
    ready = a_prosecution(case=case, parent=parent, state="ready", **period)
    notice = _to_prosecute(pupil)
    supervised = SupervisionOrder.objects.create(
        case=case, state="in_force", state_since=AT, made_on=date(2026, 6, 1)
    )
    ordered = AttendanceOrder.objects.get(pupil=pupil)
    ids = {
        "prosecution": one.pk,
        "prosecution_propose": case.pk,
        "prosecution_of_notice": notice.pk,
        "prosecution_of_supervision": supervised.pk,
        "prosecution_of_attendance": ordered.pk,
        "prosecution_charge": ready.pk,
    }
    return ids, {"court_value_set": {"name": "wording_444_1"}}


def _to_prosecute(pupil: Pupil) -> Notice:
    """A notice for the child that goes on to prosecution: as one that was issued, of a request of its own."""
    notice = Notice.objects.issued().filter(pupil=pupil).order_by("pk")[0]
    request = notice.request
    request.pk = notice.pk = None
    request.finding = None
    request.save()
    notice.request, notice.state, notice.number = request, Notice.State.PROSECUTING, "PN-0009999-X"
    notice.save()
    return notice
