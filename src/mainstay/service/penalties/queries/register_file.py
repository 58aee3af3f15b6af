"""The register of notices as a file: what the regulations ask to be kept (PN07 reg 20), a row a notice."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from mainstay.service.common.among import among
from mainstay.service.common.ui.filters import money, short_date
from mainstay.service.penalties.models import Allocation, Notice, Payment, Refund
from mainstay.service.penalties.queries import names
from mainstay.service.penalties.queries.notices import POSITIONS, SHOWN_WITH, charged, prosecution

HEADER: Final = (
    "Number", "For", "Child", "UPN", "School", "Notice", "Issued", "Counts as received", "To pay until", "State",
    "Paid on", "Withdrawn on", "Ground", "Prosecution", "Charged on the same facts",
)  # fmt: skip
#: the copy of a notice is named by its SHA-256
SERVICE_HEADER: Final = ("Parent", "Copy")
MONEY_HEADER: Final = ("To pay at first", "To pay later", "Payments", "Refunds")


def header(user: Any) -> tuple[str, ...]:
    more = SERVICE_HEADER if names.shows_parents(user) else ()
    return (*HEADER, *more, *(MONEY_HEADER if user.may("see_income") else ()))


#: what ``rows`` reads, of the thousands of notices that a register may hold
READ: Final = (
    "number", "kind", "position", "issued_on", "served_on", "full_until", "state", "paid_on", "withdrawn_on", "ground",
    "outcome", "spent_on", "sessions", "reduced_pence", "full_pence", "school__name", "document__file__sha256",
    *(f"pupil__{name}" for name in (
        "upn", "forename", "surname", "preferred_forename", "preferred_surname", "restricted",
    )),
    *(f"parent__{name}" for name in ("title", "forename", "surname")),
)  # fmt: skip


def whole(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """With all that ``rows`` reads, and no more."""
    return notices.select_related(*SHOWN_WITH, "document__file").defer(None).only(*READ)


def rows(notices: Iterable[Notice], user: Any) -> Iterator[tuple[Any, ...]]:
    """A row each, in a fixed number of queries however many."""
    notices = list(notices)
    on_charges, shown, income = charged(notices), names.shows_parents(user), user.may("see_income")
    today = timezone.localdate()
    paid, back = _money([n.pk for n in notices]) if income else ({}, {})
    for n in notices:
        row: list[Any] = [
            n.number, n.get_kind_display(), names.child(n), "" if n.pupil.restricted else n.pupil.upn, n.school.name,
            POSITIONS[n.position] if n.issued_on else None, n.issued_on, n.served_on, n.full_until,
            n.get_state_display(), n.paid_on, n.withdrawn_on, n.get_ground_display() if n.ground else None,
            prosecution(n, today), n.pk in on_charges,
        ]  # fmt: skip
        if shown:
            row += [names.parent(n), n.document.file.sha256 if n.document else None]
        if income:
            row += [*_sums(n), "; ".join(paid.get(n.pk, ())), "; ".join(back.get(n.pk, ()))]
        yield tuple(row)


def _sums(notice: Notice) -> list[str]:
    return ["" if pence is None else money(pence) for pence in (notice.reduced_pence, notice.full_pence)]


def _money(notices: Collection[int]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Notice -> each payment with its day and why it counts for nothing; and what goes back."""
    paid, back = defaultdict(list), defaultdict(list)
    found = Allocation.objects.filter(notice__among=among(notices), payment__state=Payment.State.SUCCEEDED)
    for one in found.select_related("payment").order_by("payment__counts_on", "pk"):
        why = f" ({one.refused})" if one.refused else ""
        paid[one.notice_id].append(f"{money(one.pence)} on {short_date(one.payment.counts_on)}{why}")
    for refund in Refund.objects.standing().filter(notice__among=among(notices)).order_by("pk"):
        if refund.notice_id is not None:
            back[refund.notice_id].append(f"{money(refund.pence)} {refund.get_state_display().lower()}")
    return paid, back
