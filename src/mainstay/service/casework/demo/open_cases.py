"""Cases: nobody's yet, under investigation with visits, monitored with a contract, with legal, closed, purchased."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from mainstay.service.casework.actions import (
    cases,
    consulting,
    investigations,
    plan_reviews,
    plan_writing,
    plans,
    visit_cards,
    visits,
)
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.demo import way
from mainstay.service.casework.demo.scene import Child, Scene
from mainstay.service.casework.models import Case, Plan, Visit
from mainstay.service.documents import actions_statements
from mainstay.service.documents.statements import Asked

#: need, action, owner, who, how anybody will see it
PROMISES: Final = (
    (
        "Calm mornings",
        "Wakes the child at seven, and walks along on Mondays",
        "parent",
        "",
        "No late mark on a Monday",
    ),
    (
        "Calm mornings",
        "Meets the child at the gate every morning",
        "school",
        "Ms Penn (made up)",
        "The mentor's diary",
    ),
    (
        "Catching up",
        "Reads with the mentor for twenty minutes, twice a week",
        "school",
        "The reading mentor",
        "Her list",
    ),
    ("Somebody to turn to", "Calls the family every Friday", "officer", "", "A line in the chronology"),
)
SITUATION: Final = (
    ("situation", "Two good friends, likes art. Mornings are hard since the shifts changed."),
)
AREAS: Final = (
    ("family", "Two parents, a grandmother next door and a brother of three."),
    ("voice", "I like art and my friends. When I am late everybody looks."),
    (
        "parents",
        "Both say that mornings are hard since the shifts changed, and that they want help with that alone.",
    ),
    ("strengths", "Two good friends. Reads to the brother every evening."),
    ("needs", "Sleep, and somebody in the house at seven."),
    ("help", "A call at seven, and the mentor at the gate."),
)
HOUR: Final = timedelta(hours=1)


def tell(scene: Scene) -> None:
    here = ("school", "head")
    for story, schools in (
        (_visited, here), (_to_agree, here), (_nobodys, ()), (_monitored, ("school",)), (_review_due, ()), (_not_agreed, here),
        (_with_legal, here), (_improved, here), (_purchased, here), (_of_the_school, ("school",)), (_assessed, ("head",)),
    ):  # fmt: skip
        scene.tell(partial(story, scene), schools=schools)


def _visited(scene: Scene, child: Child) -> Case:
    """One visit written up, one that found nobody and is still to be written up, one to come."""
    case = way.opened(scene, child, 12)
    first = _visit(scene, case, 7, announced=True)
    _there(
        scene,
        first,
        7,
        "seen",
        "Made tea. A big dog, kept in the kitchen. The child showed a drawing of the school.",
    )
    visits.record(visit_id=first.pk, by=case.owner, at=scene.day(7, 16))
    way.looked_into(scene, case, 5)
    second = _visit(scene, case, 1, announced=False)
    _there(scene, second, 1, "nobody", "Nobody opened. The curtains were closed.", card=child.parents[0].pk)
    _plan_visit(scene, case, 0, scene.ahead(3, 15), announced=True, colleague=scene.users["senior"])
    _plan_visit(scene, case, 0, scene.ahead(8, 9), announced=False, place="school")
    return case


def _visit(scene: Scene, case: Case, ago: int, *, announced: bool) -> Visit:
    return _plan_visit(scene, case, ago + 3, scene.day(ago, 15), announced=announced)


def _plan_visit(scene: Scene, case: Case, ago: int, starts: Any, *, announced: bool, **given: Any) -> Visit:
    said = {"place": "home", "colleague": None, **given}
    return visits.plan(
        case_id=case.pk, starts=starts, minutes=60, announced=announced, told="By telephone, each parent" if announced else "",
        purpose="To meet the family and hear what mornings are like", risks="Looked: none known but a big dog.",
        precautions="Ring before; the dog stays in the kitchen.", by=case.owner, at=scene.day(ago, 9), **said,
    )  # fmt: skip


def _there(scene: Scene, visit: Visit, ago: int, outcome: str, words: str, card: int | None = None) -> None:
    by, when, seen = visit.case.owner, visit.meeting.starts, outcome == "seen"
    visits.arrive(visit_id=visit.pk, by=by, at=when)
    if card is not None:
        visit_cards.leave(visit_id=visit.pk, parent=card, by=by, at=when)
    left = min(when + HOUR / 2, scene.at)
    visits.leave(visit_id=visit.pk, by=by, at=left)
    visits.save(
        visit_id=visit.pk, outcome=outcome, child_seen=seen, who_seen="The mother and the child" if seen else "", version=1,
        typed=[Typed("said", words, 0)], by=by, at=left,
    )  # fmt: skip


def _to_agree(scene: Scene, child: Child) -> Case:
    """Finished yesterday: a senior officer agrees to Fast Track, or not."""
    case = way.opened(scene, child, 18)
    return way.investigated(scene, case, "fast_track", 1, scene.ahead(14).date(), agreed=False)


def _nobodys(scene: Scene, child: Child) -> Case:
    """A manager gives it to somebody."""
    by = scene.users["manager"]
    because = "A neighbouring council passes it on: the family moved here."
    return cases.open_case(
        pupil=child.pupil, school=child.school, because=because, owner=None, by=by, at=scene.day(2)
    )


def _monitored(scene: Scene, child: Child) -> Case:
    """An attendance contract runs; its copies are given and one promise is kept."""
    case = _on_to_monitoring(scene, child, 45, scene.ahead(10).date())
    plan = _contract(scene, case, child, 24)
    by, when = case.owner, scene.day(23)
    for parent in child.parents:
        copy = plan_reviews.make_copy(plan_id=plan.pk, parent=parent.pk, by=by, at=when)
        plan_reviews.copy_given(copy_id=copy.pk, method="hand", on=when.date(), by=by, at=when)
    line = plan.lines.filter(owner="school").order_by("pk")[0]
    plan_reviews.report(
        line_id=line.pk,
        status="done",
        evidence="The mentor's diary, every day but one.",
        by=by,
        at=scene.day(9),
    )
    return case


def _review_due(scene: Scene, child: Child) -> Case:
    """A colleague's: the review is due in these days, a plan is offered and not answered yet."""
    case = _on_to_monitoring(scene, child, 50, scene.ahead(1).date(), owner=scene.users["senior"])
    plans.offer(plan_id=_written(scene, case, "action", 4).pk, by=case.owner, at=scene.day(4, 12))
    return case


