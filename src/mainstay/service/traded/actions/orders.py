"""Drafting an order, sharing it between schools, sending it, withdrawing it: the school's part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import money
from mainstay.service.directory.models import School, own_schools
from mainstay.service.traded.models import Order, OrderShare, ServiceCode, VatCode
from mainstay.service.traded.money import split, vat_of
from mainstay.service.traded.queries.orders import some
from mainstay.service.traded.queries.prices import Found, prices, rates, type_of
from mainstay.service.traded.steps import ORDER
from mainstay.service.traded.telling import tell_managers, tell_schools
from mainstay.service.traded.years import days, named, year_of

S = Order.State


@dataclass(frozen=True, slots=True)
class Part:
    """One school's part as it is asked for; pence None: what the list says, or its share of the quote."""

    school: School
    half_days: int
    pence: int | None = None


def leads(order: Order, by: Any) -> bool:
    """Whether this person works at the school that drafted the order; its shares are loaded."""
    return any(share.leads and share.school_id in own_schools(by) for share in order.shares.all())


@transaction.atomic
def draft(
    *,
    lead: School,
    kind: str,
    year: int,
    billing: str,
    services: Sequence[str],
    wishes: str,
    half_days: int,
    by: Any,
    at: datetime,
) -> Order:
    """Begin an order for one's own school; others join with ``share``. Raises StepRefused."""
    if not by.may("order_days") or lead.pk not in own_schools(by):
        raise StepRefused("You can order for your own school.")
    order = Order(kind=Order.Kind(kind), state=S.DRAFT, state_since=at, drafted_at=at, drafted_by=by)
    _fill(order, year, billing, services, wishes, at)
    order.save()
    _share(order, [Part(lead, half_days)], lead.pk, at)
    trail.record(by=by, at=at, action="traded.order_drafted", on=order, school=lead.pk, half_days=half_days)
    return order


@transaction.atomic
def change(
    *,
    order: Order,
    year: int,
    billing: str,
    services: Sequence[str],
    wishes: str,
    by: Any,
    at: datetime,
) -> Order:
    """Change what a draft asks for; its shares stay. Raises StepRefused."""
    order = _own(order, by)
    if order.state != S.DRAFT:
        raise StepRefused("Only a draft is changed. Withdraw this order and write another.")
    _fill(order, year, billing, services, wishes, at)
    order.save()
    _share(order, _as_they_are(order), _lead(order), at)
    trail.record(by=by, at=at, action="traded.order_changed", on=order, year=year, billing=billing)
    return order


@transaction.atomic
def share(*, order: Order, parts: Sequence[Part], by: Any, at: datetime) -> Order:
    """Split an order between schools: the school that drafted it a draft, the manager what was sent.

    What a head teacher approved is asked again. Raises StepRefused.
    """
    manages = by.may("accept_order")
    order = locked(order)
    if not manages and not leads(order, by):
        raise StepRefused("The school that drafted the order splits it.")
    if order.state in (S.DRAFT, S.QUOTED) and not manages:
        target = order.state
    else:
        target = ORDER.check("share", order, by)
    lead = _lead(order)
    if lead not in {part.school.pk for part in parts}:
        raise StepRefused("The school that ordered keeps a part of it.")
    if len({part.school.pk for part in parts}) != len(parts):
        raise StepRefused("Each school has one part.")
    _share(order, parts, lead, at, agreed=True)
    order.state, order.state_since = target, at
    order.save()
    said = {str(part.school.pk): part.half_days for part in parts}
    trail.record(by=by, at=at, action="traded.order_shared", on=order, half_days=said, pence=order.pence)
    if target == S.AGREEING:
        _ask_heads(order, at, f"The split of order {order.number} was changed: it needs your approval again.")
    return order


@transaction.atomic
def ask(*, order: Order, by: Any, at: datetime) -> Order:
    """Ask the manager for a quote of something bespoke."""
    order = _step("ask", _own(order, by), by, at)
    tell_managers(
        subject=f"A school asks for a quote: {order.number}", at=at, about=order,
        body=f"{_schools(order)} asks for something bespoke in {named(order.year)}. Please answer order {order.number} "
        "with a quote, or decline it.",
    )  # fmt: skip
    return order


@transaction.atomic
def send(*, order: Order, by: Any, at: datetime) -> Order:
    """Send a draft to the head teachers; from now on its prices stand."""
    order = _own(order, by)
    if order.state == S.DRAFT:
        _share(order, _as_they_are(order), _lead(order), at)
    order = _step("send", order, by, at)
    _ask_heads(order, at, f"Order {order.number} waits for your approval.")
    return order


@transaction.atomic
def take(*, order: Order, by: Any, at: datetime) -> Order:
    """Take the manager's quote; the head teachers approve it."""
    order = _step("take", _own(order, by), by, at)
    _ask_heads(order, at, f"The quote for order {order.number} waits for your approval.")
    return order


@transaction.atomic
def withdraw(*, order: Order, because: str, by: Any, at: datetime) -> Order:
    """Take an order back before it is accepted."""
    order = _own(order, by)
    if not because.strip() and order.state != S.DRAFT:
        raise StepRefused("Say why it is withdrawn.")
    before = order.state
    order = _step("withdraw", order, by, at, answer=because.strip(), answered_at=at, answered_by=by)
    if before in (S.ASKED, S.SENT):
        tell_managers(
            subject=f"Order {order.number} is withdrawn", at=at, about=order,
            body=f"{_schools(order)} has withdrawn order {order.number}: there is nothing to answer any more.",
        )  # fmt: skip
    return order


