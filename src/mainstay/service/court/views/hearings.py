"""Courts, sittings with their lists of the day, hearings, and the page on which one is written down."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.roles import GRANTS
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework.views.filling import filled, typed
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.ui.params import number
from mainstay.service.court import court_file, places
from mainstay.service.court.actions import disclosing
from mainstay.service.court.actions import hearings as actions
from mainstay.service.court.actions import sittings as sitting_actions
from mainstay.service.court.forms_hearings import (
    WHEN,
    CourtChangeForm,
    CourtForm,
    HearingForm,
    HearingsFilter,
    ListForm,
    NoteForm,
    SittingForm,
)
from mainstay.service.court.models import Court, Hearing, Prosecution, Sitting
from mainstay.service.court.opening_hearings import of_hearing
from mainstay.service.court.queries import hearings as shown
from mainstay.service.court.queries.prosecutions import defendant
from mainstay.service.court.steps_hearings import kind_of
from mainstay.service.penalties.for_court import COLUMNS as COURT_COLUMNS
from mainstay.service.record import access, frame

METHODS: Final = ["GET", "HEAD", "POST"]
COLUMNS: Final = (
    Column("number", "Prosecution", sort="prosecution__pk", nowrap=True),
    Column("starts", "When", sort="sitting__starts", nowrap=True),
    Column("court", "Court", sort="sitting__court__name"),
    Column("defendant", "Defendant", sort="prosecution__parent__key"),
    Column("child", "Child"),
    Column("kind", "Hearing", sort="kind"),
    Column("outcome", "Outcome", sort="outcome"),
    Column("needed", "Needed"),
)
SITTINGS: Final = (
    Column("starts", "When", sort="starts", nowrap=True),
    Column("court", "Court", sort="court__name"),
    Column("presenter", "Presents", sort="presenter__name"),
    Column("many", "Cases", sort="many", numeric=True),
)
TO_LIST: Final = (
    Column("number", "Prosecution", sort="pk", nowrap=True),
    Column("defendant", "Defendant", sort="parent__key"),
    Column("child", "Child"),
    Column("school", "School", sort="school__key"),
    Column("offence", "Offence", sort="offence", nowrap=True),
    Column("state", "State", sort="state"),
    Column("reply_by", "Reply by", sort="reply_by", nowrap=True),
    Column("next", "Comes next"),
)


def who_prosecutes() -> Any:
    """Whoever may present a case, for a choice."""
    may = [role for role, grant in GRANTS.items() if "prosecute" in grant.permissions]
    held = RoleHeld.objects.on(timezone.localdate()).filter(role__in=may).order_by().values("user_id")
    return User.objects.filter(pk__in=held, is_active=True).order_by("name")


def _officers() -> Any:
    may = [role for role, grant in GRANTS.items() if grant.permissions & {"prosecute", "work_case"}]
    held = RoleHeld.objects.on(timezone.localdate()).filter(role__in=may).order_by().values("user_id")
    return User.objects.filter(pk__in=held, is_active=True).order_by("name")


@require_http_methods(METHODS)
@needs("prosecute")
def courts(request: SignedIn) -> HttpResponse:
    form = CourtForm(typed(request))

    def act() -> None:
        sitting_actions.add_court(by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The court is added.", "courts")) is not None:
        return response
    context = {
        "courts": list(Court.objects.all()),
        "form": form,
        "places": places.tabs(request.user, "courts"),
    }
    return render(request, "court/hearings/courts.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("prosecute")
def court(request: SignedIn, pk: int) -> HttpResponse:
    one = get_object_or_404(Court, pk=pk)
    now = {"code": one.code, "address": one.address, "closed": one.closed_on is not None}
    form = CourtChangeForm(typed(request), initial=now)

    def act() -> None:
        sitting_actions.change_court(court_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The court is changed.", "courts")) is not None:
        return response
    context = {
        "form": form,
        "heading": one.name,
        "caption": "Court",
        "button": "Save",
        "back": reverse("courts"),
    }
    return render(request, "court/hearings/plain_form.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("see_prosecutions")
def sittings(request: SignedIn) -> HttpResponse:
    """Sittings to come, or all; a new one is added beneath by whoever prosecutes."""
    user = request.user
    form = SittingForm(typed(request), presenters=who_prosecutes())

    def act() -> None:
        said = form.cleaned_data
        sitting_actions.add_sitting(
            court_id=said["court"].pk, starts=form.moment, courtroom=said["courtroom"], presenter=said["presenter"],
            by=user, at=timezone.now(),
        )  # fmt: skip

    if (response := filled(request, form, act, "The sitting is added.", "sittings")) is not None:
        return response
    every = request.GET.get("when") == "all"
    rows = Sitting.objects.select_related("court", "presenter") if every else shown.sittings(timezone.now())
    visible = Hearing.objects.visible_to(user).order_by().values("pk")
    rows = rows.annotate(many=Count("hearings", filter=Q(hearings__in=visible)))
    page = listing(rows, request.GET, SITTINGS, default_sort="-starts" if every else "starts")
    context = {
        "page": replace(page, rows=[_sitting_row(row) for row in page.rows]),
        "form": form,
        "every": every,
        "may_add": user.may("prosecute"),
        "places": places.tabs(user, "sittings"),
    }
    return render(request, "court/hearings/sittings.jinja", context, status=400 if form.is_bound else 200)


def _sitting_row(row: Any) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "url": reverse("sitting", args=[row.pk]),
        "label": row.court.name,
        "starts": row.starts,
        "court": f"{row.court.name}{f', {row.courtroom}' if row.courtroom else ''}",
        "presenter": row.presenter.name if row.presenter else "Nobody yet",
        "many": row.many,
    }


@require_safe
@needs("see_prosecutions")
def sitting(request: SignedIn, pk: int) -> HttpResponse:
    """The list of the day: one line a case with what is needed, made to be printed."""
    one = get_object_or_404(Sitting.objects.select_related("court", "presenter"), pk=pk)
    found = list(_of_sitting(request.user, one))
    access.log_reads(request, [each.prosecution.case.pupil_id for each in found], page="list of the day")
    context = {
        "one": one,
        "rows": shown.rows(found),
        "clashes": sitting_actions.clashes(one) if request.user.may("prosecute") else [],
        "may_file": bool(found) and request.user.may("export_lists"),
        "offenders": len(found),
    }
    return render(request, "court/hearings/sitting.jinja", context)


def _of_sitting(user: Any, one: Sitting) -> Any:
    found = Hearing.objects.visible_to(user).filter(sitting=one).exclude(outcome=Hearing.Outcome.VACATED)
    return shown.with_papers(found).select_related(*shown.SHOWN_WITH, "prosecution__notice").order_by("pk")


@require_safe
@needs("export_lists")
def sitting_file(request: SignedIn, pk: int, kind: str) -> HttpResponseBase:
    """The neutral file for the court: one row per defendant per charge."""
    one = get_object_or_404(Sitting, pk=pk)
    found = [each.prosecution for each in _of_sitting(request.user, one)]
    return _file(request, found, kind, reverse("sitting", args=[pk]))


def _file(request: SignedIn, found: list[Prosecution], kind: str, back: str) -> HttpResponseBase:
    try:
        rows = court_file.rows(found, request.user, timezone.localdate())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    access.log_reads(request, [one.case.pupil_id for one in found], page="file for the court")
    return export_response(kind, "court", COURT_COLUMNS, rows)


@require_http_methods(METHODS)
@needs("prosecute")
def to_list(request: SignedIn) -> HttpResponseBase:
    """Prosecutions before the court without a day: ticked ones go onto a sitting, or into a file for the court."""
    user, now = request.user, timezone.now()
    form = ListForm(
        typed(request) if request.POST.get("action") == "list" else None, sittings=shown.sittings(now)
    )
    waiting = shown.to_list(user)
    if request.method == "POST":
        ticked = [pk for text in request.POST.getlist("prosecution") if (pk := number(text)) is not None]
        if request.POST.get("action") == "file":
            chosen = list(waiting.filter(pk__in=ticked).order_by("pk"))
            if chosen:
                return _file(request, chosen, "csv", reverse("court_to_list"))
            messages.error(request, "Tick at least one prosecution.")
            return redirect("court_to_list")

        def act() -> None:
            sitting_actions.put_onto(
                sitting_id=form.cleaned_data["sitting"].pk, prosecution_ids=ticked, kind=form.cleaned_data["kind"],
                by=user, at=timezone.now(),
            )  # fmt: skip

        if (response := filled(request, form, act, "The cases are on the list.", "sittings")) is not None:
            return response
    page = listing(waiting, request.GET, TO_LIST, default_sort="reply_by")
    context = {
        "page": replace(page, rows=[_waiting_row(one) for one in page.rows]),
        "form": form,
        "may_file": user.may("export_lists"),
        "places": places.tabs(user, "court_to_list"),
    }
    return render(request, "court/hearings/to_list.jinja", context, status=400 if form.is_bound else 200)


def _waiting_row(one: Prosecution) -> dict[str, Any]:
    return {
        "pk": one.pk,
        "url": reverse("prosecution", args=[one.pk]),
        "label": one.number,
        "number": one.number,
        "defendant": defendant(one),
        "child": one.case.pupil.initials,
        "school": (one.school or one.case.school).name,
        "offence": shown.offence(one),
        "state": one.get_state_display(),
        "reply_by": one.reply_by,
        "next": Hearing.Kind(kind_of(one)).label,
    }


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, HearingsFilter(request.GET).wanted, timezone.now())
    return listing(found, request.GET, COLUMNS, default_sort="starts", page_size=page_size)


@require_safe
@needs("see_prosecutions")
def hearings(request: SignedIn) -> HttpResponse:
    wanted = HearingsFilter(request.GET).wanted
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "wanted": wanted,
        "whens": WHEN,
        "kinds": [("", "Any"), *Hearing.Kind.choices],
        "courts": [("", "Any"), *Court.objects.values_list("pk", "name")],
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "hearings_export"),
        "filtered": any(wanted.values()),
        "places": places.tabs(request.user, "hearings"),
    }
    return render(request, "court/hearings/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "hearings export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows)
    return export_response(kind, "hearings", shown.HEADER, rows)


@require_http_methods(METHODS)
@needs("see_prosecutions")
@of_hearing("hearing")
def hearing(request: SignedIn, one: Hearing) -> HttpResponse:
    """Before it: what is needed. On the day: the page to write it down. Afterwards: what was written."""
    user, prosecution = request.user, one.prosecution
    may = user.may("prosecute")
    form, note = None, NoteForm()
    if may and not one.outcome:
        later = shown.sittings(timezone.now()).exclude(pk=one.sitting_id)
        form = HearingForm(
            typed(request), sittings=later, officers=_officers(), initial={"disclosure_officer": disclosing.officer_of(prosecution) or prosecution.legal_owner_id or user.pk}
        )  # fmt: skip

        def act() -> None:
            assert form is not None
            actions.record(hearing_id=one.pk, held=form.held, by=user, at=timezone.now())

        if (
            response := filled(request, form, act, "The hearing is recorded.", "hearing", one.pk)
        ) is not None:
            return response
    if may and one.outcome:
        note = NoteForm(typed(request))

        def add() -> None:
            actions.add_note(hearing_id=one.pk, by=user, at=timezone.now(), **note.cleaned_data)

        if (response := filled(request, note, add, "Added to the notes.", "hearing", one.pk)) is not None:
            return response
    result = one.results.first()
    context = {
        "one": one,
        "prosecution": prosecution,
        "child": frame.identity(prosecution.case.pupil, user),
        "form": form,
        "note": note,
        "may": may,
        "needed": shown.needed(one) if not one.outcome else [],
        "facts": shown.facts(one) if one.outcome else [],
        "directions": list(one.directions.all()),
        "result": result,
        "to_decide": may and one.outcome == Hearing.Outcome.DECIDED and result is None,
        "begun": one.sitting.starts <= timezone.now(),
    }
    bad = (form is not None and form.is_bound) or note.is_bound
    return render(request, "court/hearings/hearing.jinja", context, status=400 if bad else 200)
