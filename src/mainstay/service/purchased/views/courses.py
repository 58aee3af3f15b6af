"""Training: courses with places, the list of who was there, what they thought of it; the service's own values."""

from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.views.filling import filled, taken, typed
from mainstay.service.directory.models import School
from mainstay.service.documents import rendering
from mainstay.service.purchased import forms, papers, places, values
from mainstay.service.purchased.actions import training, writing
from mainstay.service.purchased.models import Place, PurchasedValue, Work
from mainstay.service.purchased.views.opening import METHODS, form_page, of_work
from mainstay.service.purchased.views.works import pdf
from mainstay.service.team.forms import ValueForm


@require_safe
@needs("see_purchased")
def courses(request: SignedIn) -> HttpResponse:
    """To come, and over; with the places that are left."""
    today = timezone.localdate()
    booked = Count("places", filter=Q(places__cancelled_at=None))
    found = training.courses_for(request.user).select_related("school").annotate(booked=booked)
    rows = list(found.order_by("-on", "-pk")[:100])
    context = {
        "places": places.tabs(request.user, "purchased_courses"),
        "to_come": [row for row in reversed(rows) if row.on >= today],
        "over": [row for row in rows if row.on < today],
        "works": request.user.may("work_purchased"),
    }
    return render(request, "purchased/courses.jinja", context)


@require_http_methods(METHODS)
@needs("work_purchased")
def course_new(request: SignedIn) -> HttpResponse:
    form = forms.CourseForm(typed(request), schools=School.objects.visible_to(request.user).order_by("key"))
    made: list[Work] = []

    def act() -> None:
        made.append(writing.open_course(by=request.user, at=timezone.now(), **form.cleaned_data))

    done = "Write down when, where and how many places; then share it."
    if filled(request, form, act, done, "purchased_courses") is not None:
        return redirect("purchased_work", made[0].pk)
    return render(request, "purchased/course_new.jinja", {"form": form}, status=400 if form.is_bound else 200)


def _course(request: SignedIn, pk: int) -> Work:
    found: Work = get_object_or_404(
        training.courses_for(request.user).select_related("school", "owner"), pk=pk
    )
    return found


def _mine(request: SignedIn, course: Work) -> list[Place]:
    mine = School.objects.visible_to(request.user).order_by().values("pk")
    found = course.places.filter(cancelled_at=None, school__in=mine).select_related("school")
    return list(found)


@require_http_methods(METHODS)
@needs("see_purchased")
def course(request: SignedIn, pk: int) -> HttpResponse:
    """One course for whoever may book places: their own people, and a form for the next."""
    user, one = request.user, _course(request, pk)
    schools = School.objects.visible_to(user).order_by("key")
    if not one.details.get("everybody"):
        schools = schools.filter(pk=one.school_id)
    first = schools.values_list("pk", flat=True).first() if user.is_school_user else None
    form = forms.PlaceForm(typed(request), schools=schools, initial={"school": first})

    def act() -> None:
        training.book(work_id=pk, by=user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The place is booked.", "purchased_course", pk)) is not None:
        return response
    booked = one.places.filter(cancelled_at=None).count()
    books = user.may("take_part_purchased") or user.may("work_purchased")
    capacity = int(one.details.get("capacity") or 0)
    context = {
        "course": one, "seats": _mine(request, one), "form": form, "left": max(0, capacity - booked), "today": timezone.localdate(),
        "books": books and one.state != Work.State.DONE and one.on >= timezone.localdate() and capacity > booked,
        "works": user.may("work_purchased"), "takes_part": books,
    }  # fmt: skip
    return render(request, "purchased/course.jinja", context, status=400 if form.is_bound else 200)


@require_POST
@needs("see_purchased")
def place_cancel(request: SignedIn, pk: int, place: int) -> HttpResponse:
    _course(request, pk)
    return taken(
        request,
        lambda: training.cancel(work_id=pk, place_id=place, by=request.user, at=timezone.now()),
        "The place is free again.",
        "purchased_course",
        pk,
    )


@require_http_methods(METHODS)
@needs("see_purchased")
def evaluate(request: SignedIn, pk: int, place: int) -> HttpResponse:
    """What one person thought of it."""
    one = _course(request, pk)
    seat = next((each for each in _mine(request, one) if each.pk == place), None)
    if seat is None:
        raise Http404
    form = forms.EvaluateForm(typed(request), questions=values.in_force(one.on)["questions"], now=seat)

    def act() -> None:
        remarks = form.cleaned_data["remarks"]
        training.evaluate(
            work_id=pk, place_id=place, answers=form.answers, remarks=remarks, by=request.user, at=timezone.now()
        )  # fmt: skip

    if (response := filled(request, form, act, "Thank you.", "purchased_course", pk)) is not None:
        return response
    context = {"course": one, "seat": seat, "form": form}
    return render(request, "purchased/evaluate.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("work_purchased")
@of_work("purchased course", "places")
def attendance(request: SignedIn, one: Work) -> HttpResponse:
    booked = [place for place in one.places.all() if place.cancelled_at is None]
    there = [place.pk for place in booked if place.attended]
    form = forms.AttendedForm(typed(request), places=booked, initial={"there": there})

    def act() -> None:
        training.attended(
            work_id=one.pk, there=form.cleaned_data["there"], by=request.user, at=timezone.now()
        )

    intro = "Whoever is not ticked was not there." if booked else "Nobody has a place yet."
    return form_page(
        request,
        one,
        form,
        act,
        "It is kept who was there.",
        heading="Who was there",
        button="Keep it",
        intro=intro,
    )


@require_safe
@needs("work_purchased")
@of_work("purchased course list", "places")
def attendance_list(request: SignedIn, one: Work) -> HttpResponse:
    booked = [place for place in one.places.all() if place.cancelled_at is None]
    return pdf(
        rendering.render(papers.PAPER, papers.of_attendance(one, booked)), f"{one.number.lower()}-list.pdf"
    )


@require_safe
@needs("work_purchased")
def purchased_values(request: SignedIn) -> HttpResponse:
    now = values.in_force(timezone.localdate())
    groups: dict[str, list[Any]] = {}
    for value in values.known().values():
        lines = now[value.name] if isinstance(now[value.name], list) else [str(now[value.name])]
        groups.setdefault(value.group, []).append({"value": value, "lines": lines})
    context = {
        "places": places.tabs(request.user, "purchased_values"),
        "groups": groups.items(),
        "may_edit": request.user.may("edit_purchased_values"),
    }
    return render(request, "purchased/values.jinja", context)


@require_http_methods(METHODS)
@needs("edit_purchased_values")
def value_set(request: SignedIn, name: str) -> HttpResponse:
    value = values.known().get(name)
    if value is None:
        raise Http404
    form = ValueForm(typed(request), of=value, now=values.in_force(timezone.localdate())[name])

    def act() -> None:
        said = {"since": form.cleaned_data["since"], "reason": form.cleaned_data["reason"]}
        values.set_value(name=name, value=form.value, by=request.user, at=timezone.now(), **said)

    if (response := filled(request, form, act, "It is set.", "purchased_values")) is not None:
        return response
    rows = PurchasedValue.objects.filter(name=name).select_related("set_by")[:20]
    history = [(one, one.value if isinstance(one.value, list) else [str(one.value)]) for one in rows]
    context = {"form": form, "value": value, "history": history}
    return render(request, "purchased/value_set.jinja", context, status=400 if form.is_bound else 200)
