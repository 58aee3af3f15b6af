"""What casework counts for whoever leads a team; each number is that of the list its link opens."""

from datetime import date
from typing import Any, Final

from django.db.models import Count
from django.urls import reverse

from mainstay.service.attendance.queries.screen import WAITING, Counted, Heading
from mainstay.service.casework.forms_cases import NO_STEP
from mainstay.service.casework.forms_fast_track import DUE
from mainstay.service.casework.forms_referrals import CHECK, LATE
from mainstay.service.casework.forms_visits import OVER
from mainstay.service.casework.models import Case
from mainstay.service.casework.queries import cases, fast_tracks, referrals, visits

#: every filter of the lists, not set
ANY: Final = {"scope": "", "school": None, "breached": False}


def counted(user: Any, today: date) -> list[Counted]:
    """Where all cases stand, and what waits for somebody."""
    if user.is_school_user or not user.may("work_case"):
        return []
    return [*_waiting(user), *_stages(user)]


def _waiting(user: Any) -> list[Counted]:
    def line(
        text: str, noun: str, name: str, found: Any, state: str, scope: str = "", *, late: bool = False
    ) -> Counted:
        rows = found.filtered(user, {**ANY, "state": state, "scope": scope})
        where = f"{reverse(name)}?state={state}" + (f"&scope={scope}" if scope else "")
        return Counted(WAITING, text, noun, rows, where, late)

    return [
        line("Referrals waiting for the completeness check", "referral", "referrals", referrals, CHECK),
        line("Checks of referrals that are late", "referral", "referrals", referrals, LATE, late=True),
        line("Visits without an outcome", "visit", "visits", visits, OVER, "team"),
        line("Fast Track reviews due", "review", "fast_tracks", fast_tracks, DUE),
        line("Cases without a next step", "case", "cases", cases, NO_STEP),
    ]  # fmt: skip


def _stages(user: Any) -> list[Counted]:
    base, seen = reverse("cases"), Case.objects.visible_to(user).open()
    under = Heading("Cases by stage", "No case is open.", 36, base)
    many = dict(seen.order_by().values_list("state").annotate(Count("pk")))
    return [
        Counted(under, str(stage.label), "case", many.get(stage, 0), f"{base}?state={stage.value}")
        for stage in Case.State if stage != Case.State.CLOSED
    ]  # fmt: skip
