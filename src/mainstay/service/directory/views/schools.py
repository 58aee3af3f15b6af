"""The list of schools: filters, sorting, export of exactly what is shown."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.models import User
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.audit import trail
from mainstay.service.common.exports import export_response
from mainstay.service.common.keys import fold
from mainstay.service.common.ui.lists import Column, listing, with_query
from mainstay.service.directory.models import Dated, LinkOfficer, School, Trust
from mainstay.service.directory.relations import link_officers, link_schools
from mainstay.service.directory.school_page import beside_schools

COLUMNS = (
    Column("name", "School", sort="key"),
    Column("phase", "Phase", sort="phase"),
    Column("urn", "URN", sort="urn"),
    Column("laestab", "LA and number", sort="laestab"),
    Column("trust", "Trust", sort="trust__name"),
    Column("officer", "Link officer"),
    Column("state", "State", sort="closed_on"),
)
HEADER = ("School", "Phase", "URN", "LA and establishment number", "Trust", "Link officer", "State", "Postcode", "Telephone", "Head teacher")  # fmt: skip
MOST_ROWS = 10_000


class SchoolsFilter(forms.Form):
    q = forms.CharField(required=False, max_length=80, label="Name, URN or number")
    phase = forms.ChoiceField(required=False, label="Phase", choices=[("", "Any"), *School.Phase.choices])
    trust = forms.ModelChoiceField(
        queryset=Trust.objects.order_by("name"), required=False, label="Trust", empty_label="Any"
    )
    officer = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label="Link officer", empty_label="Anybody"
    )
    state = forms.ChoiceField(
        required=False, label="State", choices=[("", "Open"), ("closed", "Closed"), ("all", "All")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = LinkOfficer.objects.filter(Dated.on(timezone.localdate())).values("officer_id")
        officers = User.objects.filter(pk__in=named).order_by("name")
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]


def _filtered(request: SignedIn) -> tuple[SchoolsFilter, QuerySet[School]]:
    form = SchoolsFilter(request.GET)
    form.is_valid()
    said = form.cleaned_data
    rows = School.objects.visible_to(request.user)
    if words := said.get("q", "").strip():
        digits = words.replace("/", "").replace(" ", "")
        by_number = {"laestab": digits} if len(digits) == 7 else {"urns__urn": digits}
        found = {"key__contains": fold(words)} if not digits.isdecimal() else by_number
        rows = rows.filter(**found).distinct()
    if said.get("phase"):
        rows = rows.filter(phase=said["phase"])
    if said.get("trust"):
        rows = rows.filter(trust=said["trust"])
    if said.get("officer"):
        rows = rows.filter(pk__in=link_schools(said["officer"], timezone.localdate()))
    if request.GET.get("mine"):
        rows = rows.filter(pk__in=link_schools(request.user, timezone.localdate()))
    if said.get("state") != "all":
        rows = rows.filter(closed_on__isnull=said.get("state") != "closed")
    return form, rows.select_related("trust")


def _rows(schools: list[School]) -> list[dict[str, Any]]:
    officers = link_officers([school.pk for school in schools], timezone.localdate())
    return [
        {
            "pk": school.pk,
            "name": school.name,
            "href": reverse("school", args=[school.pk]),
            "phase": school.get_phase_display(),
            "urn": school.urn,
            "laestab": school.laestab,
            "trust": school.trust.name if school.trust else "",
            "officer": officers[school.pk].name if school.pk in officers else "",
            "state": "Closed" if school.closed_on else "Open",
            "more": (school.postcode, school.phone, school.head),
        }
        for school in schools
    ]


@require_safe
@needs("see_schools")
def schools(request: SignedIn) -> HttpResponse:
    form, found = _filtered(request)
    page = listing(found, request.GET, COLUMNS, default_sort="name")
    shown = {"rows": _rows(list(page.rows)), "columns": page.columns, "sorting": page.sorting}
    views = [
        {"text": "All schools", "href": reverse("schools"), "current": not request.GET},
        {
            "text": "My schools",
            "href": reverse("schools") + "?mine=1",
            "current": request.GET.get("mine") == "1",
        },
    ]
    return render(
        request,
        "directory/schools.jinja",
        {
            "filters": form,
            "page": page,
            "shown": shown,
            "views": views if not request.user.is_school_user else [],
            "mine": bool(request.GET.get("mine")),
            "exports": exports(request, "schools_export"),
            "beside": [
                {**link, "secondary": True} for given in beside_schools.ask(request.user) for link in given
            ],
            "may_edit": request.user.may("edit_schools"),
            "may_set": request.user.may("edit_calendar"),
        },
    )


def exports(request: SignedIn, name: str) -> list[dict[str, str]]:
    """Links to download what a list shows, for those who may."""
    if not request.user.may("export_lists"):
        return []
    query = with_query(request.GET, page=None)
    return [
        {"text": text, "href": reverse(name, args=[kind]) + query}
        for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
    ]


def log_export(request: SignedIn, name: str, model: str, rows: int, kind: str) -> None:
    """That a list left the system is in the audit."""
    trail.record(
        by=request.user, at=timezone.now(), action=f"{name}.exported", on=(model, ""), rows=rows, kind=kind
    )


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    _, found = _filtered(request)
    page = listing(found, request.GET, COLUMNS, default_sort="name", page_size=MOST_ROWS)
    log_export(request, "schools", "directory.school", page.total, kind)
    return export_response(kind, "schools", HEADER, _cells(_rows(list(page.rows))))


def _cells(rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
    return ([*(row[column.key] for column in COLUMNS), *row["more"]] for row in rows)
