"""The list of pupils: filters, export of exactly what is shown. A name is typed into the search box, which keeps
it out of addresses."""

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

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import Pupil, School
from mainstay.service.directory.relations import link_schools
from mainstay.service.directory.views.schools import exports, log_export

COLUMNS = (
    Column("name", "Child", sort="key"),
    Column("year_group", "Year", sort="year_group"),
    Column("school", "School", sort="school__key"),
    Column("born", "Date of birth", sort="date_of_birth", nowrap=True),
    Column("upn", "UPN", sort="upn"),
    Column("flags", "Known to us"),
)
HEADER = ("Child", "Year", "Registration group", "School", "Date of birth", "UPN", "SEN", "Free school meals", "In care", "Social worker")  # fmt: skip
MOST_ROWS = 100_000
YEARS = ("N1", "N2", "R", *(str(year) for year in range(1, 15)))
#: what one page of the list needs, and no more
FIELDS = (
    "pk", "key", "surname", "forename", "preferred_surname", "preferred_forename", "restricted", "year_group",
    "reg_group", "school_id", "date_of_birth", "upn", "sen", "fsm", "in_care", "social_worker",
)  # fmt: skip


class PupilsFilter(forms.Form):
    school = forms.ModelChoiceField(
        queryset=School.objects.none(), required=False, label="School", empty_label="Any"
    )
    year = forms.ChoiceField(
        required=False, label="Year group", choices=[("", "Any"), *((year, year) for year in YEARS)]
    )
    sen = forms.ChoiceField(
        required=False,
        label="Special educational needs",
        choices=[("", "Any"), ("K", "SEN support"), ("E", "EHC plan"), ("KE", "Either")],
    )
    also = forms.MultipleChoiceField(
        required=False,
        label="Only pupils",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("fsm", "with free school meals"),
            ("in_care", "in care"),
            ("social_worker", "with a social worker"),
            ("mine", "of my schools"),
        ],
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = School.objects.visible_to(user).only("name", "key")  # type: ignore[attr-defined]


def _filtered(request: SignedIn) -> tuple[PupilsFilter, QuerySet[Pupil]]:
    """The pupils on a roll this person may see that fit the filters."""
    form = PupilsFilter(request.GET, user=request.user)
    form.is_valid()
    said = form.cleaned_data
    rows = Pupil.objects.present_to(request.user).filter(school__isnull=False)
    if said.get("school"):
        rows = rows.filter(school=said["school"])
    if said.get("year"):
        rows = rows.filter(year_group=said["year"])
    if said.get("sen"):
        rows = rows.filter(sen__in=list(said["sen"]))
    for name in said.get("also", []):
        if name == "mine":
            rows = rows.filter(school__in=link_schools(request.user, timezone.localdate()))
        else:
            rows = rows.filter(**{name: True})
    return form, rows


def _rows(rows: Any, form: PupilsFilter) -> Iterator[dict[str, Any]]:
    """School names come from the filter's own list: a join would keep the database from the index by name."""
    names = {school.pk: school.name for school in form.fields["school"].queryset}  # type: ignore[attr-defined]
    return (_row(row, names.get(row["school_id"], "On no roll")) for row in rows)


def _row(row: dict[str, Any], school: str) -> dict[str, Any]:
    surname = row["preferred_surname"] or row["surname"]
    forename = row["preferred_forename"] or row["forename"]
    hidden = row["restricted"]
    return {
        "pk": row["pk"],
        "name": row["forename"][:1] + row["surname"][:1] if hidden else f"{surname}, {forename}",
        "href": reverse("pupil", args=[row["pk"]]),
        "year_group": row["year_group"],
        "reg_group": row["reg_group"],
        "school": school,
        "born": None if hidden else row["date_of_birth"],
        "upn": "" if hidden else row["upn"],
        "flags": _flags(row),
        "more": (row["sen"], row["fsm"], row["in_care"], row["social_worker"]),
    }


def _flags(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Words and kinds of badges."""
    found = [
        ("Restricted", "alert", row["restricted"]),
        ("In care", "care", row["in_care"]),
        ("Social worker", "care", row["social_worker"]),
        ("EHC plan", "plain", row["sen"] == "E"),
        ("SEN support", "plain", row["sen"] == "K"),
        ("FSM", "plain", row["fsm"]),
    ]
    return [(word, kind) for word, kind, holds in found if holds]


@require_safe
@needs("see_pupils")
def pupils(request: SignedIn) -> HttpResponse:
    form, found = _filtered(request)
    page = listing(found.values(*FIELDS), request.GET, COLUMNS, default_sort="name")
    shown = {"rows": list(_rows(page.rows, form)), "columns": page.columns, "sorting": page.sorting}
    return render(
        request,
        "directory/pupils.jinja",
        {
            "filters": form,
            "page": page,
            "shown": shown,
            "exports": exports(request, "pupils_export"),
            "may_import": request.user.may("import_registers"),
            "may_merge": request.user.may("merge_pupils"),
        },
    )


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the list shown, all pages; that children's names left the system is in the audit."""
    form, found = _filtered(request)
    page = listing(found.values(*FIELDS), request.GET, COLUMNS, default_sort="name", page_size=MOST_ROWS)
    log_export(request, "pupils", "directory.pupil", page.total, kind)
    return export_response(kind, "pupils", HEADER, _cells(_rows(page.rows, form)))


def _cells(rows: Any) -> Iterator[list[Any]]:
    for row in rows:
        names = ("name", "year_group", "reg_group", "school", "born", "upn")
        yield [*(row[name] for name in names), *row["more"]]
