"""The one timeline of a child: filters, a note in place, corrections."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import listing
from mainstay.service.directory.models import Pupil
from mainstay.service.record import access, frame, providers
from mainstay.service.record.actions import add_note, correct_entry
from mainstay.service.record.forms import KINDS, ChronologyFilter, CorrectionForm, NoteForm
from mainstay.service.record.models import Audience, Entry

KIND_LABELS = dict(KINDS) | {
    "correction": "Correction",
    "finding": "Finding",
    "consideration": "Consideration",
    "deadline": "Deadline",
    "import": "Register import",
    "merge": "Records joined",
    "family": "Family and contacts",
}
COLOURS = {Audience.PRIVILEGED: "red", Audience.NAMED: "purple", Audience.FAMILY_SAFE: "green"}


@access.child_page("chronology", "see_pupils")
def chronology(request: SignedIn, pupil: Pupil) -> HttpResponse:
    form = None
    if request.user.may("add_chronology"):
        form = NoteForm(user=request.user, pupil_id=pupil.pk)
    return _page(request, pupil, form)


@require_POST
@needs("add_chronology")
def note(request: SignedIn, pk: int) -> HttpResponse:
    """Add a note; what was typed stays on the page when something is missing."""
    pupil = get_object_or_404(Pupil.objects.visible_to(request.user).select_related("school"), pk=pk)
    if not access.may_open(request.user, pupil):
        raise Http404
    form = NoteForm(request.POST, user=request.user, pupil_id=pupil.pk)
    if form.is_valid():
        now, said = timezone.now(), form.cleaned_data
        try:
            add_note(
                pupil=pupil,
                by=request.user,
                at=now,
                title=said["title"],
                audience=said["audience"],
                kind=said["kind"],
                text=said["text"],
                readers=said.get("readers") or () if said["audience"] == Audience.NAMED else (),
                happened_at=form.happened_at(now),
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Your note is in the chronology.", extra_tags=f"note-{pupil.pk}")
            return redirect("pupil_chronology", pk=pupil.pk)
    return _page(request, pupil, form)


def _page(request: SignedIn, pupil: Pupil, form: NoteForm | None) -> HttpResponse:
    everything = Entry.objects.for_readers(request.user).filter(pupil=pupil)
    wanted = ChronologyFilter(request.GET)
    wanted.is_valid()
    chosen = {k: v for k, v in wanted.cleaned_data.items() if v}
    found = _filtered(everything, chosen).select_related("by").prefetch_related("corrections__by")
    page = listing(found, request.GET, ())
    kinds = everything.order_by("kind").values_list("kind", flat=True).distinct()
    writers = everything.exclude(by=None).order_by("by__name").values_list("by_id", "by__name").distinct()
    return render(
        request,
        "record/chronology.jinja",
        {
            **frame.page(pupil, request.user, "chronology"),
            "page": page,
            "entries": [as_shown(entry) for entry in page.rows],
            "form": form,
            "wanted": chosen,
            "kinds": [(kind, KIND_LABELS.get(kind, kind.replace("_", " ").capitalize())) for kind in kinds],
            "writers": list(writers),
        },
        status=400 if form is not None and form.is_bound else 200,
    )


def _filtered(entries: Any, chosen: dict[str, Any]) -> Any:
    names = {"kind": "kind", "by": "by", "first": "at__date__gte", "last": "at__date__lte"}
    return entries.filter(**{names[name]: value for name, value in chosen.items()})


def as_shown(entry: Entry) -> dict[str, Any]:
    """An entry as ``ui.timeline`` takes it."""
    correction = next(iter(entry.corrections.all()), None)
    tags = [{"text": entry.get_audience_display(), "colour": COLOURS.get(Audience(entry.audience), "grey")}]
    shown = {
        "id": f"entry-{entry.pk}",
        "title": entry.title,
        "at": entry.at,
        "by": f"{entry.by.name}, {entry.by.post}" if entry.by else "Mainstay",
        "text": entry.text,
        "kind": KIND_LABELS.get(entry.kind, entry.kind.replace("_", " ").capitalize()),
        "tags": tags,
        "href": reverse("entry", args=[entry.pk]),
    }
    if correction is not None:
        shown["corrected"] = correction.title
    return shown


def _entry(request: SignedIn, pk: int) -> Entry:
    """An entry this person may read, of a record that stands open to them."""
    # may_open asks about the pupil: cheaper than every pupil in view
    seen = Entry.objects.for_readers(request.user).select_related("pupil__school", "by", "corrects")
    found = get_object_or_404(seen, pk=pk)
    if not access.may_open(request.user, found.pupil):
        raise Http404
    return found


@require_safe
@needs("see_pupils")
def entry(request: SignedIn, pk: int) -> HttpResponse:
    found = _entry(request, pk)
    access.log_read(request, found.pupil, page="entry")
    form = CorrectionForm() if request.user.may("add_chronology") else None
    return _entry_page(request, found, form)


@require_http_methods(["POST"])
@needs("add_chronology")
def correct(request: SignedIn, pk: int) -> HttpResponse:
    found = _entry(request, pk)
    form = CorrectionForm(request.POST)
    if form.is_valid():
        try:
            correct_entry(entry=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The correction stands beside the entry; the entry itself stays.")
            return redirect("pupil_chronology", pk=found.pupil_id)
    return _entry_page(request, found, form)


def _entry_page(request: SignedIn, found: Entry, form: CorrectionForm | None) -> HttpResponse:
    return render(
        request,
        "record/entry.jinja",
        {
            **frame.page(found.pupil, request.user, "chronology"),
            "entry": found,
            "shown": [as_shown(found)],
            "about": providers.href_of(found.about_kind, found.about_id, request.user),
            "readers": [user.name for user in found.readers.all()],
            "form": form,
        },
        status=400 if form is not None and form.is_bound else 200,
    )
