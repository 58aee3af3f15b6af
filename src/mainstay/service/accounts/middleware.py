"""Every page needs a sign-in unless its view says otherwise, and a sign-in ends: when it sits idle, and
after a working day."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from mainstay.service.accounts.actions import signins
from mainstay.service.accounts.way_back import way_back

SEEN_SECONDS: Final = 60
#: what somebody who must change the password may still open
BEFORE_CHANGE: Final = frozenset(
    {"account_change_password", "account_logout", "accessibility", "privacy", "about"}
)


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that needs no sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


class SignedInMiddleware:
    """Sends strangers to the sign-in page; ends sign-ins by ``idle_minutes`` and ``session_hours``."""

    #: views and address spaces that ask for themselves
    OPEN_MODULES = ("allauth.account.views", "allauth.mfa")
    OPEN_NAMESPACES = frozenset({"api"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._keep_or_end(request)
        elif self._is_too_large(request):
            return render(request, "errors/400.jinja", status=413)
        response = self.get_response(request)
        if request.user.is_authenticated:
            # a computer in a staff room: nothing can be read with the back button after signing out
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _is_too_large(self, request: HttpRequest) -> bool:
        """Strangers send no files: a large body is refused before any of it is written to disk."""
        if request.path.startswith("/api/"):  # there the key is asked before the body is read
            return False
        length = request.META.get("CONTENT_LENGTH") or "0"
        return not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user, match = request.user, request.resolver_match
        if match is not None and self.OPEN_NAMESPACES.intersection(match.namespaces):
            return None
        if user.is_authenticated:
            name = match.url_name if match else None
            if user.must_change_password and name not in BEFORE_CHANGE:
                return HttpResponseRedirect(reverse("account_change_password"))
            return None
        if getattr(view, "is_public", False):
            return None
        module = getattr(getattr(view, "view_class", view), "__module__", "")
        if module.startswith(self.OPEN_MODULES):
            return None
        if _is_new_here(request, match):
            return HttpResponseRedirect(reverse(settings.STRANGERS_HOME))
        return redirect_to_login(way_back(request))

    @staticmethod
    def _keep_or_end(request: HttpRequest) -> None:
        now, session = int(time.time()), request.session
        seen, began = session.get("seen", now), session.get("began", now)
        if now - seen > settings.CONFIG.idle_minutes * 60:
            _end(request, "idle", "You were signed out because nothing happened for a while.")
        elif now - began > settings.CONFIG.session_hours * 3600:
            _end(request, "too long", "You were signed out at the end of the working day. Sign in again.")
        elif now - session.get("seen", 0) > SEEN_SECONDS:
            session["seen"], session["began"] = now, began
            signins.seen(request)


def _is_new_here(request: HttpRequest, match: Any) -> bool:
    """Whether somebody asks for the first page whose sign-in did not just end."""
    asks_first_page = match is not None and match.url_name == settings.LOGIN_REDIRECT_URL
    return asks_first_page and request.method in ("GET", "HEAD") and not hasattr(request, "ended_because")


def _end(request: HttpRequest, why: str, words: str) -> None:
    request.ended_because = why  # type: ignore[attr-defined]
    logout(request)
    messages.info(request, words)
