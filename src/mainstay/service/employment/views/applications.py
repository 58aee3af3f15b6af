"""One application: its page, typing and correcting it, finding its child, and what is decided about it."""

from types import SimpleNamespace
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.uploads import store
from mainstay.service.documents.models import Service
from mainstay.service.employment import papers, values
from mainstay.service.employment.actions import applying, asking, deciding
from mainstay.service.employment.forms.fields import PageForm
from mainstay.service.employment.forms.hours import HoursForm
from mainstay.service.employment.forms.pages import STAFF, ReceivedForm
from mainstay.service.employment.forms.steps import (
    BecauseForm,
    GrantForm,
    IdentifyForm,
    ReasonsForm,
    WorkSeenForm,
)
from mainstay.service.employment.kinds import KINDS, Kind
from mainstay.service.employment.models.base import Source
from mainstay.service.employment.queries import pages
from mainstay.service.employment.views.answers import (
    METHODS,
    child_of,
    done,
    every,
    form_page,
    kept_file,
    opened,
    rows_of,
    took,
    typed,
)
from mainstay.service.record import access

#: step -> its page
_DECIDED: Final = {
    "grant": "Granted: the paper is made.",
    "refuse": "Refused: the letter is made.",
    "revoke": "Revoked: the letter is made.",
}


@require_safe
@needs("see_employment")
def page(request: SignedIn, key: str, pk: int) -> HttpResponse:
    user, kind = request.user, KINDS[key]
    rows = rows_of(key)
    visible = rows.model.objects.visible_to(user).order_by().values("pk")
    one = rows.filter(pk__in=visible, pk=pk).first()
    if one is None:
        raise Http404
    pupil = getattr(one, "pupil", None)
    if pupil is not None:
        if not access.may_open(user, pupil):
            return redirect(access.ask_reason_url(pupil, back=request.get_full_path()))
        access.log_read(request, pupil, page=f"employment {key}")
    return render(request, "employment/page.jinja", _context(one, kind, user))


def _context(one: Any, kind: Kind, user: Any) -> dict[str, Any]:
    works, decides = user.may("work_employment"), user.may("decide_employment")
    return {
        "one": one,
        "kind": kind,
        "child": child_of(one, user),
        "colour": {"received": "blue", "granted": "green", "refused": "red", "revoked": "red"}.get(
            one.state, "grey"
        ),
        "progress": pages.progress(one),
        "warnings": pages.warnings(one) if one.state == "received" else [],
        "missing": pages.missing(kind, one),
        "sections": pages.sections(one),
        "answers": pages.answers(one),
        "tables": pages.tables(one),
        "deadlines": pages.clocks(one),
        "posted": _posted(one),
        "emailed": bool(papers.email(one)),
        "works": works,
        "decides": decides,
        "today": timezone.localdate(),
        "of_child": hasattr(one, "pupil_id"),
        "notice_days": values.in_force(timezone.localdate())["chaperone_notice"]
        if kind.key == "chaperone"
        else 0,
    }


def _posted(one: Any) -> Service | None:
    """How its paper goes to the applicant; None without one."""
    return (
        Service.objects.filter(document=one.document_id).order_by("-pk").first() if one.document_id else None
    )


def _forms(request: SignedIn, key: str, one: Any = None) -> list[PageForm]:
    """Every page of a kind at once; one: the row that is corrected."""
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    found = []
    for form in STAFF[key].values():
        initial = {} if one is None else {name: getattr(one, name, None) for name in _names(form)}
        if one is not None and "days" in initial:
            initial["days"] = list(one.days.all())
        found.append(form(data, files, initial=initial))
    return found


def _names(form: type[PageForm]) -> list[str]:
    more = {"hours": ["school_week", "free_week"], "days": ["days"]}.get(form.drawn, [])
    return [*form.base_fields, *more]


