"""The one timeline of a child: filters, a note in place, corrections."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import listing, with_query
from mainstay.service.directory.models import Pupil
from mainstay.service.record import access, frame, kinds, providers
from mainstay.service.record import queries_chronology as queries
from mainstay.service.record.actions import add_note, correct_entry
from mainstay.service.record.forms import ChronologyFilter, CorrectionForm, NoteForm
from mainstay.service.record.models import Audience, Entry

_KEPT: Final = "chronology_words"
#: entries of one page for printing
PRINTED: Final = 200
COLOURS = {Audience.PRIVILEGED: "red", Audience.NAMED: "purple", Audience.FAMILY_SAFE: "green"}
TAGS: Final = {
    of.value: [{"text": of.label, "colour": COLOURS.get(of, "grey")}] for of in Audience
}  # what each audience is marked with


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


@require_POST
@needs("see_pupils")
def find(request: SignedIn, pk: int) -> HttpResponse:
    """Words to look for in this chronology: kept in the sign-in, as those of the search box are."""
    pupil = get_object_or_404(Pupil.objects.visible_to(request.user), pk=pk)
    if not access.may_open(request.user, pupil):
        raise Http404
    query = with_query(request.POST.get("query", "")[:500], page=None)
    request.session[_KEPT] = [pk, request.POST.get("words", "").strip()[:100]]
    return redirect(reverse("pupil_chronology", args=[pk]) + query)


@access.child_page("chronology", "see_pupils")
def printed(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """Everything the filters leave, many on a page, for printing."""
    chosen, words = ChronologyFilter(request.GET).chosen, _words(request, pupil)
    found = queries.chronology(pupil, request.user, chosen, words)
    page = listing(queries.shown(found), request.GET, (), page_size=PRINTED)
    context = {
        **frame.page(pupil, request.user, "chronology"),
        "page": page,
        "entries": [as_shown(entry, linked=False) for entry in page.rows],
        "back": reverse("pupil_chronology", args=[pupil.pk]) + with_query(request.GET, page=None),
        "chosen": bool(chosen or words),
        "now": timezone.now(),
    }
    return render(request, "record/chronology_print.jinja", context)


def _words(request: SignedIn, pupil: Pupil) -> str:
    """The words looked for in this child's chronology."""
    kept, words = request.session.get(_KEPT, (None, ""))
    return str(words) if kept == pupil.pk else ""


def _page(request: SignedIn, pupil: Pupil, form: NoteForm | None) -> HttpResponse:
    user, chosen, words = request.user, ChronologyFilter(request.GET).chosen, _words(request, pupil)
    found = queries.chronology(pupil, user, chosen, words)
    page = listing(queries.shown(found), request.GET, ())
    everything = Entry.objects.for_readers(user).filter(pupil=pupil)
    writers = everything.exclude(by=None).order_by("by__name").values_list("by_id", "by__name").distinct()
    kinds_there, rooms = queries.kinds_and_rooms(everything)
    return render(
        request,
        "record/chronology.jinja",
        {
            **frame.page(pupil, user, "chronology"),
            "page": page,
            "entries": [as_shown(entry) for entry in page.rows],
            "form": form,
            "wanted": chosen,
            "words": words,
            "query": request.GET.urlencode(),
            "kinds": [(kind, kinds.label(kind)) for kind in kinds_there],
            "rooms": [(room, kinds.room_label(room)) for room in rooms],
            "writers": list(writers),
            "ticked": providers.lines(providers.ticked, pupil, user),
        },
        status=400 if form is not None and form.is_bound else 200,
    )


def as_shown(entry: Any, *, linked: bool = True) -> dict[str, Any]:
    """An entry of ``queries.shown`` as ``ui.timeline`` takes it."""
    return {
        "pk": entry.pk,
        "id": f"entry-{entry.pk}",
        "title": entry.title,
        "at": entry.at,
        "by": f"{entry.by_name}, {entry.by_post}" if entry.by_id else "Mainstay",
        "text": entry.text,
        "kind": kinds.label(entry.kind),
        "tags": TAGS[entry.audience],
        "href": reverse("entry", args=[entry.pk]) if linked else "",
        "corrected": entry.corrected,
    }


def _entry(request: SignedIn, pk: int) -> Entry:
    """An entry this person may read, of a record that stands open to them."""
    # may_open asks about the pupil: cheaper than every pupil in view
    seen = queries.shown(Entry.objects.for_readers(request.user))
    found = get_object_or_404(seen.select_related("pupil__school", "by", "corrects"), pk=pk)
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
            said = "The correction stands beside the entry; the entry itself stays."
            messages.success(request, said, extra_tags=f"entry-{found.pk}")
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
