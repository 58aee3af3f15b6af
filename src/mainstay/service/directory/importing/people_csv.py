"""Pupils and contacts of a CSV with a header line: columns by name, never by place.

Columns of contacts carry a number: "Contact 1 surname", "Parent 2 phone"; without one they mean the first.
"""

import csv
import io
import re
from datetime import date, datetime
from typing import Final

from mainstay.registers.reading.aliases import field_of, normal
from mainstay.registers.register import Person
from mainstay.service.directory import facts
from mainstay.service.directory.importing import Refusal, Unreadable, text_of
from mainstay.service.directory.importing.incoming import (
    Contact,
    Fact,
    Home,
    Incoming,
    PeopleFile,
    relationship_words,
)

_CONTACT: Final = re.compile(r"(?:contact|parent|carer|parent/carer)(\d?)(.+)")
_PART: Final = {
    "title": "title",
    "surname": "surname",
    "lastname": "surname",
    "forename": "forename",
    "firstname": "forename",
    "relationship": "relationship",
    "parentalresponsibility": "responsibility",
    "responsibility": "responsibility",
    "liveswith": "as_pupil",
    "liveswithchild": "as_pupil",
    "sameaddress": "as_pupil",
    "address": "address",
    "postcode": "postcode",
    "phone": "phone",
    "telephone": "phone",
    "mobile": "phone",
    "email": "email",
    "language": "language",
    "firstlanguage": "language",
    "interpreter": "interpreter",
    "needsinterpreter": "interpreter",
    "contactallowed": "allowed",
    "allowed": "allowed",
    "safecontact": "safe_contact",
    "writingsafely": "safe_contact",
    "evidence": "evidence",
    "basisevidence": "evidence",
    "confidentialaddress": "confidential",
    "addressconfidential": "confidential",
}
_OWN: Final = {
    "formerupn": "former_upn",
    "preferredsurname": "preferred_surname",
    "preferredforename": "preferred_forename",
    "middlenames": "middle_names",
    "language": "language",
    "firstlanguage": "language",
    "address": "address",
    "address1": "address",
    "street": "address",
    "address2": "address",
    "address3": "address",
    "town": "address",
    "postcode": "postcode",
    "uprn": "uprn",
    "confidentialaddress": "confidential",
    "addressconfidential": "confidential",
    "leavingreason": "leaving_reason",
    "reasonforleaving": "leaving_reason",
    "destination": "destination",
    "destinationschool": "destination",
    "socialworker": "social_worker",
    "pupilpremium": "pupil_premium",
}
_DAYS: Final = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d/%m/%y",
    "%d-%b-%y",
    "%d %b %Y",
    "%d %B %Y",
)
Cells = dict[str, str]


