"""Pupils and contacts of a Common Transfer File; its marks are the registers' business.

Any version is taken. A document type or entity is refused: a transfer file has none.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from mainstay.registers.register import Person
from mainstay.service.directory import facts
from mainstay.service.directory.importing import Refusal, Unreadable
from mainstay.service.directory.importing.incoming import (
    Contact,
    Fact,
    Home,
    Incoming,
    PeopleFile,
    relationship_words,
)

_PUPIL: Final = re.compile(rb"<(?:\w+:)?Pupil[\s>]")
_HOME: Final = ("SAON", "PAON", "Street", "Locality", "Town", "AdministrativeArea", "PostTown")
_LINES: Final = tuple(f"AddressLines/AddressLine{n}" for n in range(1, 6))


def read(content: bytes, *, today: date) -> PeopleFile:
    """Read the pupils of a file. Raises Unreadable with what is wrong and what to do."""
    root = _parsed(content)
    if root.tag != "CTfile":
        raise Unreadable("this XML is not a Common Transfer File: its first element is not CTfile")
    source = root.find("Header/SourceSchool")
    school = _text(source, "LEA") + _text(source, "Estab")
    version, name = _text(root, "Header/CTFversion"), _text(source, "SchoolName")
    on = min(_day(_text(root, "Header/DateTime")[:10]) or today, today)
    file = PeopleFile(f"CTF {version} from {name or school}".replace("  ", " ")[:120], on)
    pupils = root.findall("CTFpupilData/Pupil")
    for node, line in zip(pupils, _lines(content, len(pupils)), strict=True):
        try:
            file.pupils.append(_pupil(node, line, school, on))
        except ValueError as problem:
            file.refusals.append(Refusal(line, str(problem)))
    if not pupils:
        raise Unreadable("the file holds no pupil; ask the school to export it again")
    return file


def _parsed(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable(
            "the file declares a document type or entities, which a Common Transfer File never does; "
            "ask the school for another export"
        ) from None
    except (ParseError, ValueError, LookupError):
        raise Unreadable("the XML is cut short or damaged; ask the school for the file again") from None
    for node in root.iter():
        node.tag = str(node.tag).rpartition("}")[2]
    return root


def _lines(content: bytes, count: int) -> list[int | None]:
    """The line of each ``<Pupil>``; unknown where the text cannot be counted (UTF-16)."""
    starts = [match.start() for match in _PUPIL.finditer(content)]
    if len(starts) != count:
        return [None] * count
    lines: list[int | None] = []
    line, last = 1, 0
    for start in starts:
        line, last = line + content.count(b"\n", last, start), start
        lines.append(line)
    return lines


def _text(node: Element | None, *paths: str) -> str:
    """The first of these elements that says something."""
    if node is None:
        return ""
    return next((text for path in paths if (text := (node.findtext(path) or "").strip())), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _pupil(node: Element, line: int | None, school: str, on: date) -> Incoming:
    """ValueError says what is wrong with this pupil."""
    basic = node.find("BasicDetails")
    born = _text(node, "DOB")
    if born and _day(born) is None:
        raise ValueError("DOB must be a date written yyyy-mm-dd")
    here = _history(node, school)
    person = Person(
        school,
        upn=_text(node, "UPN"),
        surname=_text(node, "Surname") or _text(basic, "LegalSurname"),
        forename=_text(node, "Forename") or _text(basic, "LegalForename"),
        date_of_birth=_day(born),
        sex=_text(node, "Sex", "Gender")[:1],
        year_group=_text(basic, "NCyearActual"),
        entered_on=here[0],
        left_on=here[1],
        extra={
            "status": _text(basic, "EnrolStatus"),
            "former_upn": _text(basic, "FormerUPN"),
            "leaving_reason": here[2],
        },
    )
    former = _text(basic, "FormerUPN")
    return Incoming(
        person,
        line,
        former_upns=[former] if former else [],
        former_names=(_text(basic, "FormerSurname"), _text(basic, "FormerForename")),
        preferred=(_text(basic, "PreferredSurname"), _text(basic, "PreferredForename")),
        middle_names=_text(basic, "MiddleNames"),
        language=_text(basic, "Languages/Type/Language", "Languages/Language"),
        home=_home(node.find("Address")),
        facts=list(_facts(node, basic, on)),
        contacts=[contact for n in node.findall("Contacts/Contact") if (contact := _contact(n)) is not None],
    )


def _history(node: Element, school: str) -> tuple[date | None, date | None, str]:
    """Entry and leaving date at the sending school and why they left, from the pupil's school history."""
    for row in node.findall("SchoolHistory/School"):
        if _text(row, "LEA") + _text(row, "Estab") == school:
            reason = _text(row, "LeavingReason")
            return _day(_text(row, "EntryDate")), _day(_text(row, "LeavingDate")), reason
    return None, None, ""


