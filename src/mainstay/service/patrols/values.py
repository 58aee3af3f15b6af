"""What the council sets for patrols."""

from datetime import date
from typing import Final

from mainstay.service.team import values
from mainstay.service.team.values import Value

KEPT: Final = "patrol_days_kept"
REPEAT: Final = "patrol_repeat_days"
SMALL: Final = "patrol_small_number"
OWN: Final = (
    Value(KEPT, "Patrols", "Days until it is forgotten who was lawfully out", "whole", 30,
          "A local default, to be confirmed by the information team. Counts stay.", 365, 1),
    Value(REPEAT, "Patrols", "Days within which a child met again is marked “met before”", "whole", 90,
          "Our own choice. Only children who are still on record can be met again.", 365, 1),
    Value(SMALL, "Patrols", "Numbers below this are hidden in figures", "whole", 5,
          "So that nobody can be recognised. Our own choice.", 50, 2),
)  # fmt: skip


def of(name: str, on: date) -> int:
    return int(values.in_force(on)[name])
