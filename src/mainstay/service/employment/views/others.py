"""Referrals to officers, schools' views, chaperones' productions, and the council's values."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.common.ui.lists import listing
from mainstay.service.directory.models import Pupil
from mainstay.service.directory.relations import link_officer
from mainstay.service.employment import places, values
from mainstay.service.employment.actions import asking, handing
from mainstay.service.employment.forms.steps import (
    STATES,
    AnswerForm,
    EngageForm,
    ListFilter,
    ReferForm,
    ValueForm,
    ViewForm,
)
from mainstay.service.employment.models import EmploymentValue, Handover, SchoolView
from mainstay.service.employment.queries import lists, pages
from mainstay.service.employment.views.answers import METHODS, child_of, done, form_page, opened, took, typed
from mainstay.service.record import access, frame
from mainstay.service.record.providers import begin, lines


@require_http_methods(METHODS)
@needs("work_employment")
@access.opened("employment referral")
def refer(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """Refer a child to an officer; the link officer of the school stands first."""
    today = timezone.localdate()
    officer = link_officer(pupil.school_id, today) if pupil.school_id else None
    officers = holding("work_case", today).order_by("name", "pk")
    form = ReferForm(typed(request), officers=officers, initial={"officer": officer.pk if officer else None})
    made: list[Handover] = []

    def act() -> None:
        made.append(handing.refer(pupil=pupil, by=request.user, at=timezone.now(), **form.cleaned_data))

    if took(form, act):
        return done(request, "The officer has it.", "employment_handover", made[0].pk)
    context = {"form": form, "pupil": pupil, "child": frame.identity(pupil, request.user), "officer": officer}
    return render(request, "employment/refer.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("see_employment")
def handover(request: SignedIn, pk: int) -> HttpResponse:
    """One referral; its officer answers it here, and sees what can be begun about the child."""
    user = request.user
    rows = Handover.objects.visible_to(user).select_related(
        "pupil__school", "officer", "sent_by", "answered_by"
    )
    one = get_object_or_404(rows, pk=pk)
    if not access.may_open(user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.path))
    access.log_read(request, one.pupil, page="employment referral")
    form = AnswerForm(typed(request))

    def act() -> None:
        handing.answer(pk=pk, by=user, at=timezone.now(), **form.cleaned_data)

    if took(form, act):
        return done(request, "Your answer is kept.", "employment_handover", pk)
    answers = one.state == Handover.State.SENT and (user.pk == one.officer_id or user.may("allocate"))
    context = {
        "one": one, "form": form if answers else None, "child": frame.identity(one.pupil, user),
        "colour": lists.COLOURS[one.state],
        "begin": lines(begin, one.pupil, user) if one.state == Handover.State.ACCEPTED and user.pk == one.officer_id else [],
    }  # fmt: skip
    return render(request, "employment/handover.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("view_on_employment")
def views(request: SignedIn) -> HttpResponse:
    """What a school is asked about its pupils' work and performances."""
    wanted = ListFilter(request.GET).wanted
    found = listing(
        lists.views(request.user, wanted), request.GET, lists.VIEW_COLUMNS, default_sort="answer_by"
    )
    found = replace(found, rows=[lists.view_row(one) for one in found.rows])
    context = {"page": found, "wanted": wanted, "states": STATES["view"], "sort": request.GET.get("sort", "")}
    return render(request, "employment/views.jinja", context)


@require_http_methods(METHODS)
@needs("view_on_employment")
def view(request: SignedIn, pk: int) -> HttpResponse:
    """One question, and the school's answer."""
    rows = SchoolView.objects.visible_to(request.user).select_related(
        "school", "permit__pupil__school", "licence__pupil__school", "licence__chaperone", "answered_by", "asked_by"
    ).prefetch_related("licence__days")  # fmt: skip
    one = get_object_or_404(rows, pk=pk)
    about = one.about
    if about.pupil is None or not Pupil.objects.present_to(request.user).filter(pk=about.pupil_id).exists():
        raise Http404
    if not access.may_open(request.user, about.pupil):
        return redirect(access.ask_reason_url(about.pupil, back=request.path))
    access.log_read(request, about.pupil, page="employment question")
    waits = one.answered_at is None and not one.dropped
    form = ViewForm(typed(request), absence=bool(one.licence and one.licence.absence))

    def act() -> None:
        said = {"leave": None, **form.cleaned_data}
        asking.answer(view_id=pk, by=request.user, at=timezone.now(), **said)

    if took(form, act):
        return done(request, "Thank you: the council has your answer.", "employment_views")
    context = {
        "one": one, "about": about, "form": form if waits else None, "child": frame.identity(about.pupil, request.user),
        "tables": pages.tables(about),
    }  # fmt: skip
    return render(request, "employment/view.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("work_employment")
def engage(request: SignedIn, pk: int) -> HttpResponse:
    """A chaperone tells of a production."""
    one = opened(request, "chaperone", pk)
    form = EngageForm(typed(request))

    def act() -> None:
        handing.engage(pk=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if took(form, act):
        return done(request, "Noted.", "employment_chaperone", pk)
    intro = f"A chaperone tells of a production {handing.notice_days(one)} days before."
    return form_page(
        request, one, form, "employment_chaperone", heading="Note a production", intro=intro, button="Note it"
    )


@require_safe
@needs("see_employment")
def all_values(request: SignedIn) -> HttpResponse:
    now = values.in_force(timezone.localdate())
    groups: dict[str, list[Any]] = {}
    for value in values.VALUES:
        groups.setdefault(value.group, []).append(
            {"value": value, "lines": _lines(values.words(value, now[value.name]))}
        )
    context = {
        "places": places.tabs(request.user, "employment_values"), "groups": groups.items(),
        "may_edit": request.user.may("edit_employment_values"), "child": child_of(None, request.user),
    }  # fmt: skip
    return render(request, "employment/values.jinja", context)


def _lines(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["Yes" if value else "No"]
    return [str(line) for line in value] if isinstance(value, list) else [str(value)]


@require_http_methods(METHODS)
@needs("edit_employment_values")
def set_value(request: SignedIn, name: str) -> HttpResponse:
    value = values.KNOWN.get(name)
    if value is None:
        raise Http404
    form = ValueForm(typed(request), of=value, now=values.in_force(timezone.localdate())[name])

    def act() -> None:
        said = form.cleaned_data
        values.set_value(
            name=name,
            value=form.value,
            since=said["since"],
            reason=said["reason"],
            by=request.user,
            at=timezone.now(),
        )

    if took(form, act):
        return done(request, f"Set: {value.label[:1].lower()}{value.label[1:]}.", "employment_values")
    history = [
        (one, _lines(values.words(value, one.value)))
        for one in EmploymentValue.objects.filter(name=name).select_related("set_by")[:20]
    ]
    context = {"form": form, "value": value, "history": history}
    return render(request, "employment/value_set.jinja", context, status=400 if form.is_bound else 200)
