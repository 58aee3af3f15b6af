"""Which schools had, have planned, and are without the meetings of a term."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, IntegerField, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.targeting.models import TargetingFrequency, TargetingMeeting
from mainstay.service.attendance.targeting.terms import When
from mainstay.service.directory.models import School
from mainstay.service.directory.relations import link_officers

#: our own choice where nothing else is set for a school: the service level agreement says once a term
ONCE: Final = 1
HEADER: Final = ("School", "Phase", "Link officer", "Meetings a term", "Held", "Planned", "Next", "State")
COLOURS: Final = {"held": "green", "planned": "blue", "without": "red"}
WORDS: Final = {"held": "Held", "planned": "Planned", "without": "Without"}


def schools(user: Any, when: When, day: date) -> QuerySet[Any]:
    """Open schools in view with ``needed``, ``held``, ``planned`` and ``next_at`` of the term; one query.

    What was planned for a day gone by and never held is not planned any more.
    """
    of_term = TargetingMeeting.objects.filter(school=OuterRef("pk"), year=when[0], term=when[1]).order_by()
    often = TargetingFrequency.objects.filter(school=OuterRef("pk"), since__lte=day).order_by("-since", "-pk")
    to_come = of_term.to_come().filter(calendar__starts__date__gte=day)
    return (
        School.objects.visible_to(user)
        .filter(closed_on=None)
        .annotate(
            needed=Coalesce(Subquery(often.values("per_term")[:1]), Value(ONCE), output_field=IntegerField()),
            held=_number(of_term.held()),
            planned=_number(to_come),
            next_at=Subquery(to_come.values("school").annotate(at=Min("calendar__starts")).values("at")),
        )
    )


def without(user: Any, when: When, day: date) -> QuerySet[Any]:
    """Those that have neither had nor planned as many meetings as they should have."""
    return schools(user, when, day).filter(needed__gt=F("held") + F("planned")).order_by("key")


def frequency(school: School, day: date) -> TargetingFrequency | None:
    return TargetingFrequency.objects.filter(school=school, since__lte=day).order_by("-since", "-pk").first()


def _number(meetings: QuerySet[Any]) -> Coalesce:
    number = meetings.values("school").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def state(school: Any) -> str:
    if school.held >= school.needed:
        return "held"
    return "planned" if school.held + school.planned >= school.needed else "without"


def rows(found: Iterable[Any], *, only: str = "") -> list[dict[str, Any]]:
    """Rows for a list, of one state if asked; one query more, for the link officers."""
    kept = [(one, state(one)) for one in found if not only or state(one) == only]
    officers = link_officers([one.pk for one, _ in kept], timezone.localdate())
    return [
        {
            "pk": one.pk,
            "url": f"{reverse('targeting_meetings')}?school={one.pk}",
            "school": one.name,
            "key": one.key,
            "phase": one.get_phase_display(),
            "officer": officers[one.pk].name if one.pk in officers else "Nobody yet",
            "needed": one.needed,
            "held": one.held,
            "planned": one.planned,
            "next_at": one.next_at,
            "state": which,
        }
        for one, which in kept
    ]


def counts(found: Iterable[Any]) -> dict[str, int]:
    number = dict.fromkeys(WORDS, 0)
    for one in found:
        number[state(one)] += 1
    return number


def for_export(listed: Iterable[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for row in listed:
        names = ("school", "phase", "officer", "needed", "held", "planned", "next_at")
        yield (*(row[name] for name in names), WORDS[row["state"]])
