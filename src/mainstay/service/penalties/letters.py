"""The letters of this room, made from what the check found: values, language, and the address they go to."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from mainstay.law import tariff
from mainstay.law.notice_dates import NoticeDatesAnswer
from mainstay.service.common.keys import fold
from mainstay.service.documents import languages, posting, rendering, wording
from mainstay.service.documents.letters.after import NonPayment, Receipt, Reminder, Withdrawal
from mainstay.service.documents.letters.base import Addressee, Sender
from mainstay.service.documents.letters.base import Letter as Values
from mainstay.service.documents.letters.parts import Session
from mainstay.service.documents.letters.penalty_notice import PenaltyNotice, Seen
from mainstay.service.documents.writing import Writing
from mainstay.service.penalties import code, dates
from mainstay.service.penalties.facts import Facts
from mainstay.service.penalties.models import Notice

AUTHORITY: Final = "Officer authorised by the council to issue penalty notices"
_WAYS: Final = {"online": "by card", "cash_office": "at the cash office", "bank": "by bank transfer"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be rendered and kept."""

    template: str
    version: str
    values: dict[str, Any]
    language: str
    large_print: bool
    address: str
    dates: NoticeDatesAnswer | None = None


def penalty_notice(facts: Facts, number: str, by: Any) -> Letter:
    """The notice itself, as posted on the day of the facts; they have an address and a tariff.

    Raises clock.BeyondTable where the bank holidays of that year aren't known.
    """
    notice, answer, of_code = facts.notice, facts.answer, facts.code
    assert answer.tariff is not None
    counted = dates.find(
        notice.kind, answer.position or "", of_code["service_method"], facts.on, None, of_code
    )
    first, last = days_of(facts.relied_on)
    relied = tuple(_session(s) for s in facts.relied_on) if notice.kind == "attendance" else ()
    seen = tuple(
        Seen(date.fromisoformat(s["date"]), s["time"], s["place"]) for s in notice.request.seen
    ) if notice.kind == "excluded" else ()  # fmt: skip
    values = PenaltyNotice(
        **_common(facts, number, by),
        kind=notice.kind,  # type: ignore[arg-type]
        position=answer.position,
        cost=answer.tariff,
        received_on=counted.served_on,
        child_name=notice.pupil.legal_name,
        child_lives_here=bool(facts.tie and facts.tie.lives_with),
        school=notice.school.name,
        offence_from=first,
        offence_to=last,
        sessions=relied,
        seen=seen,
        authority=AUTHORITY,
        pay_online=page_address(),
        other_ways=tuple(_sentence(line) for line in of_code["ways_to_pay"]),
        payee=of_code["payee"] or settings.CONFIG.council_name,
        rules=of_code.rules,
    )
    return ready(values, facts.notice, address_of(facts), counted)


def withdrawal(facts: Facts, paid_pence: int, by: Any) -> Letter:
    """The written notice that a notice is withdrawn, on its ground, with what is paid back."""
    notice = facts.notice
    values = Withdrawal(
        **_about(facts, by),
        ground=notice.ground,
        refund_pounds=paid_pence // 100,
        refund_how="the way you paid it" if paid_pence else "",
    )
    return ready(values, notice, address_of(facts))


def receipt(notice: Notice, address: str, way: str, of_code: code.Code) -> Letter:
    """That a penalty was paid; signed by whoever issued the notice. way: how it came in."""
    assert notice.number is not None and notice.issued_on is not None and notice.issued_by is not None
    assert notice.paid_on is not None and notice.paid_pence is not None
    values = Receipt(
        sender=sender(of_code),
        addressee=Addressee(notice.parent.name, tuple(address.splitlines())),
        reference=notice.number,
        dated=of_code.on,
        signed_by=notice.issued_by.name,
        signed_post=notice.issued_by.post,
        kind=notice.kind,  # type: ignore[arg-type]
        issued_on=notice.issued_on,
        child_name=notice.pupil.legal_name,
        paid_pounds=notice.paid_pence // 100,
        paid_on=notice.paid_on,
        how=_WAYS[way],
    )
    return ready(values, notice, address)


