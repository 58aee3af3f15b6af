"""The council's own values for court that hearings and results need, as they hold on a day."""

from datetime import date
from typing import Any

from mainstay.service.court.models import CourtValue


def _holds(name: str, on: date) -> Any:
    row = CourtValue.objects.filter(name=name, since__lte=on).order_by("-since", "-pk").first()
    return row.value if row is not None else None


def hourly_rate(on: date) -> int | None:
    """Of work on a prosecution, in pence; None where it isn't set."""
    found = _holds("hourly_rate_pence", on)
    return int(found) if found is not None else None


def offence_codes(on: date) -> dict[str, str]:
    """Offence -> the code courts know it by; those that aren't set are missing."""
    found = _holds("offence_codes", on)
    return dict(found) if isinstance(found, dict) else {}
