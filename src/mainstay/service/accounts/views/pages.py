"""Pages that say the same to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mainstay import __version__
from mainstay.service.accounts.context import public_statement
from mainstay.service.accounts.middleware import public


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    statement = next(filter(None, public_statement.ask()), None)
    return render(request, "accounts/accessibility.jinja", {"statement": statement})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/privacy.jinja")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/about.jinja", {"version": __version__})


accessibility, privacy, about = public(accessibility), public(privacy), public(about)
