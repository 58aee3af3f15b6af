"""What visits, investigations and plans give to the rooms below: tabs, parts of a case, first pages, the minute's look."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.casework import case_parts_visits, merging_visits, parts, places
from mainstay.service.casework.actions import visit_alarms
from mainstay.service.casework.models import Plan, PlanLine, Visit
from mainstay.service.casework.queries.cases import child
from mainstay.service.common.jobs.minutely import minutely
from mainstay.service.common.ui.filters import clock, day_month
from mainstay.service.directory.announcements import parents_merged
from mainstay.service.record import providers
from mainstay.service.record.models import Meeting

PAGES: Final = {
    "casework.visit": "visit",
    "casework.investigation": "investigation",
    "casework.plan": "plan",
}


def address(kind: str, key: str) -> str | None:
    """Where a visit, an investigation or a plan that an entry or deadline is about can be seen."""
    return reverse(PAGES[kind], args=[int(key)]) if kind in PAGES and key.isdecimal() else None


def cards(user: Any, today: date) -> list[Block]:
    if user.is_school_user:
        return _our_promises(user, today)
    return _not_heard_from(user) if user.may("see_team") else []


def own_work(user: Any, today: date) -> list[Block]:
    return [_visits(user, today)] if user.may("work_case") and not user.is_school_user else []


def _not_heard_from(user: Any) -> list[Block]:
    """Before anything else on the page, and only when somebody is looked for."""
    found = (
        Visit.objects.visible_to(user)
        .not_heard_from(timezone.now())
        .filter(Q(answered_at=None) | Q(alarmed_at=None))
    )
    rows = [
        Row(
            f"{one.meeting.organiser.name}: call {one.meeting.organiser.phone or 'them'} now",
            reverse("visit", args=[one.pk]), f"visit {one.pk}", "Not heard from", "red",
        )
        for one in found.select_related("meeting__organiser").order_by("pk")[:SHOWN]
    ]  # fmt: skip
    return [Block("Officers not heard from", rows, "", kind="urgent", order=1)] if rows else []


def _visits(user: Any, today: date) -> Block:
    """The officer's own of today, and those still to be written up."""
    until = timezone.make_aware(datetime.combine(today + timedelta(days=1), time()))
    own = Visit.objects.visible_to(user).filter(meeting__organiser=user, meeting__starts__lt=until)
    found = own.filter(state__in=[Visit.State.PLANNED, Visit.State.THERE, Visit.State.LEFT]).exclude(
        meeting__state=Meeting.State.CANCELLED
    )
    listed = list(
        found.select_related("case__pupil", "meeting").order_by("meeting__starts", "pk")[: SHOWN + 1]
    )
    rows = [
        Row(child(one.case), reverse("visit", args=[one.pk]), clock(timezone.localtime(one.meeting.starts)),
            one.get_state_display() if one.state != Visit.State.PLANNED else "", "yellow")
        for one in listed[:SHOWN]
    ]  # fmt: skip
    more = "All visits" if len(listed) > SHOWN else ""
    return Block(
        "Visits today",
        rows,
        "No visit is planned for today.",
        reverse("visits"),
        more,
        order=30 if rows else 56,
    )


def _our_promises(user: Any, today: date) -> list[Block]:
    """What a school promised in plans that run, the first due first."""
    if not user.may("see_cases"):
        return []
    plans = Plan.objects.visible_to(user).filter(state=Plan.State.RUNNING)
    lines = PlanLine.objects.filter(plan__in=plans, owner=PlanLine.Owner.SCHOOL, status=PlanLine.Status.TO_DO)
    found = lines.select_related("plan__case__pupil").order_by("due_on", "pk")[:SHOWN]
    rows = [
        Row(f"{child(one.plan.case)}: {one.action}", reverse("plan", args=[one.plan_id]), f"by {day_month(one.due_on)}",
            "Overdue" if one.due_on < today else "", "red")
        for one in found
    ]  # fmt: skip
    return [Block("What your school promised", rows, "", reverse("plans"), order=40)] if rows else []


def register() -> None:
    """From ``apps.py``."""
    places.offer(
        places.Place(30, "Visits", "visits", "work_case"), places.Place(40, "Plans", "plans", "see_cases")
    )
    for part in (case_parts_visits.investigation, case_parts_visits.visits, case_parts_visits.plans_of):
        parts.add(part)
    attendance.first_page.register(cards)
    attendance.own_work.register(own_work)
    providers.addresses.register(address)
    parents_merged.subscribe(merging_visits.move_parent)
    minutely("casework.visits")(visit_alarms.look)
