"""Each step of a supervision order on a page of its own: what is typed, and the action that takes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.casework.views.filling import filled, typed
from mainstay.service.orders import forms_supervision as f
from mainstay.service.orders.actions import supervision, supervision_court, supervision_directing
from mainstay.service.orders.models import (
    Breach,
    Direction,
    OrderConsultation,
    PersistentFailure,
    Respondent,
    SupervisionOrder,
)
from mainstay.service.orders.queries import supervision as shown
from mainstay.service.orders.steps_supervision import SUPERVISION
from mainstay.service.orders.views.supervision_opening import opened
from mainstay.service.record import frame

METHODS: Final = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One step: ``step`` is that of the table ("" where it only adds to one taken), ``rows`` what it is about, if not the order."""

    name: str
    path: str
    permission: str
    form: type[f.StepForm]
    act: Callable[..., Any]
    heading: str
    button: str
    done: str
    intro: str = ""
    step: str = ""
    rows: Callable[[SupervisionOrder], Any] | None = None


PAGES: Final = (
    Page(name="supervision_elsewhere", path="elsewhere", permission="work_orders", form=f.ElsewhereForm, step="elsewhere",
         act=supervision.say_elsewhere, heading="Other authorities", button="Keep it", done="It is kept.",
         intro="The court asks which other authority was consulted, and under which of two heads."),
    Page(name="supervision_consult", path="consult", permission="work_orders", form=f.ConsultForm, step="consult",
         act=supervision.consult, heading="Consult an authority", button="Record it", done="The time to answer runs.",
         intro="The council’s own social care is consulted in every case."),
    Page(name="supervision_answer", path="answers", permission="work_orders", form=f.AnswerForm, act=supervision.answer,
         heading="The answer", button="Keep the answer", done="The answer is kept.",
         rows=lambda one: OrderConsultation.objects.filter(order=one)),
    Page(name="supervision_to_plan", path="to-plan", permission="work_orders", form=f.PlainForm, step="plan",
         act=supervision.to_plan, heading="Go on to the plan", button="Go on", done="The plan can be written now.",
         intro="Everybody who has to be was consulted. Nobody else is asked from here on."),
    Page(name="supervision_plan", path="plan", permission="work_orders", form=f.PlanForm, step="write", act=supervision.write,
         heading="Plan and report to the court", button="Keep it", done="It is kept.",
         intro="You can keep it half written. A change takes back an authorisation."),
    Page(name="supervision_authorise", path="authorise", permission="decide_order", form=f.ReasonsForm, step="authorise",
         act=supervision.authorise, heading="Authorise the application", button="Authorise", done="The application is authorised.",
         intro="Whoever considered the order does not authorise it alone."),
    Page(name="supervision_not_pursue", path="stop", permission="decide_order", form=f.NotPursueForm, step="not_pursue",
         act=supervision.not_pursue, heading="Do not go on with it", button="Record it", done="It is not gone on with."),
    Page(name="supervision_apply", path="apply", permission="apply_order", form=f.ApplyForm, step="apply",
         act=supervision_court.apply, heading="The application", button="Record the application", done="The application is recorded.",
         intro="The child and each parent become respondents: record service on each of them."),
    Page(name="supervision_hearing", path="hearing", permission="apply_order", form=f.HearingForm, step="adjourn",
         act=supervision_court.adjourn, heading="Day of the hearing", button="Record the day", done="The day is recorded."),
    Page(name="supervision_serve", path="respondents", permission="apply_order", form=f.ServeForm, step="serve",
         act=supervision_court.serve, heading="Service on a respondent", button="Record service", done="Service is recorded.",
         rows=lambda one: Respondent.objects.filter(order=one)),
    Page(name="supervision_made", path="made", permission="apply_order", form=f.MadeForm, step="made",
         act=supervision_court.made, heading="The order was made", button="Record the order", done="The order is in force.",
         intro="An attendance order of the child ends with it, and section 444 is displaced while it is in force."),
    Page(name="supervision_refused", path="refused", permission="apply_order", form=f.EndForm, step="refused",
         act=supervision_court.refused, heading="The court refused the order", button="Record it", done="It is recorded."),
    Page(name="supervision_other", path="other-order", permission="apply_order", form=f.EndForm, step="other_order",
         act=supervision_court.other_order, heading="The court made another order", button="Record it", done="It is recorded.",
         intro="Say which order."),
    Page(name="supervision_supervisor", path="supervisor", permission="consider_order", form=f.SupervisorForm, step="supervisor",
         act=supervision_directing.name_supervisor, heading="Supervising officer", button="Name the officer",
         done="The supervising officer is named."),
    Page(name="supervision_contact", path="contact", permission="work_orders", form=f.ContactForm, step="contact",
         act=supervision_directing.contact, heading="Contact or report", button="Keep it", done="It is kept.",
         intro="The next visit and the next report are counted from it."),
    Page(name="supervision_direct", path="direct", permission="work_orders", form=f.DirectForm, step="direct",
         act=supervision_directing.direct, heading="Give a direction", button="Give the direction",
         done="The direction is given: post or hand over its letter today.",
         intro="Before each direction the wishes of the child and of the parents are asked for, and given their weight."),
    Page(name="supervision_complied", path="complied", permission="work_orders", form=f.CompliedForm,
         act=supervision_directing.complied, heading="Was the direction followed?", button="Keep it", done="It is kept.",
         rows=lambda one: Direction.objects.filter(order=one)),
    Page(name="supervision_breach", path="breach", permission="work_orders", form=f.BreachForm, step="breach",
         act=supervision_directing.breach, heading="A breach", button="Record the breach", done="The breach is recorded.",
         rows=lambda one: Direction.objects.filter(order=one)),
    Page(name="supervision_warn", path="warn", permission="work_orders", form=f.WarnForm, act=supervision_directing.warn,
         heading="Written warning", button="Write the warning", done="The warning is made: post or hand it over today.",
         intro="The letter says what was not done, what the parent said, and that failing persistently is an offence.",
         rows=lambda one: Breach.objects.filter(direction__order=one)),
    Page(name="supervision_judge", path="persistent", permission="work_orders", form=f.JudgeForm, step="judge",
         act=supervision_directing.judge, heading="Are the failures persistent?", button="Record the judgement",
         done="The judgement is recorded.",
         intro="No number makes them so: you judge, with the count in view. A child’s goes to social care."),
    Page(name="supervision_refer", path="refer", permission="work_orders", form=f.ReferForm, act=supervision_directing.refer,
         heading="Social care was told", button="Record it", done="It is recorded.",
         rows=lambda one: PersistentFailure.objects.filter(order=one, parent=None)),
    Page(name="supervision_referred", path="referred", permission="work_orders", form=f.OutcomeForm,
         act=supervision_directing.outcome, heading="What social care found", button="Keep it", done="It is kept.",
         rows=lambda one: PersistentFailure.objects.filter(order=one, parent=None)),
    Page(name="supervision_extend", path="extend", permission="apply_order", form=f.ExtendForm, step="extend",
         act=supervision_court.extend, heading="Application to extend", button="Record the application",
         done="The application is recorded.", intro="It is made in the last three months of the order."),
    Page(name="supervision_extension", path="extension", permission="apply_order", form=f.ExtensionHeardForm,
         step="extension_heard", act=supervision_court.extension_heard, heading="Hearing of the extension", button="Record it",
         done="It is recorded."),
    Page(name="supervision_care_order", path="care-order", permission="work_orders", form=f.EndForm, step="care_order",
         act=supervision_court.care_order, heading="A care order was made", button="Record it", done="The order has ended.",
         intro="The supervision order ends with the care order."),
    Page(name="supervision_discharge", path="discharge", permission="apply_order", form=f.DischargeForm, step="discharge",
         act=supervision_court.discharge, heading="The order was discharged", button="Record it", done="The order has ended."),
    Page(name="supervision_summary", path="summary", permission="work_orders", form=f.SummaryForm, step="summarise",
         act=supervision_court.summarise, heading="Closure summary", button="Keep it", done="The summary is kept."),
)  # fmt: skip
#: step of the table -> its page
AT: Final = {page.step: page for page in PAGES if page.step and page.rows is None}


