"""Paying opened letters online: the basket, the way to GOV.UK Pay, and what the payer finds on coming back."""

from datetime import timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.open_pages import open_page, within
from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties import code
from mainstay.service.penalties.actions import online
from mainstay.service.penalties.govuk_pay import PayProblem, configured
from mainstay.service.penalties.models import Notice, Payment
from mainstay.service.penalties.settling import due
from mainstay.service.public import opening
from mainstay.service.public.queries.letter import initials, state_of
from mainstay.service.public.views.letters import GET_POST

log = structlog.get_logger("mainstay.public")
#: payments begun from one address in an hour: our own choice, above what a family needs
PRESSES: Final = 60
#: seconds in which GOV.UK Pay isn't asked again, however often the page is
ASKED_AGAIN: Final = timedelta(seconds=2)
#: what a payment that failed is told to the payer as, by GOV.UK Pay's code
WHY: Final = {
    "P0010": "Your bank or card company did not accept the payment.",
    "P0020": "The payment took too long and has ended by itself.",
    "P0030": "You cancelled the payment.",
}


@open_page
@require_http_methods(GET_POST)
def basket(request: HttpRequest) -> HttpResponse:
    """Every letter opened, to pay together; POST takes one out."""
    opened, today = opening.opened(request), timezone.localdate()
    if request.method == "POST":
        for notice in opened:
            if notice.number == request.POST.get("remove"):
                opening.put_away(request, notice)
        return redirect("letter_basket")
    if not opened:
        return redirect("letter_open")
    rows: list[dict[str, Any]] = [
        {
            "number": one.number,
            "initials": initials(one),
            "school": one.school.name,
            "state": state_of(one, today),
            "pence": due(one, today),
        }
        for one in opened
    ]
    payable = [row for row in rows if row["pence"]]
    context = {
        "rows": rows,
        "payable": payable,
        "total": sum(row["pence"] for row in payable),
        "online": configured() is not None,
        "ways": code.in_force(today)["ways_to_pay"],
    }
    return render(request, "public/basket.jinja", context)


@open_page
@require_POST
def pay(request: HttpRequest) -> HttpResponse:
    """Begin one payment for opened letters, and send the payer to GOV.UK Pay."""
    wanted = set(request.POST.getlist("number"))
    chosen = [notice for notice in opening.opened(request) if notice.number in wanted]
    if not chosen:
        return redirect("letter_open")
    back = "letter_read" if len(chosen) == 1 else "letter_basket"
    if not within(request, "pay", PRESSES):
        return render(request, "public/too_many.jinja", status=429)
    try:
        begun = online.begin(
            notice_ids=[notice.pk for notice in chosen],
            return_to=lambda payment: _return_address(request, payment),
            at=timezone.now(),
        )
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return HttpResponseRedirect(begun.next_url or reverse("letter_paid", args=[begun.payment.key]))


def _return_address(request: HttpRequest, payment: Payment) -> str:
    path = reverse("letter_paid", args=[payment.key])
    if settings.CONFIG.address and not settings.CONFIG.demo:  # the demonstration answers by several names
        return f"{settings.CONFIG.address}{path}"
    return request.build_absolute_uri(path)


@open_page
@require_safe
def paid(request: HttpRequest, key: str) -> HttpResponse:
    """Where GOV.UK Pay sends the payer back to; opened by the payment's own key, so it needs no session."""
    payment = get_object_or_404(Payment, way=Payment.Way.ONLINE, key=key)
    payment = _looked_up(payment)
    opened = {notice.pk: notice for notice in opening.opened(request)}
    parts = list(payment.allocations.select_related("notice").order_by("pk"))
    context: dict[str, Any] = {
        "payment": payment,
        "parts": parts,
        "why": WHY.get(payment.pay_code, "The payment did not go through."),
        "again": [one.notice.number for one in parts if _payable(one.notice)]
        if all(one.notice_id in opened for one in parts)
        else [],
        "open": bool(opened),
        "contact": code.in_force(timezone.localdate())["contact"],
    }
    return render(request, "public/paid.jinja", context)


def _payable(notice: Notice) -> bool:
    return due(notice, timezone.localdate()) is not None


def _looked_up(payment: Payment) -> Payment:
    """As GOV.UK Pay has it now; as it was last, where it does not answer."""
    at = timezone.now()
    lately = payment.checked_at is not None and at - payment.checked_at < ASKED_AGAIN
    if payment.state != Payment.State.BEGUN or lately:
        return payment
    try:
        return online.refresh(payment_id=payment.pk, at=at)
    except PayProblem as problem:
        log.warning("payment_not_looked_up", payment=payment.pk, because=str(problem))
        return payment
