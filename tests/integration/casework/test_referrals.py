"""A referral's way: consulted, written, signed, sent in rounds, checked, answered; and what a school may not skip."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import AddressFactory, ConflictFactory, ParentFactory, PupilFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, at, later
from tests.factories_cases import a_case
from tests.factories_referrals import (
    a_consultation,
    a_referral,
    a_school_user,
    an_absentee,
    an_answer,
    checked,
    written,
)

from mainstay.service.accounts.announcements import left
from mainstay.service.accounts.models import User
from mainstay.service.casework import readiness, referral_dates
from mainstay.service.casework.actions import (
    cases,
    checklists,
    consulting,
    evidence,
    referral_letters,
    referring,
    sending,
)
from mainstay.service.casework.actions import checking_referrals as checking
from mainstay.service.casework.actions import deciding_referrals as deciding
from mainstay.service.casework.checklist import DEFAULT, Item
from mainstay.service.casework.models import Case, Referral, ReferralItem, ReferralLetter, ReferralPaper
from mainstay.service.common.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.merging import merge_pupils
from mainstay.service.directory.models import Parent
from mainstay.service.documents.models import Document
from mainstay.service.record.deadlines import finish
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db


def last_day(one: Referral, rule: str) -> date:
    return (
        Deadline.objects.open().get(about_kind="casework.referral", about_id=str(one.pk), rule=rule).last_day
    )


def test_nothing_is_sent_without_a_consultation_about_that_child() -> None:
    pupil = an_absentee()
    one = a_referral("draft", pupil=pupil, consulted=False)
    written(one, a_school_user(pupil), at())
    head = a_school_user(pupil, "head_teacher")
    officer = UserFactory(role="ewo")
    a_consultation(a_child(school=pupil.school))  # another child
    consulting.log(
        pupil=None, school=pupil.school, officer=officer, spoke_with="Jo", on=date(2026, 11, 20), how="phone",
        concern="In general.", advice="Look at Mondays.", outcome="proceed", by=officer, at=at(),
    )  # fmt: skip
    with pytest.raises(StepRefused, match="Consult the link officer"):
        sending.sign(referral_id=one.pk, by=head, at=at())
    a_consultation(pupil)
    assert sending.sign(referral_id=one.pk, by=head, at=at()).state == "signed"


def test_the_head_signs_what_is_whole_and_what_is_signed_is_not_written_on() -> None:
    one = a_referral("draft")
    staff, head = a_school_user(one.pupil), a_school_user(one.pupil, "head_teacher")
    with pytest.raises(StepRefused, match=r"Write why you refer.*what the child says.*Answer every line"):
        sending.sign(referral_id=one.pk, by=head, at=at())
    written(one, staff, at())
    sending.ask_to_sign(referral_id=one.pk, by=staff, at=at())
    with pytest.raises(StepRefused, match="Your role cannot sign"):
        sending.sign(referral_id=one.pk, by=staff, at=at())
    sending.sign(referral_id=one.pk, by=head, at=at())
    with pytest.raises(StepRefused, match="signed anew"):
        referring.write(referral_id=one.pk, part="reasons", reasons="Else", tried="Else", by=staff, at=at())
    sending.reopen(referral_id=one.pk, by=staff, at=at())
    one.refresh_from_db()
    assert (one.state, one.signed_by) == ("draft", None)
    with pytest.raises(StepRefused, match="You cannot send the referral"):
        sending.submit(referral_id=one.pk, by=staff, at=at())


def test_what_would_be_sent_back_is_said_before_and_the_register_answers_for_itself() -> None:
    pupil = an_absentee(sessions=4)
    one = a_referral("written", pupil=pupil)
    staff = a_school_user(pupil)
    item = one.items.get(key="visits")
    with pytest.raises(StepRefused, match="Give the reason"):
        referring.answer(item_id=item.pk, state="not_applicable", words=" ", by=staff, at=at())
    referring.answer(item_id=item.pk, state="not_met", words="Nobody could go.", by=staff, at=at())
    readiness.held(one, date(2026, 11, 23))
    said = readiness.would_be_sent_back(one)
    assert any("Home visits" in words and "Nobody could go" in words for words in said)
    assert any("4 unauthorised sessions" in words and "10 are asked for" in words for words in said)
    window = one.items.get(key="window")
    with pytest.raises(StepRefused, match="counted from the register"):
        referring.answer(item_id=window.pk, state="met", words="", by=staff, at=at())
    referring.answer(item_id=window.pk, state="not_applicable", words="Illness alone.", by=staff, at=at())
    again = Referral.objects.get(pk=one.pk)
    readiness.held(again, date(2026, 11, 23))
    assert not any("unauthorised" in words for words in readiness.would_be_sent_back(again))


def test_sending_starts_two_clocks_and_the_check_counts_that_schools_days() -> None:
    one = a_referral("submitted")
    assert last_day(one, referral_dates.ACKNOWLEDGE) == date(2026, 11, 25)
    # ten school days after Monday 23 November
    assert last_day(one, referral_dates.CHECK) == date(2026, 12, 7)
    assert one.owner is not None and one.owner == one.school.link_officers.get().officer
    window = one.items.get(key="window")
    assert window.state == "met" and "12 unauthorised sessions" in window.words


def test_the_clock_stands_still_only_for_a_reason_and_then_goes_on() -> None:
    one, officer = a_referral("acknowledged"), UserFactory(role="ewo")
    with pytest.raises(StepRefused, match="Say why the clock stands still"):
        checking.pause(referral_id=one.pk, because=" ", by=officer, at=at())
    checking.pause(referral_id=one.pk, because="The school is flooded.", by=officer, at=later(1))
    still = Deadline.objects.get(about_kind="casework.referral", rule=referral_dates.CHECK)
    assert (still.get_state_display(), still.closed_at) == ("Paused", None)
    with pytest.raises(StepRefused, match="stands still"):
        finish(deadline=still, found="Done.", by=officer, at=later(2))
    with pytest.raises(StepRefused, match="clock stands still"):
        deciding.reject(referral_id=one.pk, reasons="No.", advice="None.", by=officer, at=later(2))
    checking.resume(referral_id=one.pk, by=officer, at=later(3))  # two school days stood still
    assert last_day(one, referral_dates.CHECK) == date(2026, 12, 9)


def test_a_referral_comes_back_with_its_gaps_and_is_right_the_second_time() -> None:
    one, officer = a_referral("acknowledged"), UserFactory(role="ewo")
    staff, head = a_school_user(one.pupil), a_school_user(one.pupil, "head_teacher")
    item = one.items.get(key="visits")
    with pytest.raises(StepRefused, match="Say what is missing: Home visits"):
        checking.check(referral_id=one.pk, verdicts={item.pk: ("gap", " ")}, by=officer, at=at())
    with pytest.raises(StepRefused, match="Mark at least one line"):
        deciding.send_back(referral_id=one.pk, words="", by=officer, at=at())
    with pytest.raises(StepRefused, match="Check every line"):
        deciding.accept(referral_id=one.pk, by=officer, at=at())
    checked(one, officer, at(), {"visits": "The log of visits"})
    with pytest.raises(StepRefused, match="missing or not enough"):
        deciding.accept(referral_id=one.pk, by=officer, at=at())
    deciding.send_back(referral_id=one.pk, words="Nearly there.", by=officer, at=at())
    one.refresh_from_db()
    first = one.rounds.get()
    assert (one.state, one.signed_by, first.answer, len(first.gaps)) == ("returned", None, "returned", 1)
    assert "The log of visits" in first.gaps[0]
    mail = Message.objects.latest("pk")
    assert "sent back" in mail.body and one.pupil.surname not in mail.body + mail.subject

    evidence.add(item_id=item.pk, way="hand", sent_on=date(2026, 11, 24), words="Log", by=staff, at=later(1))
    sending.sign(referral_id=one.pk, by=head, at=later(1))
    sending.submit(referral_id=one.pk, by=staff, at=later(1))
    checking.acknowledge(referral_id=one.pk, by=officer, at=later(1))
    assert one.items.filter(verdict="").count() == 1  # what was accepted before stays so
    checking.check(referral_id=one.pk, verdicts={item.pk: ("good", "")}, by=officer, at=later(2))
    with pytest.raises(StepRefused, match="Confirm that the papers"):
        deciding.accept(referral_id=one.pk, by=officer, at=later(2))
    evidence.receive(paper_id=ReferralPaper.objects.get(words="Log").pk, by=officer, at=later(2))
    done = deciding.accept(referral_id=one.pk, by=officer, at=later(2))
    assert [r.answer for r in done.rounds.all()] == ["returned", "accepted"]
    assert done.case is not None and done.case.owner == one.school.link_officers.get().officer
    assert not Deadline.objects.open().filter(about_kind="casework.referral").exists()


def test_accepting_writes_to_each_parent_alone_and_never_posts_where_it_may_not_be_safe() -> None:
    pupil = an_absentee()
    safely, sealed = (
        ParentFactory(of=pupil, safe_contact="Only by telephone."),
        ParentFactory(of=pupil, surname="Else"),
    )
    AddressFactory(parent=safely, lines="2 Other Road")
    AddressFactory(parent=sealed, lines="3 Secret Road", confidential=True)
    one, officer = a_referral("acknowledged", pupil=pupil), UserFactory(role="ewo")
    an_answer("accepted", one, officer)
    letters = ReferralLetter.objects.filter(referral=one, kind="accepted").select_related(
        "document", "service"
    )
    posted = [letter for letter in letters if letter.service is not None]
    assert len(letters) == 3 and [letter.service.sent_on for letter in posted] == [None, None]  # type: ignore[union-attr]
    for letter in letters:
        values = str(letter.document.values)
        assert ("3 Secret Road" in values) == (letter.parent_id == sealed.pk)
        assert "2 Other Road" not in values
    waiting = letters.get(parent=safely)
    assert waiting.service is None
    with pytest.raises(StepRefused, match="has to be handed over"):
        referral_letters.given(
            letter_id=waiting.pk, method="first_class_post", on=date(2026, 11, 23), by=officer, at=at()
        )


def test_a_schools_letter_knows_no_sealed_address_and_counts_as_telling_that_parent() -> None:
    pupil = an_absentee()
    sealed = ParentFactory(of=pupil)
    AddressFactory(parent=sealed, lines="3 Secret Road", confidential=True)
    one, staff = a_referral("draft", pupil=pupil), a_school_user(pupil)
    said: dict[str, Any] = {"referral_id": one.pk, "parent": sealed, "by": staff, "at": at()}
    with pytest.raises(StepRefused, match="what was tried"):
        referral_letters.write_told(**said)
    referring.write(referral_id=one.pk, part="reasons", reasons="Mondays.", tried="Met.", by=staff, at=at())
    letter = referral_letters.write_told(**said)
    assert "Secret" not in str(letter.document.values)
    with pytest.raises(StepRefused, match="made already"):
        referral_letters.write_told(**said)
    with pytest.raises(StepRefused, match="not recorded as a parent"):
        referral_letters.write_told(**(said | {"parent": ParentFactory()}))
    referral_letters.given(letter_id=letter.pk, method="hand", on=date(2026, 11, 23), by=staff, at=at())
    line = one.parents.get(parent=sealed)
    assert (line.told, line.told_on) == ("letter", date(2026, 11, 23))
    assert not one.parents.exclude(parent=sealed).exists()
    assert Document.objects.filter(kind="referral_told").count() == 1


def test_a_parent_need_not_be_told_where_that_is_not_safe_but_the_reason_is_needed() -> None:
    one = a_referral("draft")
    staff, parent = a_school_user(one.pupil), Parent.objects.get()
    said: dict[str, Any] = {
        "referral_id": one.pk, "parent": parent, "language": "English", "interpreter": False, "needs": "",
        "told": "not", "told_on": None, "by": staff, "at": at(),
    }  # fmt: skip
    with pytest.raises(StepRefused, match="would not be safe"):
        referring.write_parent(told_words=" ", **said)
    line = referring.write_parent(told_words="The social worker advised against it.", **said)
    readiness.held(one, date(2026, 11, 23))
    assert line.told == "not" and readiness.parents_missing(one) is None


def test_a_manager_accepts_despite_gaps_with_a_reason_and_they_stay_written() -> None:
    one, officer, manager = (
        a_referral("acknowledged"),
        UserFactory(role="ewo"),
        UserFactory(role="service_manager"),
    )
    checked(one, officer, at(), {"plan": "No plan"})
    with pytest.raises(StepRefused, match="Your role cannot"):
        deciding.override(referral_id=one.pk, reasons="Urgent.", by=officer, at=at())
    with pytest.raises(StepRefused, match="Give your reasons"):
        deciding.override(referral_id=one.pk, reasons=" ", by=manager, at=at())
    assert not Case.objects.exists()
    done = deciding.override(referral_id=one.pk, reasons="The child cannot wait.", by=manager, at=at())
    sent = done.rounds.get()
    assert (done.state, sent.answer, len(sent.gaps)) == ("accepted", "overridden", 1)
    assert done.decision is not None and "No plan" in done.decision.evidence


def test_a_rejection_is_appealed_in_time_and_another_manager_decides() -> None:
    manager, other = UserFactory(role="service_manager"), UserFactory(role="service_manager")
    one = an_answer("rejected", a_referral("acknowledged"), manager)
    staff = a_school_user(one.pupil)
    with pytest.raises(StepRefused, match="time to appeal ended on Monday 30 November 2026"):
        deciding.appeal(referral_id=one.pk, words="Look again.", by=staff, at=later(8))
    deciding.appeal(referral_id=one.pk, words="Look again.", by=staff, at=later(7))
    assert last_day(one, referral_dates.APPEAL) == date(2026, 12, 7)
    with pytest.raises(StepRefused, match="somebody else decides"):
        deciding.uphold(referral_id=one.pk, reasons="No.", by=manager, at=later(8))
    done = deciding.allow(referral_id=one.pk, reasons="Enough was tried.", by=other, at=later(8))
    assert done.state == "accepted" and done.case is not None and done.rounds.get().answer == "rejected"


def test_a_rejection_advises_and_another_way_is_named() -> None:
    one, officer = a_referral("acknowledged"), UserFactory(role="ewo")
    with pytest.raises(StepRefused, match="Advise the school"):
        deciding.reject(referral_id=one.pk, reasons="No.", advice="", by=officer, at=at())
    with pytest.raises(StepRefused, match="Choose the way"):
        deciding.divert(referral_id=one.pk, way="home", reasons="No.", by=officer, at=at())
    done = an_answer("diverted", one, officer)
    assert (done.state, done.way, Case.objects.count()) == ("diverted", "medical", 0)
    assert Entry.objects.filter(kind="referral", audience="school", title__contains="Medical needs").exists()
    referring.start(
        pupil=one.pupil, by=a_school_user(one.pupil), at=later(1)
    )  # the child can be referred anew


def test_one_referral_is_open_at_a_time_and_none_beside_a_case() -> None:
    one, officer = a_referral("acknowledged"), UserFactory(role="ewo")
    staff = a_school_user(one.pupil)
    with pytest.raises(StepRefused, match="open already"):
        referring.start(pupil=one.pupil, by=staff, at=at())
    an_answer("accepted", one, officer)
    with pytest.raises(StepRefused, match="works with this child already"):
        referring.start(pupil=one.pupil, by=staff, at=at())
    with pytest.raises(StepRefused, match="your role cannot"):
        referring.start(pupil=a_child(), by=officer, at=at())


def test_a_referral_keeps_the_checklist_it_began_with() -> None:
    before, manager = a_referral("draft"), UserFactory(role="service_manager")
    items = [*DEFAULT.items, Item("own-1", "Transport was looked into", "A note", "Ours")]
    said: dict[str, Any] = {
        "items": items,
        "window_sessions": 8,
        "window_weeks": 6,
        "by": manager,
        "at": at(),
    }
    for wrong, words in (({"reason": " "}, "Say why"), ({"since": date(2026, 11, 22)}, "from today on")):
        with pytest.raises(StepRefused, match=words):
            checklists.set_version(**({"since": date(2026, 11, 23), "reason": "Agreed."} | said | wrong))
    made = checklists.set_version(since=date(2026, 11, 24), reason="Agreed with schools.", **said)
    with pytest.raises(StepRefused, match="Nothing would change"):
        checklists.set_version(since=date(2026, 11, 24), reason="Again.", **said)
    after = referring.start(pupil=(other := an_absentee()), by=a_school_user(other), at=later(1))
    assert (before.items.count(), before.checklist) == (18, None)
    assert (after.items.count(), after.checklist) == (19, made)
    assert ReferralItem.objects.get(key="own-1").referral == after


def test_of_two_records_of_a_child_one_referral_stays_open() -> None:
    first = a_referral("draft")
    second = a_referral(
        "submitted", pupil=(other := an_absentee(school=first.school, surname=first.pupil.surname))
    )
    other.date_of_birth = date(2014, 5, 5)
    other.save()
    merge_pupils(kept=first.pupil, other=other, by=UserFactory(role="service_manager"), at=later(1))
    second.refresh_from_db()
    assert (second.pupil, second.state, second.rounds.get().answer) == (first.pupil, "withdrawn", "withdrawn")
    assert Referral.objects.open().get(pupil=first.pupil) == first


def test_a_school_writes_nothing_about_a_child_who_has_left() -> None:
    one = a_referral("draft")
    one.pupil.enrolments.update(left_on=TODAY - timedelta(days=1))
    with pytest.raises(StepRefused, match="has left your school"):
        referring.write(referral_id=one.pk, part="reasons", by=one.made_by, at=at(), reasons="More")


def test_an_officer_in_conflict_is_given_nothing() -> None:
    one = a_referral("submitted")
    manager = UserFactory(role="service_manager")
    officer = UserFactory(role="ewo")
    ConflictFactory(user=officer, pupil=one.pupil)
    officer = User.objects.get(pk=officer.pk)
    with pytest.raises(StepRefused, match="may not see the referral"):
        checking.take_on(referral_id=one.pk, owner=officer, by=manager, at=at())
    case = a_case(one.pupil, owner=None)
    with pytest.raises(StepRefused, match="may not see the case"):
        cases.allocate(case_id=case.pk, owner=officer, because="", by=manager, at=at())


def test_a_leavers_referrals_pass_to_the_link_officer() -> None:
    one, officer = a_referral("submitted"), UserFactory(role="ewo")
    checking.take_on(referral_id=one.pk, owner=officer, by=officer, at=at())
    left.send(user=officer, at=later(1))
    one.refresh_from_db()
    assert one.owner == one.school.link_officers.get().officer


def test_a_consultation_is_about_a_child_of_that_school() -> None:
    pupil, elsewhere = an_absentee(), PupilFactory()
    staff = a_school_user(pupil)
    assert a_consultation(pupil, by=staff).from_school
    with pytest.raises(StepRefused, match="cannot see this child"):
        a_consultation(elsewhere, school=pupil.school, by=staff)
    with pytest.raises(StepRefused, match="not on the roll"):
        a_consultation(elsewhere, school=pupil.school)
    with pytest.raises(StepRefused, match="Choose the officer"):
        a_consultation(pupil, officer=staff)
    with pytest.raises(StepRefused, match="in the future"):
        a_consultation(pupil, on=date(2026, 11, 24))