def read(content: bytes, *, name: str, today: date) -> PeopleFile:
    """Read the pupils of a CSV. name: the file's name, kept as its source. Raises Unreadable."""
    text = text_of(content)
    rows = list(_rows(text))
    if not rows:
        raise Unreadable("the file is empty")
    columns = _columns(rows[0][1])
    file = PeopleFile(f"file {name}"[:120], today)
    for line, cells in rows[1:]:
        try:
            file.pupils.append(_pupil(_sorted(columns, cells), line))
        except ValueError as problem:
            file.refusals.append(Refusal(line, str(problem)))
    return file


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """(line, cells) of every row that says something; the delimiter is the one the header uses most."""
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, [cell.strip() for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as problem:
        raise Unreadable(f"line {line} cannot be read as CSV: {problem}") from None
    return rows


def _columns(header: list[str]) -> list[tuple[str, str]]:
    """What each column is: (part of "pupil", "own" or a contact's number, name). Unreadable without names."""
    found: list[tuple[str, str]] = []
    for cell in header:
        word = normal(cell).replace("-", "")
        match = _CONTACT.fullmatch(word)
        if match and match[2] in _PART:
            found.append((match[1] or "1", _PART[match[2]]))
        elif word in _OWN:
            found.append(("own", _OWN[word]))
        else:
            found.append(("pupil", field_of(cell) or ""))
    known = {name for where, name in found if where == "pupil"}
    if "surname" not in known or "forename" not in known:
        raise Unreadable(
            "the first line must name the columns Surname and Forename (and better also UPN and DOB)"
        )
    return found


def _sorted(columns: list[tuple[str, str]], cells: list[str]) -> dict[str, Cells]:
    parts: dict[str, Cells] = {"pupil": {}, "own": {}}
    for (where, name), cell in zip(columns, cells, strict=False):
        into = parts.setdefault(where, {})
        if name == "address" and into.get(name) and cell:
            into[name] += "\n" + cell
        elif name and cell and not into.get(name):
            into[name] = cell
    return parts


def _pupil(parts: dict[str, Cells], line: int) -> Incoming:
    """ValueError says what is wrong with this row."""
    said, own = parts.pop("pupil"), parts.pop("own")
    if not (said.get("surname") and said.get("forename")):
        raise ValueError("surname and forename are both needed")
    extra: dict[str, str] = {
        name: said[name]
        for name in ("status", "ethnicity", "looked_after", "sen", "ehc", "fsm")
        if name in said
    }
    extra |= {name: own[name] for name in ("former_upn", "leaving_reason", "destination") if name in own}
    person = Person(
        said.get("laestab") or said.get("la", "") + said.get("estab", "") or said.get("urn", ""),
        upn=said.get("upn", ""),
        surname=said["surname"],
        forename=said["forename"],
        date_of_birth=_day(said.get("dob", ""), "the date of birth"),
        sex=said.get("sex", "")[:1],
        year_group=said.get("year", ""),
        reg_group=said.get("reg", ""),
        entered_on=_day(said.get("entry", ""), "the entry date"),
        left_on=_day(said.get("leaving", ""), "the leaving date"),
        extra=extra,
    )
    contacts = [_contact(number, cells) for number, cells in sorted(parts.items()) if cells.get("surname")]
    return Incoming(
        person,
        line,
        former_upns=[own["former_upn"]] if own.get("former_upn") else [],
        preferred=(own.get("preferred_surname", ""), own.get("preferred_forename", "")),
        middle_names=own.get("middle_names", ""),
        language=own.get("language", ""),
        home=_home(own),
        facts=_facts(own),
        contacts=contacts,
    )


def _day(text: str, what: str) -> date | None:
    """A date written in the British order or as ISO; ValueError for anything else."""
    for pattern in _DAYS if text else ():
        try:
            day = datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day, not an instant
        except ValueError:
            continue
        return day.replace(year=day.year - 100) if day > date.today() and "%y" in pattern else day  # noqa: DTZ011
    if text:
        raise ValueError(f"{what} cannot be read; write it dd/mm/yyyy")
    return None


def _home(cells: Cells) -> Home | None:
    if not (cells.get("address") or cells.get("postcode")):
        return None
    return Home(
        cells.get("address", "")[:300],
        cells.get("postcode", "").upper()[:8],
        cells.get("uprn", "")[:12],
        facts.yes_no(cells.get("confidential", "")) == "true",
    )


def _facts(own: Cells) -> list[Fact]:
    read_as = {name: facts.yes_no(own.get(name, "")) for name in ("social_worker", "pupil_premium")}
    return [Fact(name, value) for name, value in read_as.items() if value is not None]


def _contact(number: str, cells: Cells) -> Contact:
    lives = _yes_no(cells, "as_pupil")
    home = None if lives else _home(cells)
    return Contact(
        surname=cells["surname"][:80],
        forename=cells.get("forename", "")[:80],
        title=cells.get("title", "")[:20],
        relationship=relationship_words(cells.get("relationship", "")),
        responsibility=_yes_no(cells, "responsibility"),
        as_pupil=lives,
        home=home,
        phone=cells.get("phone", "")[:40],
        email=cells.get("email", "")[:254],
        order=int(number),
        language=cells.get("language", "")[:60],
        interpreter=_yes_no(cells, "interpreter"),
        contact_allowed=_yes_no(cells, "allowed"),
        safe_contact=cells.get("safe_contact", "")[:300],
        evidence=cells.get("evidence", "")[:200],
    )


def _yes_no(cells: Cells, name: str) -> bool | None:
    said = facts.yes_no(cells.get(name, ""))
    return None if said is None else said == "true"
