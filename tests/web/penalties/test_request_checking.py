"""An officer checks a request: questions, parents one by one, sent back, refused, proposed; and every wrong way."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import AddressFactory, ParentFactory, UserFactory
from tests.factories_attendance import days_before, give
from tests.factories_penalties import a_notice, a_parent, a_request, absent, an_earlier, answered, declared
from tests.web.attendance.helpers import sign_in, text_of

from mainstay.service.accounts.models import User
from mainstay.service.common.models import Decision
from mainstay.service.directory.models import Parenthood, Pupil
from mainstay.service.penalties.models import Improvement, Notice, NoticeRequest
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def pupil() -> Pupil:
    return absent(surname="Hazelmere")


@pytest.fixture
def one(pupil: Pupil) -> NoticeRequest:
    """Sent by an officer who is not the one checking it."""
    declared()
    return a_request(pupil)


@pytest.fixture
def signed_in() -> tuple[Client, User]:
    return sign_in("ewo")


@pytest.fixture
def officer(signed_in: tuple[Client, User]) -> Client:
    return signed_in[0]


def page_of(client: Client, one: NoticeRequest) -> str:
    response = client.get(reverse("notice_request", args=[one.pk]))
    assert response.status_code == 200
    return text_of(response)


def post(client: Client, name: str, one: NoticeRequest, /, **said: Any) -> Any:
    return client.post(reverse(name, args=[one.pk]), {key.replace("__", "-"): v for key, v in said.items()})


def test_every_parent_is_shown_as_if_chosen_and_none_is_preselected(
    officer: Client, one: NoticeRequest
) -> None:
    mother = a_parent(one.pupil, surname="Quillfeather", safe_contact="Only to her work address")
    father = ParentFactory(of=one.pupil, surname="Ostrander")
    Parenthood.objects.filter(parent=father).update(contact_allowed=False, lives_with=False)
    page = page_of(officer, one)
    assert page.count("Not chosen") == 2 and not Notice.objects.exists()
    assert "Writing safely: Only to her work address" in page
    assert "Contact between this person and the child is not allowed." in page
    assert "Birth certificate seen by the school" in page and "no evidence recorded" in page
    assert "No full address with postcode is known for this parent." in page
    assert reverse("parent", args=[mother.pk]) in page
    assert "Not answered yet: support." in page and "Refused by law" not in page


def test_an_answer_is_kept_with_who_and_when_and_the_next_question_opens(
    signed_in: tuple[Client, User], one: NoticeRequest
) -> None:
    client, user = signed_in
    a_parent(one.pupil)
    answer = post(client, "notice_check_answer", one, name="support", support__value="not_appropriate",
                  support__text="A holiday in Spain: there was nothing to support.")  # fmt: skip
    assert answer.status_code == 302 and answer.url.endswith("#next-question")
    page = page_of(client, one)
    assert "A holiday in Spain: there was nothing to support." in page and user.name in page
    assert 'id="question-equality" data-next' in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"support__value": "given"}, "Say what was considered"),
        ({"support__text": "Something"}, "Choose an answer"),
        ({"support__value": "nonsense", "support__text": "Something"}, "not one of the available choices"),
    ],
)
def test_half_an_answer_is_refused_and_stays_as_typed(
    officer: Client, one: NoticeRequest, said: dict[str, str], words: str
) -> None:
    a_parent(one.pupil)
    answer = post(officer, "notice_check_answer", one, name="support", **said)
    page = text_of(answer)
    assert answer.status_code == 400 and words in page and "There is a problem" in page
    assert said.get("support__text", "") in page and not one.checks.exists()


def test_a_question_nobody_asks_is_refused_in_words(officer: Client, one: NoticeRequest) -> None:
    answer = officer.post(reverse("notice_check_answer", args=[one.pk]), {"name": "nonsense"}, follow=True)
    assert "Choose the question to answer." in text_of(answer)


def test_a_parent_is_chosen_with_a_reason_and_one_by_one(officer: Client, one: NoticeRequest) -> None:
    mother, father = a_parent(one.pupil), a_parent(one.pupil)
    wrong = post(officer, "notice_parent_choose", one, parent=mother.pk)
    assert wrong.status_code == 400 and "Say why this parent" in text_of(wrong)
    said = {"parent": mother.pk, f"parent-{mother.pk}-why": "She booked the flight."}
    officer.post(reverse("notice_parent_choose", args=[one.pk]), said)
    assert Notice.objects.get().parent_id == mother.pk
    page = page_of(officer, one)
    assert "She booked the flight." in page and page.count("Not chosen") == 1
    again = officer.post(reverse("notice_parent_choose", args=[one.pk]), said)
    assert "This parent is chosen already" in text_of(again)
    assert Notice.objects.filter(parent=father).count() == 0


def test_somebody_who_is_no_parent_of_this_child_cannot_be_chosen(
    officer: Client, one: NoticeRequest
) -> None:
    stranger = a_parent(absent())
    answer = officer.post(
        reverse("notice_parent_choose", args=[one.pk]), {"parent": stranger.pk, f"parent-{stranger.pk}-why": "x"},
        follow=True,
    )  # fmt: skip
    assert "Choose one of this child&#39;s parents." in text_of(answer) and not Notice.objects.exists()


def test_a_council_that_looks_after_the_child_is_refused_in_words(
    officer: Client, one: NoticeRequest
) -> None:
    council = a_parent(one.pupil, forename="", surname="Made-up City Council")
    answer = officer.post(
        reverse("notice_parent_choose", args=[one.pk]),
        {"parent": council.pk, f"parent-{council.pk}-why": "x"},
    )
    assert answer.status_code == 400 and "goes to an individual, by name" in text_of(answer)


def test_two_records_that_may_be_one_parent_are_shown_with_their_pages(
    officer: Client, one: NoticeRequest
) -> None:
    first = a_parent(one.pupil, surname="Quillfeather")
    double = ParentFactory(surname="Quillfeather", of=absent())
    AddressFactory(parent=double, since=date(2020, 1, 1))
    page = page_of(officer, one)
    assert "Another record may be the same person" in page and reverse("parent", args=[double.pk]) in page
    assert "One person twice" in page and reverse("parent", args=[first.pk]) in page


def test_sessions_relied_on_against_this_parent_stop_it_and_the_other_parents_notice_goes_on(
    officer: Client,
) -> None:
    first = a_notice()
    other = a_parent(first.pupil, surname="Ostrander")
    request = a_request(first.pupil)
    page = page_of(officer, request)
    assert f"10 sessions relied on by {first.number} against this parent already." in page
    assert f"{first.parent.name}: already relied on by {first.number}" in page
    assert f"{other.name}: already" not in page
    for parent in (first.parent, other):
        officer.post(
            reverse("notice_parent_choose", args=[request.pk]),
            {"parent": parent.pk, f"parent-{parent.pk}-why": "Both went."},
        )
    answered(request, UserFactory(role="ewo"))
    page = page_of(officer, request)
    refused, ready = (request.notices.get(parent=parent) for parent in (first.parent, other))
    assert reverse("notice_propose", args=[ready.pk]) in page
    assert reverse("notice_propose", args=[refused.pk]) not in page
    answer = officer.post(reverse("notice_propose", args=[refused.pk]), {"reasons": "All the same."})
    assert answer.status_code == 400 and "against this parent already" in text_of(answer)
    assert (
        officer.post(reverse("notice_propose", args=[ready.pk]), {"reasons": "He went, too."}).status_code
        == 302
    )


def test_an_earlier_notice_from_elsewhere_counts_before_anybody_is_chosen(
    officer: Client, one: NoticeRequest
) -> None:
    parent = a_parent(one.pupil)
    for day in (date(2025, 3, 3), date(2026, 3, 2)):
        an_earlier(parent, one.pupil, day)
    page = page_of(officer, one)
    assert "Refused by law" in page and "A notice could be issued again from Friday 3 March 2028" in page
    assert "Elsewhere Council, 3 Mar 2025, paid" in page


def test_an_unresolved_n_is_asked_about() -> None:
    declared()
    pupil = absent(code="N")
    request, (officer, _) = a_request(pupil), sign_in("ewo")
    a_parent(pupil)
    page = page_of(officer, request)
    assert "Reasons not established" in page and "Reason not yet established" in page
    answered(request, UserFactory(role="ewo"), unresolved="open")
    assert "still being established" in page_of(officer, request)


def test_a_proposal_asks_for_reasons_and_records_a_decision(
    signed_in: tuple[Client, User], one: NoticeRequest
) -> None:
    client, user = signed_in
    notice = a_notice("draft", request=one, officer=user)
    address = reverse("notice_propose", args=[notice.pk])
    page = text_of(client.get(address))
    assert (
        "The check today" in page and notice.parent.name in page and "This would be the first notice." in page
    )
    wrong = client.post(address, {"reasons": "", "circumstances": "The mother works nights."})
    assert wrong.status_code == 400 and "The mother works nights.</textarea>" in text_of(wrong)
    client.post(
        address, {"reasons": "A holiday after a warning.", "alternatives": "A warning was given before."}
    )
    notice.refresh_from_db()
    assert notice.state == "proposed"
    assert notice.decision.reasons == "A holiday after a warning."
    assert notice.decision.alternatives == "A warning was given before."
    again = client.post(address, {"reasons": "Once more."})
    assert again.status_code == 400 and "You cannot propose to issue" in text_of(again)


def test_a_proposal_with_something_missing_says_what(officer: Client, one: NoticeRequest) -> None:
    parent = a_parent(one.pupil)
    officer.post(
        reverse("notice_parent_choose", args=[one.pk]), {"parent": parent.pk, f"parent-{parent.pk}-why": "x"}
    )
    notice = one.notices.get()
    page = text_of(officer.get(reverse("notice_propose", args=[notice.pk])))
    assert "Before you can propose this notice" in page and "Not answered yet: equality." in page
    answer = officer.post(reverse("notice_propose", args=[notice.pk]), {"reasons": "A holiday."})
    assert answer.status_code == 400 and "Not answered yet: equality." in text_of(answer)


def test_sent_back_and_refused_need_words_the_school_reads(officer: Client) -> None:
    pupil = absent()
    from tests.web.penalties.test_request_writing import begun, evidenced

    staff, _ = sign_in("school_staff", school=pupil.school)
    request = begun(staff, pupil)
    staff.post(reverse("notice_request_ask", args=[request.pk]), evidenced(request))
    for name in ("return", "refuse"):
        wrong = officer.post(reverse(f"notice_request_{name}", args=[request.pk]), {f"{name}-reasons": " "})
        assert wrong.status_code == 400 and "Give the reasons" in text_of(wrong)
    officer.post(
        reverse("notice_request_refuse", args=[request.pk]), {"refuse-reasons": "Support comes first here."}
    )
    request.refresh_from_db()
    assert (request.state, Decision.objects.get(kind="notice_request").reasons) == (
        "refused",
        "Support comes first here.",
    )
    assert "Support comes first here." in page_of(staff, request)
    assert (
        Deadline.objects.get(about_id=str(request.pk), about_kind="penalties.noticerequest").state != "open"
    )


def test_the_services_own_request_has_no_school_to_be_sent_back_to(
    officer: Client, one: NoticeRequest
) -> None:
    assert reverse("notice_request_return", args=[one.pk]) not in page_of(officer, one)
    answer = post(officer, "notice_request_return", one, return__reasons="Something is missing.")
    assert answer.status_code == 400 and "there is no school to send it to" in text_of(answer)


def test_an_officer_changes_the_sessions_while_checking_and_the_reason_stays(
    officer: Client, one: NoticeRequest
) -> None:
    first = f"{one.sessions[0]['date']} {one.sessions[0]['half']}"
    said = {"part": "sessions", "picked": [first], "because": "Only the first day."}
    assert officer.post(reverse("notice_request_sessions", args=[one.pk]), said).status_code == 302
    one.refresh_from_db()
    assert (len(one.sessions), one.because) == (1, "Only the first day.")


def test_marks_that_change_are_said_and_have_to_be_chosen_again(officer: Client, one: NoticeRequest) -> None:
    a_parent(one.pupil)
    day = days_before(one.pupil.school)[0]
    give(one.pupil, {(day, "AM"): "I"})
    page = page_of(officer, one)
    assert "The register shows another mark by now for 1 session: choose again." in page
    assert "is not marked as an unauthorised absence any more" in page


def test_a_request_is_taken_on_and_given_by_a_manager(
    signed_in: tuple[Client, User], one: NoticeRequest
) -> None:
    client, user = signed_in
    other = UserFactory(role="ewo")
    wrong = post(client, "notice_request_owner", one, owner=other.pk)
    assert wrong.status_code == 400
    post(client, "notice_request_owner", one, owner=user.pk)
    one.refresh_from_db()
    assert one.owner == user
    assert Deadline.objects.get(about_id=str(one.pk)).owner == user
    manager, _ = sign_in("service_manager")
    post(manager, "notice_request_owner", one, owner=other.pk)
    one.refresh_from_db()
    assert one.owner == other


def test_the_notice_to_improve_that_came_first_is_linked(officer: Client, one: NoticeRequest) -> None:
    a_parent(one.pupil)
    answered(one, UserFactory(role="ewo"), support="given", improvement="given")
    given = Improvement.objects.create(
        pupil=one.pupil, school=one.school, state="ended", starts_on=date(2026, 9, 7), school_weeks=6, target=0,
        record_from=date(2026, 9, 1), record_to=date(2026, 11, 20), made_by=UserFactory(role="ewo"), made_at=one.made_at,
    )  # fmt: skip
    assert "Link the notice to improve that was given." in page_of(officer, one)
    post(officer, "notice_improvement_link", one, improvement=given.pk)
    one.refresh_from_db()
    assert one.improvement == given
    assert "Link the notice to improve" not in page_of(officer, one)
    wrong = post(officer, "notice_improvement_link", one, improvement="")
    assert wrong.status_code == 400 and "Choose the notice to improve" in text_of(wrong)


def test_a_decided_request_is_read_and_not_worked_on(officer: Client) -> None:
    notice = a_notice()
    page = page_of(officer, notice.request)
    assert "Answer again" not in page and "Considered with the school." in page
    assert reverse("notice", args=[notice.pk]) in page
    answer = post(officer, "notice_check_answer", notice.request, name="send", send__value="considered",
                  send__text="Again.")  # fmt: skip
    assert answer.status_code == 400 and "there is nothing to check" in text_of(answer)


def test_the_legal_co_ordinator_reads_the_check_and_has_no_forms(one: NoticeRequest) -> None:
    a_parent(one.pupil)
    client, _ = sign_in("legal_coordinator")
    page = page_of(client, one)
    assert "Before this can be issued" in page and "Choose this parent" not in page
    assert post(client, "notice_check_answer", one, name="support").status_code == 403


def test_the_page_asks_no_more_of_the_database_for_more_parents(officer: Client, one: NoticeRequest) -> None:
    a_parent(one.pupil)
    page_of(officer, one)
    with CaptureQueriesContext(connection) as few:
        page_of(officer, one)
    for _ in range(4):
        a_parent(one.pupil)
    with CaptureQueriesContext(connection) as many:
        page_of(officer, one)
    assert len(many) <= len(few) <= 40, [q["sql"][:120] for q in many]
