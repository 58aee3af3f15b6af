"""The values of surveys and complaints stand among the team's; here is what depends on them, for the list of all set."""

from mainstay.service.feedback.values import DAYS
from mainstay.service.team.council import describe


def register() -> None:
    """From ``apps.py``."""
    describe("Surveys", "Feedback", "Who is asked, how often and for how long, and which answers are shown.")
    describe(DAYS, "Complaints", "When each stage of a complaint is due, and what whoever complains reads.")
