"""The yearly return among the parts of the room."""

from mainstay.service.penalties.places import Place, offer


def register() -> None:
    """From ``apps.py``."""
    offer(Place(90, "Yearly return", "notices_return", "see_notices"))
