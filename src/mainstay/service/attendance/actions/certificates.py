"""The draft of a certificate of attendance: the register frozen as it stands, with where each mark came from."""

import hashlib
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mainstay.law import codes
from mainstay.registers import grid as layout
from mainstay.registers import tables
from mainstay.registers.grid import year_label
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import Amendment, Arrival, Register
from mainstay.service.common.ui.filters import long_date, percent, plural, short_date
from mainstay.service.documents import rendering
from mainstay.service.documents.models import Document
from mainstay.service.record.actions import add_entry

HALVES = {"AM": "Morning", "PM": "Afternoon"}


@transaction.atomic
def draft_certificate(*, register_id: int, by: Any, at: datetime) -> Document:
    """Freeze one pupil's register at one school into a draft PDF, kept with the digest of the marks used."""
    register = (
        Register.objects.select_for_update(of=("self",)).select_related("school", "pupil").get(pk=register_id)
    )
    values = _values(register, at)
    document = rendering.issue(
        template="certificate_draft",
        title=f"Certificate of attendance {year_label(register.year)} (draft)",
        values=values,
        pupil_id=register.pupil_id,
        by=by,
        at=at,
    )
    add_entry(
        pupil=register.pupil_id,
        by=by,
        at=at,
        kind="document",
        title=f"Certificate draft made for {register.school.name}, {year_label(register.year)}",
        text=f"Digest of the register used: {values['digest']}",
        about=document,
    )
    return document


def _values(register: Register, at: datetime) -> dict[str, Any]:
    marks = bytes(register.grid.marks)
    grid = np.frombuffer(marks, np.uint8)
    counted = np.frombuffer(grids.in_session(marks, grids.sessions_of([register])[register.pk]), np.uint8)
    filled = np.flatnonzero(grid != layout.BLANK).tolist()
    arrivals = {
        a.ordinal: a
        for a in Arrival.objects.filter(school=register.school_id, year=register.year).select_related(
            "source", "by"
        )
    }
    provenance = np.frombuffer(bytes(register.grid.provenance), "<u2")
    sums = {name: int(table[counted].sum()) for name, table in (
        ("Possible", tables.POSSIBLE), ("Absent, authorised", tables.AUTHORISED),
        ("Absent, unauthorised", tables.UNAUTHORISED), ("Late before registers closed", tables.LATE),
    )}  # fmt: skip
    absent = sums["Absent, authorised"] + sums["Absent, unauthorised"]
    totals = [
        ("Possible", sums["Possible"]),
        ("Attended", sums["Possible"] - absent),
        *list(sums.items())[1:],
    ]
    span = [layout.session_of(register.year, slot)[0] for slot in (filled[:1] + filled[-1:])]
    used = sorted({int(provenance[slot]) for slot in filled} & arrivals.keys())
    return {
        "title": "Certificate of attendance (draft)",
        "footer": f"{settings.CONFIG.council_name}, {settings.CONFIG.service_name}. Made {short_date(at)}.",
        "facts": [
            ["Child", register.pupil.name],
            ["Date of birth", long_date(register.pupil.date_of_birth)],
            ["Unique pupil number", register.pupil.upn or "none"],
            ["School", register.school.name],
            ["School year", year_label(register.year)],
            ["First and last mark", " to ".join(map(long_date, span)) if span else "no marks"],
        ],
        "totals": [list(pair) for pair in totals],
        "rate": f"Attendance: {percent((sums['Possible'] - absent) / sums['Possible'])} of possible sessions."
        if sums["Possible"]
        else "No session was possible.",
        "closed": _closed(grid, counted),
        "sessions": _sessions(register, counted, provenance, arrivals),
        "amendments": _amendments(register),
        "provenance": _provenance([arrivals[ordinal] for ordinal in used]),
        "digest": hashlib.sha256(marks).hexdigest(),
    }


def _closed(grid: Any, counted: Any) -> str:
    """What is said of marks that stand on sessions in which the school was closed; "" where there are none."""
    ignored = int((tables.POSSIBLE[grid] & (grid != counted)).sum())
    if not ignored:
        return ""
    stand = "mark stands" if ignored == 1 else "marks stand"
    return f"{ignored} {stand} on sessions in which the school was closed; these do not count."


def _sessions(
    register: Register, grid: Any, provenance: Any, arrivals: dict[int, Arrival]
) -> list[list[str]]:
    letters, rows = codes.code_of_byte(), []
    for slot in np.flatnonzero(tables.UNAUTHORISED[grid]).tolist():
        on, half = layout.session_of(register.year, slot)
        code = letters[chr(grid[slot])]
        arrival = arrivals.get(int(provenance[slot]))
        sent = short_date(arrival.at) if arrival else "not recorded"
        rows.append([long_date(on), HALVES[half], code, codes.lookup(code, on).meaning, sent])
    return rows


def _amendments(register: Register) -> list[list[str]]:
    letters, rows = codes.code_of_byte(), []
    for change in Amendment.objects.filter(register=register).select_related(
        "arrival__by", "arrival__source"
    ):
        on, half = layout.session_of(register.year, change.slot)
        arrival = change.arrival
        who = (
            f"{arrival.by.name}, {arrival.by.post}".rstrip(", ")
            if arrival.by
            else "the school's register file"
        )
        why = arrival.reason or (arrival.source.filename if arrival.source else "")
        rows.append([
            f"{short_date(on)} {half}", letters[change.old], letters[change.new],
            short_date(timezone.localtime(change.at)), ": ".join(filter(None, (who, why))),
        ])  # fmt: skip
    return rows


def _provenance(arrivals: list[Arrival]) -> str:
    if not arrivals:
        return "No arrival is recorded for these marks."
    first, last = min(a.at for a in arrivals), max(a.at for a in arrivals)
    return (
        f"The marks came in {plural(len(arrivals), 'arrival')} from the school, the first on {short_date(first)} "
        f"and the last on {short_date(last)}. The files are kept as they were sent."
    )
