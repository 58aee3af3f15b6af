"""What purchased work gives to the rest: the menu, a child's Cases tab, first pages, where a piece can be seen, search by number."""

import re
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import F, Min, Q, QuerySet
from django.urls import reverse

from mainstay.service.accounts.announcements import left, owned
from mainstay.service.accounts.context import navigation
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import WAITING, Counted, Heading, Listed
from mainstay.service.common import prepared, search
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.purchased import interventions, kinds, merging, places
from mainstay.service.purchased.actions import writing
from mainstay.service.purchased.models import Agreed, Presence, Slot, Work
from mainstay.service.purchased.queries.works import ANY, COLOURS, filtered
from mainstay.service.record import providers
from mainstay.service.record.providers import About, Found, Line
from mainstay.service.traded import providers_bookings as bookings
from mainstay.service.traded.models import Booking
from mainstay.service.traded.providers_bookings import Achieved

#: how far ahead an action shows on the first page: our own choice, a week
AHEAD: Final = timedelta(days=7)
_NUMBER: Final = re.compile(r"\s*PW[\s-]*0*([0-9]{1,9})\s*", re.IGNORECASE)


def menu(user: Any) -> list[dict[str, Any]]:
    if not user.may("see_purchased"):
        return []
    return [
        {"text": "Purchased work", "href": reverse("purchased"), "order": 62, "places": places.addresses()}
    ]


def about(pupil: Pupil, user: Any) -> list[About]:
    """Work that names the child, newest first."""
    return [About(_works, _work, text="service", on="on")]


def _works(pupil: Pupil, user: Any) -> QuerySet[Work]:
    return Work.objects.visible_to(user).filter(pupils=pupil)


def _work(found: Found) -> Line:
    one = Work(pk=found.pk, service=found.text, state=found.state)
    return Line(
        f"{kinds.of(one).label} {one.number}", reverse("purchased_work", args=[one.pk]), "Purchased by the school",
        found.on, one.get_state_display(), COLOURS[one.state],
    )  # fmt: skip


def counted(user: Any, today: date) -> list[Counted]:
    """For a leader: what nobody works on."""
    if user.is_school_user or not user.may("edit_purchased_values"):
        return []
    href = reverse("purchased")
    return [Counted(WAITING, "Purchased work not finished", "piece", _open, href)]


def _open(user: Any) -> QuerySet[Work]:
    return filtered(user, ANY)


def listed(user: Any, today: date) -> list[Listed]:
    """An officer's own actions, and a school's, that are due for one child."""
    if not user.may("work_purchased") and not user.may("take_part_purchased"):
        return []
    under = Heading("Agreed in purchased work", "", 44, reverse("purchased"))
    rows = _of_school if user.is_school_user else _of_officer
    return [Listed(under, rows, "purchased_work", "child", "due", "an action is due")]


def _due(found: QuerySet[Work], owner: str) -> QuerySet[Any]:
    mine = Q(agreed__owner=owner, agreed__done_on=None, agreed__due_on__lte=prepared.today() + AHEAD)
    found = found.filter(mine, pupils__isnull=False).annotate(due=Min("agreed__due_on"))
    return found.annotate(child=F("pupils"))


def _of_officer(user: Any) -> QuerySet[Any]:
    return _due(Work.objects.visible_to(user).filter(owner=user), Agreed.Owner.OFFICER)


def _of_school(user: Any) -> QuerySet[Any]:
    return _due(Work.objects.visible_to(user), Agreed.Owner.SCHOOL)


def address(kind: str, key: str) -> str | None:
    if not key.isdecimal():
        return None
    rows: Any = None
    if kind == Work._meta.label_lower:
        return reverse("purchased_work", args=[int(key)])
    if kind == Slot._meta.label_lower:
        rows = Slot.objects.filter(pk=int(key)).values_list("work_id", flat=True)
    elif kind == Presence._meta.label_lower:
        rows = Presence.objects.filter(pk=int(key)).values_list("session__work_id", flat=True)
    found = rows.first() if rows is not None else None
    return reverse("purchased_work", args=[found]) if found else None


def by_number(user: Any, text: str) -> list[search.Hit]:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return []
    found = Work.objects.visible_to(user).filter(pk=int(match[1])).select_related("school")
    return [
        search.Hit(
            "purchased_work", "Purchased work", one.pk, f"{kinds.of(one).label} {one.number}", one.school.name, False,
            reverse("purchased_work", args=[one.pk]),
        )
        for one in found
    ]  # fmt: skip


def achieved(bookings: Any, user: Any) -> list[Achieved]:
    """Work beneath bookings, on their pages and in the list of what bought days came to."""
    found = Work.objects.visible_to(user).filter(booking__in=list(bookings)).order_by("pk")
    return [
        Achieved(
            one.booking_id or 0, f"{one.title} ({one.number})", reverse("purchased_work", args=[one.pk]), one.get_state_display()
        )
        for one in found
    ]  # fmt: skip


def forms(booking: Booking, user: Any) -> list[dict[str, str]]:
    if not user.may("work_purchased") or booking.state not in writing.BOOKED:
        return []
    return [{"text": "Write up in its own form", "href": reverse("purchased_write_up", args=[booking.pk])}]


def register() -> None:
    """From ``apps.py``."""
    navigation.register(menu)
    attendance.counted.register(counted)
    attendance.listed.register(listed)
    attendance.interventions.register(interventions.given)
    bookings.achieved.register(achieved)
    bookings.forms.register(forms)
    providers.cases.register(about)
    providers.addresses.register(address)
    search.numbers.register(by_number)
    pupils_merged.subscribe(merging.move)
    left.subscribe(merging.left)
    owned.register(merging.owned)
