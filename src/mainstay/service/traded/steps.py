"""The steps of an order; blockers look at the order with its shares and their schools loaded."""

from datetime import date
from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import and_list, long_date, money
from mainstay.service.traded.models import Order, YearEnd
from mainstay.service.traded.queries.prices import prices
from mainstay.service.traded.years import days, last_day, named

S = Order.State
#: before the manager has answered for good
OPEN: Final = frozenset({S.DRAFT, S.ASKED, S.QUOTED, S.AGREEING, S.SENT})


def today(order: Order) -> date:
    return getattr(order, "looked_on", None) or timezone.localdate()


def _in_time(order: Order) -> str | None:
    if today(order) > last_day(order.year):
        return f"The year {named(order.year)} is over: days of it cannot be bought any more."
    if YearEnd.objects.filter(year=order.year).exists():
        return f"The year {named(order.year)} is ended."
    return None


def _of_days(order: Order) -> str | None:
    if order.kind == Order.Kind.BESPOKE and order.quoted_pence is None:
        return "What is bespoke is quoted first: ask for a quote."
    return None


def _bespoke(order: Order) -> str | None:
    return None if order.kind == Order.Kind.BESPOKE else "Days have a list price: no quote is needed."


def _said(order: Order) -> str | None:
    if order.kind == Order.Kind.BESPOKE and not order.wishes.strip():
        return "Say what you would like."
    return None


def _priced(order: Order) -> str | None:
    """Every school's type has a price in that year."""
    if order.quoted_pence is not None:
        return None
    found = prices(order.year, today(order))
    missing = [share.school.name for share in order.shares.all() if share.school_type not in found]
    if not missing:
        return None
    return (
        f"No price is set for {named(order.year)} yet for {and_list(missing)}. The service manager sets it."
    )


def _enough(order: Order) -> str | None:
    if order.quoted_pence is not None:
        return None
    found = prices(order.year, today(order))
    shares = list(order.shares.all())
    least = max(
        (found[share.school_type].minimum for share in shares if share.school_type in found), default=1
    )
    if sum(share.half_days for share in shares) < least:
        return f"The least that can be ordered is {days(least)}."
    return None


def _adds_up(order: Order) -> str | None:
    """The shares make exactly what was quoted or what the list says."""
    shares = list(order.shares.all())
    cost, half_days = sum(share.pence for share in shares), sum(share.half_days for share in shares)
    if cost != order.pence:
        return f"The shares add up to {money(cost)}, and the order costs {money(order.pence)}."
    if order.quoted_half_days is not None and half_days != order.quoted_half_days:
        return f"The shares add up to {days(half_days)}, and the quote is for {days(order.quoted_half_days)}."
    return None


def _approved(order: Order) -> str | None:
    waiting = [share.school.name for share in order.shares.all() if share.approved_at is None]
    return f"The head teacher has not approved the share of {and_list(waiting)}." if waiting else None


def _quote_stands(order: Order) -> str | None:
    if order.quote_until is not None and today(order) > order.quote_until:
        return f"The quote stood until {long_date(order.quote_until)}. Ask the service manager for a new one."
    return None


def _set(*states: Any) -> frozenset[str]:
    return frozenset(str(state) for state in states)


ORDER: Final = Steps(
    "order",
    Step("ask", "Ask for a quote", _set(S.DRAFT), S.ASKED, "order_days", (_bespoke, _said, _in_time)),
    Step("send", "Send it to the head teacher", _set(S.DRAFT), S.AGREEING, "order_days",
         (_of_days, _in_time, _priced, _enough, _quote_stands, _adds_up)),
    Step("quote", "Quote", _set(S.ASKED, S.SENT), S.QUOTED, "accept_order", (_in_time,)),
    Step("take", "Take the quote", _set(S.QUOTED), S.AGREEING, "order_days", (_quote_stands, _in_time, _adds_up)),
    Step("approve", "Approve our share", _set(S.AGREEING), S.AGREEING, "approve_order", (_in_time, _adds_up)),
    Step("approve_last", "Approve the last share", _set(S.AGREEING), S.SENT, "approve_order", (_in_time, _adds_up)),
    Step("refuse", "Do not agree", _set(S.AGREEING), S.DRAFT, "approve_order"),
    Step("share", "Change the split", _set(S.AGREEING, S.SENT), S.AGREEING, "accept_order"),
    Step("accept", "Accept", _set(S.SENT), S.ACCEPTED, "accept_order",
         (_approved, _adds_up, _quote_stands, _in_time)),
    Step("decline", "Decline", _set(S.ASKED, S.SENT), S.DECLINED, "accept_order"),
    Step("withdraw", "Withdraw", OPEN, S.WITHDRAWN, "order_days"),
)  # fmt: skip
