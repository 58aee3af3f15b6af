"""Charges and deadlines: whatever the facts, what is said of the whole holds for each of its days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import age, charge, clock, deadlines
from mainstay.law.charge import Absence, Proposal
from mainstay.law.payment import STATES
from mainstay.law.register import Calendar
from mainstay.law.rules import NotInForce, Rules

DAYS = st.dates(date(2025, 9, 1), date(2027, 8, 31))
ADULT_OR_NOT = st.dates(date(2006, 1, 1), date(2011, 12, 31)) | st.none()
ABSENCES = st.lists(
    st.builds(
        Absence, date=DAYS, half=st.sampled_from(["AM", "PM"]), code=st.sampled_from(["", "O", "G", "I"])
    ),
    max_size=5,
    unique_by=lambda one: (one.date, one.half),
).map(tuple)
quick = settings(max_examples=80, deadline=None)


@st.composite
def proposals(draw):
    first = draw(DAYS)
    order_from = draw(DAYS | st.none())
    under = draw(st.booleans())
    offence = draw(st.sampled_from(sorted(charge.OFFENCES)))
    return Proposal(
        offence=offence,
        child_born=draw(st.dates(date(2009, 9, 1), date(2022, 8, 31))),
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 60))),
        eso_considered=draw(st.booleans()),
        full_code_test=draw(st.sampled_from(charge.CODE_TESTS)),
        issue_on=draw(st.none() | DAYS),
        route=draw(st.none() | st.sampled_from(charge.ROUTES)),
        notice=draw(st.none() | st.sampled_from(STATES)),
        withdrawn_before=draw(st.booleans()),
        defendant_born=draw(ADULT_OR_NOT),
        under_order=under,
        order_from=order_from if under else None,
        order_to=order_from + timedelta(days=draw(st.integers(0, 365))) if under and order_from else None,
        last_charged_to=draw(st.none() | DAYS),
        absences=draw(ABSENCES) if offence.startswith("444") else None,
    )


def every_day(asked):
    return [asked.first + timedelta(days=n) for n in range((asked.last - asked.first).days + 1)]


def in_order(asked, day):
    return (
        asked.under_order
        and (asked.order_from is None or asked.order_from <= day)
        and (asked.order_to is None or day <= asked.order_to)
    )


@given(proposals())
@quick
def test_each_block_is_there_exactly_when_a_day_or_a_fact_asks_for_it(asked):
    answer = charge.find(asked)
    days, attendance = every_day(asked), asked.offence.startswith("444")
    begins, ends = age.compulsory(asked.child_born)
    on = asked.issue_on or asked.last
    young = asked.defendant_born is not None and clock.birthday(asked.defendant_born, 18) > on
    expected = {
        "sjp_not_for_imprisonable": asked.route == "sjp" and asked.offence == "444(1A)",
        "sjp_defendant_under_18": asked.route == "sjp" and young,
        "eso_not_considered": not asked.eso_considered and asked.offence != "eso-breach",
        "full_code_test": asked.full_code_test != "passed",
        "out_of_time": asked.issue_on is not None
        and all(clock.months_after(day, 6) < asked.issue_on for day in days),
        "outside_compulsory_age": any(not begins <= day <= ends for day in days),
        "notice_still_payable": asked.notice in ("open_reduced", "open_full"),
        "notice_discharged": asked.notice == "discharged",
        "notice_withdrawn": asked.notice == "withdrawn" or asked.withdrawn_before,
        "eso_in_force": attendance and any(in_order(asked, day) for day in days),
        "already_charged": asked.last_charged_to is not None
        and any(day <= asked.last_charged_to for day in days),
        "no_absence_left": asked.absences is not None and not answer.relies_on,
    }
    assert {block.code for block in answer.blocks} == {code for code, holds in expected.items() if holds}
    assert answer.allowed == (not answer.blocks)
    assert {block.text for block in answer.blocks} <= {reason.text for reason in answer.reasons}
    assert answer.maximum.imprisonable == (answer.maximum.custody_months is not None)


@given(proposals())
@quick
def test_an_absence_relied_on_could_be_charged_alone_and_one_left_out_could_not(asked):
    answer = charge.find(asked)
    given_ = {(one.date, one.half): one for one in asked.absences or ()}
    split = [*answer.relies_on, *answer.left_out]
    assert sorted((one.date, one.half) for one in split) == sorted(given_)
    of_a_day = {"out_of_time", "outside_compulsory_age", "eso_in_force", "already_charged"}
    for one in split:
        alone = replace(asked, first=one.date, last=one.date, absences=None)
        stopped = of_a_day & {block.code for block in charge.find(alone).blocks}
        fits = asked.first <= one.date <= asked.last and given_[one.date, one.half].code in ("", "O", "G")
        assert (one in answer.relies_on) == (fits and not stopped)


CALENDAR = Calendar.of_weeks(
    [date(2025, 9, 1) + n * clock.WEEK for n in range(260) if n % 7 and n % 13], [date(2027, 5, 3)]
)
RULES = st.sampled_from(sorted(deadlines.RULES))
#: the 2026 Act given a day, and lengths where it has none yet
GIVEN = Rules(
    local={"cwsa2026_from": "2025-09-01", "cwsa_serving_days": 9, "cwsa_parent_information_days": 15}
)
COUNTS = {
    "working_days": clock.is_working_day,
    "business_days": clock.is_business_day,
    "school_days": CALENDAR.school_days.__contains__,
}
#: lengths in weeks, or with a floor: recounted in the worked examples
OTHERWISE = {"after-court-check", "witness-statement-objection"}


@given(RULES, DAYS)
@quick
def test_days_of_each_kind_recounted_one_by_one(rule, trigger):
    asked = deadlines.RULES[rule]
    answer = deadlines.find(rule, trigger, CALENDAR, GIVEN)
    if asked.unit not in COUNTS or rule in OTHERWISE:
        return
    counts = COUNTS[asked.unit]
    first = trigger if asked.inclusive else trigger + clock.DAY
    walked = [first + timedelta(days=n) for n in range((answer.last_day - first).days + 1)]
    assert sum(map(counts, walked)) == GIVEN.whole(asked.parameter)
    assert counts(answer.last_day)


@given(RULES, DAYS, st.integers(1, 40))
@quick
def test_a_later_day_never_has_an_earlier_deadline(rule, trigger, later):
    first = deadlines.find(rule, trigger, CALENDAR, GIVEN)
    second = deadlines.find(rule, trigger + timedelta(days=later), CALENDAR, GIVEN)
    assert first.last_day <= second.last_day and first.next_step_from <= second.next_step_from
    assert list(first.reminders) == sorted(first.reminders)


@given(st.sampled_from([one.id for one in deadlines.RULES.values() if one.appointed]), DAYS)
@quick
def test_the_act_of_2026_is_refused_until_its_day(rule, trigger):
    with pytest.raises(NotInForce, match="no day is appointed"):
        deadlines.find(rule, trigger, CALENDAR)
    local = Rules(local={**GIVEN.local, "cwsa2026_from": trigger})
    assert deadlines.find(rule, trigger, CALENDAR, local).last_day > trigger
    with pytest.raises(NotInForce, match="from"):
        deadlines.find(rule, trigger - clock.DAY, CALENDAR, local)
