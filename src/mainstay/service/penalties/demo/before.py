"""What went before in the made-up city: old books loaded and declared complete, a second and a third notice, other councils."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Final

from mainstay.service.directory.models import Address
from mainstay.service.penalties import code
from mainstay.service.penalties.actions import checking, earlier, enquiring, requests
from mainstay.service.penalties.demo import bulk, money, way
from mainstay.service.penalties.demo.scene import Family, Scene
from mainstay.service.penalties.earlier_reading import COLUMNS
from mainstay.service.penalties.models import Check

#: days before the books were loaded, and what became of each earlier notice; one list a family
ONCE: Final = ([(120, "paid")], [(200, "paid")], [(150, "convicted")])
TWICE: Final = ([(260, "paid"), (60, "paid")], [(240, "convicted"), (90, "paid")])
UNCOUNTED: Final = ([(180, "withdrawn")], [(210, "acquitted")], [(170, "unpaid")])
ELSEWHERE: Final = "Westmarsh Council (made-up)"


def load(scene: Scene, opened: datetime) -> tuple[list[Family], list[Family]]:
    """Old books are imported and declared complete; families with one earlier notice that counts, and with two."""
    books = (*ONCE, *TWICE, *UNCOUNTED)
    families = scene.take(len(books), since=_before(scene))
    manager = scene.users["manager"]
    if families:
        text = _file(list(zip(families, books, strict=False)), opened.date())
        file = io.BytesIO(text.encode())
        came = earlier.receive(file=file, name="notices-before-mainstay.csv", by=manager, at=opened)
        earlier.take(import_id=came.pk, by=manager, at=opened + timedelta(hours=1))
    code.set_value(
        name="earlier_complete", value=True, since=opened.date(), by=manager, at=opened + timedelta(hours=2),
        reason="Old books are loaded from August 2024 on, and a sample was checked against the paper files.",
    )  # fmt: skip
    once, twice = len(ONCE), len(ONCE) + len(TWICE)
    return families[:once], families[once:twice]


def _file(books: list[tuple[Family, list[tuple[int, str]]]], opened: date) -> str:
    """As the old system exported it; the children's homes are where their parents live."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    number = 3100
    for family, notices in books:
        for ago, outcome in notices:
            number += 1
            writer.writerow(_row(family, opened - timedelta(days=ago), outcome, f"OLD/{number}"))
    return out.getvalue()


def _row(family: Family, issued_on: date, outcome: str, reference: str) -> dict[str, str]:
    parent = family.parents[0]
    home = Address.objects.filter(parent=parent).order_by("pk").first()
    return {
        "UPN": family.pupil.upn, "Child surname": family.pupil.surname, "Child forename": family.pupil.forename,
        "Child date of birth": f"{family.pupil.date_of_birth:%d/%m/%Y}", "Parent title": parent.title,
        "Parent forename": parent.forename, "Parent surname": parent.surname,
        "Parent postcode": home.postcode if home else "", "Issued on": f"{issued_on:%d/%m/%Y}", "Kind": "attendance",
        "Outcome": outcome, "Issuer": "This council, before Mainstay", "Reference": reference,
        "Offence from": f"{issued_on - timedelta(days=40):%d/%m/%Y}", "Offence to": f"{issued_on - timedelta(days=20):%d/%m/%Y}",
    }  # fmt: skip


def _before(scene: Scene) -> date:
    """Second notices go out six days ago."""
    return scene.day(6 + bulk.LOOKED_AT).date()


def tell(scene: Scene, once: list[Family], twice: list[Family]) -> None:
    """Second notices, of which one is paid; third ones, which the law refuses; and other authorities asked."""
    when = scene.day(6)
    second = bulk.issued(scene, [bulk.case(family, _before(scene)) for family in once], when)
    for notice in second[:1]:
        money.paid(scene, notice, 2, "online")
    for family, refused in zip(twice, (False, True), strict=False):
        scene.attempt(lambda family=family, refused=refused: _third(scene, family, refused))  # type: ignore[misc]
    for outcome in ("awaited", "chased", "none", "notices"):
        scene.tell(lambda f, outcome=outcome: _moved_here(scene, f, outcome), since=scene.day(18).date())  # type: ignore[misc]


def _third(scene: Scene, family: Family, refused: bool) -> None:
    """The officer chose the parent and sees that the limit is reached; of one request nothing more can come."""
    request = way.asked(scene, family, scene.day(4 if refused else 1))
    way.chosen(request, family.parents[0], family, scene.day(4 if refused else 1, 12))
    Check.objects.bulk_create(way.answers(request, family.officer, scene.day(3 if refused else 1, 13)))
    if refused:
        requests.refuse(
            request_id=request.pk, by=family.officer, at=scene.day(2),
            reasons="Two notices in three years: prosecution or another order is considered instead.",
        )  # fmt: skip


def _moved_here(scene: Scene, family: Family, outcome: str) -> None:
    """A family that lived elsewhere: its old council is asked, and until it answers nothing is proposed."""
    begun = 18 if outcome == "chased" else 6
    by, notice = family.officer, way.drafted(scene, family, scene.day(begun))
    checking.answer(
        request_id=notice.request_id, name="crossing", value="asked", text="Lived there until last summer.", by=by,
        at=scene.day(begun, 14),
    )  # fmt: skip
    asked = enquiring.ask(
        notice_id=notice.pk, authority=ELSEWHERE, email="crossborder@example.org", school="Westmarsh Academy (made-up)",
        how="By secure e-mail, answer the same way", by=by, at=scene.day(begun, 15),
    )  # fmt: skip
    if outcome == "chased":
        enquiring.chase(enquiry_id=asked.pk, how="Rang, and wrote again", by=by, at=scene.day(4))
    if outcome in ("none", "notices"):
        told = enquiring.Told(issued_on=scene.today - timedelta(days=300), outcome="paid", reference="WM/771")
        enquiring.answer(
            enquiry_id=asked.pk, outcome=outcome, answered_on=scene.day(3).date(), answered_by="Attendance team",
            text="By e-mail.", notices=(told,) if outcome == "notices" else (), by=by, at=scene.day(2),
        )  # fmt: skip
