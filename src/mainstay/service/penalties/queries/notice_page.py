"""One notice as its page shows it: where it stands, what was checked, why it was decided, and what is next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import DateField, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse

from mainstay.service.common.steps import Step
from mainstay.service.common.ui.filters import money, short_date
from mainstay.service.documents.models import Document
from mainstay.service.documents.states import state as service_state
from mainstay.service.penalties import checks, facts
from mainstay.service.penalties.actions import checking, ending
from mainstay.service.penalties.known import relied_on
from mainstay.service.penalties.models import Allocation, Check, Notice, Payment, Refund
from mainstay.service.penalties.queries import names
from mainstay.service.penalties.steps import NOTICE
from mainstay.service.record.models import Deadline

State = Notice.State
#: states in which the check is still asked anew
OPEN: Final = (State.DRAFT, State.PROPOSED, State.APPROVED)
#: states in which a prosecution may still be begun
LIMITED: Final = (State.ISSUED, State.UNPAID, State.PROSECUTING)
#: the way a notice takes; what is left out there ends it
WAY: Final = ("check", "approve", "issue", "pay", "end")
NOW: Final = {
    State.DRAFT: "check", State.PROPOSED: "approve", State.APPROVED: "issue", State.ISSUED: "pay",
    State.UNPAID: "end", State.PROSECUTING: "end",
}  # fmt: skip
PAGES: Final = {
    "propose": "notice_propose", "drop": "notice_drop", "approve": "notice_approve", "send_back": "notice_send_back",
    "refuse": "notice_refuse", "prosecute": "notice_prosecute", "withdraw": "notice_withdraw",
}  # fmt: skip
#: the step a state waits for: the one primary button. Prosecuting and withdrawing stand side by side: neither is
#: the usual end of an unpaid notice
FIRST: Final = ("propose", "approve", "issue")
#: steps that need no words are taken on the page itself
AT_ONCE: Final = ("approve",)


@dataclass(frozen=True, slots=True)
class Button:
    """One step as the page offers it; with ``missing`` it lists that instead."""

    name: str
    label: str
    href: str
    at_once: bool = False
    missing: list[str] = field(default_factory=list)


def buttons(notice: Notice, user: Any) -> tuple[Button | None, list[Button]]:
    """The step the notice waits for, if this person takes it, and the other steps open to them."""
    found = [button(step, notice, user) for step in NOTICE.open_to(user, notice.state)]
    first = next((b for name in FIRST for b in found if b.name == name), None)
    rest = [b for b in found if b is not first]
    return first or _after_the_end(notice, user), rest


def _after_the_end(notice: Notice, user: Any) -> Button | None:
    """What is done with a notice that is decided, beside the steps of its table."""
    if notice.state == State.WITHDRAWN and user.may("sign_off_reissue") and notice.signed_off_at is None:
        label, name = "Let its sessions be relied on again", "sign_off"
    elif notice.state == State.PROSECUTING and user.may("decide_unpaid") and names.shows_considerations(user):
        label, name = "Take the papers for the prosecution (ZIP)", "hand_over"
    else:
        return None
    return Button(name, label, reverse(f"notice_{name}", args=[notice.pk]))


def button(step: Step, notice: Notice, user: Any) -> Button:
    """One step of the table as this person is offered it."""
    if step.name == "issue":
        return Button(step.name, "Go to issuing", f"{reverse('notices_issue')}?notice={notice.pk}")
    missing = step.missing(notice)
    if step.name in ("approve", "prosecute"):
        ask = checking.not_by if step.name == "approve" else ending.not_by
        missing = [*filter(None, [ask(notice, user)]), *missing]
    return Button(
        step.name, step.label, reverse(PAGES[step.name], args=[notice.pk]), step.name in AT_ONCE, missing
    )


def progress(notice: Notice) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    if notice.state == State.REFUSED:
        return [{"text": "Check", "state": "done"}, {"text": "Not issued", "state": "done"}]
    now = NOW.get(State(notice.state))
    reached = WAY.index(now) if now else len(WAY)
    texts = {
        "check": "Check",
        "approve": "Approval",
        "issue": "Issue",
        "pay": "Time to pay",
        "end": _end(notice),
    }
    return [
        {"text": texts[key], "state": "done" if n < reached else "now" if n == reached else "next", "note": _note(key, notice)}
        for n, key in enumerate(WAY)
    ]  # fmt: skip


def _end(notice: Notice) -> str:
    return {
        State.PAID: "Paid",
        State.WITHDRAWN: "Withdrawn",
        State.PROSECUTING: "Prosecution",
        State.UNPAID: "Prosecute or withdraw",
    }.get(State(notice.state), "Paid, or decided")


def _note(key: str, notice: Notice) -> str:
    decision = notice.decision
    on = {
        "check": notice.proposed_at,
        "approve": decision.approved_at if decision else None,
        "issue": notice.issued_on,
        "end": notice.paid_on or notice.withdrawn_on,
    }.get(key)
    if key == "pay" and notice.full_until is not None:
        return f"until {short_date(notice.full_until)}"
    return short_date(on) if on else ""


def answered(said: Mapping[str, Check]) -> list[checks.Line]:
    """The questions as they were answered before it was decided, with who and when; said: name -> latest answer."""
    lines = []
    for question in checks.QUESTIONS:
        check = said.get(question.name)
        choice = question.choice(check.value) if check else None
        if check and choice:
            by: str = check.by_name  # type: ignore[attr-defined]
            lines.append(checks.Line(question.name, question.label, "done", choice.label, by, check.at, True))
    return lines


def law(notice: Notice, found: facts.Facts | None) -> dict[str, Any]:
    """The law's Answer for ``ui.answer_card``: as it was when it was issued or refused, or as it is now (found)."""
    current = notice.state in OPEN
    answer = notice.answer if found is None else found.answer.as_dict()
    assert answer is not None
    sessions = [{**s, "date": date.fromisoformat(s["date"])} for s in relied_on(notice)]
    position, verb = answer.get("position") or "", "would be" if current else "was"
    sentence = f"This {verb} the {position} notice to this parent for this child." if position else ""
    return {**answer, "sentence": sentence, "sessions": sessions}


