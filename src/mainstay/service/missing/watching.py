"""Searches follow what changes elsewhere: joined records, a leaver, a day gone by."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import Held
from mainstay.service.common.audit import trail
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.missing import drafts
from mainstay.service.missing.actions import closing
from mainstay.service.missing.models import (
    Closure,
    HandOver,
    MissingChild,
    MissingParent,
    MissingSibling,
    RollDecision,
)


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Of two open searches the second record's is closed; listens to ``pupils_merged``."""
    theirs = MissingChild.objects.filter(pupil=other)
    if MissingChild.objects.open().filter(pupil=kept).exists():
        for one in theirs.open().select_related("pupil"):
            closing.by_itself(one, Closure.Reason.IN_ERROR, "Two records of one child became one.", at, by)
    for model in (MissingChild, MissingSibling, RollDecision):
        rows = model._default_manager.filter(pupil=other)
        moved[model._meta.label_lower] = sorted(rows.order_by().values_list("pk", flat=True))
        rows.update(pupil=kept)


def move_parent(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Listens to ``parents_merged``."""
    rows = MissingParent.objects.filter(parent=other)
    moved[MissingParent._meta.label_lower] = sorted(rows.order_by().values_list("pk", flat=True))
    rows.update(parent=kept)


def left(*, user: User, at: datetime) -> None:
    """What a leaver worked on, or was asked to take over, passes to nobody: somebody takes it on."""
    theirs = MissingChild.objects.open().filter(owner=user)
    if ids := sorted(theirs.order_by().values_list("pk", flat=True)):
        MissingChild.objects.filter(pk__in=ids).update(owner=None)
        trail.record(by=None, at=at, action="missing.passed_on", on=user, children=ids)
    HandOver.objects.filter(to=user, state=HandOver.State.OFFERED).update(to=None)


def holds(user: User) -> list[Held]:
    """The open searches they work on."""
    rows, href = MissingChild.objects.open().filter(owner=user), f"{reverse('missing')}?scope=mine"
    return [Held(rows, lambda n: plural(n, "child", "children") + " missing education", href)]


@transaction.atomic
def day(*, on: date, last: date | None) -> None:
    """Once a day: over compulsory school age (C6), and forms that were not sent in time."""
    at = timezone.now()
    drafts.forget(at)
    rows = (
        MissingChild.objects.open().filter(state__in=(MissingChild.State.NOT_FOUND,)).select_related("pupil")
    )
    for one in rows.select_for_update(of=("self",)).order_by("pk"):
        if closing.still_of_age(one, on) is None:
            words = "Compulsory school age is over; the child was not found."
            closing.by_itself(one, Closure.Reason.OVER_AGE, words, at)
