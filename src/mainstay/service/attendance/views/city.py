"""The city: trend beside the national figures, schools side by side with their context."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.queries.city import of_city
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.record import access

COLUMNS = (
    Column("name", "School", sort="name"),
    Column("phase", "Phase", sort="phase"),
    Column("pupils", "Pupils", sort="pupils", numeric=True),
    Column("rate", "Absence", sort="rate", numeric=True),
    Column("unauthorised_rate", "Unauthorised", sort="unauthorised_rate", numeric=True),
    Column("persistent", "Persistently absent", sort="persistent", numeric=True),
    Column("severe", "Severely absent", sort="severe", numeric=True),
    Column("met_threshold", "Met the threshold", sort="met_threshold", numeric=True),
    Column("fsm_share", "Free school meals", sort="fsm_share", numeric=True),
    Column("last_mark_on", "Last marks", sort="last_mark_on"),
)


@require_safe
@needs("see_city")
def city(request: SignedIn) -> HttpResponse:
    shown = of_city(request.user, request.GET)
    page = listing(shown.schools, request.GET, COLUMNS, default_sort="name")
    return render(
        request,
        "attendance/city.jinja",
        {"city": shown, "page": page, "exports": exports(request, "city_export")},
    )


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    access.log_list(request, "city export")
    shown = of_city(request.user, request.GET)
    page = listing(shown.schools, request.GET, COLUMNS, default_sort="name", page_size=MOST_ROWS)
    rows = ([_cell(row, column.key) for column in COLUMNS] for row in page.rows)
    return export_response(kind, "schools", [column.text for column in COLUMNS], rows)


def _cell(row: dict[str, Any], key: str) -> Any:
    return "hidden: small group" if key == "fsm_share" and row["fsm_hidden"] else row[key]
