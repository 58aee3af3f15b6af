"""The officer's steps of an attendance order: enquiries, papers, answers, checks, requests, the end."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.casework import sending
from mainstay.service.casework.views.filling import filled, taken, typed
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents.homes import NOWHERE, homes
from mainstay.service.orders import forms_attendance as forms
from mainstay.service.orders.actions import attendance_beginning as beginning
from mainstay.service.orders.actions import attendance_ending as ending
from mainstay.service.orders.actions import attendance_following as following
from mainstay.service.orders.actions import attendance_writing as writing
from mainstay.service.orders.letters_attendance import to_parent
from mainstay.service.orders.models import AttendanceOrder
from mainstay.service.orders.steps_attendance import Kind
from mainstay.service.orders.steps_attendance import parents as parents_of
from mainstay.service.orders.views.attendance import METHODS, opened, ties
from mainstay.service.record import frame

PAGE = "attendance_order"


def form_page(request: SignedIn, one: AttendanceOrder, form: Any, **said: Any) -> HttpResponse:
    """One form about an order. said: heading, intro, button, notes (texts above the form)."""
    context = {
        "child": frame.identity(one.pupil, request.user),
        "one": one,
        "form": form,
        "intro": "",
        "notes": [],
        **said,
    }
    return render(request, "orders/attendance/form.jinja", context, status=400 if form.is_bound else 200)


def choices(one: AttendanceOrder) -> list[tuple[str, str]]:
    return [(str(parent.pk), parent.name) for parent in parents_of(one)]


@require_http_methods(METHODS)
@needs("work_orders")
def parents(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    initial = {"parents": [value for value, _ in choices(one)]}
    form = forms.ParentsForm(typed(request), parents=ties(one.pupil), initial=initial)

    def act() -> None:
        said = form.cleaned_data
        ids = [int(value) for value in said["parents"]]
        beginning.choose_parents(
            order_id=pk, parents=ids, because=said["because"], by=request.user, at=timezone.now()
        )

    done = "Papers go to these parents from now on."
    if (response := filled(request, form, act, done, PAGE, pk)) is not None:
        return response
    intro = "Somebody added now needs every paper that the others had: the page offers them."
    return form_page(request, one, form, heading="Whom papers go to", intro=intro, button="Save")


@require_http_methods(METHODS)
@needs("work_orders")
def owner(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    officers = holding("work_orders", timezone.localdate()).order_by("name")
    if not request.user.may("allocate"):
        officers = officers.filter(pk=request.user.pk)
    form = forms.OwnerForm(typed(request), officers=officers)

    def act() -> None:
        to = form.cleaned_data["owner"]
        beginning.give_to(order_id=pk, owner=to, by=request.user, at=timezone.now())

    if (response := filled(request, form, act, "The officer is set.", PAGE, pk)) is not None:
        return response
    return form_page(request, one, form, heading="Who works on it", button="Save")


@require_http_methods(METHODS)
@needs("work_orders")
def enquiry(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = forms.EnquiryForm(typed(request))

    def act() -> None:
        beginning.enquire(order_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The enquiry is written down.", PAGE, pk)) is not None:
        return response
    intro = "Calls, visits and meetings, also those that were tried; and what schools or others told us."
    return form_page(request, one, form, heading="Add an enquiry", intro=intro, button="Write it down")


@require_safe
@needs("work_orders")
def letter(request: SignedIn, pk: int, paper: str, parent: int) -> HttpResponse:
    """A paper as it would go to one parent today."""
    one = opened(request, pk)
    to = next((each for each in parents_of(one) if each.pk == parent), None)
    if to is None or paper not in Kind.values:
        raise Http404
    today = timezone.localdate()
    home = homes([to.pk], one.pupil, today, request.user).get(to.pk, NOWHERE)
    try:
        pdf = sending.render(to_parent(one, Kind(paper), to, home, today, request.user))
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(PAGE, pk)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"})


@require_POST
@needs("work_orders")
def send(request: SignedIn, pk: int, paper: str) -> HttpResponse:
    opened(request, pk)

    def act() -> None:
        writing.send(order_id=pk, kind=paper, by=request.user, at=timezone.now())

    return taken(request, act, "Sent: print them under Letters to post, and post them today.", PAGE, pk)


@require_http_methods(METHODS)
@needs("work_orders")
def answer(request: SignedIn, pk: int, notice: int) -> HttpResponse:
    one = opened(request, pk)
    found = next((each for each in one.notices.all() if each.pk == notice), None)
    if found is None:
        raise Http404
    form = forms.AnswerForm(typed(request), initial={"on": found.answered_on, "text": found.answer})

    def act() -> None:
        beginning.answer(notice_id=notice, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The answer is kept.", PAGE, pk)) is not None:
        return response
    heading = f"What {found.parent.name} answered"
    return form_page(
        request, one, form, heading=heading, intro=found.get_kind_display(), button="Keep the answer"
    )


@require_POST
@needs("work_orders")
def go(request: SignedIn, pk: int, step: str) -> HttpResponse:
    opened(request, pk)

    def act() -> None:
        writing.go_on(order_id=pk, step=step, by=request.user, at=timezone.now())

    return taken(request, act, "Done.", PAGE, pk)


@require_http_methods(METHODS)
@needs("work_orders")
def check(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = forms.CheckForm(typed(request))

    def act() -> None:
        following.check(order_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The check is kept.", PAGE, pk)) is not None:
        return response
    heading = f"Check with {one.school.name}" if one.school else "Check with the school"
    intro = "Registered, the road is followed by watching attendance like any pupil’s."
    return form_page(request, one, form, heading=heading, intro=intro, button="Keep the check")


@require_http_methods(METHODS)
@needs("work_orders")
def revocation(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = forms.RevocationForm(typed(request), parents=choices(one))

    def act() -> None:
        said = form.cleaned_data
        ending.ask_revocation(
            order_id=pk, parent_id=int(said["parent"]), asked_on=said["asked_on"], says=said["says"], by=request.user,
            at=timezone.now(),
        )  # fmt: skip

    if (
        response := filled(request, form, act, "The request is kept: a manager decides.", PAGE, pk)
    ) is not None:
        return response
    heading = "A parent asks that the order is revoked"
    return form_page(request, one, form, heading=heading, button="Keep the request")


@require_http_methods(METHODS)
@needs("work_orders")
def end(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = forms.EndForm(typed(request))

    def act() -> None:
        ending.end(order_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (
        response := filled(request, form, act, "It is ended. Write to each parent now.", PAGE, pk)
    ) is not None:
        return response
    return form_page(request, one, form, heading="End this road", button="End it")
