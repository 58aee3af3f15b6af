"""The people who use the service: who they are, which roles they hold, whether they are leaving."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts import queries
from mainstay.service.accounts.actions import passwords, people
from mainstay.service.accounts.announcements import workplaces
from mainstay.service.accounts.forms import DetailsForm, LeaveForm, PeopleFilter, RoleForm
from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.accounts.owning import owned_by
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.roles import GRANTS, Role
from mainstay.service.accounts.views.passwords import link
from mainstay.service.common.audit import trail
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing

GET_POST = ["GET", "HEAD", "POST"]
COLUMNS = [
    Column("name", "Name", sort="name"),
    Column("post", "Post", sort="post"),
    Column("roles", "Roles today"),
    Column("last_login", "Last signed in", sort="last_login"),
    Column("state", "State", sort="left_on"),
]


@require_safe
@needs("see_users")
def users(request: SignedIn) -> HttpResponse:
    form = PeopleFilter(request.GET or None)
    page = listing(queries.people(form), request.GET, COLUMNS, default_sort="name")
    shown = {"page": page, "filters": form, "roles_of": queries.roles_today(page.rows)}
    return render(request, "accounts/users.jinja", shown)


@require_safe
@needs("see_users")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the list shown; that it left the system is in the audit."""
    rows = list(queries.people_rows(PeopleFilter(request.GET or None)))
    trail.record(
        by=request.user, at=timezone.now(), action="people.exported", on=("accounts.user", ""),
        rows=len(rows), kind=kind,
    )  # fmt: skip
    return export_response(kind, "people", queries.PEOPLE_HEADER, rows)


@require_safe
@needs("see_users")
def user(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(User, pk=pk))


@require_http_methods(GET_POST)
@needs("invite_users")
def edit(request: SignedIn, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    known = {"name": person.name, "post": person.post, "phone": person.phone}
    form = DetailsForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        people.change_details(user=person, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "The details were changed.")
        return redirect("user", pk=pk)
    shown = {"form": form, "heading": f"Details of {person.name}", "person": person}
    return render(request, "accounts/details.jinja", shown, status=400 if form.errors else 200)


@require_POST
@needs("invite_users")
def give_role(request: SignedIn, pk: int) -> HttpResponse:
    person, form = get_object_or_404(User, pk=pk), RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, person, role_form=form)
    nowhere = GRANTS[Role(form.cleaned_data["role"])].schools == "own" and not _works_for(person)
    return _do(
        request, person, "The role was given." + (" Now choose where this person works." if nowhere else ""),
        lambda: people.give_role(user=person, by=request.user, at=timezone.now(), **form.cleaned_data),
        then="user_posts" if nowhere else "user",
    )  # fmt: skip


@require_POST
@needs("invite_users")
def end_role(request: SignedIn, pk: int, held: int) -> HttpResponse:
    """End a role at once: yesterday was its last day."""
    role = get_object_or_404(RoleHeld.objects.select_related("user"), pk=held, user_id=pk)
    now = timezone.now()
    until = timezone.localdate(now) - timedelta(days=1)
    return _do(
        request, role.user, "The role was ended.",
        lambda: people.end_role(held=role, until=until, by=request.user, at=now),
    )  # fmt: skip


@require_POST
@needs("invite_users")
def leave(request: SignedIn, pk: int) -> HttpResponse:
    person, form = get_object_or_404(User, pk=pk), LeaveForm(request.POST)
    if form.is_valid():
        return _do(
            request, person, "The last day was recorded.",
            lambda: people.leave(
                user=person, on=form.cleaned_data["last_day"], by=request.user, at=timezone.now()
            ),
        )  # fmt: skip
    return _page(request, person, leave_form=form)


@require_POST
@needs("invite_users")
def come_back(request: SignedIn, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    return _do(
        request, person, "This person can sign in. Give them a role, and people from a school their school.",
        lambda: people.come_back(user=person, by=request.user, at=timezone.now()),
    )  # fmt: skip


@never_cache
@require_POST
@needs("invite_users")
def password_link(request: SignedIn, pk: int) -> HttpResponse:
    """Send a link to choose a new password; where no mail goes out, show it this once."""
    person = get_object_or_404(User, pk=pk)
    try:
        address = passwords.send_link(user=person, link=link(request), by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("user", pk=pk)
    # with a mail server only the person gets it: whoever may invite must not be able to sign in as them
    shown = "" if settings.CONFIG.email_url else address
    return render(request, "accounts/password_link.jinja", {"person": person, "link": shown})


def _do(
    request: SignedIn, person: User, done: str, action: Callable[[], Any], then: str = "user"
) -> HttpResponse:
    try:
        action()
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("user", pk=person.pk)
    messages.success(request, done)
    return redirect(then, pk=person.pk)


def _works_for(person: User) -> list[str]:
    return [text for texts in workplaces.ask(person) for text in texts]


def _page(
    request: SignedIn, person: User, role_form: RoleForm | None = None, leave_form: LeaveForm | None = None
) -> HttpResponse:
    faulty = role_form or leave_form
    shown = {
        "person": person,
        "roles": people.roles_of(person),
        "workplaces": _works_for(person),
        "owned": owned_by(person),
        "role_form": role_form or RoleForm(initial={"since": timezone.localdate()}),
        "leave_form": leave_form or LeaveForm(),
        "form": faulty,
        "may_change": request.user.may("invite_users"),
    }
    return render(request, "accounts/user.jinja", shown, status=400 if faulty else 200)
