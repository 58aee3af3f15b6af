"""Results: the register, one with what follows from it, the yearly report; discontinuing and the look back after court."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework import sending
from mainstay.service.casework.views.fast_track_inviting import pdf
from mainstay.service.casework.views.filling import filled, taken, typed
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.court import antecedents as known
from mainstay.service.court import letters_results, places, values
from mainstay.service.court.actions import costs as costs_actions
from mainstay.service.court.actions import results as actions
from mainstay.service.court.actions import stopping, telling, voiding
from mainstay.service.court.forms_results import (
    STANDS,
    AfterForm,
    AppealForm,
    CostsForm,
    DiscontinueForm,
    DismissedForm,
    EventForm,
    PassForm,
    ResultForm,
    ResultsFilter,
    TellForm,
)
from mainstay.service.court.models import Prosecution, Result, Sentence
from mainstay.service.court.opening import of_prosecution
from mainstay.service.court.opening_hearings import of_result
from mainstay.service.court.queries import results as shown
from mainstay.service.court.sentencing import maximum
from mainstay.service.court.steps import PROSECUTION
from mainstay.service.directory.models import School
from mainstay.service.documents.homes import NOWHERE, homes
from mainstay.service.record import access, frame
from mainstay.service.record.models import Deadline

METHODS: Final = ["GET", "HEAD", "POST"]
COLUMNS: Final = (
    Column("number", "Prosecution", sort="prosecution__pk", nowrap=True),
    Column("on", "Day", sort="on", nowrap=True),
    Column("defendant", "Defendant", sort="prosecution__parent__key"),
    Column("child", "Child"),
    Column("school", "School", sort="prosecution__school__key"),
    Column("offence", "Charged", sort="prosecution__offence", nowrap=True),
    Column("verdict", "Verdict", sort="verdict"),
    Column("sentence", "Sentence"),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, ResultsFilter(request.GET).wanted, timezone.localdate())
    return listing(found, request.GET, COLUMNS, default_sort="-on", page_size=page_size)


@require_safe
@needs("see_prosecutions")
def results(request: SignedIn) -> HttpResponse:
    user, wanted, today = request.user, ResultsFilter(request.GET).wanted, timezone.localdate()
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows, today)),
        "wanted": wanted,
        "years": [("", "Any"), *shown.year_choices(today)],
        "verdicts": [("", "Any"), *Result.Verdict.choices],
        "offences": [("", "Any"), *Prosecution.Offence.choices],
        "sentences": [("", "Any"), *Sentence.Kind.choices],
        "stands": STANDS,
        "schools": [("", "Any"), *School.objects.visible_to(user).order_by("key").values_list("pk", "name")],
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "court_results_export"),
        "filtered": any(wanted.values()),
        "spent_hidden": not user.may("see_privileged"),
        "places": places.tabs(user, "court_results"),
    }
    return render(request, "court/results/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "court results export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows, timezone.localdate())
    return export_response(kind, "court-results", shown.HEADER, rows)


def _year(request: SignedIn) -> int:
    """The year asked for; this one where none is."""
    offered = [year for year, _ in shown.year_choices(timezone.localdate())]
    asked = params.number(request.GET.get("year"))
    return asked if asked in offered else offered[0]


@require_safe
@needs("see_prosecutions")
def report(request: SignedIn) -> HttpResponse:
    context = {
        "found": shown.report(request.user, _year(request)),
        "years": shown.year_choices(timezone.localdate()),
        "exports": exports(request, "court_report_export"),
        "places": places.tabs(request.user, "court_report"),
        "few": shown.FEW,
        "few_sum": shown.FEW_SUM,
    }
    return render(request, "court/results/report.jinja", context)


@require_safe
@needs("export_lists")
def report_export(request: SignedIn, kind: str) -> HttpResponseBase:
    year = _year(request)
    rows = shown.report_rows(shown.report(request.user, year))
    return export_response(kind, f"court-report-{year}", ("Part", "Figure", "Number"), rows)


@require_http_methods(METHODS)
@needs("prosecute")
@of_prosecution("result")
def result_new(request: SignedIn, one: Prosecution) -> HttpResponse:
    """The result of the hearing recorded as decided."""
    schedule = one.costs_schedules.first()
    asked = {"costs_asked": f"{schedule.total_pence / 100:.2f}"} if schedule else {}
    form = ResultForm(typed(request), initial=asked)

    def act() -> None:
        actions.decide(prosecution_id=one.pk, decided=form.decided, by=request.user, at=timezone.now())

    done = "The result is recorded. Next: tell the school and the officer."
    if (response := filled(request, form, act, done, "prosecution", one.pk)) is not None:
        return response
    open_ = one.state in PROSECUTION["decide"].sources
    missing = (
        PROSECUTION["decide"].missing(one) if open_ else ["The result is recorded already, or there is none."]
    )
    context = {**_frame(request, one), "form": form, "missing": missing, "maximum": maximum(one, one.offence)}
    return render(request, "court/results/new.jinja", context, status=400 if form.is_bound else 200)


def _frame(request: SignedIn, one: Prosecution) -> dict[str, Any]:
    return {"one": one, "child": frame.identity(one.case.pupil, request.user)}


@require_safe
@needs("see_prosecutions")
@of_result("court result")
def result(request: SignedIn, one: Result) -> HttpResponse:
    user, today, prosecution = request.user, timezone.localdate(), one.prosecution
    may = user.may("prosecute") and not one.void
    kinds = {part.kind for part in one.sentences.all()}
    about = (
        Deadline.objects.visible_to(user)
        .open()
        .filter(about_kind=one._meta.label_lower, about_id=str(one.pk))
    )
    context = {
        "one": one,
        "prosecution": prosecution,
        "child": frame.identity(prosecution.case.pupil, user),
        "colour": shown.COLOURS[one.verdict],
        "facts": shown.facts(one, today),
        "spent": shown.spent(one, today),
        "deadlines": list(about.order_by("last_day", "pk")),
        "to_tell": may and one.told_school_at is None,
        # of one discontinued it is made at once
        "to_write": may and one.letter_service_id is None and one.verdict != Result.Verdict.DISCONTINUED,
        "may_event": may and one.convicted,
        "may_appeal": may and one.convicted and one.appealed_on is None,
        "under_appeal": may and one.appealed_on is not None and one.appeal_dismissed_on is None,
        "to_pass": may and Sentence.Kind.DEFERRED in kinds,
        "today": today,
    }
    return render(request, "court/results/page.jinja", context)


def _form_page(
    request: SignedIn, one: Result, form: forms.Form, act: Callable[[], Any], said: tuple[str, str, str, str]
) -> HttpResponse:
    """A step of a result. said: heading, what it leads to, button, what is said when it is done."""
    heading, intro, button, done = said
    if (response := filled(request, form, act, done, "prosecution", one.prosecution_id)) is not None:
        return response
    context = {
        **_frame(request, one.prosecution), "form": form, "heading": heading, "intro": intro, "button": button,
        "back": reverse("court_result", args=[one.pk]), "caption": one.prosecution.number,
    }  # fmt: skip
    return render(request, "court/hearings/form.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("prosecute")
@of_result("court result")
def tell(request: SignedIn, one: Result) -> HttpResponse:
    form = TellForm(typed(request))

    def act() -> None:
        telling.tell_result(result_id=one.pk, actions=form.actions, by=request.user, at=timezone.now())

    said = (
        "Tell the school and the officer",
        ("The school reads the result and its own actions in the chronology, the officer gets each action with its day. "
        "Write nothing about another parent."),
        "Tell them", "The school and the officer are told.",
    )  # fmt: skip
    return _form_page(request, one, form, act, said)


@require_http_methods(METHODS)
@needs("prosecute")
@of_result("court result")
def void(request: SignedIn, one: Result) -> HttpResponse:
    form = EventForm(typed(request))

    def act() -> None:
        voiding.make_void(result_id=one.pk, event=form.event, by=request.user, at=timezone.now())

    said = (
        "The result is void", ("It stays in the register, struck and named void. The case goes back to the court, "
        "unless an appeal was allowed."), "Record it", "The result is void.",
    )  # fmt: skip
    return _form_page(request, one, form, act, said)


@require_http_methods(METHODS)
@needs("prosecute")
@of_result("court result")
def appeal(request: SignedIn, one: Result) -> HttpResponse:
    form = AppealForm(typed(request))

    def act() -> None:
        voiding.appealed(result_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    said = ("Appeal to the Crown Court", "The result stands until that court decides.", "Record the appeal", "The appeal is recorded.")  # fmt: skip
    return _form_page(request, one, form, act, said)


@require_http_methods(METHODS)
@needs("prosecute")
@of_result("court result")
def dismissed(request: SignedIn, one: Result) -> HttpResponse:
    form = DismissedForm(typed(request))

    def act() -> None:
        voiding.appeal_dismissed(result_id=one.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    said = ("The appeal was dismissed", "Or abandoned: the result stands.", "Record it", "The result stands.")
    return _form_page(request, one, form, act, said)


@require_http_methods(METHODS)
@needs("prosecute")
@of_result("court result")
def sentence(request: SignedIn, one: Result) -> HttpResponse:
    form = PassForm(typed(request))

    def act() -> None:
        on = form.cleaned_data["on"]
        actions.pass_sentence(result_id=one.pk, on=on, passed=form.passed, by=request.user, at=timezone.now())

    said = ("The deferred sentence", "It takes the place of the deferral.", "Record the sentence", "The sentence is recorded.")  # fmt: skip
    return _form_page(request, one, form, act, said)


@require_POST
@needs("prosecute")
@of_result("court result")
def letter(request: SignedIn, one: Result) -> HttpResponse:
    by_hand = request.POST.get("way") == "hand"

    def act() -> None:
        telling.send_letter(result_id=one.pk, by_hand=by_hand, by=request.user, at=timezone.now())

    done = (
        "The letter is made. Print it, hand it over, and record the day."
        if by_hand
        else "The letter is made. Print and post it today."
    )
    return taken(request, act, done, "court_result", one.pk)


@require_safe
@needs("prosecute")
@of_result("court result")
def letter_preview(request: SignedIn, one: Result) -> HttpResponse:
    """The letter as the parent would get it today."""
    if one.void:
        messages.error(request, "This result is void: there is no letter about it.")
        return redirect("court_result", one.pk)
    prosecution, today = one.prosecution, timezone.localdate()
    home = homes([prosecution.parent_id], prosecution.case.pupil, today, request.user).get(
        prosecution.parent_id, NOWHERE
    )
    return pdf(sending.render(letters_results.about(one, prosecution, home, today, request.user)), "preview")


def _step_page(
    request: SignedIn,
    one: Prosecution,
    form: forms.Form,
    act: Callable[[], Any],
    step: str,
    said: tuple[str, str, str],
) -> HttpResponse:
    """A step of a prosecution. said: heading, what it leads to, what is said when it is done."""
    heading, intro, done = said
    if (response := filled(request, form, act, done, "prosecution", one.pk)) is not None:
        return response
    of = PROSECUTION[step]
    missing = (
        of.missing(one)
        if one.state in of.sources
        else [f"This prosecution is {one.get_state_display().lower()}."]
    )
    context = {
        **_frame(request, one), "form": form, "heading": heading, "intro": intro, "button": of.label,
        "caption": one.number, "missing": missing, "step": of.label.lower(), "back": reverse("prosecution", args=[one.pk]),
    }  # fmt: skip
    return render(request, "court/hearings/form.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("work_case")
@of_prosecution("after court")
def after(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = AfterForm(typed(request))

    def act() -> None:
        said = form.cleaned_data
        telling.check_after(
            prosecution_id=one.pk,
            improved=said["improved"] == "yes",
            found=said["found"],
            by=request.user,
            at=timezone.now(),
        )

    said = (
        "Attendance after court",
        "Four to six school weeks after the result.",
        "The prosecution is closed.",
    )
    return _step_page(request, one, form, act, "close", said)


@require_http_methods(METHODS)
@needs("prosecute")
@of_prosecution("discontinue")
def discontinue(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = DiscontinueForm(typed(request))

    def act() -> None:
        stopping.discontinue(prosecution_id=one.pk, by=request.user, at=timezone.now(), **form.said)

    said = (
        "Discontinue",
        ("Hearings to come are taken off. The parent has a letter, the school and the officer are told that it is over, and "
        "you are reminded to tell the court today."),
        "The prosecution is discontinued.",
    )  # fmt: skip
    return _step_page(request, one, form, act, "discontinue", said)


@require_http_methods(METHODS)
@needs("prosecute")
@of_prosecution("costs")
def costs(request: SignedIn, one: Prosecution) -> HttpResponse:
    form = CostsForm(typed(request), rate_pence=values.hourly_rate(timezone.localdate()))

    def act() -> None:
        said = form.cleaned_data
        costs_actions.make(
            prosecution_id=one.pk, rate_pence=said["rate_pence"], lines=form.lines, other_what=said["other_what"],
            other_pence=said["other_pence"], by=request.user, at=timezone.now(),
        )  # fmt: skip

    if (
        response := filled(request, form, act, "The costs schedule is made.", "prosecution", one.pk)
    ) is not None:
        return response
    context = {
        **_frame(request, one), "form": form, "heading": "Costs schedule", "button": "Make the schedule", "caption": one.number,
        "intro": "Hours at the council’s rate. A new schedule takes the place of the one before, which stays among the documents.",
        "back": reverse("prosecution", args=[one.pk]),
    }  # fmt: skip
    return render(request, "court/hearings/form.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("prosecute")
@of_prosecution("antecedents")
def antecedents(request: SignedIn, one: Prosecution) -> HttpResponse:
    return pdf(known.paper(one, request.user, timezone.localdate()), f"antecedents-{one.number}")
