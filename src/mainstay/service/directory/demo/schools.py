"""The made-up city's trusts, schools, their URNs, contacts and calendars."""

from collections.abc import Iterator
from datetime import timedelta

from mainstay.registers.simulate import City
from mainstay.registers.simulating.model import Calendar, Closure
from mainstay.registers.simulating.model import School as MadeUp
from mainstay.service.common.keys import fold
from mainstay.service.directory import searching
from mainstay.service.directory.models import (
    CalendarException,
    School,
    SchoolContact,
    SchoolUrn,
    TermDates,
    Trust,
)

HEADS = ("Ms A. Thorne", "Mr B. Lacey", "Mrs C. Umar", "Dr D. Fell", "Miss E. Garrick", "Mr F. Obi")
LEADS = ("Pat Winter", "Jo Sutton", "Ali Rahman", "Kim Dawes", "Lou Peters", "Ash Greene")


def load(city: City) -> list[School]:
    """The schools, saved, in the city's order."""
    names = sorted({s.trust for s in city.schools if s.trust})
    trusts = {t.name: t for t in Trust.objects.bulk_create(Trust(name=name) for name in names)}
    schools = School.objects.bulk_create(
        _school(s, trusts.get(s.trust), HEADS[n % len(HEADS)]) for n, s in enumerate(city.schools)
    )
    SchoolUrn.objects.bulk_create(
        urn for school, s in zip(schools, city.schools, strict=True) for urn in _urns(school, s)
    )
    SchoolContact.objects.bulk_create(
        SchoolContact(
            school=school,
            name=LEADS[n % len(LEADS)],
            post="Attendance lead",
            email=f"attendance.{school.urn}@example.org",
            phone=school.phone,
        )
        for n, school in enumerate(schools)
    )
    TermDates.objects.bulk_create(
        TermDates(school=schools[c.school], year=c.year, name=t.name, first_day=t.first, last_day=t.last)
        for c in city.calendars
        for t in c.terms
    )
    CalendarException.objects.bulk_create(
        e for c in city.calendars for e in _exceptions(schools[c.school], c)
    )
    searching.write_schools(schools)
    return schools


def _school(made: MadeUp, trust: Trust | None, head: str) -> School:
    return School(
        name=made.name,
        key=fold(made.name),
        urn=made.urn,
        laestab=made.laestab,
        phase=made.phase,
        kind="Academy" if trust else "Community school",
        trust=trust,
        opened_on=made.opened_on,
        lowest_age=made.lowest_age,
        highest_age=made.highest_age,
        address=made.address,
        postcode=made.postcode,
        phone=made.phone,
        head=head,
    )


def _urns(school: School, made: MadeUp) -> Iterator[SchoolUrn]:
    if made.former_urn:
        yield SchoolUrn(school=school, urn=made.former_urn, until=made.opened_on - timedelta(days=1))
    yield SchoolUrn(school=school, urn=made.urn, since=made.opened_on)


def _exceptions(school: School, calendar: Calendar) -> Iterator[CalendarException]:
    for day in calendar.inset:
        yield CalendarException(school=school, on=day, kind="inset", reason="Training day")
    for closure in calendar.closures:
        yield _closure(school, closure)


def _closure(school: School, closure: Closure) -> CalendarException:
    """A closure of part of the site leaves the school open: the marks tell whose session was lost."""
    part = closure.code == "Y3"
    return CalendarException(
        school=school,
        on=closure.on,
        kind="unplanned",
        am_open=part or closure.half == "PM",
        pm_open=part or closure.half == "AM",
        reason=closure.reason,
    )
