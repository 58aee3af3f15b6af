"""Purchased work: the list, its file, one piece on its page; begun, written, given its children, shared, finished."""

from dataclasses import replace
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.registers.grid import academic_year
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.models import Register
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework.views.filling import filled, taken, typed
from mainstay.service.common import meanwhile
from mainstay.service.common.exports import export_response
from mainstay.service.common.keys import fold
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import Pupil, School
from mainstay.service.documents import rendering
from mainstay.service.purchased import kinds, papers, places
from mainstay.service.purchased import steps as tables
from mainstay.service.purchased.actions import writing
from mainstay.service.purchased.forms import (
    SCOPES,
    SERVICES,
    STATES,
    BeginForm,
    ChildrenFilter,
    WorksFilter,
    WriteForm,
)
from mainstay.service.purchased.models import Work
from mainstay.service.purchased.queries import parts
from mainstay.service.purchased.queries import works as shown
from mainstay.service.purchased.views.opening import METHODS, form_page, identity, of_work
from mainstay.service.record import access
from mainstay.service.traded.models import Booking

COLUMNS: Final = (
    Column("number", "Work", sort="pk", nowrap=True),
    Column("title", "Title", sort="title"),
    Column("service", "Service", sort="service"),
    Column("school", "School", sort="school__key"),
    Column("children", "Children"),
    Column("on", "Day", sort="on", nowrap=True),
    Column("state", "State", sort="state"),
    Column("owner", "Officer", sort="owner__name"),
)
SAID: Final = {
    "share": "The school sees it now.", "take_back": "The school sees it no longer, until you share it again.",
    "finish": "It is finished.", "reopen": "It is open again.",
}  # fmt: skip
#: children offered to choose from at once
MOST_CHILDREN: Final = 400


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, WorksFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="-on", page_size=page_size)


@require_safe
@needs("see_purchased")
def works(request: SignedIn) -> HttpResponse:
    user, wanted = request.user, WorksFilter(request.GET).wanted
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows, user)),
        "places": places.tabs(user, "purchased"),
        "wanted": wanted,
        "states": [s for s in STATES if s[0] != Work.State.DRAFT or not user.is_school_user],
        "scopes": [] if user.is_school_user else SCOPES,
        "services": SERVICES,
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "purchased_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "purchased/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "purchased work export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows, request.user)
    return export_response(kind, "purchased-work", shown.HEADER, rows)


