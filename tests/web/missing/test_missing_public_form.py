"""The public form: asked one thing a page, kept under a code, refused outside the area, and closed to programs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories_missing import an_officer

from mainstay.service.missing import drafts, values
from mainstay.service.missing.models import Draft, MissingChild
from mainstay.service.missing.views import telling

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}'; DROP TABLE missing; -- \u202e\ud7ff 🙂"
ANSWERS: dict[str, dict[str, str]] = {
    "danger": {"danger": "no"},
    "name": {"forename": "Bram", "surname": "Hollowell"},
    "age": {"age_told": "about 9"},
    "address": {"address": "3 Invented Row", "postcode": "so991ab"},
    "family": {"parents": "Jo Hollowell, mother, 01632 960001"},
    "school": {"school": ""},
    "why": {"told": "At the window every school day."},
    "you": {"route": "public", "referrer": "", "reach": ""},
}


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    cache.clear()


def page(slug: str) -> str:
    return reverse("missing_tell_page", args=[slug])


def answer(client: Client, **others: dict[str, str]) -> Any:
    """Begin and answer every page; others: other answers by page."""
    client.post(reverse("missing_tell"))
    response: Any = None
    for slug, said in {**ANSWERS, **others}.items():
        response = client.post(page(slug), said)
    return response


def waited(client: Client, seconds: int = 60) -> None:
    session = client.session
    session["missing_tell"] = {**session["missing_tell"], "begun": session["missing_tell"]["begun"] - seconds}
    session.save()


def send(client: Client, **said: str) -> Any:
    return client.post(reverse("missing_tell_check"), {"website": "", **said})


def test_a_form_from_the_first_page_to_a_referral() -> None:
    client = Client()
    assert answer(client).url == reverse("missing_tell_check")
    check = client.get(reverse("missing_tell_check")).content.decode()
    assert "Invented Row" in check
    assert "Last name:</span> Hollowell" in check
    waited(client)
    response = client.post(reverse("missing_tell_check"), follow=True)
    one = MissingChild.objects.get()
    assert one.number in response.content.decode()
    assert (one.surname, one.route, one.state, one.postcode) == (
        "Hollowell",
        "public",
        "referred",
        "SO99 1AB",
    )
    assert one.parents.get().phone == "01632 960001"
    assert not Draft.objects.exists()
    assert send(client).status_code < 500
    assert MissingChild.objects.count() == 1  # sent once


def test_danger_is_told_in_big_letters_and_becomes_a_risk() -> None:
    client = Client()
    client.post(reverse("missing_tell"))
    response = client.post(page("danger"), {"danger": "yes"}, follow=True)
    assert "In danger now: 999" in response.content.decode()
    answer(client, danger={"danger": "yes"})
    waited(client)
    assert (
        "If you have not called yet"
        in client.post(reverse("missing_tell_check"), follow=True).content.decode()
    )
    assert MissingChild.objects.get().risks == ["harm"]


def test_an_address_outside_the_area_is_told_where_to_go() -> None:
    values.set_value(
        name="area",
        value=["SO99"],
        since=timezone.localdate(),
        reason="Ours.",
        by=an_officer(),
        at=timezone.now(),
    )
    client = Client()
    client.post(reverse("missing_tell"))
    response = client.post(page("address"), {"postcode": "ZZ1 1AA"}, follow=True)
    assert "find-local-council" in response.content.decode()
    answer(client, address={"postcode": "ZZ1 1AA"})
    waited(client)
    assert send(client).status_code == 400
    assert not MissingChild.objects.exists()


def test_kept_under_a_code_that_only_its_writer_has() -> None:
    client = Client()
    client.post(reverse("missing_tell"))
    client.post(page("danger"), {"danger": "no"})
    saved = client.post(page("name"), {**ANSWERS["name"], "later": "1"}, follow=True).content.decode()
    code = client.session["missing_tell"]["code"]
    assert drafts.shown(code) in saved
    row = Draft.objects.get()
    assert b"Hollowell" not in bytes(row.answers)
    assert code not in row.code_digest
    other = Client()
    wrong = other.post(reverse("missing_tell_come_back"), {"code": "ABCD-ABCD-ABCD-ABCD"})
    assert "No form is kept" in wrong.content.decode()
    right = other.post(reverse("missing_tell_come_back"), {"code": drafts.shown(code).lower()})
    assert right.url == page("age")
    assert "Hollowell" in other.get(page("name")).content.decode()
    assert drafts.open_(code, timezone.now() + timedelta(days=15)) is None
    other.get(reverse("missing_tell_leave"))
    assert "Hollowell" not in other.get(page("name")).content.decode()


def test_a_program_is_kept_off_and_told_nothing() -> None:
    client = Client()
    answer(client)
    quick = send(client)
    assert quick.status_code == 400
    assert "very quick" in quick.content.decode()
    waited(client)
    assert send(client, website="http://spam.example").url == reverse("missing_tell_done")
    assert not MissingChild.objects.exists()
    assert not Draft.objects.exists()


def test_forms_without_end_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "SENT", 2)
    monkeypatch.setattr(telling, "TRIED", 3)
    statuses = []
    for _ in range(3):
        client = Client()
        answer(client)
        waited(client)
        statuses.append(send(client).status_code)
    assert statuses == [302, 302, 429]
    assert MissingChild.objects.count() == 2
    tries = [
        Client().post(reverse("missing_tell_come_back"), {"code": "A" * 16}).status_code for _ in range(4)
    ]
    assert tries == [400, 400, 400, 429]


def test_hostile_text_is_kept_as_text_and_shown_as_text() -> None:
    client = Client()
    answer(
        client,
        name={"forename": "", "surname": HOSTILE[:80]},
        why={"told": HOSTILE},
        family={"parents": HOSTILE},
    )
    assert "<script>alert" not in client.get(reverse("missing_tell_check")).content.decode()
    waited(client)
    assert send(client).status_code == 302
    one = MissingChild.objects.get()
    staff = Client()
    staff.force_login(an_officer())
    shown = staff.get(reverse("missing_child", args=[one.pk])).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown
    assert staff.get(reverse("missing_paper", args=[one.pk])).content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("name", {"forename": "x" * 5000}),
        ("name", {"surname": "a\x00b"}),
        (
            "age",
            {"date_of_birth_day": "99", "date_of_birth_month": "-1", "date_of_birth_year": "99999999999999"},
        ),
        ("address", {"postcode": "🙂🙂🙂🙂🙂"}),
        ("why", {"told": "x" * 100_000}),
        ("you", {"route": "service"}),
        ("you", {"route": "professional"}),
        ("danger", {"danger": "' OR 1=1"}),
    ],
)
def test_what_cannot_be_is_refused_in_words(slug: str, said: dict[str, str]) -> None:
    client = Client()
    client.post(reverse("missing_tell"))
    response = client.post(page(slug), said)
    assert response.status_code == 400
    assert "There is a problem" in response.content.decode() or "\x00" in said.get("surname", "")


def test_pages_without_a_form_begun_lead_to_the_start_and_are_kept_by_no_browser() -> None:
    client = Client()
    for address in (
        page("name"),
        page("nothing"),
        reverse("missing_tell_check"),
        reverse("missing_tell_saved"),
    ):
        response = client.get(address)
        assert "Start" in response.content.decode()
        assert response["Cache-Control"] == "no-store"
        assert client.post(address, {"surname": "x"}).status_code < 500 if "saved" not in address else True
    assert not Draft.objects.exists()