def _not_agreed(scene: Scene, child: Child) -> Case:
    """A contract was offered and not agreed, with the parent's own words; another plan is being written."""
    case = _on_to_monitoring(scene, child, 40, scene.ahead(16).date())
    plan, by = _written(scene, case, "contract", 12), case.owner
    plans.offer(plan_id=plan.pk, by=by, at=scene.day(12, 12))
    _sign(
        scene,
        plan,
        8,
        "parent",
        child.parents[0].pk,
        "",
        "I sign nothing before the school says who the mentor is.",
    )
    plans.not_agreed(plan_id=plan.pk, by=by, at=scene.day(7))
    _written(scene, case, "early_help", 3)
    return case


def _on_to_monitoring(scene: Scene, child: Child, ago: int, review_on: Any, owner: Any = None) -> Case:
    case = way.investigated(scene, way.opened(scene, child, ago, owner), "monitor", ago - 14, review_on)
    return cases.take(
        case_id=case.pk, step="monitor", because=way.WHY["monitor"], by=case.owner, at=scene.day(ago - 15)
    )


def _written(scene: Scene, case: Case, kind: str, ago: int) -> Plan:
    """A plan of a case."""
    begin = partial(plan_writing.begin, case_id=case.pk)
    return _write(begin, kind, scene.day(ago), case.owner)


def _write(begin: Callable[..., Plan], kind: str, when: datetime, by: Any) -> Plan:
    """Twelve weeks with what each side promises."""
    on = when.date()
    days: dict[str, Any] = {
        "starts_on": on, "ends_on": on + timedelta(weeks=12), "review_on": on + timedelta(weeks=6),
        "target": None if kind == "early_help" else 93,
    }  # fmt: skip
    plan = begin(kind=kind, by=by, at=when, **days)
    for need, action, owner, who, measure in PROMISES:
        plan_writing.promise(
            plan_id=plan.pk, need=need, action=action, owner=owner, who=who, measure=measure,
            due_on=on + timedelta(weeks=5), by=by, at=when,
        )  # fmt: skip
    assessed = kind == "early_help"
    consent = "All but health, with the school and the school nurse." if assessed else ""
    typed = [Typed(key, words, 0) for key, words in (AREAS if assessed else SITUATION)]
    plan_writing.write(plan_id=plan.pk, consent=consent, typed=typed, by=by, at=when, **days)
    return plan


