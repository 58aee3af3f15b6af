"""Before a charge: proposed, an order to be considered, tested, to be authorised, evidence asked for, stopped, out of time."""

from typing import Final

from mainstay.service.casework.demo.scene import Child, instant
from mainstay.service.court import clocks
from mainstay.service.court.actions import bundles, proposing, stopping, testing, witnesses
from mainstay.service.court.demo import way
from mainstay.service.court.demo.scene import CourtScene
from mainstay.service.court.models import Prosecution
from mainstay.service.orders.actions.attendance_following import not_complied
from mainstay.service.orders.demo import supervision
from mainstay.service.orders.models import AttendanceOrder, PersistentFailure
from mainstay.service.orders.queries import supervision as shown
from mainstay.service.penalties.models import Notice

#: of the notices that go on to prosecution, so many are tried, the latest first
NOTICES: Final = 3
ASKS: Final = "Registers and meetings: who called, who came, what was offered."


def tell(scene: CourtScene) -> None:
    for story, ago, schools in (
        (_to_consider, 4, ("school",)), (_considered, 9, ()), (_to_review, 11, ()), (_more_evidence, 16, ()),
        (_to_authorise, 14, ("school",)), (_asked_of_school, 17, ("school",)), (_asked_of_school, 17, ("head",)),
        (_to_charge, 24, ("school", "head")), (_refused, 45, ()), (_improved, 60, ()), (_out_of_time, 196, ()),
    ):  # fmt: skip
        scene.tell(story, ago, schools)
    scene.attempt(lambda: _of_notice(scene))
    scene.attempt(lambda: _of_supervision(scene))
    scene.attempt(lambda: _of_attendance(scene))


def _to_consider(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """Of each parent: a senior officer considers a supervision order first."""
    return way.proposed(scene, child, ago, parents=2)


def _considered(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """Considered yesterday: the full code test can begin."""
    one = way.proposed(scene, child, ago)
    supervision.considered(scene.cast, one.case, "not_appropriate", 1)
    return one


def _to_review(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """Legal services look at the test."""
    return way.testing_of(scene, child, ago)


def _more_evidence(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """Legal services ask for more before they agree."""
    one = way.testing_of(scene, child, ago)
    because = "Ask the mother about the third week: the surgery may have seen the child."
    return testing.review_test(
        prosecution_id=one.pk, agrees=False, because=because, by=scene.users["legal"], at=scene.day(8)
    )


def _to_authorise(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """A manager authorises it, or not."""
    return way.authorising(scene, child, ago, told=True)


def _asked_of_school(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """The head teacher has a certificate to sign, the school a statement to write; the bundle is begun."""
    one, legal = way.authorised(scene, child, ago, told=True), scene.users["legal"]
    way.asked_of_school(scene, one, 4)
    witnesses.ask_school(prosecution_id=one.pk, asks=ASKS, by=legal, at=scene.day(4))
    bundle = bundles.begin(prosecution_id=one.pk, by=legal, at=scene.day(3))
    bundles.add_made(bundle_id=bundle.pk, what="printout", by=legal, at=scene.day(3))
    return one


def _to_charge(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """Everything is there: legal services issue the charge."""
    return way.ready(scene, child, ago)


def _refused(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """The manager sees that help has only begun."""
    one = way.authorising(scene, child, ago)
    reasons = "The family support worker began last week: see what comes of it."
    return testing.refuse(
        prosecution_id=one.pk, reasons=reasons, by=scene.users["manager"], at=scene.day(ago - 9)
    )


def _improved(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    one = way.testing_of(scene, child, ago, tested=False)
    reasons = "Five weeks without a day missed: it would not be in the public interest."
    return stopping.stop(
        prosecution_id=one.pk, because="improved", reasons=reasons, by=one.investigator, at=scene.day(22)
    )


def _out_of_time(scene: CourtScene, child: Child, ago: int) -> Prosecution:
    """Nobody went on with it, and the outer date passed."""
    one = way.testing_of(scene, child, ago, tested=False)
    on = way.after(one.outer_date)
    clocks.out_of_time(pk=one.pk, on=on, at=min(instant(on, 4), scene.at))
    return one


def _of_notice(scene: CourtScene) -> None:
    """An unpaid notice, proposed by its officer the day before yesterday."""
    unpaid = Notice.objects.filter(state=Notice.State.PROSECUTING).order_by("-offence_to", "pk")
    for notice in unpaid.select_related("pupil", "school", "parent", "request__owner")[:NOTICES]:
        scene.attempt(lambda notice=notice: _proposed_of(scene, notice))  # type: ignore[misc]
        if Prosecution.objects.filter(notice=notice).exists():
            return


def _proposed_of(scene: CourtScene, notice: Notice) -> None:
    by, when = notice.request.owner, scene.day(2)
    case = proposing.case_for(
        notice.pupil, notice.school, because=f"Penalty notice {notice.number} was not paid.", by=by, at=when
    )
    proposal = proposing.Proposal(
        offence="444(1)", reasons="The notice was not paid, and the absence is proved.", notice=notice, parts=way.PARTS,
        sessions=[f"{s['date']} {s['half']}" for s in notice.sessions],
    )  # fmt: skip
    proposing.propose(case_id=case.pk, parents=[notice.parent], proposal=proposal, by=by, at=when)


def _of_supervision(scene: CourtScene) -> None:
    """Directions that a parent persistently failed to follow."""
    found = PersistentFailure.objects.filter(order__state="in_force", parent__isnull=False)
    failure = found.select_related("order__case", "order__supervisor", "parent").first()
    if failure is None or failure.parent is None:
        return
    order = failure.order
    proposal = proposing.Proposal(
        offence="eso-breach", reasons="Three directions were not followed, after a warning.", supervision_order=order,
        first=shown.breaches_for_charge(order, failure.parent).breaches[0].on, last=scene.day(13).date(), parts=way.PARTS,
    )  # fmt: skip
    proposing.propose(
        case_id=order.case_id, parents=[failure.parent], proposal=proposal, by=order.supervisor, at=scene.day(5)
    )  # fmt: skip


def _of_attendance(scene: CourtScene) -> None:
    """An order with which nobody complied; a supervision order was considered."""
    for order in AttendanceOrder.objects.filter(state="served", enrolled_on=None).select_related(
        "pupil", "school", "owner"
    ):
        failed = not_complied(order)
        if failed is None:
            continue
        by, when = order.owner, scene.day(3)
        because = f"{order.number} was not complied with."
        case = proposing.case_for(order.pupil, failed.school, because=because, by=by, at=when)
        supervision.considered(scene.cast, case, "not_appropriate", 3)
        proposal = proposing.Proposal(
            offence="443", reasons="The order was served, and after three checks the child is on no roll.", first=failed.first,
            last=failed.last, attendance_order=order, parts=way.PARTS,
        )  # fmt: skip
        proposing.propose(
            case_id=case.pk,
            parents=[parent for parent, _ in failed.parents],
            proposal=proposal,
            by=by,
            at=scene.day(2),
        )
        return
