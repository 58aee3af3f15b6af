"""The papers of a charge: made from what is known on the day, as they would be served that day."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone

from mainstay.law import clock
from mainstay.law.notice_dates import Method, served
from mainstay.law.rules import CURRENT, Rules
from mainstay.service.common.steps import StepRefused
from mainstay.service.court import charging, clocks, values
from mainstay.service.court.models import Court, Prosecution, Sitting
from mainstay.service.documents import rendering
from mainstay.service.documents import writing as ways
from mainstay.service.documents.homes import Home, homes
from mainstay.service.documents.letters.base import Addressee, Letter
from mainstay.service.documents.letters.charge import Requisition, SingleJusticeCharge, SummonsApplication
from mainstay.service.documents.letters.parts import Session
from mainstay.service.documents.models import Service

Route = Prosecution.Route
#: court papers are handed over or go by first class post, in no other way
METHODS: Final = (
    (Service.Method.FIRST_CLASS.value, "First class post"),
    (Service.Method.HAND.value, "Handed over today"),
)
OFFENCES: Final = {
    "444(1)": "Failing to secure regular attendance at school",
    "444(1A)": "Knowingly failing to cause a child to attend school",
    "443": "Failing to comply with a school attendance order",
    "eso-breach": "Persistently failing to comply with a direction under an education supervision order",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """How it is issued; sitting: of a requisition; court: to which a summons is applied for."""

    route: str
    wording: str
    facts: str
    method: str
    sitting: Sitting | None = None
    court: Court | None = None


def home_of(one: Prosecution, today: date, user: Any) -> Home | None:
    return homes([one.parent_id], one.case.pupil, today, user).get(one.parent_id)


def letter(one: Prosecution, charge: Charge, as_issued: charging.Draft, today: date, by: Any) -> Letter:
    """The papers by that route. Raises StepRefused where they cannot be made."""
    of = values.in_force(today)
    home = home_of(one, today, by)
    by_hand = charge.method == Service.Method.HAND
    if home is None or not (home.usable or by_hand):
        raise StepRefused("The parent has no full address with postcode that you may use: see to it first.")
    heaviest = as_issued.answer.maximum
    custody = (
        f", or imprisonment for up to {heaviest.custody_months} months, or both"
        if heaviest.custody_months
        else ""
    )
    said: dict[str, Any] = {
        "sender": ways.on(today).sender, "reference": one.number, "dated": today, "signed_by": by.name,
        "signed_post": by.post, "defendant_born": one.parent.date_of_birth, "offence": OFFENCES[one.offence],
        "code": of[f"code_{values.KEYS[one.offence]}"], "charge": charge.wording.strip(), "facts_said": charge.facts.strip(),
        "heaviest": f"a fine of up to £{heaviest.fine_pounds:,}{custody}",
        "sessions": tuple(
            Session(date.fromisoformat(s["date"]), s["half"], s["code"])  # type: ignore[arg-type]
            for s in as_issued.sessions
        ),
    }  # fmt: skip
    to_parent = Addressee(one.parent.name, home.lines)
    if charge.route == Route.SUMMONS:
        return _application(charge, home, to_parent, said)
    if charge.route == Route.REQUISITION:
        return _requisition(charge, to_parent, said)
    if not of["plea_address"]:
        raise StepRefused("Set first, in the court values, where a defendant sends the reply.")
    reply = clocks.count_reply(served_on(charge.method, today))
    return SingleJusticeCharge(
        addressee=to_parent, reply_by=reply.last_day, reply_days=CURRENT.whole("sjp_reply_days"),
        reply_to=tuple(of["plea_address"].splitlines()), **said,
    )  # fmt: skip


def _requisition(charge: Charge, to: Addressee, said: dict[str, Any]) -> Letter:
    sitting = charge.sitting
    if sitting is None:
        raise StepRefused("Choose the day and the court: a requisition says where to be, and when.")
    starts = timezone.localtime(sitting.starts)
    room = [f"Courtroom {sitting.courtroom}"] if sitting.courtroom else []
    return Requisition(
        addressee=to, hearing_on=starts.date(), hearing_time=f"{starts:%-I:%M%p}".lower(), court=sitting.court.name,
        where=(*room, *sitting.court.address.splitlines()) or (sitting.court.name,), **said,
    )  # fmt: skip


def _application(charge: Charge, home: Home, to: Addressee, said: dict[str, Any]) -> Letter:
    if charge.court is None or not charge.court.address.strip():
        raise StepRefused("Choose the court; its address must be known.")
    court = Addressee(charge.court.name, tuple(charge.court.address.splitlines()))
    return SummonsApplication(addressee=court, defendant=(to.name, *home.lines), **said)


def local_of_court() -> dict[str, Any]:
    """The presumption of the criminal courts, in the terms in which service is counted."""
    return {"first_class_working_days": CURRENT.whole("court_papers_business_days")}


def served_on(method: str, today: date) -> date:
    """When papers sent today count as served. Raises StepRefused where that is not known."""
    how: Method = "hand" if method == Service.Method.HAND else "first_class_post"
    try:
        return served(how, today, None, Rules(local=local_of_court()))[0]
    except clock.BeyondTable as unknown:
        raise StepRefused(f"When the papers count as served cannot be said: {unknown}.") from None


def preview(one: Prosecution, charge: Charge, by: Any) -> bytes:
    """The papers as they would be served today, to be looked at. Raises StepRefused."""
    today = timezone.localdate()
    made = letter(one, charge, charging.draft(one, today, charge.route), today, by)
    return rendering.render(made.template, made.as_values(), large_print=one.parent.large_print)
