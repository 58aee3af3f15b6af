"""Deadlines pass on when their owner leaves, and when a school gets another link officer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import LinkOfficer
from mainstay.service.directory.relations import link_officers
from mainstay.service.record.models import Deadline


def left(*, user: User, at: datetime) -> None:
    """What a leaver owned passes to the link officers of the children's schools, or to nobody."""
    theirs = _open().filter(owner=user)
    schools = set(theirs.order_by().values_list("pupil__school_id", flat=True))
    _pass_on(theirs, schools, by=None, at=at)


def link_officer_changed(*, school_ids: list[int], by: Any, at: datetime) -> None:
    """Whoever is link officer now takes over what was the one's before, or nobody's."""
    officers_before = LinkOfficer.objects.filter(school_id=OuterRef("pupil__school_id"))
    theirs = _open().filter(Q(owner=None) | Q(owner__in=officers_before.values("officer_id")))
    _pass_on(theirs, school_ids, by=by, at=at)


def owned(user: User) -> list[dict[str, str]]:
    """Their open deadlines, school by school."""
    rows = _open().filter(owner=user).order_by("pupil__school__key")
    counted = rows.values_list("pupil__school_id", "pupil__school__name").annotate(n=Count("pk"))
    return [
        {
            "text": plural(n, "open deadline") + (f" of pupils at {name}" if name else ""),
            "href": reverse("school", args=[school]) if school else "",
        }
        for school, name, n in counted
    ]


def _open() -> QuerySet[Deadline]:
    return Deadline.objects.filter(state=Deadline.State.OPEN)


def _pass_on(rows: QuerySet[Deadline], schools: Iterable[int | None], *, by: Any, at: datetime) -> None:
    officers = link_officers([pk for pk in schools if pk], timezone.localdate(at))
    for school in schools:
        officer = officers.get(school) if school else None
        passed = rows.filter(pupil__school=school).exclude(owner=officer)
        if ids := sorted(passed.values_list("pk", flat=True)):
            Deadline.objects.filter(pk__in=ids).update(owner=officer)
            trail.record(
                by=by, at=at, action="deadlines.passed_on", on=("directory.school", str(school or "")),
                deadlines=ids, to=officer and officer.pk,
            )  # fmt: skip
