"""An attendance order with a paper of each kind, for its addresses."""

from datetime import UTC, date, datetime
from typing import Any, Final

from tests.factories import AddressFactory
from tests.factories_documents import DocumentFactory, a_sending

from mainstay.service.directory.models import Address, Parent, Pupil
from mainstay.service.documents.service import serve_many
from mainstay.service.orders.models import AttendanceOrder

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final = (
    "attendance_order", "attendance_order_begin", "attendance_order_parents", "attendance_order_owner",
    "attendance_order_regime", "attendance_order_enquiry", "attendance_order_letter", "attendance_order_send",
    "attendance_order_answer", "attendance_order_go", "attendance_order_panel", "attendance_order_consult",
    "attendance_order_school", "attendance_order_tell", "attendance_order_objection", "attendance_order_choice",
    "attendance_order_check", "attendance_order_amend", "attendance_order_revocation",
    "attendance_order_revocation_decide", "attendance_order_end", "attendance_order_stands",
)  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    if not Address.objects.filter(parent=parent).exists():
        AddressFactory(parent=parent)
    one = AttendanceOrder.objects.create(
        pupil=pupil, state="served", state_since=AT, owner=by, opened_at=AT, opened_by=by, opened_because="At home.",
        received_on=date(2026, 9, 3), school=pupil.school, served_on=date(2026, 11, 20),
    )  # fmt: skip
    one.parents.add(parent)
    papers = [DocumentFactory(pupil=pupil, made_by=by) for _ in range(2)]
    sent = [a_sending(papers[0], addressee=parent), a_sending(papers[1], addressee=None)]
    to_parent, to_school = serve_many(sendings=sent, sent_on=date(2026, 11, 18), by=by, at=AT)
    notice = one.notices.create(kind="first", parent=parent, document=papers[0], service=to_parent)
    paper = one.papers.create(
        kind="told", school=pupil.school, to="head", document=papers[1], service=to_school
    )
    asked = one.revocations.create(parent=parent, asked_on=date(2026, 11, 20), says="A tutor.")
    one.enquiries.create(kind="call", on=date(2026, 11, 16), text="Nobody.", at=AT, by=by)
    one.checks.create(school=pupil.school, on=date(2026, 11, 20), registered=False, text="No.", at=AT, by=by)
    one.consultations.create(
        school=pupil.school, body="governors", asked_on=date(2026, 11, 2), how="Letter", by=by
    )
    extra = {
        "attendance_order_letter": {"paper": "letter", "parent": parent.pk},
        "attendance_order_send": {"paper": "reminder"},
        "attendance_order_answer": {"notice": notice.pk},
        "attendance_order_go": {"step": "time_over"},
        "attendance_order_objection": {"paper": paper.pk},
        "attendance_order_revocation_decide": {"asked": asked.pk},
    }
    return {"attendance_order": one.pk, "attendance_order_begin": pupil.pk}, extra
