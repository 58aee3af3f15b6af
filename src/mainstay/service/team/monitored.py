"""What the agreement says is monitored, of this room and the rooms below: interventions and what they did, targeting
meetings, the duty desk, supervision, quality reviews."""

from datetime import date, timedelta
from typing import Final

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum

from mainstay.registers.grid import academic_year
from mainstay.service.accounts.queries import holding
from mainstay.service.attendance.models import Impact
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.directory.models import School
from mainstay.service.team import monitoring
from mainstay.service.team.models import Call, Review, Supervision
from mainstay.service.team.providers import Line, Measure, Years

_TOOK: Final = ExpressionWrapper(F("answered_at") - F("asked_at"), output_field=DurationField())

#: kinds of interventions that are called otherwise where meetings themselves are counted beside them
_WORDS: Final = {"Targeting meeting": "Pupils decided about at a targeting meeting"}


def measures() -> list[Measure]:
    return [
        Measure("families", "interventions", "Interventions", "How many there were, by kind, from the day each began.", "count", _interventions),
        Measure("families", "impact", "Attendance after an intervention against before",
                "Change of attendance in percentage points, of all that can be counted. It proves no cause: see “What interventions did” "
                "for similar pupils.", "points", _impact),
        Measure("schools", "coverage", "Schools with a targeting meeting", "Share of open schools that had at least one in the term.",
                "percent", _coverage, for_school=False),
        Measure("schools", "meetings", "Targeting meetings held", "Meetings with schools, by the term for which they count. What was decided there for single pupils is counted among the interventions.", "count", _meetings),
        Measure("schools", "calls", "Questions to the duty desk", "By who asked.", "count", _calls),
        Measure("schools", "answers", "How soon the duty desk answered", "Share of all questions.", "percent", _answers, for_school=False),
        Measure("quality", "supervision", "Supervision each month", "Months in which an officer had supervision, of all months of those "
                "who have it. What was said is nobody’s but theirs.", "percent", _supervision, for_school=False),
        Measure("quality", "reviews", "Quality reviews", "By the grade that stands, of records reviewed in the year.", "count", _reviews,
                for_school=False),
    ]  # fmt: skip


def _interventions(years: Years, school: int | None) -> list[Line]:
    rows = Impact.objects.filter(**({"school": school} if school else {}))
    return monitoring.counted(monitoring.of_years(rows, "on", years), "label", _WORDS)


def _impact(years: Years, school: int | None) -> list[Line]:
    rows = Impact.objects.filter(counts=True, **({"school": school} if school else {}))
    names = ("before_possible", "before_attended", "after_possible", "after_attended")
    found: dict[str, list[tuple[float | None, int]]] = {}
    asked = monitoring.of_years(rows, "on", years).values("of_year", "label")
    for row in asked.annotate(children=Count("pupil", distinct=True), **{f"all_{n}": Sum(n) for n in names}):
        before, after = row["all_before_possible"], row["all_after_possible"]
        change = (
            row["all_after_attended"] / after - row["all_before_attended"] / before
            if before and after
            else None
        )
        found.setdefault(row["label"], [(None, 0), (None, 0)])[row["of_year"]] = (change, row["children"])
    return [Line(label, now[0], last[0], (now[1], last[1])) for label, (now, last) in sorted(found.items())]


def _held(years: Years) -> tuple[int, int]:
    return academic_year(years[0][0]), academic_year(years[1][0])


def _coverage(years: Years, school: int | None) -> list[Line]:
    now, before = _held(years)
    all_ = School.objects.filter(closed_on=None).count()
    rows = TargetingMeeting.objects.held().filter(year__in=(now, before)).order_by()
    by_term = rows.values_list("year", "term").annotate(n=Count("school", distinct=True))
    found = {(year, term): number for year, term, number in by_term}
    return [
        Line(f"{term.label} term", *(found.get((year, term), 0) / all_ if all_ else None for year in (now, before)))
        for term in TargetingMeeting.Term
    ]  # fmt: skip


def _meetings(years: Years, school: int | None) -> list[Line]:
    now, before = _held(years)
    rows = TargetingMeeting.objects.held().filter(
        year__in=(now, before), **({"school": school} if school else {})
    )
    found = {
        (year, term): n
        for year, term, n in rows.order_by().values_list("year", "term").annotate(n=Count("pk"))
    }
    return [
        Line(f"{term.label} term", found.get((now, term), 0), found.get((before, term), 0))
        for term in TargetingMeeting.Term
    ]


def _calls(years: Years, school: int | None) -> list[Line]:
    rows = Call.objects.filter(**({"school": school} if school else {}))
    return monitoring.counted(
        monitoring.of_years(rows, "asked_at", years, instants=True), "asker", dict(Call.Asker.choices), nobody=True
    )  # fmt: skip


def _answers(years: Years, school: int | None) -> list[Line]:
    rows = monitoring.of_years(Call.objects.annotate(took=_TOOK), "asked_at", years, instants=True)
    everything = Q(pk__isnull=False)
    return monitoring.shares(
        rows,
        {
            "Within an hour": (everything, Q(took__lte=timedelta(hours=1))),
            "Within a day": (everything, Q(took__lte=timedelta(days=1))),
            "Answered at all": (everything, Q(answered_at__isnull=False)),
        },
        nobody=True,
    )


def _supervision(years: Years, school: int | None) -> list[Line]:
    rows = monitoring.of_years(Supervision.objects.all(), "held_on", years)
    had: tuple[set[tuple[int, int, int]], set[tuple[int, int, int]]] = (set(), set())
    for year, officer, day in rows.values_list("of_year", "officer", "held_on"):
        had[year].add((officer, day.year, day.month))
    found = []
    for n, (first, last) in enumerate(years):
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        officers = _supervised(last)
        found.append(min(1.0, len(had[n]) / (months * officers)) if officers and had[n] else None)
    return [Line("Months with supervision", found[0], found[1])]


def _supervised(day: date) -> int:
    """How many have supervision, not counting those who give it."""
    return holding("have_supervision", day).exclude(pk__in=holding("supervise", day).values("pk")).count()


def _reviews(years: Years, school: int | None) -> list[Line]:
    rows = Review.objects.filter(state=Review.State.MODERATED)
    return monitoring.counted(
        monitoring.of_years(rows, "moderated_at", years, instants=True), "moderated", {}
    )
