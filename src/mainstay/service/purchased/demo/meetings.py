"""Meetings, casework, home visits, an audit, an intervention day, a group."""

from datetime import time, timedelta
from typing import Any

from mainstay.service.purchased.actions import agreeing, auditing, casework, days, groups
from mainstay.service.purchased.demo.cast import Cast
from mainstay.service.purchased.models import Slot, Work

DAY = timedelta(days=1)


def tell(cast: Cast) -> None:
    for story in (_meeting, _draft, _case, _visits, _audit, _day, _group, _plan):
        cast.attempt(story)


def _agree(cast: Cast, work: Work, text: str, owner: str, in_days: int) -> int:
    due = cast.today + timedelta(days=in_days)
    return agreeing.agree(
        work_id=work.pk, text=text, owner=owner, who="", due_on=due, by=work.owner, at=cast.at
    ).pk


def _meeting(cast: Cast) -> None:
    work = cast.work("early_intervention", "Meeting about mornings", 1)
    cast.write(
        work, done="We went through the register of this term together, and what a morning looks like at home.",
        attended="Mother\nHead of year", child_says="The bus is full before our stop.", barriers="The bus; little sleep.",
        outcome="An earlier bus from Monday. The tutor meets the child at the gate for two weeks.",
    )  # fmt: skip
    _agree(cast, work, "Meet the child at the gate for two weeks", "school", 10)
    _agree(cast, work, "Leave for the earlier bus", "parent", 3)
    cast.take(work, "share", "finish")


def _draft(cast: Cast) -> None:
    cast.write(cast.work("early_intervention", "Meeting after half-term", 1), done="Planned with the tutor.")


def _case(cast: Cast) -> None:
    work = cast.work("casework", "Absence since September", 1)
    cast.write(
        work, concern="Mondays and Fridays are missed, more since October.", tried="Calls home by the tutor\nBreakfast club",
        done="Weekly contact with the family and the tutor.", outcome="Attendance has not improved yet.",
    )  # fmt: skip
    casework.open_case(work_id=work.pk, by=work.owner, at=cast.at)
    for back, minutes, what in ((12, 30, "Call with the mother"), (5, 45, "Met the child with the tutor")):
        on = cast.today - timedelta(days=back)
        agreeing.spend(work_id=work.pk, on=on, minutes=minutes, what=what, by=work.owner, at=cast.at)
    _agree(cast, work, "Offer a later start on Mondays", "school", -2)
    _agree(cast, work, "Ask the school nurse", "officer", 5)
    cast.take(work, "share")
    casework.advise_referral(
        work_id=work.pk, spoke_with="Attendance lead", on=cast.today, how="phone", by=work.owner, at=cast.at,
        concern="Mondays and Fridays are missed, more since October.",
        advice="Early help was offered twice. A referral, so that more can be done with the family.",
    )  # fmt: skip


def _visits(cast: Cast) -> None:
    work = cast.work("home_visit", "Home visit: not seen for two weeks", 1)
    cast.write(
        work, concern="Nobody of the school has seen the child for two weeks.", done="A visit is planned."
    )
    casework.open_case(work_id=work.pk, by=work.owner, at=cast.at)
    cast.take(work, "share")


def _audit(cast: Cast) -> None:
    work = cast.work("audit", "Audit of codes, autumn term")
    first = cast.today - timedelta(weeks=8)
    auditing.draw(
        work_id=work.pk, number=8, first=first, last=cast.today - DAY, absent=True, by=work.owner, at=cast.at, seed=20261,
    )  # fmt: skip
    said: dict[str, Any] = {"work_id": work.pk, "by": work.owner, "at": cast.at}
    auditing.check(**said, place=1, finding="right", evidence="Message of the parent of that day", note="")
    auditing.check(
        **said, place=2, finding="no_evidence", evidence="None", note="Two sessions of I without a reason"
    )
    auditing.check(**said, place=3, finding="right", evidence="Appointment card", note="")
    cast.write(work, done="Looked at the sample with the attendance lead.", focus="Codes I and M.")
    cast.take(work, "share")


def _day(cast: Cast) -> None:
    work = cast.work("intervention_day", "Families before half-term", 4)
    days.lay_out(work_id=work.pk, first=time(9), last=time(11), minutes=30, by=work.owner, at=cast.at)
    children = list(work.pupils.order_by("key"))
    for slot, child in zip(list(Slot.objects.filter(work=work))[:3], children, strict=False):
        days.fill(
            work_id=work.pk, slot_id=slot.pk, pupil_id=child.pk, family="Mother", by=work.owner, at=cast.at
        )
        words, came = ("A bus pass, and a call on Friday.", "yes") if slot.at.minute == 0 else ("", "no")
        days.result(work_id=work.pk, slot_id=slot.pk, came=came, words=words, by=work.owner, at=cast.at)
    cast.write(work, done="Met the families one by one.", room="Library")
    cast.take(work, "share")


def _group(cast: Cast) -> None:
    work = cast.work("group_work", "Mornings: a group of six weeks", 5)
    cast.write(
        work, done="Two sessions held, four to come.", programme="Sleep, breakfast, friends, getting to school, worries, plans.",
        aim="Each child has a morning plan they keep.",
    )  # fmt: skip
    children = list(work.pupils.values_list("pk", flat=True))
    for weeks, topic in ((8, "Sleep"), (7, "Breakfast"), (-1, "Friends")):
        on = cast.today - timedelta(weeks=weeks)
        session = groups.plan_session(work_id=work.pk, on=on, topic=topic, by=work.owner, at=cast.at)
        if weeks > 0:
            groups.hold_session(
                work_id=work.pk, session_id=session.pk, there=children[: 3 + weeks % 2], note="", by=work.owner, at=cast.at
            )  # fmt: skip
    cast.take(work, "share")


def _plan(cast: Cast) -> None:
    work = cast.work("attendance_contract", "Contract with the family", 1)
    casework.begin_plan(
        work_id=work.pk, starts_on=cast.today, ends_on=cast.today + timedelta(days=70),
        review_on=cast.today + timedelta(days=35), target=90, by=work.owner, at=cast.at,
    )  # fmt: skip
    cast.take(cast.write(work, done="Met the family to draw it up."), "share")
