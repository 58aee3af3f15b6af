"""Every page needs a sign-in unless its view says otherwise, and a session ends when it sits idle."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that needs no sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


class SignedInMiddleware:
    """Redirects strangers to the sign-in page; signs out after ``idle_minutes`` without a request."""

    OPEN_MODULES = ("allauth.account.views", "allauth.mfa")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.get("seen", now) > settings.CONFIG.idle_minutes * 60:
                logout(request)
            elif now - request.session.get("seen", 0) > 60:
                request.session["seen"] = now
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.user.is_authenticated or getattr(view, "is_public", False):
            return None
        module = getattr(getattr(view, "view_class", view), "__module__", "")
        if module.startswith((*self.OPEN_MODULES, "ninja")):
            return None
        return redirect_to_login(request.get_full_path())
