"""Results: checked against the law, told, written to the parent, spent, void and never gone; costs and what courts get."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import TrustFactory, UserFactory
from tests.factories_attendance import at
from tests.factories_court import a_prosecution
from tests.factories_hearings import EVENING, HEARD, decided, heard, legal, listed, served
from tests.factories_penalties import a_notice, a_parent
from tests.unit.documents.reading import pages_of

from mainstay.service.common.exports import csv_lines
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.court import antecedents, court_file, passing, sentencing
from mainstay.service.court.actions import costs, results, stopping, telling, voiding
from mainstay.service.court.actions.results import Decided
from mainstay.service.court.actions.telling import Action
from mainstay.service.court.actions.voiding import Event
from mainstay.service.court.models import Prosecution, Result
from mainstay.service.court.queries import results as shown
from mainstay.service.court.sentencing import Passed
from mainstay.service.directory.models import Address, School
from mainstay.service.documents.service import correct_posting
from mainstay.service.penalties.for_court import COLUMNS
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import notices
from mainstay.service.record.actions import correct_entry
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
FINE = Passed(kind="fine", pence=14600)
WANTED = {"year": None, "verdict": "", "offence": "", "sentence": "", "stands": "", "school": None}


def rules_of(about: Any) -> dict[str, date]:
    found = Deadline.objects.open().filter(about_kind=about._meta.label_lower, about_id=str(about.pk))
    return dict(found.values_list("rule", "last_day"))


def fresh(result: Result) -> Prosecution:
    return Prosecution.objects.get(pk=result.prosecution_id)


REFUSED: Any = (
    ("444(1)", "lesser", (FINE,), {}, "Only on a charge under section 444\\(1A\\)"),
    ("444(1)", "acquitted", (FINE,), {}, "a sentence only on a conviction"),
    ("444(1)", "convicted", (), {}, "Write down the sentence"),
    ("444(1)", "convicted", (Passed(kind="parenting_order", months=6),), {}, "Write down the sentence"),
    ("444(1)", "convicted", (FINE, FINE), {}, "written down once"),
    ("444(1)", "convicted", (Passed(kind="fine", pence=100001),), {}, "The heaviest fine .* is £1,000"),
    ("444(1A)", "lesser", (Passed(kind="fine", pence=100001),), {}, "The heaviest fine .* is £1,000"),
    ("444(1A)", "convicted", (Passed(kind="fine", pence=250001),), {}, "The heaviest fine .* is £2,500"),
    ("444(1)", "convicted", (Passed(kind="custody", months=1),), {}, "cannot be punished with imprisonment"),
    ("444(1A)", "lesser", (Passed(kind="community_order", months=6),), {}, "cannot be punished with imprisonment"),
    ("444(1A)", "convicted", (Passed(kind="custody", months=4),), {}, "3 months at most"),
    ("444(1)", "convicted", (FINE, Passed(kind="parenting_order", months=13)), {}, "may run until .*24 November 2027"),
    ("eso-breach", "convicted", (FINE, Passed(kind="parenting_order", months=6)), {}, "under section 443 or 444 only"),
    ("444(1)", "convicted", (Passed(kind="conditional_discharge", months=37),), {}, "may run until .*24 November 2029"),
    ("444(1)", "convicted", (Passed(kind="fine"),), {}, "how much the fine is"),
    ("444(1)", "convicted", (Passed(kind="conditional_discharge"),), {}, "its length in months"),
    ("444(1)", "convicted", (Passed(kind="deferred", ends_on=HEARD),), {}, "the later day"),
    ("444(1)", "convicted", (FINE,), {"costs_asked_pence": 1, "costs_granted_pence": 2}, "More costs are granted"),
    ("444(1)", "acquitted", (), {"surcharge_pence": 1}, "neither costs nor surcharge"),
    ("443", "acquitted", (), {"supervision_directed": True}, "not here"),
    ("eso-breach", "convicted", (FINE,), {"supervision_directed": True}, "not here"),
)  # fmt: skip


def test_what_the_law_leaves_no_room_for_is_refused_in_words() -> None:
    by = legal()
    one = heard(by, listed(by)).prosecution
    for offence, verdict, passed, sums, words in REFUSED:
        Prosecution.objects.filter(pk=one.pk).update(offence=offence)
        with pytest.raises(StepRefused, match=words):
            said = Decided(verdict=verdict, passed=passed, **sums)
            results.decide(prosecution_id=one.pk, decided=said, by=by, at=EVENING)
    assert not Result.objects.exists()
    with pytest.raises(StepRefused, match="a step of its own"):
        results.decide(prosecution_id=one.pk, decided=Decided(verdict="discontinued"), by=by, at=EVENING)
    with pytest.raises(StepRefused, match="Record the hearing first"):
        other = a_prosecution(state="listed")
        results.decide(prosecution_id=other.pk, decided=Decided(verdict="acquitted"), by=by, at=EVENING)


def test_the_lesser_offence_with_a_parenting_order_and_a_direction() -> None:
    by = legal()
    parenting = Passed(kind="parenting_order", months=6, requirements="A course.")
    result = decided(
        by, FINE, parenting, verdict="lesser", offence="444(1A)", supervision_directed=True,
        costs_asked_pence=20000, costs_granted_pence=12500, surcharge_pence=5800,
    )  # fmt: skip
    one = fresh(result)
    assert (one.state, result.offence, result.on) == ("decided", "444(1)", HEARD)
    assert [sentencing.in_words(part) for part in result.sentences.all()] == [
        "Fine of £146", "Parenting order, 6 months, to Monday 24 May 2027",
    ]  # fmt: skip
    assert result.spent_on == date(2027, 11, 25)
    assert rules_of(result) == {
        "result-told": date(2026, 11, 27), "result-letter": date(2026, 12, 2), "crown-court-appeal": date(2026, 12, 16),
    }  # fmt: skip
    for on, open_still in ((date(2026, 12, 16), True), (date(2026, 12, 17), False)):
        passing.times_over(on=on, last=None)
        assert ("crown-court-appeal" in rules_of(result)) == open_still
    assert Deadline.objects.get(rule="crown-court-appeal").state == "met"
    order = one.case.supervision_orders.get()  # the room of orders goes on from here
    assert rules_of(order)["eso-direction-report"] == date(2027, 1, 19)
    assert sentencing.maximum(one, "444(1A)").custody_months == 3


def test_the_school_and_the_officer_are_told_and_the_parent_is_written_to() -> None:
    by = legal()
    one = a_prosecution(state="listed", legal_owner=by)
    other = a_parent(one.case.pupil, surname="Otherwise")
    head = UserFactory(role="head_teacher", school=one.school)
    result = decided(by, case=one.case, parent=one.parent)
    late = Action("Meet each Monday", HEARD - timedelta(days=1))
    said: dict[str, Any] = {"result_id": result.pk, "by": by, "at": EVENING}
    with pytest.raises(StepRefused, match="from today on"):
        telling.tell_result(actions=[late], **said)
    with pytest.raises(StepRefused, match="what has to be done"):
        telling.tell_result(actions=[Action(" ", HEARD)], **said)
    actions = [
        Action("Visit the family", date(2026, 12, 4)),
        Action("Meet at the gate", date(2026, 12, 7), school=True),
    ]
    telling.tell_result(actions=actions, **said)
    assert fresh(result).state == "after"
    assert {name: day for name, day in rules_of(result).items() if name.startswith("court-action")} == {
        "court-action-1": date(2026, 12, 4), "court-action-2": date(2026, 12, 7),
    }  # fmt: skip
    entry = Entry.objects.get(audience="school", title__startswith="Result of the court")
    assert (
        "Fine of £146" in entry.text
        and "Meet at the gate" in entry.text
        and "Visit the family" not in entry.text
    )
    assert other.surname not in entry.text and one.parent.surname not in entry.text
    mails = Message.objects.filter(subject__startswith="Court:")
    assert head.email in set(mails.values_list("to", flat=True))
    assert all(
        one.case.pupil.surname not in mail.body and one.parent.surname not in mail.body for mail in mails
    )
    with pytest.raises(StepRefused, match="told already"):
        telling.tell_result(actions=[], **said)
    check = rules_of(fresh(result))["after-court-check"]
    telling.send_letter(by_hand=False, **said)
    result.refresh_from_db()
    assert result.letter is not None
    text = " ".join(pages_of(store.read(result.letter.file)))
    assert (
        "You were convicted" in text
        and "16 December 2026" in text
        and "£146" in text
        and other.surname not in text
    )
    with pytest.raises(StepRefused, match="sent already"):
        telling.send_letter(by_hand=False, **said)
    done: dict[str, Any] = {"prosecution_id": result.prosecution_id, "improved": False, "by": one.case.owner}
    with pytest.raises(StepRefused, match="The look back after court is from"):
        telling.check_after(found="Half the days.", at=EVENING, **done)
    with pytest.raises(StepRefused, match="Say what the register shows"):
        telling.check_after(found=" ", at=at(check), **done)
    telling.check_after(found="Half the days.", at=at(check), **done)
    assert fresh(result).state == "closed"
    assert "may begin on Saturday 24 October 2026" in Entry.objects.get(title__endswith="after court").text


def test_a_declaration_makes_the_result_void_and_brings_the_case_back() -> None:
    by = legal()
    result = decided(by)
    on = date(2026, 12, 21)
    said: dict[str, Any] = {
        "kind": "declaration",
        "on": on,
        "because": "They had moved.",
        "aware_on": date(2026, 11, 30),
    }
    wrong: Any = (
        ({"because": ""}, "Say what the court was told"), ({"aware_on": None}, "when the parent heard"),
        ({"on": date(2026, 11, 1)}, "before the result"), ({"kind": "appeal"}, "Record the appeal first"),
        ({"kind": "x"}, "Choose what happened"),
        ({"on": date(2026, 12, 22)}, "possible until .*21 December 2026"),
    )  # fmt: skip
    for change, words in wrong:
        with pytest.raises(StepRefused, match=words):
            voiding.make_void(
                result_id=result.pk, event=Event(**(said | change)), by=by, at=at(date(2026, 12, 22))
            )
    voiding.make_void(result_id=result.pk, event=Event(**said), by=by, at=at(on))
    result.refresh_from_db()
    one = fresh(result)
    assert (result.void, result.void_on, one.state, one.plea) == ("declaration", on, "listed", "")
    assert "court-relist" in rules_of(one) and not rules_of(result)
    assert list(shown.filtered(by, WANTED | {"stands": "void"}, on)) == [result] and not shown.filtered(
        by, WANTED, on
    )
    with pytest.raises(StepRefused, match="void already"):
        voiding.appealed(result_id=result.pk, on=on, note="", late_allowed=True, by=by, at=at(on))
    with pytest.raises(StepRefused, match="This result is void"):
        telling.send_letter(result_id=result.pk, by_hand=False, by=by, at=at(on))


def test_an_appeal_in_time_is_dismissed_or_allowed() -> None:
    by = legal()
    result = decided(by)
    late, at_last = date(2026, 12, 17), date(2026, 12, 16)
    said: dict[str, Any] = {"result_id": result.pk, "note": "Conviction.", "by": by, "at": at(late)}
    with pytest.raises(StepRefused, match=r"possible until .*16 December 2026"):
        voiding.appealed(on=late, late_allowed=False, **said)
    with pytest.raises(StepRefused, match="no appeal that waits"):
        voiding.appeal_dismissed(on=late, **said)
    voiding.appealed(on=at_last, late_allowed=False, **said)
    event = Event(kind="appeal", on=late, because="The Crown Court allowed it.")
    voiding.make_void(result_id=result.pk, event=event, by=by, at=at(late))
    assert fresh(result).state == "closed"
    other = decided(by)
    voiding.appealed(on=at_last, late_allowed=False, **(said | {"result_id": other.pk}))
    voiding.appeal_dismissed(on=late, **(said | {"result_id": other.pk}))
    other.refresh_from_db()
    assert (other.void, other.appeal_dismissed_on, fresh(other).state) == ("", late, "decided")


def test_spent_results_are_for_legal_alone_and_the_court_hears_of_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: EVENING)
    by, officer = legal(), UserFactory(role="senior_ewo")
    parent = a_prosecution().parent
    spent = decided(by, Passed(kind="absolute_discharge"), parent=parent)
    stands = decided(by, Passed(kind="conditional_discharge", months=12), parent=parent)
    # in the chronology too, corrections with it: the entry that only says that there was a letter stays
    pupil, head = fresh(spent).case.pupil, UserFactory(role="head_teacher", school=fresh(spent).school)
    telling.tell_result(result_id=spent.pk, actions=[], by=by, at=EVENING)
    telling.send_letter(result_id=spent.pk, by_hand=False, by=by, at=EVENING)
    said = Entry.objects.get(pupil=pupil, title__contains="convicted")
    correct_entry(entry=said, title="Convicted", text="Of course.", reason="Order.", by=by, at=EVENING)
    for who, hidden in ((officer, True), (head, True), (by, False)):
        titles = set(Entry.objects.visible_to(who).filter(pupil=pupil).values_list("title", "text"))
        words = " ".join(f"{title} {text}" for title, text in titles).lower()
        assert ("convicted" in words) != hidden and ("result of the court" in words) != hidden
    assert (
        Entry.objects.visible_to(officer)
        .filter(pupil=pupil, title__contains="letter about the result")
        .exists()
    )
    elsewhere = Entry.objects.visible_to(officer).filter(pupil=fresh(stands).case.pupil)
    assert elsewhere.filter(title__contains="convicted").exists()  # of one that is not spent
    assert list(shown.filtered(officer, WANTED, HEARD)) == [stands]
    assert set(shown.filtered(by, WANTED, HEARD)) == {spent, stands}
    new = a_prosecution(parent=parent, offence_from=HEARD, offence_to=date(2026, 12, 18))
    assert [part.result for part in shown.running_discharges(new, HEARD)] == [stands]
    [line] = antecedents.convictions(new, date(2026, 12, 20))
    assert "Conditional discharge, 12 months" in line
    assert antecedents.convictions(new, date(2027, 11, 25)) == []
    paper = " ".join(pages_of(antecedents.paper(new, by, date(2026, 12, 20))))
    assert "is not a conviction" in paper and new.case.pupil.forename not in paper


def test_a_deferred_sentence_is_passed_later() -> None:
    by = legal()
    result = decided(by, Passed(kind="deferred", ends_on=date(2027, 5, 25)))
    assert result.spent_on is None and rules_of(result)["deferred-sentence"] == date(2027, 5, 25)
    on = date(2027, 5, 25)
    results.pass_sentence(result_id=result.pk, on=on, passed=[FINE], by=by, at=at(on))
    result.refresh_from_db()
    assert [part.kind for part in result.sentences.all()] == ["fine"] and result.spent_on == date(
        2027, 11, 25
    )
    with pytest.raises(StepRefused, match="No sentence was deferred"):
        results.pass_sentence(result_id=result.pk, on=on, passed=[FINE], by=by, at=at(on))


def test_discontinuing_writes_to_the_parent_and_tells_school_and_officer() -> None:
    by, hearing = legal(), None
    for by_hand in (False, True):
        hearing = listed(by)
        one = hearing.prosecution
        case = one.case
        head = UserFactory(role="head_teacher", school=one.school)
        trust = UserFactory(role="head_teacher", trust=TrustFactory())
        School.objects.filter(pk=case.school_id).update(trust=trust.school_posts.get().trust)
        said: dict[str, Any] = {"prosecution_id": one.pk, "by_hand": by_hand, "by": by, "at": at()}
        with pytest.raises(StepRefused, match="Say why"):
            stopping.discontinue(reasons=" ", **said)
        if by_hand:
            Address.objects.filter(parent=one.parent).delete()
            with pytest.raises(StepRefused, match="make the letter to be handed over"):
                stopping.discontinue(reasons="New facts.", **(said | {"by_hand": False}))
        ended = stopping.discontinue(reasons="New facts.", **said)
        hearing.refresh_from_db()
        one.refresh_from_db()
        assert (one.state, one.stopped_because, hearing.outcome) == ("stopped", "discontinued", "vacated")
        assert ended.letter is not None and ended.letter_service is not None
        text = " ".join(pages_of(store.read(ended.letter.file)))
        assert "We have stopped the case" in text and "Wednesday 25 November 2026" in text
        assert "New facts" not in text
        open_ = set(rules_of(ended))
        assert open_ == {"court-tell-discontinued"} | ({"result-letter"} if by_hand else set())
        to = set(Message.objects.filter(about_id=str(one.pk)).values_list("to", flat=True))
        assert {head.email, case.owner.email} <= to and trust.email not in to
        told = Entry.objects.get(pupil=case.pupil, audience="school", kind="prosecution")
        assert "discontinued" in told.text and "New facts" not in told.text
        if by_hand:
            assert "By hand" in text and ended.letter_service.sent_on is None
            correct_posting(
                service=ended.letter_service, sent_on=date(2026, 11, 23), reason="", by=by, at=at()
            )
            assert set(rules_of(ended)) == {"court-tell-discontinued"}
    assert not Entry.objects.filter(text__contains="New facts.").exclude(audience="service").exists()


def test_small_numbers_of_the_report_are_hidden_and_nobody_can_subtract() -> None:
    by = legal()
    one = decided(by)
    found = shown.report(by, 2026)
    assert (
        next(line for line in found.verdicts if line.label.startswith("Convicted as")).shown == "fewer than 5"
    )
    assert found.asked_pence is None and ("Sum", "Fines", "hidden: few parents") in list(
        shown.report_rows(found)
    )
    lines = shown._lines(
        shown.Counter({"convicted": 3, "acquitted": 6, "dismissed": 9}), Result.Verdict.choices
    )
    assert {line.label for line in lines if line.hidden} == {"Convicted as charged", "Acquitted"}
    assert shown.report(by, 2025).asked_pence == 0 and one.verdict == "convicted"


def test_costs_are_hours_at_a_rate_and_the_court_gets_one_row_a_charge() -> None:
    by = legal()
    one = served(a_prosecution(state="listed", wording="Failed to secure attendance."))
    said: dict[str, Any] = {"prosecution_id": one.pk, "by": by, "at": at()}
    for change, words in (
        ({"rate_pence": 0, "lines": [("Work", 60)]}, "more than nothing"), ({"rate_pence": 1, "lines": []}, "one line of work"),
        ({"rate_pence": 1, "lines": [], "other_pence": 5}, "what the other sum is for"),
    ):  # fmt: skip
        with pytest.raises(StepRefused, match=words):
            costs.make(**said, **change)  # type: ignore[arg-type]
    schedule = costs.make(
        rate_pence=4250, lines=[("Preparing", 95), ("Court", 61)], other_what="Fee", other_pence=100, **said
    )
    assert schedule.total_pence == 6729 + 4321 + 100
    text = " ".join(pages_of(store.read(schedule.document.file)))
    assert "£111.50" in text and one.case.pupil.forename not in text
    [row] = court_file.rows([Prosecution.objects.get(pk=one.pk)], by, date(2026, 11, 23))
    [cells] = csv.DictReader(io.StringIO("".join(csv_lines(COLUMNS, [row])).lstrip("\ufeff")))
    assert (cells["prosecutor_ref"], cells["case_ref"], cells["costs_claimed"]) == (
        one.number,
        one.case.number,
        "111.50",
    )
    assert cells["offence_wording"] == one.wording and cells["child_initials"] == one.case.pupil.initials
    assert cells["address_1"] and cells["postcode"] and one.case.pupil.forename not in cells.values()
    one.case.pupil.restricted = True
    one.case.pupil.save()
    with pytest.raises(StepRefused, match="with a reason first"):
        court_file.rows([Prosecution.objects.get(pk=one.pk)], by, date(2026, 11, 23))


@pytest.mark.parametrize(("on", "said"), [(date(2027, 11, 24), "Convicted"), (date(2027, 11, 25), "Decided")])
def test_a_notice_names_no_conviction_that_is_spent(on: date, said: str) -> None:
    notice = a_notice()
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.PROSECUTING)
    decided(legal(), FINE, notice=notice)
    notice.refresh_from_db()
    assert notice.outcome == "convicted"  # the law still counts it
    assert notices.prosecution(notice, on) == notices.note(notice, on) == said