def view_of(page: Page) -> Callable[..., HttpResponseBase]:
    @require_http_methods(METHODS)
    @needs(page.permission)
    def step(request: SignedIn, pk: int, row: int = 0) -> HttpResponse:
        one = opened(request, pk)
        about = page.rows(one).filter(pk=row).first() if page.rows else None
        if page.rows and about is None:
            raise Http404
        form = page.form(typed(request), one=one, row=about)
        of_row = {"row_id": row} if page.rows else {}

        def act() -> None:
            page.act(order_id=pk, by=request.user, at=timezone.now(), **of_row, **form.said)

        if (response := filled(request, form, act, page.done, "supervision_order", pk)) is not None:
            return response
        return render(
            request,
            "orders/supervision/step.jinja",
            _context(request, one, page, form, about),
            status=400 if form.is_bound else 200,
        )

    return step


def _context(request: SignedIn, one: SupervisionOrder, page: Page, form: Any, about: Any) -> dict[str, Any]:
    step = SUPERVISION[page.step] if page.step else None
    missing = step.missing(one) if step and one.state in step.sources else []
    return {
        "child": frame.identity(one.case.pupil, request.user),
        "one": one,
        "page": page,
        "form": form,
        "about": about,
        "missing": missing,
        "not_now": step is not None and one.state not in step.sources,
        "counts": shown.counts(one) if page.step == "judge" else [],
    }