def _said(forms_: list[PageForm], request: SignedIn) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for form in forms_:
        said |= form.said()
        if "risk_upload" in form.fields and (file := kept_file(form, "risk_upload", request)) is not None:
            said["risk_file"] = file
    return said


@require_http_methods(METHODS)
@needs("work_employment")
def new(request: SignedIn, key: str) -> HttpResponse:
    """Type an application that came on paper or by telephone."""
    forms_: list[Any] = _forms(request, key)
    received = ReceivedForm(typed(request), initial={"received_on": timezone.localdate()})
    made: list[Any] = []

    def act() -> None:
        said = _said(forms_, request)
        made.append(
            applying.apply(
                kind=key, said=said, source=Source.STAFF, by=request.user, at=timezone.now(),
                received_on=received.cleaned_data["received_on"],
            )
        )  # fmt: skip

    if every(received, *forms_) and took(received, act):
        return done(
            request,
            "The application is kept. Find the child next." if key in ("permit", "licence") else "Kept.",
            KINDS[key].page,
            made[0].pk,
        )
    return _type_page(request, key, [received, *forms_], None)


@require_http_methods(METHODS)
@needs("work_employment")
def correct(request: SignedIn, key: str, pk: int) -> HttpResponse:
    one = opened(request, key, pk)
    if one.state != "received":
        messages.error(request, "It is decided: it is not corrected any more.")
        return redirect(KINDS[key].page, pk)
    forms_: list[Any] = _forms(request, key, one)

    def act() -> None:
        applying.correct(kind=key, pk=pk, changes=_said(forms_, request), by=request.user, at=timezone.now())

    if every(*forms_) and took(forms_[0], act):
        return done(request, "Kept.", KINDS[key].page, pk)
    return _type_page(request, key, forms_, one)


def _type_page(request: SignedIn, key: str, forms_: list[Any], one: Any) -> HttpResponse:
    bound = any(form.is_bound for form in forms_)
    context = {
        "forms": forms_,
        "form": forms_[0],
        "kind": KINDS[key],
        "one": one,
        "child": child_of(one, request.user) if one else None,
    }
    return render(request, "employment/type.jinja", context, status=400 if bound else 200)


