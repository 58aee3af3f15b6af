"""A child who changed schools: each school sees its own register and its own time, and no other's."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import (
    AddressFactory,
    EnrolmentFactory,
    EntryFactory,
    ParentFactory,
    PupilFactory,
    UserFactory,
)
from tests.factories_attendance import YEAR, a_school, at, days_before, give, marked

from mainstay.service.accounts.models import User
from mainstay.service.attendance.actions.certificates import draft_certificate
from mainstay.service.attendance.models import Register
from mainstay.service.common import search
from mainstay.service.directory import searching
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record.models import Audience, Entry

pytestmark = pytest.mark.django_db(databases="__all__")

LEFT, CAME = date(2026, 10, 16), date(2026, 10, 19)


@pytest.fixture
def former() -> School:
    return a_school(name="Former Primary")


@pytest.fixture
def present() -> School:
    return a_school(name="Present Primary")


@pytest.fixture
def child(former: School, present: School) -> Pupil:
    """On the roll of one school to 16 October and of another since the 19th, with marks at both."""
    pupil = PupilFactory(school=present, enrolled=False, social_worker=True)
    EnrolmentFactory(pupil=pupil, school=former, entered_on=date(YEAR - 1, 9, 1), left_on=LEFT)
    EnrolmentFactory(pupil=pupil, school=present, entered_on=CAME)
    give(pupil, marked(days_before(former, CAME), "O", 8), school=former)
    give(pupil, marked(days_before(present, first=CAME), "O", 12), school=present)
    return pupil


@pytest.fixture
def staff(former: School) -> User:
    return UserFactory(role="school_staff", school=former)


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def test_a_school_shows_the_register_it_kept_and_no_other(client: Client, child: Pupil, staff: User) -> None:
    client.force_login(staff)
    page = client.get(reverse("pupil_register", args=[child.pk])).content.decode()
    assert "Former Primary" in page and "Present Primary" not in page
    export = b"".join(client.get(reverse("pupil_register_export", args=[child.pk, "csv"]))).decode()
    assert "Former Primary" in export and "Present Primary" not in export


def test_the_former_school_reads_of_the_chronology_only_its_own_time(
    client: Client, child: Pupil, staff: User
) -> None:
    for day, title in (
        (date(2026, 9, 20), "Met at the old gate"),
        (date(2026, 11, 3), "Met at the new gate"),
    ):
        EntryFactory(pupil=child, at=on(day), written_at=on(day), title=title, audience=Audience.SCHOOL)
    client.force_login(staff)
    for name in ("pupil_chronology", "pupil"):
        page = client.get(reverse(name, args=[child.pk])).content.decode()
        assert "Met at the new gate" not in page
    assert "Met at the old gate" in client.get(reverse("pupil_chronology", args=[child.pk])).content.decode()
    later = Entry.objects.get(title="Met at the new gate")
    assert client.get(reverse("entry", args=[later.pk])).status_code == 404


def test_the_new_school_does_not_read_what_happened_before(
    client: Client, child: Pupil, present: School
) -> None:
    EntryFactory(pupil=child, at=on(date(2026, 9, 20)), title="Met at the old gate", audience=Audience.SCHOOL)
    client.force_login(UserFactory(role="head_teacher", school=present))
    page = client.get(reverse("pupil_chronology", args=[child.pk])).content.decode()
    assert "Met at the old gate" not in page


def test_the_service_reads_the_whole_chronology(client: Client, child: Pupil) -> None:
    EntryFactory(pupil=child, at=on(date(2026, 9, 20)), title="Met at the old gate", audience=Audience.SCHOOL)
    client.force_login(UserFactory(role="ewo"))
    assert "Met at the old gate" in client.get(reverse("pupil_chronology", args=[child.pk])).content.decode()


def test_the_family_is_known_to_the_school_of_today_only(
    client: Client, child: Pupil, staff: User, present: School
) -> None:
    parent = ParentFactory(of=child, surname="Ashgrove")
    AddressFactory(parent=parent, lines="7 Hidden Lane")
    searching.write_parents([parent.pk])
    client.force_login(staff)
    assert client.get(reverse("pupil_people", args=[child.pk])).status_code == 404
    assert client.get(reverse("parent", args=[parent.pk])).status_code == 404
    assert search.find(staff, "Ashgrove") == []
    now = UserFactory(role="school_staff", school=present)
    client.force_login(now)
    assert "7 Hidden Lane" in client.get(reverse("pupil_people", args=[child.pk])).content.decode()
    assert client.get(reverse("parent", args=[parent.pk])).status_code == 200
    assert [hit.object_id for hit in search.find(now, "Ashgrove")] == [parent.pk]


def test_a_former_school_is_not_told_where_the_child_is_or_who_cares_for_it(
    client: Client, child: Pupil, staff: User
) -> None:
    client.force_login(staff)
    for address in (
        reverse("pupil", args=[child.pk]),
        reverse("pupils"),
    ):
        page = client.get(address).content.decode()
        assert "Present Primary" not in page and "Social worker</strong>" not in page, address


def test_documents_about_a_child_stay_with_the_service(
    client: Client, child: Pupil, staff: User, present: School
) -> None:
    register = Register.objects.get(pupil=child, school=present)
    document = draft_certificate(register_id=register.pk, by=UserFactory(role="ewo"), at=at())
    client.force_login(staff)
    assert client.get(reverse("document", args=[document.pk])).status_code == 404
    assert document.title not in client.get(reverse("pupil_documents", args=[child.pk])).content.decode()
