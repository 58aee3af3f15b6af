"""How long a school has, and when it is chased: the law's days, and the service's own where no law says."""

from datetime import date
from typing import Any, Final

from mainstay.law import deadlines
from mainstay.service.missing.models import MissingValue

#: name -> (what it is, what stands where nothing is set); no law sets any of them
OWN: Final = {
    "return_days": ("Days to tell us after ten or fifteen days were reached", 5),
    "chase_days": ("Days between two reminders of returns that are overdue", 5),
    "off_rolling_days": ("Days after which a deletion without a return is looked into", 10),
    "off_rolling_answer_days": ("Days a school has to answer about a deletion without a ground", 5),
    "look_back_days": ("Days back that rolls and registers are looked through for returns", 60),
}


def own(name: str, on: date) -> int:
    """The service's own value as it stood on a day."""
    row = MissingValue.objects.filter(name=name, since__lte=on).order_by("-since", "-pk").first()
    return int(row.value) if row is not None else OWN[name][1]


#: the value that holds the day from which returns are asked for
FROM: Final = "returns_from"


def begins(on: date) -> date | None:
    """Nothing that happened before this day calls for a return: the council began to use the list then. None: no such day."""
    row = MissingValue.objects.filter(name=FROM, since__lte=on).order_by("-since", "-pk").first()
    return date.fromisoformat(row.value) if row is not None and row.value else None


def new_pupil(entered_on: date) -> Any:
    """The law's Answer: by when a new pupil is told of."""
    return deadlines.find("new-pupil-return", entered_on)
