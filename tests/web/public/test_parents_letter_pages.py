"""The parent's pages: opening a letter, reading it, paying it, saying that it is wrong."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import TODAY, at
from tests.factories_penalties import a_notice, a_parent, absent, an_earlier
from tests.money import paid_at, received
from tests.web.attendance.conftest import _monday_in_term  # noqa: F401 (a fixture for every test here)

from mainstay.roof.pay_stand_in import StandIn
from mainstay.service.common.jobs import queue
from mainstay.service.penalties.actions import ending, paying
from mainstay.service.penalties.models import Notice, Payment, Refund
from mainstay.service.penalties.reference import make
from mainstay.service.public import opening
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
POSTCODE = "SO99 9ZZ"


@pytest.fixture
def pay(settings: Any) -> Iterator[StandIn]:
    with paid_at(settings) as stand_in:
        stand_in.clock.set(at(hour=14))
        yield stand_in


def said(notice: Notice, **other: str) -> dict[str, str]:
    return {"number": str(notice.number), "surname": notice.parent.surname, "postcode": POSTCODE} | other


def opened(*notices: Notice, client: Client | None = None) -> Client:
    client = client or Client()
    for notice in notices:
        response = client.post(reverse("letter_open"), said(notice))
        assert response.status_code == 302 and response["Location"] == reverse("letter_read")
    return client


def text(client: Client, name: str = "letter_read", *args: Any) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


# opening


def test_number_surname_and_postcode_open_a_letter_however_they_are_typed() -> None:
    notice = a_notice()
    number = str(notice.number)
    for typed in (
        said(notice),
        said(notice, number=number.lower().replace("-", " "), postcode="so999zz"),
        said(notice, surname=f" {notice.parent.surname.upper()} ", postcode=" SO99  9ZZ "),
    ):
        assert Client().post(reverse("letter_open"), typed).status_code == 302, typed


@pytest.mark.parametrize(
    ("printed", "typed"),
    [("O’Neall", "oneall"), ("Łaskowiak", "Laskowiak"), ("Lefèvron", "LEFEVRON"), ("Glencombe-Garstead", "glencombe garstead"),
     ("Søren", "soren"), ("Šimonek", "Šimonek")],
)  # fmt: skip
def test_a_surname_opens_it_however_ones_keyboard_writes_it(printed: str, typed: str) -> None:
    pupil = absent()
    notice = a_notice(pupil=pupil, parent=a_parent(pupil, surname=printed))
    assert opening.find(str(notice.number), typed, POSTCODE) == notice


@pytest.mark.parametrize(
    "other",
    [{"surname": "Somebody"}, {"postcode": "SO1 1AA"}, {"surname": "Fenwic"}, {"number": make(999_999)},
     {"number": make(999_999), "surname": "x", "postcode": "x"}],
)  # fmt: skip
def test_whatever_is_wrong_the_answer_is_the_same(other: dict[str, str]) -> None:
    notice = a_notice()
    client = Client()
    response = client.post(reverse("letter_open"), said(notice, **other))
    assert response.status_code == 400
    words = plain(response.content.decode())
    assert "No letter fits these three" in words
    assert client.get(reverse("letter_read")).status_code == 302
    right = plain(Client().post(reverse("letter_open"), said(notice, surname="Wrong")).content.decode())
    hide = re.compile("PN-[0-9]+-[A-Z]|(?<=value=).*?(?=>)")
    assert hide.sub("", words) == hide.sub("", right)


def test_a_letter_that_is_not_issued_cannot_be_opened() -> None:
    notice = a_notice("approved")
    Notice.objects.filter(pk=notice.pk).update(number="PN-0000099-X", surname_key="x", postcode_key="Y")
    assert opening.find("PN-0000099-X", "x", "y") is None


def test_a_letter_without_a_known_postcode_opens_for_nobody() -> None:
    notice = a_notice()
    Notice.objects.filter(pk=notice.pk).update(postcode_key="")
    assert opening.find(str(notice.number), notice.parent.surname, "") is None


@pytest.mark.parametrize("field", ["number", "surname", "postcode"])
def test_what_is_missing_is_said_and_what_was_typed_stays(field: str) -> None:
    notice = a_notice()
    response = Client().post(reverse("letter_open"), said(notice, **{field: ""}))
    assert response.status_code == 400
    page = response.content.decode()
    assert "There is a problem" in page and f'href="#id_{field}"' in page
    kept = {"number": str(notice.number), "surname": notice.parent.surname}
    assert all(f'value="{value}"' in page for name, value in kept.items() if name != field)


def test_a_slip_in_the_number_is_told_from_its_letter() -> None:
    response = Client().post(
        reverse("letter_open"), {"number": "PN-0001234-A", "surname": "x", "postcode": "y"}
    )
    assert "Check the number" in response.content.decode()


def test_tries_of_one_letter_from_one_place_end_and_others_go_on() -> None:
    one, other = a_notice(), a_notice()
    client = Client(REMOTE_ADDR="10.1.1.1")
    answers = [
        client.post(reverse("letter_open"), said(one, surname=f"guess{n}")).status_code
        for n in range(opening.TRIES_HERE + 1)
    ]
    assert answers == [400] * opening.TRIES_HERE + [429]
    assert client.post(reverse("letter_open"), said(one)).status_code == 429  # the right one, too
    assert client.post(reverse("letter_open"), said(other)).status_code == 302
    assert Client(REMOTE_ADDR="10.2.2.2").post(reverse("letter_open"), said(one)).status_code == 302


def test_tries_of_one_letter_from_everywhere_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "TRIES", 3)
    notice = a_notice()
    answers = [
        Client(REMOTE_ADDR=f"10.1.1.{n}").post(reverse("letter_open"), said(notice, surname="x")).status_code
        for n in range(4)
    ]
    assert answers == [400, 400, 400, 429]


def test_a_number_that_does_not_exist_runs_out_of_tries_just_the_same() -> None:
    wrong = {"number": make(999_999), "surname": "x", "postcode": "y"}
    client = Client(REMOTE_ADDR="10.1.1.1")
    answers = [client.post(reverse("letter_open"), wrong).status_code for _ in range(opening.TRIES_HERE + 1)]
    assert answers == [400] * opening.TRIES_HERE + [429]


def test_a_whole_school_behind_one_address_opens_its_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    notices = [a_notice() for _ in range(3)]
    for _ in range(5):
        opened(*notices, client=Client(REMOTE_ADDR="10.1.1.1"))
    monkeypatch.setattr(opening, "TRIES_FROM", 10)
    late = Client(REMOTE_ADDR="10.1.1.1").post(reverse("letter_open"), said(notices[0]))
    assert late.status_code == 429


# what the session holds, and for how long


def test_a_letter_closes_half_an_hour_after_the_last_look(monkeypatch: pytest.MonkeyPatch) -> None:
    client, now = opened(a_notice()), at(hour=14)
    for minutes, status in ((29, 200), (58, 200), (89, 302)):
        monkeypatch.setattr("django.utils.timezone.now", lambda m=minutes: now + timedelta(minutes=m))
        assert client.get(reverse("letter_read")).status_code == status, minutes


def test_nothing_of_a_letter_is_seen_without_opening_it() -> None:
    a_notice()
    for name in ("letter_read", "letter_basket", "letter_representation", "letter_receipt"):
        assert Client().get(reverse(name))["Location"] == reverse("letter_open"), name
    assert Client().post(reverse("letter_pay"), {"number": "PN-0000001-D"})["Location"] == reverse(
        "letter_open"
    )


def test_leaving_forgets_the_letter_and_leads_elsewhere() -> None:
    client = opened(a_notice())
    assert urlsplit(client.get(reverse("letter_leave"))["Location"]).hostname == "www.bbc.co.uk"
    assert client.get(reverse("letter_read")).status_code == 302


def test_one_letter_is_closed_and_the_others_stay() -> None:
    one, other = a_notice(), a_notice()
    client = opened(one, other)
    client.post(reverse("letter_basket"), {"remove": str(other.number)})
    assert str(one.number) in text(client)
    client.post(reverse("letter_basket"), {"remove": str(one.number)})
    assert client.get(reverse("letter_read")).status_code == 302


def test_the_session_holds_ids_and_no_name() -> None:
    notice = a_notice()
    client = opened(notice)
    kept = str(dict(client.session))
    assert notice.pupil.surname not in kept and notice.parent.surname not in kept


def test_opening_a_letter_gives_the_session_another_key() -> None:
    client = Client()
    client.get(reverse("letter_open"))
    client.session.save()
    before = client.session.session_key
    opened(a_notice(), client=client)
    assert client.session.session_key != before


# the page


def test_the_page_says_what_it_is_about_what_it_costs_and_until_when() -> None:
    notice = a_notice()
    words = plain(text(opened(notice)))
    assert f"your child A.F. being absent from {notice.school.name} without permission" in words
    assert "£80 if you pay by Tuesday 15 December 2026" in words
    assert "£160 from Wednesday 16 December 2026 until Tuesday 22 December 2026" in words
    assert words.index("£80") < words.index("£160")
    assert "morning and afternoon" in words and "Holiday not granted" in words
    assert "no right of appeal" in words and "01632 960000" in words


def test_no_name_of_a_child_is_on_any_page_or_in_any_address() -> None:
    notice = a_notice()
    client = opened(notice)
    for name in ("letter_read", "letter_basket", "letter_representation"):
        page = text(client, name)
        for word in (notice.pupil.surname, notice.pupil.forename, notice.parent.forename):
            assert word not in page, (name, word)
        assert "?" not in "".join(re.findall(r'(?:href|action)="(/letter[^"]*)"', page))
    assert str(notice.pk) not in "".join(re.findall(r'(?:href|action)="(/letter[^"]*)"', text(client)))


def test_after_the_reduced_days_only_the_full_sum_is_offered() -> None:
    notice = received(a_notice(), TODAY - timedelta(days=21))
    words = plain(text(opened(notice)))
    assert "£160 if you pay by" in words and "£80" not in words


def test_a_second_notice_shows_no_reduced_sum() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    an_earlier(parent, pupil, TODAY - timedelta(days=300))
    words = plain(text(opened(a_notice(pupil=pupil, parent=parent))))
    assert "£160 if you pay by Tuesday 22 December 2026" in words and "£80" not in words


def test_without_gov_uk_pay_the_other_ways_to_pay_are_there() -> None:
    words = plain(text(opened(a_notice())))
    assert "How to pay" in words and "cash office" in words and "online" not in words


@pytest.mark.parametrize(
    ("state", "there", "not_there"),
    [
        ("paid", ["We received £80", "matter is closed", "Download a receipt"], ["Tell us that it is wrong"]),
        ("withdrawn", ["nothing to pay", "paid back"], ["Tell us that it is wrong", "£80"]),
        (
            "over",
            ["do not pay now", "not for leaving the penalty unpaid", "Tell us that it is wrong"],
            ["online"],
        ),
    ],
)
def test_each_state_says_what_follows(
    pay: StandIn, state: str, there: list[str], not_there: list[str]
) -> None:
    notice = a_notice()
    if state == "paid":
        paying.record(
            notice_id=notice.pk, way="bank", pence=8000, on=TODAY, note="", by=UserFactory(role="finance"), at=at()
        )  # fmt: skip
    elif state == "withdrawn":
        ending.withdraw(
            notice_id=notice.pk, ground="material_error", reasons="The wrong school.", at=at(),
            by=UserFactory(role="service_manager"),
        )  # fmt: skip
    else:
        received(notice, TODAY - timedelta(days=28))
    words = plain(text(opened(notice)))
    assert all(one in words for one in there), words
    assert not any(one in words for one in not_there), words


def test_a_letter_that_came_back_has_no_last_day() -> None:
    notice = a_notice()
    Notice.objects.filter(pk=notice.pk).update(
        served_on=None, reduced_until=None, full_until=None, decide_from=None
    )
    words = plain(text(opened(notice)))
    assert "£80 no last day is running" in words and "£160" not in words


def test_other_languages_are_offered_with_todays_sums() -> None:
    notice = received(a_notice(), TODAY - timedelta(days=21))
    page = text(opened(notice))
    assert 'lang="pl"' in page and "£160" in page and "£80" not in page
    assert notice.pupil.surname not in page


def test_the_pages_are_kept_by_no_browser_and_found_by_no_search() -> None:
    client = opened(a_notice())
    for name in ("letter_open", "letter_read", "letter_basket", "letter_representation"):
        response = client.get(reverse(name))
        assert response["Cache-Control"] == "no-store", name
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"
        assert "default-src 'self'" in response["Content-Security-Policy"]


def test_forms_are_refused_without_their_token() -> None:
    notice = a_notice()
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("letter_open"), said(notice)).status_code == 403


def test_the_receipt_has_no_other_address_than_the_notice_went_to() -> None:
    notice = a_notice()
    paying.record(
        notice_id=notice.pk, way="bank", pence=8000, on=TODAY, note="", by=UserFactory(role="finance"), at=at()
    )  # fmt: skip
    notice.parent.addresses.update(lines="9 Hidden Lane", postcode="SO98 8XX")
    response = opened(notice).get(reverse("letter_receipt"))
    assert response["Content-Type"] == "application/pdf" and response.content.startswith(b"%PDF")
    assert response["Content-Disposition"] == f'attachment; filename="receipt-{notice.number}.pdf"'
    from io import BytesIO

    import pypdf

    words = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(response.content)).pages)
    assert "£80" in words and "1 Invented Road" in words and "Hidden" not in words


def test_there_is_no_receipt_before_it_is_paid() -> None:
    client = opened(a_notice())
    assert client.get(reverse("letter_receipt"))["Location"] == reverse("letter_read")


# saying that it is wrong


def wrong(**other: str) -> dict[str, str]:
    return {
        "ground": "wrong_recipient",
        "text": "I live abroad.\nAsk my sister.",
        "reach": "01632 960123",
    } | other


def test_what_a_parent_says_reaches_the_officer_with_a_day_to_answer() -> None:
    notice = a_notice()
    client = opened(notice)
    response = client.post(reverse("letter_representation"), wrong(), follow=True)
    assert "an officer reads what you wrote" in response.content.decode()
    entry = Entry.objects.get(kind="representation")
    assert (entry.by, entry.audience, entry.pupil_id) == (None, "service", notice.pupil_id)
    assert "I live abroad.\nAsk my sister." in entry.text and "01632 960123" in entry.text
    deadline = Deadline.objects.open().get(rule="notice-representation")
    assert deadline.owner == notice.request.owner
    assert str(notice.number) in deadline.label
    assert "You have written to us about it" in text(client)


def test_the_day_to_answer_stays_when_the_time_to_pay_ends_or_it_is_paid() -> None:
    one, other = a_notice(), a_notice()
    for notice in (one, other):
        opened(notice).post(reverse("letter_representation"), wrong())
    ending.fall_due(on=TODAY + timedelta(days=60), last=None)
    paying.record(
        notice_id=other.pk, way="bank", pence=8000, on=TODAY, note="", by=UserFactory(role="finance"), at=at()
    )  # fmt: skip
    assert Deadline.objects.open().filter(rule="notice-representation").count() == 2


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"ground": ""}, "Choose what is wrong"),
        ({"ground": "bribe"}, "Select a valid choice"),
        ({"text": " "}, "Tell us in your own words"),
        ({"text": "x" * 4001}, "at most 4000"),
    ],
)
def test_what_is_missing_or_too_long_is_said(other: dict[str, str], words: str) -> None:
    response = opened(a_notice()).post(reverse("letter_representation"), wrong(**other))
    assert response.status_code == 400 and words in response.content.decode()
    assert not Entry.objects.filter(kind="representation").exists()


def test_nobody_floods_an_officer() -> None:
    client = opened(a_notice())
    answers = [client.post(reverse("letter_representation"), wrong()).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert Entry.objects.filter(kind="representation").count() == 5


def test_a_withdrawn_notice_takes_no_more_words() -> None:
    notice = a_notice()
    client = opened(notice)
    ending.withdraw(
        notice_id=notice.pk, ground="material_error", reasons="The wrong school.", at=at(),
        by=UserFactory(role="service_manager"),
    )  # fmt: skip
    response = client.post(reverse("letter_representation"), wrong())
    assert response.status_code == 400 and "withdrawn" in response.content.decode()


# paying


def go_to_pay(client: Client, *notices: Notice) -> str:
    response = client.post(reverse("letter_pay"), {"number": [str(n.number) for n in notices]})
    assert response.status_code == 302
    return str(response["Location"])


def test_paying_leads_to_gov_uk_pay_and_back(pay: StandIn) -> None:
    notice = a_notice()
    client = opened(notice)
    assert "Pay £80 online" in text(client)
    assert go_to_pay(client, notice).startswith(pay.url)
    payment = Payment.objects.get()
    pay.press(payment.pay_id, "pay")
    page = text(client, "letter_paid", payment.key)
    assert f"{notice.number} is paid." in plain(page)
    assert "Download a receipt" in text(client)


def test_the_page_one_comes_back_to_needs_no_session_and_names_nobody(pay: StandIn) -> None:
    notice = a_notice()
    go_to_pay(opened(notice), notice)
    payment = Payment.objects.get()
    pay.press(payment.pay_id, "pay")
    words = plain(text(Client(), "letter_paid", payment.key))
    assert "Payment received" in words and notice.pupil.surname not in words
    assert Client().get(reverse("letter_paid", args=["0" * 40])).status_code == 404


def test_a_payment_that_waits_says_so_and_looks_again(pay: StandIn) -> None:
    notice = a_notice()
    client = opened(notice)
    go_to_pay(client, notice)
    payment = Payment.objects.get()
    page = text(client, "letter_paid", payment.key)
    assert "We are waiting for your payment" in page and "Look again" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    pay.fail_next(1)
    Payment.objects.update(checked_at=None)
    assert "We are waiting for your payment" in text(client, "letter_paid", payment.key)


@pytest.mark.parametrize(
    ("choice", "words"), [("decline", "did not accept the payment"), ("cancel", "You cancelled the payment")]
)
def test_a_payment_that_fails_can_be_tried_again(pay: StandIn, choice: str, words: str) -> None:
    notice = a_notice()
    client = opened(notice)
    go_to_pay(client, notice)
    payment = Payment.objects.get()
    pay.press(payment.pay_id, choice)
    page = text(client, "letter_paid", payment.key)
    assert words in page and "No money was taken" in page and "Try again" in page
    assert go_to_pay(client, notice).startswith(pay.url)
    assert Payment.objects.count() == 2


def test_several_letters_are_paid_in_one_go(pay: StandIn) -> None:
    notices = [a_notice(), a_notice()]
    client = opened(*notices)
    words = plain(text(client, "letter_basket"))
    assert "Together £160" in words and "Pay £160 online" in words
    go_to_pay(client, *notices)
    payment = Payment.objects.get()
    pay.press(payment.pay_id, "pay")
    words = plain(text(client, "letter_paid", payment.key))
    assert all(f"{n.number} is paid." in words for n in notices)


def test_only_opened_letters_are_paid(pay: StandIn) -> None:
    mine, other = a_notice(), a_notice()
    client = opened(mine)
    go_to_pay(client, mine, other)
    assert [one.notice for one in Payment.objects.get().allocations.all()] == [mine]


def test_what_cannot_be_paid_is_refused_in_words(pay: StandIn) -> None:
    notice = a_notice()
    client = opened(notice)
    ending.withdraw(
        notice_id=notice.pk, ground="material_error", reasons="The wrong school.", at=at(),
        by=UserFactory(role="service_manager"),
    )  # fmt: skip
    assert go_to_pay(client, notice) == reverse("letter_read")
    assert "there is nothing to pay" in text(client)
    assert not Payment.objects.exists()


def test_while_gov_uk_pay_is_down_nothing_is_taken_and_the_page_says_so(pay: StandIn) -> None:
    notice = a_notice()
    client = opened(notice)
    pay.fail_next(1)
    assert go_to_pay(client, notice) == reverse("letter_read")
    assert "Nothing was taken" in text(client)
    assert go_to_pay(client, notice).startswith(pay.url)
    assert Payment.objects.count() == 1


def test_money_for_what_was_withdrawn_meanwhile_is_told_to_go_back(pay: StandIn) -> None:
    notice = a_notice()
    client = opened(notice)
    go_to_pay(client, notice)
    ending.withdraw(
        notice_id=notice.pk, ground="material_error", reasons="The wrong school.", at=at(),
        by=UserFactory(role="service_manager"),
    )  # fmt: skip
    payment = Payment.objects.get()
    pay.press(payment.pay_id, "pay")
    words = plain(text(client, "letter_paid", payment.key))
    assert "is not paid by this" in words and "goes back to your card" in words
    queue.run_waiting()
    assert Refund.objects.get().state == "done"
