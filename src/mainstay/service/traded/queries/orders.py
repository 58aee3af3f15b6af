"""Orders as their list and their page show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from mainstay.service.common.ui.filters import and_list
from mainstay.service.directory.models import own_schools
from mainstay.service.traded.models import Order, OrderShare
from mainstay.service.traded.money import in_pounds, vat_of
from mainstay.service.traded.years import days, named

S = Order.State
COLOURS: Final = {
    S.DRAFT: "grey", S.ASKED: "yellow", S.QUOTED: "purple", S.AGREEING: "yellow", S.SENT: "blue", S.ACCEPTED: "green",
    S.DECLINED: "red", S.WITHDRAWN: "grey",
}  # fmt: skip
HEADER: Final = ("Order", "Schools", "Year", "State", "Since", "Half-days", "Cost without VAT (£)")
#: so many schools of an order are named in a line; of more, two and how many others
MOST_NAMES: Final = 4
#: the way of an order, as its page draws it
WAY: Final = (
    ("Draft", (S.DRAFT,)), ("Quote", (S.ASKED, S.QUOTED)), ("Schools approve", (S.AGREEING,)),
    ("Manager answers", (S.SENT,)), ("Accepted", (S.ACCEPTED,)),
)  # fmt: skip


def found_rows() -> QuerySet[Order]:
    """Orders with what their page and their list show, in few queries."""
    shares = OrderShare.objects.select_related("school", "approved_by")
    return Order.objects.select_related(
        "drafted_by", "quoted_by", "answered_by", "agreement__file"
    ).prefetch_related(Prefetch("shares", shares))


def filtered(user: Any, wanted: dict[str, Any]) -> QuerySet[Order]:
    """Those this person may see, as the filters say; a school's drafts are its own."""
    found = Order.objects.visible_to(user)
    if user.sees_all_schools:
        found = found.exclude(state=S.DRAFT)
    if wanted.get("state") == "waiting":
        found = found.filter(state__in=(S.ASKED, S.SENT))
    elif wanted.get("state"):
        found = found.filter(state=wanted["state"])
    if wanted.get("year"):
        found = found.filter(year=wanted["year"])
    if wanted.get("school"):
        found = found.filter(shares__school=wanted["school"])
    return found


def some(names: Sequence[str]) -> str:
    """All of few names; of many the first two: "A, B and 9 others"."""
    if len(names) <= MOST_NAMES:
        return and_list(list(names))
    return f"{', '.join(names[:2])} and {len(names) - 2} others"


def rows(orders: Iterable[Order]) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "url": reverse("trade_order", args=[one.pk]),
            "schools": some([share.school.name for share in one.shares.all()]),
            "kind": one.get_kind_display(),
            "year": named(one.year),
            "state": one.get_state_display(),
            "colour": COLOURS[S(one.state)],
            "since": one.state_since,
            "days": days(sum(share.half_days for share in one.shares.all())),
            "pence": one.pence,
        }
        for one in orders
    ]


def for_export(orders: Iterable[Order]) -> Iterable[Sequence[Any]]:
    for one in orders:
        yield (
            one.number, and_list([share.school.name for share in one.shares.all()]), named(one.year),
            one.get_state_display(), one.state_since, sum(share.half_days for share in one.shares.all()),
            in_pounds(one.pence),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One school's share as the page shows it. mine: this person answers for it."""

    share: OrderShare
    vat: int
    mine: bool

    @property
    def gross(self) -> int:
        return self.share.pence + self.vat


def shares(order: Order, user: Any) -> list[ShareRow]:
    own = set(own_schools(user)) if user.is_school_user else set()
    return [
        ShareRow(share, vat_of(share.pence, share.vat_basis_points), share.school_id in own)
        for share in order.shares.all()
    ]


def progress(order: Order) -> list[dict[str, str]]:
    """Where the order stands; the quote is left out where none was asked for."""
    way = [
        (text, states) for text, states in WAY
        if text != "Quote" or order.kind == Order.Kind.BESPOKE or order.quoted_at or order.state in states
    ]  # fmt: skip
    if order.state in (S.DECLINED, S.WITHDRAWN):
        return []
    at = next(n for n, (_, states) in enumerate(way) if order.state in states)
    done = order.state == S.ACCEPTED
    return [
        {"text": text, "state": "done" if n < at or done else "now" if n == at else "next"}
        for n, (text, _) in enumerate(way)
    ]
