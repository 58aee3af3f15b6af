"""What ``paper.typ`` prints of purchased work: the report for the school, the list of an intervention day, a template given."""

from datetime import date
from typing import Any, Final

from django.conf import settings

from mainstay.law.clock import in_words
from mainstay.service.common.ui.filters import percent, plural
from mainstay.service.directory.models import Pupil
from mainstay.service.purchased import kinds
from mainstay.service.purchased.answers import ANSWERS
from mainstay.service.purchased.models import Given, Sampled, Slot, Version, Work

PAPER: Final = "paper"
_CHILDREN: Final = "Personal data of children: keep it safe"


def _paper(
    title: str, facts: list[list[str]], parts: list[dict[str, Any]], mark: str | None = None
) -> dict[str, Any]:
    config = settings.CONFIG
    return {
        "title": title, "mark": mark, "facts": facts, "parts": [p for p in parts if p["text"] or p["items"]],
        "footer": f"{config.council_name}, {config.service_name}",
    }  # fmt: skip


def _part(label: str, text: str = "", items: list[str] | None = None) -> dict[str, Any]:
    return {"label": label, "text": text, "items": items or []}


def of_work(work: Work, children: list[Pupil]) -> dict[str, Any]:
    """The report of one piece of work, with the children whom the reader may see."""
    kind = kinds.of(work)
    facts = [
        ["School", work.school.name], ["Service", kind.label], ["Work", work.number], ["Day", in_words(work.on)],
        ["State", work.get_state_display()], ["Officer", work.owner.name if work.owner else ""],
    ]  # fmt: skip
    if work.minutes:
        facts.append(["Time spent", plural(work.minutes, "minute")])
    parts = [_part("What was done", work.done)]
    if children:
        parts.append(_part("Children", items=[_child(pupil) for pupil in children]))
    for detail in kind.details:
        value = work.details.get(detail.name)
        if value not in (None, "", False):
            parts.append(_part(detail.label, "Yes" if value is True else str(value)))
    for part in kind.parts:
        parts += _OF.get(part, lambda work: [])(work)
    parts.append(_part("What came of it", work.outcome))
    return _paper(work.title, facts, parts, _CHILDREN if children or "sample" in kind.parts else None)


def _child(pupil: Pupil) -> str:
    return f"{pupil.listed_name}, year {pupil.year_group}" if pupil.year_group else pupil.listed_name


def _agreed(work: Work) -> list[dict[str, Any]]:
    lines = [
        f"{one.text}: {one.who or one.get_owner_display().lower()}, by {in_words(one.due_on)}"
        + (f" (done on {in_words(one.done_on)})" if one.done_on else "")
        for one in work.agreed.all()
    ]
    return [_part("Agreed", items=lines)]


def _sample(work: Work) -> list[dict[str, Any]]:
    said, rows = work.details.get("sampling"), list(work.sample.all())
    if not said:
        return []
    counts = {f: sum(row.finding == f for row in rows) for f in Sampled.Finding.values}
    how = (
        f"{said['number']} of {said['of']:,} weeks of pupils from {in_words(date.fromisoformat(said['first']))} to "
        f"{in_words(date.fromisoformat(said['last']))}, drawn at random"
        + (", among weeks with an absence or a late mark" if said["absent"] else "")
        + f" (seed {said['seed']})."
    )
    found = [f"{Sampled.Finding(f).label}: {n}" for f, n in counts.items()]
    wrong = [
        f"{row.pupil.listed_name}, week of {in_words(row.week)} ({' '.join(code or '·' for code in row.codes)}): "
        f"{row.get_finding_display().lower()}. {row.note} Seen: {row.evidence}"
        for row in rows
        if row.finding and row.finding != Sampled.Finding.RIGHT
    ]
    return [
        _part("How the sample was drawn", how),
        _part("What was found", items=found),
        _part("What is wrong", items=wrong),
    ]


def slot_line(slot: Slot) -> str:
    """ "09:00 Fenwick, Ada: mother and Ada. The family came. …" """
    who = f"{slot.pupil.listed_name}{': ' + slot.family if slot.family else ''}" if slot.pupil else "free"
    came = f". {slot.get_came_display()}. {slot.result}" if slot.came else ""
    return f"{slot.at:%H:%M} {who}{came}"


def of_day(work: Work) -> dict[str, Any]:
    """The list of an intervention day, for the door and the table."""
    facts = [["School", work.school.name], ["Day", in_words(work.on)], ["Where", str(work.details.get("room") or "")],
             ["Officer", work.owner.name if work.owner else ""]]  # fmt: skip
    halves = [
        _part(half, items=[slot_line(slot) for slot in work.slots.all() if slot.half == half])
        for half in ("Morning", "Afternoon")
    ]
    return _paper(f"Intervention day: {work.title}", facts, halves, _CHILDREN)


def _slots(work: Work) -> list[dict[str, Any]]:
    return [_part(p["label"], items=p["items"]) for p in of_day(work)["parts"]]


