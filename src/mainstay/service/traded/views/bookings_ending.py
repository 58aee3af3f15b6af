"""Cancelling, writing up, the children worked with, and what the school says of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.keys import fold
from mainstay.service.common.ui import params
from mainstay.service.common.ui.filters import long_date, plural
from mainstay.service.directory.models import Enrolment, Pupil
from mainstay.service.record import access
from mainstay.service.team.views.answers import try_form, try_step
from mainstay.service.traded.actions import bookings_ending as actions
from mainstay.service.traded.actions.bookings import when
from mainstay.service.traded.forms_bookings import CancelForm, DeliverForm, QueryForm, SettleForm
from mainstay.service.traded.models import Booking
from mainstay.service.traded.queries.bookings import answer_of, is_away, never_free, notice_until
from mainstay.service.traded.times_bookings import uses_up
from mainstay.service.traded.views.bookings import opened
from mainstay.service.traded.views.bookings_steps import METHODS, typed
from mainstay.service.traded.years import used_up

#: children shown to choose from
MOST = 60


def _page(request: SignedIn, one: Booking, form: Any, heading: str, button: str, **said: Any) -> HttpResponse:
    context = {"form": form, "one": one, "heading": heading, "button": button, "intro": when(one), **said}
    return render(request, "traded/bookings/form.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("book_days")
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    """By the school, or by somebody of the service whom it asked."""
    one, today, form = opened(request, pk), timezone.localdate(), CancelForm(typed(request))
    said = {"booking_id": pk, "by": request.user, "at": timezone.now()}
    if form.is_bound and try_form(form, actions.cancel_by_school, **said):
        messages.success(request, "It is cancelled: the other side hears of it.", extra_tags=request.path)
        return redirect("booking", pk=pk)
    until, away = notice_until(one, today), is_away(one)
    warning = ""
    if until is not None and uses_up(today, until, away=away):
        since = "It was booked too late to be cancelled without charge"
        if not never_free(one, until):
            since = f"It was free to cancel until {long_date(until)}"
        warning = f"{since}. Cancelled now, {used_up(one.half_days)}."
    note = f"Without charge until {long_date(until)}." if until and not warning else ""
    if away:
        note = f"Without charge: {one.officer.name} is away, and nobody comes instead yet."
    heading = "Cancel the booking" if request.user.is_school_user else "Cancel it for the school"
    return _page(
        request, one, form, heading, "Cancel the booking", warning=warning, note=note, kind="warning"
    )


@require_http_methods(METHODS)
@needs("deliver_days")
def cancel_service(request: SignedIn, pk: int) -> HttpResponse:
    """The service cannot come."""
    one, form = opened(request, pk), CancelForm(typed(request))
    said = {"booking_id": pk, "by": request.user, "at": timezone.now()}
    if form.is_bound and try_form(form, actions.cancel_by_service, **said):
        messages.success(
            request, "It is cancelled without charge. Book another day for the school from here."
        )
        return redirect("booking", pk=pk)
    note = "Nothing is charged. Look for a colleague or another day first: the school has planned with it."
    return _page(
        request, one, form, "Cancel it for the service", "Cancel the booking", note=note, kind="warning"
    )


@require_http_methods(METHODS)
@needs("deliver_days")
def deliver(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = DeliverForm(typed(request), booked=one.half_days)
    said = {"booking_id": pk, "by": request.user, "at": timezone.now()}
    if form.is_bound and try_form(form, actions.deliver, **said):
        messages.success(
            request, "It is written up; the school is asked to confirm it.", extra_tags=request.path
        )
        return redirect("booking", pk=pk)
    note = "Name the children you worked with on the booking’s page, before or after."
    return _page(request, one, form, "Record the delivery", "Write it up", note=note)


@require_http_methods(METHODS)
@needs("deliver_days")
def children(request: SignedIn, pk: int) -> HttpResponse:
    """Children of the school, found by name; ticked ones are named on the booking."""
    one, user = opened(request, pk), request.user
    words = fold(request.GET.get("q", ""))[:80]
    if request.method == "POST":
        ticked = [number for text in request.POST.getlist("pupil") if (number := params.number(text))]
        said: dict[str, Any] = {"booking_id": pk, "pupils": ticked, "by": user, "at": timezone.now()}
        if try_step(request, actions.name_children, "The children are named.", **said):
            return redirect("booking", pk=pk)
        return redirect("booking_children", pk=pk)
    roll = Enrolment.objects.current().filter(school=one.school_id).order_by().values("pupil_id")
    named = one.pupils.order_by().values("pk")
    found = Pupil.objects.visible_to(user).filter(pk__in=roll, restricted=False).exclude(pk__in=named)
    for word in words.split():
        found = found.filter(key__contains=word)
    rows = list(found.order_by("key", "pk")[:MOST]) if words else []
    access.log_reads(request, [pupil.pk for pupil in rows], page="booking, children")
    context = {
        "one": one, "rows": rows, "q": request.GET.get("q", "")[:80], "asked": bool(words), "most": MOST, "when": when(one),
        "counted": plural(len(rows), "child", "children"),
    }  # fmt: skip
    return render(request, "traded/bookings/children.jinja", context)


@require_POST
@needs("deliver_days")
def remove_child(request: SignedIn, pk: int, pupil: int) -> HttpResponse:
    said: dict[str, Any] = {"booking_id": pk, "pupil": pupil, "by": request.user, "at": timezone.now()}
    try_step(request, actions.unname_child, "The child is no longer named.", **said)
    return redirect("booking", pk=opened(request, pk).pk)


@require_POST
@needs("order_days")
def confirm(request: SignedIn, pk: int) -> HttpResponse:
    said: dict[str, Any] = {"booking_id": pk, "by": request.user, "at": timezone.now()}
    try_step(request, actions.confirm, "You confirmed it.", **said)
    return redirect("booking", pk=opened(request, pk).pk)


@require_http_methods(METHODS)
@needs("order_days")
def query(request: SignedIn, pk: int) -> HttpResponse:
    one, form = opened(request, pk), QueryForm(typed(request))
    said = {"booking_id": pk, "by": request.user, "at": timezone.now()}
    if form.is_bound and try_form(form, actions.query, **said):
        messages.success(
            request,
            "The officer and the manager hear of it; you are told what came of it.",
            extra_tags=request.path,
        )
        return redirect("booking", pk=pk)
    return _page(request, one, form, "Query what was written up", "Send the query")


@require_http_methods(METHODS)
@needs("accept_order")
def settle(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    delivery = answer_of(one)
    form = SettleForm(typed(request), used=delivery.half_days if delivery else 0)
    said = {"booking_id": pk, "by": request.user, "at": timezone.now()}
    if form.is_bound and try_form(form, actions.settle, **said):
        messages.success(
            request, "The query is settled; the school and the officer hear of it.", extra_tags=request.path
        )
        return redirect("booking", pk=pk)
    note = f"The school says: {delivery.query}" if delivery and delivery.query else ""
    return _page(request, one, form, "Settle the query", "Settle it", note=note)
