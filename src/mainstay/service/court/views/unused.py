"""Unused material: the list, one line decided on, who decides, and the schedule."""

from dataclasses import replace
from typing import Any, Final

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.court import opening
from mainstay.service.court.actions import disclosing
from mainstay.service.court.actions import unused as actions
from mainstay.service.court.forms_bundles import DecideForm, OfficerForm, UnusedFilter
from mainstay.service.court.models import Prosecution, UnusedItem
from mainstay.service.court.queries import unused as shown
from mainstay.service.court.views.bundles import done, moment
from mainstay.service.record import access, frame

COLUMNS: Final = (
    Column("what", "What it is"),
    Column("undermines", "Undermines or assists"),
    Column("decision", "Decided"),
    Column("who", "By"),
)


@require_safe
@needs("see_prosecutions")
@opening.of_prosecution("unused material")
def unused(request: SignedIn, one: Prosecution) -> HttpResponse:
    return _page(request, one)


def _page(request: SignedIn, one: Prosecution, **bound: forms.Form) -> HttpResponse:
    user, wanted = request.user, UnusedFilter(request.GET).wanted
    page = listing(shown.filtered(one, wanted), request.GET, COLUMNS, page_size=50)
    review = disclosing.of(one)
    officer = review.officer if review else None
    context = {
        "one": one,
        "child": frame.identity(one.case.pupil, user),
        "page": replace(page, rows=shown.rows(page.rows)),
        "wanted": wanted,
        "decisions": [("", "All"), *UnusedItem.Decision.choices],
        "exports": exports(request, "unused_export", one.pk),
        "left": UnusedItem.objects.filter(prosecution=one, decision=UnusedItem.Decision.OPEN).count(),
        "officer": officer,
        "decides": officer is not None and officer.pk == user.pk,
        "review": review,
        "officer_form": (bound.get("officer") or OfficerForm(officers=_officers()))
        if user.may("prosecute")
        else None,
        "forms": list(bound.values()),
        "works": user.may("test_prosecution"),
    }
    return render(request, "court/unused/list.jinja", context, status=400 if bound else 200)


@require_safe
@needs("see_prosecutions")
@opening.of_prosecution("unused material export")
def export(request: SignedIn, one: Prosecution, kind: str) -> HttpResponseBase:
    access.log_list(request, "unused material export")
    page = listing(
        shown.filtered(one, UnusedFilter(request.GET).wanted), request.GET, COLUMNS, page_size=MOST_ROWS
    )
    rows = ([row[c.key] for c in COLUMNS] for row in shown.rows(page.rows))
    return export_response(kind, "unused-material", tuple(c.text for c in COLUMNS), rows)


@require_POST
@needs("test_prosecution")
@opening.of_prosecution("unused material")
def look_again(request: SignedIn, one: Prosecution) -> HttpResponse:
    done(
        request,
        lambda: actions.look_again(prosecution_id=one.pk, **moment(request)),
        "The list is as the case file is now.",
    )
    return redirect("unused", pk=one.pk)


@require_POST
@needs("prosecute")
@opening.of_prosecution("unused material")
def officer(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = OfficerForm(request.POST, officers=_officers())
    if form.is_valid() and done(
        request, lambda: actions.name_officer(prosecution_id=one.pk, **form.cleaned_data, **moment(request)),
        "The disclosure officer is named.", form,
    ):  # fmt: skip
        return redirect("unused", pk=one.pk)
    return _page(request, one, officer=form)


@require_POST
@needs("test_prosecution")
@opening.of_prosecution("unused material")
def finish(request: SignedIn, one: Prosecution) -> HttpResponse:
    done(request, lambda: actions.finish(prosecution_id=one.pk, **moment(request)), "The schedule is made.")
    return redirect("unused", pk=one.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("test_prosecution")
def decide(request: SignedIn, pk: int) -> HttpResponseBase:
    row = get_object_or_404(UnusedItem.objects.visible_to(request.user), pk=pk)

    def found(request: SignedIn, one: Prosecution) -> HttpResponse:
        return _decide(request, one, row)

    return opening.of_prosecution("unused material")(found)(request, pk=row.prosecution_id)


def _decide(request: SignedIn, one: Prosecution, row: UnusedItem) -> HttpResponse:
    said: dict[str, Any] = {"because": row.because, "disclosed_on": row.disclosed_on}
    if row.decision != UnusedItem.Decision.OPEN:
        said |= {"decision": row.decision, "undermines": "yes" if row.undermines else "no"}
    form = DecideForm(request.POST) if request.method == "POST" else DecideForm(initial=said)
    if form.is_bound and form.is_valid():
        act = lambda: actions.decide(item_id=row.pk, **form.values, **moment(request))  # noqa: E731
        if done(request, act, "It is decided.", form):
            return redirect("unused", pk=one.pk)
    context = {
        "one": one, "row": row, "href": shown.href(row, request.user), "form": form,
        "child": frame.identity(one.case.pupil, request.user),
    }  # fmt: skip
    return render(request, "court/unused/decide.jinja", context, status=400 if form.is_bound else 200)


def _officers() -> Any:
    return holding("test_prosecution", timezone.localdate())
