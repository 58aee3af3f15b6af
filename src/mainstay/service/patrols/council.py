"""The values of patrols stand among the team's; here is what depends on them, for the list of everything set."""

from mainstay.service.team.council import describe


def register() -> None:
    """From ``apps.py``."""
    describe("Patrols", "Patrols", "How long children met are remembered, and which figures are shown.")
