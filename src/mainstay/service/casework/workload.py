"""What cases say to the team: who has how many, which have nobody, which can be reviewed."""

from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from mainstay.service.casework.models import Case
from mainstay.service.casework.queries.cases import child
from mainstay.service.common.ui.filters import short_date
from mainstay.service.team import providers
from mainstay.service.team.providers import Load, Reviewable, Waiting, Weight
from mainstay.service.team.times import instant

State = Case.State
#: how heavy a case is by its stage; our own choice: meetings and visits make the first two heavier than waiting
WEIGHTS: Final = {State.INVESTIGATION: 3, State.MONITORING: 1, State.FAST_TRACK: 4, State.LEGAL: 2}


def weights() -> list[Weight]:
    return [
        Weight(f"case_{state.value}", f"A case: {state.label}", weight) for state, weight in WEIGHTS.items()
    ]


def work(users: list[int]) -> dict[int, list[Load]]:
    """Open cases by officer and stage; one query."""
    rows = Case.objects.open().filter(owner__in=users).order_by().values_list("owner", "state")
    found: dict[int, list[Load]] = {}
    counted = {(owner, state): number for owner, state, number in rows.annotate(n=Count("pk"))}
    for state in WEIGHTS:
        for owner in users:
            if number := counted.get((owner, state.value)):
                found.setdefault(owner, []).append(Load(str(state.label), number, f"case_{state.value}"))
    return found


def unallocated(user: Any) -> list[Waiting]:
    """Open cases without an officer, the oldest first."""
    found = Case.objects.visible_to(user).open().filter(owner=None).select_related("pupil", "school")
    return [
        Waiting(
            f"Case {one.number}, {child(one)}", reverse("case", args=[one.pk]),
            f"{one.school.name}, {one.get_state_display().lower()} since {short_date(timezone.localdate(one.state_since))}",
            reverse("case_allocate", args=[one.pk]), one.school_id,
        )
        for one in found.order_by("opened_at", "pk")
    ]  # fmt: skip


def reviewable(officer_id: int, first: date, last: date) -> list[Reviewable]:
    """The cases an officer has that were open at some time of those days."""
    starts, ends = instant(first), instant(last + timedelta(days=1))
    found = Case.objects.filter(
        Q(closed_at=None) | Q(closed_at__gte=starts), owner=officer_id, opened_at__lt=ends
    )
    return [
        Reviewable("casework.case", str(one.pk), f"Case {one.number}", one.pupil_id)
        for one in found.order_by("pk")
    ]


def register() -> None:
    providers.weights.register(weights)
    providers.work.register(work)
    providers.unallocated.register(unallocated)
    providers.reviewable.register(reviewable)
