"""A day's run of penalty notices in the database, beside the rendering of the same letters alone.

    python -m benchmarks.day_run [--notices N] [--var FOLDER]

Makes N approved notices of made-up families (one school, one parent each), issues them the way a person's press
of the button does, with the print run's file at the end, then renders the same values again with nothing else.
The database is SQLite in a folder that is removed afterwards; MAINSTAY_DATABASE_URL names another, empty one.

The last line is JSON: seconds of both, ``day_vs_rendering`` and the peak memory in MB.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks/day_run.py", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--notices", type=int, default=2000)
    parser.add_argument("--var", help="folder to keep the database in")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="mainstay-day-") as temporary:
        _start(Path(options.var or temporary))
        print(json.dumps(measure(options.notices)))
    return 0


def _start(var: Path) -> None:
    os.environ |= {"MAINSTAY_DEMO": "true", "MAINSTAY_VAR": str(var), "MAINSTAY_LOG_LEVEL": "ERROR"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.roof.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def measure(number: int) -> dict[str, Any]:
    """Seconds of the day's run and of the rendering alone for that many notices."""
    from mainstay.service.common.jobs import queue
    from mainstay.service.documents import rendering
    from mainstay.service.documents.models import Document, PrintRun
    from mainstay.service.penalties.models import Notice

    ids, by = prepare(number)
    begun = time.perf_counter()
    job = queue.begin("penalties.issue", by=by, at=AT, notices=ids)
    queue.run(job, AT)
    day = time.perf_counter() - begun
    issued, run = Notice.objects.issued().count(), PrintRun.objects.get()
    if issued != number or run.file is None:
        sys.exit(f"{issued} of {number} notices were issued; the job says: {job.problem or 'nothing'}")
    values = list(Document.objects.filter(kind="penalty_notice").values_list("values", flat=True))
    begun = time.perf_counter()
    for one in values:
        rendering.render("penalty_notice", one)
    alone = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "notices": number, "day_seconds": round(day, 2), "rendering_seconds": round(alone, 2),
        "day_vs_rendering": round(day / alone, 2), "peak_mb": round(peak),
    }  # fmt: skip


def prepare(number: int) -> tuple[list[int], Any]:
    """So many approved notices, and the person who issues them; the database is empty."""
    import numpy as np

    from mainstay.law import codes
    from mainstay.registers.grid import BLANK, SIZE, academic_year, slot_of
    from mainstay.service.accounts.models import RoleHeld, User
    from mainstay.service.attendance import taking
    from mainstay.service.directory.models import (
        Address,
        Enrolment,
        Parent,
        Parenthood,
        Pupil,
        School,
        TermDates,
    )
    from mainstay.service.penalties.models import CodeValue

    people = {
        role: User.objects.create(email=f"{role}@example.org", name=f"Robin {role.title()}", post="Officer")
        for role in ("ewo", "senior_ewo", "business_support")
    }
    RoleHeld.objects.bulk_create(
        RoleHeld(user=u, role=role, since=date(2020, 1, 1)) for role, u in people.items()
    )
    CodeValue.objects.create(
        name="earlier_complete", value=True, since=date(2024, 8, 19), set_at=AT, set_by=people["senior_ewo"],
        reason="Old books are in",
    )  # fmt: skip
    school = School(name="Invented Academy", urn="990001", phase="secondary", kind="Academy converter")
    school.save()
    TermDates.objects.create(
        school=school, year=2026, name="Autumn", first_day=date(2026, 9, 7), last_day=date(2026, 12, 18)
    )
    pupils = [
        Pupil(
            surname=f"Fenwick{n}", forename="Ada", key=f"fenwick{n} ada", date_of_birth=date(2014, 3, 9), year_group="7",
            school=school,
        )
        for n in range(number)
    ]  # fmt: skip
    pupils = Pupil.objects.bulk_create(pupils, batch_size=500)
    Enrolment.objects.bulk_create(
        (Enrolment(pupil=p, school=school, entered_on=date(2025, 9, 1)) for p in pupils), batch_size=500
    )
    parents = [
        Parent(title="Mrs", forename="Grace", surname=p.surname, key=f"{p.surname.lower()} grace")
        for p in pupils
    ]
    parents = Parent.objects.bulk_create(parents, batch_size=500)
    Parenthood.objects.bulk_create(
        (
            Parenthood(
                pupil=c,
                parent=p,
                relationship="Mother",
                basis="natural",
                basis_evidence="seen",
                lives_with=True,
            )
            for c, p in zip(pupils, parents, strict=True)
        ),
        batch_size=500,
    )
    Address.objects.bulk_create(
        (
            Address(parent=p, lines=f"{n} Invented Road\nSouthampton", postcode="SO99 9ZZ")
            for n, p in enumerate(parents, 1)
        ),
        batch_size=500,
    )
    days = [date(2026, 11, 2) + timedelta(days=d) for d in (0, 1, 2, 3, 4, 7)]
    marks = np.full((number, SIZE), BLANK, np.uint8)
    for day in days:
        for half in ("AM", "PM"):
            marks[:, slot_of(day, half)] = ord(codes.byte_of("G"))
    taking.take(
        taking.Incoming(school.pk, academic_year(days[0]), [p.pk for p in pupils], marks),
        at=AT,
        reason="benchmark",
    )
    sessions = [{"date": d.isoformat(), "half": half, "code": "G"} for d in days for half in ("AM", "PM")]
    return _notices(school, list(zip(pupils, parents, strict=True)), sessions, people), people[
        "business_support"
    ]


def _notices(
    school: Any, families: list[tuple[Any, Any]], sessions: list[dict[str, str]], people: Any
) -> list[int]:
    from mainstay.service.common.models import Decision
    from mainstay.service.penalties.models import Check, Notice, NoticeRequest
    from mainstay.service.penalties.sessions import digest

    officer, senior = people["ewo"], people["senior_ewo"]
    first, last = date(2026, 11, 2), date(2026, 11, 9)
    requests = NoticeRequest.objects.bulk_create(
        (
            NoticeRequest(
                pupil=c, school=school, route="threshold", state="asked", from_school=False, sessions=sessions,
                offence_from=first, offence_to=last, made_by=officer, made_at=AT, asked_at=AT, owner=officer,
            )
            for c, _ in families
        ),
        batch_size=500,
    )  # fmt: skip
    said = {
        "support": "not_appropriate", "equality": "considered", "send": "considered", "best_tool": "yes",
        "proceedings": "none", "crossing": "not_needed",
    }  # fmt: skip
    Check.objects.bulk_create(
        (
            Check(request=request, name=name, value=value, text="Considered.", by=officer, at=AT)
            for request in requests
            for name, value in said.items()
        ),
        batch_size=500,
    )
    decisions = Decision.objects.bulk_create(
        (
            Decision(
                at=AT, by=officer, kind="penalty_notice", outcome="issue", reasons="A holiday in term time.",
                approved_by=senior, approved_at=AT,
            )
            for _ in families
        ),
        batch_size=500,
    )  # fmt: skip
    notices = Notice.objects.bulk_create(
        (
            Notice(
                request=request, kind="attendance", pupil=c, parent=p, school=school, state="approved",
                why_parent="Took the child away.", chosen_by=officer, chosen_at=AT, decision=decision, proposed_at=AT,
                sessions=sessions, offence_from=first, offence_to=last, marks_digest=digest(sessions),
            )
            for request, decision, (c, p) in zip(requests, decisions, families, strict=True)
        ),
        batch_size=500,
    )  # fmt: skip
    return [notice.pk for notice in notices]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
