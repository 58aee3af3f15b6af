"""Enquiries to other authorities: awaited is unknown, an answer counts as our own notices do."""

from datetime import date
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import at
from tests.factories_penalties import a_notice, an_earlier
from tests.unit.documents.reading import pages_of

from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.penalties.actions import checking, enquiring
from mainstay.service.penalties.actions.enquiring import Told
from mainstay.service.penalties.models import EarlierNotice, Enquiry, Notice
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Any:
    return UserFactory(role="ewo")


def asked(notice: Notice, officer: Any, **given: Any) -> Enquiry:
    said = {
        "authority": "Invented Borough Council", "email": "crossborder@example.org", "school": "Invented Infant School",
        "how": "By encrypted message", "by": officer, "at": at(),
    }  # fmt: skip
    return enquiring.ask(notice_id=notice.pk, **(said | given))


def answered(enquiry: Enquiry, officer: Any, outcome: str, *notices: Told, **given: Any) -> Enquiry:
    said = {
        "answered_on": date(2026, 11, 25), "answered_by": "Sam Other", "text": "", "by": officer,
        "at": at(date(2026, 11, 25)), "notices": notices,
    }  # fmt: skip
    return enquiring.answer(enquiry_id=enquiry.pk, outcome=outcome, **(said | given))


def test_it_asks_by_a_letter_that_names_parent_and_child_and_no_address(officer: Any) -> None:
    notice = a_notice("draft")
    enquiry = asked(notice, officer)
    assert enquiry.letter
    text = " ".join(pages_of(store.read(enquiry.letter.file)))
    for words in (
        notice.parent.name, notice.pupil.forename, "Invented Infant School", f"CB-{enquiry.pk:07}",
        "Monday 7 December 2026", "By encrypted message",
    ):  # fmt: skip
        assert words in text
    assert "Invented Road" not in text
    task = Deadline.objects.get(rule="enquiry-chase")
    assert (task.last_day, task.owner, task.label) == (
        date(2026, 12, 7), officer, f"Enquiry {enquiry.pk}: chase the answer",
    )  # fmt: skip
    assert Entry.objects.get(kind="enquiry").audience == "service"


def test_while_the_answer_is_awaited_nothing_can_be_issued(officer: Any) -> None:
    notice = a_notice("draft")
    asked(notice, officer)
    with pytest.raises(StepRefused, match="unknown"):
        checking.propose(notice_id=notice.pk, reasons="A holiday.", by=officer, at=at())


def test_chasing_begins_the_time_anew(officer: Any) -> None:
    enquiry = asked(a_notice("draft"), officer)
    done = enquiring.chase(enquiry_id=enquiry.pk, how="By telephone", by=officer, at=at(date(2026, 12, 8)))
    assert done.chased_on == ["2026-12-08"]
    task = Deadline.objects.get(rule="enquiry-chase")
    assert (task.state, task.last_day) == ("open", date(2026, 12, 22))
    with pytest.raises(StepRefused, match="today already"):
        enquiring.chase(enquiry_id=enquiry.pk, how="", by=officer, at=at(date(2026, 12, 8)))


def test_an_answer_that_there_were_none_lets_the_notice_go_on_as_the_first(officer: Any) -> None:
    notice = a_notice("draft")
    done = answered(asked(notice, officer), officer, "none")
    assert (done.outcome, done.answered_by) == ("none", "Sam Other")
    assert Deadline.objects.get(rule="enquiry-chase").state == "met"
    proposed = checking.propose(
        notice_id=notice.pk, reasons="A holiday.", by=officer, at=at(date(2026, 11, 25))
    )
    assert proposed.answer and proposed.answer["position"] == "first"


def test_a_notice_the_other_authority_tells_of_counts_as_our_own(officer: Any) -> None:
    notice = a_notice("draft")
    told = Told(issued_on=date(2025, 3, 3), outcome="paid", reference="IB-44", offence_from=date(2025, 2, 3))
    answered(asked(notice, officer), officer, "notices", told)
    row = EarlierNotice.objects.get()
    assert (row.issuer, row.reference, row.outcome) == ("Invented Borough Council", "IB-44", "paid")
    assert (row.parent, row.pupil) == (notice.parent, notice.pupil)
    proposed = checking.propose(
        notice_id=notice.pk, reasons="A holiday.", by=officer, at=at(date(2026, 11, 25))
    )
    assert proposed.answer and proposed.answer["position"] == "second"


