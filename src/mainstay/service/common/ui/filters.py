"""Template filters: how dates, counts and shares are written everywhere."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.template.defaultfilters import linebreaksbr
from django.utils import timezone

from mainstay.law import codes, rules

NOTHING: Final = "–"
SOURCES: Final = {
    "WT24": "Working together to improve school attendance (2024)",
    "REG24": "School Attendance (Pupil Registration) (England) Regulations 2024",
}


def _day(value: date | str) -> date:
    """The London day of an instant; a date, or YYYY-MM-DD as stored answers have it, stays itself."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


def long_date(value: date | str | None) -> str:
    """Monday 14 October 2024."""
    if value is None:
        return NOTHING
    day = _day(value)
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_date(value: date | str | None) -> str:
    """14 Oct 2024."""
    if value is None:
        return NOTHING
    day = _day(value)
    return f"{day.day} {day:%b %Y}"


def day_month(value: date | str | None) -> str:
    """14 Oct: where the year is said elsewhere."""
    if value is None:
        return NOTHING
    day = _day(value)
    return f"{day.day} {day:%b}"


def date_time(value: datetime | None) -> str:
    """14 Oct 2024 at 3:05pm, in London time."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local.day} {local:%b %Y} at {clock(local)}"


def clock(value: datetime) -> str:
    """3:05pm, as the instant itself has it."""
    return f"{value.hour % 12 or 12}:{value:%M}{'am' if value.hour < 12 else 'pm'}"


def percent(value: float | Decimal | None, places: int = 1) -> str:
    """A share from 0 to 1 as "89.5%", half up; nothing for None."""
    if value is None:
        return NOTHING
    exact = Decimal(str(value)) * 100
    return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)}%"


def number(value: float | Decimal | None) -> str:
    """1,234 or 1,234.5."""
    return NOTHING if value is None else f"{value:,}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """1 -> "1 pupil", 2 -> "2 pupils"; ``many`` for words that do not take an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sessions(count: int | None) -> str:
    """1 -> "1 session", 16 -> "16 sessions"."""
    return NOTHING if count is None else plural(count, "session")


def money(pence: int | None) -> str:
    """16000 -> "£160", 16050 -> "£160.50", -8000 -> "−£80"."""
    if pence is None:
        return NOTHING
    pounds, rest = divmod(abs(pence), 100)
    return f"{'−' if pence < 0 else ''}£{pounds:,}" + (f".{rest:02d}" if rest else "")


def days(half_days: int) -> str:
    """Half-days as people say them: 3 -> "1½ days", 1 -> "½ day", -4 -> "−2 days"."""
    whole, half = divmod(abs(half_days), 2)
    amount = f"{whole or ('' if half else '0')}{'½' if half else ''}"
    return f"{'−' if half_days < 0 else ''}{amount} {'day' if abs(half_days) in (1, 2) else 'days'}"


def meaning(code: str, on: date | str) -> str:
    """What an attendance code meant on that day; empty for a code that was not in force."""
    try:
        return codes.lookup(code, _day(on)).meaning
    except (codes.UnknownCode, codes.CodeNotInForce):
        return ""


#: how the law's parameters say that a text was not read to the end; pages say "Confirm with legal"
NOT_READ: Final = re.compile(
    r"[,;:]?\s*(recalled\b[^.;]*|as commentary has it|its letter is to be confirmed)", re.IGNORECASE
)


def source(text: str) -> str:
    """A source of law with its short names written out; notes of how far it was read stand beside it as a tag."""
    text = NOT_READ.sub("", text).strip(" ,;:")
    for short, whole in SOURCES.items():
        text = text.replace(short, whole)
    return text


def rules_in_words(version: str) -> str:
    """Which set of the law's numbers an answer was given by, with its name for whoever asks it again."""
    if version == rules.version():
        said = "By the rules as this service holds them now"
    elif version.startswith(rules.version()):
        said = "By the rules as this service holds them now, with the council’s own values"
    else:
        said = "By the rules as this service held them then; they have changed since"
    return f"{said} (rule set {version})."


def and_list(words: list[str]) -> str:
    """["a", "b", "c"] -> "a, b and c"."""
    words = [str(word) for word in words]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "date": long_date,
    "short_date": short_date,
    "day_month": day_month,
    "datetime": date_time,
    "percent": percent,
    "number": number,
    "plural": plural,
    "sessions": sessions,
    "money": money,
    "days": days,
    "and_list": and_list,
    "meaning": meaning,
    "source": source,
    "rules_in_words": rules_in_words,
    "lines": linebreaksbr,
}
