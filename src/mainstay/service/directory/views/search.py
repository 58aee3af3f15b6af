"""What the search box found. The words are children's names: they are sent in a form and kept in the sign-in
(until it ends or the next search), never in an address."""

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common import search
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import listing, with_query

MOST: Final = 200
MOST_NOTES: Final = 100
#: of the notes, beside everything else that was found
FIRST_NOTES: Final = 5
NOTES: Final = "notes"
_KEPT: Final = "search_words"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(None)
def results(request: SignedIn) -> HttpResponse:
    if request.method == "POST":
        request.session[_KEPT] = request.POST.get("q", "").strip()[:100]
        return redirect("search")
    words, kind = request.session.get(_KEPT, ""), request.GET.get("kind", "")
    first, last = (params.day(request.GET.get(name)) for name in ("first", "last"))
    hits = search.find(request.user, words, MOST) if words else []
    notes = search.passages_of(request, words, first=first, last=last, most=MOST_NOTES + 1) if words else []
    labels = {hit.kind: hit.label for hit in hits}
    if kind != NOTES and kind not in labels:
        kind = ""
    shown = [hit for hit in hits if not kind or hit.kind == kind]
    context = {
        "words": words,
        "search_text": words,
        "kind": kind,
        "tabs": _tabs(hits, labels, len(notes), kind) if hits or notes or first or last else [],
        "page": listing([] if kind == NOTES else shown, request.GET, ()),
        "notes": listing(notes[:MOST_NOTES], request.GET, ()) if kind == NOTES else None,
        "few_notes": [] if kind else notes[:FIRST_NOTES],
        "more_notes": len(notes) > FIRST_NOTES,
        "notes_cut": len(notes) > MOST_NOTES,
        "most": MOST,
        "most_notes": MOST_NOTES,
        "first": first,
        "last": last,
    }
    return render(request, "directory/search.jinja", context)


def _tabs(hits: list[search.Hit], labels: dict[str, str], notes: int, kind: str) -> list[dict[str, Any]]:
    """Everything, then each kind there is, with how many were found."""
    found = [("", "Everything", len(hits))]
    found += [(name, label, sum(hit.kind == name for hit in hits)) for name, label in labels.items()]
    if notes or kind == NOTES:
        found.append((NOTES, "Notes", min(notes, MOST_NOTES)))
    return [
        {"text": text, "href": with_query("", kind=name or None), "count": count, "current": name == kind}
        for name, text, count in found
    ]
