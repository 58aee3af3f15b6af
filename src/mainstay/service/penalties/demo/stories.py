"""One made-up family after the other: requests and notices in every state."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from mainstay.service.documents.service import mark_returned
from mainstay.service.penalties.actions import checking, ending, requests
from mainstay.service.penalties.demo import money, way
from mainstay.service.penalties.demo.scene import Family, Scene
from mainstay.service.penalties.models import Notice

Ground = Notice.Ground
#: ground of withdrawal -> the reasons, and how it was paid before
WITHDRAWN: Final = {
    Ground.WRONGLY_ISSUED: ("The school had granted two of the days; the register was amended since.", ""),
    Ground.OUTSIDE_CODE: ("The evidence list of the code was not complete when it was issued.", ""),
    Ground.WRONG_RECIPIENT: ("The parent had moved out the year before; the other parent took the child.", "cash_office"),
    Ground.MATERIAL_ERROR: ("The letter names the wrong school.", "online"),
}  # fmt: skip


def tell(scene: Scene) -> None:
    """Everything, newest work first, so that whoever signs in finds something to do."""
    _asking(scene)
    _checking(scene)
    _posted(scene)
    _paid(scene)
    _over(scene)
    _withdrawn(scene)


def _asking(scene: Scene) -> None:
    """Requests at a school's desk, and those just sent."""
    users, today = scene.users, scene.today
    for name in ("school", "head"):
        own = scene.schools_of(name) & _of_post(scene, name)
        by = users[name]

        def told(story: Callable[[Family], Any], own: set[int] = own) -> None:
            scene.tell(story, since=today, schools=own)

        told(lambda f, by=by: way.requested(scene, f, scene.day(0, 8), by=by))
        told(lambda f, by=by: way.asked(scene, f, scene.day(1), by=by))
        told(lambda f, by=by: way.asked(scene, f, scene.day(3), by=by))
        told(lambda f, by=by: _returned(scene, f, by))
    for ago in (1, 2, 4):
        scene.tell(lambda f, ago=ago: way.asked(scene, f, scene.day(ago)), since=today, schools=scene.schools_of("officer", "senior"))  # type: ignore[misc]  # fmt: skip
    scene.tell(
        lambda f: way.requested(scene, f, scene.day(1)), since=today, schools=scene.schools_of("officer")
    )
    scene.tell(lambda f: _taken_back(scene, f), since=today)
    for reasons in (
        "Support should come first: the family has just agreed to early help.",
        "Illness explains most of these sessions; the school amends the register.",
    ):
        scene.tell(lambda f, reasons=reasons: _refused(scene, f, reasons), since=today - timedelta(days=9))  # type: ignore[misc]


def _of_post(scene: Scene, name: str) -> set[int]:
    return set(scene.users[name].school_posts.values_list("school_id", flat=True))


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


def _checking(scene: Scene) -> None:
    """Notices on the officer's desk, to approve, to issue, sent back and not approved."""
    today, near = scene.today, scene.schools_of("officer", "senior")
    for ago, most in ((1, 2), (2, 4)):
        scene.tell(lambda f, ago=ago, most=most: _begun(scene, f, ago, most), since=today, schools=near)  # type: ignore[misc]
    for ago in (1, 1, 2, 3):
        scene.tell(lambda f, ago=ago: way.proposed(scene, f, scene.day(ago, 9)), since=today, schools=near)  # type: ignore[misc]
    for _ in range(3):
        scene.tell(lambda f: way.approved(scene, f, scene.day(1, 9)), since=today)
    scene.tell(lambda f: _sent_back(scene, f), since=today, schools=near)
    scene.tell(lambda f: _not_approved(scene, f), since=today)
    scene.tell(lambda f: _both_parents(scene, f), since=today, parents=2)


def _begun(scene: Scene, family: Family, ago: int, most: int) -> None:
    request = way.asked(scene, family, scene.day(ago))
    notice = way.chosen(request, family.parents[0], family, scene.day(ago, 12))
    way.answered(notice, family, scene.day(ago, 13), most=most)


def _sent_back(scene: Scene, family: Family) -> None:
    notice = way.proposed(scene, family, scene.day(3, 9))
    checking.send_back(
        notice_id=notice.pk, reasons="Say what the school nurse answered about the stomach aches.",
        by=way.approver(scene, family), at=scene.day(2),
    )  # fmt: skip


def _not_approved(scene: Scene, family: Family) -> None:
    notice = way.proposed(scene, family, scene.day(8, 9))
    checking.refuse(
        notice_id=notice.pk, reasons="A bereavement in the family: support, and look again in January.",
        by=way.approver(scene, family), at=scene.day(7),
    )  # fmt: skip


