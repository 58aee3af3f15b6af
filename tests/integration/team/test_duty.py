"""The rota: every school day by turns, nobody on a day away, swapped only by agreement; the log of calls."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import PupilFactory
from tests.factories_attendance import TODAY, a_child, a_school, at, later
from tests.factories_team import DAY, a_manager, an_officer, is_away

from mainstay.service.accounts.announcements import left
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.calendars import school_days
from mainstay.service.directory.merging import merge_pupils
from mainstay.service.record.models import Deadline, Entry
from mainstay.service.team import values
from mainstay.service.team.actions import calls, duty
from mainstay.service.team.models import DutyDay, Swap
from mainstay.service.team.queries import duty as shown
from mainstay.service.team.turns import by_turns

pytestmark = pytest.mark.django_db


def test_turns_are_even_pass_over_who_is_away_and_leave_a_day_open_where_all_are() -> None:
    days = [date(2026, 11, n) for n in range(2, 12)]
    found = by_turns(days, [1, 2], {days[0]: 1, days[1]: 1}, {(2, days[2]), (1, days[3]), (2, days[3])})
    assert days[0] not in found and days[3] not in found and found[days[2]] == 1
    assert [found[day] for day in days[4:7]] == [2, 2, 2]  # three behind, they catch up
    assert sorted([*found.values(), 1, 1]).count(1) == 5


def test_every_school_day_gets_somebody_but_for_days_the_service_is_closed() -> None:
    school, manager = a_school(), a_manager()
    first, second = an_officer(), an_officer()
    is_away(first, day=DAY)
    closed = {"name": "closed_days", "value": [TODAY.isoformat()], "since": TODAY, "reason": "Moving house"}
    values.set_value(**closed, by=manager, at=at())
    last = date(2026, 12, 31)
    number = duty.fill(first=TODAY, last=last, officers=[first, second], by=manager, at=at())
    told = {message.to: message.body for message in Message.objects.all()}
    assert set(told) == {first.email, second.email}  # one e-mail each, with all of their days
    assert sum(body.count("- ") for body in told.values()) == number
    assert "- Wednesday 25 November 2026" in told[second.email]
    wanted = [day for day in school_days(school, 2026) if TODAY < day <= last]
    assert list(DutyDay.objects.values_list("on", flat=True)) == wanted and number == len(wanted)
    assert DutyDay.objects.get(on=DAY).officer == second
    with pytest.raises(StepRefused, match="cannot change the rota"):
        duty.fill(first=TODAY, last=last, officers=[first], by=first, at=at())


def on(day: date, officer: Any) -> DutyDay:
    duty.set_days(officers={day: officer}, by=a_manager(), at=at())
    return DutyDay.objects.get(on=day)


def test_days_change_hands_when_the_colleague_accepts() -> None:
    one, other = an_officer(), an_officer()
    mine, theirs = on(DAY, one), on(DAY + timedelta(days=1), other)
    swap = duty.ask_swap(day_id=mine.pk, of=other, in_return=theirs, because="", by=one, at=at())
    with pytest.raises(StepRefused, match="have asked somebody"):
        duty.ask_swap(day_id=mine.pk, of=other, in_return=None, because="", by=one, at=at())
    with pytest.raises(StepRefused, match="Only the two"):
        duty.answer_swap(swap_id=swap.pk, step="accept", by=one, at=at())
    duty.answer_swap(swap_id=swap.pk, step="accept", by=other, at=at())
    assert dict(DutyDay.objects.values_list("on", "officer")) == {mine.on: other.pk, theirs.on: one.pk}


def test_a_swap_falls_away_when_the_rota_changes_and_a_leaver_is_on_no_rota() -> None:
    one, other = an_officer(), an_officer()
    day = on(DAY, one)
    swap = duty.ask_swap(day_id=day.pk, of=other, in_return=None, because="", by=one, at=at())
    on(DAY, other)
    swap.refresh_from_db()
    assert swap.state == Swap.State.WITHDRAWN
    left.send(user=other, at=at())
    assert not DutyDay.objects.exists()


def test_gaps_are_days_to_come_without_anybody_there() -> None:
    a_school()
    one = an_officer()
    on(DAY, one)
    is_away(one, day=DAY)
    on(DAY + timedelta(days=1), one)
    rows = shown.month(TODAY, [])
    gaps = shown.gaps(rows, TODAY)
    assert DAY in gaps and DAY + timedelta(days=1) not in gaps
    assert gaps[0] == TODAY and date(2026, 11, 20) not in gaps


def call(by: Any, **given: Any) -> Any:
    said = {"who": "Ms Invented", "question": "Which code is it?", "theme": "Codes and registers", "at": at()}
    return calls.take(**{**said, **given}, by=by)


def test_a_call_about_a_child_stands_in_the_chronology_and_is_followed_up_by_a_day() -> None:
    officer, other, child = an_officer(), an_officer(), a_child()
    one = call(officer, pupil=child, advice="Code I.", follow_up_by=other, follow_up_on=later(3).date())
    entry = Entry.objects.get(pupil=child)
    assert entry.audience == "service" and "Code I." in entry.text and one.school == child.school
    due = Deadline.objects.get(about_kind="team.call")
    assert (due.owner, due.last_day, due.pupil) == (other, later(3).date(), child)
    with pytest.raises(StepRefused, match="needs both"):
        call(officer, follow_up_by=other)
    with pytest.raises(StepRefused, match="restricted"):
        call(officer, pupil=PupilFactory(restricted=True))


def test_a_question_waits_until_it_is_answered_and_the_wait_is_counted() -> None:
    officer = an_officer()
    one = call(officer, asked_at=at(hour=9))
    assert one.minutes is None
    one = calls.answer(call_id=one.pk, advice="Code I.", by=officer, at=at(hour=11))
    assert one.minutes == 120
    with pytest.raises(StepRefused, match="answered already"):
        calls.answer(call_id=one.pk, advice="Or M.", by=officer, at=at())
    call(officer, advice="Yes.", theme="Other")
    call(officer, asked_at=later(-150))
    assert shown.themes(officer, TODAY) == [
        {"theme": "Codes and registers", "this": 1, "last": 1, "minutes": 120},
        {"theme": "Other", "this": 1, "last": 0, "minutes": 0},
    ]


def test_a_call_goes_with_the_child_when_two_records_become_one() -> None:
    kept = a_child()
    other = PupilFactory(school=kept.school, surname=kept.surname, date_of_birth=date(2014, 5, 5))
    one = call(an_officer(), pupil=other)
    merge_pupils(kept=kept, other=other, by=a_manager(), at=later(1))
    one.refresh_from_db()
    assert one.pupil == kept
