"""Everything the council sets, in one list: what it is, who set it, why, from when, and what depends on it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.roles import GRANTS, LABELS
from mainstay.service.common.audit import trail
from mainstay.service.common.council import Value, council_values
from mainstay.service.common.exports import export_response
from mainstay.service.common.keys import fold
from mainstay.service.common.ui.lists import Column, listing, with_query

COLUMNS = (
    Column("area", "Part", sort="area,place"), Column("name", "Value", sort="name"), Column("words", "Now"),
    Column("since", "From", sort="since", nowrap=True), Column("why", "Who and why"), Column("depends", "What depends on it"),
)  # fmt: skip
SHOWN = 160  # characters of a value in the list


@dataclass(frozen=True, slots=True)
class Row:
    """One value as the list shows it."""

    place: int
    value: Value
    owner: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.value, name)


class ValuesFilter(forms.Form):
    """What makes no sense filters nothing."""

    q = forms.CharField(label="Words", max_length=80, required=False)
    area = forms.ChoiceField(label="Part of the service", required=False)
    state = forms.ChoiceField(
        label="Set by the council",
        required=False,
        choices=[("", "All"), ("set", "Set"), ("unset", "Not set yet")],
    )

    def __init__(self, data: Any, areas: list[str]) -> None:
        super().__init__(data)
        self.fields["area"].choices = [("", "All"), *((one, one) for one in areas)]  # type: ignore[attr-defined]

    def fits(self, row: Row) -> bool:
        said = self.cleaned_data if self.is_valid() or self.is_bound else {}
        words = fold(said.get("q") or "").split()
        text = fold(f"{row.area} {row.name} {row.words} {row.reason} {row.depends} {row.owner} {row.by}")
        state = said.get("state")
        return (
            all(word in text for word in words)
            and (not said.get("area") or row.area == said["area"])
            and (not state or bool(row.since or row.coming) == (state == "set"))
        )


def owners(permission: str) -> str:
    """The roles that may change it."""
    if not permission:
        return "Whoever runs the service"
    roles = [role for role, grant in GRANTS.items() if permission in grant.permissions]
    return ", ".join(LABELS[role] for role in roles) or "Nobody"


def _rows() -> list[Row]:
    found = [value for given in council_values.ask(timezone.localdate()) for value in given]
    known = {permission: owners(permission) for permission in {value.permission for value in found}}
    return [Row(place, value, known[value.permission]) for place, value in enumerate(found)]


def _filtered(query: QueryDict) -> tuple[ValuesFilter, list[Row]]:
    rows = _rows()
    form = ValuesFilter(query or None, sorted({row.area for row in rows}))
    return form, [row for row in rows if form.fits(row)]


@require_safe
@needs("see_values")
def values(request: SignedIn) -> HttpResponse:
    form, rows = _filtered(request.GET)
    page = listing(rows, request.GET, COLUMNS, default_sort="area")
    may = {one for one in {row.see or row.permission for row in page.rows} if one and request.user.may(one)}
    context = {
        "page": page,
        "filters": form,
        "may": may,
        "shown": SHOWN,
        "query": with_query(request.GET, page=None),
    }
    return render(request, "accounts/council_values.jinja", context)


@require_safe
@needs("see_values")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the list shown, every value whole."""
    _, rows = _filtered(request.GET)
    rows = list(listing(rows, request.GET, COLUMNS, default_sort="area", page_size=100_000).rows)
    trail.record(
        by=request.user, at=timezone.now(), action="council_values.exported", on=("accounts.user", ""), rows=len(rows),
        kind=kind,
    )  # fmt: skip
    header = [
        "Part",
        "Value",
        "Now",
        "Owner",
        "From",
        "Set by",
        "Set at",
        "Why",
        "What depends on it",
        "Set already",
    ]
    return export_response(
        kind, "council-values", header,
        ([r.area, r.name, r.words, r.owner, r.since, r.by, r.at, r.reason, r.depends, r.coming] for r in rows),
    )  # fmt: skip
