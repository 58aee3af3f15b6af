"""Why a file was stopped, in the words of the pages: the readers speak to the command line, too."""

from typing import Final

IMPLAUSIBLE: Final = "implausible"
WORDS: Final = {
    "dates_ambiguous": "The dates can be read with the day first and with the month first, or contradict each other.",
    "too_many_errors": "More than 100,000 cells would be refused: this is no register, or its columns are not "
    "what their headings say.",
}
#: what can be done about it on the page of the import
REMEDIES: Final = {
    "dates_ambiguous": "Choose the order of the dates below and read the file again.",
    "too_many_errors": "Look at the first refusals. Say below which column is which, or set the file aside.",
}


def code_of(stopped: str | None) -> str:
    """``implausible`` and the like; "" where the readers give none."""
    code, colon, _ = (stopped or "").partition(": ")
    return code if colon and (code in WORDS or code == IMPLAUSIBLE) else ""


def words(stopped: str | None) -> str:
    """A whole sentence without codes; "" for a file that was not stopped."""
    if not stopped:
        return ""
    code = code_of(stopped)
    if code in WORDS:
        return WORDS[code]
    said = f"The file looks wrong: {stopped.removeprefix(f'{IMPLAUSIBLE}: ')}" if code else stopped
    return f"{said[0].upper()}{said[1:]}{'' if said.endswith('.') else '.'}"


def remedy(code: str, acceptable: bool, may_accept: bool) -> str:
    """What the reader can do, on this page."""
    if acceptable:
        if may_accept:
            return "If the file is right all the same, say why below and take it."
        return "If the file is right all the same, ask a senior officer: they can accept it on this page and say why."
    return REMEDIES.get(code, "")
