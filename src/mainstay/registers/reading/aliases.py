"""The names under which columns arrive, and the field each stands for."""

import re
from typing import Final

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "upn": ("UPN", "Unique Pupil Number"),
    "surname": ("Surname", "Last name", "Legal surname", "Family name"),
    "forename": ("Forename", "First name", "Legal forename", "Given name"),
    "name": ("Name", "Pupil", "Pupil name", "Student", "Student name", "Full name"),
    "dob": ("DOB", "Date of birth", "Birth date", "D.O.B.", "D.O.B"),
    "sex": ("Sex", "Gender"),
    "year": ("Year", "Year group", "NC year", "NCyearActual"),
    "reg": ("Reg", "Registration group", "Registration form", "Reg group", "Reg form", "Form", "Class"),
    "urn": ("URN", "School URN"),
    "la": ("LA code", "LA", "LEA", "LA number", "LA (code)"),
    "estab": ("Estab", "Establishment number", "Estab number", "EstablishmentNumber"),
    "laestab": ("LAESTAB", "LA Estab", "DfE number"),
    "school": ("School", "School name", "Establishment name"),
    "date": ("Date", "Session date"),
    "session": ("Session", "AM/PM"),
    "mark": ("Mark", "Attendance code", "Code", "Attendance mark"),
    "minutes": ("Minutes Late", "Mins late"),
    "comment": ("Comment", "Comments", "Notes", "Note"),
    "am": ("AM", "AM mark", "Morning"),
    "pm": ("PM", "PM mark", "Afternoon"),
    "entry": ("Entry date", "Admission date", "Date of admission", "Date of entry"),
    "leaving": ("Leaving date", "Actual leaving date", "Date of leaving"),
    "status": ("EnrolStatus", "Enrolment status"),
    "ethnicity": ("Ethnicity",),
    "looked_after": ("Looked after",),
    "sen": ("SEN support",),
    "ehc": ("EHC plan",),
    "fsm": ("FSM",),
    "possible": ("Possible", "Sessions possible", "Possible sessions", "Termly sessions possible"),
    "attended": ("Attended", "Sessions attended", "Present"),
    "percent": ("%", "Percent", "Attendance %", "% attendance", "Att %", "Percentage attendance"),
    "authorised": (
        "Auth",
        "Authorised",
        "Sessions authorised",
        "Authorised absence",
        "Authorised absences",
        "Termly sessions authorised",
    ),
    "unauthorised": (
        "Unauth",
        "Unauthorised",
        "Sessions unauthorised",
        "Unauthorised absence",
        "Unauthorised absences",
        "Termly sessions unauthorised",
    ),
    "late": ("Late", "Lates", "Times late"),
}
FIELDS: Final = tuple(_NAMES)
#: what is kept with a pupil beside the named fields
EXTRA: Final = ("status", "ethnicity", "looked_after", "sen", "ehc", "fsm")
TOTALS: Final = ("possible", "attended", "percent", "authorised", "unauthorised", "late")
SCHOOL: Final = ("urn", "laestab", "la", "estab", "school")
DATES: Final = ("dob", "entry", "leaving")
_NOISE: Final = re.compile(r"[\s_*\u00a0\ufeff]+")


def normal(header: str) -> str:
    """Case, spaces, underscores and asterisks do not count in a header."""
    return _NOISE.sub("", header).casefold()


_FIELD_OF: Final = {normal(alias): name for name, aliases in _NAMES.items() for alias in aliases}


def field_of(header: str) -> str | None:
    """The field a header stands for, or None."""
    return _FIELD_OF.get(normal(header))
