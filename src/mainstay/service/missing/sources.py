"""Whom a school and the council can ask about a child, and by what right; the log of enquiries names one of these."""

from dataclasses import dataclass
from typing import Final

SCHOOL, COUNCIL = "school", "council"
#: what the council's duty is; whether a body may answer is that body's own question
DUTY: Final = "Education Act 1996 s.436A"
CONFIRM: Final = f"{DUTY}; that this body may be asked: confirm with legal"


@dataclass(frozen=True, slots=True)
class Source:
    """sides: who asks; basis: what the log proposes as the legal basis of the council."""

    label: str
    sides: tuple[str, ...]
    basis: str = DUTY


SOURCES: Final = {
    "call": Source("First-day call and every contact number", (SCHOOL,)),
    "contacts": Source("Emergency contacts", (SCHOOL,)),
    "friends": Source("Friends, classmates, staff", (SCHOOL,)),
    "siblings": Source("Brothers and sisters, and their schools", (SCHOOL, COUNCIL)),
    "schools": Source("Other schools", (SCHOOL, COUNCIL)),
    "letter": Source("Letter or e-mail to the parents", (SCHOOL, COUNCIL)),
    "social_media": Source("Social media, as school policy allows", (SCHOOL,)),
    "visit": Source("Visit at home", (SCHOOL, COUNCIL)),
    "council_tax": Source("Council tax", (COUNCIL,), CONFIRM),
    "housing": Source("Housing", (COUNCIL,), CONFIRM),
    "benefits": Source("Benefits", (COUNCIL,), CONFIRM),
    "admissions": Source("School admissions", (COUNCIL,)),
    "health": Source("Health: GP, health visitor, school nurse, hospital", (COUNCIL,), CONFIRM),
    "social_care": Source("Social care", (COUNCIL,)),
    "police": Source("Police", (COUNCIL,), CONFIRM),
    "border": Source("Border Force", (COUNCIL,), CONFIRM),
    "hmrc": Source("HM Revenue and Customs, only where a power exists", (COUNCIL,), CONFIRM),
    "authority": Source("Another local authority", (COUNCIL,)),
    "s2s": Source("School to School", (SCHOOL, COUNCIL)),
    "home_education": Source("Register of home education", (COUNCIL,)),
    "family": Source("Family, neighbours, landlord", (SCHOOL, COUNCIL)),
    "other": Source("Somebody else", (SCHOOL, COUNCIL)),
}


def of(side: str) -> list[tuple[str, str]]:
    """The choices of one side."""
    return [(name, one.label) for name, one in SOURCES.items() if side in one.sides]


def label(name: str) -> str:
    return SOURCES[name].label if name in SOURCES else name
