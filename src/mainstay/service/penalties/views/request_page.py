"""One request: its writer writes it, an officer checks it, everybody else in whose view it is reads how it stands."""

from typing import Any, Final

from django import forms
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.penalties import known
from mainstay.service.penalties.actions.writing import may_write
from mainstay.service.penalties.forms_checking import (
    AnswerForm,
    ChooseParentForm,
    ImprovementLinkForm,
    OwnerForm,
    ReasonForm,
)
from mainstay.service.penalties.forms_requests import (
    ExclusionForm,
    Papers,
    SessionsForm,
    Sightings,
    sightings_of,
)
from mainstay.service.penalties.models import NoticeRequest
from mainstay.service.penalties.queries import check_page, names
from mainstay.service.penalties.queries import relied as on_register
from mainstay.service.penalties.queries import request_page as shown
from mainstay.service.record import access, frame
from mainstay.service.record.models import Deadline

State = NoticeRequest.State
Bound = dict[str, Any]
FIELDS: Final = ("pupil__school", "school", "finding", "leave", "improvement", "made_by", "owner")


def _found(user: Any) -> QuerySet[NoticeRequest]:
    """Those in view, with what the page shows of one; ``due``: by when it is to be looked at."""
    of = Deadline.objects.open().filter(
        about_kind=NoticeRequest._meta.label_lower, about_id=Cast(OuterRef("pk"), CharField())
    )
    found = NoticeRequest.objects.visible_to(user).select_related(*FIELDS)
    return found.annotate(due=Subquery(of.order_by("last_day").values("last_day")[:1]))


def opened(request: SignedIn, pk: int) -> NoticeRequest:
    """The request, for a page that changes it; 404 unless it is in view and its record stands open."""
    one = get_object_or_404(_found(request.user), pk=pk)
    if not access.may_open(request.user, one.pupil):
        raise Http404
    return one


@require_safe
@needs("see_notices")
def one(request: SignedIn, pk: int) -> HttpResponse:
    held = get_object_or_404(_found(request.user), pk=pk)
    if not access.may_open(request.user, held.pupil):
        return redirect(access.ask_reason_url(held.pupil, back=request.get_full_path()))
    access.log_read(request, held.pupil, page="notice request")
    return page(request, held)


def page(request: SignedIn, one: NoticeRequest, **bound: Any) -> HttpResponse:
    """The page as this person may see it; bound: forms that were not right, by name, as they were typed."""
    user, today = request.user, timezone.localdate()
    read = known.of_request(one, today, on_register.span(one, today))
    typed = bound.get("sessions")
    relied = on_register.Relied()
    if one.kind == "attendance":
        picked = typed.data.getlist("picked") if typed is not None else None
        relied = on_register.relied(one, user, today, picked, read=read, with_used=one.closed_at is None)
    steps = {step.name: step for step in shown.steps(one, user)}
    writes, own_words = may_write(one, user, read.of(one.pk)), user.sees_all_schools or one.from_school
    context: dict[str, Any] = {
        "notice_request": one,
        "child": frame.identity(one.pupil, user),
        "colour": shown.COLOURS[one.state],
        "progress": shown.progress(one),
        "basis": shown.basis(one, user),
        "answer": shown.answer(one, user),
        "relied": relied,
        "register": on_register.on_register(one, user, read) if one.kind == "attendance" else None,
        "exclusion": shown.exclusion(one) if one.kind == "excluded" else [],
        "days_that_count": shown.days_that_count(one),
        "because": one.because if own_words else "",
        "evidence": shown.evidence_lines(one, user, read.code) if own_words else [],
        "writes": writes,
        "writing": writes and one.state in (State.DRAFT, State.RETURNED),
        "may_add": "ask" in steps or (one.state == State.ASKED and user.may("request_notice") and own_words),
        "steps": steps,
        "missing": steps["ask"].missing(one) if "ask" in steps else [],
        "outcome": shown.outcome(one, user) if user.is_school_user else [],
        "of_school": shown.of_school(one, relied, today) if one.from_school else [],
        "bound": bound,
        "wrong": _wrong(bound),
        "today": today,
    }
    context |= _forms(request, one, relied, context, bound)
    if names.shows_considerations(user):
        context |= _of_service(request, one, steps, bound, read)
    return render(request, "penalties/request.jinja", context, status=400 if bound else 200)


