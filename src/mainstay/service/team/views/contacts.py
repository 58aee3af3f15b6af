"""Who to ask: for schools and the service, for anybody without a sign-in, and one's own contact."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.middleware import public
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.directory.models import School
from mainstay.service.team import places
from mainstay.service.team.actions import contacts as actions
from mainstay.service.team.forms import ContactForm
from mainstay.service.team.models import OfficerContact
from mainstay.service.team.queries import contacts as shown
from mainstay.service.team.values import in_force
from mainstay.service.team.views.answers import try_form


@require_safe
@needs("see_schools")
def link_officers(request: SignedIn) -> HttpResponse:
    today, user = timezone.localdate(), request.user
    duty = shown.duty_officer(today)
    context = {
        "places": places.tabs(user, "link_officers"),
        "cards": shown.cards(shown.open_schools(user), today),
        "duty": shown.reached([duty])[duty.pk] if duty else None,
        "values": in_force(today),
        "today": today,
        "mine": user.may("take_calls"),
        "people": list(shown.editable(today)) if user.may("see_team") else [],
    }
    return render(request, "team/link_officers.jinja", context)


@public
@require_safe
def contact_cards(request: HttpRequest) -> HttpResponse:
    """Each school and its officer's work contact, without who is away or on duty."""
    today = timezone.localdate()
    schools = School.objects.filter(closed_on=None).order_by("key", "pk")
    context = {"cards": shown.cards(schools, today), "values": in_force(today)}
    return render(request, "team/contact_cards.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("take_calls")
def mine(request: SignedIn) -> HttpResponse:
    return _edit(request, request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("see_team")
def of_colleague(request: SignedIn, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(shown.editable(timezone.localdate()), pk=pk))


def _edit(request: SignedIn, of: Any) -> HttpResponse:
    known = OfficerContact.objects.filter(user=of.pk).values("phone", "teams", "hours", "public").first()
    form = ContactForm(
        request.POST if request.method == "POST" else None, initial=dict(known or {"public": True})
    )
    if form.is_bound and try_form(form, actions.change, user=of, by=request.user, at=timezone.now()):
        messages.success(request, "The contact is changed.")
        return redirect("link_officers")
    context = {"form": form, "of": of, "own": of.pk == request.user.pk}
    return render(request, "team/contact_edit.jinja", context, status=400 if form.is_bound else 200)
