"""Findings as marks arrive, change and are considered."""

import random
from datetime import date, timedelta

import pytest
from tests.factories import LinkOfficerFactory, UserFactory
from tests.factories_attendance import (
    TODAY,
    YEAR,
    a_child,
    a_school,
    at,
    days_before,
    give,
    later,
    long_file,
    marked,
    present,
    send,
)

from mainstay.law import absence
from mainstay.law.register import Calendar
from mainstay.law.register import Register as LawRegister
from mainstay.service.accounts.models import User
from mainstay.service.attendance import offering
from mainstay.service.attendance.actions import consider, correct_mark
from mainstay.service.attendance.models import Amendment, Consideration, Finding, Register
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Conflict, Pupil
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db(databases="__all__")
Kind = Finding.Kind


@pytest.fixture
def pupil() -> Pupil:
    return a_child()


@pytest.fixture
def officer() -> User:
    return UserFactory(role="ewo")


def _open(pupil: Pupil) -> dict[str, Finding]:
    return {f.kind: f for f in Finding.objects.open().filter(pupil=pupil)}


def _consider(finding: Finding, officer: User, when=None, **given) -> Consideration:
    said = {"choice": "support", "reasons": "The school and the family have agreed a plan."} | given
    return consider(finding_id=finding.pk, by=officer, at=when or at(), **said)


def test_ten_unauthorised_sessions_in_ten_school_weeks_are_found_with_their_answer(pupil: Pupil) -> None:
    days = days_before(pupil.school)
    give(pupil, marked(days, "O", 10))
    found = _open(pupil)[Kind.THRESHOLD]
    assert found.answer["met"] and found.answer["met_on"] == days[4].isoformat()
    assert [s["date"] for s in found.answer["sessions"]] == [d.isoformat() for d in days[:5] for _ in (0, 1)]
    assert (
        found.since == days[0]
        and found.reached_on == days[4]
        and found.strength == "10 sessions in 1 school week"
    )
    assert found.answer["reasons"] and found.answer["rules_version"] == found.rules_version


@pytest.mark.parametrize(("sessions", "kind"), [(9, Kind.NEAR_MISS), (8, Kind.NEAR_MISS), (7, None)])
def test_eight_or_nine_sessions_are_close_to_the_threshold(
    pupil: Pupil, sessions: int, kind: str | None
) -> None:
    give(pupil, marked(days_before(pupil.school), "U", sessions))
    assert (set(_open(pupil)) & {Kind.NEAR_MISS, Kind.THRESHOLD}) == ({kind} if kind else set())


@pytest.mark.parametrize("seed", range(6))
def test_the_answer_kept_with_a_finding_of_absence_is_the_laws_own(pupil: Pupil, seed: int) -> None:
    days, chosen = days_before(pupil.school)[:20], random.Random(seed)
    marks = {(day, half): chosen.choice("IOCLL/") for day in days for half in ("AM", "PM")}
    marks = {
        (day, half): "\\" if code == "/" and half == "PM" else code for (day, half), code in marks.items()
    }
    give(pupil, marks)
    found = _open(pupil)
    kept = (found.get(Kind.SEVERE) or found[Kind.PERSISTENT]).answer
    pairs = {day: (marks[day, "AM"], marks[day, "PM"]) for day in days}
    said = absence.measure(LawRegister(Calendar(frozenset(days)), pairs)).as_dict()
    assert {name: kept[name] for name in said} == said


def test_a_tenth_missed_is_persistent_and_half_is_severe_and_nobody_is_both(pupil: Pupil) -> None:
    days = days_before(pupil.school)[:10]
    give(pupil, marked(days, "I", 2))
    assert set(_open(pupil)) == {Kind.PERSISTENT}
    give(pupil, dict.fromkeys([(day, half) for day in days[1:5] for half in ("AM", "PM")], "I"), later(1))
    assert set(_open(pupil)) == {Kind.SEVERE}
    assert Finding.objects.get(kind=Kind.PERSISTENT).state == Finding.State.LAPSED
    titles = set(Entry.objects.filter(pupil=pupil, kind="finding").values_list("title", flat=True))
    assert "Now severely absent: more than persistently absent" in titles
    assert not any(title.startswith("No longer met") for title in titles)


