"""Requests that ended without a notice because the limit of notices was reached: asked of the law for the day they closed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from mainstay.law import penalty_notice
from mainstay.law.rules import CURRENT
from mainstay.service.directory.models import Parenthood
from mainstay.service.penalties import facts
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.returns import BOOKS


def requests(user: Any, year: int) -> dict[int, int]:
    """Request -> its school, of those that met the limit in the year; a fixed number of queries."""
    columns = ("pk", "school_id", "pupil_id", "closed_at")
    rows = list(BOOKS["requests"].rows(user, year).order_by("pk").values_list(*columns))
    parents = _parents({(pk, pupil): timezone.localdate(at) for pk, _, pupil, at in rows})
    earlier = facts.earlier_of({(parent, pupil) for pk, _, pupil, _ in rows for parent in parents[pk]})
    return {
        pk: school
        for pk, school, pupil, at in rows
        if any(_reached(earlier[parent, pupil], timezone.localdate(at)) for parent in parents[pk])
    }


def _parents(closed: dict[tuple[int, int], date]) -> dict[int, set[int]]:
    """Request -> the parents it was about: those chosen and not issued to; where none was chosen, the child's."""
    found: dict[int, set[int]] = {request: set() for request, _ in closed}
    chosen = Notice.objects.filter(request__in=found).order_by()
    known = set()
    for request, parent, state in chosen.values_list("request_id", "parent_id", "state"):
        known.add(request)
        if state == Notice.State.REFUSED:
            found[request].add(parent)
    ties = _ties({pupil for request, pupil in closed if request not in known})
    for (request, pupil), on in closed.items():
        if request not in known:
            found[request] = {
                parent for parent, since, until in ties.get(pupil, ()) if _held(since, until, on)
            }
    return found


def _ties(pupils: set[int]) -> dict[int, list[tuple[int, date | None, date | None]]]:
    found: dict[int, list[tuple[int, date | None, date | None]]] = {}
    rows = Parenthood.objects.filter(pupil__in=pupils).order_by()
    for pupil, parent, since, until in rows.values_list("pupil_id", "parent_id", "since", "until"):
        found.setdefault(pupil, []).append((parent, since, until))
    return found


def _held(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since <= on) and (until is None or on <= until)


def _reached(earlier: Iterable[facts.Before], on: date) -> bool:
    """Whether so many notices counted that day that no further one could be issued."""
    notices, most = [one.in_law() for one in earlier], CURRENT.whole("notices_in_years")
    return len(notices) >= most and len(penalty_notice.find("attendance", on, notices).counted) >= most
