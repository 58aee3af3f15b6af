"""What changed since this person last looked: alerts, new findings, amendments in their schools."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.queries import changes as shown


@require_http_methods(["GET", "HEAD", "POST"])
@needs(None)
def changes(request: SignedIn) -> HttpResponse:
    if request.method == "POST":  # "I have seen these"
        request.user.last_looked_at = timezone.now()
        request.user.save(update_fields=["last_looked_at"])
        return redirect("changes")
    return render(request, "attendance/changes.jinja", {"changes": shown.of_user(request.user)})