def test_what_gets_better_is_no_longer_met(pupil: Pupil) -> None:
    days = days_before(pupil.school)[:10]
    give(pupil, marked(days, "I", 10))
    give(pupil, dict.fromkeys([(day, "AM") for day in days[:5]], "/"), later(1))
    assert set(_open(pupil)) == {Kind.PERSISTENT}
    assert Entry.objects.filter(pupil=pupil, title="No longer met: severely absent").exists()


def test_close_to_the_threshold_becomes_the_threshold_and_not_nothing(pupil: Pupil) -> None:
    days = days_before(pupil.school)
    give(pupil, marked(days, "O", 9))
    give(pupil, {(days[6], "AM"): "O"}, later(1))
    assert set(_open(pupil)) & {Kind.NEAR_MISS, Kind.THRESHOLD} == {Kind.THRESHOLD}
    entry = Entry.objects.get(pupil=pupil, title__startswith="Now penalty threshold met")
    assert entry.about_id == str(Finding.objects.get(pupil=pupil, kind=Kind.NEAR_MISS).pk)
    assert not Entry.objects.filter(pupil=pupil, title__startswith="No longer met: close").exists()


def test_a_review_ends_when_the_same_is_considered_again(pupil: Pupil, officer: User) -> None:
    days = days_before(pupil.school)
    give(pupil, marked(days[:20], "O", 10))
    finding = _open(pupil)[Kind.THRESHOLD]
    _consider(finding, officer, when=at(days[25]), review_on=days[30])
    review = Deadline.objects.get(rule="finding-review")
    assert review.label == f"Look again (finding {finding.pk})" and review.owner == officer
    assert offering.address(review.about_kind, review.about_id) == f"/findings/{finding.pk}/"
    give(pupil, dict.fromkeys([(day, half) for day in days[26:28] for half in ("AM", "PM")], "O"), later(0))
    again = _open(pupil)[Kind.THRESHOLD]
    assert again.pk != finding.pk
    review.refresh_from_db()
    assert review.state == Deadline.State.OPEN
    _consider(again, officer, when=at(TODAY))
    review.refresh_from_db()
    assert review.state == Deadline.State.MISSED and review.closed_at == at(TODAY)


def test_a_review_of_another_kind_goes_on(pupil: Pupil, officer: User) -> None:
    give(pupil, marked(days_before(pupil.school)[:20], "O", 10))
    found = _open(pupil)
    _consider(found[Kind.THRESHOLD], officer, review_on=TODAY + timedelta(days=21))
    _consider(found[Kind.PERSISTENT], officer)
    assert Deadline.objects.get().state == Deadline.State.OPEN


def test_ten_days_in_a_row_and_fifteen_days_of_illness_are_found(pupil: Pupil) -> None:
    days = days_before(pupil.school)
    give(
        pupil,
        marked(days, "O", 20)
        | marked(days, "I", 30, start=10)
        | dict.fromkeys([(d, h) for d in days[:10] for h in ("AM", "PM")], "O"),
    )
    found = _open(pupil)
    assert found[Kind.TEN_DAYS].reached_on == days[9] and len(found[Kind.TEN_DAYS].answer["sessions"]) == 20
    assert found[Kind.SICKNESS].reached_on == days[24]


def test_an_n_is_found_when_its_five_school_days_are_over(pupil: Pupil) -> None:
    days = days_before(pupil.school)
    give(pupil, marked(days, "N", 1, start=len(days) - 3))
    assert Kind.UNRESOLVED not in _open(pupil)
    give(pupil, {(days[-8], "PM"): "N"}, later(0))
    found = _open(pupil)[Kind.UNRESOLVED]
    assert [s["date"] for s in found.answer["sessions"]] == [days[-8].isoformat()]


def test_sessions_at_two_schools_count_together() -> None:
    first, second = a_school(), a_school()
    pupil = a_child(school=first)
    days = days_before(first)
    give(pupil, marked(days[:20], "O", 6), school=first)
    give(pupil, marked(days[20:], "O", 6), later(0), school=second)
    found = _open(pupil)[Kind.THRESHOLD]
    assert found.school == second and "crosses_schools" in {w["code"] for w in found.answer["warnings"]}


def test_an_owner_is_the_schools_link_officer(pupil: Pupil, officer: User) -> None:
    LinkOfficerFactory(school=pupil.school, officer=officer)
    give(pupil, marked(days_before(pupil.school), "O", 10))
    assert _open(pupil)[Kind.THRESHOLD].owner == officer


