"""What notifications and matching give to the rooms below: menu, first pages, the night, joiners, merges, addresses."""

from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, QuerySet, Value
from django.urls import reverse

from mainstay.service.accounts.context import navigation
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import WAITING, Block, Counted, Heading, Listed, Row
from mainstay.service.common import prepared
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.announcements import pupils_joined, pupils_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.missing import places
from mainstay.service.missing.actions import due, matches
from mainstay.service.missing.models import Candidate, DueReturn, Notification, OffRolling
from mainstay.service.missing.queries import matches as candidates
from mainstay.service.missing.queries import notifications as shown
from mainstay.service.record import providers

FOUND: Final = Heading("May be a missing child", "No pupil on a roll looks like a missing child.", 8)
BACK: Final = Heading("Notifications that came back", "Nothing came back.", 9)
NAMES: Final = Heading("Names without a ground", "No name is open.", 9)


def menu(user: Any) -> list[dict[str, Any]]:
    """For schools, and for whoever sorts notifications without seeing missing children; others go by the room's entry."""
    if user.may("notify_roll"):
        return [{"text": "Returns", "href": reverse("school_returns"), "order": 46}]
    if user.may("see_notifications") and not user.may("see_missing"):
        lists = ("notifications", "returns_due", "off_rolling_list")
        return [
            {
                "text": "Notifications",
                "href": reverse(lists[0]),
                "order": 48,
                "places": [reverse(one) for one in lists],
            }
        ]
    return []


def overdue(user: Any) -> QuerySet[DueReturn]:
    return DueReturn.objects.visible_to(user).open().filter(due_on__lt=prepared.today())


def counted(user: Any, today: date) -> list[Counted]:
    """For whoever leads."""
    if not user.may("see_notifications"):
        return []
    lines = [
        Counted(WAITING, "School notifications to look through", "notification", shown.to_look_through, reverse("notifications")),
        Counted(WAITING, "Returns of schools overdue", "return", overdue, reverse("returns_due"), late=True),
        Counted(WAITING, "Names without a ground", "name", shown.off_waiting, reverse("off_rolling_list")),
    ]  # fmt: skip
    if user.may("match_missing"):
        lines.append(
            Counted(
                WAITING, "Pupils who may be a missing child", "pair", candidates.waiting, reverse("matches")
            )
        )
    return lines


#: of a school
DUE: Final = Heading("Returns due", "", 7, "/returns/")


def listed(user: Any, today: date) -> list[Listed]:
    """Own work by child."""
    if user.may("match_missing"):
        return [
            Listed(
                FOUND,
                candidates.waiting,
                "match",
                "pupil",
                note="on a roll",
                tag="To decide",
                colour="yellow",
            )
        ]
    if user.may("notify_roll"):
        return [
            Listed(DUE, _due, "school_return_due", "pupil", "due_on", note="to be made"),
            Listed(NAMES, shown.off_asked, "school_off_rolling", "pupil", "answer_by", note="left your register"),
            Listed(BACK, _came_back, "school_return", "pupil", note="something is missing", tag="Sent back", colour="orange"),
        ]  # fmt: skip
    return []


def _came_back(user: Any) -> QuerySet[Notification]:
    return shown.came_back(user).filter(pupil__isnull=False)


def _due(user: Any) -> QuerySet[DueReturn]:
    return DueReturn.objects.visible_to(user).filter(state=DueReturn.State.DUE)


def own_work(user: Any, today: date) -> list[Block]:
    """For whoever sorts notifications how many wait."""
    return [] if user.may("notify_roll") or not user.may("see_notifications") else [_waiting(user)]


def _waiting(user: Any) -> Block:
    asked: tuple[tuple[str, str, QuerySet[Any], str], ...] = (
        (
            "School notifications to look through",
            "notification",
            shown.to_look_through(user),
            "notifications",
        ),
        ("Returns overdue", "return", overdue(user), "returns_due"),
        ("Names without a ground", "name", shown.off_waiting(user), "off_rolling_list"),
    )
    counts = [
        rows.order_by()
        .annotate(part_=Value(n))
        .values("part_")
        .annotate(many_=Count("pk"))
        .values_list("part_", "many_")
        for n, (_, _, rows, _) in enumerate(asked)
    ]
    found = dict(counts[0].union(*counts[1:], all=True))
    lines = [
        Row(text, reverse(page), plural(found[n], noun))
        for n, (text, noun, _, page) in enumerate(asked)
        if found.get(n)
    ]
    return Block("Notifications", lines, "Nothing waits.", reverse("notifications"), order=9 if lines else 60)


def address(kind: str, key: str) -> str | None:
    """Where what an entry is about can be seen."""
    names = {
        "missing.notification": "notification",
        "missing.offrolling": "off_rolling",
        "missing.candidate": "match",
    }
    return reverse(names[kind], args=[int(key)]) if kind in names and key.isdecimal() else None


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """When two records of a child become one, what schools notified and what was found goes with them."""
    held: dict[Any, set[Any]] = {
        DueReturn: {(one.kind, one.school_id, one.on) for one in DueReturn.objects.filter(pupil=kept)},
        OffRolling: {(one.school_id, one.left_on) for one in OffRolling.objects.filter(pupil=kept)},
        Candidate: {one.child_id for one in Candidate.objects.filter(pupil=kept)},
    }
    twice = [
        *(
            one
            for one in DueReturn.objects.filter(pupil=other)
            if (one.kind, one.school_id, one.on) in held[DueReturn]
        ),
        *(
            one
            for one in OffRolling.objects.filter(pupil=other)
            if (one.school_id, one.left_on) in held[OffRolling]
        ),
        *(one for one in Candidate.objects.filter(pupil=other) if one.child_id in held[Candidate]),
    ]
    for one in twice:
        one.delete()
    for model in (Notification, DueReturn, OffRolling, Candidate):
        rows = model._default_manager.filter(pupil=other)
        moved[model._meta.label_lower] = sorted(rows.order_by().values_list("pk", flat=True))
        rows.update(pupil=kept)


def register() -> None:
    """From ``apps.py``."""
    places.offer(
        places.Place(40, "Returns", "school_returns", "notify_roll"),
        places.Place(50, "School notifications", "notifications", "see_notifications"),
        places.Place(51, "Returns due", "returns_due", "see_notifications"),
        places.Place(52, "Names without a ground", "off_rolling_list", "see_notifications"),
        places.Place(60, "Candidates on rolls", "matches", "match_missing"),
        places.Place(61, "Search every roll", "match_search", "match_missing"),
    )
    navigation.register(menu)
    attendance.counted.register(counted)
    attendance.listed.register(listed)
    attendance.own_work.register(own_work)
    providers.addresses.register(address)
    pupils_joined.subscribe(matches.joined)
    pupils_merged.subscribe(move)
    daily("missing.matching")(matches.nightly)
    daily("missing.returns")(due.nightly)
