"""Payments, refunds and lines from the bank as rows of pages and of files. No row names a child or a parent."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.common.keys import fold
from mainstay.service.penalties import reference
from mainstay.service.penalties.actions import refunds as refunding
from mainstay.service.penalties.govuk_pay import configured
from mainstay.service.penalties.models import Allocation, BankLine, Notice, Payment, Refund
from mainstay.service.penalties.models.payments import conflicted
from mainstay.service.penalties.settling import price

COLOURS: Final[Mapping[str, str]] = {"begun": "yellow", "succeeded": "green", "failed": "grey"}
REFUND_COLOURS: Final[Mapping[str, str]] = {
    "due": "red",
    "sent": "yellow",
    "done": "green",
    "dropped": "grey",
}
LINE_COLOURS: Final[Mapping[str, str]] = {"taken": "green", "unmatched": "yellow", "not_ours": "grey"}
#: notices offered for a line of the bank
SUGGESTED: Final = 6

TABS: Final = (
    ("Payments", "payments", "see_income"),
    ("To pay back", "refunds", "see_income"),
    ("From the bank", "bank_files", "record_payments"),
    ("Income", "income", "see_income"),
    ("Accounts", "finance", "see_income"),
)


def tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """The lists of money as tabs; ``current`` is the name of the one shown."""
    return [
        {"text": text, "href": reverse(name), "current": name == current}
        for text, name, permission in TABS
        if user.may(permission)
    ]


def payments(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Payment]:
    """The payments this person may see that fit the filters; without a state, those received."""
    found = Payment.objects.visible_to(user)
    state = wanted["state"]
    if state == "refused":
        refused = Allocation.objects.exclude(refused="").values("payment_id")
        found = found.filter(state=Payment.State.SUCCEEDED, pk__in=refused)
    elif state != "all":
        found = found.filter(state=state or Payment.State.SUCCEEDED)
    if wanted["way"]:
        found = found.filter(way=wanted["way"])
    if wanted["number"]:
        number = reference.read(wanted["number"]) or wanted["number"].strip()
        found = found.filter(pk__in=Allocation.objects.filter(notice__number=number).values("payment_id"))
    if wanted["first"]:
        found = found.filter(_day(wanted["first"], "gte"))
    if wanted["last"]:
        found = found.filter(_day(wanted["last"], "lte"))
    parts = Allocation.objects.select_related("notice__school").order_by("pk")
    return found.prefetch_related(Prefetch("allocations", parts))


def _day(day: date, way: str) -> Q:
    """By the day it counts; one that counts for none by the day it was begun."""
    at = timezone.make_aware(datetime.combine(day + timedelta(days=way == "lte"), time()))
    begun = {"begun_at__gte": at} if way == "gte" else {"begun_at__lt": at}
    return Q(**{f"counts_on__{way}": day}) | Q(counts_on=None, **begun)


def payment_rows(found: Iterable[Payment]) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse("payment", args=[p.pk]),
            "reference": p.reference or "–",
            "way": p.get_way_display(),
            "pence": p.pence,
            "counts_on": p.counts_on or timezone.localdate(p.begun_at),
            "state": p.get_state_display(),
            "colour": COLOURS[p.state],
            "parts": [_part(one) for one in p.allocations.all()],
        }
        for p in found
    ]


def _part(one: Allocation) -> dict[str, Any]:
    return {"number": one.notice.number, "words": counts_for(one)}


def counts_for(one: Allocation) -> str:
    """What a part of a payment counts for, in words."""
    if one.discharged:
        return "pays it"
    if not one.refused and one.notice.state == Notice.State.WITHDRAWN:
        return "the notice was withdrawn"
    return one.refused


HEADER: Final = (
    "Payment", "Reference", "How", "State", "Sum", "Counts on", "Begun", "Finished", "GOV.UK Pay", "Notice", "School",
    "Of it", "Pays it", "Why not", "Recorded by", "Note",
)  # fmt: skip


def payment_cells(found: QuerySet[Payment]) -> Iterator[tuple[Any, ...]]:
    """One row for each part of each payment."""
    for p in found.select_related("recorded_by").iterator(chunk_size=500):
        same = (
            p.pk, p.reference, p.get_way_display(), p.get_state_display(), pounds(p.pence), p.counts_on, p.begun_at,
            p.finished_at, p.pay_id,
        )  # fmt: skip
        who = (p.recorded_by.name if p.recorded_by else "", p.note)
        for one in p.allocations.all():
            part = (one.notice.number, one.notice.school.name, pounds(one.pence), one.discharged, one.refused)
            yield (*same, *part, *who)


def pounds(pence: int) -> float:
    return pence / 100


def refunds(user: Any, state: str | None) -> QuerySet[Refund]:
    found = Refund.objects.visible_to(user).select_related("payment", "notice", "done_by")
    if state == "hand":
        return found.filter(_by_hand())
    if not state:
        return found.filter(pk__in=Refund.objects.owed().values("pk"))
    return found if state == "all" else found.filter(state=state)


def _by_hand() -> Q:
    """As ``actions.refunds.by_hand`` says it of one."""
    waits = Q(state=Refund.State.DUE)
    if configured() is None:
        return waits
    card = Q(payment__way=Payment.Way.ONLINE) & ~Q(payment__pay_id="")
    return waits & (~card | ~Q(problem=""))


def refund_rows(found: Iterable[Refund]) -> list[dict[str, Any]]:
    return [
        {
            "pk": r.pk,
            "number": r.notice.number if r.notice else "No notice",
            "payment": reverse("payment", args=[r.payment_id]),
            "pence": r.pence,
            "because": r.because,
            "due_at": r.due_at,
            "way": r.payment.get_way_display(),
            "state": r.get_state_display(),
            "colour": REFUND_COLOURS[r.state],
            "words": r.problem or r.how,
            "by_hand": refunding.by_hand(r),
        }
        for r in found
    ]


REFUND_HEADER: Final = (
    "Refund", "Payment", "Notice", "Sum", "Because", "Due since", "Came in", "State", "Done on", "Done by", "How", "Problem",
)  # fmt: skip


def refund_cells(found: QuerySet[Refund]) -> Iterator[tuple[Any, ...]]:
    for r in found.iterator(chunk_size=500):
        yield (
            r.pk, r.payment_id, r.notice.number if r.notice else "", pounds(r.pence), r.because, r.due_at,
            r.payment.get_way_display(), r.get_state_display(), r.done_at, r.done_by.name if r.done_by else "", r.how,
            r.problem,
        )  # fmt: skip


def lines(state: str | None) -> QuerySet[BankLine]:
    found = BankLine.objects.select_related("source", "payment")
    return found if state == "all" else found.filter(state=state or BankLine.State.UNMATCHED)


def suggested(line: BankLine, user: Any) -> list[dict[str, Any]]:
    """Notices whose parent's surname stands in the line: those first that are not paid, and whose sum it is."""
    words = set(fold(f"{line.reference} {line.payer}").split())
    found = Notice.objects.standing().filter(surname_key__in=words, issued_on__lte=line.on)
    rows: list[dict[str, Any]] = [
        {
            "number": n.number,
            "school": n.school.name,
            "price": price(n, line.on),
            "paid": n.state == Notice.State.PAID,
        }
        for n in found.exclude(conflicted(user, "")).select_related("school").order_by("-issued_on")[:50]
    ]
    return sorted(rows, key=lambda row: (row["paid"], row["price"] != line.pence))[:SUGGESTED]
