"""Keys to the API."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.actions import tokens as actions
from mainstay.service.accounts.forms import TokenForm
from mainstay.service.accounts.models import ApiToken
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing

COLUMNS = [
    Column("name", "Key", sort="name"),
    Column("owner", "Whose", sort="user__name"),
    Column("school", "Reaches"),
    Column("scopes", "What it may do"),
    Column("made_at", "Made", sort="made_at"),
    Column("expires_at", "Expires", sort="expires_at"),
    Column("last_used_at", "Last used", sort="last_used_at"),
    Column("do", "Revoke", hidden=True),
]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(None)
def new(request: SignedIn) -> HttpResponse:
    """Make a key and show it this once."""
    form = TokenForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            token, key = actions.make(
                name=form.cleaned_data["name"],
                school_id=int(form.cleaned_data["school"]) if form.cleaned_data["school"] else None,
                scopes=form.cleaned_data["scopes"],
                expires_at=now + form.lasts,
                by=request.user,
                at=now,
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "accounts/token_made.jinja", {"token": token, "key": key})
    return render(request, "accounts/token_new.jinja", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_POST
@needs(None)
def calendar(request: SignedIn) -> HttpResponse:
    """Make the address of one's calendar and show it this once."""
    try:
        token, key = actions.make_calendar(by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("profile")
    address = request.build_absolute_uri(reverse("calendar_feed", args=[key]))
    return render(request, "accounts/calendar_made.jinja", {"token": token, "address": address})


@require_POST
@needs(None)
def revoke(request: SignedIn, pk: int) -> HttpResponse:
    mine = ApiToken.objects.all() if request.user.may("manage_tokens") else request.user.tokens.all()
    token = get_object_or_404(mine, pk=pk)
    try:
        actions.revoke(token=token, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The key “{token.name}” was revoked.")
    return redirect("profile" if token.user_id == request.user.pk else "tokens")


@require_safe
@needs("manage_tokens")
def tokens(request: SignedIn) -> HttpResponse:
    """Every key in use."""
    usable = ApiToken.objects.usable(timezone.now()).select_related("user")
    page = listing(usable, request.GET, COLUMNS, default_sort="-made_at")
    shown = {"page": page, "schools": actions.schools_for(request.user)}
    return render(request, "accounts/tokens.jinja", shown)
