"""What ``paper.typ`` prints of supervision orders: the consideration, an authority's answer, the plan and report."""

from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.orders.models import Consideration, OrderConsultation, SupervisionOrder
from mainstay.service.orders.steps_supervision import WRITTEN

PAPER: Final = "paper"
_MARK: Final = "Personal data of a child: keep it safe"
_DRAFT: Final = "Draft: not authorised. Personal data of a child: keep it safe"
#: what an authority is asked, as its answer is kept
ASKED: Final = ("Is the child or the family known to you?", "What risk do you see?",
                "What support is, or could be, given?", "Do you object to an order, and why?")  # fmt: skip


def _part(label: str, text: str, *items: str) -> dict[str, Any]:
    return {"label": label, "text": text, "items": list(items)}


def _paper(
    title: str, facts: list[list[str]], parts: list[dict[str, Any]], mark: str = _MARK
) -> dict[str, Any]:
    config = settings.CONFIG
    return {
        "title": title, "mark": mark, "facts": facts, "parts": [each for each in parts if each["text"] or each["items"]],
        "footer": f"{config.council_name}, {config.service_name}",
    }  # fmt: skip


def _child(case: Any) -> list[list[str]]:
    pupil = case.pupil
    born = [["Born", in_words(pupil.date_of_birth)]] if pupil.date_of_birth else []
    return [
        ["Child", f"{pupil.forename} {pupil.surname}".strip()],
        *born,
        ["School", case.school.name],
        ["Case", case.number],
    ]


def of_consideration(one: Consideration) -> dict[str, Any]:
    decision = one.decision
    facts = [
        *_child(one.case), ["Considered by", f"{decision.by.name}, {decision.by.post}".rstrip(", ")],
        ["On", in_words(timezone.localdate(decision.at))], ["What came of it", one.get_outcome_display()],
        ["Children's services consulted on", in_words(one.consulted_on) if one.consulted_on else ""],
        ["The duty", "Education Act 1996 s.447(1), before any prosecution; Children Act 1989 ss.1 and 36"],
    ]  # fmt: skip
    parts = [
        _part("Children's services", one.consulted),
        _part("Welfare checklist", one.welfare),
        _part("Would an order be better for the child than none?", one.no_order),
        _part("Evidence", decision.evidence),
        _part("Alternatives considered", decision.alternatives),
        _part("Equality", decision.equality),
        _part("Reasons", decision.reasons),
    ]
    return _paper("Consideration of an education supervision order", facts, parts)


def of_answer(row: OrderConsultation) -> dict[str, Any]:
    one = row.order
    facts = [
        ["From", row.name], ["As", row.get_whom_display()], *_child(one.case), ["Reference", one.number],
        ["Asked on", in_words(row.asked_on)], ["Answered on", in_words(row.answered_on) if row.answered_on else ""],
    ]  # fmt: skip
    answers = (row.known, row.risk, row.support, row.objections)
    answered = [_part(question, words) for question, words in zip(ASKED, answers, strict=True)]
    return _paper(
        "Answer to the consultation about an education supervision order",
        facts,
        [_part("What we asked", row.asked), *answered],
    )


def of_plan(one: SupervisionOrder, *, draft: bool = False) -> dict[str, Any]:
    """Plan, draft directions and report. draft: while nobody authorised them."""
    labels = {
        "child_wishes": "The child's wishes and feelings", "parent_wishes": "The parents' wishes", "plan": "Plan",
        "draft_directions": "Draft directions", "report": "Report to the court",
    }  # fmt: skip
    consulted = [
        f"{row.name} ({row.get_whom_display().lower()}): "
        + (f"answered on {in_words(row.answered_on)}. Objections: {row.objections}" if row.answered_on else f"no answer by {in_words(row.last_day)}")
        for row in one.consultations.all()
    ]  # fmt: skip
    parts = [_part(labels[name], getattr(one, name)) for name, _ in WRITTEN]
    facts = [*_child(one.case), ["Reference", one.number]]
    return _paper(
        "Supervision plan and report to the court",
        facts,
        [*parts, _part("Who was consulted", "", *consulted)],
        _DRAFT if draft else _MARK,
    )
