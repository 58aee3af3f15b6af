"""What is monitored of feedback: answers to surveys and how many were good, complaints answered within time."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone

from mainstay.service.feedback import services
from mainstay.service.feedback.actions.clocks import LABELS
from mainstay.service.feedback.actions.surveys import SCALE
from mainstay.service.feedback.models import Answer, Clock
from mainstay.service.team import monitoring
from mainstay.service.team.providers import Line, Measure, Years
from mainstay.service.team.terms import Term

GOOD: Final = SCALE[:2]
_S: Final = Clock.State


def measures() -> list[Measure]:
    return [
        Measure("traded", "answers", "Answers to surveys", "By what people were asked about. When somebody answered is not kept: answers "
                "count by whole terms that have begun.", "count", _answers, for_school=False),
        Measure("traded", "good", "How good the service was", "Share of “very good” and “good”, of all answers on that scale.", "percent",
                _good, for_school=False),
        Measure("traded", "complaints", "Complaints answered within time", "Share of times kept, of those that ended in the year: kept, "
                "missed, or late now. Times that stand still or no longer apply are left out.", "percent", _complaints, for_school=False),
    ]  # fmt: skip


def _terms(years: Years) -> dict[str, int]:
    """Key of each term that began in either year -> 0 or 1."""
    return {
        term.key: n
        for n, (first, last) in enumerate(years)
        for number in (1, 2, 3)
        if first <= (term := Term(first.year, number)).first <= last
    }


def _answers(years: Years, school: int | None) -> list[Line]:
    terms = _terms(years)
    rows = Answer.objects.filter(term__in=terms).order_by().values_list("service", "term")
    found: dict[str, list[int]] = {}
    for service, term, number in rows.annotate(n=Count("pk")):
        found.setdefault(service, [0, 0])[terms[term]] += number
    return [
        Line(services.name(service), now, before, (now, before))
        for service in _ordered(found)
        for now, before in [found[service]]
    ]


def _good(years: Years, school: int | None) -> list[Line]:
    terms = _terms(years)
    rows = Answer.objects.filter(term__in=terms).order_by()
    said: dict[str, tuple[list[bool], list[bool]]] = {}
    people: dict[str, list[int]] = {}
    for service, term, ratings, questions in rows.values_list(
        "service", "term", "ratings", "version__questions"
    ):
        scales = {question["key"] for question in questions if question["kind"] == "scale"}
        given = [choice in GOOD for key, choice in ratings.items() if key in scales]
        if given:
            said.setdefault(service, ([], []))[terms[term]].extend(given)
            people.setdefault(service, [0, 0])[terms[term]] += 1
    return [
        Line(services.name(service), _share(said[service][0]), _share(said[service][1]), (now, before))
        for service in _ordered(said)
        for now, before in [people[service]]
    ]


def _share(given: list[bool]) -> float | None:
    return sum(given) / len(given) if given else None


def _ordered(found: Iterable[str]) -> list[str]:
    known = list(services.NAMES)
    return sorted(found, key=lambda key: (known.index(key) if key in known else len(known), key))


def _complaints(years: Years, school: int | None) -> list[Line]:
    ended = Q(state__in=(_S.MET, _S.MISSED)) | Q(state=_S.OPEN, last_day__lt=timezone.localdate())
    rows = monitoring.of_years(Clock.objects.filter(ended), "last_day", years)
    kept = Q(state=_S.MET)
    return monitoring.shares(rows, {label: (Q(rule=rule), kept) for rule, label in LABELS.items()})
