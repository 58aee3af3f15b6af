"""The first page after signing in: what needs me today."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.queries import home as shown


@require_safe
@needs(None)
def home(request: SignedIn) -> HttpResponse:
    screen = shown.for_user(request.user, timezone.localdate())
    return render(request, "attendance/home.jinja", {"screen": screen, "today": timezone.localdate()})