def _contract(scene: Scene, case: Case, child: Child, ago: int) -> Plan:
    plan = _written(scene, case, "contract", ago)
    plans.offer(plan_id=plan.pk, by=case.owner, at=scene.day(ago, 11))
    for parent in child.parents:
        _sign(scene, plan, ago, "parent", parent.pk, "", "")
    _sign(scene, plan, ago, "school", None, "The attendance lead", "")
    return plans.start(plan_id=plan.pk, by=case.owner, at=scene.day(ago, 13))


def _sign(scene: Scene, plan: Plan, ago: int, side: str, parent: int | None, name: str, against: str) -> None:
    """Agreed, or not, with the words said."""
    when, by = scene.day(ago, 12), plan.made_by
    plans.sign(
        plan_id=plan.pk, side=side, parent=parent, name=name, agreed=not against, words=against, on=when.date(), by=by,
        at=when,
    )  # fmt: skip


def _with_legal(scene: Scene, child: Child) -> Case:
    """Passed on, and a statement for court begun from the chronology."""
    case = way.investigated(scene, way.opened(scene, child, 60), "legal", 40, scene.ahead(20).date())
    case = cases.take(
        case_id=case.pk, step="to_legal", because=way.WHY["legal"], by=scene.users["senior"], at=scene.day(30)
    )
    assert case.owner is not None
    asked = Asked(first=scene.day(60).date(), last=scene.day(6).date())
    actions_statements.start(
        pupil=child.pupil, witness=case.owner, asked=asked, known_on=scene.day(5).date(), by=case.owner, at=scene.day(5)
    )  # fmt: skip
    return case


def _improved(scene: Scene, child: Child) -> Case:
    """The contract was kept, and the case closed."""
    case, by = _on_to_monitoring(scene, child, 80, scene.day(6).date()), scene.users["officer"]
    plan = _contract(scene, case, child, 55)
    plan_reviews.review(
        plan_id=plan.pk, ticks={line.pk: ("done", "") for line in plan.lines.all()}, next_on=None, by=by, at=scene.day(7),
        words="Everybody is content. The mentor stays; the calls end.",
    )  # fmt: skip
    plans.end(plan_id=plan.pk, result="kept", words="Mornings are calm.", by=by, at=scene.day(7, 11))
    investigations.review(
        investigation_id=case.investigation.pk, words="Only two sessions missed in six weeks, both ill.",
        recommendation="improved", next_on=None, by=by, at=scene.day(6),
    )  # fmt: skip
    reasons = "Attendance is back where it was two years ago. The school goes on by itself."
    return cases.close(case_id=case.pk, reason="improved", reasons=reasons, by=by, at=scene.day(6, 11))


def _purchased(scene: Scene, child: Child) -> Case:
    """Work a school buys, without an investigation."""
    return way.opened(scene, child, 21, kind=Case.Kind.PURCHASED)


def _of_the_school(scene: Scene, child: Child) -> Plan:
    """The school's own contract after a consultation, without a case; its review is near."""
    by, when = scene.users["school"], scene.day(36)
    consultation = consulting.log(
        pupil=child.pupil, school=child.school, officer=scene.users["officer"], spoke_with=by.name, on=when.date(), how="phone",
        concern="Mondays are missed.", advice="Offer a contract first, and look at it in six weeks.", outcome="advise", by=by,
        at=when,
    )  # fmt: skip
    begin = partial(plan_writing.begin_before, pupil=child.pupil, consultation=consultation)
    plan = _write(begin, "contract", when, by)
    plans.offer(plan_id=plan.pk, by=by, at=scene.day(36, 11))
    _sign(scene, plan, 36, "parent", child.parents[0].pk, "", "")
    return plans.start(plan_id=plan.pk, by=by, at=scene.day(36, 13))


def _assessed(scene: Scene, child: Child) -> Plan:
    """An early help assessment that the school has bought, agreed to by a parent and offered."""
    by, when = scene.users["officer"], scene.day(6)
    begin = partial(plan_writing.begin_before, pupil=child.pupil, purchased=True)
    plan = _write(begin, "early_help", when, by)
    plans.agree_to_share(
        plan_id=plan.pk, parent=child.parents[0].pk, on=when.date(), how="signed", with_school=True, by=by, at=when
    )  # fmt: skip
    return plans.offer(plan_id=plan.pk, by=by, at=scene.day(6, 12))
