"""The register of notices: rows of a page, and of a file, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from mainstay.service.common.ui.filters import short_date
from mainstay.service.penalties import providers
from mainstay.service.penalties.actions.ending import limits_of
from mainstay.service.penalties.dates import DECIDE
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import names
from mainstay.service.record.models import Deadline

State = Notice.State
COLOURS: Final[Mapping[str, str]] = {
    State.DRAFT: "grey", State.PROPOSED: "yellow", State.APPROVED: "teal", State.REFUSED: "grey",
    State.ISSUED: "blue", State.PAID: "green", State.UNPAID: "red", State.PROSECUTING: "purple",
    State.WITHDRAWN: "grey",
}  # fmt: skip
POSITIONS: Final = {"first": "First", "second": "Second", "": "Excluded child"}
#: states in which it is prosecuted, or that has to be decided
TO_COURT: Final = (State.UNPAID, State.PROSECUTING)
#: large, and read by no list
HEAVY: Final = ("answer", "dates_answer", "certificates")
#: pages of a list read these with each notice
SHOWN_WITH: Final = ("pupil", "parent", "school")


def filtered(user: Any, wanted: Mapping[str, Any], today: date) -> QuerySet[Notice]:
    """The notices this person may see that fit the filters; without a state, those that were issued."""
    found = Notice.objects.visible_to(user)
    state = wanted["state"]
    if not state:
        found = found.issued()
    elif state != "all":
        found = found.filter(state=state)
    if wanted["scope"] == "mine":
        found = found.filter(request__owner=user)
    if wanted["school"]:
        found = found.filter(school_id=wanted["school"])
    if wanted["parent"] and names.shows_parents(user):
        found = found.filter(parent_id=wanted["parent"])
    if wanted["issued_from"]:
        found = found.filter(issued_on__gte=wanted["issued_from"])
    if wanted["issued_to"]:
        found = found.filter(issued_on__lte=wanted["issued_to"])
    if wanted["decision"] == "overdue":
        found = found.filter(state=State.UNPAID, pk__in=_late(today))
    elif wanted["decision"] == "due":
        found = found.filter(state=State.UNPAID)
    return found.defer(*HEAVY)


def _late(today: date) -> list[int]:
    """Notices whose decision is late."""
    late = Deadline.objects.open().filter(about_kind="penalties.notice", rule=DECIDE, last_day__lt=today)
    return [int(key) for key in late.order_by().values_list("about_id", flat=True)]


def rows(notices: Iterable[Notice], user: Any, today: date) -> list[dict[str, Any]]:
    """Rows of the register for notices with ``SHOWN_WITH`` selected."""
    notices = list(notices)
    shown, on_charges = names.shows_parents(user), charged(notices)
    return [
        {
            "pk": n.pk,
            "url": reverse("notice", args=[n.pk]),
            "label": n.number or f"notice {n.pk}",
            "number": n.number or "Not issued",
            "child": names.child(n),
            "parent": names.parent(n) if shown else "",
            "school": n.school.name,
            "position": POSITIONS[n.position] if n.issued_on else "–",
            "issued_on": n.issued_on,
            "state": n.get_state_display(),
            "colour": COLOURS[n.state],
            "note": note(n, today),
            "charged": n.pk in on_charges,
            "limit": limits.safe_date if n.state in TO_COURT and (limits := limits_of(n, today)) else None,
        }
        for n in notices
    ]


def note(notice: Notice, today: date) -> str:
    """What the state means in days: until when it can be paid, since when it waits…"""
    if notice.state == State.ISSUED:
        return _to_pay(notice, today)
    if notice.state == State.PAID:
        return f"on {short_date(notice.paid_on)}"
    if notice.state == State.UNPAID:
        return f"since {short_date(notice.decide_from)}"
    if notice.state == State.WITHDRAWN:
        return f"on {short_date(notice.withdrawn_on)}: {notice.get_ground_display().lower()}"
    if notice.state == State.PROSECUTING and notice.outcome:
        return prosecution(notice, today)
    return "not issued when tried" if notice.state == State.APPROVED and notice.held_because else ""


def _to_pay(notice: Notice, today: date) -> str:
    if notice.full_until is None:
        return "not counted as received"
    return f"{'was due' if notice.full_until < today else 'until'} {short_date(notice.full_until)}"


def charged(notices: Collection[Notice]) -> set[int]:
    """Notices some of whose sessions a charge against that parent relies on: s.444(1) or (1A), the same facts."""
    known = providers.prosecutions_of({(n.parent_id, n.pupil_id) for n in notices})
    return {
        n.pk
        for n in notices
        if (one := known.get((n.parent_id, n.pupil_id)))
        and one.charged & {(s["date"], s["half"]) for s in n.sessions}
    }


def prosecution(notice: Notice, today: date) -> str:
    """Whether the recipient was prosecuted for the failure to attend itself; a spent conviction is not named."""
    if notice.outcome and not (notice.spent_on and notice.spent_on <= today):
        return notice.get_outcome_display()
    return "Decided" if notice.outcome or notice.state == State.PROSECUTING else "No"