def test_one_that_is_known_already_is_not_counted_twice(officer: Any) -> None:
    notice = a_notice("draft")
    an_earlier(
        notice.parent, notice.pupil, date(2025, 3, 3), issuer="Invented Borough Council", reference="IB-44"
    )
    told = Told(issued_on=date(2025, 3, 3), outcome="paid", reference="IB-44")
    answered(asked(notice, officer), officer, "notices", told)
    assert EarlierNotice.objects.count() == 1


def test_an_answer_makes_a_notice_issued_meanwhile_a_task(officer: Any) -> None:
    draft = a_notice("draft")
    enquiry = asked(draft, officer)
    Notice.objects.filter(pk=draft.pk).update(state="refused")
    issued = a_notice_beside(draft, enquiry)
    answered(enquiry, officer, "notices", Told(issued_on=date(2025, 3, 3), outcome="paid"))
    assert Deadline.objects.get(rule="notice-position").about_id == str(issued.pk)


def a_notice_beside(draft: Notice, enquiry: Enquiry) -> Notice:
    """One issued to the same parent before anybody knew that an answer was awaited."""
    Enquiry.objects.filter(pk=enquiry.pk).update(outcome="none", answered_on=date(2026, 11, 23))
    Notice.objects.filter(pk=draft.pk).delete()
    issued = a_notice(request=draft.request, parent=draft.parent, pupil=draft.pupil)
    Enquiry.objects.filter(pk=enquiry.pk).update(outcome="awaited", answered_on=None)
    return issued


@pytest.mark.parametrize(
    ("said", "notices", "words"),
    [
        ({"outcome": "awaited"}, (), "Choose what"),
        ({"outcome": "notices"}, (), "Give each notice"),
        ({"outcome": "none"}, (Told(issued_on=date(2025, 3, 3), outcome="paid"),), "Give each notice"),
        ({"outcome": "none", "answered_on": date(2026, 11, 26)}, (), "between the day"),
        ({"outcome": "none", "answered_on": date(2026, 11, 22)}, (), "between the day"),
        ({"outcome": "none", "answered_by": " "}, (), "Say who"),
        ({"outcome": "notices"}, (Told(issued_on=date(2026, 11, 26), outcome="open"),), "after the answer"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_words(
    officer: Any, said: dict[str, Any], notices: tuple[Told, ...], words: str
) -> None:
    enquiry = asked(a_notice("draft"), officer)
    with pytest.raises(StepRefused, match=words):
        answered(enquiry, officer, said.pop("outcome"), *notices, **said)
    enquiry.refresh_from_db()
    assert enquiry.outcome == "awaited"


def test_a_question_needs_an_authority_a_secure_way_and_is_asked_once(officer: Any) -> None:
    notice = a_notice("draft")
    with pytest.raises(StepRefused, match="which authority"):
        asked(notice, officer, authority=" ")
    with pytest.raises(StepRefused, match="secure way"):
        asked(notice, officer, how=" ")
    enquiry = asked(notice, officer)
    with pytest.raises(StepRefused, match="asked already"):
        asked(notice, officer, authority="invented borough council")
    answered(enquiry, officer, "none")
    with pytest.raises(StepRefused, match="answered already"):
        answered(enquiry, officer, "none")
    with pytest.raises(StepRefused, match="answered already"):
        enquiring.chase(enquiry_id=enquiry.pk, how="", by=officer, at=at())


def test_nothing_is_asked_for_a_notice_that_is_issued_nor_by_a_school(officer: Any) -> None:
    with pytest.raises(StepRefused, match="decided"):
        asked(a_notice(), officer)
    notice = a_notice("draft")
    head = UserFactory(role="head_teacher", school=notice.school)
    with pytest.raises(StepRefused, match="cannot see"):
        asked(notice, head)
    assert not Enquiry.objects.visible_to(head).exists()
