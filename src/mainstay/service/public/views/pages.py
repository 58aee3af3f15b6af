"""What every page about a letter owes whoever reads it: kept by no browser, found by no search engine."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from mainstay.service.accounts.middleware import public

View = Callable[..., HttpResponseBase]


def letter_page(view: View) -> View:
    """A page that needs no sign-in.

    The referrer keeps to this site, where the forms need it: no other site learns an address of ours.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return public(shown)  # type: ignore[arg-type]
