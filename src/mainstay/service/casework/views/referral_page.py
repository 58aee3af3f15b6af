"""One referral: a list of tasks for the school that writes it, the check for officers, how it stands for the rest."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.casework import information, readiness
from mainstay.service.casework.actions.deciding_referrals import appeal_by
from mainstay.service.casework.forms_checking import (
    AppealDecisionForm,
    AppealForm,
    DivertForm,
    OverrideForm,
    OwnerForm,
    PauseForm,
    RejectForm,
    ReturnForm,
    VerdictForm,
    WithdrawForm,
)
from mainstay.service.casework.forms_referrals import GivenForm
from mainstay.service.casework.leading import may_begin
from mainstay.service.casework.models import Referral
from mainstay.service.casework.queries import plans
from mainstay.service.casework.queries import referral_page as shown
from mainstay.service.common.prepared import Typed, prepared
from mainstay.service.common.steps import missing_of
from mainstay.service.record import access, frame
from mainstay.service.record.models import Deadline

State = Referral.State
Bound = dict[str, forms.BaseForm]
FIELDS: Final = (
    "pupil__school",
    "school",
    "checklist",
    "owner",
    "signed_by",
    "submitted_by",
    "case",
    "decision__by",
)
#: step -> its form; each has a prefix of its own
FORMS: Final[dict[str, Any]] = {
    "withdraw": WithdrawForm, "return": ReturnForm, "reject": RejectForm, "divert": DivertForm,
    "override": OverrideForm, "appeal": AppealForm,
}  # fmt: skip


def opened(request: SignedIn, pk: int) -> Referral:
    """The referral, for a page that changes it; 404 unless it is in view and its record stands open."""
    one = get_object_or_404(Referral.objects.visible_to(request.user).select_related(*FIELDS), pk=pk)
    if not access.may_open(request.user, one.pupil):
        raise Http404
    if request.method != "POST":
        access.log_read(request, one.pupil, page="referral")
    return one


@require_safe
@needs("see_cases")
def referral(request: SignedIn, pk: int) -> HttpResponse:
    one = get_object_or_404(Referral.objects.visible_to(request.user).select_related(*FIELDS), pk=pk)
    if not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
    access.log_read(request, one.pupil, page="referral")
    return page(request, one)


def page(request: SignedIn, one: Referral, **bound: forms.BaseForm) -> HttpResponse:
    """The page as this person may see it; bound: forms that were not right, by name, as they were typed."""
    user = request.user
    context: dict[str, Any] = {
        "referral": one,
        "child": frame.identity(one.pupil, user),
        "colour": shown.colour(one),
        "progress": shown.progress(one),
        "rounds": shown.rounds(one),
        "today": timezone.localdate(),
        "wrong": list(bound.values()),
    }
    if shown.writes(one, user):
        return _writing(request, one, context, bound)
    context |= _reading(one, user, context["today"], bound)
    return render(request, "casework/referral.jinja", context, status=400 if bound else 200)


def _writing(request: SignedIn, one: Referral, context: dict[str, Any], bound: Bound) -> HttpResponse:
    """The list of tasks, what is missing, and what would be sent back."""
    missing = readiness.missing(one)
    context |= {
        "tasks": shown.tasks(one),
        "missing": missing,
        "said": shown.said(one),
        "parents": [
            {"key": line["name"], "value": f"{line['speaks']}. Told: {line['told']}. {line['words']}"}
            for line in shown.parents(one)
        ],
        "would_return": readiness.would_be_sent_back(one),
        "may_sign": request.user.may("sign"),
        "withdraw": bound.get("withdraw") or WithdrawForm(),
        "siblings": shown.siblings(one, request.user, context["today"]),
        **_tried(one, request.user),
    }
    return render(request, "casework/referral_tasks.jinja", context, status=400 if bound else 200)


def _reading(one: Referral, user: Any, today: Any, bound: Bound) -> dict[str, Any]:
    steps, whole = shown.steps(one, user), shown.shows_content(user)
    checks = one.state == State.ACKNOWLEDGED and user.may("check_referral")
    items = shown.sent_lines(one) if whole else []
    letters = shown.letters(one, user) if whole and one.state == State.ACCEPTED else []
    found: dict[str, Any] = {
        "steps": steps,
        "missing": missing_of((step for step in steps.values() if step.blockers), one),
        "forms": {name: bound.get(name) or make() for name, make in FORMS.items() if name in steps},
        "whole": whole,
        "items": items,
        "said": shown.said(one) if whole else [],
        "parents": shown.parents(one) if whole else [],
        "letters": letters,
        "given_forms": _given_forms(letters, user, bound),
        "siblings": shown.siblings(one, user, today) if whole else [],
        "deadlines": _deadlines(one, user),
        "checks": checks,
        "verdicts": {item.pk: bound.get(f"item-{item.pk}") or VerdictForm(item=item) for item in items} if checks else {},
        "appeal_by": appeal_by(one),
        "decides": "uphold" in steps,
        "decide": bound.get("decide") or AppealDecisionForm(),
        "pause": bound.get("pause") or PauseForm(),
        "owner_form": None,
        **(_tried(one, user) if whole else {}),
    }  # fmt: skip
    if one.state in Referral.OPEN and user.may("check_referral"):
        found["owner_form"] = bound.get("owner") or owner_form(user)
    return found


def _tried(one: Referral, user: Any) -> dict[str, Any]:
    """Plans of the child, which show what was tried, and the leaflets given with the referral."""
    found = plans.of_child(one.pupil, user)
    return {
        "plans": [{"plan": plan, "colour": plans.COLOURS[plan.state]} for plan in found],
        "begins_plan": may_begin(user, one.pupil),
        "information": information.beside(one, one.pupil, user),
    }


def owner_form(user: Any, data: Any = None) -> OwnerForm:
    officers = holding("check_referral", timezone.localdate())
    return OwnerForm(data, officers=officers if user.may("allocate") else officers.filter(pk=user.pk))


def _given_forms(letters: list[dict[str, Any]], user: Any, bound: Bound) -> dict[int, forms.BaseForm]:
    """For letters of the service that do not go by themselves."""
    if not user.may("check_referral"):
        return {}
    return {
        letter["pk"]: bound.get(f"letter-{letter['pk']}")
        or GivenForm(letter=letter["pk"], hand_only=letter["by_hand"])
        for letter in letters
        if letter["kind"] == "accepted" and not letter["given"]
    }


def _deadlines(one: Referral, user: Any) -> list[Deadline]:
    return _open_about(user, Typed(one.pk))


@prepared
def _open_about(user: Any, key: Typed) -> QuerySet[Deadline]:
    about = {"about_kind": Referral._meta.label_lower, "about_id": key}
    return Deadline.objects.visible_to(user).open().filter(**about).order_by("last_day", "pk")
