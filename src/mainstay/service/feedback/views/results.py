"""What people say: figures for the service and its schools, comments for whoever may read them."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import with_query
from mainstay.service.feedback import places, services, values
from mainstay.service.feedback.forms import ResultsFilter
from mainstay.service.feedback.models import Who
from mainstay.service.feedback.queries import results as counted
from mainstay.service.team import terms


def _groups(request: SignedIn) -> list[dict[str, Any]]:
    found = counted.filtered(ResultsFilter(request.GET).wanted).select_related("version__survey")
    return counted.of_services(found, values.of(values.SMALL, timezone.localdate()))


def _filters(request: SignedIn) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "wanted": ResultsFilter(request.GET).wanted,
        "terms": [("", "All"), *((one.key, one.label) for one in terms.recent(today))],
        "services": [("", "All"), *services.NAMES.items()],
        "kinds": [("", "Everybody"), *Who.choices],
    }


@require_safe
@needs("see_feedback")
def results(request: SignedIn) -> HttpResponse:
    query = with_query(request.GET, page=None)
    context = {
        "places": places.tabs(request.user, "feedback"),
        "groups": _groups(request),
        "small": values.of(values.SMALL, timezone.localdate()),
        "exports": [
            {"text": text, "href": reverse("feedback_export", args=[kind]) + query}
            for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
        ],
        "asks_nobody": not settings.CONFIG.address,
        **_filters(request),
    }
    return render(request, "feedback/results.jinja", context)


@require_safe
@needs("see_feedback")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """What the page shows, for a file: no comment, nothing hidden."""
    return export_response(kind, "feedback", counted.HEADER, counted.for_export(_groups(request)))


@require_safe
@needs("edit_surveys")
def comments(request: SignedIn) -> HttpResponse:
    found = counted.filtered(ResultsFilter(request.GET).wanted)
    context = {
        "places": places.tabs(request.user, "feedback_comments"),
        "comments": counted.comments(found),
        **_filters(request),
    }
    return render(request, "feedback/comments.jinja", context)
