"""Statements: drafted from ticked entries or days, read, changed, drafted again, printed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.common.ui.params import number
from mainstay.service.directory.models import Pupil
from mainstay.service.documents import actions_statements as actions
from mainstay.service.documents.forms_statements import AgainForm, StartForm, WordsForm
from mainstay.service.documents.models import Document, Statement, StatementVersion
from mainstay.service.record import access, frame

TICKED = "statement"


@require_http_methods(["GET", "HEAD", "POST"])
@needs("draft_statement")
def statement_new(request: SignedIn, pk: int) -> HttpResponse:
    """Whose statement, and from what: entries ticked in the chronology come in by POST, and wait in the form."""
    pupil = _pupil(request, pk)
    ticked = request.POST.get("action") == TICKED
    initial = {"entry": request.POST.getlist("entry")} if ticked else {}
    form = StartForm(
        request.POST if request.method == "POST" and not ticked else None, user=request.user, initial=initial
    )
    if form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        try:
            made, left_out = actions.start(
                pupil=pupil, witness=said["witness"], asked=form.asked, by=request.user, at=now,
                known_on=said["known_on"] or timezone.localdate(now),
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            _tell(request, "The statement is drafted.", left_out)
            return redirect("statement", pk=made.pk)
    chosen = form.data.getlist("entry") if form.is_bound else initial.get("entry", [])  # type: ignore[attr-defined]
    context = {**frame.page(pupil, request.user, "chronology"), "form": form, "ticked": len(chosen)}
    return render(request, "documents/statement_new.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("draft_statement")
def statement(request: SignedIn, pk: int) -> HttpResponse:
    """The words in force, or those of ``?version=``; every version there is."""
    found = _statement(request, pk)
    access.log_read(request, found.pupil, page="statement")
    return _page(request, found)


@require_POST
@needs("draft_statement")
def statement_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change the words; where somebody else did meanwhile, both are shown, and both are kept."""
    found, form = _statement(request, pk), WordsForm(request.POST)
    if form.is_valid():
        try:
            kept = actions.edit(statement_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if kept.beside:
                found.refresh_from_db()
                return _page(request, found, beside=kept)
            messages.success(request, "The words are kept.", extra_tags=f"statement-{pk}")
            return redirect("statement", pk=pk)
    return _page(request, found, words=form)


@require_POST
@needs("draft_statement")
def statement_again(request: SignedIn, pk: int) -> HttpResponse:
    """Draft the words anew as the chronology was known on a day."""
    found, form = _statement(request, pk), AgainForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        try:
            left_out = actions.draft_again(
                statement_id=pk, asked=form.asked, version=number(request.POST.get("version")) or 0, by=request.user, at=now,
                known_on=form.cleaned_data["known_on"] or timezone.localdate(now),
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            _tell(request, "The statement is drafted again. The words before stay below.", left_out)
            return redirect("statement", pk=pk)
    return _page(request, found, again=form)


@require_POST
@needs("draft_statement")
def statement_print(request: SignedIn, pk: int) -> HttpResponse:
    found = _statement(request, pk)
    try:
        made = actions.make_pdf(statement_id=pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("statement", pk=found.pk)
    messages.success(request, "The PDF is among the documents of the child, and below.")
    return redirect("statement", pk=made.about_id)


def _pupil(request: SignedIn, pk: int) -> Pupil:
    pupil = get_object_or_404(Pupil.objects.visible_to(request.user).select_related("school"), pk=pk)
    if not access.may_open(request.user, pupil):
        raise Http404
    return pupil


def _statement(request: SignedIn, pk: int) -> Statement:
    seen = Statement.objects.visible_to(request.user).select_related("pupil__school", "witness")
    found = get_object_or_404(seen, pk=pk)
    if not access.may_open(request.user, found.pupil):
        raise Http404
    return found


def _tell(request: SignedIn, done: str, left_out: int) -> None:
    if left_out:
        done += f" {plural(left_out, 'entry', 'entries')} left out: privileged, for named people alone, or decided in supervision."
    messages.success(request, done)


def _page(
    request: SignedIn,
    found: Statement,
    *,
    words: WordsForm | None = None,
    again: AgainForm | None = None,
    beside: StatementVersion | None = None,
) -> HttpResponse:
    """beside: what this person wrote while somebody else changed the statement; the form goes on from it."""
    versions = list(found.versions.select_related("by"))
    current = next(one for one in versions if one.number == found.version)
    asked = number(request.GET.get("version"))
    shown = next((one for one in versions if one.number == asked), current)
    if words is None:
        text = beside.text if beside else current.text
        words = WordsForm(initial={"text": text, "version": current.number})
    words.fields["text"].widget.attrs["data-autosave-key"] = f"statement-{found.pk}"
    context: dict[str, Any] = {
        **frame.page(found.pupil, request.user, "documents"),
        "statement": found,
        "versions": versions,
        "current": current,
        "shown": shown,
        "words": words,
        "again": again or AgainForm(),
        "beside": beside,
        "pdfs": list(Document.objects.about(found).order_by("-made_at", "-pk")[:5]),
    }
    bad = words.is_bound or bool(again)
    status = 409 if beside else 400 if bad else 200
    return render(request, "documents/statement.jinja", context, status=status)
