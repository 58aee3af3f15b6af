"""The papers that begin proceedings: a charge with a single justice procedure notice or a requisition, or the application for a summons.

The wording of the charge is the council's own (a court value); the notice, the statement of facts and the reply form are
one document, so that everything is served together.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Self

from mainstay.law.clock import in_words
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import CONTACT, OPENING, SIGN_OFF, SUPPORT_IF_ADDED, Letter, Slot


@dataclass(frozen=True, kw_only=True)
class _Charge(Letter):
    """What every one of them says.

    offence: its name; code: the court's offence code, may be empty; charge: the wording; facts_said: the statement of facts
    defendant_born: may be None; heaviest: the heaviest sentence in words; sessions: those relied on, may be none
    """

    slots: ClassVar[tuple[Slot, ...]] = (OPENING, SUPPORT_IF_ADDED, SIGN_OFF, CONTACT)

    defendant_born: date | None
    offence: str
    code: str
    charge: str
    facts_said: str
    heaviest: str
    sessions: tuple[parts.Session, ...] = ()

    def facts(self) -> dict[str, Any]:
        return {
            "defendant_born": in_words(self.defendant_born) if self.defendant_born else "not known",
            "offence": self.offence,
            "code": self.code,
            "charge": self.charge,
            "facts_said": self.facts_said,
            "heaviest": self.heaviest,
            "sessions": parts.by_day(self.sessions) if self.sessions else None,
        }


@dataclass(frozen=True, kw_only=True)
class SingleJusticeCharge(_Charge):
    """reply_by: the last day to reply; reply_to: where, line by line."""

    template: ClassVar[str] = "charge_single_justice"
    name: ClassVar[str] = "Written charge and single justice procedure notice"
    purpose: ClassVar[str] = (
        "Charges a parent, says how and until when to reply, and encloses the reply form."
    )

    reply_by: date
    reply_days: int
    reply_to: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        said = {
            "reply_by": in_words(self.reply_by),
            "reply_days": self.reply_days,
            "reply_to": list(self.reply_to),
        }
        return {**super().facts(), **said}

    def courtesy(self) -> dict[str, Any]:
        return {"reply_by_on": self.reply_by.isoformat()}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_SAMPLE,
            reply_by=date(2026, 12, 16),
            reply_days=15,
            reply_to=("An invented court centre", "ZZ99 9ZZ"),
        )


@dataclass(frozen=True, kw_only=True)
class Requisition(_Charge):
    """hearing_on, hearing_time; court: its name; where: courtroom and address, line by line."""

    template: ClassVar[str] = "charge_requisition"
    name: ClassVar[str] = "Written charge and requisition"
    purpose: ClassVar[str] = "Charges a parent and requires them to come to court on a day."

    hearing_on: date
    hearing_time: str
    court: str
    where: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        said = {"hearing_on": in_words(self.hearing_on), "hearing_time": self.hearing_time}
        return {**super().facts(), **said, "court": self.court, "where": list(self.where)}

    def courtesy(self) -> dict[str, Any]:
        return {
            "hearing_on": self.hearing_on.isoformat(),
            "hearing_time": self.hearing_time,
            "court": self.court,
        }

    @classmethod
    def sample(cls) -> Self:
        return cls(**_SAMPLE, **_SAMPLE_HEARING)


@dataclass(frozen=True, kw_only=True)
class SummonsServed(Requisition):
    """Around a summons that the court issued, summoned_on: on which day."""

    template: ClassVar[str] = "summons_served"
    name: ClassVar[str] = "Summons to come to court"
    purpose: ClassVar[str] = "Says in plain words what the enclosed summons of a court asks of a parent."

    summoned_on: date

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "summoned_on": in_words(self.summoned_on)}

    @classmethod
    def sample(cls) -> Self:
        return cls(**_SAMPLE, **_SAMPLE_HEARING, summoned_on=date(2026, 11, 20))


@dataclass(frozen=True, kw_only=True)
class SummonsApplication(_Charge):
    """To the court: the information laid, and a summons asked for. defendant: name and address, line by line."""

    template: ClassVar[str] = "summons_application"
    name: ClassVar[str] = "Information and application for a summons"
    purpose: ClassVar[str] = "Lays an information before a court and asks for a summons."
    slots: ClassVar[tuple[Slot, ...]] = (OPENING, SIGN_OFF)
    to_families: ClassVar[bool] = False

    defendant: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "defendant": list(self.defendant)}

    @classmethod
    def sample(cls) -> Self:
        return cls(**_SAMPLE, defendant=(parts.ADDRESSEE.name, *parts.ADDRESSEE.address))


_SAMPLE: Final[dict[str, Any]] = {
    "sender": parts.SENDER, "addressee": parts.ADDRESSEE, "reference": "PR-000012", "dated": date(2026, 11, 23),
    "signed_by": parts.OFFICER[0], "signed_post": parts.OFFICER[1], "defendant_born": date(1988, 4, 2),
    "offence": "Failing to secure regular attendance at school", "code": "",
    "charge": "Between Monday 7 September 2026 and Friday 9 October 2026, at Invented Primary School, being the parent of "
    "Ada Fenwick, failed …",
    "facts_said": "Ada is a registered pupil.\n\nThe register shows two sessions of absence without leave.",
    "heaviest": "a fine of up to £1,000",
    "sessions": (
        parts.Session(date(2026, 9, 7), "AM", "O"), parts.Session(date(2026, 9, 7), "PM", "O"),
    ),
}  # fmt: skip
_SAMPLE_HEARING: Final[dict[str, Any]] = {
    "hearing_on": date(2027, 1, 11), "hearing_time": "10:00am", "court": "An invented magistrates’ court",
    "where": ("Courtroom 2", "1 Invented Road", "ZZ99 9ZZ"),
}  # fmt: skip
