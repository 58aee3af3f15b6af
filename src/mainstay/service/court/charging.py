"""The law asked about a charge with everything that is known: absences, orders, notices, tests, the day of issue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from mainstay.law import charge, defences
from mainstay.registers.grid import academic_year
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import values
from mainstay.service.court.models import CodeTest, DefenceAsked, Prosecution
from mainstay.service.orders.models import SupervisionOrder
from mainstay.service.penalties import known
from mainstay.service.penalties import sessions as marks
from mainstay.service.penalties.models import Notice

#: the state of a notice, as the law's question has it
_PAYMENT: Final[Mapping[str, Any]] = {
    Notice.State.ISSUED: "open_full", Notice.State.PAID: "discharged", Notice.State.UNPAID: "decide",
    Notice.State.PROSECUTING: "decide",
}  # fmt: skip
#: which of several notices about the same absences stops a charge first
_FIRST: Final = ("discharged", "open_full", "decide")
PASSED: Final = (CodeTest.Outcome.AUTHORISE, CodeTest.Outcome.LESSER)


@dataclass(frozen=True, slots=True)
class Draft:
    """A charge as it would be issued on a day: what it relies on, its period, what the law says."""

    answer: charge.ChargeAnswer
    sessions: list[dict[str, str]]
    first: date
    last: date


class Facts:
    """What is known about one prosecution, read once."""

    def __init__(self, one: Prosecution) -> None:
        self.one = one

    @cached_property
    def pupil(self) -> Any:
        return self.one.case.pupil

    @cached_property
    def defences(self) -> dict[str, DefenceAsked]:
        return {asked.code: asked for asked in self.one.defences.all()}

    @cached_property
    def code_test(self) -> CodeTest | None:
        return self.one.code_tests.select_related("decision__by", "decision__approved_by", "by").first()

    @cached_property
    def notices(self) -> list[Notice]:
        """Issued to this parent for this child, about absences of the charge or the prosecution's own."""
        keys = {(s["date"], s["half"]) for s in self.one.sessions}
        return [
            notice
            for notice in known.issued({self.one.parent_id}, {self.pupil.pk})
            if notice.pk == self.one.notice_id or keys & {(s["date"], s["half"]) for s in notice.sessions}
        ]

    @cached_property
    def order(self) -> SupervisionOrder | None:
        """A supervision order made for the child that touches the period, the latest."""
        made = SupervisionOrder.objects.filter(
            case__pupil=self.pupil.pk, made_on__isnull=False, made_on__lte=self.one.offence_to
        )
        ends = [(order, order.ended_on or order.ends_on) for order in made]
        touching = [order for order, end in ends if end is None or end >= self.one.offence_from]
        return touching[0] if touching else None

    @cached_property
    def last_charged_to(self) -> date | None:
        """The last day charged before against this parent for this child, of this kind of offence."""
        same = charge.OF_ATTENDANCE if self.one.offence in charge.OF_ATTENDANCE else (self.one.offence,)
        before = Prosecution.objects.filter(
            parent=self.one.parent_id, case__pupil=self.pupil.pk, issued_on__isnull=False, offence__in=same
        )
        days = before.exclude(pk=self.one.pk).order_by("-offence_to").values_list("offence_to", flat=True)
        return days.first()

    @cached_property
    def codes_now(self) -> Mapping[tuple[str, str], Collection[str]]:
        """(ISO date, half) -> the codes that stand on the registers now."""
        keys = [(s["date"], s["half"]) for s in self.one.sessions]
        years = {academic_year(date.fromisoformat(day)) for day, _ in keys}
        found = marks.marks_now({self.pupil.pk: keys}, known.registers([self.pupil.pk], years))
        return {(day, half): stand for (_, day, half), stand in found.items()}


def facts_of(one: Prosecution) -> Facts:
    """Kept with the row: several steps of one page ask the same."""
    kept: Facts | None = getattr(one, "charge_facts", None)
    if kept is None:
        kept = one.charge_facts = Facts(one)  # type: ignore[attr-defined]
    return kept


def relies_on_sessions(offence: str) -> bool:
    return offence in charge.OF_ATTENDANCE


def left(one: Prosecution) -> list[dict[str, str]]:
    """The absences of the charge for which no defence stands."""
    found = facts_of(one)
    gone: set[tuple[str, str]] = set()
    for defence in defences.of(one.offence):
        asked = found.defences.get(defence.code)
        if asked is not None and asked.finding == DefenceAsked.Finding.STANDS:
            gone |= {(s["date"], s["half"]) for s in (asked.sessions or one.sessions)}
    return [s for s in one.sessions if (s["date"], s["half"]) not in gone]


