"""The steps of action plans, attendance contracts and early help assessments."""

from typing import Final

from mainstay.service.casework.models import Passage, Plan, PlanSignature
from mainstay.service.common.steps import Step, Steps

P = Plan.State


def no_lines(plan: Plan) -> str | None:
    return None if plan.lines.exists() else "Write down at least one promise."


def no_promise_of_ours(plan: Plan) -> str | None:
    """A contract has two sides: those who offer it say what they will do."""
    ours = ("school", "officer", "agency")
    if plan.kind != Plan.Kind.CONTRACT or plan.lines.filter(owner__in=ours).exists():
        return None
    return (
        "Write down what the school or the service will do to support the family: a contract has two sides."
    )


def no_target(plan: Plan) -> str | None:
    if plan.kind == Plan.Kind.EARLY_HELP or plan.target is not None:
        return None
    return "Set the attendance to be reached."


def no_consent(plan: Plan) -> str | None:
    """Voluntary: a parent agreed, and said with whom what is written may be shared."""
    if plan.kind != Plan.Kind.EARLY_HELP:
        return None
    if plan.consent and plan.consents.standing().filter(parent__isnull=False).exists():
        return None
    return "Record which parent agreed to the assessment, and write down with whom it may be shared."


def not_heard(plan: Plan) -> str | None:
    """An assessment without the family's own voices is none."""
    asked = {one["key"] for one in plan.areas} & {"voice", "parents"}
    said = Passage.objects.filter(about_kind=Passage.PLAN, about_id=str(plan.pk), key__in=asked).exclude(
        text=""
    )
    if said.count() == len(asked):
        return None
    return "Write down what the child and the parents say, or why they were not heard."


def nobody_agreed(plan: Plan) -> str | None:
    """A contract runs once a parent agreed; any other plan may be set without them, and says so."""
    if plan.kind == Plan.Kind.ACTION:
        return None
    sides = plan.signatures.filter(side=PlanSignature.Side.PARENT, agreed=True)
    return None if sides.exists() else "At least one parent has to agree: this is voluntary."


def nobody_refused(plan: Plan) -> str | None:
    sides = plan.signatures.filter(side=PlanSignature.Side.PARENT, agreed=False)
    return None if sides.exists() else "Record first which parent did not agree, in their words."


PLAN: Final = Steps(
    "plan",
    Step("offer", "Offer it to the family", frozenset({P.DRAFT}), P.OFFERED, "write_plans",
         (no_lines, no_promise_of_ours, no_target, no_consent, not_heard)),
    Step("drop", "Do not offer it", frozenset({P.DRAFT}), P.DROPPED, "write_plans"),
    Step("start", "Start it", frozenset({P.OFFERED}), P.RUNNING, "write_plans",
         (nobody_agreed, no_consent)),
    Step("not_agreed", "Keep that it was not agreed", frozenset({P.OFFERED}), P.NOT_AGREED, "write_plans",
         (nobody_refused,)),
    Step("end", "End it", frozenset({P.RUNNING}), P.ENDED, "write_plans"),
)  # fmt: skip
