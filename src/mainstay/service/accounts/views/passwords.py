"""Forgetting a password, and choosing a new one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.actions import passwords
from mainstay.service.accounts.forms import ChoosePasswordForm, ForgottenForm
from mainstay.service.accounts.limits import within_limit
from mainstay.service.accounts.middleware import public
from mainstay.service.accounts.models import User

GET_POST = ["GET", "HEAD", "POST"]
_IN_SESSION = "choosing_password"
_TAKEN = "chosen"  # stands in the address once the link's secret is in the session


def link(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("choose_password", args=["WHO", "TOKEN"]))


@never_cache
@require_http_methods(GET_POST)
def forgotten(request: HttpRequest) -> HttpResponse:
    """Queue a link where the address has an account; the page says the same either way."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        user = User.objects.filter(email=email, is_active=True).first()
        if user is not None and within_limit("forgotten", email, most=3, seconds=3600):
            passwords.send_link(user=user, link=link(request), by=None, at=timezone.now())
        return render(request, "accounts/forgotten_sent.jinja")
    return render(request, "accounts/forgotten.jinja", {"form": form}, status=400 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(GET_POST)
def choose(request: HttpRequest, who: str, token: str) -> HttpResponse:
    """Choose a new password; the link's secret goes into the session so that no page shows it."""
    if token != _TAKEN:
        if passwords.person_of(who, token) is None:
            return render(request, "accounts/link_over.jinja", status=410)
        request.session[_IN_SESSION] = token
        return redirect("choose_password", who=who, token=_TAKEN)
    user = passwords.person_of(who, request.session.get(_IN_SESSION, ""))
    if user is None:
        return render(request, "accounts/link_over.jinja", status=410)
    form = ChoosePasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        passwords.choose(user=user, password=form.cleaned_data["password"], at=timezone.now())
        del request.session[_IN_SESSION]
        return redirect("account_login")
    return render(
        request, "accounts/choose_password.jinja", {"form": form}, status=400 if form.errors else 200
    )


forgotten, choose = public(forgotten), public(choose)
