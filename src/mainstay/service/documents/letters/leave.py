"""Leave in term time: the warning before it, and the head's refusal."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from mainstay.law import tariff
from mainstay.law.clock import in_words
from mainstay.law.rules import CURRENT
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import Letter, Sender, span


@dataclass(frozen=True, kw_only=True)
class _Leave(Letter):
    """Leave asked for, and what being absent without it may cost this parent for this child.

    cost: the tariff a notice would have; None where no further notice may be issued
    second: the tariff of a second notice, for a sender who is not told of earlier ones: the letter then tells both
    """

    child_name: str
    school: str
    leave_from: date
    leave_to: date
    cost: tariff.Tariff | None
    second: tariff.Tariff | None = None

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "school": self.school,
            "leave": span(self.leave_from, self.leave_to),
            "cost": _cost(self.cost),
            "second": {
                "full": parts.pounds(self.second.full_pounds),
                "years": CURRENT.whole("notices_years"),
            }
            if self.second
            else None,
        }

    def courtesy(self) -> dict[str, Any]:
        days = {"leave_from_on": self.leave_from.isoformat(), "leave_to_on": self.leave_to.isoformat()}
        return {"child": self.child_name, "school": self.school, **days}


def _cost(cost: tariff.Tariff | None) -> dict[str, Any] | None:
    if cost is None:
        return None
    reduced = parts.pounds(cost.reduced_pounds) if cost.reduced_pounds != cost.full_pounds else ""
    return {
        "reduced": reduced,
        "reduced_days": cost.reduced_days,
        "full": parts.pounds(cost.full_pounds),
        "full_days": cost.full_days,
    }


_SAMPLE: dict[str, Any] = {
    "addressee": parts.ADDRESSEE, "dated": date(2024, 9, 16), "child_name": parts.CHILD, "school": parts.SCHOOL,
    "leave_from": date(2024, 10, 7), "leave_to": date(2024, 10, 14), "cost": tariff.of("attendance", "first", CURRENT),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LeaveWarning(_Leave):
    """Says before the leave what follows if it is taken without the head's agreement."""

    template: ClassVar[str] = "leave_warning"
    name: ClassVar[str] = "Leave in term time: warning"
    purpose: ClassVar[str] = "Warns a parent before leave that was not agreed is taken."

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=parts.SENDER, reference="LA-0000077", signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1],
            **_SAMPLE,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LeaveRefusal(_Leave):
    """The head's decision on leave asked for: refused, or granted for a part of it.

    asked_on: when the parent asked; granted: the first and last day granted, None for none; reasons: the head's
    """

    template: ClassVar[str] = "leave_refusal"
    name: ClassVar[str] = "Leave in term time: refusal"
    purpose: ClassVar[str] = "Tells a parent that the head did not agree to leave, or only to a part of it."

    asked_on: date
    granted: tuple[date, date] | None = None
    reasons: str

    def __post_init__(self) -> None:
        if not self.reasons.strip():
            raise ValueError("a refusal gives its reasons")

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "asked_on": in_words(self.asked_on),
            "granted": span(*self.granted) if self.granted else "",
            "reasons": self.reasons,
        }

    def courtesy(self) -> dict[str, Any]:
        return {**super().courtesy(), "case": "part" if self.granted else "none"}

    @classmethod
    def sample(cls) -> Self:
        school = Sender(parts.SCHOOL, ("School Lane (made-up)", "Southampton", "SO99 9ZY"), "01632 960100")
        return cls(
            sender=school, reference="LA-0000077", signed_by="Jo Sample", signed_post="Head teacher",
            asked_on=date(2024, 9, 12), second=tariff.of("attendance", "second", CURRENT),
            reasons="A holiday is not an exceptional circumstance. You wrote that the flights are cheaper in October. "
            "I looked at Ada's year so far and saw nothing else that would make this leave exceptional.",
            **_SAMPLE,
        )  # fmt: skip

    @classmethod
    def samples(cls) -> dict[str, Self]:
        from dataclasses import replace

        part = replace(cls.sample(), granted=(date(2024, 10, 7), date(2024, 10, 7)))
        return {"Refused": cls.sample(), "Granted in part": part}
