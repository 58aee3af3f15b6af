"""What became of made-up notices: posted, come back, paid, over, withdrawn; each batch issued on its own day."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from functools import partial
from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import runs
from mainstay.service.documents.service import mark_returned
from mainstay.service.penalties.actions import ending, issuing, representing
from mainstay.service.penalties.demo import bulk, money
from mainstay.service.penalties.demo.scene import Scene
from mainstay.service.penalties.models import Notice

Ground = Notice.Ground
End = Callable[[Scene, Notice], None]
REASONS: Final[Mapping[str, str]] = {
    Ground.WRONGLY_ISSUED: "The school had granted two of the days; the register was amended since.",
    Ground.OUTSIDE_CODE: "The evidence the code asks for was not complete when it was issued.",
    Ground.WRONG_RECIPIENT: "The parent had moved out the year before; the other parent took the child.",
    Ground.MATERIAL_ERROR: "The letter names the wrong school.",
    Ground.UNPAID: "The family lost its home since: not in the public interest.",
}


def tell(scene: Scene) -> None:
    """A batch for each day of issue, and what happened to each notice of it; where families are few the latest comes first."""
    before = {ago: scene.day(ago + bulk.LOOKED_AT).date() for ago, _ in BATCHES}
    families = {ago: scene.take(len(ends), since=before[ago]) for ago, ends in BATCHES}
    for ago, ends in reversed(BATCHES):
        cases = [bulk.case(family, before[ago], certified=ago >= OLD) for family in families[ago]]
        for notice, end in zip(bulk.issued(scene, cases, scene.day(ago)), ends, strict=False):
            try:
                end(scene, notice)
            except StepRefused:  # it stays as it is: open, or unpaid from tomorrow on
                continue
    _printed(scene)


def _printed(scene: Scene) -> None:
    """The latest batch lies printed, and nobody has said yet on which day it was posted."""
    when, support = scene.day(1, 15), scene.users["support"]
    before = scene.day(1 + bulk.LOOKED_AT).date()
    cases = [bulk.case(family, before) for family in scene.take(3, since=before)]
    ids = [notice.pk for notice in bulk.approved(scene, cases, scene.day(2, 15))]
    run = runs.start(by=support, at=when)
    if issuing.issue(notice_ids=ids, by=support, at=when, run=run).notices:
        runs.put_together(run=run, by=support, at=when)


def _open(scene: Scene, notice: Notice) -> None:
    """Nothing yet."""


def _written(scene: Scene, notice: Notice) -> None:
    """The parent says that it is wrong."""
    representing.say(
        notice_id=notice.pk, ground=Ground.MATERIAL_ERROR, reach="by letter", at=scene.day(2, 20),
        text="My daughter was in hospital on two of these days. The school has the letter.",
    )  # fmt: skip


def _came_back(scene: Scene, notice: Notice) -> None:
    assert notice.service is not None
    mark_returned(
        service=notice.service, returned_on=scene.day(3).date(), reason="Addressee gone away", by=scene.users["support"],
        at=scene.day(2),
    )  # fmt: skip


def _paid(how: str, ago: int) -> End:
    return lambda scene, notice: money.paid(scene, notice, ago, how)


def _wrong_sum(scene: Scene, notice: Notice) -> None:
    money.wrong_sum(scene, notice, 6)


def unpaid(scene: Scene, notice: Notice) -> None:
    """Its time to pay ran out on the day the rule says."""
    assert notice.decide_from is not None
    early = timezone.make_aware(datetime.combine(notice.decide_from, time(6)))
    ending.due(notice_id=notice.pk, on=notice.decide_from, at=early)


def _prosecuted(scene: Scene, notice: Notice) -> None:
    unpaid(scene, notice)
    prosecute(scene, notice, scene.day(15))


def prosecute(scene: Scene, notice: Notice, when: datetime) -> None:
    ending.prosecute(
        notice_id=notice.pk, reasons="The absence is proved by the register, and nothing excuses it.",
        by=scene.users["manager"], at=when, evidence="Register, letters, notice and its posting.",
        equality="Nothing known that speaks against it.", alternatives="Support was declined twice; an order would not help.",
    )  # fmt: skip


def _let_go(scene: Scene, notice: Notice) -> None:
    unpaid(scene, notice)
    withdraw(scene, notice, Ground.UNPAID, scene.day(12))


def withdraw(scene: Scene, notice: Notice, ground: str, when: datetime) -> None:
    manager = scene.users["manager"]
    ending.withdraw(notice_id=notice.pk, ground=ground, reasons=REASONS[ground], by=manager, at=when)


def _withdrawn(ground: str, how: str = "", given_back: bool = False) -> End:
    """Withdrawn, after it was paid where it says how; the money goes back, or is to."""

    def end(scene: Scene, notice: Notice) -> None:
        if how:
            money.paid(scene, notice, 18, how)
        withdraw(scene, notice, ground, scene.day(8))
        if given_back:
            money.given_back(scene, notice, 5)

    return end


#: from so many days ago on a notice has its registers frozen with it: those that may go to court
OLD: Final = 47
_cash, _bank, _card = (partial(_paid, how) for how in ("cash_office", "bank", "online"))
#: issued so many days ago -> what became of each notice of the batch
BATCHES: Final[tuple[tuple[int, tuple[Any, ...]], ...]] = (
    (5, (_open, _open, _open, _open)),
    (12, (_open, _written, _came_back, _came_back, _wrong_sum, _wrong_sum, _cash(5), _card(6), _bank(4))),
    (22, (
        _withdrawn(Ground.WRONGLY_ISSUED), _withdrawn(Ground.OUTSIDE_CODE),
        _withdrawn(Ground.WRONG_RECIPIENT, "cash_office", given_back=True), _withdrawn(Ground.MATERIAL_ERROR, "online"),
        _bank(12),
    )),
    (26, (_open, _open, _open)),
    (35, (_card(25), _card(20), _card(9), _bank(10), unpaid, unpaid)),
    (47, (unpaid, _cash(20))),
    (60, (_prosecuted, _prosecuted, _let_go)),
)  # fmt: skip
