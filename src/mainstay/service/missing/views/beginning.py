"""How a search begins: enquiries of a school, a referral, the risks, the record, the officer."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.directory.models import Pupil, School
from mainstay.service.missing import forms, values
from mainstay.service.missing.actions import beginning, enquiring
from mainstay.service.missing.actions.beginning import Told
from mainstay.service.missing.models import MissingChild
from mainstay.service.missing.steps import untold
from mainstay.service.missing.views.filling import METHODS, PAGE, filled, form_page, identity, opened, typed
from mainstay.service.record import access, frame


@require_http_methods(METHODS)
@needs("refer_missing")
@access.opened("missing education")
def begin(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """The school's own enquiries about a child of its roll."""
    form = forms.BeginForm(typed(request))
    made: list[MissingChild] = []

    def act() -> None:
        made.append(beginning.begin(pupil=pupil, by=request.user, at=timezone.now(), **form.cleaned_data))

    if filled(request, form, act, "The enquiries are begun.", "missing") is not None:
        return redirect("missing_risk" if made[0].risks else PAGE, made[0].pk)
    context = {"child": frame.identity(pupil, request.user), "pupil": pupil, "form": form}
    return render(request, "missing/begin.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("refer_missing")
def new(request: SignedIn) -> HttpResponse:
    """A referral of a child on no record, or by somebody who has no account."""
    user = request.user
    own = School.objects.visible_to(user).order_by("key") if user.is_school_user else None
    form = forms.ReferForm(typed(request)) if own is not None else forms.OutsideReferForm(typed(request))
    made: list[MissingChild] = []

    def act() -> None:
        said = form.cleaned_data
        made.append(
            beginning.refer(
                told=form.told_of, route=said.get("route") or MissingChild.Route.SCHOOL,
                received_on=said.get("received_on") or timezone.localdate(), risks=said["risks"], by=user,
                school=own.first() if own is not None else None, at=timezone.now(),
            )
        )  # fmt: skip

    if (
        filled(request, form, act, "Referred. It is looked through first where there is risk.", "missing")
        is not None
    ):
        return redirect("missing_risk" if untold(made[0]) else PAGE, made[0].pk)
    return render(request, "missing/new.jinja", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("refer_missing")
def refer(request: SignedIn, pk: int) -> HttpResponse:
    """The school's enquiries end in a referral."""
    one = opened(request, pk)
    form = forms.ReferForm(typed(request), initial=_known(one))
    if "risks" in form.fields:
        del form.fields["risks"]  # they have a page of their own

    def act() -> None:
        form.cleaned_data["risks"] = one.risks
        beginning.refer_on(child_id=pk, told=form.told_of, by=request.user, at=timezone.now())

    if (response := filled(request, form, act, "Referred to the council.", PAGE, pk)) is not None:
        return response
    intro = "What your record says is filled in. The enquiries you wrote down go with it."
    return form_page(request, one, form, heading="Refer to the council", intro=intro, button="Refer")


def _known(one: MissingChild) -> dict[str, Any]:
    names = [
        "forename", "surname", "middle_names", "date_of_birth", "age_told", "sex", "upn", "year_group", "ethnicity",
        "language", "flags", "last_school", "last_school_told", "last_attended_on", "last_seen_on", "last_seen_told",
        "address", "postcode", "destination", "reason", "told", "safeguarding",
    ]  # fmt: skip
    parents = [
        {"name": p.name, "relationship": p.relationship, "phone": p.phone, "email": p.email}
        for p in one.parents.all()
    ]
    siblings = [{"name": s.name, "school": s.school} for s in one.siblings.all()]
    aliases = [(alias.forename, alias.surname) for alias in one.aliases.all()]
    return forms.initial_of(Told({name: getattr(one, name) for name in names}, aliases, parents, siblings))


@require_http_methods(METHODS)
@needs("refer_missing")
def risks(request: SignedIn, pk: int) -> HttpResponse:
    """The checklist of risks, and who is told today."""
    one = opened(request, pk)
    form = forms.RiskForm(typed(request), initial={"risks": one.risks})

    def act() -> None:
        beginning.see_risk(child_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    to = "missing_alert" if request.method == "POST" and request.POST.getlist("risks") else PAGE
    if (response := filled(request, form, act, "The risks are written down.", to, pk)) is not None:
        return response
    said = values.in_force(timezone.localdate())
    context = {"form": form, "phones": said}
    return _risk_page(request, one, "missing/risk.jinja", context)


@require_http_methods(METHODS)
@needs("refer_missing")
def alert(request: SignedIn, pk: int) -> HttpResponse:
    """Write down that social care or the police were told."""
    one = opened(request, pk)
    left = untold(one)
    form = forms.AlertForm(
        typed(request), initial={"to": left[0] if left else "", "on": timezone.localdate()}
    )

    def act() -> None:
        said = form.cleaned_data
        enquiring.alert(
            child_id=pk, to=said["to"], told_at=form.told_at, spoke_to=said["spoke_to"], reference=said["reference"],
            text=said["text"], by=request.user, at=timezone.now(),
        )  # fmt: skip

    if (response := filled(request, form, act, "Written down.", PAGE, pk)) is not None:
        return response
    said = values.in_force(timezone.localdate())
    return _risk_page(request, one, "missing/alert.jinja", {"form": form, "phones": said, "left": left})


def _risk_page(request: SignedIn, one: MissingChild, template: str, context: dict[str, Any]) -> HttpResponse:
    context = {"one": one, "child": identity(one, request.user), **context}
    return render(request, template, context, status=400 if context["form"].is_bound else 200)


@require_http_methods(METHODS)
@needs("work_missing")
def link(request: SignedIn, pk: int) -> HttpResponse:
    """Which record is this child's."""
    one = opened(request, pk)
    form = forms.LinkForm(typed(request), user=request.user)

    def act() -> None:
        pupil = form.cleaned_data["pupil"]
        beginning.link(child_id=pk, pupil=pupil, by=request.user, at=timezone.now())

    if (response := filled(request, form, act, "The record is set.", PAGE, pk)) is not None:
        return response
    intro = "Where a record is here, the search and its chronology belong to it. Several that fit are offered to choose from."
    return form_page(request, one, form, heading="The child’s record", intro=intro, button="Save")


@require_http_methods(METHODS)
@needs("work_missing")
def owner(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    officers = holding("work_missing", timezone.localdate())
    form = forms.OwnerForm(
        typed(request), officers=officers, initial={"owner": one.owner_id or request.user.pk}
    )

    def act() -> None:
        beginning.give_to(child_id=pk, owner=form.cleaned_data["owner"], by=request.user, at=timezone.now())

    if (response := filled(request, form, act, "The officer is set.", PAGE, pk)) is not None:
        return response
    return form_page(request, one, form, heading="Who works on it", button="Save")