@require_http_methods(METHODS)
@needs("work_employment")
def identify(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Find the child of an application or a report in the directory."""
    one = opened(request, key, pk)
    found = pages.candidates(one, request.user)
    form = IdentifyForm(typed(request), pupils=found, user=request.user)

    def act() -> None:
        said = form.cleaned_data
        applying.identify(
            kind=key,
            pk=pk,
            pupil=said["pupil"],
            off_record=said["off_record"],
            by=request.user,
            at=timezone.now(),
        )

    if took(form, act):
        return done(request, "Kept.", f"employment_{key}", pk)
    if key == "report":
        intro = f"The report says: {one.child or 'nothing of who the child is'}. It gives no date of birth: look for the name."
    else:
        born = f"born {long_date(one.born_on)}"
        below = "Whoever is born that day stands below." if found else "Nobody in your view is born that day."
        intro = f"The application says: {one.child_name}, {born}, {one.child_school}. {below}"
    return form_page(
        request,
        one,
        form,
        f"employment_{key}",
        heading="Which child is it",
        intro=intro,
        button="This is the child",
    )


@require_POST
@needs("work_employment")
def take_on(request: SignedIn, key: str, pk: int) -> HttpResponse:
    opened(request, key, pk)
    try:
        applying.take_on(kind=key, pk=pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"employment_{key}", pk)


@require_POST
@needs("work_employment")
def ask(request: SignedIn, key: str, pk: int) -> HttpResponse:
    opened(request, key, pk)
    try:
        asking.ask(kind=key, pk=pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(KINDS[key].page, pk)
    return done(request, "The school is asked.", KINDS[key].page, pk)


@require_http_methods(METHODS)
@needs("decide_employment")
def decide(request: SignedIn, key: str, pk: int, step: str) -> HttpResponse:
    """Grant with conditions, refuse or revoke with reasons."""
    if step not in _DECIDED:
        raise Http404
    one, kind = opened(request, key, pk), KINDS[key]
    grants = step == "grant"
    conditions = "\n".join(values.in_force(timezone.localdate())[f"{key}_conditions"])
    form: Any = (
        GrantForm(typed(request), initial={"conditions": conditions})
        if grants
        else ReasonsForm(typed(request))
    )

    def act() -> None:
        getattr(deciding, step)(kind=key, pk=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if took(form, act):
        alone = "" if papers.email(one) else " No e-mail address: print the paper and post it."
        return done(request, f"{_DECIDED[step]}{alone}", kind.page, pk)
    label = kind.steps[step].label
    return form_page(request, one, form, kind.page, heading=label, button=label, kind=None if grants else "warning",
                     notes=pages.missing(kind, one) if grants else [])  # fmt: skip


@require_http_methods(METHODS)
@needs("work_employment")
def end(request: SignedIn, key: str, pk: int) -> HttpResponse:
    """Withdrawn before a decision, or over before its last day."""
    one, kind = opened(request, key, pk), KINDS[key]
    step = "end" if one.state == "granted" else "withdraw"
    form = BecauseForm(typed(request))

    def act() -> None:
        deciding.end(
            kind=key,
            pk=pk,
            step=step,
            because=form.cleaned_data["because"],
            by=request.user,
            at=timezone.now(),
        )

    if took(form, act):
        return done(request, "Kept.", kind.page, pk)
    return form_page(request, one, form, kind.page, heading=kind.steps[step].label, button="Save")


@require_http_methods(METHODS)
@needs("decide_employment")
def change(request: SignedIn, pk: int) -> HttpResponse:
    """Other hours of a permit in force."""
    one = opened(request, "permit", pk)
    initial = {name: getattr(one, name) for name in _names(HoursForm)}
    facts = SimpleNamespace(
        born_on=one.born_on,
        starts_on=max(one.starts_on, timezone.localdate()),
        work=one.work,
        regime=one.regime,
    )
    hours = HoursForm(typed(request), initial=initial, facts=facts)
    why = BecauseForm(typed(request))

    def act() -> None:
        said = hours.said()
        changes = {name: said[name] for name in ("school_week", "free_week")}
        deciding.change(
            pk=pk, changes=changes, because=why.cleaned_data["because"], by=request.user, at=timezone.now()
        )

    if every(hours, why) and took(why, act):
        return done(request, "Changed: a new permit is made.", "employment_permit", pk)
    return _type_page(request, "permit", [hours, why], one)


@require_http_methods(METHODS)
@needs("work_employment")
def work_seen(request: SignedIn, pk: int) -> HttpResponse:
    """The officer's own view of the kind of work."""
    one = opened(request, "permit", pk)
    form = WorkSeenForm(typed(request), initial={"work": one.work, "work_because": one.work_because})

    def act() -> None:
        applying.correct(kind="permit", pk=pk, changes=form.cleaned_data, by=request.user, at=timezone.now())

    if took(form, act):
        return done(request, "Kept.", "employment_permit", pk)
    listed = values.in_force(timezone.localdate())
    notes = [f"Prohibited: {'; '.join(listed['prohibited'])}" if listed["prohibited"] else "The list of prohibited work is empty.",
             f"For the youngest: {'; '.join(listed['listed'])}" if listed["listed"] else "The list for the youngest is empty."]  # fmt: skip
    return form_page(
        request, one, form, "employment_permit", heading="What kind of work it is", button="Save", notes=notes
    )


@require_safe
@needs("see_employment")
def risk_file(request: SignedIn, pk: int) -> HttpResponseBase:
    one = opened(request, "permit", pk)
    if one.risk_file is None:
        raise Http404
    ending = one.risk_file.media_type.rpartition("/")[2]
    return store.file_response(one.risk_file, f"{one.number}-risk-assessment.{ending}")
