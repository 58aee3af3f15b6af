"""What a made-up city consists of: plain dataclasses that point at each other by index."""

from dataclasses import dataclass, field
from datetime import date

from mainstay.registers.register import Block, Note, Person


@dataclass(slots=True)
class School:
    """One school. Its place in ``City.schools`` is its index."""

    name: str
    urn: str  # "900001" and up: a range never given out
    laestab: str  # "8529001" and up
    phase: str  # primary, secondary, special, pru
    trust: str  # "" for a school the council maintains
    lowest_age: int
    highest_age: int
    opened_on: date  # of this URN
    former_urn: str = ""  # an academy's URN before it joined its trust
    address: str = ""
    postcode: str = ""
    phone: str = ""  # from the ranges kept for drama


@dataclass(frozen=True, slots=True)
class Term:
    """One half of a term, first and last day included."""

    name: str  # "Autumn 1" ... "Summer 2"
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Closure:
    """A session lost at short notice: Y4 (whole site) or Y3 (part of it; marks tell whose)."""

    on: date
    half: str  # "" whole day, else AM or PM
    code: str
    reason: str


@dataclass(slots=True)
class Calendar:
    """One school's days in one academic year; bank holidays inside a term are closed."""

    school: int
    year: int  # 2024 for 2024/25
    terms: list[Term]
    inset: list[date]
    bank_holidays: list[date]
    closures: list[Closure]
    open_days: list[date]  # days with pupils, ascending; short-notice closures are still among them


@dataclass(slots=True)
class Address:
    """Where a household lives: invented streets, postcodes in the unused SO99."""

    lines: list[str]
    postcode: str


@dataclass(slots=True)
class Parent:
    """A parent or carer in the sense of section 576."""

    title: str
    surname: str
    forename: str
    address: int
    phone: str
    email: str
    language: str  # "English" or the language spoken at home
    interpreter: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """What binds a parent to a pupil."""

    pupil: int
    parent: int
    relationship: str  # mother, father, step-parent, grandparent, foster carer, social worker
    basis: str  # s.576: "parent", "responsibility" or "care"
    responsibility: bool  # parental responsibility
    lives_with: bool
    contact_allowed: bool
    priority: int  # whom to call first, from 1


@dataclass(slots=True)
class Pupil:
    """One child. Place in ``City.pupils`` is the index used by ties and enrolments."""

    upn: str  # "" where none was given
    surname: str
    forename: str
    date_of_birth: date
    sex: str  # F or M
    year_group: int  # on the last day of the city; 0 is Reception
    fsm: bool
    sen: str  # "", "K" support, "E" education, health and care plan
    pupil_premium: bool
    ethnicity: str  # DfE code, such as WBRI
    language: str  # at home
    in_care: bool
    social_worker: bool
    family: int  # pupils of one family share at least one parent
    address: int
    former_upn: str = ""  # a temporary UPN that was replaced


@dataclass(slots=True)
class Enrolment:
    """One pupil at one school. Place in ``City.enrolments`` is what ``Block.people`` holds."""

    pupil: int
    school: int
    status: str  # C single, M main of a dual registration, S its subsidiary
    entered_on: date
    left_on: date | None  # None: still there on the city's last day
    year_group: int  # last known
    reg_group: str
    groups: dict[int, tuple[int, str]] = field(default_factory=dict)  # year -> year group, registration group


@dataclass(frozen=True, slots=True)
class Amendment:
    """A mark first taken as ``old`` and changed to ``new``; the grid holds ``new``."""

    enrolment: int
    year: int
    slot: int
    old: str  # codes, not bytes
    new: str
    on: date


@dataclass(slots=True)
class City:
    """A whole made-up city on its last day, ``until``.

    blocks: one per school and academic year, ordered by school, then year; ``people`` holds indices into ``enrolments``
    amendments: only of the last weeks before ``until``; ``notes`` likewise (minutes late; ``person`` is an enrolment)
    """

    like: str
    seed: int
    until: date
    years: list[int]
    schools: list[School]
    calendars: list[Calendar]
    addresses: list[Address]
    parents: list[Parent]
    pupils: list[Pupil]
    ties: list[Tie]
    enrolments: list[Enrolment]
    blocks: list[Block]
    amendments: list[Amendment]
    notes: list[Note]

    def people(self) -> list[Person]:
        """The enrolments as the register engine's people, in the same order."""
        return [_person(self, e) for e in self.enrolments]


def _person(city: City, e: Enrolment) -> Person:
    pupil = city.pupils[e.pupil]
    return Person(
        school=city.schools[e.school].urn,
        upn=pupil.upn,
        surname=pupil.surname,
        forename=pupil.forename,
        date_of_birth=pupil.date_of_birth,
        sex=pupil.sex,
        year_group=year_group_name(e.year_group),
        reg_group=e.reg_group,
        entered_on=e.entered_on,
        left_on=e.left_on,
        extra={
            "fsm": "true" if pupil.fsm else "false",
            "sen": pupil.sen,
            "ethnicity": pupil.ethnicity,
        },
    )


def year_group_name(group: int) -> str:
    """0 is written R."""
    return str(group) if group else "R"
