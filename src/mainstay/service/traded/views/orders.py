"""Orders: the list, its file, one on its page, and the school's own steps."""

from dataclasses import replace
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.filters import money
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.uploads.store import file_response
from mainstay.service.directory.models import School, own_schools
from mainstay.service.traded import places
from mainstay.service.traded.actions import orders as actions
from mainstay.service.traded.forms import BecauseForm, OrderForm, OrdersFilter, SharesForm
from mainstay.service.traded.models import Order
from mainstay.service.traded.queries import orders as shown
from mainstay.service.traded.queries.menu import menu
from mainstay.service.traded.queries.prices import prices, type_of
from mainstay.service.traded.steps import ORDER
from mainstay.service.traded.views import filling
from mainstay.service.traded.views.filling import METHODS, filled, taken, typed
from mainstay.service.traded.views.links import exports, school_choices, year_choices
from mainstay.service.traded.years import days, year_of

COLUMNS: Final = (
    Column("number", "Order", sort="pk", nowrap=True),
    Column("schools", "Schools"),
    Column("year", "Year", sort="year", nowrap=True),
    Column("state", "State", sort="state"),
    Column("since", "Since", sort="state_since", nowrap=True),
    Column("days", "Days", nowrap=True),
    Column("pence", "Cost without VAT", sort="pence", numeric=True),
)
#: the school's steps that are one button
BUTTONS: Final = {"send": actions.send, "ask": actions.ask, "take": actions.take}
#: the manager's, each with a page
ANSWERS: Final = {
    "accept": "trade_order_accept",
    "quote": "trade_order_quote",
    "decline": "trade_order_decline",
}
DONE: Final = {
    "send": "Sent: the head teacher of each school approves its share.",
    "ask": "The service manager is asked for a quote.",
    "take": "Taken: the head teacher of each school approves its share.",
}
#: where whoever pressed it is a head teacher
OWN: Final = "Now approve your school’s share; the head teacher of any other school approves theirs."


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, OrdersFilter(request.GET).wanted)
    rows = shown.found_rows().filter(pk__in=found.order_by().values("pk"))
    return listing(rows, request.GET, COLUMNS, default_sort="-number", page_size=page_size)


