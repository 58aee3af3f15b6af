"""The steps of a notice: each with its form, its warning, and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import money
from mainstay.service.penalties import forms_notices as of
from mainstay.service.penalties.actions import checking, ending
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import notice_page as page
from mainstay.service.penalties.steps import NOTICE
from mainstay.service.penalties.views import review
from mainstay.service.penalties.views.notices import visible
from mainstay.service.record import access, frame

Action = Callable[..., Notice]
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Page:
    """How one step is asked for on a page of its own.

    warning: words above the form, or ""; done: what is said afterwards
    """

    name: str
    heading: str
    form: Callable[..., forms.Form]
    act: Action
    done: str
    intro: str = ""
    warning: Callable[[Notice], str] = lambda _: ""
    kind: str = ""  # of the button: "warning" for what is hard to undo


def _refund(notice: Notice) -> str:
    """What withdrawing gives back."""
    money_in = page.money_of(notice)
    paid, back = (sum(one.pence for one in money_in[name]) for name in ("allocations", "refunds"))
    if paid > back:
        return f"{money(paid - back)} was paid on this notice. All of it goes back, and a refund is raised."
    return "No proceedings can follow for these absences once it is withdrawn."


def _no_form(data: Any = None) -> forms.Form:
    return forms.Form(data)


SIGN_OFF: Final = "sign_off"
PAGES: Final = {
    one.name: one
    for one in (
        Page("drop", "No notice to this parent", of.DropForm, checking.drop, "No notice goes to this parent.",
             "The request stays open for other parents."),
        Page("approve", "Approve this notice", _no_form, checking.approve, "Approved. It can be issued now."),
        Page("send_back", "Send this notice back", of.SendBackForm, checking.send_back, "Sent back to the officer."),
        Page("refuse", "Refuse this notice", of.RefuseForm, checking.refuse, "Refused. The reasons are kept.",
             kind="warning"),
        Page("prosecute", "Decide to prosecute", of.ProsecuteForm, ending.prosecute,
             "The decision is recorded. Hand the papers over next.",
             "For the failure to attend itself. Whoever prepared the notice does not decide alone.", kind="warning"),
        Page("withdraw", "Withdraw this notice", of.WithdrawForm, ending.withdraw,
             "The notice is withdrawn. A letter to the parent waits to be posted.",
             "The parent is told in writing. The notice then counts for nothing.", _refund, "warning"),
        Page(SIGN_OFF, "Let its sessions be relied on again", of.SignOffForm, checking.sign_off, "Signed off.",
             "Nothing is issued again on the same facts unless you let it, with reasons in law."),
    )
}  # fmt: skip


def _form(of_page: Page, notice: Notice, data: Any = None) -> forms.Form:
    more = {"notice": notice} if of_page.name == "withdraw" else {}
    return of_page.form(data, **more)


def _notice(request: SignedIn, pk: int) -> Notice:
    return get_object_or_404(visible(request.user), pk=pk)


def _missing(of_page: Page, notice: Notice, user: Any) -> list[str]:
    """Why the step is not open: its own blockers, another state, or that it is this person's own work."""
    if of_page.name == SIGN_OFF:
        return [] if notice.state == Notice.State.WITHDRAWN else ["This notice is not withdrawn."]
    step = NOTICE[of_page.name]
    if notice.state not in step.sources:
        return [f"This notice is {notice.get_state_display().lower()}: the step is not open."]
    return page.button(step, notice, user).missing


def _show(request: SignedIn, of_page: Page, notice: Notice, form: forms.Form) -> HttpResponse:
    context = {
        "notice": notice,
        "child": frame.identity(notice.pupil, request.user),
        "step": of_page,
        "label": NOTICE[of_page.name].label if of_page.name in NOTICE else "Sign it off",
        "missing": _missing(of_page, notice, request.user),
        "warning": of_page.warning(notice),
        "form": form,
    }
    return render(request, "penalties/notice_step.jinja", context, status=400 if form.is_bound else 200)


def _ask(request: SignedIn, of_page: Page, pk: int) -> HttpResponse:
    """The page of the step."""
    notice = _notice(request, pk)
    if not access.may_open(request.user, notice.pupil):
        return redirect(access.ask_reason_url(notice.pupil, back=request.get_full_path()))
    access.log_read(request, notice.pupil, page=f"notice {of_page.name}"[:40])
    return _show(request, of_page, notice, _form(of_page, notice))


def _take(request: SignedIn, of_page: Page, pk: int) -> HttpResponse:
    """The step itself; refused, the page keeps what was typed and says why."""
    notice = _notice(request, pk)
    if not access.may_open(request.user, notice.pupil):
        raise Http404
    form = _form(of_page, notice, request.POST)
    if form.is_valid():
        try:
            of_page.act(notice_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _after(request, of_page, notice)
    if review.asked_from(request):
        return review.again(request, notice, of_page.name, form)
    return _show(request, of_page, _notice(request, pk), form)


def _after(request: SignedIn, of_page: Page, notice: Notice) -> HttpResponse:
    messages.success(request, of_page.done, extra_tags=f"notice-{notice.pk}-{of_page.name}")
    if review.asked_from(request):
        return redirect(review.next_address(request))
    if of_page.name == "drop":
        return redirect("notice_request", pk=notice.request_id)
    return redirect(reverse("notice", args=[notice.pk]))


def _step(name: str, permission: str) -> Any:
    """The view of one step; asked for on a page of its own, unless it needs no words."""
    of_page = PAGES[name]

    def view(request: SignedIn, pk: int) -> HttpResponse:
        return (_take if request.method == "POST" else _ask)(request, of_page, pk)

    methods = require_POST if name in page.AT_ONCE else require_http_methods(["GET", "HEAD", "POST"])
    return methods(needs(permission)(view))


drop = _step("drop", "check_notice")
approve = _step("approve", "approve_notice")
send_back = _step("send_back", "approve_notice")
refuse = _step("refuse", "approve_notice")
prosecute = _step("prosecute", "decide_unpaid")
withdraw = _step("withdraw", "withdraw_notice")
sign_off = _step(SIGN_OFF, "sign_off_reissue")
