"""What leaves the building: waiting, sent, failed. Never what a message says, nor a family's name or address."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.announcements import not_withheld
from mainstay.service.accounts.forms import OutboxFilter
from mainstay.service.accounts.models import User
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.audit import trail
from mainstay.service.common.exports import export_response
from mainstay.service.common.outbox import post
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.senders import SENDERS
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing

COLUMNS: Final = [
    Column("made_at", "Made", sort="made_at"),
    Column("kind", "Kind", sort="kind"),
    Column("to", "To"),
    Column("subject", "Subject", sort="subject"),
    Column("state", "State", sort="state"),
    Column("tries", "Tries", sort="tries", numeric=True),
    Column("when", "Sent, or next try", sort="sent_at"),
    Column("problem", "Last problem"),
    Column("do", "Try again", hidden=True),
]
HEADER: Final = ("Made", "Kind", "To", "Subject", "State", "Tries", "Sent, or next try", "Last problem")
#: what stands above the list where messages of a kind cannot go out
NOT_READY: Final = {
    Message.Kind.EMAIL: "No mail server is set: messages wait until there is one.",
    Message.Kind.LETTER: "No key of GOV.UK Notify is set: letters in this list wait until there is one.",
}


@require_safe
@needs("see_outbox")
def outbox(request: SignedIn) -> HttpResponse:
    form = OutboxFilter(request.GET or None)
    page = listing(_found(form, request.user), request.GET, COLUMNS, default_sort="-made_at")
    shown = {"page": page, "filters": form, "kinds": Message.Kind, "warnings": _warnings()}
    return render(request, "accounts/outbox.jinja", shown)


@require_safe
@needs("see_outbox")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the list shown; that it left the system is in the audit."""
    found = _found(OutboxFilter(request.GET or None), request.user).order_by("-made_at", "-pk")
    trail.record(
        by=request.user, at=timezone.now(), action="messages.exported", on=("common.message", ""),
        rows=found.count(), kind=kind,
    )  # fmt: skip
    return export_response(kind, "messages", HEADER, _rows(found))


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


def _found(form: OutboxFilter, user: User) -> QuerySet[Message]:
    said = form.cleaned_data if form.is_bound and form.is_valid() else {}
    wanted = {name: said[name] for name in ("kind", "state") if said.get(name)}
    rows = Message.objects.defer("body", "payload").filter(**wanted)
    found: QuerySet[Message] = not_withheld(rows, user, "about_kind", "about_id")
    return found


def _rows(found: QuerySet[Message]) -> Iterator[tuple[Any, ...]]:
    for row in found.iterator(chunk_size=500):
        yield (
            row.made_at, row.get_kind_display(), row.to_shown, row.subject, row.get_state_display(), row.tries,
            row.when, row.problem,
        )  # fmt: skip


def _warnings() -> list[str]:
    """Letters wait only where somebody queued them for a key that is gone: else they are printed here."""
    closed = [kind for kind in NOT_READY if not SENDERS[kind].ready()]
    waiting = Message.objects.filter(kind=Message.Kind.LETTER, state=Message.State.WAITING)
    return [NOT_READY[kind] for kind in closed if kind != Message.Kind.LETTER or waiting.exists()]
