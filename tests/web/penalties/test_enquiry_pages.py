"""Enquiries to other authorities, from the request to the answer."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import at
from tests.factories_penalties import a_notice
from tests.web.penalties.notices import signed_in

from mainstay.service.penalties.actions import enquiring
from mainstay.service.penalties.models import EarlierNotice, Enquiry, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Any:
    return UserFactory(role="ewo")


def text(response: Any) -> str:
    return str(response.content.decode())


def asked(notice: Notice, by: Any) -> Enquiry:
    return enquiring.ask(
        notice_id=notice.pk, authority="Invented Borough Council", email="", school="", how="By encrypted message", by=by,
        at=at(),
    )  # fmt: skip


def rows(*told: dict[str, str]) -> dict[str, Any]:
    sent: dict[str, Any] = {"told-TOTAL_FORMS": 3, "told-INITIAL_FORMS": 0}
    for n in range(3):
        row = told[n] if n < len(told) else {}
        sent |= {f"told-{n}-{name}": value for name, value in {"kind": "attendance", **row}.items()}
    return sent


def answer(outcome: str, *told: dict[str, str], **changed: Any) -> dict[str, Any]:
    sent = {
        "outcome": outcome, "answered_on_day": 23, "answered_on_month": 11, "answered_on_year": 2026,
        "answered_by": "Sam Other", "text": "None since 2024.",
    }  # fmt: skip
    return sent | rows(*told) | changed


def test_another_authority_is_asked_from_the_request_beside_the_parent(officer: Any) -> None:
    notice = a_notice("draft", officer=officer)
    client = signed_in(officer)
    sent = {"authority": "Invented Borough Council", "email": "", "school": "", "how": "By encrypted message"}
    address = reverse("enquiry_new", args=[notice.pk])
    assert notice.parent.name in text(client.get(address))
    done = client.post(address, sent, follow=True)
    enquiry = Enquiry.objects.get()
    assert done.redirect_chain == [(reverse("enquiry", args=[enquiry.pk]), 302)]
    assert "Awaited" in text(done)
    assert reverse("document", args=[enquiry.letter_id]) in text(done)
    assert client.get(reverse("document", args=[enquiry.letter_id])).status_code == 200


def test_a_question_without_an_authority_is_refused_with_what_was_typed(officer: Any) -> None:
    notice = a_notice("draft", officer=officer)
    sent = {"authority": "", "email": "not an address", "how": "By encrypted message"}
    response = signed_in(officer).post(reverse("enquiry_new", args=[notice.pk]), sent)
    assert response.status_code == 400
    assert "Say which authority is asked" in text(response)
    assert "By encrypted message" in text(response)


def test_the_answer_none_is_recorded(officer: Any) -> None:
    enquiry = asked(a_notice("draft", officer=officer), officer)
    client = signed_in(officer)
    client.post(reverse("enquiry_answer", args=[enquiry.pk]), answer("none"))
    enquiry.refresh_from_db()
    assert (enquiry.outcome, enquiry.answered_by) == ("none", "Sam Other")
    assert "None since 2024." in text(client.get(reverse("enquiry", args=[enquiry.pk])))


def test_notices_it_tells_of_are_rows_and_count(officer: Any) -> None:
    enquiry = asked(a_notice("draft", officer=officer), officer)
    first = {"issued_on": "2025-03-03", "outcome": "paid", "reference": "IB-44"}
    second = {"issued_on": "2025-09-09", "outcome": "unpaid", "issuer": "Invented Police"}
    client = signed_in(officer)
    done = client.post(
        reverse("enquiry_answer", args=[enquiry.pk]), answer("notices", first, second), follow=True
    )
    found = EarlierNotice.objects.filter(enquiry=enquiry).order_by("issued_on")
    assert [(one.issuer, one.outcome) for one in found] == [
        ("Invented Borough Council", "paid"), ("Invented Police", "unpaid"),
    ]  # fmt: skip
    assert "IB-44" in text(done)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (answer("notices"), "Give each notice it tells of"),
        (answer("notices", {"issued_on": "2025-03-03"}), "Choose what became of each notice"),
        (answer("notices", {"outcome": "paid"}), "Enter the day each notice was issued"),
        (answer("none", answered_by=""), "Say who answered"),
        (answer("none", answered_on_day=24), "on or before 23 November 2026"),
        (answer("notices", {"issued_on": "2025-03-03", "outcome": "paid", "offence_from": "2025-02-02", "offence_to": "2025-01-01"}), "must end after it begins"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_whole_is_refused_with_what_was_typed(
    officer: Any, sent: dict[str, Any], words: str
) -> None:
    enquiry = asked(a_notice("draft", officer=officer), officer)
    response = signed_in(officer).post(reverse("enquiry_answer", args=[enquiry.pk]), sent)
    assert response.status_code == 400
    assert words in text(response)
    assert "None since 2024." in text(response)
    enquiry.refresh_from_db()
    assert enquiry.outcome == "awaited"


def test_a_reminder_is_recorded_once_a_day(officer: Any) -> None:
    enquiry = asked(a_notice("draft", officer=officer), officer)
    client, address = signed_in(officer), reverse("enquiry_chase", args=[enquiry.pk])
    assert "the time to answer begins anew" in text(
        client.post(address, {"how": "By telephone"}, follow=True)
    )
    response = client.post(address, {"how": "Again"})
    assert (response.status_code, "today already" in text(response)) == (400, True)


def test_the_list_shows_what_is_awaited_and_by_when_it_is_chased(officer: Any) -> None:
    notice = a_notice("draft", officer=officer)
    awaited, done = asked(notice, officer), Enquiry.objects.create(
        pupil=notice.pupil, parent=notice.parent, authority="Elsewhere", asked_on=date(2026, 11, 1), asked_by=officer,
        outcome="none", answered_on=date(2026, 11, 2),
    )  # fmt: skip
    client = signed_in(officer)
    for query, found in (("", {awaited}), ("outcome=all", {awaited, done}), ("outcome=none", {done})):
        listed = text(client.get(f"{reverse('enquiries')}?{query}"))
        file = b"".join(client.get(f"{reverse('enquiries_export', args=['csv'])}?{query}")).decode()  # type: ignore[arg-type]
        for one in (awaited, done):
            assert (reverse("enquiry", args=[one.pk]) in listed) is (one in found), query
            assert (f"CB-{one.pk:07}" in file) is (one in found), query
    assert "14 days left" in text(client.get(reverse("enquiries")))


def test_the_list_takes_the_same_queries_for_few_and_for_many(
    officer: Any, django_assert_max_num_queries: Any
) -> None:
    notice = a_notice("draft", officer=officer)
    Enquiry.objects.bulk_create(
        Enquiry(pupil=notice.pupil, parent=notice.parent, authority=f"No {n}", asked_on=date(2026, 11, 1), asked_by=officer)
        for n in range(12)
    )  # fmt: skip
    client = signed_in(officer)
    client.get(reverse("enquiries"))
    with django_assert_max_num_queries(16):
        assert "12 enquiries" in text(client.get(reverse("enquiries")))


def test_schools_and_readers_do_not_see_enquiries(officer: Any) -> None:
    notice = a_notice("draft", officer=officer)
    enquiry = asked(notice, officer)
    for user in (
        UserFactory(role="head_teacher", school=notice.school),
        UserFactory(role="business_support"),
    ):
        assert signed_in(user).get(reverse("enquiry", args=[enquiry.pk])).status_code == 403
