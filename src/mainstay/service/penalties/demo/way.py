"""The way of a made-up notice, step by step, by whoever would take each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent
from mainstay.service.penalties import code, evidence
from mainstay.service.penalties.actions import checking, issuing, requests, writing
from mainstay.service.penalties.demo.scene import Family, Scene
from mainstay.service.penalties.models import Check, Notice, NoticeRequest

Route = NoticeRequest.Route
#: what is said to each question, and why
ANSWERS: Final = {
    "support": ("not_appropriate", "The whole absence was one holiday; the school had refused leave for it."),
    "equality": ("considered", "The school knows of no disability. The family speaks English and was met twice."),
    "send": ("considered", "No plan, no known needs; the school nurse was asked."),
    "best_tool": ("yes", "The family can prevent it, and knows what follows."),
    "proceedings": ("none", "Asked in the team and at the school."),
    "crossing": ("not_needed", "On roll in the city since before the national framework."),
    "unresolved": ("seen", "The school rang twice and wrote; no reason was given."),
    "warning": ("given", "The letter refusing leave says so."),
    "namesakes": ("different", "Another date of birth and another address."),
}  # fmt: skip
#: where absence was spread over weeks
SPREAD: Final = {
    "support": ("given", "Breakfast club and a key worker were offered in writing twice; the parents did not answer."),
    "improvement": ("no_effect", "A notice to improve last spring was not kept to."),
}  # fmt: skip
EVIDENCE: Final = (
    "Letters of the day of the third absence and a week later, copies in the child's file.",
    "Meeting with the attendance lead offered twice; nobody came.",
    "No special educational needs. A younger sister attends every day.",
)
BECAUSE: Final = "The family was told in writing what may follow."
WHY_PARENT: Final = "Lives with the child and decided about the absence; the school spoke with this parent."
WHY_NOTICE: Final = (
    "Ten sessions and more without leave, after letters and an offer of support. The family can prevent it."
)
LATER: Final = timedelta(hours=1)


def requested(
    scene: Scene,
    family: Family,
    when: datetime,
    *,
    by: Any = None,
    route: str = Route.THRESHOLD,
    **given: Any,
) -> NoticeRequest:
    """A request as it is being written: its sessions picked, and of a school its evidence. given: as for ``start``."""
    by = by or family.officer
    finding = family.finding if route == Route.THRESHOLD else None
    made = requests.start(pupil=family.pupil, route=route, finding=finding, by=by, at=when, **given)
    picked = family.picked(timezone.localdate(when))
    if not picked:
        raise StepRefused("There is nothing it could rest on.")
    made = writing.write(request_id=made.pk, picked=picked, because=BECAUSE, by=by, at=when)
    if by.is_school_user:
        lines = evidence.asked(code.in_force(timezone.localdate(when)))
        for line, text in zip(lines, EVIDENCE, strict=False):
            writing.add_evidence(request_id=made.pk, what=line, state="met", text=text, by=by, at=when)
    return made


def asked(scene: Scene, family: Family, when: datetime, *, by: Any = None, **given: Any) -> NoticeRequest:
    made = requested(scene, family, when, by=by, **given)
    return requests.ask(request_id=made.pk, by=by or family.officer, at=when + LATER)


def chosen(request: NoticeRequest, parent: Parent, family: Family, when: datetime) -> Notice:
    """The parent to notify, chosen by the officer."""
    return checking.choose_parent(
        request_id=request.pk, parent=parent, why=WHY_PARENT, by=family.officer, at=when
    )


def answers(request: NoticeRequest, officer: Any, when: datetime, most: int = 20) -> Iterable[Check]:
    """An answer to each question that may be asked."""
    holiday = all(session["code"] == "G" for session in request.sessions)
    said = ANSWERS if holiday else ANSWERS | SPREAD
    for name, (value, text) in list(said.items())[:most]:
        yield Check(request=request, name=name, value=value, text=text, by=officer, at=when)


def drafted(scene: Scene, family: Family, when: datetime, *, parent: int = 0, **given: Any) -> Notice:
    """Asked, a parent chosen and every question answered."""
    request = asked(scene, family, when, **given)
    Check.objects.bulk_create(answers(request, family.officer, when + LATER))
    return chosen(request, family.parents[parent], family, when + LATER)


def proposed(scene: Scene, family: Family, when: datetime, **given: Any) -> Notice:
    notice = drafted(scene, family, when, **given)
    return checking.propose(
        notice_id=notice.pk, reasons=WHY_NOTICE, by=family.officer, at=when + 2 * LATER,
        circumstances="Both parents work; the holiday was booked before the school was asked.",
        alternatives="An attendance contract was offered and not answered.",
    )  # fmt: skip


def out(scene: Scene, notices: list[Notice], when: datetime) -> list[Notice]:
    """Approved notices issued by business support. Raises StepRefused with the words why one is not."""
    done = issuing.issue(notice_ids=[n.pk for n in notices], by=scene.users["support"], at=when)
    if done.refused:
        raise StepRefused(done.refused[0][1])
    return done.notices


def approver(scene: Scene, officer: Any) -> Any:
    """The senior officer, or the manager for what the senior officer prepared."""
    senior = scene.users["senior"]
    return scene.users["manager"] if officer.pk == senior.pk else senior
