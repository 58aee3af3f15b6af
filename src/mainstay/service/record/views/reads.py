"""Who read what of a child's record: for information governance and managers."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
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
from mainstay.service.common.ui.lists import Column, Listing, listing, with_query
from mainstay.service.common.ui.params import DayParam, NumberParam
from mainstay.service.record.models import RecordRead

COLUMNS = (
    Column("at", "When", sort="at"),
    Column("who", "Who", sort="user_id"),
    Column("pupil", "Record number", sort="pupil_id"),
    Column("page", "Page", sort="page"),
    Column("reason", "Reason given"),
)
MOST_ROWS = 100_000


class ReadsFilter(forms.Form):
    pupil = NumberParam(label="Record number")
    user = forms.ModelChoiceField(
        queryset=User.objects.order_by("name"), required=False, label="Who", empty_label="Anybody"
    )
    first = DayParam(label="From")
    last = DayParam(label="To")


def _filtered(form: ReadsFilter) -> QuerySet[RecordRead]:
    rows = RecordRead.objects.all()
    form.is_valid()
    said = form.cleaned_data
    if said.get("pupil") is not None:
        rows = rows.filter(pupil_id=said["pupil"])
    if said.get("user"):
        rows = rows.filter(user_id=said["user"].pk)
    if said.get("first"):
        rows = rows.filter(at__gte=_midnight(said["first"]))
    if said.get("last"):
        rows = rows.filter(at__lt=_midnight(said["last"] + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _rows(page: Listing) -> list[dict[str, Any]]:
    """With names: the log holds ids alone, and the two lie in different databases."""
    names = dict(User.objects.filter(pk__in={row.user_id for row in page.rows}).values_list("pk", "name"))
    return [
        {
            "at": row.at,
            "who": names.get(row.user_id, "Somebody no longer known"),
            "pupil": row.pupil_id or "A list",
            "page": row.page,
            "reason": row.reason,
        }
        for row in page.rows
    ]


@require_safe
@needs("see_audit")
def reads(request: SignedIn) -> HttpResponse:
    form = ReadsFilter(request.GET)
    page = listing(_filtered(form), request.GET, COLUMNS, default_sort="-at")
    shown = {"rows": _rows(page), "columns": page.columns, "sorting": page.sorting}
    exports = [
        {
            "text": text,
            "href": reverse("reads_export", args=[kind]) + with_query(request.GET, page=None),
        }
        for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
    ]
    return render(
        request,
        "record/reads.jinja",
        {"filters": form, "page": page, "shown": shown, "exports": exports},
    )


@require_safe
@needs("see_audit")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows shown, all pages; that the log was taken out is itself in the audit."""
    page = listing(
        _filtered(ReadsFilter(request.GET)), request.GET, COLUMNS, default_sort="-at", page_size=MOST_ROWS
    )
    trail.record(
        by=request.user,
        at=timezone.now(),
        action="reads.exported",
        on=("record.recordread", ""),
        rows=page.total,
    )
    return export_response(kind, "record-reads", [c.text for c in COLUMNS], _cells(_rows(page)))


def _cells(rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
    return ([row[column.key] for column in COLUMNS] for row in rows)
