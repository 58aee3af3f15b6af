"""One of each thing of the room of notices that an address can be about."""

from datetime import UTC, date, datetime
from typing import Any

from tests.factories import AddressFactory, ParentFactory

from mainstay.service.common.jobs.models import Job
from mainstay.service.common.models import Decision
from mainstay.service.common.uploads import store
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.documents.models import Document, Service
from mainstay.service.penalties import batch
from mainstay.service.penalties.models import Notice, NoticeRequest
from mainstay.service.penalties.reference import make

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = date(2026, 11, 16)
SESSIONS = [{"date": DAY.isoformat(), "half": half, "code": "O"} for half in ("AM", "PM")]


def notices(pupil: Pupil, parent: Parent, by: Any) -> dict[str, int]:
    """The beginning of an address's name -> what its ``pk`` is."""
    request = NoticeRequest.objects.create(
        pupil=pupil, school=pupil.school, route="threshold", state="asked", from_school=True, sessions=SESSIONS,
        offence_from=DAY, offence_to=DAY, made_by=by, made_at=AT, asked_at=AT,
    )  # fmt: skip
    issued = _issued(request, parent, by, make(9_000_001), state="issued")
    proposed = _notice(request, ParentFactory(of=pupil), by, state="proposed")
    draft = _notice(request, ParentFactory(of=pupil), by, state="draft")
    prosecuting = _issued(request, ParentFactory(of=pupil), by, make(9_000_002), state="prosecuting")
    job = Job.objects.create(
        kind=batch.ISSUE,
        payload={"notices": [issued.pk]},
        state="done",
        made_at=AT,
        not_before=AT,
        made_by=by,
    )
    return {
        "notice": issued.pk,
        "notice_drop": draft.pk,
        "notice_approve": proposed.pk,
        "notice_send_back": proposed.pk,
        "notice_refuse": proposed.pk,
        "notice_preview": proposed.pk,
        "notice_hand_over": prosecuting.pk,
        "notices_issue_job": job.pk,
    }


def _notice(request: NoticeRequest, parent: Parent, by: Any, **more: Any) -> Notice:
    AddressFactory(parent=parent)
    decision = Decision.objects.create(
        at=AT, by=by, kind="penalty_notice", outcome="issue", reasons="A holiday in term time."
    )
    return Notice.objects.create(
        request=request, kind="attendance", pupil=request.pupil, parent=parent, school=request.school,
        why_parent="Took the child away.", chosen_by=by, chosen_at=AT, decision=decision, proposed_at=AT,
        sessions=SESSIONS, offence_from=DAY, offence_to=DAY, **more,
    )  # fmt: skip


def _issued(request: NoticeRequest, parent: Parent, by: Any, number: str, **more: Any) -> Notice:
    letter = Document.objects.create(
        kind="penalty_notice", title=f"Penalty notice {number}", pupil_id=request.pupil_id, made_at=AT, made_by=by,
        template="penalty_notice", template_version="0", values={}, draft=False,
        file=store.keep_made(b"%PDF-1.7\n" + number.encode(), kind="pdf", by=by, at=AT),
    )  # fmt: skip
    service = Service.objects.create(
        document=letter, pupil_id=request.pupil_id, addressee=parent, addressee_name=parent.name,
        address="1 Invented Road", method="first_class_post", channel="print", sent_on=AT.date(), sent_by=by,
        presumed_on=date(2026, 11, 25), made_at=AT, changed_at=AT,
    )  # fmt: skip
    return _notice(
        request, parent, by, number=number, position="first", reduced_pence=8000, full_pence=16000, reduced_days=21,
        full_days=28, issued_on=AT.date(), issued_at=AT, issued_by=by, document=letter, service=service,
        served_on=date(2026, 11, 25), reduced_until=date(2026, 12, 15), full_until=date(2026, 12, 22),
        decide_from=date(2026, 12, 23), **more,
    )  # fmt: skip