def _wrong(bound: Bound) -> list[forms.BaseForm]:
    """Every form with something wrong in it, rows of formsets one by one."""
    found: list[forms.BaseForm] = []
    for form in bound.values():
        found += form.forms if isinstance(form, forms.BaseFormSet) else [form]
    return found


def _forms(
    request: SignedIn, one: NoticeRequest, relied: on_register.Relied, context: Bound, bound: Bound
) -> dict[str, Any]:
    """What its writer fills in."""
    if not (context["writes"] or context["may_add"]):
        return {}
    listed = [line.what for line in context["evidence"] if line.listed]
    made: dict[str, Any] = {
        "papers": bound.get("papers") or papers_form(listed),
        "sessions_form": bound.get("sessions")
        or SessionsForm(initial={"because": one.because}, offered=relied.keys),
    }
    if one.kind == "excluded":
        initial = {
            "notice_on": one.excluded_notice_on, "excluded_from": one.excluded_from,
            "school_days": one.excluded_school_days, "because": one.because,
        }  # fmt: skip
        made["exclusion_form"] = bound.get("exclusion") or ExclusionForm(initial=initial)
        made["sightings"] = bound.get("sightings") or Sightings(initial=sightings_of(one.seen), prefix="seen")
    return made


def papers_form(listed: list[str], data: Any = None, files: Any = None) -> Any:
    """A row for each line of the code's list, and one for anything else."""
    return Papers(data, files, initial=[{"what": what} for what in listed], prefix="paper")


def _of_service(
    request: SignedIn, one: NoticeRequest, steps: Bound, bound: Bound, read: known.Known
) -> dict[str, Any]:
    """The check: read by the whole service, worked on by whoever may."""
    user, check = request.user, check_page.check(one, read)
    works = user.may("check_notice") and one.state == State.ASKED
    context: dict[str, Any] = {
        "check": check,
        "works": works,
        "due": one.due,  # type: ignore[attr-defined]
        "answers": {},
        "choices": {},
    }
    if works:
        context["answers"] = {
            asked.question.name: bound.get(f"answer-{asked.question.name}") or AnswerForm(question=asked.question)
            for asked in check.questions
        }  # fmt: skip
        context["choices"] = {
            parent.pk: bound.get(f"parent-{parent.pk}") or ChooseParentForm(parent=parent.pk)
            for parent in check.parents
            if not parent.chosen
        }
    if works and any(asked.question.name == "improvement" for asked in check.questions):
        given = check_page.improvements(one)
        context["improvements"] = given
        context["improvement_form"] = bound.get("improvement") or ImprovementLinkForm(
            choices=given, initial={"improvement": one.improvement_id}
        )
    if one.closed_at is None and user.may("check_notice"):
        context["owner_form"] = bound.get("owner") or owner_form(user)
    for name, form in reason_forms().items():
        if name in steps and not steps[name].missing(one):
            context[f"{name}_form"] = bound.get(name) or form
    return context


def reason_forms(data: Any = None) -> dict[str, ReasonForm]:
    """Sending back and refusing, each with its own words."""
    return {
        "return": ReasonForm(
            data, prefix="return", label="What is missing", hint="The school reads this."
        ),
        "refuse": ReasonForm(
            data, prefix="refuse", label="Why the request is refused",
            hint="Kept as a decision record; the school reads it.",
        ),
    }  # fmt: skip


def owner_form(user: Any, data: Any = None) -> OwnerForm:
    officers = holding("check_notice", timezone.localdate())
    return OwnerForm(data, officers=officers if user.may("allocate") else officers.filter(pk=user.pk))
