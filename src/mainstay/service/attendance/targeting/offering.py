"""What targeting meetings give to the rest: the menu, a school's tab, the first page, where one can be seen."""

from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.announcements import left, owned
from mainstay.service.accounts.context import navigation
from mainstay.service.attendance.providers import first_page, own_work
from mainstay.service.attendance.providers import interventions as provided
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.attendance.targeting import interventions, terms
from mainstay.service.attendance.targeting.actions import following, planning
from mainstay.service.attendance.targeting.models import TargetingAction, TargetingMeeting
from mainstay.service.attendance.targeting.queries import children, coverage
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.prepared import now, prepared
from mainstay.service.common.ui.filters import date_time, day_month, plural
from mainstay.service.directory.announcements import link_officer_changed, pupils_merged
from mainstay.service.directory.models import School
from mainstay.service.directory.school_page import school_tabs
from mainstay.service.record import providers

State = TargetingMeeting.State
_KINDS: Final = {
    "attendance.targetingmeeting": "targeting_meeting",
    "attendance.targetingaction": "targeting_action_done",
}


def menu(user: Any) -> list[dict[str, Any]]:
    if not user.may("see_meetings"):
        return []
    return [{"text": "Meetings", "href": reverse("targeting_meetings"), "order": 35}]


def tabs(school: School, user: Any) -> list[dict[str, Any]]:
    if not user.may("see_meetings"):
        return []
    href = f"{reverse('targeting_meetings')}?school={school.pk}"
    return [{"order": 35, "key": "meetings", "text": "Meetings", "href": href}]


def address(kind: str, key: str) -> str | None:
    """Where a meeting, or an action, that an entry or deadline is about can be seen."""
    return reverse(_KINDS[kind], args=[int(key)]) if kind in _KINDS and key.isdecimal() else None


def blocks(user: Any, today: date) -> list[Block]:
    """A school: its next meeting and what it has to do. A manager: schools without."""
    if not user.may("see_meetings"):
        return []
    if user.is_school_user:
        return [_next_of_school(user), _to_do(user, today)]
    return [_without(user, today)] if user.may("see_team") else []


def own(user: Any, today: date) -> list[Block]:
    """An officer's own meetings."""
    return [_todays(user, today)] if user.may("hold_meetings") else []


def _row(meeting: Any) -> Row:
    when, tag = date_time(meeting.calendar.starts), meeting.get_state_display()
    return Row(meeting.school.name, reverse("targeting_meeting", args=[meeting.pk]), when, tag, "blue")


def _todays(user: Any, today: date) -> Block:
    """Those an officer holds today, and one not yet agreed; else the next."""
    listed = _held_by(user, today)
    todays = [
        one for one in listed
        if one.calendar and (one.state in (State.LIVE, State.ENDED) or timezone.localdate(one.calendar.starts) == today)
    ]  # fmt: skip
    title = "Targeting meetings today" if todays else "Next targeting meetings"
    return Block(
        title, [_row(one) for one in (todays or listed)[:SHOWN]], "No targeting meeting of yours is planned.",
        reverse("targeting_meetings") + "?scope=mine", order=40 if todays else 56,
    )  # fmt: skip


@prepared
def _held_by(user: Any, today: date) -> QuerySet[TargetingMeeting]:
    mine = TargetingMeeting.objects.visible_to(user).filter(calendar__organiser=user)
    waiting = Q(state__in=(State.LIVE, State.ENDED)) | Q(
        state__in=(State.PLANNED, State.READY), calendar__state="planned", calendar__starts__date__gte=today
    )
    found = mine.filter(waiting).select_related("school", "calendar").order_by("calendar__starts", "pk")
    return found[: SHOWN + 1]


@prepared
def _to_come(user: Any) -> QuerySet[TargetingMeeting]:
    found = TargetingMeeting.objects.visible_to(user).to_come().filter(calendar__ends__gte=now())
    return found.select_related("school", "calendar").order_by("calendar__starts", "pk")[:SHOWN]


@prepared
def _agreed(user: Any) -> QuerySet[TargetingAction]:
    mine = TargetingAction.objects.visible_to(user).open().filter(Q(for_school=True) | Q(owner=user))
    return mine.select_related("meeting__school", "pupil").order_by("due", "pk")[: SHOWN + 1]


def _next_of_school(user: Any) -> Block:
    return Block(
        "Next targeting meeting", [_row(one) for one in _to_come(user)],
        "None is planned. Your link officer plans one each term.", reverse("targeting_meetings"), order=54,
    )  # fmt: skip


def _to_do(user: Any, today: date) -> Block:
    """Actions of the school, and the person's own; the latest due first."""
    found = _agreed(user)
    rows = [
        Row(one["text"], one["url"], f"{one['child']}, by {day_month(one['due'])}", "Late" if one["late"] else "", "red")
        for one in children.action_rows(found[:SHOWN], user)
    ]  # fmt: skip
    late = any(one.due < today for one in found)
    base = reverse("targeting_actions")
    more = "All actions" if len(found) > SHOWN else ""
    return Block(
        "Agreed in meetings, for us to do",
        rows,
        "Nothing is left to do.",
        base,
        more,
        "urgent" if late else "",
    )


def _without(user: Any, today: date) -> Block:
    found = _schools_without(user, *terms.of_day(today), today)
    rows = [
        Row(one.name, f"{reverse('targeting_meetings')}?school={one.pk}",
            f"{one.held} of {one.needed} held" if one.needed > 1 else "")
        for one in found[:SHOWN]
    ]  # fmt: skip
    more = f"{plural(len(found), 'school')} in all" if len(found) > SHOWN else ""
    href = f"{reverse('targeting_coverage')}?state=without"
    return Block(
        "Schools without a meeting this term",
        rows,
        "Every school has had one, or has one planned.",
        href,
        more,
    )


@prepared
def _schools_without(user: Any, year: int, term: str, today: date) -> QuerySet[School]:
    return coverage.without(user, (year, term), today).only("name")


def register() -> None:
    """From ``apps.py``."""
    navigation.register(menu)
    school_tabs.register(tabs)
    first_page.register(blocks)
    own_work.register(own)
    provided.register(interventions.given)
    providers.addresses.register(address)
    pupils_merged.subscribe(following.merged)
    left.subscribe(following.left)
    link_officer_changed.subscribe(following.followed)
    owned.register(following.owned)
    daily("attendance.targeting_packs")(planning.make_due)
