"""An interview under caution: one screen at a time; and its record, as it stands and as a PDF."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework import interview_record, interview_screens
from mainstay.service.casework.actions import interviewing
from mainstay.service.casework.fast_track_words import CAUTION_ASSUMED
from mainstay.service.casework.forms_interview import (
    AddForm,
    NoteForm,
    QuestionForm,
    ReadForm,
    ResumeForm,
    ScreenForm,
    SignForm,
    StopForm,
)
from mainstay.service.casework.models import Interview
from mainstay.service.casework.queries import interviews as shown
from mainstay.service.casework.steps_fast_track import INTERVIEW
from mainstay.service.casework.views.fast_track_inviting import pdf
from mainstay.service.casework.views.fast_tracks import METHODS, opened
from mainstay.service.casework.views.filling import filled, taken, typed
from mainstay.service.documents import rendering
from mainstay.service.record import access, frame

State = Interview.State


@require_POST
@needs("interview")
def begin(request: SignedIn, pk: int, parent: int) -> HttpResponse:
    one = opened(request, pk)
    if parent not in {to.parent_id for to in one.asked()}:
        raise Http404
    found: list[Interview] = []

    def act() -> None:
        found.append(
            interviewing.begin(fast_track_id=pk, parent_id=parent, by=request.user, at=timezone.now())
        )

    response = taken(request, act, "The interview has begun.", "fast_track_hold", pk)
    return redirect("interview_go", found[0].pk) if found else response


def drafts(pk: int) -> str:
    """Under which name a browser keeps what is typed and not sent: each form's after it, so that a step forgets its own."""
    return f"interview-{pk}"


def _opened(request: SignedIn, pk: int) -> Interview:
    rows = Interview.objects.visible_to(request.user).select_related(*shown.SHOWN_WITH)
    one = get_object_or_404(rows, pk=pk)
    if not access.may_open(request.user, one.fast_track.case.pupil):
        raise Http404
    if request.method != "POST":
        access.log_read(request, one.fast_track.case.pupil, page="interview under caution")
    return one


@require_safe
@needs("read_interviews")
def interview(request: SignedIn, pk: int) -> HttpResponse:
    """The record: every line, whether it is as it was signed, and what may be added."""
    return _record(request, _opened(request, pk))


def _record(request: SignedIn, one: Interview, **bound: forms.Form) -> HttpResponse:
    entries, user = shown.entries(one), request.user
    works = user.may("interview")
    context = {
        "child": frame.identity(one.fast_track.case.pupil, user),
        "one": one,
        "drafts": drafts(one.pk),
        "entries": entries,
        "colour": shown.COLOURS[one.state],
        "holds": interview_record.holds(one, entries) if one.digest else None,
        "add": bound.get("add") or (AddForm() if works and one.state == State.SIGNED else None),
        "resume": bound.get("resume") or (ResumeForm() if works and one.state == State.STOPPED else None),
        "goes_on": works and one.state not in (State.SIGNED, State.STOPPED),
    }
    status = 400 if bound else 200
    return render(request, "casework/fast_track/interview.jinja", context, status=status)


@require_safe
@needs("read_interviews")
def record_pdf(request: SignedIn, pk: int) -> HttpResponse:
    """The record to print, marked with its digest; not kept among the child's documents."""
    one = _opened(request, pk)
    return pdf(rendering.render("interview_record", shown.printed(one)), one.number)


@require_http_methods(METHODS)
@needs("interview")
def go(request: SignedIn, pk: int) -> HttpResponse:
    """The one screen that is due; what is posted says what is done (``do``)."""
    one = _opened(request, pk)
    if one.state in (State.SIGNED, State.STOPPED):
        return redirect("interview", pk)
    entries = shown.entries(one)
    screen = _screen(one, entries, request.GET.get("screen", ""))
    posted, do = typed(request), request.POST.get("do", "")
    possible = _forms(one, screen)
    made = {name: make(posted if name == do else None) for name, (make, _, _) in possible.items()}
    if do in possible:
        _, act, done = possible[do]
        form, moment = made[do], {"interview_id": pk, "by": request.user, "at": timezone.now()}
        saved = f"{drafts(pk)}:{do}-{screen.kind}" if screen is not None else f"{drafts(pk)}:{do}"
        if do == "sign":  # nothing that was typed stays in the browser
            saved = drafts(pk)
        if (response := filled(request, form, lambda: act(form.cleaned_data, moment), done, "interview_go", pk,
                               saved=saved)) is not None:  # fmt: skip
            return response
    wrong = [form for form in made.values() if form.is_bound]
    context = {
        "one": one,
        "drafts": drafts(pk),
        "entries": entries,
        "screen": screen,
        "caution_source": CAUTION_ASSUMED,
        "forms": made,
        "closing_items": _closing(one, entries),
        "arranged": _arranged(one) if screen is not None and screen.kind == "needs" else None,
        "can_end": one.state == State.QUESTIONS and not INTERVIEW["end"].missing(one),
        "read": any(entry.kind == "read" and entry.sitting == one.sitting for entry in entries),
        "child": shown.child_words(one),
        "now": timezone.now(),
        "wrong": wrong,
    }
    return render(request, "casework/fast_track/interview_go.jinja", context, status=400 if wrong else 200)


