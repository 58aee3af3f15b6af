"""Considerations and supervision orders for tests, taken as far as a test needs by the actions themselves."""

from datetime import date, datetime
from typing import Any

from tests.factories import UserFactory
from tests.factories_attendance import a_child, at
from tests.factories_cases import a_case
from tests.factories_penalties import a_parent

from mainstay.service.casework.models import Case
from mainstay.service.directory.models import Pupil
from mainstay.service.orders.actions import considering, supervision, supervision_court, supervision_directing
from mainstay.service.orders.models import Breach, Consideration, Direction, SupervisionOrder

BORN = date(2016, 3, 4)
#: days after the Monday of ``at``
MADE, DIRECTED = date(2026, 11, 23), date(2026, 11, 24)


def weighed(**said: Any) -> considering.Weighed:
    words = {
        "welfare": {key: f"Noted: {key}." for key in considering.CHECKLIST}, "no_order": "Help alone did not change enough.",
        "consulted": "The assessment team knows the family and does not object.", "consulted_on": date(2026, 11, 20),
        "reasons": "An order helps the family more than a fine.",
    }  # fmt: skip
    return considering.Weighed(**{**words, **said})


def considered(
    case: Case | None = None, outcome: str = "apply_instead", by: Any = None, **said: Any
) -> Consideration:
    """Of a child with a known date of birth and one parent with an address, by a senior officer."""
    if case is None:
        pupil = a_child(date_of_birth=BORN)
        case = a_case(pupil)
    if not case.pupil.parenthoods.exists():
        a_parent(case.pupil)
    by = by or UserFactory(role="senior_ewo")
    return considering.consider(case_id=case.pk, outcome=outcome, weighed=weighed(**said), by=by, at=at())


def consulting(pupil: Pupil | None = None, case: Case | None = None) -> SupervisionOrder:
    """Begun by a consideration; nobody is consulted yet."""
    case = case or (a_case(pupil) if pupil else None)
    return SupervisionOrder.objects.get(case=considered(case).case)


def consulted(one: SupervisionOrder | None = None) -> SupervisionOrder:
    one = one or consulting()
    by = one.case.owner
    supervision.say_elsewhere(order_id=one.pk, elsewhere="no", by=by, at=at())
    row = supervision.consult(
        order_id=one.pk, whom="own", name="Assessment team", way="other", address="team@social-care.example",
        asked_on=MADE, asked="The four questions.", by=by, at=at()
    )  # fmt: skip
    supervision.answer(
        order_id=one.pk, row_id=row.pk, answered_on=MADE, known="Yes.", risk="Low.", support="Early help.",
        objections="None.", by=by, at=at(),
    )  # fmt: skip
    return supervision.to_plan(order_id=one.pk, by=by, at=at())


def planned(one: SupervisionOrder | None = None) -> SupervisionOrder:
    """Written and authorised."""
    one = one or consulted()
    words = dict.fromkeys(
        ("child_wishes", "parent_wishes", "plan", "draft_directions", "report"), "Written down."
    )
    supervision.write(order_id=one.pk, by=one.case.owner, at=at(), **words)
    manager = UserFactory(role="service_manager")
    return supervision.authorise(order_id=one.pk, reasons="Agreed.", by=manager, at=at())


def applied(one: SupervisionOrder | None = None) -> SupervisionOrder:
    """Applied for and served on everybody; heard the same day, for which the court shortened the time."""
    one, legal = one or planned(), UserFactory(role="legal_coordinator")
    supervision_court.apply(
        order_id=one.pk, applied_on=MADE, court="The Family Court at Inventon", court_number="IN26", forms="C110A",
        hearing_on=MADE, by=legal, at=at(),
    )  # fmt: skip
    for row in one.respondents.all():
        supervision_court.serve(
            order_id=one.pk, row_id=row.pk, served_on=MADE, how="By hand", late_because="Shortened at the first hearing.",
            by=legal, at=at(),
        )  # fmt: skip
    return SupervisionOrder.objects.get(pk=one.pk)


def made(one: SupervisionOrder | None = None, supervisor: Any = None) -> SupervisionOrder:
    """In force since Monday 23 November 2026, with its supervising officer."""
    one, legal = one or applied(), UserFactory(role="legal_coordinator")
    supervision_court.made(order_id=one.pk, made_on=MADE, ends_on=None, court_number="", by=legal, at=at())
    senior = UserFactory(role="senior_ewo")
    return supervision_directing.name_supervisor(
        order_id=one.pk,
        supervisor=supervisor or one.case.owner,
        because="Knows the family.",
        by=senior,
        at=at(),
    )


def directed(one: SupervisionOrder, to: int | None = None, **said: Any) -> Direction:
    """Handed over today, to a parent, or to the child where ``to`` is None."""
    words = {
        "to_parent": to, "text": "Be at the gate by 8:40.", "because": "Mornings are missed.", "child_wishes": "I like maths.",
        "parent_wishes": "The bus is late.", "due_on": date(2026, 12, 7), "by_hand": True,
    }  # fmt: skip
    when: datetime = said.pop("when", at())
    return supervision_directing.direct(
        order_id=one.pk, said=supervision_directing.Directing(**{**words, **said}), by=one.supervisor, at=when
    )


def breached(
    row: Direction, on: date = DIRECTED, when: datetime | None = None, clashed_with: str = ""
) -> Breach:
    one = row.order
    return supervision_directing.breach(
        order_id=one.pk, row_id=row.pk, on=on, what="Not at the gate.", explanation="The bus.", by=one.supervisor,
        at=when or at(day=on), clashed_with=clashed_with,
    )  # fmt: skip
