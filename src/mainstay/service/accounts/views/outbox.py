"""What leaves the building by mail: waiting, sent, failed. Never what a message says."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.outbox import post
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing

COLUMNS = [
    Column("made_at", "Made", sort="made_at"),
    Column("to", "To", sort="to"),
    Column("subject", "Subject", sort="subject"),
    Column("state", "State", sort="state"),
    Column("tries", "Tries", sort="tries", numeric=True),
    Column("when", "Sent, or next try", sort="sent_at"),
    Column("problem", "Last problem"),
    Column("do", "Try again", hidden=True),
]


@require_safe
@needs("see_outbox")
def outbox(request: SignedIn) -> HttpResponse:
    state = request.GET.get("state", "")
    found = Message.objects.defer("body")
    if state in Message.State.values:
        found = found.filter(state=state)
    shown = {
        "page": listing(found, request.GET, COLUMNS, default_sort="-made_at"),
        "states": Message.State.choices,
        "state": state,
        "once": post.ONCE,
        "no_server": not settings.CONFIG.email_url,
    }
    return render(request, "accounts/outbox.jinja", shown)


@require_POST
@needs("see_outbox")
def try_again(request: SignedIn, pk: int) -> HttpResponse:
    message = get_object_or_404(Message, pk=pk)
    try:
        post.try_again(message=message, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The message will be sent again within a minute.")
    return redirect("outbox")
