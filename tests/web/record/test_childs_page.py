"""The child's page: tabs, chronology, people, restricted records, the log of reading."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import (
    AddressFactory,
    DeadlineFactory,
    EntryFactory,
    LinkOfficerFactory,
    ParentFactory,
    ParenthoodFactory,
    PupilFactory,
    SchoolFactory,
    UserFactory,
)

from mainstay.service.record.models import Audience, Entry, RecordRead

pytestmark = pytest.mark.django_db
TABS = ("pupil", "pupil_chronology", "pupil_people", "pupil_cases", "pupil_documents")


def signed_in(role="ewo", **post):
    client = Client()
    client.user = UserFactory(role=role, **post)
    client.force_login(client.user)
    return client


def text(response):
    return response.content.decode()


@pytest.fixture
def officer():
    return signed_in()


@pytest.fixture
def pupil():
    return PupilFactory(surname="Fenwick", forename="Ada", school=SchoolFactory(name="Harbour Primary"))


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_says_whose_record_it_is_and_logs_the_reading(
    officer, pupil, tab, django_assert_max_num_queries
):
    LinkOfficerFactory(school=pupil.school, officer=UserFactory(name="Leila Marsh"))
    address = reverse(tab, args=[pupil.pk])
    with django_assert_max_num_queries(20):
        page = text(officer.get(address))
    for words in ("Ada Fenwick", "Harbour Primary", "Year 5", "Leila Marsh", "Chronology"):
        assert words in page
    read = RecordRead.objects.get()
    assert (read.user_id, read.pupil_id) == (officer.user.pk, pupil.pk)


@pytest.mark.parametrize("tab", TABS)
def test_a_restricted_record_asks_why_on_every_tab(officer, tab):
    pupil = PupilFactory(surname="Quenby", restricted=True)
    asked = officer.get(reverse(tab, args=[pupil.pk]), follow=True)
    assert "This record is restricted" in text(asked)
    assert "Quenby" not in text(asked)
    assert not RecordRead.objects.exists()


def test_a_reason_opens_a_restricted_record_and_leads_back(officer):
    pupil = PupilFactory(surname="Quenby", restricted=True)
    page = reverse("pupil_people", args=[pupil.pk])
    asked = officer.get(page)
    opened = officer.post(asked["Location"], {"reason": "Preparing the home visit"})
    assert opened["Location"] == page
    assert "Quenby" in text(officer.get(page))


def test_the_way_back_leads_nowhere_else(officer):
    pupil = PupilFactory(restricted=True)
    address = reverse("pupil_open", args=[pupil.pk]) + "?next=https://elsewhere.example/"
    opened = officer.post(address, {"reason": "Preparing the home visit"})
    assert opened["Location"] == reverse("pupil", args=[pupil.pk])


def test_the_next_step_is_the_deadline_that_ends_first(officer, pupil):
    DeadlineFactory(pupil=pupil, label="Later step", last_day=date(2030, 1, 8))
    DeadlineFactory(pupil=pupil, label="First step", last_day=date(2030, 1, 7))
    page = text(officer.get(reverse("pupil", args=[pupil.pk])))
    assert page.index("First step") < page.index("Later step")
    assert "Monday 7 January 2030" in page


def test_a_school_user_sees_no_deadline_of_the_service(pupil):
    DeadlineFactory(pupil=pupil, label="Decide about a notice")
    page = text(signed_in("school_staff", school=pupil.school).get(reverse("pupil", args=[pupil.pk])))
    assert "Decide about a notice" not in page


def add(client, pupil, **said):
    data = {"title": "Rang the school", "kind": "call", "audience": "service", "text": "Spoke to Pat"}
    return client.post(reverse("pupil_note", args=[pupil.pk]), {**data, **said})


def test_a_note_is_added_in_place(officer, pupil):
    assert add(officer, pupil, on_day="2", on_month="11", on_year="2025").status_code == 302
    entry = Entry.objects.get()
    assert (entry.kind, entry.by, entry.at.date()) == ("call", officer.user, date(2025, 11, 2))
    assert "Rang the school" in text(officer.get(reverse("pupil_chronology", args=[pupil.pk])))


def test_what_was_typed_stays_when_something_is_missing(officer, pupil):
    answer = add(officer, pupil, title="")
    assert answer.status_code == 400
    assert "Say in a few words what happened" in text(answer)
    assert "Spoke to Pat" in text(answer)
    assert not Entry.objects.exists()


def test_a_writer_is_offered_only_readers_they_may_write_for(officer, pupil):
    page = text(officer.get(reverse("pupil_chronology", args=[pupil.pk])))
    assert 'value="service"' in page
    assert 'value="privileged"' not in page
    assert add(officer, pupil, audience="privileged").status_code == 400


def test_a_chronology_shows_only_what_is_for_the_reader(pupil):
    for audience in (Audience.SCHOOL, Audience.SERVICE, Audience.PRIVILEGED):
        EntryFactory(pupil=pupil, title=f"For {audience}", audience=audience)
    page = text(
        signed_in("school_staff", school=pupil.school).get(reverse("pupil_chronology", args=[pupil.pk]))
    )
    assert "For school" in page
    assert "For service" not in page
    assert "For privileged" not in page
    assert "<strong>1 entry</strong>" in page


def test_filters_narrow_a_chronology(officer, pupil):
    EntryFactory(pupil=pupil, title="A call", kind="call", at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    EntryFactory(pupil=pupil, title="A visit", kind="visit", at=datetime(2026, 5, 1, 12, tzinfo=UTC))
    address = reverse("pupil_chronology", args=[pupil.pk])
    assert "A visit" not in text(officer.get(address + "?kind=call")).split("ms-list-head")[1]
    assert "A call" not in text(officer.get(address + "?first=2026-04-01")).split("ms-list-head")[1]
    assert "No entry fits" in text(officer.get(address + "?kind=call&first=2026-04-01"))


def test_a_correction_shows_beside_the_entry(officer, pupil):
    entry = EntryFactory(pupil=pupil, title="Rang on Monday")
    data = {"title": "Rang on Tuesday", "text": "", "reason": "Wrong day"}
    assert officer.post(reverse("entry_correct", args=[entry.pk]), data).status_code == 302
    page = text(officer.get(reverse("pupil_chronology", args=[pupil.pk])))
    assert "Corrected: Rang on Tuesday" in page
    assert "Rang on Monday" in page


def test_people_shows_each_parent_with_basis_and_brothers_and_sisters(officer, pupil):
    mother = ParentFactory(of=pupil, surname="Fenwick", forename="Grace", safe_contact="Text only")
    ParenthoodFactory(parent=mother, pupil=PupilFactory(surname="Fenwick", forename="Ben"))
    ParenthoodFactory(parent=mother, pupil=PupilFactory(surname="Quenby", forename="Zora", restricted=True))
    ParentFactory(of=pupil, of__contact_allowed=False, surname="Moss", forename="Jo")
    AddressFactory(parent=mother, lines="4 Made Up Road")
    page = text(officer.get(reverse("pupil_people", args=[pupil.pk])))
    for words in (
        "Mrs Grace Fenwick",
        "Natural parent",
        "Text only",
        "Ben Fenwick",
        "ZQ",
        "No contact",
        "4 Made Up Road",
    ):
        assert words in page
    assert "Quenby" not in page


def test_a_confidential_address_is_not_shown_to_a_school(pupil):
    AddressFactory(pupil=pupil, lines="4 Made Up Road", confidential=True)
    page = text(signed_in("school_staff", school=pupil.school).get(reverse("pupil_people", args=[pupil.pk])))
    assert "4 Made Up Road" not in page
    assert "Confidential" in page


def test_another_schools_child_is_not_there(pupil):
    client = signed_in("school_staff", school=SchoolFactory())
    for tab in TABS:
        assert client.get(reverse(tab, args=[pupil.pk])).status_code == 404


def test_governance_reads_who_read_what(officer, pupil):
    officer.get(reverse("pupil_people", args=[pupil.pk]))
    governance = signed_in("information_governance")
    page = text(governance.get(reverse("reads") + f"?pupil={pupil.pk}"))
    assert officer.user.name in page
    assert "people" in page
    assert "Fenwick" not in page
    nothing = text(governance.get(reverse("reads") + f"?pupil={pupil.pk + 1}"))
    assert "No reading fits" in nothing
    assert officer.get(reverse("reads")).status_code == 403
