"""A pupil's year of marks, made ready for ``ui.register_grid``: what each cell shows and says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Final

from mainstay.law import codes
from mainstay.registers import grid as layout

Session = tuple[date, str]
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HALF_WORDS: Final = {"AM": "morning", "PM": "afternoon"}
TOTAL_NAMES: Final = ("Possible", "Attended", "Authorised", "Unauthorised", "Late")
LOOK_WORDS: Final = {
    "outside": "Not on this school's roll",
    "closed": "School closed",
    "missing": "No mark although school was open",
    "future": "Still to come",
    "ignored": "School closed: the mark is not counted",
}
TERM_GAP_WEEKS: Final = 1


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One session. ``look`` is its class, ``text`` the letter, ``title`` the whole explanation.

    day: its date as text, where a mark may stand: "" for closed sessions and those still to come.
    """

    look: str
    text: str
    title: str
    morning: bool
    counted: bool = False
    amended: bool = False
    spoken: str = ""
    day: str = ""

    @property
    def classes(self) -> str:
        said = (("am", self.morning), ("counted", self.counted), ("amended", self.amended))
        return f"ms-mark ms-mark--{self.look}" + "".join(f" ms-mark--{name}" for name, so in said if so)


@dataclass(frozen=True, slots=True)
class Week:
    label: str
    cells: Sequence[Cell]
    totals: Sequence[int]
    bracket: str  # "", "start", "inside", "end" or "only": where the week lies in the window
    starts_term: bool


@dataclass(frozen=True, slots=True)
class LegendItem:
    look: str
    text: str
    meaning: str
    code: str = ""
    counted: bool = False
    amended: bool = False


@dataclass(frozen=True, slots=True)
class RegisterGrid:
    days: Sequence[Day]
    weeks: Sequence[Week]
    totals: Sequence[int]
    legend: Sequence[LegendItem]
    total_names: Sequence[str] = TOTAL_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is known of one pupil's year at one school.

    marks: 756 bytes as in ``mainstay.registers.grid``.
    open_slots: 756 truth values, the school's sessions; None: open where the pupil has a mark.
        A mark outside them is shown and not counted.
    on_roll: first and last day (None: no end) of each time the pupil was on roll; empty: not known.
    as_known_on: later sessions are still to come; None: all of the year is past.
    window: Mondays of the first and last week of the window in which a threshold was met.
    counted: its sessions. notes: what else to say of a session (amendments, the import).
    amended: sessions whose mark was changed.
    """

    year: int
    marks: bytes
    open_slots: Sequence[bool] | bytes | None = None
    on_roll: Collection[tuple[date, date | None]] = ()
    as_known_on: date | None = None
    window: tuple[date, date] | None = None
    counted: Collection[Session] = field(default_factory=frozenset)
    amended: Collection[Session] = field(default_factory=frozenset)
    notes: Mapping[Session, str] = field(default_factory=dict)

    def is_open(self, slot: int) -> bool:
        if self.open_slots is not None:
            return bool(self.open_slots[slot])
        return self.marks[slot] not in (layout.BLANK, ord(codes.byte_of(codes.CLOSED)))

    def is_on_roll(self, day: date) -> bool:
        return not self.on_roll or any(
            first <= day and (last is None or day <= last) for first, last in self.on_roll
        )

    def is_known(self, slot: int) -> bool:
        """Whether the slot's week began by the day as of which this is known, or holds the mark itself."""
        monday = layout.first_monday(self.year) + timedelta(weeks=layout.week_of(slot))
        blank = self.marks[slot] in (layout.BLANK, ord(codes.byte_of(codes.CLOSED)))
        return not blank or self.as_known_on is None or monday <= self.as_known_on


