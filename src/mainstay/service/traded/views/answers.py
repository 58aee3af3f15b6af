"""Answers to an order: the head teacher's approval, the manager's quote, acceptance or refusal."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.ui.filters import money
from mainstay.service.traded.actions import answering, approving
from mainstay.service.traded.forms import ApproveForm, BecauseForm, QuoteForm
from mainstay.service.traded.models import Order, OrderShare
from mainstay.service.traded.money import vat_of
from mainstay.service.traded.steps import ORDER
from mainstay.service.traded.views import filling
from mainstay.service.traded.views.filling import METHODS, filled, typed
from mainstay.service.traded.views.orders import _of, opened
from mainstay.service.traded.years import days, last_day, named


def _own(request: SignedIn, pk: int) -> OrderShare:
    found = OrderShare.objects.visible_to(request.user).select_related("school", "order")
    share: OrderShare = get_object_or_404(found, pk=pk)
    return share


@require_http_methods(METHODS)
@needs("approve_order")
def approve(request: SignedIn, pk: int) -> HttpResponse:
    share = _own(request, pk)
    form = ApproveForm(typed(request))

    def act() -> None:
        po = form.cleaned_data["purchase_order"]
        approving.approve(share=share, purchase_order=po, by=request.user, at=timezone.now())

    done = filled(request, form, act, "Approved.", "trade_order", share.order_id)
    if done is not None:
        return done
    vat = vat_of(share.pence, share.vat_basis_points)
    rows = [
        {"key": "School", "value": share.school.name},
        {"key": "Days", "value": f"{days(share.half_days)} in {named(share.order.year)}"},
        {"key": "Cost without VAT", "value": money(share.pence)},
        {
            "key": "VAT",
            "value": f"{money(vat)}, {share.get_vat_code_display().lower().replace('vat', 'VAT')}",
        },
        {"key": "To pay", "value": money(share.pence + vat)},
        {"key": "Invoiced", "value": share.order.get_billing_display()},
    ]
    words = f"Days that are not used by 31 March {share.order.year + 1} expire and cannot be carried over."
    context = {
        "form": form, "rows": rows, "words": words, "button": "Approve", "title": "Approve our share", **_of(share.order),
        "other": {"href": reverse("trade_share_refuse", args=[pk]), "text": "I do not agree"},
    }  # fmt: skip
    return render(request, "traded/form.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("approve_order")
def refuse(request: SignedIn, pk: int) -> HttpResponse:
    share = _own(request, pk)
    form = BecauseForm(typed(request), label="What do you not agree to?")

    def act() -> None:
        because = form.cleaned_data["because"]
        approving.refuse(share=share, because=because, by=request.user, at=timezone.now())

    done = filled(
        request,
        form,
        act,
        "The order goes back to the school that drafted it.",
        "trade_order",
        share.order_id,
    )
    return done or filling.shown(
        request, form, title="I do not agree", button="Send it back", intro="The order becomes a draft again, and every "
        "school approves it anew.", **_of(share.order),
    )  # fmt: skip


def _missing(one: Order, step: str) -> dict[str, Any]:
    """Why the step is not open, for its page."""
    of = ORDER[step]
    if one.state not in of.sources:
        return {"missing": [f"This order is: {one.get_state_display().lower()}."], "step": of.label.lower()}
    return {"missing": of.missing(one), "step": of.label.lower()}


@require_http_methods(METHODS)
@needs("accept_order")
def accept(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = BecauseForm(typed(request), label="A word to the schools (optional)", required=False)

    def act() -> None:
        answering.accept(order=one, answer=form.cleaned_data["because"], by=request.user, at=timezone.now())

    done = filled(
        request, form, act, "Accepted: the days are bought, the invoices planned.", "trade_order", pk
    )
    shares = list(one.shares.all())
    rows = [
        {"key": share.school.name, "value": f"{days(share.half_days)} for {money(share.pence)} without VAT, purchase order "
         f"{share.purchase_order or 'not given yet'}"}
        for share in shares
    ]  # fmt: skip
    rows.append(
        {"key": "Together", "value": f"{days(sum(s.half_days for s in shares))} for {money(one.pence)}"}
    )
    return done or filling.shown(
        request, form, title="Accept this order", button="Accept", rows=rows, intro="Each school’s days are bought, its "
        f"invoices planned and the agreement made. The days end on {last_day(one.year):%d %B %Y}.",
        **_missing(one, "accept"), **_of(one),
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("accept_order")
def decline(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = BecauseForm(typed(request), label="Why? The schools are told.")

    def act() -> None:
        answering.decline(order=one, because=form.cleaned_data["because"], by=request.user, at=timezone.now())

    done = filled(request, form, act, "Declined: the schools are told.", "trade_order", pk)
    return done or filling.shown(
        request,
        form,
        title="Decline this order",
        button="Decline",
        kind="warning",
        **_missing(one, "decline"),
        **_of(one),
    )


@require_http_methods(METHODS)
@needs("accept_order")
def quote(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = QuoteForm(
        typed(request),
        initial={
            "half_days": sum(share.half_days for share in one.shares.all()),
            "pence": one.pence or None,
            "text": one.quote,
        },
    )

    def act() -> None:
        answering.quote(order=one, **form.cleaned_data, by=request.user, at=timezone.now())

    done = filled(request, form, act, "Quoted: the school takes it or withdraws.", "trade_order", pk)
    rows = [{"key": "Asked for", "value": one.wishes}] if one.wishes else []
    return done or filling.shown(
        request, form, title="Quote", button="Send the quote", rows=rows, intro="Between several schools the days and the "
        "cost are split in the ratio of what each asked for; they may change the split.",
        **_missing(one, "quote"), **_of(one),
    )  # fmt: skip
