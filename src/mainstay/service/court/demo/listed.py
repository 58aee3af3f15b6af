"""In court: a reply awaited, on the lists of this week and the next, adjourned, decided in each way, ended."""

from datetime import datetime, timedelta
from typing import Any, Final

from mainstay.service.casework.demo.scene import Child, instant, weekday
from mainstay.service.court import passing
from mainstay.service.court.actions import (
    hearings,
    issuing,
    results,
    sittings,
    stopping,
    telling,
    trial,
    unused,
)
from mainstay.service.court.actions.hearings import Held
from mainstay.service.court.actions.results import Decided
from mainstay.service.court.actions.telling import Action
from mainstay.service.court.demo import way
from mainstay.service.court.demo.scene import CourtScene
from mainstay.service.court.models import Hearing, Prosecution, Result, UnusedItem
from mainstay.service.court.sentencing import Passed
from mainstay.service.record import deadlines
from mainstay.service.record.models import Deadline

HERE: Final = ("school", "head")
NOTES: Final = "The bench heard both sides and thanked the school for its papers."
WEEK: Final = timedelta(days=7)


def tell(scene: CourtScene) -> None:
    for story, ago in (
        (_to_reply, 24), (_this_week, 45), (_adjourned, 62), (_for_trial, 70), (_fined, 110), (_lesser, 100),
        (_acquitted, 80), (_discontinued, 50),
    ):  # fmt: skip
        scene.tell(story, ago, HERE)
    passing.times_over(on=scene.today, last=None)


