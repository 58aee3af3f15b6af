"""The joint decision on a roll, and handing a child to an officer."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import TODAY, a_child, at, days_before, give, marked
from tests.factories_missing import accepted, an_officer

from mainstay.service.casework.models import Case
from mainstay.service.common.outbox.models import Message as Mail
from mainstay.service.common.steps import StepRefused
from mainstay.service.missing import papers
from mainstay.service.missing.actions import beginning, due, enquiring, handing, notifications, rolls
from mainstay.service.missing.models import DueReturn, MissingChild
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db


def gone(days: int = 21, break_with: str = "") -> tuple[MissingChild, Any, Any]:
    """A search about a pupil whose last school days are all O; the attendance lead and the head teacher."""
    pupil = a_child()
    schooldays = days_before(pupil.school)
    marks = marked(schooldays, "O", 2 * days, start=len(schooldays) - days)
    if break_with:
        marks[schooldays[-5], "AM"] = break_with
    give(pupil, marks)
    lead = UserFactory(role="school_staff", school=pupil.school)
    head = UserFactory(role="head_teacher", school=pupil.school)
    one = beginning.begin(
        pupil=pupil, absent_from=schooldays[-days], reason="gone", told="Nobody answers.", by=lead, at=at()
    )
    return one, lead, head


def case(**more: Any) -> rolls.Case:
    said = {
        "ground": "I",
        "located": False,
        "not_sick_because": "Seen in good health.",
        "efforts": "Calls and visits.",
    }
    return rolls.Case(**{**said, **more})  # type: ignore[arg-type]


def test_both_sign_and_the_form_is_kept() -> None:
    one, lead, head = gone()
    officer = an_officer()
    row = rolls.propose(child_id=one.pk, case=case(), by=lead, at=at())
    rolls.sign(decision_id=row.pk, by=head, at=at())
    with pytest.raises(StepRefused, match="signed already"):
        rolls.sign(decision_id=row.pk, by=head, at=at())
    with pytest.raises(StepRefused, match="role"):
        rolls.sign(decision_id=row.pk, by=lead, at=at())
    row = rolls.sign(decision_id=row.pk, by=officer, at=at())
    assert row.outcome == "delete"
    assert row.document is not None
    assert len((row.marks or {})["days"]) == 21


def test_after_both_signatures_the_return_is_due_and_not_from_before_that_day() -> None:
    one, lead, head = gone()
    row = rolls.propose(child_id=one.pk, case=case(), by=lead, at=at())
    rolls.sign(decision_id=row.pk, by=head, at=at())
    assert dict(papers.of_roll(one, row)["facts"]).get("The name may be deleted from") is None
    row = rolls.sign(decision_id=row.pk, by=an_officer(), at=at())
    assert dict(papers.of_roll(one, row)["facts"])["The name may be deleted from"].startswith(
        "Monday 23 November 2026"
    )
    told = Mail.objects.filter(subject__contains="signed by both")
    assert {mail.to for mail in told} == {lead.email, head.email}
    assert not any(one.surname in mail.body for mail in told)
    due_return = DueReturn.objects.get()
    assert (due_return.kind, due_return.on, due_return.due_on) == ("leaver", TODAY, TODAY)
    due.find(on=TODAY, at=at())
    due_return.refresh_from_db()
    assert due_return.state == "due", "the nightly look keeps it"
    with pytest.raises(StepRefused, match="signed the deletion already"):
        rolls.propose(child_id=one.pk, case=case(), by=lead, at=at())

    said = {
        "address": "1 Road", "parents": "Jo", "numbers": "01632 960001", "absent_from": "2026-10-20", "joint_decision": True,
        "ctf_name": "8529999_CTF_XXXXXXX_001.xml",
    }  # fmt: skip
    early, _ = notifications.send(
        kind="leaver", school=one.school, pupil=one.pupil, first_on=TODAY - timedelta(days=7), ground="I", said=said,
        by=lead, at=at(),
    )  # fmt: skip
    assert early.state == "back"
    assert any("23 November 2026: the name cannot be deleted" in words for words in early.problems)
    assert not early.answer["lawful"]
    sent = notifications.correct(
        notification_id=early.pk, first_on=TODAY + timedelta(days=20), last_on=None, ground="I", said=said, by=lead,
        at=at(),
    )  # fmt: skip
    due_return.refresh_from_db()
    assert (sent.state, due_return.state) == ("sent", "made")


@pytest.mark.parametrize("code", ["U", "I", "C", "/"])
def test_any_other_code_breaks_the_run(code: str) -> None:
    one, lead, _ = gone(break_with=code)
    with pytest.raises(StepRefused, match="does not show enough"):
        rolls.propose(child_id=one.pk, case=case(), by=lead, at=at())


def test_ground_h_needs_the_leave_and_what_was_done_together() -> None:
    one, lead, _ = gone(days=12)
    with pytest.raises(StepRefused, match="last day of the leave"):
        rolls.propose(child_id=one.pk, case=case(ground="H"), by=lead, at=at())
    with pytest.raises(StepRefused, match="done together"):
        rolls.propose(child_id=one.pk, case=case(efforts=" "), by=lead, at=at())
    leave = days_before(one.school)[-13]
    row = rolls.propose(child_id=one.pk, case=case(ground="H", leave_ended_on=leave), by=lead, at=at())
    assert row.from_day == days_before(one.school)[-12]


def test_a_child_who_came_back_is_not_signed_away_and_stays_on_roll() -> None:
    one, lead, head = gone()
    row = rolls.propose(child_id=one.pk, case=case(), by=lead, at=at())
    give(one.pupil, {(TODAY, "AM"): "/", (TODAY, "PM"): "\\"})
    with pytest.raises(StepRefused, match="any more"):
        rolls.sign(decision_id=row.pk, by=head, at=at())
    row = rolls.keep(decision_id=row.pk, because="Back today.", by=head, at=at())
    assert row.outcome == "keep"


def test_a_child_in_the_register_after_the_day_last_seen_is_said() -> None:
    one, _, _ = gone()
    assert rolls.disagrees(one, TODAY) == ""
    give(one.pupil, {(TODAY, "AM"): "/"})
    assert "present on Monday 23 November 2026" in rolls.disagrees(one, TODAY)


def test_an_officer_accepts_and_a_case_is_opened() -> None:
    one, _, _ = gone(3)
    officer, ewo = an_officer(), UserFactory(role="ewo")
    MissingChild.objects.filter(pk=one.pk).update(state="enquiries", received_on=TODAY)
    row = handing.hand_over(child_id=one.pk, to=ewo, asked="Please visit.", by=officer, at=at())
    due = Deadline.objects.get(about_kind="missing.handover", about_id=str(row.pk))
    assert (due.owner, due.last_day) == (ewo, date(2026, 11, 25))
    with pytest.raises(StepRefused, match="somebody else"):
        handing.accept(handover_id=row.pk, answer="", by=UserFactory(role="ewo"), at=at())
    row = handing.accept(handover_id=row.pk, answer="On my way.", by=ewo, at=at())
    opened = Case.objects.get(pupil=one.pupil)
    assert (row.opened, opened.owner) == (opened.number, ewo)
    due.refresh_from_db()
    assert due.state == "met"


def test_an_officer_returns_it_with_words_and_the_log_is_shared() -> None:
    officer, ewo = an_officer(), UserFactory(role="ewo")
    one = accepted(officer)
    row = handing.hand_over(child_id=one.pk, to=None, asked="Please visit.", by=officer, at=at())
    with pytest.raises(StepRefused, match="why it goes back"):
        handing.send_back(handover_id=row.pk, answer="", by=ewo, at=at())
    row = handing.send_back(handover_id=row.pk, answer="Nobody there.", by=ewo, at=at() + timedelta(hours=1))
    assert (row.state, row.to, row.opened) == ("returned", ewo, "")
    enquiring.write(child_id=one.pk, text="I try again.", between="service", by=ewo, at=at())
    with pytest.raises(StepRefused, match="No school"):
        enquiring.write(child_id=one.pk, text="Hello.", between="school", by=ewo, at=at())
