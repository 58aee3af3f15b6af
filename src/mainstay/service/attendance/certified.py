"""What one school's register says of one child from one day to another: marks, sums, and where each mark came from.

It is worked out once and kept with the certificate; ``digest`` says later whether the marks are still those.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.utils import timezone

from mainstay.law import codes
from mainstay.registers import grid as layout
from mainstay.registers import tables
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import Amendment, Arrival, Register
from mainstay.service.common.ui.filters import long_date, percent, short_date
from mainstay.service.directory.models import Enrolment, Pupil, School

HALVES: Final = {"AM": "Morning", "PM": "Afternoon"}
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
#: the figures of a certificate, and which marks each counts
FIGURES: Final[Mapping[str, str]] = {
    "possible": "Possible", "attended": "Attended", "authorised": "Absent, authorised",
    "unauthorised": "Absent, unauthorised", "late": "Late before registers closed",
}  # fmt: skip


def freeze(pupil: Pupil, school: School, first: date, last: date, at: datetime) -> dict[str, Any]:
    """Everything a certificate says, as JSON takes it.

    sessions: [{"date", "half", "code", "counted", "source", "figures"}], sources: [{"number", "file", "sha256", "by",
    "at"}], amendments: [{"date", "half", "old", "new", "at", "by", "why"}], totals: figure -> number, digest.
    """
    registers = _registers(pupil.pk, school.pk, first, last)
    arrivals = _arrivals(registers)
    sessions = _sessions(registers, first, last)
    used = sorted({(s["year"], s["ordinal"]) for s in sessions if (s["year"], s["ordinal"]) in arrivals})
    numbers = {key: n for n, key in enumerate(used, start=1)}
    for session in sessions:
        session["source"] = numbers.get((session.pop("year"), session.pop("ordinal")))
    totals = {name: sum(name in s["figures"] for s in sessions) for name in FIGURES}
    return {
        "child": {
            "name": pupil.name, "born": _iso(pupil.date_of_birth), "upn": pupil.upn or "", "roll": _on_roll(pupil, school, first, last),
        },
        "school": school.name,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "frozen_at": at.isoformat(),
        "totals": totals,
        "sessions": sessions,
        "sources": [_source(numbers[key], arrivals[key]) for key in used],
        "amendments": _amendments(registers, first, last),
        "digest": _digest(sessions),
    }  # fmt: skip


def digest(pupil: int, school: int, first: date, last: date) -> str:
    """Of the marks as they stand now; another one than the frozen one means that a mark changed."""
    return _digest(_sessions(_registers(pupil, school, first, last), first, last))


def changes(values: Mapping[str, Any], pupil: int, school: int) -> list[dict[str, str]]:
    """The sessions whose mark is another one now: {"date", "half", "was", "is"}, "" where there was or is none."""
    first, last = date.fromisoformat(values["first"]), date.fromisoformat(values["last"])
    then = {(s["date"], s["half"]): s for s in values["sessions"]}
    now = {(s["date"], s["half"]): s for s in _sessions(_registers(pupil, school, first, last), first, last)}
    return [
        {"date": key[0], "half": key[1], "was": _said(then.get(key)), "is": _said(now.get(key))}
        for key in sorted(then.keys() | now.keys())
        if _said(then.get(key)) != _said(now.get(key))
    ]


def printed(values: Mapping[str, Any], *, title: str, mark: str, signature: list[str]) -> dict[str, Any]:
    """The values of ``certificate.typ``; signature: the lines that say who signed, empty for one to be signed."""
    child, totals = values["child"], values["totals"]
    possible = totals["possible"]
    return {
        "title": title,
        "mark": mark,
        "footer": f"{settings.CONFIG.council_name}. {title}",
        "facts": [
            ["Child", child["name"]],
            ["Date of birth", _long(child["born"]) or "not known"],
            ["Unique pupil number", child["upn"] or "none"],
            ["School", values["school"]],
            ["On the roll", child["roll"]],
            ["Period", f"{_long(values['first'])} to {_long(values['last'])}"],
        ],
        "totals": [[FIGURES[name], totals[name]] for name in FIGURES],
        "rate": f"Attendance: {percent(totals['attended'] / possible)} of possible sessions."
        if possible
        else "No session was possible.",
        "closed": sum(not s["counted"] for s in values["sessions"]),
        "weeks": weeks(values["sessions"]),
        "codes": _codes(values["sessions"]),
        "unauthorised": [
            [_long(s["date"]), HALVES[s["half"]], s["code"], _meaning(s), str(s["source"] or "not recorded")]
            for s in values["sessions"]
            if "unauthorised" in s["figures"]
        ],
        "sources": [
            [str(s["number"]), s["file"] or s["why"], s["by"], _moment(s["at"]), s["sha256"]] for s in values["sources"]
        ],
        "amendments": [
            [f"{short_date(date.fromisoformat(a['date']))} {a['half']}", a["old"], a["new"], _moment(a["at"]),
             ": ".join(filter(None, (a["by"], a["why"])))]
            for a in values["amendments"]
        ],
        "frozen": _moment(values["frozen_at"]),
        "digest": values["digest"],
        "signature": signature,
    }  # fmt: skip


def weeks(sessions: list[dict[str, Any]]) -> list[list[str]]:
    """Each school week as its Monday and five days, "/ \\" for a day attended; "" for a day without a mark."""
    found: dict[date, dict[int, list[str]]] = {}
    for one in sessions:
        day = date.fromisoformat(one["date"])
        monday = date.fromordinal(day.toordinal() - day.weekday())
        if day.weekday() < len(DAYS):
            halves = found.setdefault(monday, {}).setdefault(day.weekday(), ["·", "·"])
            halves[layout.HALVES.index(one["half"])] = one["code"]
    return [
        [short_date(monday), *("  ".join(days[n]) if n in days else "" for n in range(len(DAYS)))]
        for monday, days in sorted(found.items())
    ]


def _registers(pupil: int, school: int, first: date, last: date) -> list[Register]:
    years = range(layout.academic_year(first), layout.academic_year(last) + 1)
    found = Register.objects.filter(pupil=pupil, school=school, year__in=years).select_related("grid")
    return list(found.order_by("year"))


def _sessions(registers: list[Register], first: date, last: date) -> list[dict[str, Any]]:
    """Every session of the period with a mark, in order."""
    letters, open_slots, found = codes.code_of_byte(), grids.sessions_of(registers), []
    for register in registers:
        marks = bytes(register.grid.marks)
        counted = grids.in_session(marks, open_slots[register.pk])
        provenance = np.frombuffer(bytes(register.grid.provenance), "<u2")
        for slot, byte in enumerate(marks):
            on, half = layout.session_of(register.year, slot)
            if byte == layout.BLANK or not first <= on <= last:
                continue
            counts = counted[slot] == byte
            found.append({
                "date": on.isoformat(), "half": half, "code": letters[chr(byte)], "counted": counts,
                "year": register.year, "ordinal": int(provenance[slot]), "figures": _figures(byte) if counts else [],
            })  # fmt: skip
    return found


def _figures(byte: int) -> list[str]:
    """The figures in which a mark counts."""
    possible = bool(tables.POSSIBLE[byte])
    authorised, unauthorised = bool(tables.AUTHORISED[byte]), bool(tables.UNAUTHORISED[byte])
    said = {
        "possible": possible, "attended": possible and not (authorised or unauthorised), "authorised": authorised,
        "unauthorised": unauthorised, "late": bool(tables.LATE[byte]),
    }  # fmt: skip
    return [name for name, counts in said.items() if counts]


def _digest(sessions: list[dict[str, Any]]) -> str:
    said = [[s["date"], s["half"], s["code"], s["counted"]] for s in sessions]
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def _arrivals(registers: list[Register]) -> dict[tuple[int, int], Arrival]:
    if not registers:
        return {}
    found = Arrival.objects.filter(
        school=registers[0].school_id, year__in=[r.year for r in registers]
    ).select_related("source__file", "source__sent_by", "by")
    return {(a.year, a.ordinal): a for a in found}


def _source(number: int, arrival: Arrival) -> dict[str, Any]:
    source = arrival.source
    by = arrival.by or (source.sent_by if source else None)
    return {
        "number": number,
        "file": source.filename if source else "",
        "sha256": source.file.sha256 if source and source.file else "",
        "by": f"{by.name}, {by.post}".rstrip(", ") if by else "the school’s system",
        "at": (source.sent_at if source else arrival.at).isoformat(),
        "why": "" if source else arrival.reason or "entered by hand",
    }


def _amendments(registers: list[Register], first: date, last: date) -> list[dict[str, str]]:
    letters, years, found = codes.code_of_byte(), {r.pk: r.year for r in registers}, []
    rows = Amendment.objects.filter(register__in=years).select_related("arrival__by", "arrival__source")
    for change in rows:
        on, half = layout.session_of(years[change.register_id], change.slot)
        if not first <= on <= last:
            continue
        by, source = change.arrival.by, change.arrival.source
        found.append({
            "date": on.isoformat(), "half": half, "old": letters[change.old], "new": letters[change.new],
            "at": change.at.isoformat(),
            "by": f"{by.name}, {by.post}".rstrip(", ") if by else "the school’s register file",
            "why": change.arrival.reason or (source.filename if source else ""),
        })  # fmt: skip
    return found


def _codes(sessions: list[dict[str, Any]]) -> list[list[str]]:
    """Code, meaning, class, number of each code used."""
    counted = Counter(s["code"] for s in sessions)
    on = {s["code"]: date.fromisoformat(s["date"]) for s in sessions}
    kinds = {s["code"]: s["figures"] for s in sessions if s["figures"]}
    return [
        [code, codes.lookup(code, on[code]).meaning, _class(kinds.get(code, [])), str(counted[code])]
        for code in sorted(counted)
    ]


def _class(figures: list[str]) -> str:
    names = [name for name in ("attended", "authorised", "unauthorised") if name in figures]
    return FIGURES[names[0]] if names else "Does not count as a possible session"


def _on_roll(pupil: Pupil, school: School, first: date, last: date) -> str:
    stays = Enrolment.objects.filter(pupil=pupil, school=school, entered_on__lte=last).order_by("entered_on")
    said = [
        f"from {long_date(s.entered_on)}" + (f" to {long_date(s.left_on)}" if s.left_on else "")
        for s in stays
        if s.left_on is None or s.left_on >= first
    ]
    return "; ".join(said) or "not recorded"


def _meaning(session: Mapping[str, Any]) -> str:
    return str(codes.lookup(session["code"], date.fromisoformat(session["date"])).meaning)


def _said(session: Mapping[str, Any] | None) -> str:
    if session is None:
        return ""
    return str(session["code"]) + ("" if session["counted"] else " (school closed)")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _long(day: str) -> str:
    return long_date(date.fromisoformat(day)) if day else ""


def _moment(at: str) -> str:
    local = timezone.localtime(datetime.fromisoformat(at))
    return f"{short_date(local.date())}, {local:%H:%M}"