def test_a_consideration_keeps_the_answer_the_reasons_and_the_sessions(pupil: Pupil, officer: User) -> None:
    give(pupil, marked(days_before(pupil.school), "O", 10))
    finding = _open(pupil)[Kind.THRESHOLD]
    done = _consider(finding, officer, review_on=TODAY + timedelta(days=21))
    finding.refresh_from_db()
    assert finding.state == Finding.State.CONSIDERED and finding.kind not in _open(pupil)
    assert done.decision.answer["met_on"] == finding.answer["met_on"] and done.decision.by == officer
    assert len(done.relied_on) == 10
    assert Entry.objects.filter(pupil=pupil, kind="consideration", by=officer).exists()
    assert AuditRow.objects.filter(action="finding.considered", on_id=str(finding.pk)).exists()
    assert Deadline.objects.get(rule="finding-review").last_day == TODAY + timedelta(days=21)


def test_a_finding_is_considered_once(pupil: Pupil, officer: User) -> None:
    give(pupil, marked(days_before(pupil.school), "O", 10))
    finding = _open(pupil)[Kind.THRESHOLD]
    _consider(finding, officer)
    with pytest.raises(StepRefused, match="considered already by"):
        _consider(finding, officer)
    assert Consideration.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reasons": "  "}, "Say why"),
        ({"choice": "penalty_notice"}, "support was tried"),
        ({"choice": "nothing"}, "Choose"),
        ({"review_on": TODAY}, "future"),
    ],
)
def test_a_consideration_that_lacks_something_is_refused_in_words(
    pupil: Pupil, officer: User, given: dict, words: str
) -> None:
    give(pupil, marked(days_before(pupil.school), "O", 10))
    with pytest.raises(StepRefused, match=words):
        _consider(_open(pupil)[Kind.THRESHOLD], officer, **given)
    assert not Consideration.objects.exists()


def test_somebody_with_a_conflict_of_interest_cannot_decide(pupil: Pupil, officer: User) -> None:
    give(pupil, marked(days_before(pupil.school), "O", 10))
    Conflict.objects.create(user=officer, pupil=pupil, reason="kin", declared_at=at(), declared_by=officer)
    with pytest.raises(StepRefused, match="conflict"):
        _consider(_open(pupil)[Kind.THRESHOLD], officer)


def test_a_school_user_cannot_decide(pupil: Pupil) -> None:
    give(pupil, marked(days_before(pupil.school), "O", 10))
    with pytest.raises(StepRefused):
        _consider(_open(pupil)[Kind.THRESHOLD], UserFactory(role="school_staff", school=pupil.school))


def test_a_restricted_record_must_be_opened_first(pupil: Pupil, officer: User) -> None:
    give(pupil, marked(days_before(pupil.school), "O", 10))
    Pupil.objects.filter(pk=pupil.pk).update(restricted=True)
    with pytest.raises(StepRefused, match="restricted"):
        _consider(_open(pupil)[Kind.THRESHOLD], officer)


def test_a_considered_threshold_rests_until_one_more_session_then_arms_again(
    pupil: Pupil, officer: User
) -> None:
    days = days_before(pupil.school)
    give(pupil, marked(days[:-10], "O", 10, start=len(days) - 20), at(days[-10]))
    _consider(_open(pupil)[Kind.THRESHOLD], officer, at(days[-10]))
    give(pupil, present(days[-10:-2]), at(days[-2]))
    assert Kind.THRESHOLD not in _open(pupil)
    give(pupil, {(days[-2], "AM"): "O"}, at(days[-1]))
    again = _open(pupil)[Kind.THRESHOLD]
    assert again.reached_on == days[-2] and "was considered on" in " ".join(
        r["text"] for r in again.answer["reasons"]
    )
    assert Finding.objects.filter(pupil=pupil, kind=Kind.THRESHOLD).count() == 2


