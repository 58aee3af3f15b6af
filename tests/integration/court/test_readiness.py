"""Court-ready or not: the list says missing wherever a step would refuse, and never ready before it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import a_child, at, days_before, give, marked
from tests.factories_cases import a_case
from tests.factories_court import a_prosecution
from tests.factories_penalties import a_parent, a_request, absent, declared
from tests.factories_penalties import answered as answered_check
from tests.integration.court.test_court_bundles import a_bundle

from mainstay.law import defences
from mainstay.service.common.decisions.recording import decide
from mainstay.service.court import blockers, expected, readiness, values
from mainstay.service.court.actions import testing
from mainstay.service.court.models import CodeTest, Prosecution
from mainstay.service.court.queries import readiness as shown
from mainstay.service.court.steps import PROSECUTION, order_considered
from mainstay.service.orders.models import Consideration
from mainstay.service.penalties import checks, facts
from mainstay.service.penalties.actions import checking, issuing
from mainstay.service.penalties.models import Notice

pytestmark = pytest.mark.django_db
ROAD, STEPS = readiness.ROAD, readiness.STEPS


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(hour=14))


@pytest.fixture
def legal() -> Any:
    return UserFactory(role="legal_coordinator")


def held(one: Prosecution, by: Any) -> dict[str, set[str]]:
    """What is missing for each way; compared with what the steps refuse, and with what a glance says."""
    row = Prosecution.objects.select_related("case__pupil", "parent", "school", "consideration").get(
        pk=one.pk
    )
    today = at().date()
    asked = [shown.of_notice(row.case, by, today, row), *shown.to_court(row, row.case, by, today)]
    ways = {way.key: way for way in asked}
    for key, names in STEPS.items():
        missing = {line.key: line.words for line in ways[key].missing}
        refused = {
            blocker: words
            for name in (*ROAD, *names)
            for blocker in PROSECUTION[name].blockers
            if (words := blocker(row))
        }
        # never ready where a step refuses; every refusal stands there in its words, the bundle's paper by paper
        assert bool(missing) or not refused, (key, refused)
        of_law = {PROSECUTION[name].blockers[-1] for name in names}
        for blocker, words in refused.items():
            for each in blockers.evidence if blocker is blockers.evidence_missing else [blocker]:
                if each is expected.bundle_missing:
                    there = not each(row) or any(k.startswith(("bundle", "paper")) for k in missing)
                elif each is order_considered:  # said of whoever is to act: considered, linked, or stopped
                    there = each(row) is None or "order" in missing
                elif each in of_law:
                    there = bool({"law", "order", "reviewed", "time"} & set(missing))
                else:
                    there = each(row) is None or each(row) in missing.values()
                assert there, (each, words)
        if not missing:
            assert row.state == "ready" and not any(PROSECUTION[name].missing(row) for name in names)
    way = shown.glances(row.case, by)[0][1]
    assert {line.key for line in way.missing} <= {line.key for line in ways[way.key].missing}
    again = shown.glance(Prosecution.objects.select_related("case__pupil", "consideration").get(pk=one.pk))
    assert [(x.key, x.state, x.owner) for x in again.lines] == [(x.key, x.state, x.owner) for x in way.lines]
    return {key: {line.key for line in ways[key].missing} for key in STEPS}


def moved(one: Prosecution, **given: Any) -> None:
    Prosecution.objects.filter(pk=one.pk).update(**given)


def considered(one: Prosecution, outcome: str) -> Consideration:
    by = UserFactory(role="senior_ewo")
    decision = decide(by=by, at=at(), kind="order.consideration", outcome=outcome, reasons="Weighed.")
    said = {"welfare": "Weighed.", "no_order": "Nothing gained.", "consulted": "Social care."}
    return Consideration.objects.create(case=one.case, outcome=outcome, decision=decision, **said)


def answered(one: Prosecution, by: Any, finding: str = "not_raised") -> None:
    asked = [testing.Asked(d.code, finding, "A letter.") for d in defences.of(one.offence)]
    testing.ask_defences(prosecution_id=one.pk, asked=asked, by=by, at=at())


def a_code_test(one: Prosecution, by: Any) -> CodeTest:
    decision = decide(by=by, at=at(), kind="prosecution.code_test", outcome="authorise", reasons="Enough.")
    return CodeTest.objects.create(
        prosecution=one, evidential="met", evidential_because="Proved.", public_interest="met", outcome="authorise",
        decision=decision, at=at(), by=by,
    )  # fmt: skip


def test_from_the_day_a_case_opens_to_the_charge_the_list_is_never_kinder_than_the_steps(
    legal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = a_child()
    grid = marked(days_before(child.school, until=date(2026, 10, 24)), "O", 14, start=6)
    give(child, grid)
    case = a_case(child)
    [(none, way)] = shown.glances(case, case.owner)
    owed = dict(readiness.counts(way.lines, shown.yours(case.owner, case, None)))
    assert none is None and owed == {
        "school": 1, "senior officer": 1, "legal co-ordinator": 3, "manager": 1, "you": 5,
    }  # fmt: skip
    parent = a_parent(child)
    assert "parent" not in {line.key for line in shown.glances(case, case.owner)[0][1].missing}
    keys = [
        {"date": d.isoformat(), "half": half, "code": "O"} for (d, half), mark in grid.items() if mark == "O"
    ]
    one = a_prosecution(case=case, parent=parent, sessions=sorted(keys, key=lambda s: (s["date"], s["half"])))
    officer = one.investigator

    start = held(one, officer)[readiness.SINGLE_JUSTICE]
    assert {
        "order",
        "defences",
        "test",
        "reviewed",
        "authorised",
        "certificate",
        "statement",
        "bundle",
        "complete",
        "reply",
    } <= start
    assert held(one, officer)[readiness.SUMMONS] == start - {"reply"}
    # an order sought instead stands in the way; signed and not linked, the officer goes on
    considered(one, "apply_instead")
    assert "order" in held(one, officer)[readiness.SUMMONS]
    moved(one, consideration=considered(one, "not_appropriate"), state="testing")
    answered(one, officer, "open")
    assert {"defences", "test"} <= held(one, officer)[readiness.SUMMONS]
    answered(one, officer)
    test = a_code_test(one, officer)
    assert {"reviewed", "authorised"} <= held(one, officer)[readiness.SUMMONS]
    test.decision.approved_by, test.decision.approved_at = legal, at()
    test.decision.save()
    moved(one, state="evidence")
    left = held(one, officer)[readiness.SUMMONS]
    assert not left & {"order", "defences", "test", "reviewed", "authorised"} and "certificate" in left
    one.refresh_from_db()
    a_bundle(one, legal)
    assert held(one, officer) == {
        readiness.SINGLE_JUSTICE: {"complete", "reply"},
        readiness.SUMMONS: {"complete"},
    }
    testing.evidence_ready(prosecution_id=one.pk, by=legal, at=at())
    assert held(one, legal) == {readiness.SINGLE_JUSTICE: {"reply"}, readiness.SUMMONS: set()}
    manager = UserFactory(role="service_manager")
    values.set_value(
        name="plea_address",
        value="An invented centre\nZZ99 9ZZ",
        since=at().date(),
        reason="Set.",
        by=manager,
        at=at(),
    )
    assert held(one, legal)[readiness.SINGLE_JUSTICE] == set()
    # whatever changes afterwards is missing again: another offence, an unknown birthday, time that ran out, a mark
    moved(one, offence="444(1A)")
    assert "law" in held(one, legal)[readiness.SINGLE_JUSTICE]
    moved(one, offence="444(1)", outer_date=at().date() - timedelta(days=1))
    assert "time" in held(one, legal)[readiness.SUMMONS]
    # a blocker that a step gets later has a line at once
    step = PROSECUTION["test"]
    with monkeypatch.context() as patch:
        later = replace(step, blockers=(*step.blockers, lambda one: "Something new."))
        patch.setitem(PROSECUTION._steps, "test", later)
        assert any(key.startswith("step:") for key in held(one, legal)[readiness.SUMMONS])
    moved(one, outer_date=one.outer_date)
    type(child).objects.filter(pk=child.pk).update(date_of_birth=None)
    assert {"born", "law"} <= held(one, legal)[readiness.SUMMONS]
    type(child).objects.filter(pk=child.pk).update(date_of_birth=child.date_of_birth)
    one.refresh_from_db()
    moved(one, sessions=[{**s, "code": "G"} for s in one.sessions])
    assert {"register"} <= held(one, legal)[readiness.SUMMONS]


def test_a_notice_is_ready_when_its_check_and_its_approval_are(legal: Any) -> None:
    officer, child = UserFactory(role="ewo"), absent()
    case = a_case(child, owner=officer)

    def owed() -> dict[str, str]:
        way = shown.of_notice(case, officer, at().date())
        return {line.key.split(":")[1] if ":" in line.key else line.key: line.owner for line in way.missing}

    assert owed() == {"request": "school"}
    request = a_request(child, by=officer)
    assert owed() == {"parents": "officer", "approved": "senior officer"}
    parent = a_parent(child)
    notice = checking.choose_parent(
        request_id=request.pk, parent=parent, why="Took the child away.", by=officer, at=at()
    )
    for state in ("draft", "asked", "proposed", "approved"):
        if state == "asked":
            declared()
            answered_check(request, officer)
        elif state == "proposed":
            notice = checking.propose(notice_id=notice.pk, reasons="A holiday.", by=officer, at=at())
        elif state == "approved":
            notice = checking.approve(notice_id=notice.pk, by=UserFactory(role="senior_ewo"), at=at())
        said = checks.missing(facts.one(facts.select(Notice.objects).get(pk=notice.pk), at().date()))
        assert bool(said) <= bool(owed()) and bool(owed()) == (state != "approved"), state
        assert not said or ("before" in owed() and owed()["before"] == "manager")
    assert {"proposed", "approved"} & set(owed()) == set()
    issuing.issue(notice_ids=[notice.pk], by=UserFactory(role="senior_ewo"), at=at())
    [line] = shown.of_notice(case, officer, at().date()).lines
    assert (line.state, line.page) == ("not_needed", ("notice", notice.pk))
