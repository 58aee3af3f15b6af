"""One of each thing that comes before a notice, for the addresses of these pages."""

from datetime import UTC, date, datetime
from typing import Any, Final

from mainstay.service.common.uploads import store
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.documents.models import Document
from mainstay.service.penalties.models import (
    EarlierImport,
    EarlierNotice,
    Enquiry,
    Improvement,
    LeaveLetter,
    LeaveRequest,
)

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = date(2026, 11, 16)
#: addresses about one child that a manager may open; ``leave_decide`` is a head's
OF_BEFORE: Final = (
    "leave", "leave_new", "leave_take_back", "leave_warned", "leave_letter", "leave_letter_file", "leave_letter_given",
    "improvement", "improvement_new", "improvement_edit", "improvement_parent_choose", "improvement_parent_drop",
    "improvement_preview", "improvement_give", "improvement_decide", "enquiry", "enquiry_new", "enquiry_answer",
    "enquiry_chase", "earlier_notice",
)  # fmt: skip


def before(pupil: Pupil, parent: Parent, by: Any) -> dict[str, int]:
    """``ids`` as in ``objects.Objects``."""
    given, draft = _improvement(pupil, by, "running"), _improvement(pupil, by, "draft")
    enquiry = Enquiry.objects.create(
        pupil=pupil, parent=parent, authority="Elsewhere", asked_on=DAY, asked_by=by
    )
    earlier = EarlierNotice.objects.create(
        pupil=pupil, parent=parent, issued_on=date(2025, 3, 3), outcome="paid", issuer="Elsewhere", added_by=by, added_at=AT
    )  # fmt: skip
    file = EarlierImport.objects.create(
        file=store.keep_made(b"UPN\n", kind="csv", by=by, at=AT), filename="old.csv", sent_by=by, sent_at=AT,
        report={"rows": [], "problems": [], "unused": [], "refused": ""},
    )  # fmt: skip
    return {
        "leave": _leave(pupil, parent, by).pk,
        "leave_new": pupil.pk,
        "improvement": given.pk,
        "improvement_new": pupil.pk,
        "improvement_edit": draft.pk,
        "improvement_parent": draft.pk,
        "improvement_preview": draft.pk,
        "improvement_give": draft.pk,
        "enquiry": enquiry.pk,
        "earlier_notice": earlier.pk,
        "earlier_import": file.pk,
    }


def extra_before(parent: Parent) -> dict[str, dict[str, Any]]:
    letter = {"letter": LeaveLetter.objects.get().pk}
    to = {"parent": parent.pk}
    return {
        "notice_code_set": {"name": "issuers"},
        "leave_letter_file": letter,
        "leave_letter_given": letter,
        "improvement_parent_drop": to,
        "improvement_preview": to,
    }


def _improvement(pupil: Pupil, by: Any, state: str) -> Improvement:
    return Improvement.objects.create(
        pupil=pupil, school=pupil.school, state=state, starts_on=DAY, school_weeks=3, target=0, ends_on=date(2026, 12, 4),
        attendance="Possible sessions: 90", record_from=date(2026, 9, 7), record_to=DAY, support_so_far="A mentor.",
        sufficient="No absence.", early_grounds="More absence.", made_by=by, made_at=AT,
    )  # fmt: skip


def _leave(pupil: Pupil, parent: Parent, by: Any) -> LeaveRequest:
    leave = LeaveRequest.objects.create(
        pupil=pupil, school=pupil.school, parent=parent, lives_with=True, asked_on=DAY, first_day=date(2026, 12, 7),
        last_day=date(2026, 12, 11), reason="A wedding", state="refused", written_by=by, written_at=AT, decided_by=by,
        decided_at=AT, decision="Not exceptional.",
    )  # fmt: skip
    document = Document.objects.create(
        kind="leave_refusal", title="The head's decision", pupil_id=pupil.pk, made_at=AT, made_by=by,
        template="leave_refusal", template_version="0", values={"addressee": {"address": ["By hand"]}},
        file=store.keep_made(b"%PDF-1.7\n", kind="pdf", by=by, at=AT), draft=False,
    )  # fmt: skip
    LeaveLetter.objects.create(leave=leave, parent=parent, kind="leave_refusal", document=document)
    return leave
