"""Supervision orders: in force when, the list, one as its page shows it, what a charge for a breach needs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.law import limitation
from mainstay.law.clock import in_words, months_after
from mainstay.law.limitation import LimitationAnswer
from mainstay.law.rules import CURRENT
from mainstay.service.attendance.queries.findings import link_schools
from mainstay.service.casework.queries.cases import child
from mainstay.service.directory.models import Parent
from mainstay.service.documents.states import state as served
from mainstay.service.orders.models import (
    Breach,
    Direction,
    OrderConsultation,
    SupervisionOrder,
)

State = SupervisionOrder.State
COLOURS: Final[Mapping[str, str]] = {
    State.CONSULTING: "yellow", State.PLANNING: "turquoise", State.APPLIED: "blue", State.IN_FORCE: "purple",
    State.ENDED: "grey",
}  # fmt: skip
NEAR: Final = "near"
SHOWN_WITH: Final = ("case__pupil__school", "case__school", "case__owner", "supervisor")
HEADER: Final = (
    "Order", "Case", "Child", "UPN", "School", "State", "Supervising officer", "Made", "Ends", "Ended", "How it ended",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """An order in force from its own day to its last day, both included."""

    order: int
    number: str
    first: date
    last: date


def in_force(pupil_ids: Collection[int], first: date, last: date) -> dict[int, list[Span]]:
    """Pupil -> the orders in force on any day from first to last, the oldest first; one query."""
    rows = SupervisionOrder.objects.filter(
        case__pupil__in=list(pupil_ids), made_on__lte=last, ends_on__gte=first
    ).exclude(ended_on__lt=first)
    found: dict[int, list[Span]] = {}
    for pk, pupil, made, ends, ended in rows.order_by("made_on", "pk").values_list(
        "pk", "case__pupil_id", "made_on", "ends_on", "ended_on"
    ):
        assert made is not None and ends is not None  # as asked for
        span = Span(pk, f"SO-{pk:06}", made, min(ended, ends) if ended else ends)
        found.setdefault(pupil, []).append(span)
    return found


@dataclass(frozen=True, slots=True)
class BreachForCharge:
    """One failure of a parent, with what proves it."""

    breach: int
    direction: str
    text: str
    given_on: date
    received_on: date | None
    due_on: date
    on: date
    what: str
    explanation: str
    warned_on: date | None
    document: int | None
    warning: int | None


@dataclass(frozen=True, slots=True)
class BreachesForCharge:
    """What a charge under Schedule 3 paragraph 18 is built from; judged: that it is persistent, by whom and why."""

    order: int
    number: str
    made_on: date | None
    ends_on: date | None
    breaches: tuple[BreachForCharge, ...]
    judged_on: date | None
    judged_by: str
    because: str


def breaches_for_charge(order: SupervisionOrder, parent: Parent) -> BreachesForCharge:
    """The failures of one parent under one order, in time order; two queries."""
    rows = Breach.objects.filter(
        direction__order=order, direction__to_parent=parent, clashed_with=""
    ).select_related("direction__service", "warned_service")
    failure = order.failures.filter(parent=parent).select_related("judged_by").last()
    return BreachesForCharge(
        order.pk, order.number, order.made_on, order.ends_on, tuple(_for_charge(row) for row in rows),
        timezone.localdate(failure.judged_at) if failure else None, failure.judged_by.name if failure else "",
        failure.because if failure else "",
    )  # fmt: skip


def _for_charge(row: Breach) -> BreachForCharge:
    of = row.direction
    assert of.given_at is not None
    return BreachForCharge(
        row.pk, of.number, of.text, timezone.localdate(of.given_at), of.service.presumed_on if of.service else None, of.due_on,
        row.on, row.what, row.explanation, row.warned_service.sent_on if row.warned_service else None, of.document_id,
        row.warned_document_id,
    )  # fmt: skip


def displaced(pupil_ids: Collection[int], on: date) -> dict[int, str]:
    """Pupil -> that section 444 is displaced, in words; only those with an order in force that day."""
    return {
        pupil: f"Supervision order {spans[-1].number} is in force until {in_words(spans[-1].last)}: while it is, section 444 "
        "does not apply to the parents; what is not followed is dealt with under the order."
        for pupil, spans in in_force(pupil_ids, on, on).items()
    }  # fmt: skip


def proceedings(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """For ``penalties.providers.proceedings``: pairs of parent and pupil."""
    found = displaced({pupil for _, pupil in pairs}, timezone.localdate())
    return {pair: found[pair[1]] for pair in pairs if pair[1] in found}


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[SupervisionOrder]:
    """Those this person may see that fit the filters; the open ones where no state is asked for."""
    found = SupervisionOrder.objects.visible_to(user)
    if not wanted["state"]:
        found = found.open()
    elif wanted["state"] == NEAR:
        found = found.filter(near(timezone.localdate()))
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["scope"] == "mine":
        found = found.filter(Q(supervisor=user) | Q(supervisor=None, case__owner=user))
    elif wanted["scope"] == "schools":
        found = found.filter(case__school__in=link_schools(user))
    if wanted["breached"]:
        breaches = Breach.objects.filter(direction__order=OuterRef("pk"))
        found = found.filter(Exists(breaches))
    if wanted["school"]:
        found = found.filter(case__school=wanted["school"])
    return found.select_related(*SHOWN_WITH)


def near_until(today: date) -> date:
    """The last day of orders that expire soon: within the longest time of their alarms."""
    return months_after(today, max(CURRENT.wholes("eso_expiry_alarm_months")))


def near(today: date) -> Q:
    """In force, and expiring soon."""
    return Q(state=State.IN_FORCE, ends_on__lte=near_until(today))


def rows(found: Iterable[SupervisionOrder]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("supervision_order", args=[one.pk]),
            "label": child(one.case),
            "child": child(one.case),
            "number": one.number,
            "school": one.case.school.name,
            "state": one.get_ending_display() if one.ending else one.get_state_display(),
            "colour": COLOURS[one.state],
            "supervisor": one.supervisor.name if one.supervisor else "Nobody yet",
            "hearing_on": one.hearing_on,
            "ends_on": one.ended_on or one.ends_on,
        }
        for one in found
    ]


def for_export(found: Iterable[SupervisionOrder]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials and without UPN."""
    for one in found:
        pupil = one.case.pupil
        yield (
            one.number, one.case.number, child(one.case), "" if pupil.restricted else pupil.upn, one.case.school.name,
            one.get_state_display(), one.supervisor.name if one.supervisor else "", one.made_on, one.ends_on, one.ended_on,
            one.get_ending_display(),
        )  # fmt: skip


