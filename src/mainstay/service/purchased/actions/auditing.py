"""A register audit: weeks of pupils drawn at random from the register, each looked at with its evidence."""

import random
import secrets
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import transaction

from mainstay.law import codes
from mainstay.law.clock import monday
from mainstay.registers import tables
from mainstay.registers.grid import SLOTS, academic_year, first_monday
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import SchoolYear
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.purchased.actions.writing import keep_detail, of_part, today
from mainstay.service.purchased.models import Sampled, Work

MOST: Final = 200
#: places of a week's ten school sessions in a grid: Monday AM to Friday PM
TEN: Final = 10
Week = tuple[int, date, list[str]]  # pupil, Monday, codes


@transaction.atomic
def draw(
    *,
    work_id: int,
    number: int,
    first: date,
    last: date,
    absent: bool,
    by: Any,
    at: datetime,
    seed: int | None = None,
) -> list[Sampled]:
    """Draw ``number`` weeks of pupils at random; the seed is kept, so that the same register gives the same sample.

    absent: only weeks with an absence or a late mark. seed: None draws one. Raises StepRefused where weeks were checked
    already, and where there are fewer weeks than asked for. Restricted records, and those not in view, are left out.
    """
    work = of_part(work_id, "sample", by)
    if work.sample.exclude(finding="").exists():
        raise StepRefused("Weeks of this sample were checked already: it stands.")
    if not 1 <= number <= MOST:
        raise StepRefused(f"Draw between 1 and {MOST} weeks.")
    if first > last or last > today(at):
        raise StepRefused("The first day comes before the last, and the last is not in the future.")
    frame = weeks_of(work, first, last, absent, by)
    if len(frame) < number:
        raise StepRefused(f"The register has only {len(frame)} such weeks: draw fewer, or choose more days.")
    seed = secrets.randbelow(2**31) if seed is None else seed
    drawn = random.Random(seed).sample(frame, number)  # noqa: S311 (a sample that can be drawn again)
    work.sample.all().delete()
    made = Sampled.objects.bulk_create(
        Sampled(work=work, place=n, pupil_id=pupil, week=week, codes=letters)
        for n, (pupil, week, letters) in enumerate(drawn, 1)
    )
    said = {"number": number, "first": first.isoformat(), "last": last.isoformat(), "absent": absent, "seed": seed,
            "of": len(frame)}  # fmt: skip
    keep_detail(work, "sampling", said)
    trail.record(by=by, at=at, action="purchased.sample_drawn", on=work, **said)
    return made


def weeks_of(work: Work, first: date, last: date, absent: bool, by: Any) -> list[Week]:
    """Every week of every pupil with a mark between the two days, by pupil and week."""
    found: list[Week] = []
    for year in range(academic_year(first), academic_year(last) + 1):
        held = grids.of_school(work.school_id, year)
        if not len(held):
            continue
        here = Pupil.objects.visible_to(by).filter(restricted=False, registers__school=work.school_id)
        seen = set(here.filter(registers__year=year).order_by().values_list("pk", flat=True))
        mask = (
            SchoolYear.objects.filter(school=work.school_id, year=year)
            .values_list("open_mask", flat=True)
            .first()
        )
        opened = np.frombuffer(bytes(mask), np.uint8) != 0 if mask else np.ones(held.marks.shape[1], np.bool_)
        marks = np.where(opened, held.marks, ord(codes.BLANK)).astype(np.uint8)
        begin, letters = first_monday(year), codes.code_of_byte()
        span = range(max(0, (monday(first) - begin).days // 7), min(54, (last - begin).days // 7 + 1))
        for row, pupil in enumerate(held.pupils.tolist()):
            if pupil not in seen:
                continue
            for week in span:
                ten = marks[row, week * SLOTS : week * SLOTS + TEN]
                if _fits(ten, absent):
                    said = [
                        letters.get(chr(byte), "") if tables.IN_SESSION[byte] else "" for byte in ten.tolist()
                    ]
                    found.append((pupil, begin + timedelta(weeks=week), said))
    return sorted(found, key=lambda one: one[:2])


def _fits(ten: Any, absent: bool) -> bool:
    if absent:
        return bool((tables.ABSENT[ten] | tables.LATE[ten]).any())
    return bool(tables.IN_SESSION[ten].any())


@transaction.atomic
def check(
    *, work_id: int, place: int, finding: str, evidence: str, note: str, by: Any, at: datetime
) -> Sampled:
    """Keep what one drawn week showed. Raises StepRefused without a note where something is wrong."""
    work = of_part(work_id, "sample", by)
    row = work.sample.filter(place=place).first()
    if row is None:
        raise StepRefused("There is no such week in the sample.")
    if finding not in Sampled.Finding.values or not evidence.strip():
        raise StepRefused("Choose what was found, and say which evidence you saw, or that there was none.")
    if finding != Sampled.Finding.RIGHT and not note.strip():
        raise StepRefused("Say what is wrong: which sessions, and what they should say.")
    row.finding, row.evidence, row.note = finding, evidence.strip()[:300], note.strip()[:500]
    row.save(update_fields=["finding", "evidence", "note"])
    trail.record(by=by, at=at, action="purchased.week_checked", on=work, place=place, finding=finding)
    return row
