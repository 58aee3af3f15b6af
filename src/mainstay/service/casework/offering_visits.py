"""What visits, investigations and plans give to the rooms below: tabs, parts of a case, first pages, the minute's look."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.casework import case_parts_visits, information, merging_visits, parts, places
from mainstay.service.casework.actions import visit_alarms
from mainstay.service.casework.leading import may_begin
from mainstay.service.casework.models import Plan, PlanLine, Visit
from mainstay.service.casework.queries import plans as of_plans
from mainstay.service.casework.queries.cases import child
from mainstay.service.casework.queries.consultations import child as name
from mainstay.service.common.jobs.minutely import minutely
from mainstay.service.common.prepared import now, prepared
from mainstay.service.common.ui.filters import clock, day_month
from mainstay.service.directory.announcements import parents_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.documents import leaflets
from mainstay.service.record import providers
from mainstay.service.record.models import Meeting
from mainstay.service.record.providers import About, Found, Line

#: how far ahead a school sees the reviews of its plans: our own choice, time to invite the family
AHEAD: Final = timedelta(days=14)
#: all that a child has before a case
PLANS: Final = 100
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
        return [*_our_reviews(user, today), *_our_promises(user, today)]
    return _not_heard_from(user) if user.may("see_team") else []


def own_work(user: Any, today: date) -> list[Block]:
    return [_visits(user, today)] if user.may("work_case") and not user.is_school_user else []


def _not_heard_from(user: Any) -> list[Block]:
    """Before anything else on the page, and only when somebody is looked for."""
    rows = [
        Row(
            f"{one.meeting.organiser.name}: call {one.meeting.organiser.phone or 'them'} now",
            reverse("visit", args=[one.pk]), f"visit {one.pk}", "Not heard from", "red",
        )
        for one in _missed(user)
    ]  # fmt: skip
    return [Block("Officers not heard from", rows, "", kind="urgent", order=1)] if rows else []


@prepared
def _missed(user: Any) -> QuerySet[Visit]:
    missed = Visit.objects.visible_to(user).not_heard_from(now())
    found = missed.filter(Q(answered_at=None) | Q(alarmed_at=None))
    return found.select_related("meeting__organiser").order_by("pk")[:SHOWN]


@prepared
def _own(user: Any, until: datetime) -> QuerySet[Visit]:
    own = Visit.objects.visible_to(user).filter(meeting__organiser=user, meeting__starts__lt=until)
    found = own.filter(state__in=[Visit.State.PLANNED, Visit.State.THERE, Visit.State.LEFT]).exclude(
        meeting__state=Meeting.State.CANCELLED
    )
    return found.select_related("case__pupil", "meeting").order_by("meeting__starts", "pk")[: SHOWN + 1]


def _visits(user: Any, today: date) -> Block:
    """The officer's own of today, and those still to be written up."""
    listed = _own(user, timezone.make_aware(datetime.combine(today + timedelta(days=1), time())))
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


def _running_here(user: Any) -> QuerySet[Plan]:
    """The plans that run of children on the school's roll."""
    here = Pupil.objects.present_to(user).order_by().values("pk")
    return Plan.objects.visible_to(user).filter(state=Plan.State.RUNNING, pupil__in=here)


@prepared
def _promised(user: Any) -> QuerySet[PlanLine]:
    lines = PlanLine.objects.filter(
        plan__in=_running_here(user), owner=PlanLine.Owner.SCHOOL, status=PlanLine.Status.TO_DO
    )
    return lines.select_related("plan__pupil").order_by("due_on", "pk")[:SHOWN]


@prepared
def _led(user: Any, until: date) -> QuerySet[Plan]:
    led = _running_here(user).filter(from_school=True, case=None, review_on__lte=until)
    return led.select_related("pupil").order_by("review_on", "pk")[:SHOWN]


def _our_promises(user: Any, today: date) -> list[Block]:
    """What a school promised in plans that run, the first due first."""
    if not user.may("see_cases"):
        return []
    rows = [
        Row(f"{name(one.plan.pupil)}: {one.action}", reverse("plan", args=[one.plan_id]), f"by {day_month(one.due_on)}",
            "Overdue" if one.due_on < today else "", "red")
        for one in _promised(user)
    ]  # fmt: skip
    return [Block("What your school promised", rows, "", reverse("plans"), order=40)] if rows else []


def _our_reviews(user: Any, today: date) -> list[Block]:
    """The plans a school leads whose review is due soon."""
    if not user.may("write_plans"):
        return []
    rows = [
        Row(name(one.pupil), reverse("plan", args=[one.pk]), f"{one.get_kind_display().lower()}, {day_month(one.review_on)}",
            "Overdue" if one.review_on < today else "", "red")
        for one in _led(user, today + AHEAD)
    ]  # fmt: skip
    return [Block("Plans to review", rows, "", reverse("plans"), order=41)] if rows else []


def plans(pupil: Pupil, user: Any) -> list[About]:
    """On a child's Cases tab: those of a case stand on its page."""
    return [About(_before_a_case, _plan, text="kind", on="made_at", most=PLANS)]


def _before_a_case(pupil: Pupil, user: Any) -> QuerySet[Plan]:
    return Plan.objects.visible_to(user).filter(pupil=pupil, case=None)


def _plan(found: Found) -> Line:
    one = Plan(pk=found.pk, kind=found.text, state=found.state)
    return Line(
        f"{one.get_kind_display()} {one.number}", reverse("plan", args=[one.pk]), "Before a case", found.on,
        one.get_state_display(), of_plans.COLOURS[one.state],
    )  # fmt: skip


def begin(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    """A plan before a case, where the child has none open."""
    if not may_begin(user, pupil):
        return []
    return [{"text": "Begin a plan", "href": reverse("plan_begin", args=[pupil.pk])}]


def register() -> None:
    """From ``apps.py``."""
    places.offer(
        places.Place(30, "Visits", "visits", "work_case"),
        places.Place(40, "Plans", "plans", "see_cases"),
        places.Place(91, "Assessment areas", "assessment_areas", "see_cases"),
    )
    for part in (case_parts_visits.investigation, case_parts_visits.visits, case_parts_visits.plans_of):
        parts.add(part)
    attendance.first_page.register(cards)
    attendance.own_work.register(own_work)
    providers.addresses.register(address)
    providers.cases.register(plans)
    providers.begin.register(begin)
    leaflets.occasions.register(information.occasions)
    parents_merged.subscribe(merging_visits.move_parent)
    minutely("casework.visits")(visit_alarms.look)
