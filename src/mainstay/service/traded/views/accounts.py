"""Accounts of half-days: the list, its file, and one school's ledger."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.ui.params import number
from mainstay.service.directory.models import School
from mainstay.service.traded import places
from mainstay.service.traded.queries import accounts as shown
from mainstay.service.traded.queries import invoices
from mainstay.service.traded.queries.ledger import balance
from mainstay.service.traded.views.links import exports
from mainstay.service.traded.years import last_day, named, year_of

COLUMNS: Final = (
    Column("name", "School", sort="key"),
    Column("bought", "Bought", sort="balance.bought", numeric=True),
    Column("credited", "Given back or taken back", sort="balance.credited", numeric=True),
    Column("delivered", "Delivered", sort="balance.delivered", numeric=True),
    Column("charged", "Charged", sort="balance.charged", numeric=True),
    Column("expired", "Expired", sort="balance.expired", numeric=True),
    Column("left", "Left", sort="balance.left", numeric=True),
    Column("booked", "Booked", sort="balance.booked", numeric=True),
    Column("free", "Free to book", sort="balance.free", numeric=True),
)


def year_asked(request: SignedIn) -> int:
    """The financial year of the address; this one where it names none."""
    today = timezone.localdate()
    asked = number(request.GET.get("year"))
    return asked if asked in shown.years(today) else year_of(today)


@require_safe
@needs("see_traded")
def accounts(request: SignedIn) -> HttpResponse:
    year, user = year_asked(request), request.user
    rows = shown.accounts(user, year)
    context = {
        "page": listing(rows, request.GET, COLUMNS, default_sort="name"),
        "places": places.tabs(user, "trade_accounts"),
        "year": year,
        "years": [(one, named(one)) for one in shown.years(timezone.localdate())],
        "together": shown.together(rows),
        "exports": exports(request, "trade_accounts_export", "export_lists"),
        "may_order": user.may("order_days"),
    }
    return render(request, "traded/accounts.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    year = year_asked(request)
    rows = [
        (
            one.name, b.bought, b.given_back, b.taken_back, b.delivered, b.charged, b.expired, b.left, b.booked, b.free,
        )
        for one in shown.accounts(request.user, year) for b in [one.balance]
    ]  # fmt: skip
    return export_response(kind, f"accounts-{named(year)}", shown.HEADER, rows)


LINES: Final = (
    Column("on", "Day", nowrap=True),
    Column("kind", "What"),
    Column("half_days", "Days", numeric=True),
    Column("note", "About"),
    Column("left", "Left after it", numeric=True),
    Column("by", "Written"),
)


@require_safe
@needs("see_traded")
def account(request: SignedIn, pk: int) -> HttpResponse:
    user, year, today = request.user, year_asked(request), timezone.localdate()
    school = get_object_or_404(School.objects.visible_to(user), pk=pk)
    found = invoices.with_sums(invoices.filtered(user, {"school": pk, "year": year}, today))
    context: dict[str, Any] = {
        "school": school,
        "year": year,
        "years": [(one, named(one)) for one in shown.years(today)],
        "balance": balance(school, year),
        "page": replace(
            listing(shown.lines(user, school, year)[::-1], request.GET, LINES, page_size=200), sorting=None
        ),
        "warnings": shown.warnings(school, year),
        "ended": shown.ended(year),
        "last_day": last_day(year),
        "invoices": invoices.rows(found.order_by("-pk"), today),
        "places": places.tabs(user, "trade_accounts"),
        "may_order": user.may("order_days") and user.is_school_user,
    }
    return render(request, "traded/account.jinja", context)
