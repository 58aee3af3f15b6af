"""Before the court: listed, heard, written down once, set down for trial, prepared; each refusal in words."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import at
from tests.factories_court import a_prosecution
from tests.factories_hearings import EVENING, HEARD, a_sitting, heard, held, legal, listed, served

from mainstay.service.common.steps import StepRefused
from mainstay.service.court.actions import hearings, sittings, trial
from mainstay.service.court.models import Disclosure, Prosecution
from mainstay.service.court.queries import hearings as shown
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db
TRIAL = {"outcome": "trial_set", "plea": "not_guilty", "disclosure_due": date(2026, 12, 9)}


def open_rules(about: Any) -> dict[str, date]:
    found = Deadline.objects.open().filter(about_kind=about._meta.label_lower, about_id=str(about.pk))
    return dict(found.values_list("rule", "last_day"))


def test_several_cases_go_onto_one_list_or_none_and_each_reason_is_said() -> None:
    by = legal()
    sitting = a_sitting(by)
    papers = a_prosecution(state="single_justice", reply_by=HEARD)
    ready, early = a_prosecution(state="listed"), a_prosecution(state="proposed")
    said: dict[str, Any] = {"sitting_id": sitting.pk, "kind": "", "by": by, "at": at()}
    with pytest.raises(StepRefused) as refusal:
        sittings.put_onto(prosecution_ids=[papers.pk, ready.pk, early.pk], **said)
    words = str(refusal.value)
    assert f"{early.number} is proposed, not before the court" in words
    assert f"{papers.number} cannot be decided on the papers yet" in words and "25 November 2026" in words
    assert not ready.hearings.exists()
    with pytest.raises(StepRefused, match="has no trial"):
        sittings.put_onto(prosecution_ids=[ready.pk], **(said | {"kind": "trial"}))
    with pytest.raises(StepRefused, match="is not under the single justice procedure"):
        sittings.put_onto(prosecution_ids=[ready.pk], **(said | {"kind": "single_justice"}))
    with pytest.raises(StepRefused, match="Your role does not prosecute"):
        sittings.put_onto(prosecution_ids=[ready.pk], **(said | {"by": UserFactory(role="ewo")}))
    Prosecution.objects.filter(pk=papers.pk).update(reply_by=HEARD - timedelta(days=1))
    both = sittings.put_onto(prosecution_ids=[ready.pk, papers.pk], **said)
    assert [one.kind for one in both] == ["single_justice", "first"]
    assert open_rules(both[0]) == {"result-recorded": HEARD}
    with pytest.raises(StepRefused, match="is listed already"):
        sittings.put_onto(prosecution_ids=[ready.pk], **said)
    # a case that asks for a hearing goes to court, and not to a single justice
    asks = a_prosecution(state="single_justice", plea="not_guilty", reply_by=HEARD)
    [first] = sittings.put_onto(prosecution_ids=[asks.pk], **said)
    asks.refresh_from_db()
    assert (first.kind, asks.state) == ("first", "listed")


def test_whoever_presents_is_in_one_place_at_a_time_and_a_closed_court_takes_nothing() -> None:
    by = legal()
    one = a_sitting(by)
    assert sittings.clashes(one) == []
    same: dict[str, Any] = {"starts": one.starts, "courtroom": "", "presenter": None, "by": by, "at": at()}
    with pytest.raises(StepRefused, match="there already"):
        sittings.add_sitting(court_id=one.court_id, **same)
    other = sittings.add_court(name="Second Court", code="", address="", by=by, at=at())
    again: dict[str, Any] = {"starts": at(HEARD, 14), "courtroom": "2", "presenter": by, "by": by, "at": at()}
    second = sittings.add_sitting(court_id=other.pk, **again)
    assert (
        "another sitting at Second Court" in sittings.clashes(one)[0] and len(sittings.clashes(second)) == 1
    )
    with pytest.raises(StepRefused, match="does not present cases"):
        sittings.add_sitting(
            court_id=other.pk, **(again | {"presenter": UserFactory(role="ewo"), "courtroom": "3"})
        )
    sittings.change_court(court_id=other.pk, code="", address="", closed=True, by=by, at=at())
    with pytest.raises(StepRefused, match="is closed"):
        sittings.add_sitting(court_id=other.pk, **(again | {"courtroom": "4"}))


def test_the_line_of_the_day_says_what_is_needed() -> None:
    by = legal()
    hearing = listed(by)
    found = shown.with_papers(type(hearing).objects.filter(pk=hearing.pk)).get()
    assert shown.needed(found) == ["evidence issued", "costs schedule"]
    found.prosecution.charge_service = None
    assert shown.needed(found)[0] == "proof of service"


WRONG: Any = (
    ({"outcome": "vacated", "because": ""}, "Say why it was not held"),
    ({"notes": ""}, "Write down what was said"),
    ({"outcome": "adjourned"}, "say why, and who asked"),
    ({"outcome": "decided", "costs_pence": 100}, "only for an adjournment"),
    ({"plea": "not_guilty"}, "leads to a trial"),
    ({"outcome": "trial_set"}, "A trial follows a plea of not guilty"),
    ({"outcome": "trial_set", "plea": "not_guilty"}, "by when the court wants disclosure"),
    ({"plea": ""}, "there is nothing to decide"),
    ({"attended": []}, "Nobody was there to plead"),
    ({"attended": [], "plea": ""}, "say that it was proved in absence, or adjourn"),
    ({"in_absence": True}, "was not proved in absence"),
    ({"in_absence": True, "attended": [], "plea": "", "outcome": "adjourned"}, "Proved in absence, the case is decided"),
    ({"outcome": "warrant"}, "a defendant who did not come"),
    ({"directions": [("Serve it", HEARD - timedelta(days=1))]}, "is due before the hearing was"),
)  # fmt: skip


def test_what_cannot_have_been_is_refused() -> None:
    by = legal()
    hearing = listed(by)
    for said, words in WRONG:
        with pytest.raises(StepRefused, match=words):
            heard(by, hearing, **said)
    hearing.refresh_from_db()
    assert hearing.outcome == ""


def test_absence_is_proved_only_with_proof_of_service() -> None:
    by = legal()
    hearing = listed(by)
    one = hearing.prosecution
    absent: dict[str, Any] = {"attended": [], "plea": "", "in_absence": True}
    service = one.charge_service
    assert service is not None
    service.returned_on, service.returned_reason = date(2026, 11, 20), "Gone away."
    service.save()
    with pytest.raises(
        StepRefused, match=r"came back on Friday 20 November 2026\. Prove service first, or adjourn"
    ):
        heard(by, hearing, **absent)
    service.proved_on, service.proof = date(2026, 11, 21), "Handed over."
    service.save()
    assert heard(by, hearing, **absent).in_absence


def test_a_hearing_is_recorded_once_on_its_day_and_added_to_afterwards() -> None:
    by = legal()
    hearing = listed(by)
    with pytest.raises(StepRefused, match="has not begun yet"):
        hearings.record(hearing_id=hearing.pk, held=held(), by=by, at=at())
    heard(by, hearing, directions=[("Serve the register", date(2026, 12, 2))])
    assert open_rules(hearing) == {} and open_rules(hearing.directions.get()) == {
        "court-direction": date(2026, 12, 2)
    }
    with pytest.raises(StepRefused, match="recorded already"):
        heard(by, hearing)
    noted = hearings.add_note(hearing_id=hearing.pk, text="The usher was asked.", by=by, at=EVENING)
    assert noted.notes.startswith("As the bench said.") and noted.notes.endswith("The usher was asked.")


def test_an_adjournment_goes_on_to_the_next_day_or_reminds_to_ask_for_it() -> None:
    by = legal()
    said: dict[str, Any] = {
        "outcome": "adjourned",
        "because": "For reports.",
        "asked_by": "court",
        "costs_pence": 5000,
    }
    hearing = listed(by)
    later = a_sitting(by, date(2026, 12, 16))
    assert heard(by, hearing, next_sitting=later.pk, **said).following is not None
    following = hearing.prosecution.hearings.get(outcome="")
    assert (following.kind, following.sitting) == ("sentence", later)
    with pytest.raises(StepRefused, match="after this one"):
        hearings.record(
            hearing_id=following.pk,
            held=held(next_sitting=hearing.sitting_id, **said),
            by=by,
            at=at(date(2026, 12, 16), 17),
        )
    hearings.record(hearing_id=following.pk, held=held(**said), by=by, at=at(date(2026, 12, 16), 17))
    assert open_rules(hearing.prosecution) == {"court-relist": date(2026, 12, 23)}


def test_not_guilty_is_set_down_for_trial_with_disclosure_and_statements() -> None:
    by = legal()
    hearing = listed(by)
    heard(by, hearing, **TRIAL, disclosure_officer=by)
    one = Prosecution.objects.get(pk=hearing.prosecution_id)
    assert (one.state, one.plea, one.plea_on) == ("trial", "not_guilty", HEARD)
    assert open_rules(one)["court-disclosure"] == date(2026, 12, 9)
    statement = trial.statement_served(
        prosecution_id=one.pk, witness="Jo Invented", served_on=HEARD, by=by, at=EVENING
    )
    assert statement.object_by == date(2026, 12, 2) and (statement.object_by - HEARD).days >= 7
    late = date(2026, 12, 7)
    assert (
        trial.objected(
            statement_id=statement.pk, on=late, objection="Hearsay.", by=by, at=at(late)
        ).objected_on
        == late
    )
    assert open_rules(statement) == {"court-warn-witness": date(2026, 12, 9)}
    trial.warned(statement_id=statement.pk, on=late, by=by, at=at(late))
    assert open_rules(statement) == {}
    trial.disclosed(prosecution_id=one.pk, on=late, found="The schedule.", by=by, at=at(late))
    trial.disclosed(prosecution_id=one.pk, on=late, found="Nothing new.", by=by, at=at(late))
    assert [each["found"] for each in Disclosure.objects.get(prosecution=one).reviews] == [
        "The schedule.",
        "Nothing new.",
    ]
    with pytest.raises(StepRefused, match="recorded already"):
        trial.objected(statement_id=statement.pk, on=late, objection="", by=by, at=at(late))
    other = trial.statement_served(
        prosecution_id=one.pk, witness="Another", served_on=late, by=by, at=at(late)
    )
    with pytest.raises(StepRefused, match="Nobody objected"):
        trial.warned(statement_id=other.pk, on=late, by=by, at=at(late))
    with pytest.raises(StepRefused, match="a day to come"):
        trial.statement_served(
            prosecution_id=one.pk, witness="X", served_on=late + timedelta(days=1), by=by, at=at(late)
        )


def test_a_single_justice_decides_on_the_papers_or_sends_it_to_a_hearing() -> None:
    by = legal()
    one = served(a_prosecution(state="single_justice", plea="none", reply_by=date(2026, 11, 24)))
    [hearing] = sittings.put_onto(
        sitting_id=a_sitting(by).pk, prosecution_ids=[one.pk], kind="", by=by, at=at()
    )
    with pytest.raises(StepRefused, match="nobody attends"):
        heard(by, hearing)
    later = a_sitting(by, date(2026, 12, 16))
    said = {
        "attended": [],
        "plea": "",
        "outcome": "adjourned",
        "because": "To be heard in court.",
        "asked_by": "court",
    }
    heard(by, hearing, next_sitting=later.pk, **said)
    one.refresh_from_db()
    assert (one.state, one.hearings.get(outcome="").kind) == ("listed", "first")
