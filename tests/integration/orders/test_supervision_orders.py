"""Education supervision orders: considered first, consulted about, made, directed, breached, extended, ended."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests import factories_fast_track as fast_track
from tests.factories import UserFactory
from tests.factories_attendance import a_child, at
from tests.factories_cases import a_case
from tests.factories_orders import (
    BORN,
    DIRECTED,
    MADE,
    applied,
    breached,
    considered,
    consulted,
    consulting,
    directed,
    made,
    planned,
)
from tests.factories_penalties import a_parent
from tests.unit.documents.reading import pages_of

from mainstay.service.casework import displaced
from mainstay.service.casework.actions import fast_track_deciding as deciding
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory.merging_parents import merge_parents
from mainstay.service.orders import offering_supervision, providers, watching_supervision
from mainstay.service.orders.actions import supervision, supervision_directing
from mainstay.service.orders.actions import supervision_court as court
from mainstay.service.orders.models import Consideration, SupervisionOrder
from mainstay.service.orders.queries import supervision as shown
from mainstay.service.penalties.providers import proceedings_of
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db


def legal() -> Any:
    return UserFactory(role="legal_coordinator")


def again(one: SupervisionOrder) -> SupervisionOrder:
    return SupervisionOrder.objects.get(pk=one.pk)


def due(one: SupervisionOrder, rule: str) -> Deadline | None:
    kind = "orders.supervisionorder"
    return (
        Deadline.objects.open().filter(about_kind=kind, about_id=str(one.pk), rule__startswith=rule).first()
    )


def test_a_senior_officer_considers_and_signs_and_the_record_prints() -> None:
    officer = UserFactory(role="ewo")
    case = a_case(a_child(date_of_birth=BORN))
    with pytest.raises(StepRefused, match="senior officer considers"):
        considered(case, by=officer)
    with pytest.raises(StepRefused, match="checklist is not complete"):
        considered(case, welfare={})
    with pytest.raises(StepRefused, match="Children's services"):
        considered(case, consulted=" ")
    with pytest.raises(StepRefused, match="reasons"):
        considered(case, reasons=" ")
    one = considered(case, outcome="not_appropriate")
    assert not SupervisionOrder.objects.exists()
    assert one.document is not None
    text = " ".join(" ".join(pages_of(store.read(one.document.file))).split())
    assert "Welfare checklist" in text and "An order is not appropriate" in text and "s.447(1)" in text
    assert AuditRow.objects.filter(action="supervision_order.considered").count() == 1
    considered(case)
    assert SupervisionOrder.objects.get().state == "consulting"


@pytest.mark.parametrize(
    ("child", "words"),
    [({"in_care": True}, "in care"), ({"date_of_birth": date(2010, 1, 4)}, "compulsory school age"), ({"date_of_birth": None}, "not known")],
)  # fmt: skip
def test_for_a_child_in_care_or_of_another_age_no_order_is_sought(child: dict[str, Any], words: str) -> None:
    case = a_case(a_child(**{"date_of_birth": BORN, **child}))
    for outcome in ("apply_instead", "apply_as_well"):
        with pytest.raises(StepRefused, match=words):
            considered(case, outcome=outcome)
    assert considered(case, outcome="not_appropriate").outcome == "not_appropriate"


def test_own_social_care_is_consulted_always_and_another_authority_under_its_head() -> None:
    one = consulting()
    by = one.case.owner
    with pytest.raises(StepRefused) as refusal:
        supervision.to_plan(order_id=one.pk, by=by, at=at())
    assert "another authority" in str(refusal.value) and "own social care" in str(refusal.value)
    supervision.say_elsewhere(order_id=one.pk, elsewhere="lives", by=by, at=at())
    asked = {"order_id": one.pk, "whom": "own", "name": "Team", "asked": "All.", "by": by, "at": at()}
    for words, said in (
        ("Choose how it is asked", {"way": "", "address": "", "asked_on": MADE}),
        ("Say where the letter goes", {"way": "post", "address": " ", "asked_on": MADE}),
        ("A letter goes today", {"way": "hand", "address": "", "asked_on": date(2026, 11, 20)}),
    ):
        with pytest.raises(StepRefused, match=words):
            supervision.consult(**asked, **said)
    row = supervision.consult(
        **asked, way="post", address="Civic Centre\nSouthampton\nSO99 9ZZ", asked_on=MADE
    )
    assert row.document is not None and row.service is not None and row.service.run is not None
    letter = " ".join(" ".join(pages_of(store.read(row.document.file))).split())
    assert "Monday 7 December 2026" in letter and "Do you object to an order, and why?" in letter
    assert "Civic Centre" in letter and row.service.sent_on == MADE and "All." in letter
    assert row.last_day == date(2026, 12, 7)  # ten working days
    waiting = due(one, "eso-consultation")
    assert waiting is not None and waiting.last_day == row.last_day
    with pytest.raises(StepRefused, match=r"under this head.*runs still for Team"):
        supervision.to_plan(order_id=one.pk, by=by, at=at())
    supervision.consult(
        **{**asked, "whom": "lives", "name": "Nextshire"},
        way="before",
        address="",
        asked_on=date(2026, 11, 20),
    )
    with pytest.raises(StepRefused, match="objections or that there are none"):
        supervision.answer(
            order_id=one.pk, row_id=row.pk, answered_on=MADE, known="Yes", risk="Low", support="Some", objections="", by=by, at=at()
        )  # fmt: skip
    # nobody has to wait for ever: the time to answer is over
    assert supervision.to_plan(order_id=one.pk, by=by, at=at(date(2026, 12, 8))).state == "planning"


def test_the_plan_is_written_and_a_manager_who_did_not_consider_it_authorises() -> None:
    one = consulted()
    manager = UserFactory(role="service_manager")
    with pytest.raises(StepRefused, match="the child's wishes"):
        supervision.authorise(order_id=one.pk, reasons="Agreed.", by=manager, at=at())
    one = planned(one)
    assert one.authorised is not None
    first = one.plan_document
    assert first is not None and not first.draft
    with pytest.raises(StepRefused, match="authorised already"):
        supervision.authorise(order_id=one.pk, reasons="Again.", by=manager, at=at())
    supervision.write(order_id=one.pk, report="A longer report.", by=one.case.owner, at=at())
    assert again(one).plan_document is None
    with pytest.raises(StepRefused, match="You considered this"):
        one.consideration.decision.by = manager
        one.consideration.decision.save()
        supervision.authorise(order_id=one.pk, reasons="Agreed.", by=manager, at=at())
    supervision.write(order_id=one.pk, plan="Another plan.", by=one.case.owner, at=at())
    other = UserFactory(role="service_manager")
    anew = supervision.authorise(order_id=one.pk, reasons="Agreed.", by=other, at=at())
    assert anew.plan_document != first and anew.plan_document.values["parts"]  # type: ignore[union-attr]
    with pytest.raises(StepRefused, match="it cannot have been made before"):
        court.apply(
            order_id=one.pk, applied_on=date(2026, 11, 20), court="X", court_number="", forms="C110A", hearing_on=None,
            by=legal(), at=at(),
        )  # fmt: skip
    supervision.write(order_id=one.pk, plan="Yet another plan.", by=one.case.owner, at=at())
    assert again(one).authorised is None  # another plan is authorised anew
    with pytest.raises(StepRefused, match="has to authorise"):
        court.apply(
            order_id=one.pk,
            applied_on=MADE,
            court="X",
            court_number="",
            forms="C110A",
            hearing_on=None,
            by=legal(),
            at=at(),
        )


def test_respondents_are_served_in_clear_days_or_the_court_shortened_the_time() -> None:
    one, by = planned(), legal()
    court.apply(
        order_id=one.pk, applied_on=MADE, court="Inventon", court_number="", forms="C110A", hearing_on=date(2026, 12, 9), by=by, at=at()
    )  # fmt: skip
    child, parent = again(one).respondents.all()
    assert child.parent is None and parent.parent is not None
    waits = due(one, "eso-application-notice")
    assert waits is not None and waits.last_day == date(2026, 12, 1)  # seven clear days between
    late = {"order_id": one.pk, "row_id": child.pk, "how": "By hand", "by": by}
    with pytest.raises(StepRefused, match="in time until Tuesday 1 December 2026"):
        court.serve(**late, served_on=date(2026, 12, 2), late_because="", at=at(date(2026, 12, 2)))
    court.serve(**late, served_on=date(2026, 12, 1), late_because="", at=at(date(2026, 12, 2)))
    with pytest.raises(StepRefused, match="Record of each respondent"):
        court.made(
            order_id=one.pk,
            made_on=date(2026, 12, 9),
            ends_on=None,
            court_number="",
            by=by,
            at=at(date(2026, 12, 9)),
        )
    court.serve(order_id=one.pk, row_id=parent.pk, how="Post", by=by, served_on=date(2026, 12, 2), late_because="Shortened.", at=at(date(2026, 12, 2)))  # fmt: skip
    assert due(one, "eso-application-notice") is None
    court.adjourn(
        order_id=one.pk, hearing_on=date(2026, 12, 16), because="No judge.", by=by, at=at(date(2026, 12, 9))
    )
    assert again(one).hearing_on == date(2026, 12, 16)
    ended = court.other_order(
        order_id=one.pk,
        on=date(2026, 12, 16),
        reasons="A family assistance order.",
        by=by,
        at=at(date(2026, 12, 16)),
    )
    assert (ended.state, ended.ending) == ("ended", "other_order")


def test_made_it_runs_twelve_months_displaces_section_444_and_is_announced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[Any] = []

    def listen(**facts: Any) -> None:
        told.append(facts)

    providers.supervision_made.subscribe(listen)
    try:
        one = made()
    finally:
        providers.supervision_made._listeners.remove(listen)
    assert [facts["order"].pk for facts in told] == [one.pk]
    assert again(one).ends_on == date(2027, 11, 22)
    pupil = one.case.pupil_id
    (span,) = shown.in_force([pupil], date(2027, 11, 22), date(2028, 1, 1))[pupil]
    assert (span.first, span.last) == (MADE, date(2027, 11, 22))
    assert shown.in_force([pupil], date(2026, 9, 1), date(2026, 11, 22)) == {}
    visit, report = due(one, "eso-visit"), due(one, "eso-progress-report")
    assert visit and visit.last_day == date(2027, 1, 4) and visit.owner == one.supervisor
    assert report and report.last_day == date(2027, 2, 15)
    parent = one.case.pupil.parenthoods.get().parent_id
    words = shown.displaced([pupil], MADE)[pupil]
    assert words.startswith(f"Supervision order {one.number} is in force")
    monkeypatch.setattr("django.utils.timezone.now", lambda: at())
    assert proceedings_of([(parent, pupil)], {}) == {(parent, pupil): [words]}  # refuses a penalty notice
    assert displaced.words_of(one.case) == [words]  # warns where Fast Track is decided on
    # none is decided on about a time in which it was in force, not by its last day and not after it
    during = deciding.Offence(section="444(1)", offence_from=date(2026, 11, 2), offence_to=MADE)
    said: dict[str, Any] = {
        "case_id": one.case_id,
        "weighed": fast_track.weighed(),
        "by": UserFactory(role="senior_ewo"),
    }
    parents = [one.case.pupil.parenthoods.get().parent]
    for when in (at(), at(date(2028, 1, 10))):
        with pytest.raises(
            StepRefused, match=f"Supervision order {one.number} is in force from .* no Fast Track"
        ):
            deciding.decide(offence=during, parents=parents, at=when, **said)
    with pytest.raises(
        StepRefused, match="initial investigation"
    ):  # of the time before it that alone is lacking
        deciding.decide(offence=fast_track.OFFENCE, parents=parents, at=at(), **said)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(date(2027, 11, 23)))
    assert proceedings_of([(parent, pupil)], {}) == {}


def test_the_court_sets_no_day_beyond_the_law_and_the_age() -> None:
    one, by = applied(), legal()
    with pytest.raises(StepRefused, match="Monday 22 November 2027 at the latest"):
        court.made(order_id=one.pk, made_on=MADE, ends_on=date(2027, 11, 23), court_number="", by=by, at=at())
    pupil = one.case.pupil
    pupil.date_of_birth = date(2011, 1, 10)  # leaves school in June 2027
    pupil.save()
    assert court.made(
        order_id=one.pk, made_on=MADE, ends_on=None, court_number="", by=by, at=at()
    ).ends_on == date(2027, 6, 25)
    watching_supervision.fall_due(on=date(2027, 6, 25), last=None)
    assert again(one).state == "in_force"
    watching_supervision.fall_due(on=date(2027, 6, 26), last=None)
    assert (again(one).ending, again(one).ended_on) == ("over_age", date(2027, 6, 25))
    assert not Deadline.objects.open().filter(about_kind="orders.supervisionorder").exists()


def test_a_direction_follows_wishes_is_served_and_its_breaches_lead_to_a_warning_and_a_judgement() -> None:
    one = made()
    parent, by = one.case.pupil.parenthoods.get().parent, one.supervisor
    with pytest.raises(StepRefused, match="wishes of the child"):
        directed(one, parent.pk, child_wishes=" ")
    with pytest.raises(StepRefused, match="not recorded as a parent"):
        directed(one, parent.pk + 99)
    with pytest.raises(StepRefused, match="order ends on"):
        directed(one, parent.pk, due_on=date(2027, 11, 23))
    row = directed(one, parent.pk, by_hand=False)
    assert row.service is not None and row.service.addressee == parent and row.document is not None
    text = " ".join(" ".join(pages_of(store.read(row.document.file))).split())
    assert "took it into account" in text  # and what each said stays with the service
    assert "The bus is late." not in text and "I like maths." not in text
    with pytest.raises(StepRefused, match="did not count as received"):
        breached(row)
    received = row.service.presumed_on
    assert received is not None
    first = breached(row, on=received)
    judge = {
        "order_id": one.pk,
        "to_parent": parent.pk,
        "because": "Three weeks.",
        "by": by,
        "at": at(received),
    }
    with pytest.raises(StepRefused, match="One failure is not persistent"):
        supervision_directing.judge(**judge)
    breached(row, on=received)
    with pytest.raises(StepRefused, match="no written warning"):
        supervision_directing.judge(**judge)
    warned = supervision_directing.warn(
        order_id=one.pk, row_id=first.pk, by_hand=True, by=by, at=at(received)
    )
    assert warned.warned_document is not None
    words = " ".join(" ".join(pages_of(store.read(warned.warned_document.file))).split())
    assert "persistently fails to follow directions" in words and "Not at the gate." in words
    with pytest.raises(StepRefused, match="warned about this breach already"):
        supervision_directing.warn(order_id=one.pk, row_id=first.pk, by_hand=True, by=by, at=at(received))
    assert supervision_directing.judge(**judge).count == 2
    charge = shown.breaches_for_charge(one, parent)
    assert [each.received_on for each in charge.breaches] == [received, received]
    assert charge.breaches[0].warned_on == received and charge.judged_by == by.name
    supervision_directing.complied(
        order_id=one.pk, row_id=row.pk, complied="partly", note="The school says.", by=by, at=at(received)
    )
    assert due(one, "eso-direction:") is None
    with pytest.raises(StepRefused, match="supervising officer does this"):
        one.supervisor = UserFactory(role="ewo")
        directed(one, parent.pk)


def test_a_childs_persistent_failure_goes_to_social_care_within_days() -> None:
    one = made()
    row = directed(one)
    assert row.service is not None and row.service.addressee is None
    text = " ".join(" ".join(pages_of(store.read(row.document.file))).split())
    assert "What we ask you to do" in text and "offence" not in text
    for _ in range(2):
        found = breached(row)
    with pytest.raises(StepRefused, match="A child is not warned"):
        supervision_directing.warn(
            order_id=one.pk, row_id=found.pk, by_hand=True, by=one.supervisor, at=at(DIRECTED)
        )
    failure = supervision_directing.judge(
        order_id=one.pk, to_parent=None, because="Often.", by=one.supervisor, at=at(DIRECTED)
    )
    waits = due(one, "eso-child-referral")
    assert waits is not None and waits.last_day == date(2026, 12, 1)  # five working days
    said = {"order_id": one.pk, "row_id": failure.pk, "by": one.supervisor, "at": at(date(2026, 11, 25))}
    with pytest.raises(StepRefused, match="Record first"):
        supervision_directing.outcome(**said, outcome_on=DIRECTED, outcome="An assessment.")
    supervision_directing.refer(**said, referred_on=DIRECTED, referred_to="Assessment team")
    assert due(one, "eso-child-referral") is None
    supervision_directing.outcome(**said, outcome_on=date(2026, 11, 25), outcome="An assessment.")
    failure.refresh_from_db()
    assert failure.outcome == "An assessment."


def test_visits_and_reports_are_counted_from_the_latest() -> None:
    one = made()
    for kind, on in (
        ("visit", date(2026, 12, 10)),
        ("report", date(2026, 12, 11)),
        ("visit", date(2026, 12, 1)),
    ):
        supervision_directing.contact(
            order_id=one.pk, kind=kind, on=on, who="Both", child_seen=True, words="Said.", by=one.supervisor, at=at(date(2026, 12, 14))
        )  # fmt: skip
    visit, report = due(one, "eso-visit"), due(one, "eso-progress-report")
    assert visit and visit.last_day == date(2027, 1, 21) and visit.next_step_from == date(2026, 12, 31)
    assert report and report.last_day == date(2027, 3, 5)


def test_extended_within_its_window_reminded_before_and_expired_after() -> None:
    one, by = made(), legal()
    last = again(one).ends_on
    assert last == date(2027, 11, 22)
    said = {
        "order_id": one.pk,
        "because": "The review.",
        "forms": "C17a",
        "hearing_on": date(2027, 11, 8),
        "by": by,
    }
    with pytest.raises(StepRefused, match="from Sunday 22 August 2027 to Monday 22 November 2027"):
        court.extend(**said, applied_on=date(2027, 8, 21), at=at(date(2027, 8, 21)))
    before = Message.objects.count()
    watching_supervision.fall_due(on=date(2027, 7, 22), last=date(2027, 7, 21))  # four months before
    watching_supervision.fall_due(on=date(2027, 7, 23), last=date(2027, 7, 22))
    watching_supervision.fall_due(on=date(2027, 8, 24), last=date(2027, 8, 20))  # a missed day is caught up
    watching_supervision.fall_due(on=date(2027, 10, 22), last=date(2027, 10, 21))
    assert Message.objects.count() == before + 3
    court.extend(**said, applied_on=date(2027, 8, 22), at=at(date(2027, 8, 22)))
    with pytest.raises(StepRefused, match="under way"):
        court.extend(**said, applied_on=date(2027, 8, 22), at=at(date(2027, 8, 22)))
    watching_supervision.fall_due(on=date(2027, 11, 23), last=None)
    assert again(one).state == "in_force"  # heard in time, and not recorded yet
    heard = {
        "order_id": one.pk,
        "outcome": "granted",
        "decided_on": date(2027, 11, 8),
        "hearing_on": None,
        "by": by,
        "at": at(date(2027, 11, 23)),
    }
    with pytest.raises(StepRefused, match="Friday 22 November 2030 at the latest"):
        court.extension_heard(**heard, ends_on=date(2030, 11, 23))
    court.extension_heard(**heard, ends_on=date(2028, 11, 22))
    watch = due(one, "eso-extend-from")
    assert (
        again(one).ends_on == date(2028, 11, 22)
        and watch is not None
        and watch.last_day == date(2028, 11, 22)
    )
    watching_supervision.fall_due(on=date(2028, 11, 23), last=None)
    ended = again(one)
    assert (ended.ending, ended.ended_on) == ("expired", date(2028, 11, 22))
    assert Entry.objects.filter(title__contains="ended with", audience="school").exists()
    assert (
        court.summarise(
            order_id=one.pk, closure="It helped.", by=one.case.owner, at=at(date(2028, 11, 23))
        ).closure
        == "It helped."
    )


@pytest.mark.parametrize("way", ["care_order", "discharge"])
def test_a_care_order_or_a_discharge_ends_it_and_what_runs_stops(way: str) -> None:
    one = made()
    said = {"order_id": one.pk, "on": DIRECTED, "reasons": "The court said so.", "at": at(DIRECTED)}
    if way == "care_order":
        ended = court.care_order(**said, by=one.case.owner)
    else:
        ended = court.discharge(**said, discharge_by="parent", court="Inventon", by=legal())
    assert (
        ended.state == "ended"
        and not Deadline.objects.open()
        .filter(about_id=str(one.pk), about_kind="orders.supervisionorder")
        .exists()
    )
    pupil = one.case.pupil_id
    assert shown.in_force([pupil], DIRECTED + timedelta(days=1), date(2027, 1, 1)) == {}
    assert shown.in_force([pupil], DIRECTED, DIRECTED)[pupil][0].last == DIRECTED


def test_a_court_directs_an_application_or_is_told_why_not_within_eight_weeks() -> None:
    case = a_case(a_child(date_of_birth=BORN))
    one = supervision.directed_by_court(case_id=case.pk, directed_on=date(2026, 10, 14), by=legal(), at=at())
    task = due(one, "eso-direction-report")
    assert task is not None and task.last_day == date(2026, 12, 8) and task.owner == case.owner
    manager = UserFactory(role="service_manager")
    stop = {
        "order_id": one.pk,
        "ending": "not_pursued",
        "reasons": "Welfare is secured.",
        "by": manager,
        "at": at(),
    }
    with pytest.raises(StepRefused, match="on which day it was told"):
        supervision.not_pursue(**stop, reported_on=None)
    assert supervision.not_pursue(**stop, reported_on=MADE).ending == "not_pursued"
    assert due(one, "eso-direction-report") is None
    again_ = supervision.directed_by_court(case_id=case.pk, directed_on=MADE, by=legal(), at=at())
    assert again_.pk != one.pk  # a new direction begins a new one
    considered(case)
    assert Consideration.objects.get() == SupervisionOrder.objects.get(pk=again_.pk).consideration


def test_who_may_not_see_it_and_whose_record_moves() -> None:
    one = made()
    school = UserFactory(role="school_staff", school=one.case.school)
    with pytest.raises(StepRefused, match="cannot see"):
        supervision_directing.contact(
            order_id=one.pk, kind="visit", on=MADE, who="X", child_seen=False, words="X", by=school, at=at()
        )
    parent = one.case.pupil.parenthoods.get().parent
    row = directed(one, parent.pk)
    other = a_parent(one.case.pupil)
    merge_parents(
        kept=other, other=parent, reasons="Same person.", by=UserFactory(role="service_manager"), at=at()
    )
    row.refresh_from_db()
    assert row.to_parent == other
    leaver = one.supervisor
    offering_supervision.leaves(user=leaver, at=at())
    assert again(one).supervisor is None