def _sessions(work: Work) -> list[dict[str, Any]]:
    lines = [
        f"{in_words(s.on)}: {s.topic}"
        + (
            f" ({sum(p.there for p in s.presences.all())} of {len(s.presences.all())} there)"
            if s.taken
            else ""
        )
        for s in work.sessions.all()
    ]
    return [_part("Sessions", items=lines)]


def _analysis(work: Work) -> list[dict[str, Any]]:
    found = work.details.get("analysis")
    if not found:
        return []
    parts = [_part("Whole school", f"{found['pupils']:,} pupils, attendance {percent(found['total']['attendance'])}. Groups of "
                   f"fewer than {found['small']} pupils are hidden, with the next smallest where one could be worked out.")]  # fmt: skip
    for group in found["groups"]:
        parts.append(_part(group["heading"], items=[
            f"{row['label']}: hidden, small number" if row["hidden"]
            else f"{row['label']}: {row['pupils']:,} pupils, attendance {percent(row['attendance'])}"
            for row in group["rows"]
        ]))  # fmt: skip
    parts.append(_part("Codes", items=[
        f"{row['code']}: few pupils" if row["hidden"]
        else f"{row['code']}: {row['sessions']:,} sessions of {row['pupils']:,} pupils ({percent(row['share'], 2)})"
        for row in found["codes"]
    ]))  # fmt: skip
    return parts


def _impact(work: Work) -> list[dict[str, Any]]:
    found = work.details.get("impact")
    if not found:
        return []
    rows = [
        f"{row['label']}: hidden, small number"
        if row["hidden"]
        else f"{row['label']}: {row['pupils']} pupils, {percent(row['before'])} before, {percent(row['after'])} after"
        for row in [*found["rows"], {**found["total"], "hidden": False}]
    ]
    words = (
        "Attendance in the six school weeks before and after. It does not show that the one caused the other."
    )
    return [_part("Before and after", words, rows)]


def _checks(work: Work) -> list[dict[str, Any]]:
    rows = [
        f"{check['line']}: {ANSWERS[check['answer']].lower()}{'. ' + check['advice'] if check['advice'] else ''} "
        f"({in_words(date.fromisoformat(check['on']))})"
        for check in work.details.get("checks") or []
    ]
    return [_part("The policy, line by line", items=rows)]


def _counts(work: Work) -> list[dict[str, Any]]:
    rows = work.details.get("counts") or []
    by_time: dict[str, list[str]] = {}
    for row in rows:
        by_time.setdefault(row["at"], []).append(f"year {row['year']}: {row['n']}")
    return [
        _part(
            "Late pupils by ten minutes", items=[f"{at}: {', '.join(said)}" for at, said in by_time.items()]
        )
    ]


def _given(work: Work) -> list[dict[str, Any]]:
    rows = [
        f"{one.version.template.title}, version {one.version.number}, {in_words(one.on)}"
        for one in work.given.all()
    ]
    return [_part("Given to the school", items=rows)]


def _moving(work: Work) -> list[dict[str, Any]]:
    rows = list(work.moving.all())
    passed = sum(row.passed_on for row in rows)
    return [
        _part(
            "Pupils who move on",
            f"{len(rows)}, of whom the notes of {passed} were passed on." if rows else "",
        )
    ]


def _places(work: Work) -> list[dict[str, Any]]:
    rows = [place for place in work.places.all() if place.cancelled_at is None]
    return [_part("Who was there", items=[f"{p.name}, {p.school.name}" for p in rows if p.attended])]


_OF: Final[dict[str, Any]] = {
    "agreed": _agreed, "sample": _sample, "slots": _slots, "sessions": _sessions, "analysis": _analysis, "impact": _impact,
    "checks": _checks, "counts": _counts, "given": _given, "moving": _moving, "places": _places,
}  # fmt: skip


def of_version(version: Version, work: Work, on: date) -> dict[str, Any]:
    """A template as a school gets it."""
    facts = [
        ["For", work.school.name], ["Version", f"{version.number}, in force from {in_words(version.since)}"],
        ["Given on", in_words(on)],
    ]  # fmt: skip
    return _paper(version.template.title, facts, [_part(version.template.get_kind_display(), version.text)])


def of_attendance(work: Work, places: list[Any]) -> dict[str, Any]:
    """The list to sign at a course, for the school or service that holds it."""
    facts = [["Course", work.title], ["Day", in_words(work.on)], ["When", str(work.details.get("starts") or "")],
             ["Where", str(work.details.get("where") or "")]]  # fmt: skip
    rows = [
        f"{place.name}{', ' + place.post if place.post else ''} ({place.school.name})" for place in places
    ]
    parts = [
        _part("Booked", items=rows),
        _part("Where to find out more", str(work.details.get("signpost") or "")),
    ]
    return _paper(f"Attendance list: {work.title}", facts, parts)


def filename(given: Given) -> str:
    return f"template-{given.version.template_id}-version-{given.version.number}.pdf"
