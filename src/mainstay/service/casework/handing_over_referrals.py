"""A referral to check is its school's link officer's, until somebody takes it on: it passes on when they leave."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.casework.models import Referral
from mainstay.service.common.audit import trail
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import LinkOfficer
from mainstay.service.directory.relations import link_officers


def mine_or_nobodys(user: Any) -> Q:
    """An officer's own referrals, and those that nobody has yet."""
    return Q(owner=user) | Q(owner=None)


def left(*, user: User, at: datetime) -> None:
    """What a leaver had to check passes to the schools' link officers, or to nobody."""
    theirs = _open().filter(owner=user)
    schools = set(theirs.order_by().values_list("school_id", flat=True))
    _pass_on(theirs, schools, by=None, at=at)


def link_officer_changed(*, school_ids: list[int], by: Any, at: datetime) -> None:
    """Whoever is link officer now takes over what was the one's before, or nobody's."""
    officers_before = LinkOfficer.objects.filter(school_id=OuterRef("school_id"))
    theirs = _open().filter(Q(owner=None) | Q(owner__in=officers_before.values("officer_id")))
    _pass_on(theirs, school_ids, by=by, at=at)


def owned(user: User) -> list[dict[str, str]]:
    """The referrals they have to check, school by school."""
    rows = _open().filter(owner=user).order_by("school__key")
    counted = rows.values_list("school_id", "school__name").annotate(n=Count("pk"))
    return [
        {"text": f"{plural(n, 'referral')} of {name}", "href": f"{reverse('referrals')}?school={school}"}
        for school, name, n in counted
    ]


def _open() -> QuerySet[Referral]:
    """Sent once and not answered for good; one still being written gets its officer when it is sent."""
    return Referral.objects.open().exclude(submitted_at=None)


def _pass_on(rows: QuerySet[Referral], schools: Iterable[int], *, by: Any, at: datetime) -> None:
    officers = link_officers(schools, timezone.localdate(at))
    for school in schools:
        officer = officers.get(school)
        passed = rows.filter(school=school).exclude(owner=officer)
        if ids := sorted(passed.values_list("pk", flat=True)):
            Referral.objects.filter(pk__in=ids).update(owner=officer)
            trail.record(
                by=by, at=at, action="referrals.passed_on", on=("directory.school", str(school)), referrals=ids,
                to=officer and officer.pk,
            )  # fmt: skip
