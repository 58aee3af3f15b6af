"""The search box's answers."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.search import find

SHOWN = 50


@require_safe
@needs("see_schools")
def search(request: SignedIn) -> HttpResponse:
    """What was found; straight to it where a number matched exactly one thing."""
    words = request.GET.get("q", "").strip()[:100]
    hits = find(request.user, words, SHOWN) if words else []
    if len(hits) == 1 and any(c.isdigit() for c in words) and not hits[0].close:
        return redirect(hits[0].href)
    return render(request, "accounts/search.jinja", {"hits": hits, "search_text": words, "most": SHOWN})
