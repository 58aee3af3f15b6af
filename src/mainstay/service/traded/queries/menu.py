"""The menu of services as it stands on a day."""

from dataclasses import replace
from datetime import date

from mainstay.service.traded.models import MENU, MenuChange, Service, ServiceCode


def menu(on: date) -> list[Service]:
    """Every line, those the council took off too, in the agreement's order."""
    rows = MenuChange.objects.filter(since__lte=on).order_by("since", "pk")
    changed = {row.code: row for row in rows}
    return [
        replace(one, title=row.title, what=row.what, active=row.active)
        if (row := changed.get(one.code))
        else one
        for one in MENU
    ]


def bookable(on: date) -> list[tuple[str, str]]:
    """Code and title of what half-days can be booked for."""
    return [(one.code, one.title) for one in menu(on) if one.bookable]


def named(code: str) -> str:
    """The short name of a service, for lists and calendars."""
    return ServiceCode(code).label if code in ServiceCode.values else code
