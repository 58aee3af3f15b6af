"""How late a school may give a booking up without charge: the council's own value, from a day on, with its reason."""

from datetime import date
from typing import Final

from mainstay.service.traded.models import TradedValue

CANCEL_NOTICE: Final = "cancel_notice"
#: working days; our own choice until the council sets its own
USUAL_NOTICE: Final = 5


def cancel_notice(on: date) -> int:
    """Working days before a booking until which a school cancels or moves it without charge, as it stands on a day."""
    rows = TradedValue.objects.filter(name=CANCEL_NOTICE, since__lte=on).order_by("-since", "-pk")
    said = rows.values_list("value", flat=True).first()
    return USUAL_NOTICE if said is None else int(said)