def ask(one: Prosecution, on: date, route: str | None = None) -> charge.ChargeAnswer:
    """The law's answer about the charge as it stands, issued on that day."""
    found = facts_of(one)
    test, order, born = found.code_test, found.order, found.pupil.date_of_birth
    assert born is not None
    absences = None
    if relies_on_sessions(one.offence):
        absences = tuple(
            charge.Absence(date.fromisoformat(s["date"]), s["half"], s["code"]) for s in left(one)
        )
    states = {_PAYMENT.get(notice.state) for notice in found.notices}
    considered = one.consideration is not None and one.consideration.outcome != "apply_instead"
    return charge.find(
        charge.Proposal(
            offence=one.offence,  # type: ignore[arg-type]
            child_born=born,
            first=one.offence_from,
            last=one.offence_to,
            eso_considered=considered,
            full_code_test=tested(test),
            issue_on=on,
            route=route,  # type: ignore[arg-type]
            regime=one.attendance_order.regime if one.attendance_order else "EA1996-437",  # type: ignore[arg-type]
            notice=next((state for state in _FIRST if state in states), None),
            withdrawn_before=any(
                notice.state == Notice.State.WITHDRAWN and not notice.signed_off_at
                for notice in found.notices
            ),
            defendant_born=one.parent.date_of_birth,
            under_order=order is not None,
            order_from=order.made_on if order else None,
            order_to=(order.ended_on or order.ends_on) if order else None,
            last_charged_to=found.last_charged_to,
            absences=absences,
            defences_asked=frozenset(found.defences),
        )
    )


def tested(test: CodeTest | None) -> charge.CodeTest:
    if test is None or test.decision.approved_at is None or test.outcome == CodeTest.Outcome.MORE:
        return "open"
    return "passed" if test.outcome in PASSED else "failed"


def draft(one: Prosecution, on: date, route: str | None = None) -> Draft:
    """As it would be issued on that day: without absences that the law leaves out, its period that of the rest."""
    answer = ask(one, on, route)
    if not relies_on_sessions(one.offence):
        return Draft(answer, [], one.offence_from, one.offence_to)
    kept = [{"date": a.date.isoformat(), "half": a.half, "code": a.code} for a in answer.relies_on]
    first, last = marks.span(kept)
    return Draft(answer, kept, first or one.offence_from, last or one.offence_to)


def amended(one: Prosecution) -> list[str]:
    """Absences of the charge that the registers no longer show as they were picked, in words."""
    if not relies_on_sessions(one.offence):
        return []
    now = facts_of(one).codes_now
    return [
        f"{long_date(date.fromisoformat(s['date']))}, {'morning' if s['half'] == 'AM' else 'afternoon'}"
        for s in left(one)
        if s["code"] not in now.get((s["date"], s["half"]), ())
    ]


def wording(one: Prosecution, as_issued: Draft, of: Mapping[str, Any], *, public: bool = False) -> str:
    """The charge in the council's words; public: for a list anybody may read, the child by initials, no birth date."""
    pupil = one.case.pupil
    order = one.supervision_order.made_on if one.supervision_order else None
    if one.attendance_order:
        order = one.attendance_order.served_on
    return values.filled(
        of[f"wording_{values.KEYS[one.offence]}"],
        {
            "from": long_date(as_issued.first),
            "to": long_date(as_issued.last),
            "school": one.school.name if one.school else "",
            "child": pupil.initials if public else pupil.legal_name,
            "born": "(not published)" if public else long_date(pupil.date_of_birth),
            "defendant": one.parent.name,
            "sessions": str(len(as_issued.sessions)),
            "order": long_date(order) if order else "",
        },
    )


def statement_of_facts(one: Prosecution, as_issued: Draft) -> str:
    """A first statement of facts, for legal to go over: what the registers show, and nothing about anybody's motives."""
    pupil, school = one.case.pupil, one.school.name if one.school else "no school"
    born = long_date(pupil.date_of_birth)
    if relies_on_sessions(one.offence):
        return (
            f"{pupil.legal_name}, born on {born}, is a registered pupil at {school}. {one.parent.name} is a parent of the "
            f"child within the meaning of section 576 of the Education Act 1996.\n\nFrom {long_date(as_issued.first)} to "
            f"{long_date(as_issued.last)} the school’s register shows {len(as_issued.sessions)} sessions of absence without "
            "leave. They are listed below. A certificate of the head teacher proves them."
        )
    return (
        f"{pupil.legal_name}, born on {born}, is a child of {one.parent.name}. The order, and what was not complied with "
        f"from {long_date(as_issued.first)} to {long_date(as_issued.last)}, are set out in the papers served with this."
    )
