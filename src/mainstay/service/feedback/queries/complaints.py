"""Lists and figures of complaints; everything begins with those in view, so that nobody meets one about themselves."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from mainstay.service.feedback.models import Clock, Complaint
from mainstay.service.team.terms import Term

State = Complaint.State
COLOURS: Final[Mapping[str, str]] = {
    State.RECEIVED: "red", State.STAGE_1: "blue", State.ANSWERED_1: "turquoise", State.ASKED_2: "red", State.STAGE_2: "purple",
    State.ANSWERED_2: "turquoise", State.OMBUDSMAN: "yellow", State.CLOSED: "grey",
}  # fmt: skip
HEADER: Final = (
    "Complaint", "Reference", "Kind", "Received", "How it came", "From", "State", "Handled by", "Next day", "Held", "Outcome",
    "Learning", "Closed",
)  # fmt: skip
STATES: Final = [("", "Open"), ("all", "All"), ("due", "Due or late"), ("held", "Held"), *State.choices]


def with_due(found: QuerySet[Complaint]) -> QuerySet[Any]:
    running = Q(clocks__state=Clock.State.OPEN)
    return found.annotate(due=Min("clocks__last_day", filter=running))


def filtered(user: Any, wanted: Mapping[str, Any], today: date) -> QuerySet[Any]:
    found: Any = with_due(Complaint.objects.visible_to(user))
    state = wanted["state"]
    if not state:
        found = found.open()
    elif state == "due":
        found = found.filter(due__lte=today)
    elif state == "held":
        found = found.exclude(held_part="")
    elif state != "all":
        found = found.filter(state=state)
    if wanted["kind"]:
        found = found.filter(kind=wanted["kind"])
    rows: QuerySet[Any] = found.select_related("handler")
    return rows


def rows(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk, "url": reverse("complaint", args=[one.pk]), "label": one.number, "number": one.number,
            "kind": one.get_kind_display(), "received_on": one.received_on, "state": _state(one), "colour": COLOURS[one.state],
            "held": bool(one.held_part), "handler": one.handler.name if one.handler else "Nobody yet", "due": one.due,
            "who": one.get_who_display(),
        }
        for one in found
    ]  # fmt: skip


def _state(one: Complaint) -> str:
    light = one.state == State.RECEIVED and one.kind != Complaint.Kind.COMPLAINT
    return "To answer" if light else one.get_state_display()


def for_export(found: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; without the name of whoever complained, and without what they wrote."""
    for one in found:
        yield (
            one.number, one.reference, one.get_kind_display(), one.received_on, one.get_channel_display(), one.get_who_display(),
            _state(one), one.handler.name if one.handler else "", one.due, bool(one.held_part), one.get_outcome_display(),
            one.learning, one.closed_at,
        )  # fmt: skip


def report(user: Any, term: Term, today: date) -> dict[str, Any]:
    """Of those received in a term and in view: kinds, outcomes, and how each stage's time was kept.

    What still runs on ``today`` and is past its last day is late, apart from what was answered late.
    """
    found = Complaint.objects.visible_to(user).filter(received_on__gte=term.first, received_on__lte=term.last)
    ids = found.order_by().values("pk")
    kinds = dict(found.order_by().values_list("kind").annotate(n=Count("pk")))
    outcomes = dict(found.order_by().exclude(outcome="").values_list("outcome").annotate(n=Count("pk")))
    S = Clock.State
    timed = Clock.objects.filter(complaint__in=ids).order_by().values("rule", "label").annotate(
        met=Count("pk", filter=Q(state=S.MET)), missed=Count("pk", filter=Q(state=S.MISSED)),
        overdue=Count("pk", filter=Q(state=S.OPEN, last_day__lt=today)),
        running=Count("pk", filter=Q(state=S.OPEN, last_day__gte=today) | Q(state=S.PAUSED)),
    )  # fmt: skip
    order = ["light", "ack", "answer", "ack_2", "answer_2"]
    return {
        "kinds": [{"kind": label, "number": kinds.get(key, 0)} for key, label in Complaint.Kind.choices],
        "outcomes": [
            {"outcome": label, "number": outcomes[key]}
            for key, label in Complaint.Outcome.choices
            if key in outcomes
        ],
        "stages": sorted(timed, key=lambda row: order.index(row["rule"]) if row["rule"] in order else 9),
        "learning": list(found.exclude(learning="").order_by("pk").values_list("learning", flat=True)[:50]),
    }
