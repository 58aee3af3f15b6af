"""The ordinary notices of two years: written in bulk up to the approval, issued and paid by the actions."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Final

from django.utils import timezone

from mainstay.law.rules import CURRENT
from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Register
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import LinkOfficer, Parent, Parenthood
from mainstay.service.penalties.actions import ending
from mainstay.service.penalties.demo import bulk, ends, money
from mainstay.service.penalties.demo.scene import MOST_SESSIONS, Scene, missed
from mainstay.service.penalties.models import Notice

#: so many a school, and never more than so many; far fewer than a real council's, enough for every list
EACH, MOST = 2, 150
#: sessions of a candidate in a year: enough for a notice, few enough that a notice was the answer
UNAUTHORISED: Final = (10, 40)
#: from the last session relied on until a notice could be issued
AFTER: Final = timedelta(days=14)
#: what became of one after the other, as of paid ones by which way
OUTCOMES: Final = (
    "online", "bank", "online", "cash_office", "online", "late", "bank", "online", "withdrawn", "online", "bank",
    "online", "late", "cash_office", "online", "unpaid", "online", "bank", "withdrawn", "prosecuted",
)  # fmt: skip
GROUNDS: Final = ("material_error", "wrongly_issued", "wrong_recipient", "outside_code")


def fill(scene: Scene, since: date, schools: int) -> None:
    """Notices from a day on until seven weeks ago, a batch a month."""
    until = scene.today - timedelta(days=49)
    batches: dict[date, list[bulk.Case]] = {}
    for issued_on, case in _cases(scene, since, until, min(EACH * schools, MOST)):
        batches.setdefault(issued_on, []).append(case)
    number = count()
    for issued_on, cases in sorted(batches.items()):
        when = timezone.make_aware(datetime.combine(issued_on, time(11)))
        for notice in bulk.issued(scene, cases, when):
            _end(scene, notice, next(number))


def _cases(scene: Scene, since: date, until: date, most: int) -> Iterator[tuple[date, bulk.Case]]:
    """Children who missed enough of a year, and the day a notice could be issued."""
    officers = dict(LinkOfficer.objects.select_related("officer").values_list("school_id", "officer_id"))
    people = {user.pk: user for user in scene.users.values()}
    rows = _registers(scene, since, until)
    step = max(len(rows) // (2 * most or 1), 1)
    rows = rows[::step][: 3 * most]
    parents = _parents({pupil for pupil, _, _ in rows})
    marks = missed({pupil for pupil, _, _ in rows}, {year for _, _, year in rows})
    given = 0
    for pupil, school, year in rows:
        relied, parent = _relied(marks.get((pupil, year), [])), parents.get(pupil)
        if given == most or not relied or parent is None or school not in officers:
            continue
        on = _next_batch(date.fromisoformat(relied[-1]["date"]) + AFTER)
        if since < on <= until:
            given += 1
            yield on, bulk.Case(pupil, school, parent, people[officers[school]], relied)


def _next_batch(day: date) -> date:
    """The first Wednesday of the next month: a batch a month."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first + timedelta(days=(2 - first.weekday()) % 7)


def _registers(scene: Scene, since: date, until: date) -> list[tuple[int, int, int]]:
    """(child, school, year) of children on that school's roll today that no story may be about."""
    found = Register.objects.filter(
        year__range=(academic_year(since), academic_year(until)), counted__range=UNAUTHORISED, pupil__restricted=False,
        pupil__in_care=False, pupil__social_worker=False,
    )  # fmt: skip
    on_roll = found.filter(pupil__school_id__isnull=False)
    return [
        (pupil, school, year)
        for pupil, school, year, now in on_roll.order_by("pk").values_list("pupil_id", "school_id", "year", "pupil__school_id")
        if now == school and pupil not in scene.pupils
    ]  # fmt: skip


def _parents(pupils: set[int]) -> dict[int, Parent]:
    """Child -> the parent it lives with."""
    ties = Parenthood.objects.filter(pupil__in=pupils, contact_allowed=True, lives_with=True)
    return {tie.pupil_id: tie.parent for tie in ties.select_related("parent").order_by("-priority", "-pk")}


def _relied(sessions: Sequence[dict[str, str]]) -> Sequence[dict[str, str]]:
    """A holiday where it alone is enough, else the first sessions within ten weeks; [] where there are too few."""
    needed = CURRENT.whole("threshold_sessions")
    for of in ([one for one in sessions if one["code"] == "G"], sessions):
        if len(of) >= needed:
            first = date.fromisoformat(of[0]["date"])
            near = [one for one in of if date.fromisoformat(one["date"]) - first < timedelta(weeks=10)]
            if len(near) >= needed:
                return near[:MOST_SESSIONS]
    return []


def _end(scene: Scene, notice: Notice, number: int) -> None:
    """What became of one: most are paid early."""
    assert notice.issued_on is not None and notice.decide_from is not None
    issued_on: date = notice.issued_on
    outcome = OUTCOMES[number % len(OUTCOMES)]

    def days(after: int) -> datetime:
        return timezone.make_aware(datetime.combine(issued_on + timedelta(days=after), time(14)))

    if outcome in ("online", "bank", "cash_office"):
        money.pay(scene, notice, days(4 + number % 16), outcome)
    elif outcome == "late":
        money.pay(scene, notice, days(25), "bank")
    elif outcome == "withdrawn":
        ends.withdraw(scene, notice, GROUNDS[number // 9 % len(GROUNDS)], days(9))
    else:
        ending.due(notice_id=notice.pk, on=notice.decide_from, at=days(32))
        _decided(scene, notice, outcome, days(40))


def _decided(scene: Scene, notice: Notice, outcome: str, when: datetime) -> None:
    """Prosecuted, or let go; where a prosecution would be out of time only a withdrawal is left."""
    try:
        if outcome == "prosecuted":
            ends.prosecute(scene, notice, when)
            return
    except StepRefused:
        pass
    ends.withdraw(scene, notice, Notice.Ground.UNPAID, when)
