"""An open finding is the link officer's of its school: it passes on with the school, and when somebody leaves."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.attendance.models import Finding, FindingQuerySet
from mainstay.service.common.among import among
from mainstay.service.common.audit import trail
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.relations import link_officers


def left(*, user: User, at: datetime) -> None:
    """What a leaver owned passes to the schools' link officers, or to nobody."""
    theirs = Finding.objects.open().filter(owner=user)
    schools = set(theirs.order_by().values_list("school_id", flat=True))
    _pass_on(theirs, schools, by=None, at=at)


def link_officer_changed(*, school_ids: list[int], by: Any, at: datetime) -> None:
    """Whoever is link officer now takes over every open finding of the school."""
    _pass_on(Finding.objects.open(), school_ids, by=by, at=at)


def owned(user: User) -> list[dict[str, str]]:
    """Their open findings, school by school."""
    rows = Finding.objects.open().filter(owner=user).order_by("school__key")
    counted = rows.values_list("school_id", "school__name").annotate(n=Count("pk"))
    return [
        {"text": f"{plural(n, 'open finding')} at {name}", "href": reverse("school", args=[school])}
        for school, name, n in counted
    ]


def _pass_on(rows: FindingQuerySet, schools: Iterable[int], *, by: Any, at: datetime) -> None:
    officers = link_officers(schools, timezone.localdate(at))
    for school in schools:
        officer = officers.get(school)
        ids = sorted(rows.filter(school=school).exclude(owner=officer).values_list("pk", flat=True))
        if ids:
            Finding.objects.filter(pk__among=among(ids)).update(owner=officer)
            trail.record(
                by=by, at=at, action="findings.passed_on", on=("directory.school", str(school)),
                findings=ids, to=officer and officer.pk,
            )  # fmt: skip
