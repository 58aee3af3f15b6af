"""The menu and the price list, and setting them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.traded import places, values
from mainstay.service.traded.actions import prices as actions
from mainstay.service.traded.forms_money import LineForm, PriceForm, RateForm, SetForm
from mainstay.service.traded.models import (
    MenuChange,
    Price,
    SchoolType,
    ServiceCode,
    TradedValue,
    VatCode,
    VatRate,
)
from mainstay.service.traded.queries.accounts import years
from mainstay.service.traded.queries.menu import menu as lines
from mainstay.service.traded.queries.prices import prices as found_prices
from mainstay.service.traded.queries.prices import rates
from mainstay.service.traded.views import filling
from mainstay.service.traded.views.accounts import year_asked
from mainstay.service.traded.views.filling import METHODS, filled, typed
from mainstay.service.traded.years import first_day, named, year_of


@require_safe
@needs("see_traded")
def menu(request: SignedIn) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    edits = user.may("edit_prices")
    of = found_prices(year_of(today), today)
    day_prices = sorted({one.day for one in of.values()})
    context = {
        "lines": [one for one in lines(today) if one.active or edits],
        "places": places.tabs(user, "trade_menu"),
        "edits": edits,
        "may_order": user.may("order_days"),
        "day_prices": day_prices,
        "year": named(year_of(today)),
    }
    return render(request, "traded/menu.jinja", context)


@require_http_methods(METHODS)
@needs("edit_prices")
def set_line(request: SignedIn, code: str) -> HttpResponse:
    today = timezone.localdate()
    line = next((one for one in lines(today) if one.code == code), None)
    if line is None:
        raise Http404
    form = LineForm(typed(request), line=line)

    def act() -> None:
        actions.set_line(code=code, **form.cleaned_data, by=request.user, at=timezone.now())

    done = filled(request, form, act, "The menu is changed.", "trade_menu")
    history = [
        {"since": row.since, "text": f"{row.title}{'' if row.active else ' (off the menu)'}", "by": row.set_by.name,
         "at": row.set_at, "reason": row.reason}
        for row in MenuChange.objects.filter(code=code).select_related("set_by")[:20]
    ]  # fmt: skip
    return done or filling.shown(
        request, form, title=ServiceCode(code).label, caption="Menu of services", button="Save", history=history,
        back=reverse("trade_menu"), back_words="Back to the menu",
    )  # fmt: skip


@require_safe
@needs("see_traded")
def prices(request: SignedIn) -> HttpResponse:
    user, today, year = request.user, timezone.localdate(), year_asked(request)
    # a year that has not begun shows what is set to come
    on = max(today, first_day(year))
    of = found_prices(year, on)
    edits = user.may("edit_prices")
    now, of_code = values.in_force(today), rates(today)
    context: dict[str, Any] = {
        "year": year,
        "years": [(one, named(one)) for one in years(today)],
        "rows": [
            {"type": label, "price": of.get(code), "vat": VatCode(of[code].vat_code).label if code in of else ""}
            for code, label in SchoolType.choices
        ],
        "rates": [
            {"code": code, "label": label, "rate": of_code[code] / 10_000} for code, label in VatCode.choices
        ],
        "values": [(value, now[value.name]) for value in values.known().values()],
        "history": list(Price.objects.of_year(year).select_related("set_by").order_by("-pk")[:40]) if edits else [],
        "edits": edits,
        "places": places.tabs(user, "trade_prices"),
    }  # fmt: skip
    return render(request, "traded/prices.jinja", context)


def _back() -> dict[str, str]:
    return {"back": reverse("trade_prices"), "back_words": "Back to prices"}


@require_http_methods(METHODS)
@needs("edit_prices")
def set_price(request: SignedIn, year: int) -> HttpResponse:
    today = timezone.localdate()
    if year not in years(today):
        raise Http404
    since = max(today, first_day(year))
    initial = {"unit": "day", "minimum": 2, "since": since, "school_types": SchoolType.values}
    form = PriceForm(typed(request), initial=initial)

    def act() -> None:
        actions.set_price(year=year, **form.cleaned_data, by=request.user, at=timezone.now())

    done = filled(request, form, act, f"The price for {named(year)} is set.", "trade_prices")
    return done or filling.shown(
        request, form, title=f"Set a price for {named(year)}", caption="Prices", button="Set it",
        intro="Orders that were sent keep the price of their day.", **_back(),
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("edit_prices")
def set_rate(request: SignedIn, code: str) -> HttpResponse:
    if code not in VatCode.values:
        raise Http404
    form = RateForm(typed(request), initial={"percent": rates(timezone.localdate())[code] / 100})

    def act() -> None:
        said = form.cleaned_data
        actions.set_rate(
            vat_code=code, basis_points=int(said["percent"] * 100), since=said["since"], reason=said["reason"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip

    done = filled(request, form, act, "The rate is set.", "trade_prices")
    history = [
        {"since": row.since, "text": f"{row.basis_points / 100:g}%", "by": row.set_by.name, "at": row.set_at,
         "reason": row.reason}
        for row in VatRate.objects.filter(vat_code=code).select_related("set_by")[:20]
    ]  # fmt: skip
    return done or filling.shown(
        request, form, title=f"VAT: {VatCode(code).label.lower()}", caption="Prices", button="Set it", history=history,
        intro="Confirm it with finance. Orders that were sent keep the rate of their day.", **_back(),
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("edit_prices")
def set_value(request: SignedIn, name: str) -> HttpResponse:
    value = values.known().get(name)
    if value is None:
        raise Http404
    form = SetForm(typed(request), of=value, now=values.in_force(timezone.localdate())[name])

    def act() -> None:
        said = form.cleaned_data
        values.set_value(
            name=name,
            value=form.value,
            since=said["since"],
            reason=said["reason"],
            by=request.user,
            at=timezone.now(),
        )

    done = filled(request, form, act, "Set.", "trade_prices")
    history = [
        {"since": row.since, "text": "; ".join(row.value) if isinstance(row.value, list) else row.value,
         "by": row.set_by.name, "at": row.set_at, "reason": row.reason}
        for row in TradedValue.objects.filter(name=name).select_related("set_by")[:20]
    ]  # fmt: skip
    return done or filling.shown(
        request, form, title=value.label, caption="Prices", button="Set it", history=history, **_back()
    )
