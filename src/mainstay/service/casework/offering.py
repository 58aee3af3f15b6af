"""What cases give to the rooms below: the menu, the lines of a child's Cases tab, where a thing can be seen."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Case as Choose
from django.db.models import F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
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
    waiting,
    workload,
)
from mainstay.service.casework.actions.cases import open_case
from mainstay.service.casework.models import Case, Investigation, Recommendation, Referral, Visit
from mainstay.service.casework.queries import cases as shown
from mainstay.service.common import search
from mainstay.service.common.among import among
from mainstay.service.common.prepared import prepared
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record import providers
from mainstay.service.record.providers import About, Found, Line

#: days before its next day in which a case is marked
SOON: Final = 3


def menu(user: Any) -> list[dict[str, Any]]:
    if not user.may("see_cases"):
        return []
    return [{"text": "Cases", "href": reverse("cases"), "order": 14, "places": places.addresses()}]


def cases(pupil: Pupil, user: Any) -> list[About]:
    """The cases of a child, newest first."""
    return [About(_cases, _case, note="kind", on="opened_at")]


def _cases(pupil: Pupil, user: Any) -> QuerySet[Case]:
    return Case.objects.visible_to(user).filter(pupil=pupil)


def _case(found: Found) -> Line:
    one = Case(pk=found.pk, kind=found.note, state=found.state)
    return Line(
        f"Case {one.number}", reverse("case", args=[one.pk]), one.get_kind_display(), found.on,
        one.get_state_display(), shown.COLOURS[one.state],
    )  # fmt: skip


def first_page(user: Any, today: date) -> list[Block]:
    """For whoever leads: cases that nobody has, and investigations to agree to; one question for both."""
    if user.is_school_user or not (user.may("allocate") or user.may("decide_fast_track")):
        return []
    found = _waiting(user)
    blocks = [_unallocated([one for one in found if one.owner_id is None])] if user.may("allocate") else []
    return [
        *blocks,
        *(_to_agree([one for one in found if one.agree]) if user.may("decide_fast_track") else []),
    ]


def own_work(user: Any, today: date) -> list[Block]:
    """An officer's own cases by their next day."""
    if user.is_school_user or not user.may("work_case"):
        return []
    ordered = _mine(user)
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


@prepared
def _mine(user: Any) -> QuerySet[Case]:
    found = shown.filtered(user, {"state": "", "scope": "mine", "school": None})
    return found.order_by(F("next_day").asc(nulls_last=True), "state_since", "pk")[: SHOWN + 1]


def week() -> list[tuple[str, str, Any, str]]:
    """For the week in numbers of whoever leads."""
    return [
        ("referral", "received", Referral.objects.visible_to, "submitted_at"),
        ("case", "opened", Case.objects.visible_to, "opened_at"),
        ("case", "closed", Case.objects.visible_to, "closed_at"),
        ("visit", "made", Visit.objects.visible_to, "arrived_at"),
    ]


def _left(day: date | None, today: date) -> tuple[str, str]:
    if day is None:
        return "no day set", "yellow"
    if day < today:
        return f"{plural((today - day).days, 'day')} late", "red"
    return f"{plural((day - today).days, 'day')} left", "blue" if (day - today).days > SOON else "yellow"


@prepared
def _waiting(user: Any) -> QuerySet[Any]:
    """The first open cases without an officer, and the first whose investigation a senior officer has to agree to."""
    agree = Q(
        investigation__state=Investigation.State.FINISHED,
        investigation__recommendation__in=[Recommendation.FAST_TRACK, Recommendation.LEGAL],
    )
    since = Choose(When(agree, then="investigation__decision__at"), default="opened_at")
    place = Window(RowNumber(), partition_by=[F("agree"), F("nobodys")], order_by=[since, F("pk")])
    found: QuerySet[Any] = Case.objects.visible_to(user).open().filter(agree | Q(owner=None))
    found = found.annotate(agree=_whether(agree), nobodys=_whether(Q(owner=None))).annotate(place=place)
    first = found.filter(place__lte=SHOWN + 1).select_related("pupil", "school", "investigation")
    return first.order_by("place", "pk")


def _whether(condition: Q) -> Choose:
    return Choose(When(condition, then=Value(True)), default=Value(False))


def _unallocated(found: list[Any]) -> Block:
    rows = [
        Row(f"{shown.child(one)}, {one.school.name}", reverse("case", args=[one.pk]), one.get_state_display())
        for one in found[:SHOWN]
    ]
    more = "All of them" if len(found) > SHOWN else ""
    return Block(
        "Cases without an officer", rows, "Every open case has its officer.", f"{reverse('cases')}?scope=nobody", more,
        "urgent" if rows else "", order=30 if rows else 59,
    )  # fmt: skip


def _to_agree(found: list[Any]) -> list[Block]:
    rows = [
        Row(f"{shown.child(one)}, {one.school.name}", reverse("investigation", args=[one.investigation.pk]),
            one.investigation.get_recommendation_display())
        for one in found[:SHOWN]
    ]  # fmt: skip
    return [Block("Investigations to agree to", rows, "", order=44)] if rows else []


def with_open_case(pupils: Iterable[int]) -> set[int]:
    """Those of the children an officer works with already."""
    found = Case.objects.open().filter(pupil__among=among(pupils)).order_by()
    return set(found.values_list("pupil_id", flat=True))


def opening(
    pupil: Pupil, school: School, because: str, owner: Any, by: Any, at: datetime
) -> tuple[str, str, int]:
    """Open a case for a room that hands a child over; its number and where it is about."""
    one = open_case(pupil=pupil, school=school, because=because, owner=owner, by=by, at=at)
    return one.number, one._meta.label_lower, one.pk


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
    providers.open_case.register(opening)
    providers.addresses.register(address)
    in_hand.register(with_open_case)
    pupils_merged.subscribe(merging.move)
    left.subscribe(handing_over.left)
    owned.register(handing_over.owned)
    search.numbers.register(searching.by_number)
    attendance.interventions.register(interventions.given)
    parts.add(case_parts_information.leaflets)
    workload.register()
    attendance.counted.register(waiting.counted)
