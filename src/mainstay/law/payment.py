"""Whether a penalty notice is paid: in full, in time, by one payment.

There are no instalments: less than the sum due on its day is refused, and discharges nothing however often it
comes. Payment in time discharges liability for that offence. A notice unpaid after its last day leaves one
decision, prosecute or withdraw. Whatever was refused, or too much, or kept on a withdrawn notice goes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from mainstay.law import clock, tariff
from mainstay.law.answer import Answer, Reason, Source
from mainstay.law.rules import CURRENT, Rules

State = Literal["open_reduced", "open_full", "discharged", "decide", "withdrawn"]
STATES: Final = ("open_reduced", "open_full", "discharged", "decide", "withdrawn")
_WITHDRAWN: Final = Source("PN07 (SI 2007/1867) regs 8-9", "assumed")
_DISCHARGES: Final = {
    "attendance": Source("Education Act 1996 s.444A", "assumed"),
    "excluded": Source("Education and Inspections Act 2006 s.105", "assumed"),
}


@dataclass(frozen=True, slots=True)
class Payment:
    """Whole pounds that came in on a day."""

    on: date
    pounds: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A payment that counts for nothing, and why."""

    on: date
    pounds: int
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentAnswer(Answer):
    """refund_pounds: what the council owes back, 0 or more."""

    discharged: bool
    discharged_on: date | None
    refused: tuple[Refused, ...]
    state: State
    refund_pounds: int


def find(
    kind: tariff.Kind,
    position: tariff.Position | None,
    served_on: date,
    today: date,
    payments: Sequence[Payment],
    withdrawn_on: date | None = None,
    rules: Rules = CURRENT,
) -> PaymentAnswer:
    """How a notice stands at the end of ``today``; payments and withdrawal are not later than that."""
    cost = tariff.of(kind, position, rules)
    paid: Payment | None = None
    refused = []
    for payment in sorted(payments, key=lambda one: one.on):
        because = _refused(payment, paid, cost, served_on, withdrawn_on)
        if because:
            refused.append(Refused(payment.on, payment.pounds, because))
        else:
            paid = payment
    kept = sum(one.pounds for one in payments)
    if paid is not None and withdrawn_on is None:
        kept -= cost.due(paid.on, served_on) or 0
    state = _state(cost, served_on, today, paid, withdrawn_on)
    discharged = paid.on if paid is not None and state == "discharged" else None
    return PaymentAnswer(
        discharged=discharged is not None,
        discharged_on=discharged,
        refused=tuple(refused),
        state=state,
        refund_pounds=kept,
        reasons=_reasons(kind, position, cost, served_on, state, discharged, rules),
        warnings=(),
        rules_version=rules.version,
    )


def _refused(
    payment: Payment, paid: Payment | None, cost: tariff.Tariff, served_on: date, withdrawn_on: date | None
) -> str:
    """Why this payment counts for nothing; empty where it discharges."""
    if withdrawn_on is not None and payment.on >= withdrawn_on:
        return f"The notice was withdrawn on {clock.in_words(withdrawn_on)}."
    if paid is not None:
        return f"The notice was paid on {clock.in_words(paid.on)} already."
    due = cost.due(payment.on, served_on)
    if due is None:
        return f"The time to pay ended on {clock.in_words(cost.full_until(served_on))}."
    if payment.pounds < due:
        return f"£{due} was due on that day; part payments and instalments are not accepted."
    return ""


def _state(
    cost: tariff.Tariff, served_on: date, today: date, paid: Payment | None, withdrawn_on: date | None
) -> State:
    if withdrawn_on is not None:
        return "withdrawn"
    if paid is not None:
        return "discharged"
    if today > cost.full_until(served_on):
        return "decide"
    reduced = cost.reduced_pounds < cost.full_pounds and today <= cost.reduced_until(served_on)
    return "open_reduced" if reduced else "open_full"


def _reasons(
    kind: tariff.Kind,
    position: tariff.Position | None,
    cost: tariff.Tariff,
    served_on: date,
    state: State,
    discharged: date | None,
    rules: Rules,
) -> tuple[Reason, ...]:
    given = tariff.names(kind, position)
    reduced, full = (
        clock.in_words(day) for day in (cost.reduced_until(served_on), cost.full_until(served_on))
    )
    sums = rules.reason(given.full_pounds, f"The full sum of this notice is £{cost.full_pounds}.")
    match state:
        case "withdrawn":
            why = Reason(
                "The notice was withdrawn: nothing is owed, and what was paid goes back.", _WITHDRAWN
            )
        case "discharged":
            on = clock.in_words(discharged) if discharged else ""
            text = f"The sum due was paid in full on {on}: liability for that offence is discharged."
            why = Reason(text, _DISCHARGES[kind])
        case "open_reduced":
            text = f"£{cost.reduced_pounds} is enough until {reduced}, £{cost.full_pounds} until {full}."
            why = rules.reason(given.reduced_days, text)
        case "open_full":
            why = rules.reason(given.full_days, f"£{cost.full_pounds} can be paid until {full}.")
        case "decide":
            text = (
                f"The time to pay ended on {full}: prosecute for the offence itself, or withdraw the notice."
            )
            why = rules.reason(given.full_days, text)
    return why, sums
