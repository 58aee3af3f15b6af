"""One made-up family after the other: requests, and notices up to the issue."""

from collections.abc import Callable
from typing import Any

from mainstay.service.penalties.actions import checking, requests
from mainstay.service.penalties.demo import bulk, way
from mainstay.service.penalties.demo.scene import Family, Scene
from mainstay.service.penalties.models import Check


def ask(scene: Scene) -> None:
    """Requests at a school's desk, and those just sent."""
    for name in ("school", "head"):
        by, own = scene.users[name], scene.schools_of(name)

        def told(ago: int, story: Callable[[Family], Any], own: set[int] = own) -> None:
            scene.tell(story, since=scene.day(ago).date(), schools=own, only=True)

        told(6, lambda f, by=by: _returned(scene, f, by))  # type: ignore[misc]
        told(1, lambda f, by=by: way.requested(scene, f, scene.day(1, 8), by=by))  # type: ignore[misc]
        told(1, lambda f, by=by: way.asked(scene, f, scene.day(1), by=by))  # type: ignore[misc]
        told(3, lambda f, by=by: way.asked(scene, f, scene.day(3), by=by))  # type: ignore[misc]
    near = scene.schools_of("officer", "senior")
    for ago in (1, 2, 4):
        scene.tell(lambda f, ago=ago: way.asked(scene, f, scene.day(ago)), since=scene.day(ago).date(), schools=near)  # type: ignore[misc]  # fmt: skip
    scene.tell(
        lambda f: way.requested(scene, f, scene.day(1)),
        since=scene.day(1).date(),
        schools=scene.schools_of("officer"),
    )
    scene.tell(lambda f: _taken_back(scene, f), since=scene.day(5).date())
    for reasons in (
        "Support should come first: the family has just agreed to early help.",
        "Illness explains most of these sessions; the school amends the register.",
    ):
        scene.tell(lambda f, reasons=reasons: _refused(scene, f, reasons), since=scene.day(9).date())  # type: ignore[misc]


def _returned(scene: Scene, family: Family, by: Any) -> None:
    request = way.asked(scene, family, scene.day(6), by=by)
    because = "Enclose the letter to the father: only the one to the mother is here."
    requests.give_back(request_id=request.pk, because=because, by=family.officer, at=scene.day(4))


def _taken_back(scene: Scene, family: Family) -> None:
    request = way.asked(scene, family, scene.day(5))
    requests.take_back(request_id=request.pk, by=family.officer, at=scene.day(4))


def _refused(scene: Scene, family: Family, reasons: str) -> None:
    request = way.asked(scene, family, scene.day(9))
    requests.refuse(request_id=request.pk, reasons=reasons, by=family.officer, at=scene.day(7))


def check(scene: Scene) -> None:
    """Notices on the officer's desk, to approve, to issue, sent back and not approved."""
    near = scene.schools_of("officer", "senior")
    for ago, most in ((1, 2), (2, 4)):
        since = scene.day(ago).date()
        scene.tell(lambda f, ago=ago, most=most: _begun(scene, f, ago, most), since=since, schools=near)  # type: ignore[misc]
    for ago in (1, 2, 3):
        since = scene.day(ago).date()
        scene.tell(lambda f, ago=ago: way.proposed(scene, f, scene.day(ago, 9)), since=since, schools=near)  # type: ignore[misc]
    scene.tell(lambda f: _sent_back(scene, f), since=scene.day(3).date(), schools=near)
    scene.tell(lambda f: _not_approved(scene, f), since=scene.day(8).date())
    scene.tell(lambda f: _both_parents(scene, f), since=scene.day(6).date(), parents=2)
    before = scene.day(bulk.LOOKED_AT).date()
    bulk.approved(scene, [bulk.case(f, before) for f in scene.take(3, since=before)], scene.day(1))


def _begun(scene: Scene, family: Family, ago: int, most: int) -> None:
    request = way.asked(scene, family, scene.day(ago))
    way.chosen(request, family.parents[0], family, scene.day(ago, 12))
    Check.objects.bulk_create(way.answers(request, family.officer, scene.day(ago, 13), most))


def _sent_back(scene: Scene, family: Family) -> None:
    notice = way.proposed(scene, family, scene.day(3, 9))
    checking.send_back(
        notice_id=notice.pk, reasons="Say what the school nurse answered about the stomach aches.",
        by=way.approver(scene, family.officer), at=scene.day(2),
    )  # fmt: skip


def _not_approved(scene: Scene, family: Family) -> None:
    notice = way.proposed(scene, family, scene.day(8, 9))
    checking.refuse(
        notice_id=notice.pk, reasons="A bereavement in the family: support first, and look again next term.",
        by=way.approver(scene, family.officer), at=scene.day(7),
    )  # fmt: skip


def _both_parents(scene: Scene, family: Family) -> None:
    """Each parent gets a notice of their own."""
    first = way.drafted(scene, family, scene.day(6, 9))
    second = way.chosen(first.request, family.parents[1], family, scene.day(6, 12))
    for notice in (first, second):
        checking.propose(notice_id=notice.pk, reasons=way.WHY_NOTICE, by=family.officer, at=scene.day(5, 9))
        checking.approve(notice_id=notice.pk, by=way.approver(scene, family.officer), at=scene.day(5, 11))
    way.out(scene, [first, second], scene.day(4))
