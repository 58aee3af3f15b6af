"""Courts and hearings for tests."""

from datetime import date, datetime
from typing import Any

from tests.factories import AddressFactory, UserFactory
from tests.factories_attendance import at
from tests.factories_court import a_prosecution
from tests.factories_documents import DocumentFactory

from mainstay.service.court.actions import hearings, results, sittings
from mainstay.service.court.actions.hearings import Held
from mainstay.service.court.actions.results import Decided
from mainstay.service.court.models import Hearing, Prosecution, Result, Sitting
from mainstay.service.court.sentencing import Passed
from mainstay.service.documents.models import Service

#: a day in court, and the moment it is written down
HEARD = date(2026, 11, 25)
EVENING = at(HEARD, 17)


def legal() -> Any:
    return UserFactory(role="legal_coordinator")


def a_sitting(by: Any, on: date = HEARD, when: datetime | None = None) -> Sitting:
    """The one of that day, made where there is none."""
    court = sittings.Court.objects.first() or sittings.add_court(
        name="Inventedtown Magistrates’ Court", code="2345", address="1 Made Up Street", by=by, at=at()
    )
    there = Sitting.objects.filter(court=court, starts=at(on, 10)).first()
    return there or sittings.add_sitting(
        court_id=court.pk, starts=at(on, 10), courtroom="", presenter=by, by=by, at=when or at()
    )


def served(one: Prosecution, on: date = date(2026, 11, 4)) -> Prosecution:
    """The charge counts as received on a day."""
    AddressFactory(parent=one.parent)
    document = DocumentFactory(pupil_id=one.case.pupil_id)
    one.charge_service = Service.objects.create(
        document=document, pupil_id=one.case.pupil_id, addressee=one.parent, addressee_name=one.parent.name, address="1 Example Road",
        method="first_class_post", channel="print", sent_on=on, presumed_on=on, made_at=at(), changed_at=at(),
    )  # fmt: skip
    one.save()
    return one


def listed(by: Any, **given: Any) -> Hearing:
    """A prosecution whose charge was served, on the list of the day in court."""
    one = served(a_prosecution(**{"state": "listed", "legal_owner": by, **given}))
    [hearing] = sittings.put_onto(
        sitting_id=a_sitting(by).pk, prosecution_ids=[one.pk], kind="", by=by, at=at()
    )
    return hearing


def held(**said: Any) -> Held:
    return Held(
        **{"outcome": "decided", "notes": "As the bench said.", "attended": ["defendant"], "plea": "guilty"}
        | said
    )


def heard(by: Any, hearing: Hearing, **said: Any) -> Hearing:
    return hearings.record(hearing_id=hearing.pk, held=held(**said), by=by, at=EVENING)


def decided(by: Any, *passed: Passed, verdict: str = "convicted", **said: Any) -> Result:
    """Convicted after a plea of guilty, and fined unless said otherwise."""
    sums = {
        k: said.pop(k)
        for k in ("costs_asked_pence", "costs_granted_pence", "surcharge_pence", "supervision_directed")
        if k in said
    }
    hearing = heard(by, listed(by, **said))
    what = passed or ((Passed(kind="fine", pence=14600),) if verdict in Result.CONVICTIONS else ())
    return results.decide(
        prosecution_id=hearing.prosecution_id,
        decided=Decided(verdict=verdict, passed=what, **sums),
        by=by,
        at=EVENING,
    )
