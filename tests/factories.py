"""Made-up users, schools, pupils and parents, valid by default."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.directory.models import (
    Address,
    CalendarException,
    Conflict,
    Enrolment,
    LinkOfficer,
    Parent,
    Parenthood,
    Pupil,
    School,
    SchoolPost,
    SchoolUrn,
    TermDates,
    Trust,
)
from mainstay.service.record.models import Audience, Deadline, Entry

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def upn(number: int) -> str:
    """The number-th sound UPN of the invented school 852/9999."""
    body = f"8529999{24 + number // 1000:02d}{number % 1000:03d}"
    return LETTERS[sum(int(d) * n for n, d in enumerate(body, 2)) % 23] + body


class UserFactory(factory.django.DjangoModelFactory[User]):
    """``UserFactory(role="ewo")``; ``school=`` or ``trust=`` gives a post there."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence("person{}@example.org".format)
    name = factory.Sequence("Robin Tester {}".format)
    post = "Officer"
    password = "!"  # no sign-in by password; tests use client.force_login

    @factory.post_generation
    def role(self: User, create: bool, extracted: str | None, **_: Any) -> None:
        if extracted:
            RoleHeld.objects.create(user=self, role=extracted, since=date(2020, 1, 1))

    @factory.post_generation
    def school(self: User, create: bool, extracted: School | None, **_: Any) -> None:
        if extracted:
            SchoolPost.objects.create(user=self, school=extracted)

    @factory.post_generation
    def trust(self: User, create: bool, extracted: Trust | None, **_: Any) -> None:
        if extracted:
            SchoolPost.objects.create(user=self, trust=extracted)


class TrustFactory(factory.django.DjangoModelFactory[Trust]):
    class Meta:
        model = Trust

    name = factory.Sequence("Invented Trust {}".format)


def six_halves(year: int) -> list[tuple[str, date, date]]:
    """Plain term dates of an academic year: whole weeks, so that tests can count on their fingers."""
    start = date(year, 9, 1) + timedelta(days=-date(year, 9, 1).weekday() % 7)
    spans = [("Autumn 1", 0, 7), ("Autumn 2", 8, 7), ("Spring 1", 17, 6), ("Spring 2", 24, 6)]
    spans += [("Summer 1", 32, 6), ("Summer 2", 39, 7)]
    return [
        (name, start + timedelta(weeks=week), start + timedelta(weeks=week + long, days=-3))
        for name, week, long in spans
    ]


class SchoolFactory(factory.django.DjangoModelFactory[School]):
    """An open primary school with its URN and the terms of last year and this (``years=`` for others)."""

    class Meta:
        model = School
        skip_postgeneration_save = True

    name = factory.Sequence("Invented Primary {}".format)
    urn = factory.Sequence(lambda n: f"{990001 + n}")
    laestab = factory.Sequence(lambda n: f"852{9001 + n % 990}")
    phase = School.Phase.PRIMARY
    lowest_age = 4
    highest_age = 11

    @factory.post_generation
    def years(self: School, create: bool, extracted: tuple[int, ...] | None, **_: Any) -> None:
        this = academic_year(timezone.localdate())
        TermDates.objects.bulk_create(
            TermDates(school=self, year=year, name=name, first_day=first, last_day=last)
            for year in ((this - 1, this) if extracted is None else extracted)
            for name, first, last in six_halves(year)
        )
        SchoolUrn.objects.create(school=self, urn=self.urn)


class SecondaryFactory(SchoolFactory):
    name = factory.Sequence("Invented Secondary {}".format)
    phase = School.Phase.SECONDARY
    lowest_age = 11
    highest_age = 16


class PupilFactory(factory.django.DjangoModelFactory[Pupil]):
    """A pupil on the roll of ``school`` since the start of last academic year."""

    class Meta:
        model = Pupil
        skip_postgeneration_save = True

    upn = factory.Sequence(upn)
    surname = factory.Sequence("Fenwick{}".format)
    forename = "Ada"
    date_of_birth = date(2016, 3, 9)
    sex = "F"
    year_group = "5"
    reg_group = "5B"
    school = factory.SubFactory(SchoolFactory)

    @factory.post_generation
    def enrolled(self: Pupil, create: bool, extracted: Any, **given: Any) -> None:
        """``enrolled=False`` for none; ``enrolled__left_on=…`` and the like for other dates."""
        if extracted is False or self.school is None:
            return
        first = date(academic_year(timezone.localdate()) - 1, 9, 1)
        Enrolment.objects.create(pupil=self, school=self.school, **{"entered_on": first, **given})


class EnrolmentFactory(factory.django.DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    pupil = factory.SubFactory(PupilFactory, enrolled=False)
    school = factory.SelfAttribute("pupil.school")
    entered_on = factory.LazyFunction(lambda: date(academic_year(timezone.localdate()) - 1, 9, 1))


class ParentFactory(factory.django.DjangoModelFactory[Parent]):
    """``ParentFactory(of=pupil)`` ties the parent to the child."""

    class Meta:
        model = Parent
        skip_postgeneration_save = True

    title = "Mrs"
    forename = "Grace"
    surname = factory.Sequence("Fenwick{}".format)
    phone = "01632 960001"

    @factory.post_generation
    def of(self: Parent, create: bool, extracted: Pupil | None, **given: Any) -> None:
        if extracted:
            ParenthoodFactory(parent=self, pupil=extracted, **given)


class ParenthoodFactory(factory.django.DjangoModelFactory[Parenthood]):
    class Meta:
        model = Parenthood

    pupil = factory.SubFactory(PupilFactory)
    parent = factory.SubFactory(ParentFactory)
    relationship = "Mother"
    basis = Parenthood.Basis.NATURAL
    parental_responsibility = True
    lives_with = True


class AddressFactory(factory.django.DjangoModelFactory[Address]):
    """An address of ``pupil=`` or ``parent=``."""

    class Meta:
        model = Address

    lines = "1 Invented Road\nSouthampton"
    postcode = "SO99 9ZZ"


class LinkOfficerFactory(factory.django.DjangoModelFactory[LinkOfficer]):
    class Meta:
        model = LinkOfficer

    school = factory.SubFactory(SchoolFactory)
    officer = factory.SubFactory(UserFactory, role="ewo")


class CalendarExceptionFactory(factory.django.DjangoModelFactory[CalendarException]):
    class Meta:
        model = CalendarException

    school = factory.SubFactory(SchoolFactory)
    kind = CalendarException.Kind.INSET


class ConflictFactory(factory.django.DjangoModelFactory[Conflict]):
    class Meta:
        model = Conflict

    user = factory.SubFactory(UserFactory, role="ewo")
    reason = "My own child goes there"
    declared_at = NOW
    declared_by = factory.SelfAttribute("user")


class EntryFactory(factory.django.DjangoModelFactory[Entry]):
    class Meta:
        model = Entry

    pupil = factory.SubFactory(PupilFactory)
    at = NOW
    written_at = NOW
    by = factory.SubFactory(UserFactory, role="ewo")
    kind = "note"
    title = "Spoke with the school"
    audience = Audience.SERVICE


class DeadlineFactory(factory.django.DjangoModelFactory[Deadline]):
    class Meta:
        model = Deadline

    pupil = factory.SubFactory(PupilFactory)
    about_kind = "attendance.finding"
    about_id = factory.Sequence(str)
    rule = "finding-consideration"
    label = "Consider the finding"
    trigger_on = date(2026, 11, 16)
    last_day = date(2026, 11, 30)
