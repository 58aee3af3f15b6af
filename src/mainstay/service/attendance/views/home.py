"""The first page after signing in: what needs me today."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.providers import first_screen
from mainstay.service.attendance.queries import home as shown
from mainstay.service.attendance.queries.screen import Screen

_LED = "led_to_first_screen"


@require_safe
@needs(None)
def home(request: SignedIn) -> HttpResponse:
    today = timezone.localdate()
    if request.session.get(_LED) != today.isoformat():
        href = next(filter(None, first_screen.ask(request.user, today)), None)
        if href:
            request.session[_LED] = today.isoformat()
            return redirect(href)
    return _page(request, shown.for_user(request.user, today), today, "team")


@require_safe
@needs("see_team")
def my_work(request: SignedIn) -> HttpResponse:
    """The own work of whoever leads a team."""
    today = timezone.localdate()
    return _page(request, shown.of_leader(request.user, today), today, "mine")


def _page(request: SignedIn, screen: Screen, today: date, tab: str) -> HttpResponse:
    tabs = []
    if request.user.may("see_team"):
        tabs = [
            {"text": text, "href": reverse(name), "current": key == tab}
            for key, text, name in (("team", "The team", "home"), ("mine", "My own work", "my_work"))
        ]
    return render(request, "attendance/home.jinja", {"screen": screen, "today": today, "tabs": tabs})
