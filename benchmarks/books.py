"""Many notices in the made-up city's books at once, for measuring pages: written past the actions, with what hangs on them.

Spread over the city's own schools and families and over two years; seven in ten are paid. One PDF stands for all letters.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

#: of twenty notices, what has become of each
STATES = ["paid"] * 13 + ["issued"] * 2 + ["withdrawn"] * 2 + ["unpaid", "prosecuting", "proposed"]
REASONS = ("holiday", "holiday", "holiday", "other", "late")
STEP = 1000


def fill(number: int) -> None:
    """So many notices more."""
    from django.db import transaction
    from django.utils import timezone

    from mainstay.service.common.uploads import store
    from mainstay.service.directory.models import Parenthood

    ties = Parenthood.objects.filter(pupil__school__isnull=False, pupil__restricted=False, lives_with=True)
    families = list(
        ties.order_by("pk").values_list("pupil_id", "parent_id", "pupil__school_id")[: min(number, 20_000)]
    )
    at = timezone.now()
    with transaction.atomic():
        file = store.keep_made(b"%PDF-1.7\n", kind="pdf", by=None, at=at)
        for first in range(0, number, STEP):
            part = range(first, min(first + STEP, number))
            _write([(n, families[n % len(families)]) for n in part], file, at)


def _write(rows: Sequence[tuple[int, tuple[int, int, int]]], file: Any, at: datetime) -> None:
    from mainstay.service.accounts.models import User
    from mainstay.service.common.models import Decision
    from mainstay.service.documents.models import Document, Service
    from mainstay.service.penalties.models import Allocation, Notice, NoticeRequest, Payment
    from mainstay.service.record.models import Deadline

    officer, senior = (
        User.objects.get(email="officer@example.org"),
        User.objects.get(email="senior@example.org"),
    )
    sessions = _sessions(at.date() - timedelta(days=60))
    requests = NoticeRequest.objects.bulk_create(
        NoticeRequest(
            pupil_id=pupil, school_id=school, route="threshold", state=_request_state(n), from_school=False, made_by=officer,
            made_at=at, asked_at=at, owner=officer, sessions=sessions, offence_from=at.date(), offence_to=at.date(),
        )
        for n, (pupil, _, school) in rows
    )  # fmt: skip
    decisions = Decision.objects.bulk_create(
        Decision(at=at, by=officer, kind="penalty_notice", outcome="issue", reasons="A holiday.", approved_by=senior, approved_at=at)
        for _ in rows
    )  # fmt: skip
    documents = Document.objects.bulk_create(
        Document(
            kind="penalty_notice", title="Penalty notice", pupil_id=pupil, made_at=at, made_by=officer, values={},
            template="penalty_notice", template_version="0", file=file, draft=False,
        )
        for _, (pupil, _, _) in rows
    )  # fmt: skip
    services = Service.objects.bulk_create(
        Service(
            document=document, pupil_id=pupil, addressee_id=parent, addressee_name="Invented", address="1 Invented Road",
            method="first_class_post", channel="print", sent_on=_issued_on(n, at), made_at=at, changed_at=at,
        )
        for (n, (pupil, parent, _)), document in zip(rows, documents, strict=True)
    )  # fmt: skip
    made = zip(rows, requests, decisions, documents, services, strict=True)
    notices = Notice.objects.bulk_create(
        _notice(n, family, request, decision, document, service, officer, sessions, at)
        for (n, family), request, decision, document, service in made
    )
    paid = [notice for notice in notices if notice.state == "paid"]
    payments = Payment.objects.bulk_create(
        Payment(
            way="bank", state="succeeded", pence=notice.paid_pence, key=f"book-{notice.pk}", reference=notice.number,
            begun_at=at, finished_at=at, counts_on=notice.paid_on,
        )
        for notice in paid
    )  # fmt: skip
    Allocation.objects.bulk_create(
        Allocation(payment=payment, notice=notice, pence=payment.pence, discharged=True)
        for payment, notice in zip(payments, paid, strict=True)
    )
    Deadline.objects.bulk_create(_deadlines(notices, officer))


def _request_state(n: int) -> str:
    return "asked" if STATES[n % len(STATES)] == "proposed" else "done"


def _issued_on(n: int, at: datetime) -> date:
    """Spread over two years; what is still to be paid was issued this month."""
    days = n % 20 if STATES[n % len(STATES)] == "issued" else 30 + n % 690
    return at.date() - timedelta(days=days)


def _sessions(first: date) -> list[dict[str, str]]:
    return [
        {"date": (first + timedelta(days=day)).isoformat(), "half": half, "code": "G"}
        for day in range(6)
        for half in ("AM", "PM")
    ]


def _notice(
    n: int, family: tuple[int, int, int], request: Any, decision: Any, document: Any, service: Any, officer: Any,
    sessions: list[dict[str, str]], at: datetime,
) -> Any:  # fmt: skip
    from mainstay.service.penalties.models import Notice

    state, on, (pupil, parent, school) = STATES[n % len(STATES)], _issued_on(n, at), family
    notice = Notice(
        request=request, kind="attendance", pupil_id=pupil, parent_id=parent, school_id=school, state=state,
        why_parent="Lives with the child.", chosen_by=officer, chosen_at=at, decision=decision, proposed_at=at,
        sessions=sessions, offence_from=on - timedelta(days=30), offence_to=on - timedelta(days=20),
    )  # fmt: skip
    if state == "proposed":
        return notice
    notice.number, notice.position, notice.reason = f"BK-{n:07}", "first", REASONS[n % len(REASONS)]
    notice.reduced_pence, notice.full_pence, notice.reduced_days, notice.full_days = 8000, 16000, 21, 28
    notice.issued_on, notice.issued_by, notice.document, notice.service = on, officer, document, service
    notice.issued_at = datetime.combine(on, time(10), at.tzinfo)
    notice.served_on, notice.reduced_until = on + timedelta(days=2), on + timedelta(days=22)
    notice.full_until, notice.decide_from = on + timedelta(days=29), on + timedelta(days=30)
    if state == "paid":
        notice.paid_on, notice.paid_pence = on + timedelta(days=5 + n % 24), 8000
    elif state == "withdrawn":
        notice.withdrawn_on, notice.ground, notice.withdrawal = (
            on + timedelta(days=9),
            "material_error",
            decision,
        )
    elif state == "prosecuting":
        notice.prosecution = decision
    return notice


def _deadlines(notices: Sequence[Any], officer: Any) -> Iterator[Any]:
    from mainstay.service.record.models import Deadline

    for notice in notices:
        rule = {"issued": "notice-payment", "unpaid": "notice-decision"}.get(notice.state)
        if rule:
            last = notice.full_until if notice.state == "issued" else notice.decide_from + timedelta(days=14)
            yield Deadline(
                pupil_id=notice.pupil_id, about_kind="penalties.notice", about_id=str(notice.pk), rule=rule,
                label=f"{notice.number}: {rule}", trigger_on=notice.served_on, last_day=last, owner=officer,
            )  # fmt: skip
