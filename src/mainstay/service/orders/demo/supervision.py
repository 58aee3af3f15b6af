"""Supervision orders: consulted about, to be authorised, made and directed, breached, extended."""

from functools import partial
from typing import Final

from mainstay.service.casework.demo import way
from mainstay.service.casework.demo.scene import Child, Scene
from mainstay.service.casework.models import Case
from mainstay.service.orders.actions import considering, supervision, supervision_court, supervision_directing
from mainstay.service.orders.models import Consideration, Direction, SupervisionOrder
from mainstay.service.orders.supervision_dates import end_extended

COURT: Final = "The Family Court at Madeuptown (invented)"
FORMS: Final = "The application form and its supplement, as legal services named them"
WELFARE: Final = {
    "wishes": "Wants to see friends again, and is afraid of the first day back.",
    "needs": "Has fallen behind in reading; sleeps late; no health needs known.",
    "change": "Nobody moves house and no school changes: mornings would.",
    "background": "Eleven years in the city; the grandmother next door matters most.",
    "harm": "Alone at home on school days, three a week.",
    "capable": "One parent works nights, the other lives elsewhere; both want help.",
    "powers": "Help by agreement goes on; a prosecution would bring the family no help.",
}
NO_ORDER: Final = {
    "not_appropriate": "Help by agreement was taken and is still there: an order would add nothing to it.",
    "apply_instead": "Help by agreement ended three times. With an order somebody stays with the family for a year.",
    "apply_as_well": "Help alone ended three times; an order keeps somebody with the family whatever the court decides.",
}
REASONS: Final = {
    "not_appropriate": "The child needs no supervision; the parent does not do what the parent could.",
    "apply_instead": "An order helps this family more than a fine would.",
    "apply_as_well": "The family needs help for a year, and the absence has to be answered for.",
}
WRITTEN: Final = {
    "child_wishes": "“I want somebody to walk with me on Mondays.”",
    "parent_wishes": "Both want one person to talk to, and letters that are short.",
    "plan": "A visit every fortnight; mornings planned with the school; a review every twelve weeks.",
    "draft_directions": "To be at the gate by 8:40. To meet the supervising officer when asked.",
    "report": "Absence is told in full in the chronology. Help was offered, taken and ended three times.",
}
GATE: Final = "Bring the child to the gate by 8:40 on every school day."


def tell(scene: Scene) -> None:
    for story, schools in ((_considered, ("school",)), (_to_authorise, ()), (_directed, ("school",)), (_breached, ()), (_extended, ("head",))):  # fmt: skip
        scene.tell(partial(story, scene), schools=schools)


def considered(scene: Scene, case: Case, outcome: str, ago: int) -> Consideration:
    """Considered and signed by the senior officer so many days ago."""
    when = scene.day(ago, 12)
    weighed = considering.Weighed(
        welfare=WELFARE, no_order=NO_ORDER[outcome], consulted="The assessment team, on the telephone: not known to them.",
        consulted_on=when.date(), reasons=REASONS[outcome], evidence="The investigation and the register.",
        alternatives="Help by agreement; a penalty notice.", equality="Nothing known that speaks against it.",
    )  # fmt: skip
    senior = way.other_senior(scene, case.owner)
    return considering.consider(case_id=case.pk, outcome=outcome, weighed=weighed, by=senior, at=when)


def _considered(scene: Scene, child: Child) -> SupervisionOrder:
    """Social care has a few days left to answer; a prosecution is considered as well."""
    case = way.investigated(scene, way.opened(scene, child, 50), "legal", 22, scene.ahead(20).date())
    return _consulting(scene, case, "apply_as_well", 5)


def _to_authorise(scene: Scene, child: Child) -> SupervisionOrder:
    """A manager looks at the plan and the report."""
    case = way.opened(scene, child, 70)
    return _written(scene, case, 30)


def _directed(scene: Scene, child: Child) -> SupervisionOrder:
    """In force: one direction followed, one to be followed soon, a visit and the report on progress to come."""
    one = _made(scene, way.opened(scene, child, 160), 75)
    _contact(
        scene, one, "visit", 33, "The mother and the child: a calmer house, a plan for Mondays on the wall."
    )
    first = _direct(scene, one, child.parents[0].pk, GATE, 68, 30)
    supervision_directing.complied(
        order_id=one.pk, row_id=first.pk, complied="yes", note="The register: no late mark since.", by=one.supervisor,
        at=scene.day(36),
    )  # fmt: skip
    _direct(scene, one, None, "See the learning mentor every Monday at nine.", 6, -6)
    return one


def _breached(scene: Scene, child: Child) -> SupervisionOrder:
    """Not followed twice, warned, and judged persistent: legal services may be asked."""
    one = _made(scene, way.opened(scene, child, 200), 110)
    _contact(scene, one, "visit", 70, "Nobody up at nine.")
    _contact(
        scene,
        one,
        "report",
        27,
        "Half of the mornings are missed. The officer is let in, and little changes.",
    )
    _contact(scene, one, "visit", 27, "The father only. The child stayed upstairs.")
    row = _direct(scene, one, child.parents[0].pk, GATE, 95, 60)
    for ago in (52, 45, 20):
        found = supervision_directing.breach(
            order_id=one.pk, row_id=row.pk, on=scene.day(ago).date(), what="Not at the gate, and nobody called.",
            explanation="“I was asleep after the night shift.”", by=one.supervisor, at=scene.day(ago - 1),
        )  # fmt: skip
        if ago == 52:
            supervision_directing.warn(
                order_id=one.pk, row_id=found.pk, by_hand=False, by=one.supervisor, at=scene.day(50)
            )
    supervision_directing.complied(
        order_id=one.pk, row_id=row.pk, complied="no", note="The school's gate list.", by=one.supervisor, at=scene.day(18)
    )  # fmt: skip
    supervision_directing.judge(
        order_id=one.pk, to_parent=child.parents[0].pk, because="Three times in seven weeks, after a warning and an offer.",
        by=one.supervisor, at=scene.day(12),
    )  # fmt: skip
    return one


