"""Inviting people, and joining."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.actions import invitations as actions
from mainstay.service.accounts.forms import InviteForm, JoinForm
from mainstay.service.accounts.middleware import public
from mainstay.service.accounts.models import Invitation, User
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.roles import LABELS, Role
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing

GET_POST = ["GET", "HEAD", "POST"]
COLUMNS = [
    Column("name", "Name", sort="name"),
    Column("email", "E-mail address", sort="email"),
    Column("role", "Role", sort="role"),
    Column("invited_by", "Invited by", sort="invited_by__name"),
    Column("invited_at", "When", sort="invited_at"),
    Column("state", "State"),
    Column("do", "Withdraw", hidden=True),
]


@require_safe
@needs("see_users")
def invitations(request: SignedIn) -> HttpResponse:
    rows = Invitation.objects.select_related("invited_by")
    page = listing(rows, request.GET, COLUMNS, default_sort="-invited_at")
    shown = {"page": page, "now": timezone.now(), "labels": {r.value: label for r, label in LABELS.items()}}
    return render(request, "accounts/invitations.jinja", shown)


@never_cache
@require_http_methods(GET_POST)
@needs("invite_users")
def new(request: SignedIn) -> HttpResponse:
    """Invite somebody; the link goes out by mail, and is shown this once where no mail goes out."""
    form = InviteForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            invitation, link = actions.invite(
                email=said["email"],
                name=said["name"],
                post_held=said["post"],
                role=said["role"],
                school_ids=[int(pk) for pk in said["schools"]],
                trust_id=int(said["trust"]) if said["trust"] else None,
                link=request.build_absolute_uri(reverse("join", args=["TOKEN"])),
                by=request.user,
                at=timezone.now(),
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            # with a mail server only the person gets it: whoever may invite must not be able to join as them
            shown = {"invitation": invitation, "link": "" if settings.CONFIG.email_url else link}
            return render(request, "accounts/invitation_made.jinja", shown)
    return render(
        request, "accounts/invitation_new.jinja", {"form": form}, status=400 if form.errors else 200
    )


@require_POST
@needs("invite_users")
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        actions.withdraw(invitation=invitation, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The invitation was withdrawn.")
    return redirect("invitations")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(GET_POST)
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: name and password, then signed in."""
    invitation = actions.open_invitation(token, timezone.now())
    if invitation is None:
        return render(request, "accounts/link_over.jinja", status=410)
    unsaved = User(email=invitation.email, name=invitation.name)
    form = JoinForm(request.POST or None, initial={"name": invitation.name}, user=unsaved)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.accept(token=token, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            login(request, user)
            return redirect("home")
    shown = {"form": form, "invitation": invitation, "role": LABELS[Role(invitation.role)]}
    return render(request, "accounts/join.jinja", shown, status=400 if form.errors else 200)


join = public(join)