def locked(order: Order) -> Order:
    """The order held until the transaction ends, with its shares and their schools."""
    found = Order.objects.select_for_update().get(pk=order.pk)
    return Order.objects.prefetch_related("shares__school").get(pk=found.pk)


def _own(order: Order, by: Any) -> Order:
    order = locked(order)
    if not leads(order, by):
        raise StepRefused("The school that drafted the order does this.")
    return order


def _step(name: str, order: Order, by: Any, at: datetime, **more: Any) -> Order:
    order.looked_on = timezone.localdate(at)  # type: ignore[attr-defined]
    target = ORDER.check(name, order, by)
    before, order.state, order.state_since = order.state, target, at
    for field, value in more.items():
        setattr(order, field, value)
    order.save()
    trail.record(by=by, at=at, action=f"traded.order_{name}", on=order, before=before, now=target)
    return order


def _fill(order: Order, year: int, billing: str, services: Sequence[str], wishes: str, at: datetime) -> None:
    this = year_of(timezone.localdate(at))
    if year not in (this, this + 1):
        raise StepRefused("Days are bought for this financial year or the next.")
    if any(code not in ServiceCode.values for code in services):
        raise StepRefused("There is no such service on the menu.")
    order.year, order.billing = year, Order.Billing(billing)
    order.services, order.wishes = list(services), wishes.strip()


def _as_they_are(order: Order) -> list[Part]:
    """The parts of a draft; costs that were agreed apart from the list are kept where they still add up."""
    shares = list(order.shares.all())
    return [Part(share.school, share.half_days, share.pence) for share in shares]


def _share(order: Order, parts: Sequence[Part], lead: int, at: datetime, *, agreed: bool = False) -> None:
    """Write the shares, what each costs, and what the whole order costs.

    agreed: costs that somebody just said have to make the whole; otherwise those that do not are by the list again.
    """
    if any(part.half_days <= 0 for part in parts):
        raise StepRefused("Each school has at least half a day.")
    on = timezone.localdate(at)
    found, of_code = prices(order.year, on), rates(on)
    half_days = sum(part.half_days for part in parts)
    if order.kind == Order.Kind.DAYS and order.quoted_half_days not in (None, half_days):
        order.quoted_half_days = order.quoted_pence = order.quote_until = (
            None  # another number of days: the list price
        )
    costs = _costs(order, parts, found)
    order.pence = sum(costs)
    given = [usual if part.pence is None else part.pence for part, usual in zip(parts, costs, strict=True)]
    if sum(given) == order.pence:
        costs = given
    elif agreed:
        raise StepRefused(_apart(sum(given), order.pence))
    OrderShare.objects.filter(order=order).exclude(school__in=[part.school.pk for part in parts]).delete()
    for part, pence in zip(parts, costs, strict=True):
        school_type = type_of(part.school)
        price = found.get(school_type)
        vat_code = price.vat_code if price else VatCode.OUTSIDE
        OrderShare.objects.update_or_create(
            order=order, school=part.school,
            defaults={
                "leads": part.school.pk == lead, "half_days": part.half_days, "pence": pence, "school_type": school_type,
                "day_pence": price.day if price else 0, "vat_code": vat_code, "vat_basis_points": of_code[vat_code],
                "approved_at": None, "approved_by": None, "purchase_order": "", "refused_because": "",
            },
        )  # fmt: skip
    order._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    order.save()


def _apart(given: int, whole: int) -> str:
    """How far agreed costs are from what the order costs, in words."""
    by = f"{money(whole - given)} is missing" if given < whole else f"that is {money(given - whole)} too much"
    return (
        f"The costs of the schools add up to {money(given)}, and the order costs {money(whole)} without VAT: {by}. "
        "Where a cost is left empty, it is what the list or the quote says."
    )


def by_list(order: Order, at: datetime) -> list[int]:
    """What the list or the quote says for each share; they are loaded."""
    return _costs(order, _as_they_are(order), prices(order.year, timezone.localdate(at)))


def _costs(order: Order, parts: Sequence[Part], found: dict[str, Found]) -> list[int]:
    """What the list or the quote says for each part."""
    if order.quoted_pence is not None:
        return split(order.quoted_pence, [part.half_days for part in parts])
    of = [found.get(type_of(part.school)) for part in parts]
    return [price.cost(part.half_days) if price else 0 for part, price in zip(parts, of, strict=True)]


def _lead(order: Order) -> int:
    return next(share.school_id for share in order.shares.all() if share.leads)


def _schools(order: Order) -> str:
    return some([share.school.name for share in order.shares.all()])


def _ask_heads(order: Order, at: datetime, words: str) -> None:
    """Each head teacher reads what there is to approve: days and cost, who ordered it, and with whom it is shared."""
    shares = list(OrderShare.objects.filter(order=order).select_related("school"))
    lead = next(share.school.name for share in shares if share.leads)
    who = f"{order.drafted_by.name}, {lead}, ordered it"
    for share in shares:
        others = [each.school.name for each in shares if each.pk != share.pk]
        together = f", and it is shared with {some(others)}" if others else ""
        cost = f"{money(share.pence)} without VAT"
        if vat := vat_of(share.pence, share.vat_basis_points):
            cost += f" ({money(share.pence + vat)} with VAT)"
        tell_schools(
            [share.school], subject=f"To approve: order {order.number}", at=at, about=order, permission="approve_order",
            body=f"{words} Your school’s share is {days(share.half_days)} in {named(order.year)} for {cost}. {who}{together}.",
        )  # fmt: skip
