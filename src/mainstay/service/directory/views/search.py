"""What the search box found."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common import search

MOST = 50


@require_safe
@needs(None)
def results(request: SignedIn) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    hits = search.find(request.user, words, MOST) if words else []
    return render(
        request,
        "directory/search.jinja",
        {"words": words, "search_text": words, "hits": hits, "most": MOST},
    )
