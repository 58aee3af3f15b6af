"""What cases give to the rooms below: the menu, the lines of a child's Cases tab, where a thing can be seen."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db.models import Count, F
from django.urls import reverse

from mainstay.service.accounts.announcements import left, owned
from mainstay.service.accounts.context import navigation
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.providers import in_hand
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.casework import (
    case_parts_information,
    handing_over,
    interventions,
    merging,
    parts,
    places,
    searching,
    workload,
)
from mainstay.service.casework.models import Case, Referral, Visit
from mainstay.service.casework.queries import cases as shown
from mainstay.service.common import search
from mainstay.service.common.among import among
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.record import providers
from mainstay.service.record.providers import Line

LINES: Final = 10
#: days before its next day in which a case is marked
SOON: Final = 3


def menu(user: Any) -> list[dict[str, Any]]:
    if not user.may("see_cases"):
        return []
    return [{"text": "Cases", "href": reverse("cases"), "order": 14, "places": places.addresses()}]


def cases(pupil: Pupil, user: Any) -> list[Line]:
    """The cases of a child, newest first."""
    found = Case.objects.visible_to(user).filter(pupil=pupil)
    return [
        Line(
            f"Case {one.number}", reverse("case", args=[one.pk]), one.get_kind_display(), one.opened_at,
            one.get_state_display(), shown.COLOURS[one.state],
        )
        for one in found[:LINES]
    ]  # fmt: skip


def first_page(user: Any, today: date) -> list[Block]:
    """For whoever leads: where all cases stand, and those that nobody has."""
    if user.is_school_user or not user.may("work_case"):
        return []
    blocks = [_by_stage(user)] if user.may("see_team") else []
    return [*blocks, _unallocated(user)] if user.may("allocate") else blocks


def own_work(user: Any, today: date) -> list[Block]:
    """An officer's own cases by their next day."""
    if user.is_school_user or not user.may("work_case"):
        return []
    found = shown.filtered(user, {"state": "", "scope": "mine", "school": None})
    ordered: list[Any] = list(
        found.order_by(F("next_day").asc(nulls_last=True), "state_since", "pk")[: SHOWN + 1]
    )
    rows = [
        Row(f"{shown.child(one)}, {one.school.name}", reverse("case", args=[one.pk]), one.get_state_display(),
            *_left(one.next_day, today))
        for one in ordered[:SHOWN]
    ]  # fmt: skip
    late = any(one.next_day and one.next_day < today for one in ordered)
    more = "All my cases" if len(ordered) > SHOWN else ""
    mine = Block(
        "My cases by next day", rows, "You have no open case.", f"{reverse('cases')}?scope=mine", more,
        "urgent" if late else "", order=35 if rows else 58,
    )  # fmt: skip
    return [mine]


def week(user: Any) -> list[tuple[str, str, Any, str]]:
    """For the week in numbers of whoever leads."""
    cases = Case.objects.visible_to(user)
    return [
        ("referral", "received", Referral.objects.visible_to(user), "submitted_at"),
        ("case", "opened", cases, "opened_at"),
        ("case", "closed", cases, "closed_at"),
        ("visit", "made", Visit.objects.visible_to(user), "arrived_at"),
    ]


def _by_stage(user: Any) -> Block:
    """How many open cases stand at each stage."""
    rows = Case.objects.visible_to(user).open().order_by().values_list("state").annotate(many=Count("pk"))
    counted = dict(rows)
    found = [
        Row(state.label, f"{reverse('cases')}?state={state.value}", plural(counted[state.value], "case"))
        for state in Case.State
        if state.value in counted
    ]
    return Block("Cases by stage", found, "No case is open.", reverse("cases"), order=36 if found else 58)


def _left(day: date | None, today: date) -> tuple[str, str]:
    if day is None:
        return "no day set", "yellow"
    if day < today:
        return f"{plural((today - day).days, 'day')} late", "red"
    return f"{plural((day - today).days, 'day')} left", "blue" if (day - today).days > SOON else "yellow"


def _unallocated(user: Any) -> Block:
    found = shown.filtered(user, {"state": "", "scope": "nobody", "school": None}).order_by("opened_at", "pk")
    ordered = list(found[: SHOWN + 1])
    rows = [
        Row(f"{shown.child(one)}, {one.school.name}", reverse("case", args=[one.pk]), one.get_state_display())
        for one in ordered[:SHOWN]
    ]
    more = "All of them" if len(ordered) > SHOWN else ""
    return Block(
        "Cases without an officer", rows, "Every open case has its officer.", f"{reverse('cases')}?scope=nobody", more,
        "urgent" if rows else "", order=30 if rows else 59,
    )  # fmt: skip


def with_open_case(pupils: Iterable[int]) -> set[int]:
    """Those of the children an officer works with already."""
    found = Case.objects.open().filter(pupil__among=among(pupils)).order_by()
    return set(found.values_list("pupil_id", flat=True))


def address(kind: str, key: str) -> str | None:
    """Where a case that an entry or deadline is about can be seen."""
    return reverse("case", args=[int(key)]) if kind == "casework.case" and key.isdecimal() else None


def register() -> None:
    """From ``apps.py``."""
    places.offer(places.Place(10, "Cases", "cases", "see_cases"))
    navigation.register(menu)
    attendance.first_page.register(first_page)
    attendance.own_work.register(own_work)
    attendance.week.register(week)
    providers.cases.register(cases)
    providers.addresses.register(address)
    in_hand.register(with_open_case)
    pupils_merged.subscribe(merging.move)
    left.subscribe(handing_over.left)
    owned.register(handing_over.owned)
    search.numbers.register(searching.by_number)
    attendance.interventions.register(interventions.given)
    parts.add(case_parts_information.leaflets)
    workload.register()
