"""One of each thing that an address can be about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf
from django.utils import timezone
from tests.factories import (
    ConflictFactory,
    DeadlineFactory,
    EntryFactory,
    ParentFactory,
    PupilFactory,
    SchoolFactory,
    TrustFactory,
    UserFactory,
)
from tests.factories_attendance import give, later
from tests.factories_documents import DocumentFactory, a_sending
from tests.factories_penalties import a_notice
from tests.web import (
    objects_bookings,
    objects_cases,
    objects_court_advice,
    objects_court_bundles,
    objects_court_hearings,
    objects_court_prosecutions,
    objects_employment,
    objects_fast_track,
    objects_feedback,
    objects_missing,
    objects_orders_attendance,
    objects_orders_supervision,
    objects_patrols,
    objects_purchased,
    objects_referrals,
    objects_search,
    objects_targeting,
    objects_team,
    objects_traded,
    objects_visits,
)
from tests.web.objects_before import OF_BEFORE, before, extra_before
from tests.web.objects_penalties import notices

from mainstay.registers.grid import academic_year
from mainstay.service.accounts.models import ApiToken, Invitation, RoleHeld
from mainstay.service.attendance.models import Finding, RegisterImport, SavedView
from mainstay.service.common.outbox import post
from mainstay.service.common.uploads import store
from mainstay.service.directory.models import MergeCandidate, School
from mainstay.service.documents import runs
from mainstay.service.documents.models import Document, Service
from mainstay.service.documents.service import mark_returned, serve_many
from mainstay.service.penalties.actions import bank, finance
from mainstay.service.penalties.models import NoticeRequest, Payment, RequestEvidence
from mainstay.service.record.models import Audience

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: rooms that bring their own things: ``make`` and ``OF_A_CHILD`` each
PARTS = (
    objects_cases,
    objects_court_advice,
    objects_orders_attendance,
    objects_court_hearings,
    objects_court_bundles,
    objects_court_prosecutions,
    objects_fast_track,
    objects_orders_supervision,
    objects_referrals,
    objects_search,
    objects_targeting,
    objects_team,
    objects_visits,
    objects_missing,
    objects_employment,
    objects_patrols,
    objects_traded,
    objects_bookings,
    objects_feedback,
    objects_purchased,
)
#: steps of a notice that a service manager takes
OF_NOTICES = (
    "notice_preview", "notice_drop", "notice_approve", "notice_send_back", "notice_refuse", "notice_prosecute",
    "notice_withdraw", "notice_hand_over",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Objects:
    """``ids``: the beginning of an address's name -> what its ``pk`` is; the longest beginning wins."""

    school: School
    ids: dict[str, int]
    extra: dict[str, dict[str, Any]]

    def arguments(self, name: str) -> dict[str, Any]:
        """The keywords of the address of that name."""
        from django.urls import get_resolver

        wanted = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        given = self.extra.get(name, {})
        return {key: given[key] if key in given else self._argument(name, key) for key in wanted}

    def _argument(self, name: str, key: str) -> Any:
        if key == "kind":
            return "csv"
        return self.ids[max((start for start in self.ids if name.startswith(start)), key=len)]

    def of_a_child(self, name: str) -> bool:
        """Whether the address is about one child of this school."""
        starts = (
            "pupil_", "finding_", "entry", "import_", "deadline_", "service_record", "notice_request_", "notice_check_",
            "notice_parent_", "notice_improvement_", "notice_propose", *OF_NOTICES,
        )  # fmt: skip
        return name in (
            "pupil",
            "finding",
            "import",
            "parent",
            "parents_merge",
            "document",
            "deadline",
            "notice_request",
            "notice",
            "parent_notices",
            *OF_BEFORE,
            *(one for part in PARTS for one in part.OF_A_CHILD),
        ) or (name.startswith(starts) and name != "import_new")

    def of_a_school(self, name: str) -> bool:
        """Whether the address is about this school or its trust."""
        return name in ("school", "trust") or (name.startswith("school_") and "pk" in self.arguments(name))


def make_objects() -> Objects:
    school = SchoolFactory(trust=TrustFactory())
    pupil = PupilFactory(school=school)
    manager = UserFactory(role="service_manager")
    held = RoleHeld.objects.get(user=manager)
    sent, parent = _import(school, manager), ParentFactory(of=pupil)
    give(pupil, {(date(2026, 11, 16), "AM"): "/"})
    served = _service(pupil, manager)
    ids = {
        "pupil": pupil.pk,
        "entry": EntryFactory(pupil=pupil, audience=Audience.SCHOOL).pk,
        "deadline": DeadlineFactory(pupil=pupil).pk,
        "parent": parent.pk,
        "school": school.pk,
        "trust": school.trust.pk,
        "conflict": ConflictFactory(pupil=pupil).pk,
        "merge": _merge(pupil, school).pk,
        "document": _document(pupil, manager).pk,
        "service_record": served.pk,
        "print_run": served.run_id,
        "finding": _finding(pupil, school).pk,
        "import": sent.pk,
        "saved_view": SavedView.objects.create(user=manager, page="findings", name="Mine", query="").pk,
        "user": manager.pk,
        "invitation": _invitation(manager).pk,
        "token": _token(manager).pk,
        "outbox": post.queue(to="a@example.org", subject="Marks", body="Look again.", at=AT).pk,
        **_money(manager),
        **_request(pupil, parent, manager),
        **notices(pupil, parent, manager),
        **before(pupil, parent, manager),
    }
    ids["enquiry_new"] = ids["notice"]
    paper = RequestEvidence.objects.get(request=ids["notice_request"]).pk
    extra = {
        **extra_before(parent),
        "notice_request_evidence_file": {"paper": paper},
        "notice_request_evidence_remove": {"paper": paper},
        "user_role_end": {"held": held.pk},
        "user_post_end": {"post": manager.school_posts.create(school=school).pk},
        "join": {"token": "nothing"},
        "calendar_feed": {"key": "nothing"},
        "letter_paid": {"key": "nothing"},
        "pupil_parent_edit": {"parent": parent.pk},
        "pupil_parent_home": {"parent": parent.pk},
        "choose_password": {"who": "MQ", "token": "nothing"},
        **{
            name: {"template": "penalty_notice", "slot": "opening"}
            for name in ("letter", "letter_preview", "letter_slot")
        },
    }
    for part in PARTS:
        more_ids, more_extra = part.make(pupil, parent, manager)
        ids |= more_ids
        extra |= more_extra
    return Objects(school, ids, extra)


