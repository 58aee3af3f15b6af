"""The steps of the search for a child, C1 to C8; blockers say in words what is missing.

Every blocker looks at rows that are loaded with the child, so that a page asks the database once.
"""

from datetime import date
from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import plural
from mainstay.service.missing import risk, sources, values
from mainstay.service.missing.models import Alert, Enquiry, MissingChild, PlaceAsked

S, Side = MissingChild.State, Enquiry.Side
#: the council has it, and it is not over
SEARCH: Final = frozenset({S.ENQUIRIES, S.NOT_FOUND, S.FOUND, S.PLACE})
OPEN: Final = SEARCH | {S.SCHOOL, S.REFERRED}


def today(one: MissingChild) -> date:
    """The day on which it is looked at: an action's own, for a page today."""
    return one.looked_on or timezone.localdate()


def untold(one: MissingChild) -> list[str]:
    """Who must be told of the risks, and was not yet: values of ``Alert.To``."""
    told = {alert.to for alert in one.alerts.all()}
    return [to for to in risk.whom(one.risks) if to not in told]


def _risk_told(one: MissingChild) -> str | None:
    left = untold(one)
    if not left:
        return None
    names = " and ".join(Alert.To(to).label.lower() for to in left)
    return f"Tell {names} of the risk first, today, and write down whom you spoke to."


def _school_asked(one: MissingChild) -> str | None:
    """A child at risk is referred at once, whatever the school has asked."""
    if one.risks or any(line.side == Side.SCHOOL for line in one.enquiries.all()):
        return None
    return "Write down what the school has done to find the child: calls, contacts, brothers and sisters, a visit."


def _asked(one: MissingChild) -> str | None:
    done = {line.source for line in one.enquiries.all() if line.side == Side.COUNCIL}
    left = [sources.label(name) for name in values.must_ask(today(one)) if name not in done]
    return f"Not asked yet: {', '.join(left).lower()}." if left else None


def _answered(one: MissingChild) -> str | None:
    waiting = sum(line.side == Side.COUNCIL and not line.result for line in one.enquiries.all())
    if not waiting:
        return None
    return f"{plural(waiting, 'enquiry', 'enquiries')} without an answer: write down what came, or that nothing did."


def _offered(one: MissingChild) -> str | None:
    if any(place.answer == PlaceAsked.Answer.OFFERED for place in one.places.all()):
        return None
    return "Write down the offer of a place first."


MISSING: Final = Steps(
    "search",
    Step("refer", "Refer to the council", frozenset({S.SCHOOL}), S.REFERRED, "refer_missing",
         (_risk_told, _school_asked)),
    Step("back", "End it: the child is back", frozenset({S.SCHOOL}), S.CLOSED, "refer_missing"),
    Step("accept", "Accept and begin enquiries", frozenset({S.REFERRED}), S.ENQUIRIES, "work_missing", (_risk_told,)),
    Step("return", "Return it, or send it another way", frozenset({S.REFERRED}), S.RETURNED, "work_missing",
         (_risk_told,)),
    Step("found", "Record that the child is found", frozenset({S.ENQUIRIES, S.NOT_FOUND}), S.FOUND, "work_missing"),
    Step("not_found", "Put down as not found", frozenset({S.ENQUIRIES}), S.NOT_FOUND, "work_missing",
         (_risk_told, _asked, _answered)),
    Step("lost", "Not there after all: search again", frozenset({S.FOUND}), S.ENQUIRIES, "work_missing"),
    Step("needs_place", "The child needs a school place", frozenset({S.FOUND}), S.PLACE, "work_missing"),
    Step("placed", "Go on: a place is offered", frozenset({S.PLACE}), S.FOUND, "work_missing", (_offered,)),
    Step("close", "Close with evidence", SEARCH, S.CLOSED, "work_missing", (_risk_told,)),
    Step("reopen", "Open it again", frozenset({S.CLOSED, S.RETURNED}), S.ENQUIRIES, "work_missing"),
)  # fmt: skip


def blockers(one: MissingChild, user: Any) -> list[tuple[Step, list[str]]]:
    """The steps this person may take now, each with what is missing."""
    return [(step, step.missing(one)) for step in MISSING.open_to(user, one.state)]
