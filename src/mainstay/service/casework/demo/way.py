"""The way of a made-up case up to a finished investigation, step by step, by whoever would take each."""

from datetime import date, timedelta
from typing import Any, Final

from mainstay.service.casework.actions import cases, investigations
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.demo.scene import Child, Scene
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.models import Case, Investigation

TAKEN_OVER: Final = "A paper referral, accepted before schools referred here."
SAID: Final = (
    "Mornings are hard since the shifts changed. A call before eight would help.",
    "I see the children at weekends only, and heard of this from the letter.",
)
CHILD: Final = "I am tired on Mondays. I like it when Ms Penn is at the gate."
ANALYSIS: Final = (
    "Most absence falls on days after night shifts. What was tried helped while somebody was there in the morning; "
    "it ended when the mentor left. Both parents want the child in school."
)
WHY: Final = {
    "monitor": "The family works with us: a contract with a few clear promises is enough.",
    "fast_track": "Help was given and taken, and absence without leave goes on. The parents know what may follow.",
    "legal": "Help was refused three times in writing, and the parents say they will not change it.",
}  # fmt: skip


def opened(scene: Scene, child: Child, ago: int, owner: Any | None = None, **given: Any) -> Case:
    """Opened so many days ago; the officer's who signs in unless somebody else is named."""
    owner = owner or scene.users["officer"]
    return cases.open_case(
        pupil=child.pupil, school=child.school, because=TAKEN_OVER, owner=owner, by=owner, at=scene.day(ago), **given
    )  # fmt: skip


def looked_into(scene: Scene, case: Case, ago: int) -> Investigation:
    """What was found up to so many days ago: the register, each parent, the child, another agency."""
    one, by, when = Investigation.objects.get(case=case), case.owner, scene.day(ago)
    on = when.date()
    said: dict[str, Any] = {"investigation_id": one.pk, "by": by, "at": when}
    investigations.check_register(first=on - timedelta(days=90), last=on, **said)
    investigations.ask_agency(
        agency="School nurse", person="J. Made-Up", asked_on=on, basis="task", basis_words="",
        shared="Name and the days of illness, to learn whether appointments explain them.",
        learnt="No appointments on those days.", **said,
    )  # fmt: skip
    parents = parents_of(case.pupil_id, scene.today)
    heard = [Typed("parent", SAID[n % len(SAID)], 0, one.pk) for n, one in enumerate(parents)]
    investigations.save(no_agencies="", typed=[*heard, Typed("child", CHILD, 0)], **said)
    return one


def investigated(scene: Scene, case: Case, to: str, ago: int, review_on: date, agreed: bool = True) -> Case:
    """Finished so many days ago with that recommendation; agreed to by a senior officer where that is needed."""
    one, by, when = looked_into(scene, case, ago + 2), case.owner, scene.day(ago)
    investigations.save(
        investigation_id=one.pk, no_agencies="", typed=[Typed("analysis", ANALYSIS, 0)], by=by, at=when
    )
    investigations.finish(
        investigation_id=one.pk, recommendation=to, review_on=review_on, reasons=WHY[to], by=by, at=when
    )
    if agreed and to in ("fast_track", "legal"):
        investigations.agree(investigation_id=one.pk, by=other_senior(scene, by), at=scene.day(ago, 15))
    return case


def other_senior(scene: Scene, by: Any) -> Any:
    """The senior officer, or the manager for the senior officer's own work."""
    senior = scene.users["senior"]
    return scene.users["manager"] if by.pk == senior.pk else senior
