"""Schools from GIAS, pupils and contacts from CTF and CSV: read, compared, shown, then stored in one piece."""

from dataclasses import dataclass


class Unreadable(Exception):
    """The file cannot be taken at all; the text says why and what to do, and is shown."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that is not taken: its line in the file, what is wrong and what to do. No personal data."""

    line: int | None
    problem: str


def text_of(content: bytes) -> str:
    """The text of a CSV: UTF-8 with or without mark, UTF-16 with one, else Windows-1252; never a NUL,
    which PostgreSQL cannot keep."""
    return _decoded(content).replace("\0", "")


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