@require_http_methods(METHODS)
@needs("work_purchased")
def write_up(request: SignedIn, pk: int) -> HttpResponse:
    """Begin the work of one booking; what there is already is shown first."""
    booking = get_object_or_404(
        Booking.objects.visible_to(request.user).select_related("school", "officer"), pk=pk
    )
    form = BeginForm(typed(request))
    made: list[Work] = []

    def act() -> None:
        made.append(
            writing.begin(booking_id=pk, title=form.cleaned_data["title"], by=request.user, at=timezone.now())
        )

    if filled(request, form, act, "It is begun. Write down what was done.", "purchased") is not None:
        work = made[0]
        return redirect("purchased_work", work.pk)
    there = Work.objects.visible_to(request.user).filter(booking=booking)
    context = {"booking": booking, "form": form, "kind": kinds.KINDS[booking.service], "there": list(there)}
    return render(request, "purchased/write_up.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("see_purchased")
@of_work("purchased work")
def work(request: SignedIn, one: Work) -> HttpResponse:
    user, kind = request.user, kinds.of(one)
    open_ = tables.WORK.open_to(user, one.state)
    context: dict[str, Any] = {
        "work": one,
        "kind": kind,
        "child": identity(request, one),
        "children": one.children,  # type: ignore[attr-defined]
        "colour": shown.COLOURS[one.state],
        "progress": shown.progress(one),
        "facts": shown.facts(one, user),
        "written": shown.written(one),
        "steps": [(step, step.missing(one)) for step in open_],
        "works": user.may("work_purchased") and one.state != Work.State.DONE,
        "takes_part": user.may("take_part_purchased") and one.state != Work.State.DONE,
        "of_school": user.is_school_user,
        "late": shown.late(one),
        "today": timezone.localdate(),
        "books": user.may("see_traded"),
        **parts.of(one, user),
    }
    return render(request, "purchased/work.jinja", context)


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased work write")
def write(request: SignedIn, one: Work) -> HttpResponse:
    kept = writing.kept(one)
    form = WriteForm(typed(request), work=one, initial={**kept, "seen": meanwhile.mark(kept)})

    def act() -> None:
        said = form.cleaned_data
        writing.write(work_id=one.pk, said=form.said, seen=said["seen"], by=request.user, at=timezone.now())

    return form_page(
        request, one, form, act, "It is written down.", heading="What was done", button="Save",
        intro="The school reads it once it is shared.", autosave=True,
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased work children")
def children(request: SignedIn, one: Work) -> HttpResponse:
    """Choose children of the school's roll: by year group and attendance, or by a name that is sent and kept in no address."""
    if kinds.of(one).about == kinds.NOBODY:
        raise Http404
    name = ""
    if request.method == "POST":
        name = request.POST.get("name", "").strip()[:80]
        add, remove = (_ids(request, key) for key in ("add", "remove"))
        if add or remove or not name:
            return taken(
                request,
                lambda: writing.choose(
                    work_id=one.pk, add=add, remove=remove, by=request.user, at=timezone.now()
                ),
                "The children are chosen.",
                "purchased_work",
                one.pk,
            )
    form = ChildrenFilter(request.GET)
    form.is_valid()
    offered = _offered(one, request.user, form.cleaned_data, name)
    context = {
        "work": one, "kind": kinds.of(one), "form": form, "rows": offered[:MOST_CHILDREN], "more": len(offered) > MOST_CHILDREN,
        "name": name, "chosen": one.children, "asked": bool(name or any(form.cleaned_data.values())),  # type: ignore[attr-defined]
        "one": kinds.of(one).about == kinds.ONE,
    }  # fmt: skip
    return render(request, "purchased/children.jinja", context)


def _ids(request: SignedIn, key: str) -> list[int]:
    return [int(value) for value in request.POST.getlist(key) if value.isdecimal() and len(value) < 15]


def _offered(one: Work, user: Any, wanted: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = Pupil.objects.visible_to(user).filter(school=one.school_id).exclude(purchased_work=one)
    if wanted.get("year"):
        found = found.filter(year_group=wanted["year"])
    if name:
        found = found.filter(key__contains=fold(name))
    elif not any(wanted.values()):
        return []
    year = academic_year(timezone.localdate())
    registers = Register.objects.filter(school=one.school_id, year=year, possible__gt=0).order_by()
    counts = registers.values_list("pupil_id", "attended", "possible")
    rates = {pupil: attended / possible for pupil, attended, possible in counts}
    rows: list[dict[str, Any]] = [
        {"pupil": pupil, "rate": rates.get(pupil.pk)} for pupil in found.order_by("key", "pk")
    ]
    if wanted.get("most"):
        rows = [row for row in rows if row["rate"] is not None and 100 * row["rate"] < wanted["most"]]
    return rows


@require_POST
@needs("work_purchased")
def go(request: SignedIn, pk: int, step: str) -> HttpResponse:
    if step not in tables.WORK:
        raise Http404
    get_object_or_404(Work.objects.visible_to(request.user), pk=pk)
    return taken(
        request,
        lambda: writing.take(work_id=pk, step=step, by=request.user, at=timezone.now()),
        SAID[step],
        "purchased_work",
        pk,
    )


@require_safe
@needs("see_purchased")
@of_work("purchased work report")
def report(request: SignedIn, one: Work) -> HttpResponse:
    """The report for the school, as a PDF."""
    values = papers.of_work(one, one.children)  # type: ignore[attr-defined]
    return pdf(rendering.render(papers.PAPER, values), f"{one.number.lower()}.pdf")


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
