"""A CSV of notifications: each line sorted by its kind, placed on the roll, kept like one typed into the form."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import deletion
from mainstay.registers.register import Person
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory.importing import Unreadable, text_of
from mainstay.service.directory.matching import Match, Verdict, decide, load
from mainstay.service.directory.models import Pupil, School
from mainstay.service.missing import notices
from mainstay.service.missing.actions.notifications import send
from mainstay.service.missing.models import NotificationFile
from mainstay.service.missing.models.notifications import Kind

COLUMNS: Final = ("kind", "upn", "surname", "forename", "date_of_birth", "first_day", "last_day", "ground")
MOST: Final = 2000
_KINDS: Final = {
    "joiner": Kind.JOINER, "new pupil": Kind.JOINER, "new": Kind.JOINER,
    "leaver": Kind.LEAVER, "deletion": Kind.LEAVER, "leaving": Kind.LEAVER,
    "ten days": Kind.TEN_DAYS, "absence": Kind.TEN_DAYS, "10 days": Kind.TEN_DAYS,
    "sickness": Kind.SICKNESS, "illness": Kind.SICKNESS,
    "part time": Kind.PART_TIME, "part-time timetable": Kind.PART_TIME, "part time timetable": Kind.PART_TIME,
}  # fmt: skip
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
_YES: Final = frozenset({"y", "yes", "true", "1"})


class LineRefused(ValueError):
    """What is wrong with one line, and what to do."""


@dataclass(slots=True)
class Line:
    number: int
    kind: str
    person: Person
    first_on: date
    last_on: date | None
    ground: str
    said: dict[str, Any]


def heading() -> list[str]:
    """The columns of an empty file, those of every kind."""
    asked = [one.column for fields in notices.FIELDS.values() for one in fields]
    needs = [need.name for ground in deletion.grounds().values() for need in ground.needs]
    return list(dict.fromkeys([*COLUMNS, *asked, *needs]))


@transaction.atomic
def receive(*, file: IO[bytes], name: str, school: School, by: Any, at: datetime) -> NotificationFile:
    """Take a file: what is complete is sent, what is not comes back at once, lines that cannot be read are listed.

    Raises FileRefused for what is no CSV, StepRefused for one without the columns or with too many lines.
    """
    if not by.may("notify_roll"):
        raise StepRefused("Your role cannot send notifications for a school.")
    if not School.objects.visible_to(by).filter(pk=school.pk).exists():
        raise StepRefused("This school is not yours.")
    stored = store.keep(file, allowed=("csv",), by=by, at=at, name=name)
    rows = _rows(store.read(stored))
    kept = NotificationFile.objects.create(school=school, file=stored, filename=name[:160], at=at, by=by)
    refused: list[list[Any]] = []
    lines = []
    for number, cells in rows:
        try:
            lines.append(_line(number, cells, school))
        except LineRefused as problem:
            refused.append([number, str(problem)])
    roll = load([line.person for line in lines], school, timezone.localdate(at))
    for line in lines:  # one by one: several lines of a child are several notifications
        _take(kept, line, decide([line.person], roll)[0], refused, by, at)
    kept.refused = sorted(refused)
    kept.save()
    trail.record(
        by=by,
        at=at,
        action="notifications.file",
        on=kept,
        taken=kept.taken,
        same=kept.same,
        refused=len(refused),
    )
    return kept


def _take(
    kept: NotificationFile, line: Line, found: Match, refused: list[list[Any]], by: Any, at: datetime
) -> None:
    pupil = None
    if found.verdict == Verdict.KNOWN and found.pupil is not None:
        pupil = Pupil.objects.visible_to(by).filter(pk=found.pupil).first()
    if pupil is None and line.kind != Kind.JOINER:
        refused.append([line.number, "no child of your school has this number, name and date of birth"])
        return
    if pupil is None:
        person = line.person
        born = person.date_of_birth.isoformat() if person.date_of_birth else ""
        line.said |= {"surname": person.surname, "forename": person.forename, "born": born, "upn": person.upn}
    try:
        _, new = send(
            kind=line.kind, school=kept.school, pupil=pupil, first_on=line.first_on, last_on=line.last_on, ground=line.ground,
            said=line.said, file=kept, by=by, at=at,
        )  # fmt: skip
    except StepRefused as refusal:
        refused.append([line.number, str(refusal)])
        return
    kept.taken += new
    kept.same += not new


def _rows(content: bytes) -> list[tuple[int, Mapping[str, str]]]:
    try:
        text = text_of(content)
        header = text.split("\n", 1)[0]
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
        named = [_plain(name) for name in reader.fieldnames or ()]
        missing = [name for name in ("kind", "first_day") if name not in named]
        if missing:
            raise StepRefused(
                f"The first line must name the columns; these are missing: {', '.join(missing)}."
            )
        reader.fieldnames = named
        rows = [(reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}) for row in reader]
    except (csv.Error, Unreadable) as problem:
        raise StepRefused(f"The file cannot be read: {problem}.") from None
    rows = [(number, row) for number, row in rows if any(row.values())]
    if len(rows) > MOST:
        raise StepRefused(f"More than {MOST} lines: send the file in parts.")
    return rows  # type: ignore[return-value]


def _plain(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def _line(number: int, row: Mapping[str, str], school: School) -> Line:
    kind = _KINDS.get(_plain(row.get("kind", "")).replace("_", " "))
    if kind is None:
        raise LineRefused("kind: write joiner, leaver, ten days, sickness or part time")
    ground = row.get("ground", "").strip()
    if kind == Kind.LEAVER and ground:
        ground = _ground(ground)
    elif kind != Kind.LEAVER:
        ground = ""
    person = Person(
        school.laestab, upn=row.get("upn", "").upper(), surname=row.get("surname", "")[:80],
        forename=row.get("forename", "")[:80], date_of_birth=_day(row, "date_of_birth"),
    )  # fmt: skip
    first = _day(row, "first_day")
    if first is None:
        raise LineRefused("first_day is missing")
    said = {one.name: value for one in notices.needs(kind, ground) if (value := _value(one, row)) is not None}
    return Line(number, kind, person, first, _day(row, "last_day"), ground, said)


def _ground(text: str) -> str:
    """The ground's code of what was written: its letter, or its words."""
    wanted = _plain(text)
    for code, one in deletion.grounds().items():
        if wanted in (_plain(code), _plain(one.ground)):
            return code
    raise LineRefused(f"ground: “{text[:60]}” is none of the grounds. Write {_words()}")


