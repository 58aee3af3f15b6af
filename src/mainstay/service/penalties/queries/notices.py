"""The register of notices: rows of a page, and of a file, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from mainstay.service.common.ui.filters import money, short_date
from mainstay.service.penalties import providers
from mainstay.service.penalties.actions.ending import limits_of
from mainstay.service.penalties.dates import DECIDE
from mainstay.service.penalties.models import Allocation, Notice, Payment, Refund
from mainstay.service.penalties.providers import Pair, Session
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
#: pages of a list read these with each notice
SHOWN_WITH: Final = ("pupil", "parent", "school", "request")


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
    return found


def _late(today: date) -> list[int]:
    """Notices whose decision is late."""
    late = Deadline.objects.open().filter(about_kind="penalties.notice", rule=DECIDE, last_day__lt=today)
    return [int(key) for key in late.order_by().values_list("about_id", flat=True)]


def rows(notices: Iterable[Notice], user: Any, today: date) -> list[dict[str, Any]]:
    """Rows of the register for notices with ``SHOWN_WITH`` selected."""
    notices = list(notices)
    shown, charged = names.shows_parents(user), _charged(notices)
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
            "charged": n.pk in charged,
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
        return notice.get_outcome_display()
    return "not issued when tried" if notice.state == State.APPROVED and notice.held_because else ""


def _to_pay(notice: Notice, today: date) -> str:
    if notice.full_until is None:
        return "not counted as received"
    return f"{'was due' if notice.full_until < today else 'until'} {short_date(notice.full_until)}"


def _charged(notices: Collection[Notice]) -> set[int]:
    """Notices some of whose sessions a charge against that parent relies on: s.444(1) or (1A), the same facts."""
    found: Mapping[Pair, set[Session]] = providers.charged_sessions(
        {(n.parent_id, n.pupil_id) for n in notices}
    )
    return {
        n.pk
        for n in notices
        if found.get((n.parent_id, n.pupil_id), set()) & {(s["date"], s["half"]) for s in n.sessions}
    }


HEADER: Final = (
    "Number", "For", "Child", "UPN", "School", "Notice", "Issued", "Counts as received", "To pay until", "State",
    "Paid on", "Withdrawn on", "Ground", "Prosecution", "Charged on the same facts",
)  # fmt: skip
SERVICE_HEADER: Final = ("Parent", "Copy")
MONEY_HEADER: Final = ("To pay at first", "To pay later", "Payments", "Refunds")


def header(user: Any) -> tuple[str, ...]:
    more = SERVICE_HEADER if names.shows_parents(user) else ()
    return (*HEADER, *more, *(MONEY_HEADER if user.may("see_income") else ()))


def whole(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """With all that ``for_export`` reads."""
    paid = Allocation.objects.filter(payment__state=Payment.State.SUCCEEDED).select_related("payment")
    return notices.select_related(*SHOWN_WITH, "document__file").prefetch_related(
        Prefetch("allocations", paid.order_by("payment__counts_on", "pk")),
        Prefetch("refunds", Refund.objects.standing().order_by("pk")),
    )


def for_export(notices: Iterable[Notice], user: Any) -> Iterator[tuple[Any, ...]]:
    """The register as the regulations ask for it (PN07 reg 20), a row a notice: its copy is named by its SHA-256."""
    notices = list(notices)
    charged = _charged(notices)
    for n in notices:
        row: list[Any] = [
            n.number, n.get_kind_display(), names.child(n), "" if n.pupil.restricted else n.pupil.upn, n.school.name,
            POSITIONS[n.position] if n.issued_on else None, n.issued_on, n.served_on, n.full_until,
            n.get_state_display(), n.paid_on, n.withdrawn_on, n.get_ground_display() if n.ground else None,
            prosecution(n), n.pk in charged,
        ]  # fmt: skip
        if names.shows_parents(user):
            row += [names.parent(n), n.document.file.sha256 if n.document else None]
        if user.may("see_income"):
            row += [*_pounds(n), payments(n), refunds(n)]
        yield tuple(row)


def prosecution(notice: Notice) -> str:
    """Whether the recipient was prosecuted for the failure to attend itself."""
    if notice.outcome:
        return notice.get_outcome_display()
    return "Decided" if notice.state == State.PROSECUTING else "No"


def _pounds(notice: Notice) -> tuple[str, str]:
    return tuple(money(p) if p is not None else "" for p in (notice.reduced_pence, notice.full_pence))  # type: ignore[return-value]


def payments(notice: Notice) -> str:
    """Each payment with its day, and why one counts for nothing."""
    return "; ".join(
        f"{money(a.pence)} on {short_date(a.payment.counts_on)}" + (f" ({a.refused})" if a.refused else "")
        for a in notice.allocations.all()
    )


def refunds(notice: Notice) -> str:
    return "; ".join(f"{money(r.pence)} {r.get_state_display().lower()}" for r in notice.refunds.all())


def unpaid(user: Any) -> QuerySet[Notice]:
    """Notices to decide about, the one whose limit runs out first leading."""
    found = Notice.objects.visible_to(user).filter(state=State.UNPAID)
    return found.select_related(*SHOWN_WITH).order_by("offence_from", "pk")
