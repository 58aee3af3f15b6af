"""The papers of a charge: made from what is known on the day, as they would be served that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Final

from django.utils import timezone

from mainstay.law import clock
from mainstay.law.charge import Maximum
from mainstay.law.notice_dates import Method, served
from mainstay.law.rules import CURRENT, Rules
from mainstay.service.common.steps import StepRefused
from mainstay.service.court import charging, clocks, sentencing, values
from mainstay.service.court.models import Court, Prosecution, Sitting
from mainstay.service.documents import languages, rendering, wording
from mainstay.service.documents import writing as ways
from mainstay.service.documents.homes import NOWHERE, Home, homes
from mainstay.service.documents.letters.base import Addressee, Letter
from mainstay.service.documents.letters.charge import (
    Requisition,
    SingleJusticeCharge,
    SummonsApplication,
    SummonsServed,
)
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Summons:
    """As the court issued it; method: how it is served on the parent; file: the court's own paper, scanned."""

    issued_on: date
    sitting: Sitting
    method: str
    court_number: str = ""
    file: IO[bytes] | None = None


def home_of(one: Prosecution, today: date, user: Any) -> Home | None:
    return homes([one.parent_id], one.case.pupil, today, user).get(one.parent_id)


def letter(one: Prosecution, charge: Charge, as_issued: charging.Draft, today: date, by: Any) -> Letter:
    """The papers by that route. Raises StepRefused where they cannot be made."""
    of = values.in_force(today)
    home = _home(one, charge.method, today, by)
    said = _said(one, charge.wording, charge.facts, as_issued.answer.maximum, as_issued.sessions, today, by)
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


def _home(one: Prosecution, method: str, today: date, by: Any) -> Home:
    home = home_of(one, today, by)
    if home is not None and (home.usable or method == Service.Method.HAND):
        return home
    if method == Service.Method.HAND:
        return NOWHERE
    raise StepRefused("The parent has no full address with postcode that you may use: see to it first.")


def _said(
    one: Prosecution, wording: str, facts: str, heaviest: Maximum, sessions: Sequence[dict[str, str]], today: date, by: Any
) -> dict[str, Any]:  # fmt: skip
    """What every paper of a charge says."""
    custody = (
        f", or imprisonment for up to {heaviest.custody_months} months, or both"
        if heaviest.custody_months
        else ""
    )
    return {
        "sender": ways.on(today).sender, "reference": one.number, "dated": today, "signed_by": by.name,
        "signed_post": by.post, "defendant_born": one.parent.date_of_birth, "offence": OFFENCES[one.offence],
        "code": values.in_force(today)[f"code_{values.KEYS[one.offence]}"], "charge": wording.strip(),
        "facts_said": facts.strip(), "heaviest": f"a fine of up to £{heaviest.fine_pounds:,}{custody}",
        "sessions": tuple(
            Session(date.fromisoformat(s["date"]), s["half"], s["code"])  # type: ignore[arg-type]
            for s in sessions
        ),
    }  # fmt: skip


def of_summons(one: Prosecution, summons: Summons, today: date, by: Any) -> Letter:
    """To the parent, around the court's summons: the charge as it was laid, and where to be when."""
    heaviest = sentencing.maximum(one, one.offence)
    home = _home(one, summons.method, today, by)
    said = _said(one, one.wording, one.facts, heaviest, one.sessions, today, by)
    return SummonsServed(
        addressee=Addressee(one.parent.name, home.lines),
        summoned_on=summons.issued_on,
        **_when(summons.sitting),
        **said,
    )


def _requisition(charge: Charge, to: Addressee, said: dict[str, Any]) -> Letter:
    sitting = charge.sitting
    if sitting is None:
        raise StepRefused("Choose the day and the court: a requisition says where to be, and when.")
    return Requisition(addressee=to, **_when(sitting), **said)


def _when(sitting: Sitting) -> dict[str, Any]:
    starts = timezone.localtime(sitting.starts)
    room = [f"Courtroom {sitting.courtroom}"] if sitting.courtroom else []
    return {
        "hearing_on": starts.date(), "hearing_time": f"{starts:%-I:%M%p}".lower(), "court": sitting.court.name,
        "where": (*room, *sitting.court.address.splitlines()) or (sitting.court.name,),
    }  # fmt: skip


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
    return rendering.render(
        made.template, filled(made), language=language_of(one, made), large_print=one.parent.large_print
    )


def filled(made: Letter) -> dict[str, Any]:
    """Its values, with the council's own words in its slots."""
    return made.as_values(wording.in_force(made.template, made.dated))


def language_of(one: Prosecution, made: Letter) -> str:
    """Of the sheet after it; a paper for the court has none."""
    return languages.of_parent(one.parent.language) if made.to_families else languages.ENGLISH
