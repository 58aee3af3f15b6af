"""A supervision order in force with a row of everything, for its addresses."""

from datetime import UTC, date, datetime
from typing import Any, Final

from mainstay.service.casework.actions.cases import open_case
from mainstay.service.casework.models import Case
from mainstay.service.common.decisions.recording import decide
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.orders.models import Consideration, SupervisionOrder
from mainstay.service.orders.permissions_supervision import PAGES

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child that a service manager opens
OF_A_CHILD: Final = tuple(
    name
    for name, permission in PAGES.items()
    if permission != "apply_order" and name not in ("supervision_orders", "supervision_orders_export")
)


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    case = open_case(
        pupil=pupil, school=pupil.school, because="Bought.", owner=by, by=by, at=AT, kind=Case.Kind.PURCHASED
    )
    decision = decide(
        by=by, at=AT, kind="supervision_order.consideration", outcome="apply_instead", reasons="Help."
    )
    considered = Consideration.objects.create(
        case=case, outcome="apply_instead", decision=decision, welfare="Noted.", no_order="Better.", consulted="Asked.",
        consulted_on=date(2026, 11, 20),
    )  # fmt: skip
    one = SupervisionOrder.objects.create(
        case=case, consideration=considered, state="in_force", state_since=AT, supervisor=by, applied_on=date(2026, 10, 5),
        applied_by=by, forms="C110A", court="Inventon", hearing_on=date(2026, 10, 14), made_on=date(2026, 10, 14),
        ends_on=date(2027, 10, 13),
    )  # fmt: skip
    consulted = one.consultations.create(
        whom="own", name="Team", asked_on=date(2026, 9, 1), asked="All.", last_day=date(2026, 9, 15)
    )
    respondent = one.respondents.create(parent=parent)
    directions = [
        one.directions.create(
            to_parent=to, text="Come.", because="Mornings.", child_wishes="Maths.", parent_wishes="Bus.",
            due_on=date(2026, 12, 1), given_at=AT, given_by=by,
        )
        for to in (parent, None, parent)
    ]  # fmt: skip
    breach = directions[0].breaches.create(
        on=date(2026, 11, 20), what="Not there.", recorded_at=AT, recorded_by=by
    )
    failure = one.failures.create(parent=None, count=2, because="Often.", judged_at=AT, judged_by=by)
    for _ in range(2):
        one.contacts.create(
            kind="visit", on=date(2026, 11, 2), who="Both", words="Said.", recorded_at=AT, recorded_by=by
        )
    row = {
        "supervision_answer": consulted, "supervision_serve": respondent,
        "supervision_complied": directions[0], "supervision_breach": directions[0], "supervision_warn": breach,
        "supervision_refer": failure, "supervision_referred": failure,
    }  # fmt: skip
    ids = {"supervision_": one.pk, "order_consider": case.pk, "order_consideration": considered.pk}
    return ids, {name: {"row": each.pk} for name, each in row.items()}
