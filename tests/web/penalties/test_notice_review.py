"""The queue of notices to approve: one decision each, then the next; what stands in the way is said."""

from datetime import date

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import later
from tests.factories_penalties import a_notice, a_parent, absent, an_earlier
from tests.web.attendance.helpers import sign_in, text_of
from tests.web.penalties.notices import primary, signed_in

from mainstay.service.penalties.models import Notice
from mainstay.service.record import access
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db
PAGE = "/notices/review/"


def proposed(number: int = 1) -> list[Notice]:
    return [a_notice("proposed", when=later(-n)) for n in range(number, 0, -1)]


def test_the_oldest_is_open_with_everything_an_approver_reads() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    an_earlier(parent, pupil, date(2024, 11, 15), issuer="Elsewhere Council", reference="E-17")
    notice = a_notice("proposed", pupil=pupil, parent=parent, when=later(-3))
    proposed(2)
    client, user = sign_in("senior_ewo")
    page = client.get(PAGE)
    said = text_of(page)
    for words in (
        "3 notices to approve", f"to {parent.name}, for {pupil.name}", "Took the child away in term time.", "E-17",
        "Elsewhere Council", "Free from 15 Nov 2027", "would be the second", "A holiday in term time after a warning.",
        "Considered with the school.", "The letter, page 1 of 2", f"/notices/{notice.pk}/preview/?picture=2",
        "The 10 sessions relied on", "Nobody yet",
    ):  # fmt: skip
        assert words in said, words
    assert primary(page) == "Approve"
    assert RecordRead.objects.filter(user_id=user.pk, pupil_id=pupil.pk, page="notice review").count() == 1


def test_a_decision_leads_to_the_next_and_at_the_end_to_what_is_left() -> None:
    first, second, third = proposed(3)
    client, _ = sign_in("senior_ewo")
    client.get(PAGE)
    answer = client.post(f"/notices/{first.pk}/approve/", {"queue": "1", "next": second.pk})
    assert answer["Location"] == f"{PAGE}?notice={second.pk}"
    said = {"queue": "1", "next": third.pk, "reasons": "Ask the school about its letters."}
    assert client.post(f"/notices/{second.pk}/send-back/", said)["Location"] == f"{PAGE}?notice={third.pk}"
    said = {"queue": "1", "reasons": "The family has lost its home."}
    assert client.post(f"/notices/{third.pk}/refuse/", said)["Location"] == PAGE
    states = [Notice.objects.get(pk=n.pk).state for n in (first, second, third)]
    assert states == ["approved", "draft", "refused"]
    assert "No notice waits to be approved" in text_of(client.get(PAGE))


def test_the_page_names_the_next_and_after_the_last_the_first_that_is_left() -> None:
    first, second = proposed(2)
    client, _ = sign_in("senior_ewo")
    assert f'name="next" value="{second.pk}"' in text_of(client.get(f"{PAGE}?notice={first.pk}"))
    assert f'name="next" value="{first.pk}"' in text_of(client.get(f"{PAGE}?notice={second.pk}"))


def test_nothing_approves_more_than_one() -> None:
    first, second = proposed(2)
    client, _ = sign_in("service_manager")
    assert (
        "all" not in text_of(client.get(PAGE)).partition("<main")[2].partition("to approve</h2>")[0].split()
    )
    client.post(
        f"/notices/{first.pk}/approve/", {"queue": "1", "next": second.pk, "notice": [first.pk, second.pk]}
    )
    assert Notice.objects.get(pk=second.pk).state == "proposed"


def test_without_reasons_the_queue_stays_where_it_was_with_what_was_typed() -> None:
    first, second = proposed(2)
    client, _ = sign_in("senior_ewo")
    answer = client.post(f"/notices/{second.pk}/send-back/", {"queue": "1", "next": first.pk, "reasons": " "})
    said = text_of(answer)
    assert answer.status_code == 400
    assert "Say what is to be seen to" in said and 'href="#send_back_reasons"' in said
    assert 'id="send_back_reasons"' in said and 'id="refuse_reasons"' in said
    assert f"for {second.pupil.name}" in said


def test_ones_own_notice_is_in_the_queue_for_somebody_else() -> None:
    senior = UserFactory(role="senior_ewo")
    notice = a_notice("proposed", officer=senior)
    client = signed_in(senior)
    page = client.get(PAGE)
    assert primary(page) == ""
    assert "Yours: somebody else approves" in text_of(page)
    answer = client.post(f"/notices/{notice.pk}/approve/", {"queue": "1"})
    assert answer.status_code == 400 and "Somebody else must approve this" in text_of(answer)


def test_the_light_says_what_is_missing_by_now_and_what_the_law_refuses() -> None:
    missing, refused = proposed(2)
    missing.parent.addresses.all().delete()
    for day in (date(2025, 1, 6), date(2026, 1, 6)):
        an_earlier(refused.parent, refused.pupil, day)
    client, _ = sign_in("senior_ewo")
    page = client.get(f"{PAGE}?notice={refused.pk}")
    said = text_of(page)
    assert "1 thing missing" in said and "Refused by law" in said
    assert primary(page) == ""
    assert "There is no letter" not in said and "Before you can read the letter" in said
    answer = client.post(f"/notices/{refused.pk}/approve/", {"queue": "1"})
    assert answer.status_code == 400 and "no further notice may be issued" in text_of(answer)


def test_a_restricted_child_is_listed_by_initials_and_opened_first() -> None:
    [notice] = proposed()
    notice.pupil.restricted = True
    notice.pupil.save()
    client, user = sign_in("senior_ewo")
    said = text_of(client.get(PAGE))
    assert notice.pupil.surname not in said and notice.parent.surname not in said
    assert "This record is restricted" in said
    access.open_restricted(pupil=notice.pupil, by=user, at=later(0), reason="To decide about the notice")
    assert notice.parent.name in text_of(client.get(PAGE))


def test_a_notice_that_no_longer_waits_says_so_and_the_first_is_shown() -> None:
    [waiting], gone = proposed(), a_notice("approved")
    client, _ = sign_in("senior_ewo")
    said = text_of(client.get(f"{PAGE}?notice={gone.pk}"))
    assert "That notice no longer waits to be approved." in said
    assert f"for {waiting.pupil.name}" in said


def test_a_notice_further_down_than_the_page_can_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    from mainstay.service.penalties.views import review

    first, second = proposed(2)
    monkeypatch.setattr(review, "QUEUE", 1)
    client, _ = sign_in("senior_ewo")
    assert f"for {second.pupil.name}" in text_of(client.get(f"{PAGE}?notice={second.pk}"))
    assert f"for {first.pupil.name}" in text_of(client.get(PAGE))


def test_many_notices_cost_no_more_queries_than_few(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    proposed(2)
    client, _ = sign_in("senior_ewo")
    client.get(PAGE)
    with django_assert_max_num_queries(20) as few:
        client.get(PAGE)
    proposed(6)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(PAGE)
