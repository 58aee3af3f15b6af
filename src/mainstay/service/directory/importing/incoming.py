"""Pupils and contacts as a file describes them, before anything is matched or stored."""

from dataclasses import dataclass, field
from datetime import date

from mainstay.registers.register import Person
from mainstay.service.directory.importing import Refusal
from mainstay.service.directory.models import Parenthood


@dataclass(frozen=True, slots=True)
class Home:
    """An address: lines joined by line breaks, postcode in capitals."""

    lines: str
    postcode: str = ""
    uprn: str = ""
    confidential: bool = False


@dataclass(slots=True)
class Contact:
    """A contact of a pupil, in the order of the file."""

    surname: str
    forename: str = ""
    title: str = ""
    relationship: str = ""
    responsibility: bool | None = None
    as_pupil: bool | None = None  # lives at the pupil's address
    home: Home | None = None
    phone: str = ""
    email: str = ""
    order: int = 1
    language: str = ""
    interpreter: bool | None = None
    contact_allowed: bool | None = None
    safe_contact: str = ""
    evidence: str = ""  # what shows that they are a parent in law

    @property
    def basis(self) -> str | None:
        """Why this is a parent in the sense of s.576; None for a contact who is none."""
        kin = relationship_of(self.relationship)
        if kin in OUTSIDERS:
            return None
        if kin in NATURAL:
            return Parenthood.Basis.NATURAL
        if kin in CARERS:
            return Parenthood.Basis.CARE
        if self.responsibility:
            return Parenthood.Basis.RESPONSIBILITY
        return Parenthood.Basis.CARE if self.as_pupil and kin in ADULT_KIN else None

    @property
    def believed_responsibility(self) -> bool | None:
        """A foster carer's or childminder's "true" is not believed: the council or the parents hold it."""
        return None if relationship_of(self.relationship) in CARERS else self.responsibility


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated fact: see ``facts.LABELS`` for the names."""

    name: str
    value: str
    since: date | None = None
    until: date | None = None


@dataclass(slots=True)
class Incoming:
    """One pupil of a file with everything it says beside the names."""

    person: Person
    line: int | None = None
    former_upns: list[str] = field(default_factory=list)
    former_names: tuple[str, str] = ("", "")  # surname, forename
    preferred: tuple[str, str] = ("", "")
    middle_names: str = ""
    language: str = ""
    home: Home | None = None
    facts: list[Fact] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)


@dataclass(slots=True)
class PeopleFile:
    """What one file holds. ``source`` is kept with every fact; ``on`` is the day it tells of."""

    source: str
    on: date
    pupils: list[Incoming] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


#: codes of the common transfer file -> words
_CODES = {
    "pam": "Mother", "paf": "Father", "stp": "Step-parent", "fom": "Foster mother", "fof": "Foster father",
    "gmo": "Grandmother", "gfa": "Grandfather", "grm": "Grandmother", "grf": "Grandfather", "grp": "Grandparent",
    "car": "Carer", "swr": "Social worker", "chm": "Childminder", "doc": "Doctor", "fam": "Other family member",
    "oth": "Other", "hte": "Head teacher", "rel": "Relative", "rlg": "Religious contact", "tch": "Teacher",
    "sib": "Brother or sister", "unk": "", "par": "Parent", "gua": "Guardian",
}  # fmt: skip
NATURAL = frozenset({"mother", "father", "parent"})
CARERS = frozenset({"foster mother", "foster father", "foster carer", "carer", "step-parent", "step parent", "stepmother", "stepfather", "step-mother", "step-father"})  # fmt: skip
ADULT_KIN = frozenset({"grandmother", "grandfather", "grandparent", "aunt", "uncle", "relative", "other family member", "guardian", "partner of parent"})  # fmt: skip
OUTSIDERS = frozenset({"social worker", "childminder", "doctor", "head teacher", "teacher", "religious contact", "brother or sister", "brother", "sister"})  # fmt: skip


def relationship_words(text: str) -> str:
    """A relationship in words, from a code or as it is written."""
    return _CODES.get(text.strip().casefold(), text.strip().capitalize())[:40]


def relationship_of(text: str) -> str:
    return relationship_words(text).casefold()
