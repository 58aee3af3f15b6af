"""The first page after signing in: what needs me today."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.providers import first_screen
from mainstay.service.attendance.queries import home as shown

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
    screen = shown.for_user(request.user, today)
    return render(request, "attendance/home.jinja", {"screen": screen, "today": today})
