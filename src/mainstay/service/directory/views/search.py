"""What the search box found. The words are children's names: they are sent in a form and kept in the sign-in
(until it ends or the next search), never in an address."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common import search
from mainstay.service.common.ui.lists import listing

MOST = 200
_KEPT = "search_words"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(None)
def results(request: SignedIn) -> HttpResponse:
    if request.method == "POST":
        request.session[_KEPT] = request.POST.get("q", "").strip()[:100]
        return redirect("search")
    words = request.session.get(_KEPT, "")
    hits = search.find(request.user, words, MOST) if words else []
    return render(
        request,
        "directory/search.jinja",
        {"words": words, "search_text": words, "page": listing(hits, request.GET, ()), "most": MOST},
    )
