"""What this room gives to the rooms below: the menu, the first page, where a thing can be seen, what a leaver had."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.announcements import left
from mainstay.service.accounts.context import navigation
from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import Held, held
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, WAITING, Block, Counted, Row
from mainstay.service.common import prepared
from mainstay.service.common.audit import trail
from mainstay.service.common.ui.filters import and_list, date_time, long_date, plural, short_date
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.record import providers
from mainstay.service.team import places
from mainstay.service.team.actions.duty import passed_on
from mainstay.service.team.models import Call, Cover, Discussed, DutyDay, Review, Swap
from mainstay.service.team.monitored import measures
from mainstay.service.team.providers import monitored
from mainstay.service.team.queries import away, duty, supervision, waiting


def menu(user: Any) -> list[dict[str, Any]]:
    """The service works here every day; schools and other roles find out whom to ask."""
    if user.may("see_duty_log"):
        return [{"text": "Team", "href": reverse("duty"), "order": 25, "places": places.addresses()}]
    if not user.may("see_schools"):
        return []
    return [
        {"text": "Who to ask", "href": reverse("link_officers"), "order": 25 if user.is_school_user else 45}
    ]


def reviews(user: Any) -> list[dict[str, Any]]:
    """The yearly review for whoever leads, the report for governors for whoever works with a school."""
    if user.may("see_dashboard"):
        return [{"text": "Yearly review", "href": reverse("yearly_review"), "order": 80}]
    if user.may("see_cases"):
        return [{"text": "Reports for governors", "href": reverse("governors"), "order": 80}]
    return []


def first_screen(user: Any, today: date) -> str | None:
    """Whoever is on duty begins the day at the desk."""
    if not user.may("take_calls") or duty.ahead(user, today).get(today, (None, False))[0] != user.pk:
        return None
    return reverse("duty")


def first_page(user: Any, today: date) -> list[Block]:
    """Cover needed today, for whoever arranges it."""
    return [_cover_needed(user, today)] if user.may("arrange_cover") else []


def counted(user: Any, today: date) -> list[Counted]:
    """What waits at the desk, in supervision, quality and on the rota."""
    if not user.may("see_team"):
        return []
    lines = [
        Counted(WAITING, "Questions to the duty desk without an answer", "question", _unanswered,
                f"{reverse('duty_calls')}?state=waiting"),
    ]  # fmt: skip
    if user.may("supervise"):
        where = f"{reverse('supervisions')}?state=overdue"
        lines.append(Counted(WAITING, "Supervision overdue", "officer", _unsupervised, where, late=True))
    days = duty.missing(user, today)
    month = f"?month={days[0]:%Y-%m}" if days else ""
    return [
        *lines,
        Counted(WAITING, "Quality reviews due", "review", Review.objects.due_from, f"{reverse('quality')}?term=due"),
        Counted(WAITING, "Duty days without an officer", "day", len(days), f"{reverse('duty_rota')}{month}", today in days),
    ]  # fmt: skip


def _unanswered(user: Any) -> QuerySet[Any]:
    return duty.filtered(user, {**duty.ANY, "state": "waiting"})


def _unsupervised(user: Any) -> QuerySet[Any]:
    return supervision.overdue(prepared.today())


def own_work(user: Any, today: date) -> list[Block]:
    """What a colleague asks of this person, what waits for their signature, what was found in their work."""
    if not user.may("plan_absence"):
        return []
    found = waiting.own(user, today)
    blocks = []
    if rows := _asked(found):
        blocks.append(Block("Colleagues ask you", rows, "", reverse("absences"), kind="urgent", order=5))
    if rows := [Row(f"With {one.words}, {short_date(one.on)}", reverse("supervision", args=[one.pk]))
                for one in found if one.kind == "supervision"]:  # fmt: skip
        blocks.append(
            Block("Supervision records to sign", rows[:SHOWN], "", reverse("supervisions"), order=42)
        )
    if rows := [Row(one.words, reverse("own_review", args=[one.pk]), f"settled on {long_date(one.on)}")
                for one in found if one.kind == "review"]:  # fmt: skip
        blocks.append(Block("Reviews of my work", rows[:SHOWN], "", reverse("own_reviews"), order=45))
    return blocks


def _cover_needed(user: Any, today: date) -> Block:
    meetings = away.needed_on(user, today)
    rows = [
        Row(f"{date_time(one.starts)}, {one.school.name if one.school else one.title}", reverse("absence", args=[one.absence]),
            f"{one.title}; {one.organiser.name} is away", *(("Asked", "blue") if one.is_asked else ("Nobody yet", "red")))
        for one in meetings[:SHOWN]
    ]  # fmt: skip
    on_duty = duty.ahead(user, today).get(today)
    if (on_duty is not None and on_duty[1]) or today in duty.missing(user, today):
        note = "whoever has it today is away" if on_duty else "nobody is named for today"
        rows.insert(0, Row("The duty desk", reverse("duty_rota"), note, "Nobody yet", "red"))
    more = f"{len(meetings)} in all" if len(meetings) > SHOWN else ""
    return Block(
        "Cover needed today", rows, "Nobody who is away has a meeting or the desk today.", reverse("absences"), more,
        "urgent" if rows else "", order=10 if rows else 60,
    )  # fmt: skip


def _asked(found: list[waiting.Own]) -> list[Row]:
    """Meetings and duty days of somebody away by their number, swaps one by one."""
    numbers = Counter(one.kind for one in found)
    counts = [
        plural(numbers[kind], noun)
        for kind, noun in (("meeting", "meeting"), ("day", "duty day"))
        if numbers[kind]
    ]
    rows = [Row("Cover " + and_list(counts), reverse("absences"), "asked of you")] if counts else []
    return rows + [
        Row(f"Be on duty on {long_date(one.on)}", reverse("duty_rota"), f"{one.words} asks")
        for one in found if one.kind == "swap"
    ]  # fmt: skip


def address(kind: str, key: str) -> str | None:
    """Where a call or a review that an entry or deadline is about can be seen."""
    names = {"team.call": "duty_call", "team.review": "quality_review", "team.absence": "absence"}
    return reverse(names[kind], args=[int(key)]) if kind in names and key.isdecimal() else None


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """When two records of a child become one, calls, talks and reviews go with them."""
    for model in (Call, Discussed, Review):
        rows = model._default_manager.filter(pupil=other)
        moved[model._meta.label_lower] = sorted(rows.order_by().values_list("pk", flat=True))
        rows.update(pupil=kept)


def gone(*, user: User, at: datetime) -> None:
    """A leaver's duty days to come are nobody's, and what they were asked is asked no longer."""
    days = DutyDay.objects.filter(officer=user, on__gte=timezone.localdate(at))
    freed = list(days.order_by("on").values_list("on", flat=True))
    Cover.objects.filter(colleague=user, state=Cover.State.ASKED).update(
        state=Cover.State.DECLINED, answered_at=at
    )
    Swap.objects.filter(asked_of=user, state=Swap.State.ASKED).update(
        state=Swap.State.DECLINED, answered_at=at
    )
    if freed:
        passed_on(freed, None, at)
        days.delete()
        trail.record(by=None, at=at, action="duty.freed", on=user, days=[day.isoformat() for day in freed])


def holds(user: User) -> list[Held]:
    """The duty days they still have."""
    rows = DutyDay.objects.filter(officer=user, on__gte=timezone.localdate())
    return [Held(rows, lambda n: plural(n, "duty day"), reverse("duty_rota"))]


def week() -> list[tuple[str, str, Any, str]]:
    """For the week in numbers of whoever leads."""
    return [("call", "taken", Call.objects.visible_to, "asked_at")]


def register() -> None:
    """From ``apps.py``."""
    navigation.register(menu)
    navigation.register(reviews)
    monitored.register(measures)
    attendance.first_screen.register(first_screen)
    attendance.first_page.register(first_page)
    attendance.own_work.register(own_work)
    attendance.counted.register(counted)
    attendance.week.register(week)
    providers.addresses.register(address)
    pupils_merged.subscribe(move)
    left.subscribe(gone)
    held.register(holds)
