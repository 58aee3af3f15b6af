"""Files of schools, pupils and contacts: any bytes at all get an answer in words, never a traceback."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.service.directory.importing import Unreadable, ctf, gias, people_csv

TODAY = date(2026, 11, 2)
ESTABLISHMENTS = (
    "URN,LA (code),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),"
    "OpenDate,CloseDate,PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,Postcode,Trusts (name)\r\n"
    '990101,852,9777,"Invented Primary",Community school,Open,01-09-2001,,Primary,4,11,so99 9zz,\r\n'
    '990102,852,9778,"Made Up, Junior",Academy converter,Closed,,31-08-2025,Primary,7,11,SO99 9ZZ,Invented Trust\r\n'
)
LINKS = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n990101,990202,Invented,Successor,01-09-2025\n"
PEOPLE = (
    "UPN,Surname,Forename,DOB,LAESTAB,Entry date,Leaving date,Address,Postcode,Language,SEN,FSM,Contact 1 surname,"
    "Contact 1 forename,Contact 1 relationship,Contact 1 phone,Contact 1 contact allowed,Contact 1 confidential address\n"
    "Z852999924001,Fenwick,Ada,09/03/2016,852/9777,01/09/2024,,4 Made Up Road,SO99 9ZZ,English,K,N,Fenwick,Grace,"
    "Mother,01632 960001,yes,no\n"
    'N852999924002,"O’Neill",Zoë,1/2/15,8529777,,2026-10-30,,,,,,Moss,Jo,Foster carer,,no,yes\n'
)
TRANSFER = (
    "<CTfile><Header><DateTime>2026-10-02T16:00:00</DateTime><SourceSchool><LEA>852</LEA><Estab>9777</Estab></SourceSchool>"
    "</Header><CTFpupilData><Pupil><UPN>Z852999924001</UPN><Surname>Fenwick</Surname><Forename>Ada</Forename>"
    "<DOB>2016-03-09</DOB><SENhistory><SEN><StartDate>2024-09-02</StartDate><SENprovision>K</SENprovision></SEN></SENhistory>"
    "<Contacts><Contact><Order>1</Order><Surname>Fenwick</Surname><Relationship>PAM</Relationship></Contact></Contacts>"
    "</Pupil></CTFpupilData></CTfile>"
)
READERS: dict[str, tuple[str, Callable[[bytes], Any]]] = {
    "establishments": (ESTABLISHMENTS, lambda content: gias.read(content, la="852", known_urns=["990102"])),
    "links": (LINKS, gias.read_links),
    "people": (PEOPLE, lambda content: people_csv.read(content, name="pupils.csv", today=TODAY)),
    "transfer": (TRANSFER, lambda content: ctf.read(content, today=TODAY)),
}
BITS = (b"", b",", b'"', b"\n", b"\r", b"\t", b";", b"\xff", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"9" * 12,
        b"29/02/24", b"31-12-9999", b"0001-01-01", b"yes", b"<Pupil>", b"</DOB>", "٣".encode(), "ﷺ".encode())  # fmt: skip
CODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
edits = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.sampled_from(BITS) | st.binary(max_size=4)
    ),
    max_size=6,
)


def answer(read: Callable[[bytes], Any], content: bytes) -> Any:
    try:
        return read(content)
    except Unreadable as problem:
        assert str(problem)
        return None


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=150, deadline=None)
@given(edits=edits, coding=st.sampled_from(CODINGS), cut=st.floats(0, 1))
def test_a_damaged_file_gets_an_answer(
    name: str, edits: list[tuple[float, int, bytes]], coding: str, cut: float
) -> None:
    text, read = READERS[name]
    content = text.encode(coding, "replace")
    content = content[: int(cut * len(content)) or None]
    for place, gone, put in edits:
        at = int(place * len(content))
        content = content[:at] + put + content[at + gone :]
    answer(read, content)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_get_an_answer(name: str, content: bytes) -> None:
    answer(READERS[name][1], content)


@settings(max_examples=150, deadline=None)
@given(cells=st.lists(st.text(max_size=30), min_size=18, max_size=18))
def test_any_words_in_the_cells_are_kept_in_bounds_or_refused_with_their_line(cells: list[str]) -> None:
    header, *_ = PEOPLE.splitlines()
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    file = answer(READERS["people"][1], f"{header}\n{row}\n".encode("utf-8", "replace"))
    assert file is not None
    assert len(file.pupils) + len(file.refusals) == (
        1 if any(cell.strip("\0").strip() for cell in cells) else 0
    )
    assert all(refusal.line == 2 for refusal in file.refusals)
    assert not any("\0" in pupil.person.surname for pupil in file.pupils)
