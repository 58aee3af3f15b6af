"""What casework counts for whoever leads a team; each number is that of the list its link opens."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.urls import reverse

from mainstay.service.attendance.queries.screen import WAITING, Counted, Heading
from mainstay.service.casework.forms_cases import NO_STEP
from mainstay.service.casework.forms_fast_track import DUE
from mainstay.service.casework.forms_referrals import CHECK, LATE
from mainstay.service.casework.forms_visits import OVER
from mainstay.service.casework.models import Case
from mainstay.service.casework.queries import cases, fast_tracks, referrals, visits
from mainstay.service.common.prepared import prepared

#: every filter of the lists, not set
ANY: Final = {"scope": "", "school": None, "breached": False}


def counted(user: Any, today: date) -> list[Counted]:
    """Where all cases stand, and what waits for somebody."""
    if user.is_school_user or not user.may("work_case"):
        return []
    return [*_waiting(), *_stages(user)]


def _listed(room: Any, state: str, scope: str = "") -> Callable[[Any], QuerySet[Any]]:
    """The rows of a list with one filter set."""
    return lambda user: room.filtered(user, {**ANY, "state": state, "scope": scope})


_WAITING: Final = (
    ("Referrals waiting for the completeness check", "referral", "referrals", CHECK, "", False, _listed(referrals, CHECK)),
    ("Checks of referrals that are late", "referral", "referrals", LATE, "", True, _listed(referrals, LATE)),
    ("Visits without an outcome", "visit", "visits", OVER, "team", False, _listed(visits, OVER, "team")),
    ("Fast Track reviews due", "review", "fast_tracks", DUE, "", False, _listed(fast_tracks, DUE)),
    ("Cases without a next step", "case", "cases", NO_STEP, "", False, _listed(cases, NO_STEP)),
)  # fmt: skip


def _waiting() -> list[Counted]:
    return [
        Counted(WAITING, text, noun, rows, f"{reverse(name)}?state={state}" + (f"&scope={scope}" if scope else ""), late)
        for text, noun, name, state, scope, late, rows in _WAITING
    ]  # fmt: skip


def _stages(user: Any) -> list[Counted]:
    base = reverse("cases")
    under = Heading("Cases by stage", "No case is open.", 36, base)
    many = dict(_by_stage(user))
    return [
        Counted(under, str(stage.label), "case", many.get(stage, 0), f"{base}?state={stage.value}")
        for stage in Case.State if stage != Case.State.CLOSED
    ]  # fmt: skip


@prepared
def _by_stage(user: Any) -> QuerySet[Any]:
    return Case.objects.visible_to(user).open().order_by().values_list("state").annotate(Count("pk"))