def whole() -> QuerySet[SupervisionOrder]:
    """Orders with all that their page shows, in a fixed number of queries."""
    directions = Direction.objects.select_related("to_parent", "given_by", "service__run").prefetch_related(
        Prefetch("breaches", Breach.objects.select_related("warned_service__run"))
    )
    return SupervisionOrder.objects.select_related(
        *SHOWN_WITH, "consideration__decision__by", "authorised__by", "applied_by"
    ).prefetch_related(
        Prefetch("consultations", OrderConsultation.objects.select_related("service__run")), "extensions",
        "respondents__parent", "failures__parent", "failures__judged_by",
        "contacts__recorded_by", Prefetch("directions", directions),
    )  # fmt: skip


_WAY: Final = (
    ("Considered", ()), ("Consultation", (State.CONSULTING,)), ("Plan", (State.PLANNING,)), ("Court", (State.APPLIED,)),
    ("In force", (State.IN_FORCE,)), ("Ended", (State.ENDED,)),
)  # fmt: skip


def progress(one: SupervisionOrder) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    now = next(n for n, (_, states) in enumerate(_WAY) if one.state in states)
    return [
        {"text": text, "state": "now" if n == now else "done" if n < now else "next", "note": ""}
        for n, (text, _) in enumerate(_WAY)
    ]


def consultations(one: SupervisionOrder) -> list[tuple[OrderConsultation, str]]:
    """Whom was asked, with how the letter went; loaded with ``whole``."""
    return [(row, served(row.service) if row.service else "") for row in one.consultations.all()]


def directions(one: SupervisionOrder) -> list[dict[str, Any]]:
    """The directions with how they were served, and their breaches; loaded with ``whole``."""
    return [
        {
            "row": row,
            "whom": row.to_parent.name if row.to_parent else "the child",
            "served": served(row.service) if row.service else "not served",
            "breaches": [
                (breach, served(breach.warned_service) if breach.warned_service else "")
                for breach in row.breaches.all()
            ],
        }
        for row in one.directions.all()
    ]


def limits(one: SupervisionOrder) -> dict[int, LimitationAnswer]:
    """Persistent failure of a parent -> until when a prosecution can be begun; loaded with ``whole``."""
    found = {}
    for failure in one.failures.all():
        days = [
            breach.on
            for row in one.directions.all() if failure.parent_id and row.to_parent_id == failure.parent_id
            for breach in row.breaches.all() if not breach.clashed_with
        ]  # fmt: skip
        if days:
            found[failure.pk] = limitation.find(min(days), max(days))
    return found


def counts(one: SupervisionOrder) -> list[tuple[str, int]]:
    """Whoever failed to follow directions, and how often; loaded with ``whole``."""
    found: dict[str, int] = {}
    for row in one.directions.all():
        whom = row.to_parent.name if row.to_parent else "The child"
        found[whom] = found.get(whom, 0) + sum(not breach.clashed_with for breach in row.breaches.all())
    return [(whom, count) for whom, count in found.items() if count]