@require_safe
@needs("see_traded")
def orders(request: SignedIn) -> HttpResponse:
    found, wanted = _found(request, 50), OrdersFilter(request.GET).wanted
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(request.user, "trade_orders"),
        "wanted": wanted,
        "states": [("", "Any"), ("waiting", "Waiting for the manager"), *Order.State.choices],
        "years": year_choices(timezone.localdate()),
        "schools": school_choices(request.user),
        "exports": exports(request, "trade_orders_export", "export_lists"),
        "filtered": any(wanted.values()),
        "may_order": request.user.may("order_days"),
    }
    return render(request, "traded/orders.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    return export_response(kind, "orders", shown.HEADER, shown.for_export(_found(request, 1_000_000).rows))


def opened(request: SignedIn, pk: int) -> Order:
    """The order; 404 unless it is in view. A school's draft is its own."""
    visible = Order.objects.visible_to(request.user).order_by().values("pk")
    one: Order = get_object_or_404(shown.found_rows().filter(pk__in=visible), pk=pk)
    return one


@require_safe
@needs("see_traded")
def order(request: SignedIn, pk: int) -> HttpResponse:
    one, user = opened(request, pk), request.user
    leads = user.is_school_user and actions.leads(one, user)
    steps = ORDER.open_to(user, one.state)
    today = timezone.localdate()
    rows = shown.shares(one, user)
    context = {
        "one": one,
        "colour": shown.COLOURS[Order.State(one.state)],
        "progress": shown.progress(one),
        "shares": rows,
        "half_days": sum(row.share.half_days for row in rows),
        "vat": sum(row.vat for row in rows),
        "services": [line.title for line in menu(today) if line.code in one.services],
        "leads": leads,
        "buttons": [(s, _label(s.name, user), s.missing(one)) for s in steps if leads and _fits(one, s.name)],
        "answers": [(s, ANSWERS[s.name], s.missing(one)) for s in steps if s.name in ANSWERS],
        "to_approve": [
            row for row in rows
            if row.mine and row.share.approved_at is None and one.state == "agreeing" and user.may("approve_order")
        ],
        "may_split": user.may("accept_order") and one.state in ("agreeing", "sent"),
        "may_withdraw": leads and any(s.name == "withdraw" for s in steps),
        "invoiced": user.may("see_traded") and one.state == Order.State.ACCEPTED,
    }  # fmt: skip
    return render(request, "traded/order.jinja", context)


def _label(step: str, user: Any) -> str:
    """A head teacher who drafted the order sends it to nobody else."""
    return "Go on to approve it" if step == "send" and user.may("approve_order") else ORDER[step].label


def _fits(one: Order, step: str) -> bool:
    """A draft of days is sent, a bespoke one without a quote is asked about."""
    asks = one.kind == Order.Kind.BESPOKE and one.quoted_pence is None
    return step in BUTTONS and not (one.state == Order.State.DRAFT and (step == "ask") != asks)


@require_safe
@needs("see_traded")
def agreement(request: SignedIn, pk: int) -> HttpResponseBase:
    one = opened(request, pk)
    if one.agreement is None:
        raise Http404
    return file_response(one.agreement.file, f"agreement-{one.number}.pdf")


@require_http_methods(METHODS)
@needs("order_days")
def new(request: SignedIn) -> HttpResponse:
    schools = list(
        School.objects.visible_to(request.user).filter(pk__in=own_schools(request.user)).order_by("key")
    )
    asked = {"services": request.GET.getlist("service")} | (
        {"kind": "bespoke"} if request.GET.get("service") == "bespoke" else {}
    )
    form = OrderForm(typed(request), schools=schools, initial=asked)
    made: list[Order] = []

    def act() -> None:
        said = form.cleaned_data
        lead = next((s for s in schools if str(s.pk) == said.get("lead")), schools[0])
        made.append(
            actions.draft(
                lead=lead, kind=said["kind"], year=int(said["year"]), billing=said["billing"], services=said["services"],
                wishes=said["wishes"], half_days=said["half_days"], by=request.user, at=timezone.now(),
            )
        )  # fmt: skip

    if (
        schools
        and filled(request, form, act, "Drafted. Look it over, and send it.", "trade_orders") is not None
    ):
        return redirect("trade_order", made[0].pk)
    today = timezone.localdate()
    of = prices(year_of(today), today)
    costs = [(school.name, of.get(type_of(school))) for school in schools]
    context = {"form": form, "schools": schools, "costs": costs}
    return render(request, "traded/order_new.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("order_days")
def change(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    initial = {
        "year": str(one.year), "services": one.services, "wishes": one.wishes, "billing": one.billing,
    }  # fmt: skip
    form = OrderForm(typed(request), schools=[], order=one, initial=initial)

    def act() -> None:
        said = form.cleaned_data
        actions.change(
            order=one, year=int(said["year"]), billing=said["billing"], services=said["services"], wishes=said["wishes"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip

    done = filled(request, form, act, "Changed.", "trade_order", pk)
    return done or filling.shown(request, form, title="Change the draft", button="Save", **_of(one))


def _of(one: Order) -> dict[str, Any]:
    return {
        "caption": f"Order {one.number}",
        "back": reverse("trade_order", args=[one.pk]),
        "back_words": f"Back to order {one.number}",
    }


@require_http_methods(METHODS)
@needs("order_days")
def shares(request: SignedIn, pk: int) -> HttpResponse:
    """The school's split of a draft or a quote."""
    return _split(request, pk)


@require_http_methods(METHODS)
@needs("accept_order")
def split(request: SignedIn, pk: int) -> HttpResponse:
    """The manager's split of what was sent."""
    return _split(request, pk)


def _together(one: Order) -> tuple[int, int]:
    """Half-days and pence of the whole order."""
    return sum(share.half_days for share in one.shares.all()), one.pence


def _saved(before: tuple[int, int], now: tuple[int, int]) -> str:
    if before == now:
        return "The split is saved."
    was, is_ = (f"{days(half_days)} for {money(pence)} without VAT" for half_days, pence in (before, now))
    return f"The split is saved. The whole order has changed with it: {is_}, before it was {was}."


def _split(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = SharesForm(typed(request), order=one, usual=actions.by_list(one, timezone.now()))
    before = _together(one)
    words: list[str] = []

    def act() -> None:
        said = form.cleaned_data
        parts = [
            actions.Part(share.school, said[f"days_{share.pk}"], said[f"cost_{share.pk}"])
            for share in form.shares if said[f"days_{share.pk}"]
        ]  # fmt: skip
        if said["school"]:
            parts.append(actions.Part(said["school"], said["more"], said["more_cost"]))
        split_ = actions.share(order=one, parts=parts, by=request.user, at=timezone.now())
        words.append(_saved(before, _together(split_)))

    done = filled(request, form, act, lambda: words[0], "trade_order", pk)
    if done is not None:
        return done
    context = {"form": form, "one": one, **_of(one)}
    return render(request, "traded/order_shares.jinja", context, status=400 if form.is_bound else 200)


@require_POST
@needs("order_days")
def go(request: SignedIn, pk: int, step: str) -> HttpResponse:
    """One of the school's buttons."""
    one = opened(request, pk)
    if step not in BUTTONS:
        raise Http404
    at = timezone.now()
    done = OWN if step != "ask" and request.user.may("approve_order") else DONE[step]
    return taken(request, lambda: BUTTONS[step](order=one, by=request.user, at=at), done, "trade_order", pk)


@require_http_methods(METHODS)
@needs("order_days")
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = BecauseForm(typed(request), required=one.state != Order.State.DRAFT)

    def act() -> None:
        actions.withdraw(order=one, because=form.cleaned_data["because"], by=request.user, at=timezone.now())

    done = filled(request, form, act, "Withdrawn.", "trade_order", pk)
    return done or filling.shown(
        request, form, title="Withdraw this order", button="Withdraw", kind="warning", **_of(one)
    )