def _words() -> str:
    """The grounds as a file may have them: a letter where it is known, otherwise the words."""
    return "; ".join(
        f"{one.code} ({one.ground[:1].lower()}{one.ground[1:]})" if len(one.code) == 1 else f"“{one.ground}”"
        for one in deletion.grounds().values()
    )


def explained() -> list[dict[str, str]]:
    """Each column of the file: its heading (name), for which kinds, what is written there."""
    said = [
        ("kind", "All", "joiner, leaver, ten days, sickness or part time"),
        ("upn", "All", "Unique pupil number"),
        ("surname", "All", "The child’s surname, as on your register"),
        ("forename", "All", "The child’s first name"),
        ("date_of_birth", "All", "Such as 2014-09-03 or 03/09/2014"),
        ("first_day", "All", "; ".join(f"{Kind(kind).label.lower()}: {first[:1].lower()}{first[1:]}"
                                        for kind, (first, _) in notices.DAYS.items())),
        ("last_day", "Where there is one", "; ".join(f"{Kind(kind).label.lower()}: {last[:1].lower()}{last[1:]}"
                                                      for kind, (_, last) in notices.DAYS.items() if last)),
        ("ground", str(Kind.LEAVER.label), _words()),
    ]  # fmt: skip
    known = {name for name, _, _ in said}
    kinds: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for kind, fields in notices.FIELDS.items():
        for one in fields:
            kinds.setdefault(one.column, []).append(str(Kind(kind).label))
            known_as = words.setdefault(one.column, _asked(one))
            if _asked(one) not in known_as:
                words[one.column] += f"; {Kind(kind).label.lower()}: {_asked(one).lower()}"
    for ground in deletion.grounds().values():
        for need in ground.needs:
            kinds.setdefault(need.name, []).append(
                f"Ground {ground.code}" if len(ground.code) == 1 else f"Ground “{ground.ground}”"
            )
            words.setdefault(need.name, _asked(notices.Asked(need.name, need.words, need.kind)))
    said += [(name, "; ".join(kinds[name]), words[name]) for name in words if name not in known]
    return [{"name": name, "kinds": of, "what": what} for name, of, what in said]


def _asked(one: notices.Asked) -> str:
    how = {"day": " (a day)", "yes": " (yes, or empty)", "whole": " (a whole number)"}
    return f"{one.label}{how.get(one.kind, '')}"


def _value(one: notices.Asked, row: Mapping[str, str]) -> Any:
    text = row.get(one.column or one.name, "")
    if not text:
        return None
    if one.kind == "yes":
        return text.lower() in _YES or None
    if one.kind == "day":
        day = _day(row, one.column or one.name)
        return day.isoformat() if day else None
    if one.kind == "whole":
        if not text.isdecimal() or int(text) > 400:
            raise LineRefused(
                f"{one.column} ({one.label[:1].lower()}{one.label[1:]}): write a whole number up to 400"
            )
        return int(text)
    return text[:2000]


def _day(row: Mapping[str, str], name: str) -> date | None:
    text = row.get(name, "")
    if not text:
        return None
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no time)
        except ValueError:
            continue
    raise LineRefused(f"{name}: write the day as 2026-11-27 or 27/11/2026")
