"""The steps of an education supervision order, E2 to E11; blockers say in words what is missing."""

from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import Step, Steps
from mainstay.service.orders.models import OrderConsultation, SupervisionOrder
from mainstay.service.orders.supervision_dates import not_of_age

S = SupervisionOrder.State
E = SupervisionOrder.Elsewhere
#: nobody has decided on them in court
BEFORE: Final = frozenset({S.CONSULTING, S.PLANNING, S.APPLIED})
FORCE: Final = frozenset({S.IN_FORCE})
#: what has to be written before anybody applies
WRITTEN: Final = (
    ("child_wishes", "the child's wishes and feelings"), ("parent_wishes", "the parents' wishes"), ("plan", "the plan"),
    ("draft_directions", "the draft directions"), ("report", "the report to the court"),
)  # fmt: skip
IN_CARE: Final = (
    "This child is in the care of a local authority: no supervision order is made for a child in care "
    "(Children Act 1989 s.36(6))."
)


def in_care(one: Any) -> str | None:
    return IN_CARE if one.case.pupil.in_care else None


def moment(one: Any) -> datetime:
    """At which moment it is looked at: an action's own, for a page now."""
    return one.looked_at or timezone.now()


def _age(one: Any) -> str | None:
    return not_of_age(one.case.pupil, timezone.localdate(moment(one))) or None


def _considered(one: Any) -> str | None:
    return None if one.consideration_id else "A senior officer has to consider the order first, with reasons."


def _elsewhere_said(one: Any) -> str | None:
    if one.elsewhere:
        return None
    return "Say whether another authority accommodates the child, or has the child in its area."


def _own_asked(one: Any) -> str | None:
    asked = any(each.whom == OrderConsultation.Whom.OWN for each in one.consultations.all())
    return None if asked else "Consult the council's own social care: this is done in every case."


def _other_asked(one: Any) -> str | None:
    if one.elsewhere in ("", E.NO) or any(each.whom == one.elsewhere for each in one.consultations.all()):
        return None
    return f"{one.get_elsewhere_display()}: consult that authority under this head."


def _answered(one: Any) -> str | None:
    today = timezone.localdate(moment(one))
    waiting = [
        each.name for each in one.consultations.all() if each.answered_on is None and each.last_day >= today
    ]
    return f"The time to answer runs still for {' and '.join(waiting)}." if waiting else None


def _written(one: Any) -> str | None:
    missing = [words for name, words in WRITTEN if not getattr(one, name).strip()]
    return f"Write {', '.join(missing)}." if missing else None


def _authorised(one: Any) -> str | None:
    return None if one.authorised_id else "A manager has to authorise the application."


def _served(one: Any) -> str | None:
    if all(each.served_on is not None for each in one.respondents.all()):
        return None
    return "Record of each respondent how and when the application and the notice of the hearing were served."


def _supervised(one: Any) -> str | None:
    return None if one.supervisor_id else "Name the supervising officer first."


def _breached(one: Any) -> str | None:
    some = any(
        not breach.clashed_with for direction in one.directions.all() for breach in direction.breaches.all()
    )
    return None if some else "No breach of a direction is recorded that counts."


def _no_extension(one: Any) -> str | None:
    waits = any(not each.outcome for each in one.extensions.all())
    return "An application to extend is under way: record its hearing first." if waits else None


def _extension(one: Any) -> str | None:
    return None if _no_extension(one) else "No application to extend is under way."


def _made(one: Any) -> str | None:
    return None if one.made_on else "The order was never in force: there is nothing to sum up."


#: E1 is a consideration; one to apply begins an order here
SUPERVISION: Final = Steps(
    "supervision order",
    Step("elsewhere", "Say whether another authority is concerned", frozenset({S.CONSULTING}), S.CONSULTING, "work_orders"),
    Step("consult", "Consult an authority", frozenset({S.CONSULTING}), S.CONSULTING, "work_orders", (in_care,)),
    Step("plan", "Go on to the plan", frozenset({S.CONSULTING}), S.PLANNING, "work_orders",
         (in_care, _elsewhere_said, _own_asked, _other_asked, _answered)),
    Step("write", "Write the plan and the report", frozenset({S.PLANNING}), S.PLANNING, "work_orders"),
    Step("authorise", "Authorise the application", frozenset({S.PLANNING}), S.PLANNING, "decide_order",
         (_considered, in_care, _age, _written)),
    Step("apply", "Record the application", frozenset({S.PLANNING}), S.APPLIED, "apply_order",
         (_considered, in_care, _age, _written, _authorised)),
    Step("serve", "Record service on a respondent", frozenset({S.APPLIED}), S.APPLIED, "apply_order"),
    Step("made", "Record that the order was made", frozenset({S.APPLIED}), S.IN_FORCE, "apply_order", (_served,)),
    Step("adjourn", "Record an adjournment", frozenset({S.APPLIED}), S.APPLIED, "apply_order"),
    Step("refused", "Record that it was refused", frozenset({S.APPLIED}), S.ENDED, "apply_order"),
    Step("other_order", "Record another order", frozenset({S.APPLIED}), S.ENDED, "apply_order"),
    Step("not_pursue", "Do not go on with it", BEFORE, S.ENDED, "decide_order"),
    Step("supervisor", "Name the supervising officer", FORCE, S.IN_FORCE, "consider_order"),
    Step("contact", "Record a contact or report", FORCE, S.IN_FORCE, "work_orders", (_supervised,)),
    Step("direct", "Give a direction", FORCE, S.IN_FORCE, "work_orders", (_supervised,)),
    Step("breach", "Record a breach", FORCE, S.IN_FORCE, "work_orders"),
    Step("judge", "Judge whether failures are persistent", FORCE, S.IN_FORCE, "work_orders", (_breached,)),
    Step("extend", "Record an application to extend", FORCE, S.IN_FORCE, "apply_order", (_no_extension,)),
    Step("extension_heard", "Record the hearing of the extension", FORCE, S.IN_FORCE, "apply_order", (_extension,)),
    Step("care_order", "Record a care order", FORCE, S.ENDED, "work_orders"),
    Step("discharge", "Record the discharge", FORCE, S.ENDED, "apply_order"),
    Step("summarise", "Write the closure summary", frozenset({S.ENDED}), S.ENDED, "work_orders", (_made,)),
)  # fmt: skip
