"""A child missing education with one of everything, for the addresses of this room."""

from datetime import UTC, date, datetime
from typing import Any, Final

from mainstay.service.common.uploads import store
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.missing.models import MissingChild

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child that a service manager opens
OF_A_CHILD: Final[tuple[str, ...]] = (
    "missing_begin", "missing_child", "missing_paper", "missing_message", "missing_go", "missing_evidence",
    "missing_refer", "missing_risk", "missing_alert", "missing_link", "missing_owner", "missing_enquiry",
    "missing_enquiry_answer", "missing_accept", "missing_return", "missing_found", "missing_lost", "missing_needs_place",
    "missing_search", "missing_review", "missing_place", "missing_place_answer", "missing_close", "missing_back",
    "missing_reopen", "missing_roll", "missing_decision", "missing_decision_paper", "missing_hand_over",
    "missing_handover_answer",
)  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    one = MissingChild.objects.create(
        pupil=pupil, forename=pupil.forename, surname=pupil.surname, reason="gone", route="school", school=pupil.school,
        last_school=pupil.school, opened_at=AT, opened_by=by, received_on=date(2026, 11, 20), state="enquiries",
        state_since=AT, owner=by, risks=["harm"],
    )  # fmt: skip
    one.parents.create(name="Jo Fenwick", parent=parent)
    line = one.enquiries.create(side="school", source="call", asked_on=date(2026, 11, 16), at=AT, by=by)
    one.enquiries.create(side="council", source="housing", asked_on=date(2026, 11, 20), at=AT, by=by)
    one.alerts.create(to="police", told_at=AT, spoke_to="The desk", at=AT, by=by)
    one.messages.create(between="school", text="Any news?", at=AT, by=by)
    handed = one.handovers.create(asked="Please visit.", at=AT, by=by)
    place = one.places.create(via="admissions", asked_on=date(2026, 11, 20), at=AT, by=by)
    row = one.roll_decisions.create(
        pupil=pupil, school=pupil.school, ground="I", proposed_at=AT, proposed_by=by, located=False, efforts="Calls."
    )  # fmt: skip
    file = store.keep_made(b"%PDF-1.7\nevidence", kind="pdf", by=by, at=AT)
    closed = one.closures.create(reason="home", evidence="A letter.", file=file, at=AT, by=by, undone_at=AT)
    ids = {
        "missing_": one.pk, "missing_child": one.pk, "missing_begin": pupil.pk, "missing_decision": row.pk,
        "missing_handover_answer": handed.pk,
    }  # fmt: skip
    extra = {
        "missing_value_set": {"name": "triage_days"},
        "missing_go": {"step": "not_found"},
        "missing_evidence": {"closure": closed.pk},
        "missing_enquiry_answer": {"enquiry": line.pk},
        "missing_place_answer": {"place": place.pk},
        "missing_tell_page": {"slug": "name"},
    }
    return ids, extra