def _arranged(one: Interview) -> list[str]:
    """What this parent said before the meeting that they need."""
    to = one.fast_track.invitations.filter(parent=one.parent_id).first()
    asked = (to.interpreter, to.appropriate_adult, to.reading_help) if to is not None else ()
    names = ("Interpreter", "Appropriate adult", "Help with reading")
    return [f"{name}: {said}" for name, said in zip(names, asked, strict=False) if said]


def _closing(one: Interview, entries: list[Any]) -> list[dict[str, Any]]:
    """What is put before the end, for ``ui.task_list``."""
    return [
        {"text": f"{screen.number}. {screen.title}", "href": f"?screen={screen.kind}", "done": done}
        for screen, done in interview_screens.closing(one, entries)
    ]


def _screen(one: Interview, entries: list[Any], asked: str) -> interview_screens.Screen | None:
    """What is due; before the end also what was asked for, of the two that are put then."""
    due = interview_screens.due(one, entries)
    if due is None and one.state == State.QUESTIONS:
        return next((screen for screen in interview_screens.CLOSING if screen.kind == asked), None)
    return due


Possible = dict[str, tuple[Callable[[Any], forms.Form], Callable[[dict[str, Any], dict[str, Any]], Any], str]]


def _forms(one: Interview, screen: interview_screens.Screen | None) -> Possible:
    """What can be done now: its form, the action, and what is said then."""
    found: Possible = {}
    if screen is not None:
        found["confirm"] = (
            lambda data: ScreenForm(data, screen=screen),
            lambda said, moment: interviewing.confirm(kind=screen.kind, note=said["note"], **moment),
            "Confirmed.",
        )
    elif one.state == State.QUESTIONS:
        found["ask"] = (
            QuestionForm,
            lambda said, moment: interviewing.ask(**said, **moment),
            "Written down.",
        )
        found["end"] = (
            forms.Form,
            lambda _, moment: interviewing.end(**moment),
            "The interview is over. Read it back.",
        )
    if one.state == State.QUESTIONS:
        found["break"] = (
            NoteForm, lambda said, moment: interviewing.take_break(because=said["note"], **moment), "The break begins.",
        )  # fmt: skip
    if one.state == State.BREAK:
        found["back"] = (
            NoteForm,
            lambda said, moment: interviewing.go_on(**said, **moment),
            "The break is over.",
        )
    if one.state == State.READING:
        found["read"] = (
            ReadForm,
            lambda said, moment: interviewing.read_back(**said, **moment),
            "It was read back.",
        )
        found["sign"] = (
            SignForm,
            lambda said, moment: interviewing.sign(**said, **moment),
            "The record is locked.",
        )
    return found


@require_http_methods(METHODS)
@needs("interview")
def stop(request: SignedIn, pk: int) -> HttpResponse:
    """Stop at once; the page asks why, and nothing else."""
    one, form = _opened(request, pk), StopForm(typed(request))

    def act() -> None:
        interviewing.stop(interview_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    done = "The interview is stopped. It can be resumed another day, with a fresh caution."
    if (
        response := filled(request, form, act, done, "interview", pk, saved=f"{drafts(pk)}:stop")
    ) is not None:
        return response
    context = {"one": one, "drafts": drafts(pk), "form": form, "child": shown.child_words(one)}
    return render(
        request, "casework/fast_track/interview_stop.jinja", context, status=400 if form.is_bound else 200
    )


@require_POST
@needs("interview")
def resume(request: SignedIn, pk: int) -> HttpResponse:
    one, form = _opened(request, pk), ResumeForm(request.POST)

    def act() -> None:
        interviewing.resume(interview_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    done = "A new sitting: everything is gone through afresh."
    response = filled(request, form, act, done, "interview_go", pk, saved=f"{drafts(pk)}:resume")
    return response if response is not None else _record(request, one, resume=form)


@require_POST
@needs("interview")
def add(request: SignedIn, pk: int) -> HttpResponse:
    one, form = _opened(request, pk), AddForm(request.POST)

    def act() -> None:
        interviewing.add(interview_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    done = "It is added; what was signed stays."
    response = filled(request, form, act, done, "interview", pk, saved=f"{drafts(pk)}:add")
    return response if response is not None else _record(request, one, add=form)
