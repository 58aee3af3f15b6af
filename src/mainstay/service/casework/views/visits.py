"""One visit: planned, checked in and out, written up on a phone, its cards."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.casework import information
from mainstay.service.casework.actions import visit_alarms, visit_cards, visit_letters
from mainstay.service.casework.actions import visits as actions
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.forms_passages import Box
from mainstay.service.casework.forms_visits import (
    AppointmentForm,
    CardForm,
    RecordForm,
    StayForm,
    VisitForm,
    WordsForm,
)
from mainstay.service.casework.models import Case, Visit, VisitCard
from mainstay.service.casework.queries import appointments, passages, visits
from mainstay.service.casework.steps_visits import VISIT
from mainstay.service.casework.views.opening import NONE, cases, of_case
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.sealed import went_in
from mainstay.service.common.uploads.store import file_response
from mainstay.service.record import frame

State = Visit.State
NEW_OR_POST: Final = ["GET", "HEAD", "POST"]


@require_http_methods(NEW_OR_POST)
@needs("work_case")
@of_case(cases, "visit new")
def new(request: SignedIn, case: Case) -> HttpResponse:
    colleagues = holding("work_case", timezone.localdate()).exclude(pk=request.user.pk)
    form = VisitForm(request.POST if request.method == "POST" else None, colleagues=colleagues)
    if form.is_valid():
        try:
            made = actions.plan(case_id=case.pk, by=request.user, at=timezone.now(), **form.values)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The visit is planned.", extra_tags=f"visit-new-{case.pk}")
            return redirect("visit", pk=made.pk)
    context = {"case": case, "child": frame.identity(case.pupil, request.user), "form": form}
    return render(request, "casework/visit_new.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("work_case")
@of_case(visits.shown_with, "visit")
def visit(request: SignedIn, one: Visit) -> HttpResponse:
    return page(request, one)


def page(request: SignedIn, one: Visit, bound: Mapping[str, forms.Form] = NONE) -> HttpResponse:
    """The visit; bound: forms that were not right, as they were typed."""
    user, now = request.user, timezone.now()
    state, parents = visits.state_of(one), parents_of(one.case.pupil_id, timezone.localdate())
    steps = {step.name: step for step in VISIT.open_to(user, state)}
    goes = actions.makes(one, user)
    announces = appointments.announces(one)
    letters = appointments.each(one, timezone.localdate(), user) if announces else []
    sent = appointments.sent_for(one) if one.announced else []
    context: dict[str, Any] = {
        "visit": one,
        "child": frame.identity(one.case.pupil, user),
        "state": state,
        "colour": visits.COLOURS[state],
        "rows": visits.summary(one),
        "steps": steps,
        "goes": goes,
        "begun": one.meeting.starts <= now,
        "writes": state in (State.THERE, State.LEFT),
        "texts": passages.written([one], visits.LABELS, user).get(one.pk, []),
        "information": information.beside(one, one.case.pupil, user) if one.arrived_at or sent else None,
        "letters": letters,
        "letters_sent": sent,
        "letter_form": bound.get("letter") or _letter_form(one, letters),
        "cards": list(one.cards.select_related("document")),
        "stay_form": StayForm() if goes and state == State.THERE else None,
        "cancel_form": bound.get("cancel") or (WordsForm() if "cancel" in steps else None),
        "card_form": CardForm(parents=parents) if parents and one.arrived_at else None,
        "looked_for": one.alarmed_at is not None and one.answered_at is None and state in (State.THERE, State.PLANNED),
        "answer_form": bound.get("answer") or _answer_form(),
    }  # fmt: skip
    return render(request, "casework/visit.jinja", context, status=400 if bound else 200)


def _letter_form(one: Visit, rows: list[appointments.To], data: Any = None) -> AppointmentForm | None:
    if not any(row.open for row in rows):
        return None
    return AppointmentForm(data, rows=rows, elsewhere=one.place == Visit.Place.ELSEWHERE)


def _answer_form(data: Any = None) -> WordsForm:
    return WordsForm(
        data, label="How the officer is, and how you know", missing="Say how the officer is", name="answer"
    )


@require_POST
@needs("work_case")
@of_case(visits.shown_with, "visit")
def arrive(request: SignedIn, one: Visit) -> HttpResponse:
    return _step(
        request, one, lambda said: actions.arrive(**said), "Noted: you are arriving. Say so when you leave."
    )


@require_POST
@needs("work_case")
@of_case(visits.shown_with, "visit")
def leave(request: SignedIn, one: Visit) -> HttpResponse:
    return _step(
        request, one, lambda said: actions.leave(**said), "Noted: you are safe. Write up the visit next."
    )


@require_POST
@needs("work_case")
@of_case(visits.shown_with, "visit")
def stay(request: SignedIn, one: Visit) -> HttpResponse:
    form = StayForm(request.POST)
    minutes = form.cleaned_data["minutes"] if form.is_valid() else 0
    return _step(request, one, lambda said: actions.stay(minutes=minutes, **said), "Noted: you stay longer.")


@require_POST
@needs("work_case")
@of_case(visits.shown_with, "visit")
def cancel(request: SignedIn, one: Visit) -> HttpResponse:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return page(request, one, {"cancel": form})
    because = form.cleaned_data["words"]
    return _step(
        request, one, lambda said: actions.cancel(because=because, **said), "The visit is cancelled."
    )


@require_POST
@needs("see_team")
@of_case(visits.shown_with, "visit")
def alarm(request: SignedIn, one: Visit) -> HttpResponse:
    """A manager writes what they found out about an officer who was looked for."""
    form = _answer_form(request.POST)
    if not form.is_valid():
        return page(request, one, {"answer": form})
    words = form.cleaned_data["words"]
    return _step(request, one, lambda said: visit_alarms.answer(words=words, **said), "Your answer is kept.")


def _step(request: SignedIn, one: Visit, act: Any, done: str) -> HttpResponse:
    try:
        act({"visit_id": one.pk, "by": request.user, "at": timezone.now()})
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("visit", pk=one.pk)


@require_http_methods(NEW_OR_POST)
@needs("work_case")
@of_case(visits.shown_with, "visit record")
def record(request: SignedIn, one: Visit) -> HttpResponse:
    """What came of it, on a phone too; "finish" closes the record."""
    if request.method != "POST":
        return _record_page(request, one, RecordForm(visit=one, boxes=_boxes(one, request.user)))
    form = RecordForm(request.POST, visit=one, boxes=_boxes(one, request.user))
    if not form.is_valid():
        return _record_page(request, one, form, status=400)
    said: dict[str, Any] = {"visit_id": one.pk, "by": request.user, "at": timezone.now()}
    try:
        one, beside, stands = actions.save(**said, **form.values)
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return _record_page(request, one, form, status=400)
    if beside or stands:
        one = visits.shown_with(request.user).get(pk=one.pk)
        fresh = RecordForm(visit=one, boxes=_boxes(one, request.user))
        answered = form.answered if stands else []
        return _record_page(request, one, fresh, status=409, stands=stands, answered=answered)
    try:
        if "finish" in request.POST:
            actions.record(**said)
    except StepRefused as refusal:
        # from a fresh page: what is written next lies over what was saved just now, not beside it
        messages.error(request, f"What you wrote is saved, but the record is not finished. {refusal}")
        return went_in(request, "visit_record", pk=one.pk)
    messages.success(request, "What you wrote is saved.", extra_tags=f"visit-{one.pk}")
    return went_in(request, "visit", pk=one.pk)


def _boxes(one: Visit, user: Any) -> list[Box]:
    parents = parents_of(one.case.pupil_id, timezone.localdate())
    said = Box("said", visits.LABELS["said"], "Facts first; say what is your opinion.")
    wanted = [said, *passages.views_of(parents), Box("next", visits.LABELS["next"])]
    return passages.filled(wanted, one, user)


def _record_page(
    request: SignedIn, one: Visit, form: RecordForm, *, status: int = 200, **both: Any
) -> HttpResponse:
    """both: whether answers given meanwhile stand, and what this person had answered."""
    context = {
        "visit": one,
        "child": frame.identity(one.case.pupil, request.user),
        "form": form,
        "writes": one.state in (State.THERE, State.LEFT),
        "there": one.state == State.THERE,
        "both": status == 409,
        **both,
    }
    return render(request, "casework/visit_record.jinja", context, status=status)


@require_POST
@needs("work_case")
@of_case(visits.shown_with, "visit")
def card(request: SignedIn, one: Visit) -> HttpResponse:
    """Make the card for one parent."""
    form = CardForm(request.POST, parents=parents_of(one.case.pupil_id, timezone.localdate()))
    if not form.is_valid():
        messages.error(request, "Choose for whom the card is.")
        return redirect("visit", pk=one.pk)
    parent = form.cleaned_data["parent"]
    return _step(
        request, one, lambda said: visit_cards.leave(parent=parent, **said), "The card is made: print it."
    )


@require_POST
@needs("work_case")
@of_case(visits.shown_with, "visit")
def announce(request: SignedIn, one: Visit) -> HttpResponse:
    """The letter that announces the visit goes to those ticked."""
    rows = appointments.each(one, timezone.localdate(), request.user) if appointments.announces(one) else []
    form = _letter_form(one, rows, request.POST)
    if form is None:
        messages.error(request, "There is nobody left to write to about this visit.")
        return redirect("visit", pk=one.pk)
    if not form.is_valid():
        return page(request, one, {"letter": form})
    said = form.cleaned_data
    return _step(
        request, one, lambda who: visit_letters.announce(parents=said["parents"], where=said.get("where", ""), **who),
        "The letters are made, each parent’s own. Print and post them today.",
    )  # fmt: skip


@require_safe
@needs("work_case")
@of_case(visits.shown_with, "visit card")
def card_file(request: SignedIn, one: Visit, card: int) -> HttpResponseBase:
    """The card as a PDF; its file name tells nothing about the family."""
    found = get_object_or_404(VisitCard.objects.select_related("document__file"), pk=card, visit=one)
    return file_response(found.document.file, f"VC-{one.pk:07}.pdf")