def words_of(said: Mapping[str, Check]) -> dict[str, str]:
    """Name of a question -> the words of its latest answer."""
    return {name: check.text for name, check in said.items()}


@dataclass(frozen=True, slots=True)
class Part:
    """The part of one payment that is for a notice; refused: why it does not count, or ""."""

    payment: int
    pence: int
    on: date
    way: str
    refused: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Back:
    """What goes back of it."""

    pence: int
    because: str
    state: Refund.State


def money_of(notice: Notice) -> dict[str, Any]:
    """What came in for it and what goes back, in one query."""
    came = Allocation.objects.filter(notice=notice, payment__state=Payment.State.SUCCEEDED).order_by()
    back = Refund.objects.standing().filter(notice=notice).order_by()
    rows = came.values_list(Value(0), "pk", "pence", "refused", "payment", "payment__counts_on", "payment__way", "discharged").union(
        back.values_list(Value(1), "pk", "pence", "because", "payment", Cast(Value(None), DateField()), "state", Value(False)), all=True
    )  # fmt: skip
    allocations, refunds = [], []
    for kind, _, pence, words, payment, on, said, counts in sorted(
        rows, key=lambda row: (row[0], row[5] or date.min, row[1])
    ):
        if kind:
            refunds.append(Back(pence, words, Refund.State(said)))
        else:
            allocations.append(Part(payment, pence, on, Payment.Way(said).label, words, counts))
    return {"allocations": allocations, "refunds": refunds}


def dates(notice: Notice) -> list[dict[str, Any]]:
    """The days of an issued notice, as rows of a summary."""
    if notice.full_pence is None or notice.issued_on is None:
        return []
    shown: list[tuple[str, Any]] = [
        ("Issued and posted", notice.issued_on),
        ("Counts as received", notice.served_on),
    ]
    if notice.reduced_pence != notice.full_pence:
        shown.append((f"{money(notice.reduced_pence)} can be paid until", notice.reduced_until))
    shown += [
        (f"{money(notice.full_pence)} can be paid until", notice.full_until),
        ("Decision from", notice.decide_from),
    ]
    return [{"key": key, "value": on} for key, on in shown]


def papers(notice: Notice, user: Any) -> list[dict[str, Any]]:
    """The documents about it that this person may open, with how each reached its addressee."""
    about = Q(about_kind="penalties.notice", about_id=str(notice.pk))
    documents = Document.objects.visible_to(user).filter(about | Q(pk__in=notice.certificates))
    return [
        {
            "title": d.title,
            "href": reverse("document", args=[d.pk]),
            "made_at": d.made_at,
            "services": [
                {"pk": s.pk, "who": s.addressee_name, "state": service_state(s)} for s in d.services.all()
            ],
        }
        for d in documents.prefetch_related("services").order_by("made_at", "pk")
    ]


def deadlines(notice: Notice, user: Any) -> list[Deadline]:
    found = (
        Deadline.objects.visible_to(user)
        .open()
        .filter(about_kind="penalties.notice", about_id=str(notice.pk))
    )
    return list(found.select_related("owner").order_by("last_day", "pk"))


def limits(notice: Notice, today: date) -> dict[str, Any] | None:
    """Until when a prosecution could be begun, while one may be."""
    if notice.state not in LIMITED:
        return None
    answer = ending.limits_of(notice, today)
    return answer.as_dict() if answer else None


def shown_to(user: Any) -> dict[str, bool]:
    """Which parts of the page are for this person."""
    return {
        "service": names.shows_parents(user),
        "considerations": names.shows_considerations(user),
        "money": user.may("see_income"),
    }
