"""The way of a made-up notice, step by step, by whoever would take each."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent
from mainstay.service.penalties import checks, code, evidence, facts
from mainstay.service.penalties.actions import checking, issuing, requests, writing
from mainstay.service.penalties.demo.scene import Family, Scene
from mainstay.service.penalties.models import Notice, NoticeRequest

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
    picked = family.relied(timezone.localdate(when))
    if not picked:
        raise StepRefused("There is nothing it could rest on.")
    because = "The family was told in writing what may follow."
    writing.write(request_id=made.pk, picked=picked, because=because, by=by, at=when)
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


def answered(notice: Notice, family: Family, when: datetime, *, most: int = 20) -> None:
    """Questions of the check answered as they are asked; most: so many of them."""
    holiday = all(one["code"] == "G" for one in facts.relied_on(notice))
    said = ANSWERS if holiday else ANSWERS | SPREAD
    given: set[str] = set()
    for _ in range(2):  # answers make further questions be asked
        found = facts.one(facts.select(Notice.objects).get(pk=notice.pk), timezone.localdate(when))
        for question in checks.QUESTIONS:
            if (
                question.name in said
                and question.name not in given
                and question.asked(found)
                and len(given) < most
            ):
                value, text = said[question.name]
                checking.answer(
                    request_id=notice.request_id, name=question.name, value=value, text=text, by=family.officer, at=when
                )  # fmt: skip
                given.add(question.name)


def drafted(scene: Scene, family: Family, when: datetime, *, parent: int = 0, **given: Any) -> Notice:
    """Asked, a parent chosen and every question answered."""
    request = asked(scene, family, when, **given)
    notice = chosen(request, family.parents[parent], family, when + LATER)
    answered(notice, family, when + LATER)
    return notice


def proposed(scene: Scene, family: Family, when: datetime, **given: Any) -> Notice:
    notice = drafted(scene, family, when, **given)
    return checking.propose(
        notice_id=notice.pk, reasons=WHY_NOTICE, by=family.officer, at=when + 2 * LATER,
        circumstances="Both parents work; the holiday was booked before the school was asked.",
        alternatives="An attendance contract was offered and not answered.",
    )  # fmt: skip


def approved(scene: Scene, family: Family, when: datetime, **given: Any) -> Notice:
    notice = proposed(scene, family, when, **given)
    return checking.approve(notice_id=notice.pk, by=approver(scene, family), at=when + 3 * LATER)


def issued(scene: Scene, family: Family, when: datetime, **given: Any) -> Notice:
    """Asked two days before it is issued."""
    notice = approved(scene, family, when - timedelta(days=2), **given)
    return out(scene, [notice], when)[0]


def out(scene: Scene, notices: list[Notice], when: datetime) -> list[Notice]:
    """Approved notices issued by business support. Raises StepRefused with the words why one is not."""
    done = issuing.issue(notice_ids=[n.pk for n in notices], by=scene.users["support"], at=when)
    if done.refused:
        raise StepRefused(done.refused[0][1])
    return done.notices


def approver(scene: Scene, family: Family) -> Any:
    """The senior officer, or the manager for what the senior officer prepared."""
    senior = scene.users["senior"]
    return scene.users["manager"] if family.officer.pk == senior.pk else senior