def _home(node: Element | None) -> Home | None:
    if node is None:
        return None
    parts = [_text(node, path) for path in (*_HOME, *_LINES, "County")]
    lines = "\n".join(dict.fromkeys(filter(None, parts)))[:300]
    postcode = _text(node, "PostCode").upper()[:8]
    if not (lines or postcode):
        return None
    return Home(lines, postcode, _text(node, "UniquePropertyReferenceNumber")[:12])


def _facts(node: Element, basic: Element | None, on: date) -> Iterator[Fact]:
    if ethnicity := _text(basic, "Ethnicity"):
        yield Fact("ethnicity", ethnicity[:60])
    for spell in node.findall("FSMhistory/FSMinstance"):
        until = _day(_text(spell, "FSMendDate"))
        yield Fact("fsm", "true", _day(_text(spell, "FSMstartDate")), until)
    in_care = facts.yes_no(_text(node, "LookedAfter/InCare"))
    if in_care is not None:
        yield Fact("in_care", in_care)
    yield from _sen(node.findall("SENhistory/SEN"))


def _sen(rows: list[Element]) -> Iterator[Fact]:
    """Each provision ends the day before the next begins."""
    spells = [
        (_day(_text(row, "StartDate")), value)
        for row in rows
        if (value := facts.sen_of(_text(row, "SENprovision"))) is not None
    ]
    spells.sort(key=lambda spell: spell[0] or date.min)
    for n, (since, value) in enumerate(spells):
        after = spells[n + 1][0] if n + 1 < len(spells) else None
        if value or after is None:
            yield Fact("sen", value, since, after - timedelta(days=1) if after else None)


def _contact(node: Element) -> Contact | None:
    """None for a contact without a surname."""
    surname = _text(node, "Surname")
    if not surname:
        return None
    order = _text(node, "Order")
    as_pupil = facts.yes_no(_text(node, "Address/AddressAsPupil"))
    said = facts.yes_no(_text(node, "Responsibility"))
    home = None if as_pupil == "true" else _home(node.find("Address"))
    return Contact(
        surname=surname[:80],
        forename=_text(node, "Forename")[:80],
        title=_text(node, "Title")[:20],
        relationship=relationship_words(_text(node, "Relationship")),
        responsibility=None if said is None else said == "true",
        as_pupil=True if as_pupil == "true" else False if home else None,
        home=home,
        phone=_phone(node),
        email=_text(node, "Email")[:254],
        order=int(order) if order.isdecimal() and len(order) < 4 else 1,
    )


def _phone(node: Element) -> str:
    """The mobile, else the first number there is."""
    numbers: list[tuple[str, str]] = [
        (_text(row, "TelephoneType"), _text(row, "PhoneNo")) for row in node.findall("Phones/Phone")
    ]
    mobile = next((number for kind, number in numbers if kind.upper().startswith("M") and number), "")
    return (mobile or next((number for _, number in numbers if number), ""))[:40]
