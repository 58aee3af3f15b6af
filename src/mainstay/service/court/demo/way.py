"""The way of a made-up prosecution, step by step, by whoever would take each."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from mainstay.law import defences
from mainstay.service.casework.actions import cases
from mainstay.service.casework.demo import way as casework
from mainstay.service.casework.demo.scene import Child
from mainstay.service.casework.models import Case
from mainstay.service.court import charging, expected, values
from mainstay.service.court.actions import (
    bundles,
    certificates,
    costs,
    issuing,
    proposing,
    testing,
    witnesses,
)
from mainstay.service.court.demo.scene import CourtScene
from mainstay.service.court.models import Bundle, Prosecution, Sitting
from mainstay.service.court.papers import Charge
from mainstay.service.documents import actions_statements
from mainstay.service.documents.statements import Asked
from mainstay.service.orders.demo import supervision

REASONS: Final = "Help was given and taken, and ended three times; absence without leave goes on, and the parent knows of it."
PARTS: Final = {
    "evidence": "The register, the letters and what was said at each visit.",
    "support_tried": "Breakfast club, a learning mentor, two home visits, an attendance contract.",
    "circumstances": "No parent is known to be vulnerable; asked at school and of the school nurse.",
    "alternatives": "A penalty notice would be the second in a year; an order was considered.",
}
FACTORS: Final = {
    "seriousness": "A third of the term.", "culpability": "Knew of each day, and was offered help on each.",
    "harm": "Two years behind in reading.", "age_health": "Nothing known.", "child_interests": "The child wants to be at school.",
    "proportionality": "Less was tried, and did not hold.", "equality": "Nothing known that bears on it; letters are read out.",
    "send_medical": "None known; the school nurse was asked.", "family": "A younger sister; an aunt helps.",
    "alternatives": "A contract, a plan, a notice.", "history": "Nothing before last year.",
    "confidence": "The school and other families see that absence is answered.",
}  # fmt: skip
ANSWERED: Final = "The surgery wrote that there was no appointment on these days."
FACTS: Final = "The register shows the absence. No leave was asked for, and none was given."
#: why a paper that is expected is gone without
LEFT_OUT: Final = "Not relied on here: legal services agreed."
COSTS: Final = (("Preparing the file", 95), ("Attending court", 60))


def to_legal(scene: CourtScene, child: Child, ago: int) -> Case:
    """Investigated, and passed on to legal services so many days ago."""
    case = casework.opened(scene.cast, child, ago + 35)
    case = casework.investigated(scene.cast, case, "legal", ago + 12, scene.cast.ahead(30).date())
    return cases.take(
        case_id=case.pk,
        step="to_legal",
        because=casework.WHY["legal"],
        by=scene.users["senior"],
        at=scene.day(ago),
    )


def proposed(
    scene: CourtScene, child: Child, ago: int, offence: str = "444(1)", parents: int = 1, told: bool = False
) -> Prosecution:
    """Proposed so many days ago; the first parent's. told: with all that led to it."""
    keys = scene.absences(child, ago)
    case = to_legal(scene, child, ago + 5) if told else casework.opened(scene.cast, child, ago + 40)
    proposal = proposing.Proposal(offence=offence, reasons=REASONS, sessions=keys, parts=PARTS)
    asked = child.parents[:parents]
    return proposing.propose(
        case_id=case.pk, parents=asked, proposal=proposal, by=_officer(case), at=scene.day(ago)
    )[0]


def testing_of(
    scene: CourtScene,
    child: Child,
    ago: int,
    offence: str = "444(1)",
    tested: bool = True,
    told: bool = False,
) -> Prosecution:
    """An order was considered and is not sought; each defence is asked about; the test is written, where it is."""
    one = proposed(scene, child, ago, offence, told=told)
    supervision.considered(scene.cast, one.case, "not_appropriate", ago - 2)
    by, when = one.investigator, scene.day(ago - 3)
    testing.link_consideration(prosecution_id=one.pk, by=by, at=when)
    asked = [testing.Asked(defence.code, "not_raised", "") for defence in defences.of(offence)]
    asked[0] = testing.Asked(asked[0].code, "fails", ANSWERED)
    one = testing.ask_defences(prosecution_id=one.pk, asked=asked, by=by, at=when)
    if tested:
        write_test(one, "authorise", scene.day(ago - 4))
    return one


def write_test(one: Prosecution, outcome: str, when: datetime) -> None:
    test = testing.Test(
        evidential="met", evidential_because="The register proves it, the school's witness will say so, and no defence stands.",
        public_interest="met", factors=FACTORS, outcome=outcome, reasons="Proportionate after what was tried.",
    )  # fmt: skip
    testing.write_test(prosecution_id=one.pk, test=test, by=one.investigator, at=when)


def authorising(
    scene: CourtScene, child: Child, ago: int, offence: str = "444(1)", told: bool = False
) -> Prosecution:
    """Legal services agree with the test: a manager decides."""
    one = testing_of(scene, child, ago, offence, told=told)
    return testing.review_test(
        prosecution_id=one.pk, agrees=True, because="", by=scene.users["legal"], at=scene.day(ago - 6)
    )


