"""Booking, moving, and giving a booking to a colleague."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.models import User
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.ui import params
from mainstay.service.directory.models import School
from mainstay.service.directory.relations import link_officer
from mainstay.service.team.views.answers import try_form
from mainstay.service.traded.actions import bookings as actions
from mainstay.service.traded.forms_bookings import BookForm, GiveForm, MoveForm
from mainstay.service.traded.models import Booking
from mainstay.service.traded.queries.bookings import notice_until
from mainstay.service.traded.queries.calendar import busy, officers
from mainstay.service.traded.queries.ledger import balance
from mainstay.service.traded.views.bookings import opened
from mainstay.service.traded.years import days, named, used_up, year_of

METHODS: Final = ["GET", "HEAD", "POST"]


def typed(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


def _notes(
    people: Iterable[User], on: date | None, halves: Iterable[str], link: User | None, **said: Any
) -> dict[int, str]:
    """Behind each name: whether they are free then, and who is the school's own; never why somebody is not."""
    people, halves = list(people), list(halves)
    taken = busy([one.pk for one in people], on, on, **said) if on and halves else {}
    notes = {}
    for one in people:
        parts = ["link officer"] if link is not None and link.pk == one.pk else []
        if on and halves:
            free = not any((one.pk, on, half) in taken for half in halves)
            parts.append("free" if free else "not free")
        notes[one.pk] = ", ".join(parts)
    return notes


def _in_order(people: list[User], notes: dict[int, str]) -> list[User]:
    """The link officer first, then who is free."""

    def place(one: User) -> tuple[bool, bool]:
        return "link officer" not in notes[one.pk], "not free" in notes[one.pk]

    return sorted(people, key=place)


@require_http_methods(METHODS)
@needs("book_days")
def new(request: SignedIn) -> HttpResponse:
    """From the calendar: the day, the half-day, the school or the officer are filled in as far as they are known."""
    user, today = request.user, timezone.localdate()
    data, asked = typed(request), request.GET
    schools = School.objects.visible_to(user).filter(closed_on=None).order_by("key", "pk")
    mine = list(schools)
    school = next((one for one in mine if one.pk == params.number(asked.get("school"))), None)
    if school is None and len(mine) == 1:
        school = mine[0]
    on, part = params.day(asked.get("on")), asked.get("part", "")
    halves = Booking(part=part).halves if part in Booking.Part.values else ()
    people = list(officers(on or today).order_by("name", "pk"))
    link = link_officer(school, today) if school else None
    notes = _notes(people, on, halves, link)
    people = _in_order(people, notes)
    wanted = params.number(asked.get("officer"))
    free = next((one.pk for one in people if "not free" not in notes[one.pk]), None)
    form = BookForm(
        data, schools=schools, officers=people, notes=notes,
        initial={
            "school": school, "on": on, "part": part, "officer": wanted or free, "instead_of": asked.get("instead_of"),
        },
    )  # fmt: skip
    if len(mine) == 1:
        form.fields["school"].empty_label = None  # type: ignore[attr-defined]
    made: list[Booking] = []

    def act(**said: Any) -> None:
        made.append(actions.book(**said, by=user, at=timezone.now()))

    if form.is_bound and try_form(form, act):
        messages.success(request, "It is booked, and stands in the calendars of those who are asked.")
        return redirect("booking", pk=made[0].pk)
    year = year_of(on or today)
    context = {
        "form": form,
        "school": school,
        "free": days(max(balance(school, year).free, 0)) if school else "",
        "year": named(year),
        "until": notice_until(Booking(on=on, booked_at=timezone.now()), today) if on else None,
        "today": today,
        "calendar": reverse("booking_calendar") + (f"?school={school.pk}" if school else ""),
    }
    return render(request, "traded/bookings/new.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("book_days")
def move(request: SignedIn, pk: int) -> HttpResponse:
    user, today, one = request.user, timezone.localdate(), opened(request, pk)
    if user.is_school_user and (late := actions.too_late(one, today)):
        return _not_moved(request, one, late)
    people = list(officers(today).order_by("name", "pk"))
    notes = _notes(people, None, (), link_officer(one.school, today))
    form = MoveForm(
        typed(request), officers=people, notes=notes, initial={"on": one.on, "part": one.part, "officer": one.officer_id}
    )  # fmt: skip
    if form.is_bound and try_form(form, actions.move, booking_id=pk, by=user, at=timezone.now()):
        messages.success(
            request, "It is moved: everybody who was asked hears of it.", extra_tags=request.path
        )
        return redirect("booking", pk=pk)
    context = {
        "form": form, "one": one, "heading": "Move the booking", "button": "Move it",
        "intro": f"Now on {actions.when(one)}, with {one.officer.name}. It stays within the financial year {named(year_of(one.on))}.",
        "calendar": f"{reverse('booking_calendar')}?school={one.school_id}&officer={one.officer_id}",
    }  # fmt: skip
    return render(request, "traded/bookings/form.jinja", context, status=400 if form.is_bound else 200)


def _not_moved(request: SignedIn, one: Booking, late: str) -> HttpResponse:
    """In place of the form: why a school cannot move it any more, and what it can do."""
    context = {
        "one": one,
        "late": late,
        "intro": f"{actions.when(one)}, with {one.officer.name}.",
        "used_up": used_up(one.half_days),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "traded/bookings/not_moved.jinja", context, status=status)


@require_http_methods(METHODS)
@needs("arrange_cover")
def give(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    people = list(officers(one.on).exclude(pk=one.officer_id).order_by("name", "pk"))
    notes = _notes(people, one.on, one.halves, link_officer(one.school, one.on), without=one.meeting_id)
    form = GiveForm(typed(request), officers=_in_order(people, notes), notes=notes)
    if form.is_bound and try_form(form, actions.give, booking_id=pk, by=request.user, at=timezone.now()):
        messages.success(
            request,
            "A colleague comes instead: the school and both officers hear of it.",
            extra_tags=request.path,
        )
        return redirect("booking", pk=pk)
    context = {
        "form": form, "one": one, "heading": "Give it to a colleague", "button": "Give it to them",
        "intro": f"{actions.when(one)}, with {one.officer.name} until now.",
    }  # fmt: skip
    return render(request, "traded/bookings/form.jinja", context, status=400 if form.is_bound else 200)
