"""What is monitored of training that schools buy: who was there, and what they thought of it."""

from django.db.models import Count, Q

from mainstay.service.purchased.models import Place
from mainstay.service.team import monitoring
from mainstay.service.team.providers import Line, Measure, Years

#: of 1 to 5
GOOD = 4


def measures() -> list[Measure]:
    return [
        Measure("traded", "training", "Training", "Places at courses of the year, those given up left out.", "count", _places,
                for_school=False),
        Measure("traded", "evaluation", "What people thought of the training", f"Share of answers of {GOOD} or 5, from 1 to 5, by question. "
                "Answers of few people are hidden.", "percent", _evaluation, for_school=False),
    ]  # fmt: skip


def _places(years: Years, school: int | None) -> list[Line]:
    rows = monitoring.of_years(Place.objects.filter(cancelled_at=None), "work__on", years)
    counts = {
        "Places booked": Count("pk"),
        "People who were there": Count("pk", filter=Q(attended=True)),
        "Of them, said what they thought": Count("pk", filter=Q(attended=True) & ~Q(answers={})),
    }
    named = {f"n{n}": count for n, count in enumerate(counts.values())}
    found = {row["of_year"]: row for row in rows.values("of_year").annotate(**named)}
    return [
        Line(label, *(found.get(year, {}).get(f"n{n}", 0) for year in (0, 1)))
        for n, label in enumerate(counts)
    ]


def _evaluation(years: Years, school: int | None) -> list[Line]:
    rows = monitoring.of_years(Place.objects.filter(attended=True), "work__on", years)
    found: dict[str, tuple[list[int], list[int]]] = {}
    for year, answers in rows.values_list("of_year", "answers"):
        for question, answer in answers.items():
            found.setdefault(question, ([], []))[year].append(answer)
    return [
        Line(question, _good(now), _good(before), (len(now), len(before)))
        for question, (now, before) in sorted(found.items())
    ]


def _good(answers: list[int]) -> float | None:
    return sum(answer >= GOOD for answer in answers) / len(answers) if answers else None
