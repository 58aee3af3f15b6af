"""P9: disclosure and the statements served under section 9, of one prosecution."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.views.filling import filled
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.params import number
from mainstay.service.court.actions import disclosing
from mainstay.service.court.actions import trial as actions
from mainstay.service.court.forms_hearings import DisclosedForm, ObjectionForm, StatementForm, WarnedForm
from mainstay.service.court.models import Prosecution, StatementServed
from mainstay.service.court.opening import of_prosecution
from mainstay.service.record import frame

_FORMS: Final[dict[str, type[forms.Form]]] = {
    "statement": StatementForm, "objection": ObjectionForm, "warned": WarnedForm, "disclosed": DisclosedForm,
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("prosecute")
@of_prosecution("trial")
def trial(request: SignedIn, one: Prosecution) -> HttpResponse:
    do = request.POST.get("do", "")
    served = number(request.POST.get("statement"))
    bound = {
        name: form(request.POST if name == do else None, prefix=_prefix(name, served))
        for name, form in _FORMS.items()
    }
    if do in bound:
        act = _act(one, do, bound[do], served, request.user)
        if (response := filled(request, bound[do], act, "Recorded.", "court_trial", one.pk)) is not None:
            return response
    statements, disclosure = list(one.statements_served.all()), disclosing.of(one)
    context = {
        "one": one,
        "child": frame.identity(one.case.pupil, request.user),
        "forms": bound,
        "done": [form for form in bound.values() if form.is_bound],
        "theirs": {
            each.pk: _of_statement(each, bound, served if do in bound else None) for each in statements
        },
        "disclosure": disclosure if disclosure and disclosure.due_on else None,
        "statements": statements,
    }
    return render(request, "court/hearings/trial.jinja", context, status=400 if do in bound else 200)


def _prefix(name: str, statement: int | None) -> str:
    """Of one statement among several: its form has names of its own."""
    return f"{name}-{statement}" if name in ("objection", "warned") and statement else name


def _of_statement(each: StatementServed, bound: dict[str, Any], chosen: int | None) -> tuple[str, Any]:
    """What comes next for a statement, and its form: the one that was filled in, or an empty one."""
    which = "warned" if each.objected_on else "objection"
    if chosen == each.pk and bound[which].is_bound:
        return which, bound[which]
    return which, _FORMS[which](prefix=_prefix(which, each.pk))


def _act(one: Prosecution, do: str, form: Any, served: int | None, by: Any) -> Callable[[], Any]:
    at = timezone.now()

    def act() -> None:
        said = form.cleaned_data
        if do == "statement":
            actions.statement_served(prosecution_id=one.pk, by=by, at=at, **said)
        elif do == "disclosed":
            actions.disclosed(prosecution_id=one.pk, by=by, at=at, **said)
        else:
            theirs = one.statements_served.filter(pk=served).first() if served else None
            if theirs is None:
                raise StepRefused("Choose the statement.")
            action = actions.objected if do == "objection" else actions.warned
            action(statement_id=theirs.pk, by=by, at=at, **said)

    return act