def _extended(scene: Scene, child: Child) -> SupervisionOrder:
    """A year went by and help is still needed: the court gave another."""
    one = _made(scene, way.opened(scene, child, 430), 340)
    for ago in (300, 260, 220, 180, 140, 100, 60, 20):
        _contact(
            scene, one, "visit", ago, "Mornings go better than a year ago; a bad week after each holiday."
        )
    for ago in (265, 185, 105, 25):
        _contact(scene, one, "report", ago, "Attendance rises slowly. The child comes to the reading group.")
    legal = scene.users["legal"]
    assert one.ends_on is not None
    longest = end_extended(child.pupil, one.ends_on).last_day
    supervision_court.extend(
        order_id=one.pk, applied_on=scene.day(50).date(), because="Two terms without a gap are the aim, and one was reached.",
        forms=FORMS, hearing_on=scene.day(9).date(), by=legal, at=scene.day(50),
    )  # fmt: skip
    supervision_court.extension_heard(
        order_id=one.pk, outcome="granted", decided_on=scene.day(9).date(), hearing_on=None, ends_on=longest, by=legal,
        at=scene.day(9, 16),
    )  # fmt: skip
    return one


def _consulting(scene: Scene, case: Case, outcome: str, ago: int) -> SupervisionOrder:
    considered(scene, case, outcome, ago)
    one = SupervisionOrder.objects.get(case=case)
    by, when = case.owner, scene.day(ago - 1)
    supervision.say_elsewhere(order_id=one.pk, elsewhere="no", by=by, at=when)
    supervision.consult(
        order_id=one.pk, whom="own", name="Assessment team, J. Invented", way=supervision.BEFORE, address="", asked_on=when.date(),
        asked="Whether the child is known, what risk is seen, what support there is, and whether anything speaks against it.",
        by=by, at=when,
    )  # fmt: skip
    return one


def _written(scene: Scene, case: Case, ago: int) -> SupervisionOrder:
    """Considered so many days ago, answered a week later, its plan written a week after."""
    one, by = _consulting(scene, case, "apply_instead", ago), case.owner
    when = scene.day(ago - 8)
    supervision.answer(
        order_id=one.pk, row_id=one.consultations.get().pk, answered_on=when.date(), known="Not known to the team.",
        risk="None seen beyond missed school.", support="Family support worker, from next month.", objections="None.",
        by=by, at=when,
    )  # fmt: skip
    supervision.to_plan(order_id=one.pk, by=by, at=when)
    return supervision.write(order_id=one.pk, by=by, at=scene.day(ago - 15), **WRITTEN)


def _made(scene: Scene, case: Case, ago: int) -> SupervisionOrder:
    """Made so many days ago, five weeks after it was written; its supervising officer is whoever works on the case."""
    one, legal = _written(scene, case, ago + 60), scene.users["legal"]
    supervision.authorise(
        order_id=one.pk, reasons="The plan is clear and the family knows it.", by=scene.users["manager"], at=scene.day(ago + 40)
    )  # fmt: skip
    heard = scene.day(ago)
    supervision_court.apply(
        order_id=one.pk, applied_on=scene.day(ago + 30).date(), court=COURT, court_number=f"MU{one.pk:03}", forms=FORMS,
        hearing_on=heard.date(), by=legal, at=scene.day(ago + 30),
    )  # fmt: skip
    for row in one.respondents.all():
        supervision_court.serve(
            order_id=one.pk, row_id=row.pk, served_on=scene.day(ago + 22).date(), how="Handed over at home", late_because="",
            by=legal, at=scene.day(ago + 21),
        )  # fmt: skip
    supervision_court.made(
        order_id=one.pk, made_on=heard.date(), ends_on=None, court_number="", by=legal, at=scene.day(ago, 16)
    )
    senior = way.other_senior(scene, case.owner)
    return supervision_directing.name_supervisor(
        order_id=one.pk, supervisor=case.owner, because="Knows the family.", by=senior, at=scene.day(ago - 1)
    )


def _contact(scene: Scene, one: SupervisionOrder, kind: str, ago: int, words: str) -> None:
    when = scene.day(ago, 15)
    supervision_directing.contact(
        order_id=one.pk, kind=kind, on=when.date(), who="The family, at home", child_seen=kind == "visit", words=words,
        by=one.supervisor, at=when,
    )  # fmt: skip


def _direct(scene: Scene, one: SupervisionOrder, to: int | None, text: str, ago: int, due: int) -> Direction:
    """Given so many days ago; due: days ago as well, less than none for a day to come."""
    due_on = scene.day(due).date() if due > 0 else scene.ahead(-due).date()
    said = supervision_directing.Directing(
        to_parent=to, text=text, because="Mornings are what is missed.", child_wishes="“I like it when we walk together.”",
        parent_wishes="Agrees; asks for a call when the bus is late.", due_on=due_on, by_hand=to is None,
    )  # fmt: skip
    return supervision_directing.direct(order_id=one.pk, said=said, by=one.supervisor, at=scene.day(ago))
