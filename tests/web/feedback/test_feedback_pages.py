"""Pages of feedback: the survey and the public form without a sign-in, and complaints that are not there for some."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_feedback import AT, a_complaint, a_survey

from mainstay.service.feedback import guarding
from mainstay.service.feedback.actions import complaints, surveys
from mainstay.service.feedback.models import Answer, Complaint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def no_wait(monkeypatch):
    monkeypatch.setattr(guarding, "LEAST_SECONDS", -1)


@pytest.fixture
def manager():
    return UserFactory(role="service_manager", name="Ruth Calder")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def address_of(manager, **given):
    one = surveys.ask(
        **{
            "survey": a_survey(manager),
            "service": "case",
            "how": "sheet",
            "most": 1,
            "school": None,
            "by": manager,
            "at": AT,
            **given,
        }
    )
    one.until = one.until.replace(year=2199)
    one.save()
    return one, reverse("survey", args=[surveys.token(one)])


def fill(html, **said):
    began = re.search(r'name="began" value="([^"]*)"', html)[1]
    return {"began": began, "website": "", "known": "no", **said}


def test_a_survey_is_answered_once_without_a_sign_in(manager, no_wait):
    one, address = address_of(manager)
    client = Client()
    page = client.get(address).content.decode()
    said = fill(page, **{one.version.questions[0]["key"]: "Good"})
    assert client.post(address, said).url == reverse("survey_done")
    assert Answer.objects.count() == 1
    assert client.get(address).status_code == 410
    assert "Thank you" in client.get(reverse("survey_done")).content.decode()


@pytest.mark.parametrize("trap", [{"website": "http://spam.example"}, {"began": "made up"}])
def test_a_machine_is_told_to_look_again_and_keeps_what_it_typed(manager, no_wait, trap):
    one, address = address_of(manager)
    client = Client()
    said = fill(client.get(address).content.decode(), **{one.version.questions[2]["key"]: "My words"})
    response = client.post(address, {**said, **trap})
    assert response.status_code == 400
    assert "My words" in response.content.decode()
    assert not Answer.objects.exists()


def test_nobody_answers_in_a_blink(manager):
    one, address = address_of(manager)
    client = Client()
    said = fill(client.get(address).content.decode(), **{one.version.questions[0]["key"]: "Good"})
    assert client.post(address, said).status_code == 400


def test_a_wrong_link_is_not_there():
    assert Client().get(reverse("survey", args=["made-up"])).status_code == 404


def test_the_tablet_is_handed_over_signed_out(manager):
    one, _ = address_of(manager, how="tablet")
    client = signed_in(manager)
    response = client.post(reverse("survey_tablet", args=[one.pk]))
    assert response.url.startswith("/survey/")
    assert client.get(reverse("feedback")).status_code == 302


def test_the_link_that_was_sent_to_somebody_is_shown_to_nobody(manager):
    one, _ = address_of(manager, how="email")
    assert signed_in(manager).get(reverse("survey_sheet", args=[one.pk])).status_code == 404


def test_the_public_form_gives_a_reference_once(no_wait):
    client = Client()
    said = fill(
        client.get(reverse("complain")).content.decode(),
        kind="complaint",
        who="parent",
        text="Nobody called.",
    )
    response = client.post(reverse("complain"), said, follow=True)
    assert Complaint.objects.get().reference in response.content.decode()
    assert client.get(reverse("complain_sent")).url == reverse("complain")


def test_so_many_complaints_an_hour_and_no_more(no_wait, monkeypatch):
    from mainstay.service.feedback.views import public

    monkeypatch.setattr(public, "COMPLAINTS_AN_HOUR", 1)
    client = Client()
    said = fill(client.get(reverse("complain")).content.decode(), kind="complaint", who="parent", text="x")
    assert [client.post(reverse("complain"), said).status_code for _ in range(2)] == [302, 429]


def test_a_complaint_is_not_there_for_whom_it_is_about(manager):
    other = UserFactory(role="service_manager", name="Ivo Fairweather")
    one = a_complaint(person="Ruth Calder", text="She never called.")
    complaints.give(
        complaint_id=one.pk,
        kind="complaint",
        route="corporate",
        officers=[manager],
        handler=other,
        by=other,
        at=AT,
    )
    complaints.take(complaint_id=one.pk, step="acknowledge", text="Thank you.", by=other, at=AT)
    letter = one.letters.get()
    pages = [reverse("complaint", args=[one.pk]), reverse("complaint_letter", args=[one.pk, letter.pk])]
    pages += [reverse(f"complaint_{name}", args=[one.pk]) for name in ("give", "hold", "resume", "note")]
    theirs, mine = signed_in(other), signed_in(manager)
    for page in pages:
        assert (mine.get(page).status_code, theirs.get(page).status_code) == (404, 200), page
    for page in (
        reverse("complaints") + "?state=all",
        reverse("complaints_export", args=["csv"]),
        reverse("complaint_report"),
        reverse("home"),
    ):
        response = mine.get(page)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert one.number.encode() not in body, page
        assert one.reference.encode() not in body, page
    found = mine.post(reverse("search"), {"q": one.number}, follow=True).content.decode()
    assert reverse("complaint", args=[one.pk]) not in found


def test_the_audit_trail_and_the_outbox_say_nothing_of_it(manager):
    admin = UserFactory(role="administrator", name="Sam Whitlock")
    a_complaint(person="Sam Whitlock")
    a_complaint(person="Ruth Calder")
    mine, other = Complaint.objects.get(officers=admin), Complaint.objects.get(officers=manager)
    outbox = signed_in(admin).get(reverse("outbox")).content.decode()
    assert (mine.reference in outbox, other.reference in outbox) == (False, True)
    rows = [
        signed_in(user).get(reverse("audit")).content.decode().count("complaint.received")
        for user in (manager, UserFactory(role="service_manager", name="Ivo Fairweather"))
    ]
    assert rows[0] == rows[1] - 1


def test_the_manager_writes_a_survey_and_lays_it_out(manager):
    client = signed_in(manager)
    said = {"name": "After training", "who": "school", "service": "training", "active": "on", "intro": ""}
    said |= {
        f"{name}_{n}": value
        for n in range(8)
        for name, value in (("text", "How was it?" if n == 0 else ""), ("kind", "scale"), ("choices", ""))
    }
    assert client.post(reverse("survey_new"), said).url == reverse("surveys")
    from mainstay.service.feedback.models import Survey

    made = Survey.objects.get()
    response = client.post(
        reverse("survey_ask"),
        {"survey": made.pk, "service": "training", "how": "sheet", "most": "20"},
        follow=True,
    )
    body = response.content.decode()
    assert "<svg" in body
    assert "up to 20 people" in body
