"""The hearings of the weeks to come: by court, officer and witness. Nobody of a family stands in it, and nobody in its files."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from mainstay.law import clock
from mainstay.service.accounts.models import User
from mainstay.service.common.ui.filters import plural
from mainstay.service.court.models import Hearing, WitnessStatement

HEADER: Final = ("Day", "Time", "Court", "Courtroom", "Prosecution", "Hearing", "Presented", "Witnesses")
_STATEMENTS: Final = WitnessStatement.objects.filter(withdrawn_at=None).select_related("witness", "school")
_SHOWN_WITH: Final = (
    "sitting__court",
    "sitting__presenter",
    "prosecution__investigator",
    "prosecution__legal_owner",
)


def monday(day: date) -> date:
    return day - day.weekday() * clock.DAY


def filtered(user: Any, wanted: Mapping[str, Any], today: date) -> QuerySet[Hearing]:
    """The hearings that stand, of some weeks from the week of a day, as the filters ask; two queries."""
    first = monday(wanted["week"] or today)
    starts = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    ends = timezone.make_aware(
        datetime.combine(first + timedelta(weeks=int(wanted["weeks"] or 1)), datetime.min.time())
    )
    found = Hearing.objects.visible_to(user).filter(sitting__starts__gte=starts, sitting__starts__lt=ends)
    found = found.exclude(outcome=Hearing.Outcome.VACATED)
    if wanted["court"]:
        found = found.filter(sitting__court=wanted["court"])
    if wanted["officer"]:
        who = wanted["officer"]
        found = found.filter(
            Q(prosecution__investigator=who) | Q(prosecution__legal_owner=who) | Q(sitting__presenter=who)
        )
    if wanted["witness"]:
        of = _STATEMENTS.filter(witness=wanted["witness"]).order_by().values("prosecution")
        found = found.filter(prosecution__in=of)
    seen = found.select_related(*_SHOWN_WITH).order_by("sitting__starts", "pk")
    return seen.prefetch_related(Prefetch("prosecution__witness_statements", _STATEMENTS))


def officers(user: Any) -> list[tuple[Any, str]]:
    """Whoever has a hearing this person sees: as investigator, of legal, or presenting. For a choice."""
    seen = Hearing.objects.visible_to(user).order_by()
    theirs = Q()
    for of in ("prosecution__investigator", "prosecution__legal_owner", "sitting__presenter"):
        theirs |= Q(pk__in=seen.values(of))
    return _people(theirs)


def witnesses(user: Any) -> list[tuple[Any, str]]:
    seen = Hearing.objects.visible_to(user).order_by().values("prosecution")
    of = _STATEMENTS.filter(prosecution__in=seen, witness__isnull=False).order_by().values("witness")
    return _people(Q(pk__in=of))


def _people(who: Q) -> list[tuple[Any, str]]:
    return [("", "Anybody"), *User.objects.filter(who).order_by("name").values_list("pk", "name")]


def days(found: Iterable[Hearing]) -> list[tuple[date, list[dict[str, Any]]]]:
    """By day, each with its rows."""
    by: dict[date, list[dict[str, Any]]] = {}
    for hearing in found:
        starts = timezone.localtime(hearing.sitting.starts)
        by.setdefault(starts.date(), []).append(_row(hearing, starts))
    return list(by.items())


def _row(hearing: Hearing, starts: datetime) -> dict[str, Any]:
    one, sitting = hearing.prosecution, hearing.sitting
    return {
        "url": reverse("hearing", args=[hearing.pk]),
        "time": f"{starts:%H:%M}",
        "court": sitting.court.name,
        "room": sitting.courtroom,
        "number": one.number,
        "kind": hearing.get_kind_display(),
        "outcome": hearing.get_outcome_display() if hearing.outcome else "",
        "officer": one.investigator.name,
        "presents": sitting.presenter.name if sitting.presenter else "Nobody yet",
        "witnesses": [_witness(each) for each in one.witness_statements.all()],
    }


def _witness(each: WitnessStatement) -> str:
    who = each.witness.name if each.witness else each.school.name if each.school else "–"
    return who if each.signed_at else f"{who} (not signed yet)"


def for_export(found: Iterable[Hearing]) -> Iterator[tuple[Any, ...]]:
    """The same hearings for a file: no names, of families or of staff."""
    for hearing in found:
        starts = timezone.localtime(hearing.sitting.starts)
        yield (
            starts.date(), f"{starts:%H:%M}", hearing.sitting.court.name, hearing.sitting.courtroom,
            hearing.prosecution.number, hearing.get_kind_display(), "Yes" if hearing.sitting.presenter_id else "Nobody yet",
            len(hearing.prosecution.witness_statements.all()),
        )  # fmt: skip


def as_calendar(found: Iterable[Hearing], name: str, site: str, now: datetime) -> bytes:
    """For calendar programs (RFC 5545), which may keep it anywhere: no names. A hearing that moves keeps its uid.

    site: the address of the site. Courts say when a hearing begins, not how long it takes.
    """
    whole = Calendar()
    whole.add("prodid", "-//Mainstay//Hearings//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", name)
    for hearing in found:
        event, sitting = Event(), hearing.sitting
        event.add("uid", f"hearing-{hearing.pk}@mainstay")
        event.add("dtstamp", now)
        event.add("dtstart", sitting.starts)
        event.add("summary", f"{hearing.get_kind_display()}: {hearing.prosecution.number}")
        event.add("location", ", ".join(filter(None, (sitting.court.name, sitting.courtroom))))
        event.add(
            "description", plural(len(hearing.prosecution.witness_statements.all()), "witness statement")
        )
        event.add("url", site + reverse("hearing", args=[hearing.pk]))
        whole.add_component(event)
    return bytes(whole.to_ical())