def _request(pupil: Any, parent: Any, by: Any) -> dict[str, int]:
    """A school's request that is being checked, with a paper and a parent chosen."""
    one = NoticeRequest.objects.create(
        pupil=pupil, school=pupil.school, route="below", state="asked", from_school=True, because="Several holidays.",
        made_by=by, made_at=AT, asked_at=AT, sessions=[{"date": "2026-11-16", "half": "PM", "code": "O"}],
    )  # fmt: skip
    one.evidence.create(
        what="A letter", state="met", from_school=True, by=by, at=AT,
        file=store.keep_made(b"%PDF-1.7\nletter", kind="pdf", by=by, at=AT),
    )  # fmt: skip
    draft = one.notices.create(
        kind=one.kind, pupil=pupil, parent=parent, school=pupil.school, why_parent="Took them away.", chosen_by=by,
        chosen_at=AT,
    )  # fmt: skip
    of_request = ("notice_request", "notice_check", "notice_parent_choose", "notice_improvement_link")
    return dict.fromkeys(of_request, one.pk) | {"notice_request_new": pupil.pk, "notice_propose": draft.pk}


def _money(by: Any) -> dict[str, int]:
    """A notice paid with too little, from the bank, and what follows."""
    notice = a_notice()
    content = f"Date,Amount,Reference\n24/11/2026,40.00,{notice.number}\n24/11/2026,8.00,Dinners\n".encode()
    came = bank.take(file=BytesIO(content), filename="bank.csv", by=by, at=later(2))
    payment = Payment.objects.get()
    return {
        "payment": payment.pk,
        "payment_record": notice.pk,
        "notice_receipt": notice.pk,
        "refund": payment.refunds.get().pk,
        "bank_file": came.pk,
        "bank_line": came.lines.get(payment=None).pk,
        "finance": finance.make_batches(by=by, at=later(2))[0].pk,
    }


def _import(school: School, by: Any) -> RegisterImport:
    errors = store.keep_made(b"line,problem\n", kind="csv", by=by, at=AT)
    return RegisterImport.objects.create(
        filename="register.csv", sent_by=by, sent_at=AT, school=school, file=errors, errors=errors, state="preview",
        report={},
    )  # fmt: skip


def _merge(pupil: Any, school: School) -> MergeCandidate:
    return MergeCandidate.objects.create(
        kept=pupil, other=PupilFactory(school=school), school=school, why="the same name", found_at=AT
    )


def _document(pupil: Any, by: Any) -> Document:
    return Document.objects.create(
        kind="certificate_draft", title="Draft certificate", pupil_id=pupil.pk, made_at=AT, made_by=by,
        template="certificate", template_version="0", values={},
        file=store.keep_made(b"%PDF-1.7\n", kind="pdf", by=by, at=AT),
    )  # fmt: skip


def _service(pupil: Any, by: Any) -> Service:
    """One letter that came back, in a print run of its own."""
    pdf, empty = BytesIO(), pikepdf.Pdf.new()
    empty.add_blank_page()
    empty.save(pdf)
    file = store.keep_made(pdf.getvalue(), kind="pdf", by=by, at=AT)
    run = runs.start(by=by, at=AT)
    sending = a_sending(DocumentFactory(pupil=pupil, file=file, made_by=by))
    (service,) = serve_many(sendings=[sending], sent_on=date(2026, 11, 16), by=by, at=AT, run=run)
    runs.put_together(run=run, by=by, at=AT)
    return mark_returned(service=service, returned_on=date(2026, 11, 20), reason="Gone away", by=by, at=AT)


def _finding(pupil: Any, school: School) -> Finding:
    day = date(2026, 11, 16)
    answer = {"reasons": [], "warnings": [], "sessions": [], "rules_version": "test"}
    return Finding.objects.create(
        pupil=pupil, school=school, kind=Finding.Kind.UNRESOLVED, year=academic_year(day), since=day, reached_on=day,
        strength="6 sessions", answer=answer, rules_version="test", found_at=AT, computed_at=AT,
    )  # fmt: skip


def _invitation(by: Any) -> Invitation:
    now = timezone.now()
    return Invitation.objects.create(
        email="invited@example.org", name="Invited Person", role="ewo", token_hash="x", invited_by=by,
        invited_at=now, expires_at=now + timedelta(days=7),
    )  # fmt: skip


def _token(by: Any) -> ApiToken:
    now = timezone.now()
    return ApiToken.objects.create(
        name="test", user=by, prefix="p", token_hash="h", scopes=["rules"], made_at=now,
        expires_at=now + timedelta(days=9),
    )  # fmt: skip
