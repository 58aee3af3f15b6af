"""What a prosecution owes to its neighbours: notices that are over, cases passed on to legal, cases that stay open."""

from datetime import date
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import at, later
from tests.factories_attendance_orders import served as order_served
from tests.factories_cases import a_case
from tests.factories_court import a_prosecution
from tests.factories_fast_track import met
from tests.factories_orders import made
from tests.factories_penalties import a_notice
from tests.factories_visits import investigated

from mainstay.law import deadlines as law
from mainstay.service.casework.actions import cases
from mainstay.service.casework.actions import fast_track_reviewing as reviewing
from mainstay.service.casework.models import Case
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.court import clocks
from mainstay.service.court.actions import proposing, stopping
from mainstay.service.court.actions.proposing import Proposal
from mainstay.service.court.models import Prosecution
from mainstay.service.court.steps import PROSECUTION
from mainstay.service.penalties import providers as penalties
from mainstay.service.penalties.actions import paying
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
TODAY = at().date()


def due(about: Any, rule: str) -> Deadline | None:
    found = Deadline.objects.open().filter(
        about_kind=about._meta.label_lower, about_id=str(about.pk), rule=rule
    )
    return found.first()


def test_a_notice_that_is_paid_stops_what_is_not_charged_and_warns_where_it_is() -> None:
    notice, by = a_notice(), UserFactory(role="legal_coordinator")
    case = a_case(notice.pupil)
    given: dict[str, Any] = {
        "case": case,
        "parent": notice.parent,
        "sessions": notice.sessions,
        "legal_owner": by,
    }
    proposed = a_prosecution(notice=notice, **given)
    charged = a_prosecution(notice=notice, state="listed", issued_on=TODAY, **given)
    others = a_prosecution(state="ready", **given)  # rests on the same sessions, and came from no notice
    apart = a_prosecution(
        state="listed", **(given | {"sessions": [{"date": "2026-06-08", "half": "AM", "code": "O"}]})
    )
    finance = UserFactory(role="finance")
    paying.record(notice_id=notice.pk, way="bank", pence=8000, on=TODAY, note="", by=finance, at=later(0))
    for one in (proposed, charged, others, apart):
        one.refresh_from_db()
    assert (proposed.state, proposed.stopped_because) == ("stopped", "paid")
    assert (charged.state, others.state) == ("listed", "ready")
    last = law.find("notice-over", TODAY).last_day
    for one in (charged, others):
        row = due(one, clocks.NOTICE_OVER)
        assert row is not None and (row.last_day, row.owner) == (last, by)
        told = set(Message.objects.filter(about_id=str(one.pk)).values_list("to", flat=True))
        assert told == {by.email, case.owner.email}
    assert due(apart, clocks.NOTICE_OVER) is None
    assert (
        Entry.objects.filter(
            pupil=notice.pupil, text__contains="confirm with legal", audience="service"
        ).count()
        == 3
    )
    # nothing goes on that rests on it
    for step in ("issue_single_justice", "issue_requisition", "apply_summons"):
        assert "paid" in " ".join(PROSECUTION[step].missing(Prosecution.objects.get(pk=others.pk)))
    for step in ("test", "authorise", "evidence_ready"):
        said = " ".join(PROSECUTION[step].missing(Prosecution.objects.get(pk=others.pk)))
        assert (
            f"Penalty notice {notice.number} was paid on Monday 23 November 2026: confirm with legal." in said
        )
    # the payment bounces: it stands again
    notice.refresh_from_db()
    penalties.payment_undone.send(notice=notice, by=finance, at=later(1))
    assert due(charged, clocks.NOTICE_OVER) is None and due(others, clocks.NOTICE_OVER) is None


def test_a_fast_track_passed_on_to_legal_is_told_and_has_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    legal = UserFactory(role="legal_coordinator")
    one, senior = met(), UserFactory(role="senior_ewo")
    weighed = reviewing.Weighed(reasons="Nothing changed.", alternatives="Help.", equality="Weighed.")
    when = later(20)
    reviewing.at_once(fast_track_id=one.pk, weighed=weighed, by=senior, at=when)
    case = Case.objects.get(pk=one.case_id)
    row = due(case, clocks.PROPOSAL)
    assert row is not None and row.owner == case.owner
    # ten weeks before the safe date is over by then
    assert row.last_day == law.find(clocks.FROM_LEGAL, when.date()).last_day
    mails = Message.objects.filter(about_kind="casework.case", subject=f"Court: {case.number}")
    assert {legal.email, case.owner.email} == set(mails.values_list("to", flat=True))
    assert case.pupil.surname not in " ".join(mails.values_list("body", flat=True))
    # without a Fast Track nothing says what the offence is: soon
    straight = investigated(a_case())
    cases.take(case_id=straight.pk, step="to_legal", because="Clear.", by=senior, at=at())
    soon = due(straight, clocks.PROPOSAL)
    assert soon is not None and soon.last_day == law.find(clocks.FROM_LEGAL, TODAY).last_day
    # proposed, the day is met
    parent = case.pupil.parenthoods.get().parent
    order = made(None)
    first, last = date(2026, 11, 23), date(2026, 11, 25)
    judged = {parent.pk: proposing.grounds.Ground(parent, first, last)}
    monkeypatch.setattr(proposing.grounds, "of_supervision", lambda order: judged)
    said = Proposal(offence="eso-breach", reasons="Breached.", first=first, last=last,
                    supervision_order=order, parts={"evidence": "The log."})  # fmt: skip
    proposing.propose(case_id=case.pk, parents=[parent], proposal=said, by=case.owner, at=when)
    assert due(case, clocks.PROPOSAL) is None


def test_a_case_stays_open_while_a_prosecution_or_an_order_is() -> None:
    one = a_prosecution()
    order = made()
    ordered, _ = order_served()
    by = UserFactory(role="ewo")
    of_order = cases.open_case(
        pupil=ordered.pupil, school=one.case.school, because="On no roll.", owner=by, by=by, at=at()
    )
    for case, words in (
        (one.case, f"Prosecution {one.number} is under way \\(proposed\\): it ends first."),
        (order.case, f"Supervision order {order.number} is in force until .*: it ends first."),
        (of_order, f"School attendance order {ordered.number} is in force: it ends first."),
    ):
        with pytest.raises(StepRefused, match=words):
            cases.close(case_id=case.pk, reason="improved", reasons="Well.", by=case.owner, at=later(1))
    by = UserFactory(role="legal_coordinator")
    stopping.stop(prosecution_id=one.pk, because="improved", reasons="Well.", by=by, at=later(1))
    cases.close(case_id=one.case_id, reason="improved", reasons="Well.", by=one.case.owner, at=later(1))
