"""Statements and leaflets on pages: nothing typed is lost, and what is given stands on the child's Documents tab."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import EntryFactory, ParentFactory, PupilFactory, UserFactory
from tests.factories_cases import a_case

from mainstay.service.documents import actions_statements as actions
from mainstay.service.documents.models import Leaflet, LeafletGiven, Statement
from mainstay.service.documents.statements import Asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return UserFactory(role="ewo", name="Robin Tester")


@pytest.fixture
def client(officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def statement(officer) -> Statement:
    entry = EntryFactory(by=officer, title="Saw the mother", at=timezone.now(), written_at=timezone.now())
    now = timezone.now()
    made, _ = actions.start(
        pupil=entry.pupil,
        witness=officer,
        asked=Asked(),
        known_on=timezone.localdate(now),
        by=officer,
        at=now,
    )
    return made


def test_words_are_changed_and_every_version_can_be_read(client: Client, statement: Statement) -> None:
    edit = reverse("statement_edit", args=[statement.pk])
    page = client.post(
        edit, {"text": "I saw her.\r\n\r\nShe spoke.", "version": 1}, follow=True
    ).content.decode()
    assert "<li>I saw her.</li>" in page and "Version 2, changed by hand" in page
    old = client.get(reverse("statement", args=[statement.pk]) + "?version=1").content.decode()
    assert "These are the words of version 1" in old and "Saw the mother" in old


def test_who_comes_second_sees_both_words_and_loses_none(client: Client, statement: Statement) -> None:
    other = UserFactory(role="legal_coordinator")
    actions.edit(statement_id=statement.pk, text="Theirs.", version=1, by=other, at=timezone.now())
    answer = client.post(reverse("statement_edit", args=[statement.pk]), {"text": "Mine.", "version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Nothing is lost" in page
    assert "<li>Theirs.</li>" in page and "Mine.</textarea>" in page and 'name="version" value="2"' in page


def test_words_that_are_missing_and_a_day_to_come_are_said_so(client: Client, statement: Statement) -> None:
    empty = client.post(reverse("statement_edit", args=[statement.pk]), {"text": " ", "version": 1})
    assert empty.status_code == 400 and "Write at least one paragraph" in empty.content.decode()
    again = client.post(
        reverse("statement_again", args=[statement.pk]),
        {"version": 1, "known_on_day": "1", "known_on_month": "1", "known_on_year": "2199"},
    )
    assert again.status_code == 400 and statement.versions.count() == 1


def test_it_is_drafted_again_and_made_into_a_pdf(client: Client, statement: Statement) -> None:
    client.post(reverse("statement_again", args=[statement.pk]), {"version": 1})
    page = client.post(reverse("statement_print", args=[statement.pk]), follow=True).content.decode()
    assert statement.versions.count() == 2 and "PDF of " in page
    tab = client.get(reverse("pupil_documents", args=[statement.pupil_id])).content.decode()
    assert "Statement of Robin Tester" in tab


def test_a_leaflet_is_given_and_stands_on_the_documents_tab(client: Client) -> None:
    pupil = PupilFactory()
    parent = ParentFactory(of=pupil, forename="Grace", language="Polish")
    leaflet = Leaflet.objects.get(subject="rights", language="pl")
    give, today = reverse("leaflet_give", args=[pupil.pk]), timezone.localdate()
    form = client.get(give).content.decode()
    assert "Speaks Polish" in form and "not yet confirmed by a translator" in form
    day = {"given_on_day": today.day, "given_on_month": today.month, "given_on_year": today.year}
    bad = client.post(give, {"leaflet": leaflet.pk, "how": "hand", **day})
    assert bad.status_code == 400 and "Choose to whom" in bad.content.decode()
    page = client.post(
        give, {"to": parent.pk, "leaflet": leaflet.pk, "how": "hand", **day}, follow=True
    ).content.decode()
    assert LeafletGiven.objects.get().parent == parent
    assert f"Leaflet: {leaflet.title}" in page and "Grace" in page


def test_a_leaflet_goes_with_what_was_done_for_the_child_and_stands_on_the_case(client: Client) -> None:
    case, other = a_case(), a_case()
    parent = ParentFactory(of=case.pupil)
    assert case.owner is not None
    client.force_login(case.owner)
    give, today = reverse("leaflet_give", args=[case.pupil_id]), timezone.localdate()
    form = client.get(f"{give}?with=casework.case:{case.pk}").content.decode()
    assert f'value="casework.case:{case.pk}" selected' in form
    leaflet = Leaflet.objects.get(subject="support", language="en")
    said = {
        "to": parent.pk, "leaflet": leaflet.pk, "how": "hand", "given_on_day": today.day,
        "given_on_month": today.month, "given_on_year": today.year,
    }  # fmt: skip
    assert client.post(give, {**said, "about": f"casework.case:{other.pk}"}).status_code == 400
    client.post(give, {**said, "about": f"casework.case:{case.pk}"})
    assert LeafletGiven.objects.about(case).count() == 1
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "Information given" in page and leaflet.title in page


def test_a_manager_puts_a_pdf_of_their_own_in_force(client: Client) -> None:
    client.force_login(UserFactory(role="service_manager"))
    today = timezone.localdate()
    day = {"since_day": today.day, "since_month": today.month, "since_year": today.year}
    said = {"subject": "support", "language": "en", "title": "Help", "reason": "Our own", **day}
    neither = client.post(reverse("leaflet_new"), said)
    assert neither.status_code == 400 and "either its words or a PDF" in neither.content.decode()
    wrong = client.post(reverse("leaflet_new"), {**said, "file": SimpleUploadedFile("a.pdf", b"no pdf")})
    assert wrong.status_code == 400
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7\nours")
    client.post(reverse("leaflet_new"), {**said, "file": file})
    made = Leaflet.objects.in_force(today).get(subject="support", language="en")
    assert client.get(reverse("leaflet_pdf", args=[made.pk])).content == b"%PDF-1.7\nours"


def test_a_school_reads_leaflets_and_not_who_was_given_one() -> None:
    pupil = PupilFactory()
    LeafletGiven.objects.create(
        leaflet=Leaflet.objects.first(), pupil=pupil, how="hand", given_on=timezone.localdate(),
        by=UserFactory(role="ewo"), at=timezone.now(),
    )  # fmt: skip
    client = Client()
    client.force_login(UserFactory(role="school_staff", school=pupil.school))
    assert client.get(reverse("leaflets")).status_code == 200
    tab = client.get(reverse("pupil_documents", args=[pupil.pk])).content.decode()
    assert "Leaflet" not in tab
