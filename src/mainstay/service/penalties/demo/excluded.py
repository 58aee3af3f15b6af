"""Excluded children of the made-up city who were seen in a public place: notices with a tariff of their own."""

from datetime import date, timedelta
from typing import Any

from mainstay.registers.grid import academic_year
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.calendars import school_days
from mainstay.service.penalties.actions import checking, requests, writing
from mainstay.service.penalties.demo import money, way
from mainstay.service.penalties.demo.scene import Family, Scene
from mainstay.service.penalties.models import Check, Notice, NoticeRequest


def tell(scene: Scene) -> None:
    """One to pay, one paid, one still being checked."""
    for ago, then in ((8, "issued"), (16, "paid"), (3, "checked")):
        scene.tell(lambda f, ago=ago, then=then: _seen(scene, f, ago, then))  # type: ignore[misc]


def _seen(scene: Scene, family: Family, ago: int, then: str) -> None:
    on = scene.day(ago).date()
    days = _before(family, on)
    request = _asked(scene, family, days, ago)
    notice = way.chosen(request, family.parents[0], family, scene.day(ago + 1, 13))
    if then == "checked":
        return
    Check.objects.bulk_create(way.answers(request, family.officer, scene.day(ago + 1, 14)))
    notice = checking.propose(
        notice_id=notice.pk, reasons="Seen twice in school hours, with no reason given.", by=family.officer,
        at=scene.day(ago + 1, 15),
    )  # fmt: skip
    notice = checking.approve(
        notice_id=notice.pk, by=way.approver(scene, family.officer), at=scene.day(ago, 9)
    )
    issued: Notice = way.out(scene, [notice], scene.day(ago))[0]
    if then == "paid":
        money.paid(scene, issued, ago - 6, "cash_office")


def _asked(scene: Scene, family: Family, days: list[date], ago: int) -> Any:
    by, when = family.officer, scene.day(ago + 1, 11)
    made = requests.start(pupil=family.pupil, route=NoticeRequest.Route.EXCLUDED, by=by, at=when)
    writing.write_exclusion(
        request_id=made.pk, notice_on=days[0], excluded_from=days[0], school_days=5, by=by, at=when,
        seen=[
            {"date": days[1], "time": "10:40", "place": "Bargate precinct (made-up)"},
            {"date": days[2], "time": "14:05", "place": "Ocean Street games arcade (made-up)"},
        ],
        because="The patrol spoke with the child, and the parent knew of the exclusion.",
    )  # fmt: skip
    return requests.ask(request_id=made.pk, by=by, at=when + way.LATER)


def _before(family: Family, on: date) -> list[date]:
    """The last five school days some days before a day. Raises StepRefused without a calendar."""
    year = academic_year(on)
    last = on - timedelta(days=4)
    days = [day for of in (year - 1, year) for day in school_days(family.school, of) if day < last][-5:]
    if len(days) < 5:
        raise StepRefused("The calendar begins later.")
    return days