def reminder(facts: Facts, by: Any) -> Letter:
    """What can be paid until when. The notice counts as received, and its time to pay is not over."""
    notice, cost = facts.notice, tariff_of(facts.notice)
    assert notice.served_on is not None
    values = Reminder(
        **_about(facts, by),
        cost=cost,
        received_on=notice.served_on,
        pay_online=page_address(),
        other_ways=tuple(_sentence(line) for line in facts.code["ways_to_pay"]),
    )
    return ready(values, notice, address_of(facts))


def non_payment(facts: Facts, by: Any) -> Letter:
    """That the time to pay is over, and what may follow."""
    notice = facts.notice
    assert notice.full_until is not None
    values = NonPayment(
        **_about(facts, by), full_pounds=tariff_of(notice).full_pounds, full_until=notice.full_until
    )
    return ready(values, notice, address_of(facts))


def tariff_of(notice: Notice) -> tariff.Tariff:
    """The tariff it was issued with."""
    pence, days = (notice.reduced_pence, notice.full_pence), (notice.reduced_days, notice.full_days)
    assert None not in pence and None not in days
    reduced, full = (int(p or 0) // 100 for p in pence)
    return tariff.Tariff(reduced, int(days[0] or 0), full, int(days[1] or 0))


def _about(facts: Facts, by: Any) -> dict[str, Any]:
    """What every letter after the notice says of it."""
    notice = facts.notice
    assert notice.number is not None and notice.issued_on is not None
    return {
        **_common(facts, notice.number, by),
        "kind": notice.kind,
        "issued_on": notice.issued_on,
        "child_name": notice.pupil.legal_name,
    }


def ready(values: Values, notice: Notice, address: str, counted: NoticeDatesAnswer | None = None) -> Letter:
    """A letter about a notice in its parent's language, with the wording in force."""
    template, language = values.template, languages.of_parent(notice.parent.language)
    return Letter(
        template=template,
        version=rendering.version_of(template, language),
        values=values.as_values(wording.in_force(template, values.dated)),
        language=language,
        large_print=notice.parent.large_print,
        address=address,
        dates=counted,
    )


def sender(of_code: Any) -> Sender:
    """The council as its code of conduct says it writes."""
    config = settings.CONFIG
    return Sender(config.council_name, tuple(of_code["address"]), of_code["contact"], config.service_name)


def _common(facts: Facts, number: str, by: Any) -> dict[str, Any]:
    lines = tuple(address_of(facts).splitlines())
    return {
        "sender": sender(facts.code),
        "addressee": Addressee(facts.notice.parent.name, lines),
        "reference": number,
        "dated": facts.on,
        "signed_by": by.name,
        "signed_post": by.post,
    }


def channel(of_code: code.Code) -> str:
    """How letters go under the council's code: printed here, by GOV.UK Notify, or by hand."""
    return posting.channel(of_code["service_method"], notify=of_code["posted_by"] == "notify")


def writing(on: date) -> Writing:
    """As the code of conduct of that day has it; registered for ``documents.writing``."""
    of_code = code.in_force(on)
    return Writing(sender(of_code), of_code["service_method"], channel(of_code), of_code.rules.local)


def address_of(facts: Facts) -> str:
    """Where the parent lives now; else where the notice went."""
    if facts.address is not None and facts.address.lines.strip():
        return "\n".join(filter(None, (facts.address.lines.strip(), facts.address.postcode.strip())))
    service = facts.notice.service
    return service.address if service is not None else ""


def opening_keys(facts: Facts) -> tuple[str, str]:
    """What opens the notice on the public page beside its number: surname and postcode as on the letter."""
    postcode = facts.address.postcode if facts.address else ""
    return surname_key(facts.notice.parent.surname), postcode_key(postcode)


def surname_key(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())[:80]


def postcode_key(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())[:8]


def page_address() -> str:
    """Where a letter is opened on the internet; "" where the service has no address of its own."""
    return f"{settings.CONFIG.address}/letter/" if settings.CONFIG.address else ""


def days_of(sessions: list[dict[str, str]]) -> tuple[date, date]:
    days = [date.fromisoformat(one["date"]) for one in sessions]
    return (min(days), max(days)) if days else (timezone.localdate(), timezone.localdate())


def _session(one: dict[str, str]) -> Session:
    return Session(date.fromisoformat(one["date"]), one["half"], one["code"])  # type: ignore[arg-type]


def _sentence(line: str) -> str:
    return line if line.endswith(".") else f"{line}."
