"""Which permission each page needs, and the decorator that asks for it.

Every room has such a module with ``PAGES``: url name -> permission, None (any signed-in person) or
PUBLIC. The views carry the same through ``needs`` and ``public``; one test compares both for every
address of the site and asks every page as every role.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]

PUBLIC: Final = "public"


def needs(permission: str | None) -> Callable[[View], View]:
    """Refuse (403) whoever lacks ``permission``; None lets any signed-in person in.

    The middleware has already sent strangers to the sign-in page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permission is not None and not request.user.may(permission):  # type: ignore[union-attr]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        asked.permission = permission  # type: ignore[attr-defined]
        return asked

    return decorate


PAGES: Final[dict[str, str | None]] = {}