def test_persistent_absence_once_considered_rests_for_the_year_unless_it_becomes_severe(
    pupil: Pupil, officer: User
) -> None:
    days = days_before(pupil.school)
    give(pupil, marked(days[:20], "I", 14))
    done = _consider(_open(pupil)[Kind.PERSISTENT], officer)
    first = {"date": days[0].isoformat(), "half": "AM", "code": "I"}
    assert len(done.relied_on) == 14 and done.relied_on[0] == first
    assert done.decision.answer["sessions"] == done.relied_on == done.finding.answer["sessions"]
    give(pupil, present(days[20:30]), later(1))
    give(pupil, dict.fromkeys([(d, h) for d in days[30:34] for h in ("AM", "PM")], "I"), later(2))
    assert Kind.PERSISTENT not in _open(pupil)
    give(pupil, dict.fromkeys([(d, h) for d in days[34:] for h in ("AM", "PM")], "I"), later(3))
    assert Kind.SEVERE in _open(pupil)


def test_a_changed_mark_alerts_the_owner_of_an_open_finding(pupil: Pupil, officer: User) -> None:
    LinkOfficerFactory(school=pupil.school, officer=officer)
    days = days_before(pupil.school)
    send(long_file({pupil: marked(days, "O", 12)}))
    give(pupil, {(days[0], "AM"): "I"}, later(1))
    finding = _open(pupil)[Kind.THRESHOLD]
    assert finding.alert.startswith("1 session it relied on changed on") and finding.alerted_at == later(1)
    assert finding.answer["sessions"][0]["half"] == "PM"
    message = Message.objects.get()
    assert message.to == officer.email and pupil.surname not in message.body + message.subject
    assert Entry.objects.filter(pupil=pupil, title="Marks changed after a finding").exists()


def test_a_changed_mark_alerts_about_a_consideration_and_says_that_it_no_longer_holds(
    pupil: Pupil, officer: User
) -> None:
    LinkOfficerFactory(school=pupil.school, officer=officer)
    days = days_before(pupil.school)
    give(pupil, marked(days, "O", 10))
    done = _consider(_open(pupil)[Kind.THRESHOLD], officer)
    give(pupil, {(days[0], "AM"): "I"}, later(1))
    done.refresh_from_db()
    finding = Finding.objects.get(pk=done.finding_id)
    assert finding.state == Finding.State.CONSIDERED and done.alert == finding.alert
    assert "it is not met" in finding.alert
    assert done.decision.answer["met"]  # as it stood when it was decided


def test_a_threshold_that_the_marks_no_longer_bear_out_lapses_and_is_kept(pupil: Pupil) -> None:
    days = days_before(pupil.school)
    give(pupil, marked(days, "O", 10))
    give(pupil, {(days[0], half): "I" for half in ("AM", "PM")}, later(1))
    assert Finding.objects.get(kind=Kind.THRESHOLD).state == Finding.State.LAPSED
    assert Kind.NEAR_MISS in _open(pupil)


def test_a_persons_correction_keeps_the_old_mark_the_reason_and_the_name(pupil: Pupil, officer: User) -> None:
    days = days_before(pupil.school)
    give(pupil, marked(days, "O", 10))
    register = Register.objects.get()
    correct_mark(
        register_id=register.pk,
        on=days[0],
        half="AM",
        code="M",
        reason="Letter of the clinic seen",
        by=officer,
        at=later(1),
    )
    change = Amendment.objects.select_related("arrival__by").get()
    assert (change.old, change.new) == ("O", "M") and change.arrival.by == officer
    assert change.arrival.reason == "Letter of the clinic seen"
    assert Finding.objects.get(kind=Kind.THRESHOLD).state == Finding.State.LAPSED


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"code": "O"}, "already"),
        ({"code": "ZZ"}, "not an attendance code"),
        ({"on": date(YEAR, 8, 8)}, "closed"),
        ({"on": TODAY + timedelta(days=7)}, "still to come"),
        ({"on": date(YEAR - 1, 10, 5)}, "academic year"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_in_words(
    pupil: Pupil, officer: User, given: dict, words: str
) -> None:
    days = days_before(pupil.school)
    give(pupil, marked(days, "O", 2))
    said = {"on": days[0], "half": "AM", "code": "M", "reason": "Letter"} | given
    with pytest.raises(StepRefused, match=words):
        correct_mark(register_id=Register.objects.get().pk, by=officer, at=at(), **said)
    assert not Amendment.objects.exists()


def test_last_years_file_opens_no_new_findings(pupil: Pupil) -> None:
    last_year = [day - timedelta(days=364) for day in days_before(pupil.school)]
    give(pupil, marked(last_year, "O", 30))
    assert not Finding.objects.exists()
    assert Register.objects.get().threshold_met_on is not None
