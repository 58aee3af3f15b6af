"""Pages that need no sign-in: no browser keeps them, no search engine finds them, and programs are kept out of their forms.

Against programs there is a box that people do not see, the time a person needs at least, and a limit of tries from one
address. No puzzle, no third party, nothing that a person with a screen reader meets.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponseBase

from mainstay.service.accounts.limits import within_limit
from mainstay.service.accounts.middleware import public

HOUR: Final = 3600
#: the name of the box that people do not see; the template is ``ui.trap()``
TRAP: Final = "website"


def open_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
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


def client_address(request: HttpRequest) -> str:
    return str(get_adapter(request).get_client_ip(request))


def within(request: HttpRequest, what: str, most: int) -> bool:
    """Count one try of ``what`` from this address; False beyond ``most`` in an hour."""
    return within_limit(what, client_address(request), most=most, seconds=HOUR)


def trapped(request: HttpRequest) -> bool:
    """Whether the box that people do not see was filled in."""
    return bool(request.POST.get(TRAP))