def _to_reply(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """A single justice procedure notice: the defendant's time to reply runs."""
    return way.charged(scene, child, ago)


def _this_week(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """On the next list, with the bundle sealed and handed over."""
    one = way.charged(scene, child, ago, "requisition", sitting=_soon(scene), whole=True)
    way.bundle_issued(scene, one, 21)
    return one


def _adjourned(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """The defendant asked for a solicitor, and for time."""
    one = _heard_first(scene, child, ago, 20)
    later = _later(scene)
    _held(
        scene, one, outcome="adjourned", because="To see a duty solicitor.", asked_by="defence", costs_pence=8500,
        next_sitting=later.pk, directions=[("Serve the schedule of costs", scene.cast.ahead(4).date())],
    )  # fmt: skip
    return one


def _for_trial(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """Not guilty: a statement objected to, what is not served reviewed and disclosed, the trial next week."""
    one, legal = _heard_first(scene, child, ago, 25), scene.users["legal"]
    _to_trial(scene, one, _later(scene).pk)
    served = trial.statement_served(
        prosecution_id=one.pk,
        witness=one.investigator.name,
        served_on=scene.day(22).date(),
        by=legal,
        at=scene.day(22),
    )
    trial.objected(
        statement_id=served.pk, on=scene.day(15).date(), objection="The visits are remembered otherwise.", by=legal,
        at=scene.day(15),
    )  # fmt: skip
    trial.warned(statement_id=served.pk, on=scene.day(14).date(), by=legal, at=scene.day(14))
    unused.name_officer(prosecution_id=one.pk, officer=legal, by=legal, at=scene.day(15))
    _reviewed(scene, one)
    trial.disclosed(
        prosecution_id=one.pk, on=scene.day(13).date(), found="The schedule, and the note of the aunt’s call.", by=legal,
        at=scene.day(13),
    )  # fmt: skip
    return one


def _fined(scene: CourtScene, child: Child, ago: int) -> Result:
    """No reply: a single justice convicts and fines; told, and the parent written to."""
    one, legal = way.charged(scene, child, ago), scene.users["legal"]
    replied = 62
    issuing.reply(
        prosecution_id=one.pk,
        plea="none",
        on=scene.day(replied).date(),
        mitigation="",
        by=legal,
        at=scene.day(replied),
    )
    sitting = scene.sitting(scene.day(replied - 4), legal, scene.day(replied))
    sittings.put_onto(
        sitting_id=sitting.pk, prosecution_ids=[one.pk], kind="", by=legal, at=scene.day(replied)
    )
    _held(scene, one, attended=(), plea="")
    result = _decided(
        scene, one, "convicted", Passed(kind="fine", pence=22000), costs_asked_pence=19500, costs_granted_pence=12000,
        surcharge_pence=8800,
    )  # fmt: skip
    _told(scene, result)
    said: dict[str, Any] = {
        "improved": False,
        "found": "Two days missed each week still.",
        "by": one.investigator,
    }
    scene.attempt(lambda: telling.check_after(prosecution_id=one.pk, at=scene.day(10), **said))
    return result


def _lesser(scene: CourtScene, child: Child, ago: int) -> Result:
    """Charged with the aggravated offence, convicted of the lesser, with a parenting order."""
    one, legal = _heard_first(scene, child, ago, 60, "444(1A)"), scene.users["legal"]
    sitting = scene.sitting(scene.day(30), legal, scene.day(61))
    _to_trial(scene, one, sitting.pk)
    _held(scene, one)
    result = _decided(
        scene, one, "lesser", Passed(kind="fine", pence=14600),
        Passed(kind="parenting_order", months=6, requirements="Ten evenings of guidance, once a week (made up)."),
        costs_asked_pence=30000, costs_granted_pence=15000, surcharge_pence=5800,
    )  # fmt: skip
    _told(scene, result)
    return result


def _acquitted(scene: CourtScene, child: Child, ago: int) -> Result:
    """Yesterday's: the school, the officer and the parent are to be told."""
    one, legal = _heard_first(scene, child, ago, 40), scene.users["legal"]
    sitting = scene.sitting(scene.day(1), legal, scene.day(41))
    _to_trial(scene, one, sitting.pk)
    _held(scene, one)
    return _decided(scene, one, "acquitted")


def _discontinued(scene: CourtScene, child: Child, ago: int) -> Result:
    """New facts came before the hearing: the council does not go on, and the court is to be told."""
    one = way.charged(scene, child, ago, "requisition", sitting=_later(scene))
    reasons = "The surgery found a letter: the child was in hospital for a week of it."
    return stopping.discontinue(
        prosecution_id=one.pk, reasons=reasons, by_hand=False, by=scene.users["legal"], at=scene.day(0, 9)
    )


def _soon(scene: CourtScene) -> Any:
    """The next list: tomorrow's, or Monday's."""
    return scene.sitting(
        instant(weekday(scene.today + timedelta(days=1)), 10), scene.users["legal"], scene.day(45)
    )


def _later(scene: CourtScene) -> Any:
    """Next week's."""
    return scene.sitting(instant(weekday(scene.today + WEEK), 10), scene.users["legal"], scene.day(45))


def _heard_first(
    scene: CourtScene, child: Child, ago: int, heard: int, offence: str = "444(1)"
) -> Prosecution:
    """Charged with a requisition to a hearing so many days ago."""
    sitting = scene.sitting(scene.day(heard), scene.users["legal"], scene.day(ago))
    return way.charged(scene, child, ago, "requisition", offence, sitting)


def _to_trial(scene: CourtScene, one: Prosecution, next_sitting: int) -> None:
    coming = _coming(one)
    due = (coming.sitting.starts + 2 * WEEK).date()
    _held(
        scene, one, outcome="trial_set", plea="not_guilty", disclosure_due=due, disclosure_officer=scene.users["legal"],
        next_sitting=next_sitting,
    )  # fmt: skip


def _coming(one: Prosecution) -> Hearing:
    return one.hearings.filter(outcome="").select_related("sitting").get()


def _held(scene: CourtScene, one: Prosecution, **said: Any) -> None:
    """Written down in the afternoon of its day."""
    coming = _coming(one)
    held = Held(
        **{
            "outcome": "decided",
            "notes": NOTES,
            "bench": "Three made-up justices",
            "attended": ("defendant",),
        }
        | said
    )
    hearings.record(hearing_id=coming.pk, held=held, by=scene.users["legal"], at=_evening(scene, coming))


def _evening(scene: CourtScene, hearing: Hearing) -> datetime:
    return min(hearing.sitting.starts + timedelta(hours=6), scene.at)


def _decided(scene: CourtScene, one: Prosecution, verdict: str, *passed: Passed, **sums: Any) -> Result:
    last = one.hearings.filter(outcome="decided").select_related("sitting").get()
    decided = Decided(verdict=verdict, passed=passed, **sums)
    return results.decide(
        prosecution_id=one.pk, decided=decided, by=scene.users["legal"], at=_evening(scene, last)
    )


def _told(scene: CourtScene, result: Result) -> None:
    """A day later; where the school's calendar ends too early to look at attendance again, it waits."""
    when = min(instant(weekday(result.on + timedelta(days=1)), 11), scene.at)
    said: dict[str, Any] = {"result_id": result.pk, "by": scene.users["legal"], "at": when}
    actions = [
        Action("Visit the family and explain what follows", when.date() + WEEK),
        Action("Meet the child at the gate for a fortnight", when.date() + WEEK, school=True),
    ]
    scene.attempt(lambda: telling.tell_result(actions=actions, **said))
    scene.attempt(lambda: telling.send_letter(by_hand=False, **said))
    owner, done = result.prosecution.case.owner, min(when + WEEK, scene.at)
    for due in Deadline.objects.open().filter(
        about_kind="court.result", about_id=str(result.pk), rule__startswith="court-action"
    ):
        deadlines.finish(deadline=due, found="Done, as agreed.", by=owner, at=done)


def _reviewed(scene: CourtScene, one: Prosecution) -> None:
    """Each line looked at by the disclosure officer: one disclosed, what is privileged withheld."""
    legal, when = scene.users["legal"], scene.day(14)
    unused.look_again(prosecution_id=one.pk, by=legal, at=when)
    rows = UnusedItem.objects.filter(prosecution=one, decision="open").order_by("privileged", "pk")
    for number, row in enumerate(rows):
        said: dict[str, Any] = {
            "undermines": False,
            "decision": "not_relevant",
            "because": "",
            "disclosed_on": None,
        }
        if row.privileged:
            said |= {"decision": "withhold", "because": "Legal advice"}
        elif not number:
            said |= {
                "undermines": True, "decision": "disclose", "because": "It may help the defence.", "disclosed_on": when.date(),
            }  # fmt: skip
        unused.decide(item_id=row.pk, by=legal, at=when, **said)
    unused.finish(prosecution_id=one.pk, by=legal, at=when)