def authorised(
    scene: CourtScene, child: Child, ago: int, offence: str = "444(1)", told: bool = False
) -> Prosecution:
    one, when = authorising(scene, child, ago, offence, told), scene.day(ago - 8)
    return testing.authorise(
        prosecution_id=one.pk, reasons="Help was real and was not enough.",
        delegated_power=values.in_force(when.date())["delegated_power"], by=scene.users["manager"], at=when,
    )  # fmt: skip


def asked_of_school(scene: CourtScene, one: Prosecution, ago: int) -> Any:
    """The certificate, so many days ago."""
    return certificates.ask(
        prosecution_id=one.pk, school=one.case.school, by=scene.users["legal"], at=scene.day(ago)
    )


def evidence(scene: CourtScene, child: Child, one: Prosecution, ago: int, whole: bool = False) -> None:
    """Signed by the school and the officer, and put into a bundle; whole: with everything that is made for one."""
    legal, officer = scene.users["legal"], one.investigator
    asked = asked_of_school(scene, one, ago)
    certificates.sign(certificate_id=asked.pk, true=True, by=scene.head_of(child), at=scene.day(ago - 2))
    when = scene.day(ago - 3)
    draft, _ = actions_statements.start(
        pupil=child.pupil, witness=officer, asked=Asked(first=one.offence_from, last=when.date()), known_on=when.date(),
        by=officer, at=when,
    )  # fmt: skip
    taken = witnesses.take(prosecution_id=one.pk, statement=draft, by=officer, at=when)
    taken = witnesses.sign(statement_id=taken.pk, true=True, version=taken.version, by=officer, at=when)
    bundle = bundles.begin(prosecution_id=one.pk, by=legal, at=when)
    said: dict[str, Any] = {"bundle_id": bundle.pk, "by": legal, "at": when}
    bundles.add_certificate(**said)
    bundles.add_statement(statement_id=taken.pk, **said)
    if whole:
        bundles.add_made(
            what="printout", said={"commentary": "O is absence without leave. Mondays stand out."}, **said
        )
        words = {
            "household": "A parent and two children.",
            "effect": "An order would ask for two evenings a month.",
        }
        bundles.add_made(what="family", said=words, **said)
    leave_out(one, bundle, with_charge=False, by=legal, at=when)


def leave_out(one: Prosecution, bundle: Bundle, *, with_charge: bool, by: Any, at: datetime) -> None:
    """Every other paper that is expected, each for the same reason."""
    missing = {each.key for each in expected.missing(one, bundle, with_charge=with_charge)} - expected.NEEDED
    bundles.leave_out(bundle_id=bundle.pk, because=dict.fromkeys(missing, LEFT_OUT), by=by, at=at)


def ready(
    scene: CourtScene, child: Child, ago: int, offence: str = "444(1)", whole: bool = False
) -> Prosecution:
    """Its evidence is complete a fortnight after the proposal: the charge is to be issued."""
    one = authorised(scene, child, ago, offence, told=whole)
    evidence(scene, child, one, ago - 9, whole)
    return testing.evidence_ready(prosecution_id=one.pk, by=scene.users["legal"], at=scene.day(ago - 14))


def charged(
    scene: CourtScene, child: Child, ago: int, route: str = "sjp", offence: str = "444(1)", sitting: Sitting | None = None,
    whole: bool = False,
) -> Prosecution:  # fmt: skip
    """Issued the day after."""
    one, legal = ready(scene, child, ago, offence, whole), scene.users["legal"]
    when = scene.day(ago - 15)
    of = values.in_force(when.date())
    wording = charging.wording(one, charging.draft(one, when.date(), route), of)
    charge = Charge(
        route=route,
        wording=wording,
        facts=FACTS,
        method="hand" if whole else "first_class_post",
        sitting=sitting,
    )
    return issuing.issue(prosecution_id=one.pk, charge=charge, by=legal, at=when)


def bundle_issued(scene: CourtScene, one: Prosecution, ago: int) -> None:
    """With the charge, the certificate of service and the costs, sealed and handed to the court and the defendant."""
    legal, when = scene.users["legal"], scene.day(ago)
    costs.make(
        prosecution_id=one.pk,
        rate_pence=values.in_force(when.date())["hourly_rate"],
        lines=COSTS,
        by=legal,
        at=when,
    )
    bundle = Bundle.objects.live().get(prosecution=one)
    said: dict[str, Any] = {"bundle_id": bundle.pk, "by": legal, "at": when}
    bundles.add_charge(**said)
    bundles.add_made(what="service", **said)
    bundles.add_costs(**said)
    leave_out(one, bundle, with_charge=True, by=legal, at=when)
    bundles.issue(served_on=when.date(), **said)
    for to in ("defendant", "court"):
        bundles.serve(to=to, method="hand", sent_on=when.date(), **said)


def _officer(case: Case) -> Any:
    assert case.owner is not None
    return case.owner


def after(on: date | None) -> date:
    assert on is not None
    return on + timedelta(days=1)
