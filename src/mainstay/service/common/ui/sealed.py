"""The server's side of ``<form data-sealed-form="…">``, whose script sends it and keeps what was typed until then."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def went_in(request: HttpRequest, to: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """What was typed is kept: on to the next page. A script is told where that is and opens it itself, so that the
    page is read once, with its message, and no other redirect (to the sign-in, say) can be taken for this answer."""
    onwards: HttpResponse = redirect(to, *args, **kwargs)
    if "X-Sealed" not in request.headers:
        return onwards
    return HttpResponse(status=201, headers={"Location": onwards["Location"]})