def _both_parents(scene: Scene, family: Family) -> None:
    """Each parent gets a notice of their own."""
    first = way.drafted(scene, family, scene.day(6, 9))
    second = way.chosen(first.request, family.parents[1], family, scene.day(6, 12))
    for notice in (first, second):
        checking.propose(notice_id=notice.pk, reasons=way.WHY_NOTICE, by=family.officer, at=scene.day(5, 9))
        checking.approve(notice_id=notice.pk, by=way.approver(scene, family), at=scene.day(5, 11))
    way.out(scene, [first, second], scene.day(4))


def _issued(scene: Scene, ago: int, then: Callable[[Notice], Any] = lambda notice: None) -> Notice | None:
    """A notice issued so many days ago, and what happened to it."""

    def story(family: Family) -> Notice:
        notice = way.issued(scene, family, scene.day(ago))
        then(notice)
        return notice

    return scene.tell(story, since=timezone.localdate(scene.day(ago + 2)))


def _posted(scene: Scene) -> None:
    """Within the reduced period, after it, and come back."""
    for ago in (5, 7, 9, 12, 25, 26, 27):
        _issued(scene, ago)
    for ago in (11, 16):
        _issued(scene, ago, lambda notice: _came_back(scene, notice))


def _came_back(scene: Scene, notice: Notice) -> None:
    assert notice.service is not None
    mark_returned(
        service=notice.service, returned_on=timezone.localdate(scene.day(3)), reason="Addressee gone away",
        by=scene.users["support"], at=scene.day(2),
    )  # fmt: skip


def _paid(scene: Scene) -> None:
    """At the reduced sum and the full one, by each way; and sums that count for nothing."""
    for issued, paid, how in ((20, 12, "cash_office"), (24, 15, "bank"), (33, 20, "online"), (38, 30, "online"), (45, 38, "bank")):  # fmt: skip
        _issued(scene, issued, lambda n, paid=paid, how=how: money.paid(scene, n, paid, how))  # type: ignore[misc]
    for issued, paid, how in ((34, 9, "online"), (44, 19, "cash_office")):
        _issued(scene, issued, lambda n, paid=paid, how=how: money.paid(scene, n, paid, how))  # type: ignore[misc]
    _issued(scene, 14, lambda n: money.wrong_sum(scene, n, 6))
    _issued(scene, 18, lambda n: money.wrong_sum(scene, n, 11))


def _over(scene: Scene) -> None:
    """Past the time to pay: to decide, and to be prosecuted."""
    for ago in (36, 41, 47):
        _issued(scene, ago, lambda notice: _unpaid(scene, notice))
    for ago in (55, 62):
        _issued(scene, ago, lambda notice: _prosecuted(scene, notice))
    _issued(scene, 58, lambda notice: _let_go(scene, notice))


def _unpaid(scene: Scene, notice: Notice) -> None:
    assert notice.decide_from is not None
    at = timezone.make_aware(timezone.datetime.combine(notice.decide_from, timezone.datetime.min.time()))
    ending.due(notice_id=notice.pk, on=notice.decide_from, at=at + timedelta(hours=6))


def _prosecuted(scene: Scene, notice: Notice) -> None:
    _unpaid(scene, notice)
    ending.prosecute(
        notice_id=notice.pk, reasons="The absence is proved by the register, and nothing excuses it.",
        by=scene.users["manager"], at=scene.day(15), evidence="Register, letters, notice and its posting.",
        equality="Nothing known that speaks against it.", alternatives="An education supervision order would not help here.",
    )  # fmt: skip


def _let_go(scene: Scene, notice: Notice) -> None:
    _unpaid(scene, notice)
    _withdraw(scene, notice, Ground.UNPAID, "The family is homeless since: not in the public interest.", 12)


def _withdrawn(scene: Scene) -> None:
    """On each ground; what was paid goes back."""
    for ground, (reasons, way_paid) in WITHDRAWN.items():

        def then(notice: Notice, ground: str = ground, reasons: str = reasons, how: str = way_paid) -> None:
            if how:
                money.paid(scene, notice, 18, how)
            _withdraw(scene, notice, ground, reasons, 8)
            if how == "cash_office":
                money.given_back(scene, notice, 5)

        _issued(scene, 22, then)


def _withdraw(scene: Scene, notice: Notice, ground: str, reasons: str, ago: int) -> None:
    ending.withdraw(
        notice_id=notice.pk, ground=ground, reasons=reasons, by=scene.users["manager"], at=scene.day(ago)
    )
