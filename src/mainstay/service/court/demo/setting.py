"""What the council set for court, and the courts it goes to; every name and number is invented."""

from typing import Final

from mainstay.service.casework.demo.scene import Scene
from mainstay.service.court import values
from mainstay.service.court.actions import sittings
from mainstay.service.court.models import Court

#: days ago: before any of the prosecutions told of
SET: Final = 290
VALUES: Final = {
    "code_444_1": "MADE-UP-1", "code_444_1a": "MADE-UP-2", "code_443": "MADE-UP-3", "code_eso_breach": "MADE-UP-4",
    "delegated_power": "Scheme of delegation (made up), part 3, paragraph 7.1",
    "plea_address": "The Reply Office (invented)\n1 Made-up Road\nMadeuptown\nSO99 9ZZ", "hourly_rate": 4200,
}  # fmt: skip
COURTS: Final = (
    ("Madeuptown Magistrates’ Court (invented)", "0000", "1 Court Road\nMadeuptown\nSO99 9ZX"),
    ("Fableton Magistrates’ Court (invented)", "0001", "2 Assize Lane\nFableton\nSO99 9ZW"),
)


def courts(scene: Scene) -> list[Court]:
    """The courts, once every value is set."""
    legal, at = scene.users["legal"], scene.day(SET)
    for name, value in VALUES.items():
        values.set_value(
            name=name,
            value=value,
            since=at.date(),
            reason="Made up for the city that nobody lives in.",
            by=legal,
            at=at,
        )
    return [
        sittings.add_court(name=name, code=code, address=address, by=legal, at=at)
        for name, code, address in COURTS
    ]