def build(known: Marks) -> RegisterGrid:
    """The weeks, up to the last one known, in which the school was open or a mark stands.

    Saturday and Sunday are there only if used.
    """
    used = [slot for slot in range(layout.SIZE) if known.is_open(slot) or known.marks[slot] != layout.BLANK]
    shown = sorted({layout.week_of(slot) for slot in used if known.is_known(slot)})
    if not shown:
        return RegisterGrid(_days(5), (), (0,) * len(TOTAL_NAMES), ())
    width = max(5, max(slot % layout.SLOTS // 2 for slot in used) + 1)
    weeks = []
    for previous, week in zip([shown[0], *shown], shown, strict=False):
        weeks.append(_week(known, week, width, starts_term=week - previous > TERM_GAP_WEEKS))
    totals = tuple(sum(week.totals[i] for week in weeks) for i in range(len(TOTAL_NAMES)))
    return RegisterGrid(_days(width), weeks, totals, _legend(known, weeks))


def _days(count: int) -> list[Day]:
    return [Day(name, name[:3]) for name in DAYS[:count]]


def _week(known: Marks, week: int, width: int, *, starts_term: bool) -> Week:
    monday = layout.first_monday(known.year) + timedelta(weeks=week)
    first = week * layout.SLOTS
    slots = range(first, first + 2 * width)
    counts = [0] * len(TOTAL_NAMES)
    cells = []
    for slot in slots:
        day, half = monday + timedelta(days=(slot - first) // 2), layout.HALVES[slot % 2]
        cells.append(_cell(known, slot, day, half))
        if known.is_open(slot):
            counts = [sum(pair) for pair in zip(counts, _adds(known.marks[slot]), strict=True)]
    return Week(f"{monday.day} {monday:%b}", cells, counts, _bracket(known.window, monday), starts_term)


def _cell(known: Marks, slot: int, day: date, half: str) -> Cell:
    session, byte = (day, half), known.marks[slot]
    look = _look(known, slot, day, byte)
    text = "" if byte == layout.BLANK else codes.code_of_byte()[chr(byte)]
    counted, amended = session in known.counted and look != "ignored", session in known.amended
    what = f"{text}, {_meaning(text, day)}" if text else LOOK_WORDS[look]
    extra = [known.notes[session]] if session in known.notes else []
    if look == "ignored":
        extra.insert(0, LOOK_WORDS[look].lower())
    if counted:
        extra.insert(0, "counted in the window")
    title = "; ".join([f"{DAYS[day.weekday()]} {day.day} {day:%B}, {HALF_WORDS[half]}: {what}", *extra])
    spoken = ", ".join([*(["counted"] if counted else []), *(["amended"] if amended else [])])
    if not text and look in ("missing", "closed"):
        spoken = look
    elif look == "ignored":
        spoken = ", ".join(filter(None, ("not counted", spoken)))
    may_stand = known.is_open(slot) and look not in ("outside", "closed", "future")
    on = day.isoformat() if may_stand else ""
    return Cell(look, text, title, half == "AM", counted, amended, spoken and f" {spoken}", on)


def _look(known: Marks, slot: int, day: date, byte: int) -> str:
    if byte != layout.BLANK:
        ignored = not known.is_open(slot) and _entry(byte).possible
        return "ignored" if ignored else _look_of_byte(byte)
    if not known.is_on_roll(day):
        return "outside"
    if not known.is_open(slot):
        return "closed"
    return "future" if known.as_known_on and day > known.as_known_on else "missing"


@cache
def _look_of_byte(byte: int) -> str:
    entry = _entry(byte)
    if entry.code == codes.CLOSED:
        return "closed"
    if entry.code in ("L", "U"):
        return "late" if entry.kind == "present" else "unauthorised"
    return entry.kind.replace("_", "-")


@cache
def _entry(byte: int) -> codes.Code:
    return next(entry for entry in codes.all_codes() if ord(entry.byte) == byte)


@cache
def _adds(byte: int) -> tuple[int, ...]:
    """What one mark adds to each of TOTAL_NAMES."""
    if byte == layout.BLANK:
        return (0,) * len(TOTAL_NAMES)
    entry = _entry(byte)
    unauthorised = entry.kind == "unauthorised"
    return (
        int(entry.possible),
        int(entry.possible and not entry.absent),
        int(entry.possible and entry.absent and not unauthorised),
        int(entry.possible and unauthorised),
        int(entry.code == "L"),
    )


@cache
def _meaning(code: str, day: date) -> str:
    try:
        return codes.lookup(code, day).meaning
    except codes.CodeNotInForce:
        return "not in force on this day"


def _bracket(window: tuple[date, date] | None, monday: date) -> str:
    if window is None or not window[0] <= monday <= window[1]:
        return ""
    if window[0] == window[1]:
        return "only"
    return {window[0]: "start", window[1]: "end"}.get(monday, "inside")


def _legend(known: Marks, weeks: Sequence[Week]) -> list[LegendItem]:
    """The codes and looks that occur, codes in the order of the law's table."""
    cells = [cell for week in weeks for cell in week.cells]
    texts, looks = {cell.text for cell in cells if cell.text}, {cell.look for cell in cells}
    last = layout.first_monday(known.year) + timedelta(weeks=layout.WEEKS)
    items: list[LegendItem] = []
    for entry in codes.all_codes():
        if entry.code in texts and not any(item.text == entry.code for item in items):
            meaning = next(
                (e.meaning for e in codes.all_codes() if e.code == entry.code and e.in_force(last)), ""
            )
            look = _look_of_byte(ord(entry.byte))
            items.append(LegendItem(look, entry.code, meaning or entry.meaning, code=entry.code))
    items += [LegendItem(look, "", words) for look, words in LOOK_WORDS.items() if look in looks]
    if known.counted:
        items.append(LegendItem("sample", "", "Counted in the window (bracket at the left)", counted=True))
    if known.amended:
        items.append(LegendItem("sample", "", "Changed after it was first sent", amended=True))
    return items
