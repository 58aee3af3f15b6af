"""The rota of a month, and the log of calls as lists show it."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.prepared import prepared
from mainstay.service.record.models import Deadline
from mainstay.service.team.actions.calls import RULE
from mainstay.service.team.models import Absence, Call, DutyDay, Swap
from mainstay.service.team.terms import Term, recent
from mainstay.service.team.times import bounds, instant, school_days
from mainstay.service.team.values import in_force

#: the most ``duty_ahead`` can be set to
FURTHEST: Final = timedelta(days=100)
#: every filter of the log, not set
ANY: Final = {"theme": "", "asker": "", "state": "", "school": None, "since": None, "until": None}
HEADER: Final = (
    "Call", "Asked", "Answered", "Minutes", "Way", "Who asked", "Kind", "School", "Child", "Theme", "Question",
    "Advice", "Taken by",
)  # fmt: skip


def month(day: date, closed: list[str]) -> list[dict[str, Any]]:
    """Each school day of a month: who answers, whether they are away, what is asked about it."""
    first = day.replace(day=1)
    last = day.replace(day=monthrange(day.year, day.month)[1])
    days = school_days(first, last, closed)
    set_ = {row.on: row for row in DutyDay.objects.filter(on__in=days).select_related("officer")}
    swaps = {one.day_id: one for one in Swap.objects.filter(day__in=set_.values(), state=Swap.State.ASKED)
             .select_related("asked_of")}  # fmt: skip
    away = list(Absence.objects.meeting(instant(first), bounds(last)[1]))
    return [
        {"on": one, "day": set_.get(one), "away": _away(set_.get(one), away), "swap": swaps.get(set_[one].pk) if one in set_ else None}
        for one in days
    ]  # fmt: skip


def _away(row: DutyDay | None, absences: list[Absence]) -> bool:
    if row is None:
        return False
    starts, ends = bounds(row.on)
    return any(a.officer_id == row.officer_id and a.starts < ends and a.ends > starts for a in absences)


def ahead(user: Any, today: date) -> dict[date, tuple[int, bool]]:
    """Of today and the days to come: who has the desk, and whether they are away; asked once for a page."""
    kept: dict[date, tuple[int, bool]] | None = user.__dict__.get("_duty_ahead")
    if kept is None:
        found = _named(today, today + FURTHEST)
        kept = user.__dict__["_duty_ahead"] = {on: (officer, away_) for on, officer, away_ in found}
    return kept


@prepared
def _named(first: date, last: date) -> QuerySet[Any]:
    away = Absence.objects.standing().filter(
        officer=OuterRef("officer"), first_on__lte=OuterRef("on"), last_on__gte=OuterRef("on")
    )
    days = DutyDay.objects.filter(on__gte=first, on__lte=last).annotate(away=Exists(away))
    return days.order_by().values_list("on", "officer_id", "away")


def missing(user: Any, today: date) -> list[date]:
    """The school days of the time the service looks ahead that have nobody, or somebody away; asked once for a page."""
    kept: list[date] | None = user.__dict__.get("_duty_missing")
    if kept is None:
        values, taken = in_force(today), ahead(user, today)
        days = school_days(today, today + timedelta(days=values["duty_ahead"]), values["closed_days"])
        there = {on for on, (_, away) in taken.items() if not away}
        kept = user.__dict__["_duty_missing"] = [day for day in days if day not in there]
    return kept


def gaps(rows: Iterable[Mapping[str, Any]], today: date) -> list[date]:
    """The days to come on which nobody answers."""
    return [row["on"] for row in rows if row["on"] >= today and (row["day"] is None or row["away"])]


def months(day: date) -> tuple[date, date]:
    """The first day of the month before, and of the one after."""
    first = day.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Call]:
    found = Call.objects.visible_to(user).select_related("school", "pupil", "taken_by")
    for name in ("theme", "asker"):
        if wanted[name]:
            found = found.filter(**{name: wanted[name]})
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    if wanted["since"]:
        found = found.filter(asked_at__gte=instant(wanted["since"]))
    if wanted["until"]:
        found = found.filter(asked_at__lt=bounds(wanted["until"])[1])
    if wanted["state"] == "waiting":
        found = found.filter(answered_at=None)
    elif wanted["state"] == "follow_up":
        open_now = Deadline.objects.open().filter(about_kind="team.call", rule=RULE)
        ids = [int(key) for key in open_now.values_list("about_id", flat=True)]
        found = found.filter(pk__in=ids)
    return found


def child(call: Call) -> str:
    """The child's name in a list; a restricted child is shown by initials."""
    if call.pupil is None:
        return ""
    return f"{call.pupil.initials} (restricted)" if call.pupil.restricted else call.pupil.name


def rows(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk, "url": reverse("duty_call", args=[one.pk]), "asked": one.asked_at, "who": one.who,
            "asker": one.get_asker_display(), "school": one.school.name if one.school else "", "child": child(one),
            "theme": one.theme, "taken_by": one.taken_by.name, "minutes": one.minutes,
            "question": said(one, one.question)[:120],
        }
        for one in found
    ]  # fmt: skip


def said(call: Call, text: str) -> str:
    """The words of a call in a list: those about a restricted child are read on its page only."""
    return "Open the call to read it" if call.pupil is not None and call.pupil.restricted else text


def for_export(found: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials, and without what was said."""
    for one in found:
        yield (
            one.pk, one.asked_at, one.answered_at, one.minutes, one.get_way_display(), one.who, one.get_asker_display(),
            one.school.name if one.school else "", child(one), one.theme, said(one, one.question),
            said(one, one.advice), one.taken_by.name,
        )  # fmt: skip


def themes(user: Any, today: date) -> list[dict[str, Any]]:
    """Theme by theme: how many calls in this term and the one before, and how long half of them waited at most."""
    this, last = recent(today, 2)
    found = Call.objects.visible_to(user).filter(
        asked_at__gte=instant(last.first), asked_at__lt=bounds(this.last)[1]
    )
    minutes: dict[str, list[int]] = {}
    numbers: dict[str, list[int]] = {}
    for theme, asked, answered in found.order_by().values_list("theme", "asked_at", "answered_at"):
        now = timezone.localdate(asked) >= this.first
        numbers.setdefault(theme, [0, 0])[0 if now else 1] += 1
        if now and answered is not None:
            minutes.setdefault(theme, []).append(int((answered - asked).total_seconds() // 60))
    rows_ = [
        {"theme": theme, "this": this_, "last": last_, "minutes": _middle(minutes.get(theme, []))}
        for theme, (this_, last_) in numbers.items()
    ]
    return sorted(rows_, key=lambda row: (-row["this"], -row["last"], row["theme"]))


def _middle(numbers: list[int]) -> int | None:
    return sorted(numbers)[(len(numbers) - 1) // 2] if numbers else None


def two_terms(today: date) -> list[Term]:
    return recent(today, 2)


def follow_up(call: Call) -> Deadline | None:
    found = Deadline.objects.filter(about_kind="team.call", about_id=str(call.pk), rule=RULE)
    return found.select_related("owner").first()


def swaps_of(user: Any) -> list[Swap]:
    """Asked of this person, or by them, and not answered."""
    waiting = Swap.objects.filter(state=Swap.State.ASKED).select_related(
        "day", "in_return", "asked_by", "asked_of"
    )
    return list((waiting.filter(asked_of=user) | waiting.filter(asked_by=user)).order_by("day__on", "pk"))


def coming_days(user: User, today: date) -> QuerySet[DutyDay]:
    """One's own duty days from today on."""
    return DutyDay.objects.filter(officer=user, on__gte=today).order_by("on")
