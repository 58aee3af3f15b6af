"""The ledger of parent and child over time: who, when, which, what became of it, and what frees when."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from mainstay.law import penalty_notice
from mainstay.law.clock import in_words
from mainstay.service.directory.models import Dated, Parent, Parenthood, Pupil
from mainstay.service.penalties import code, facts
from mainstay.service.penalties.models import EarlierNotice, Enquiry, Notice
from mainstay.service.penalties.providers import Pair
from mainstay.service.penalties.queries.notices import COLOURS, POSITIONS, note

OURS = "This council"


@dataclass(frozen=True, slots=True)
class Row:
    """One notice of the ledger, ours or another's."""

    what: str  # number, or how another authority calls it
    href: str
    issued_on: date
    issuer: str
    position: str
    outcome: str
    colour: str
    note: str
    in_law: penalty_notice.Earlier
    #: why it does not count today; "" where it does, until ``frees_on``
    because: str
    frees_on: date | None


@dataclass(slots=True)
class Standing:
    """One parent and one child: their notices, oldest first, and what a notice proposed today would be."""

    parent: Parent
    pupil: Pupil
    rows: list[Row] = field(default_factory=list)
    awaited: list[str] = field(default_factory=list)
    today: str = ""
    light: str = ""  # "first", "second", "none", "unknown"


@dataclass(slots=True)
class Ledger:
    pairs: dict[Pair, Standing]

    @property
    def all(self) -> list[Standing]:
        return list(self.pairs.values())


def of_child(pupil: Pupil, today: date) -> Ledger:
    """Everybody who is a parent of this child, or ever had a notice for them."""
    ties = Parenthood.objects.filter(Dated.on(today), pupil=pupil).values_list("parent_id", flat=True)
    parents = {*ties, *_with_notices("parent_id", pupil=pupil.pk)}
    return _gather({(parent, pupil.pk) for parent in parents}, today)


def of_parent(parent: Parent, pupils: Collection[int], today: date) -> Ledger:
    """This parent with each of the children given."""
    return _gather({(parent.pk, pupil) for pupil in pupils}, today)


def of_notice(found: facts.Facts) -> Standing:
    """The parent and child of one notice that is not issued yet, from what its check has read."""
    notice, on = found.notice, found.on
    awaited = [one.authority for one in found.enquiries if one.outcome == Enquiry.Outcome.AWAITED]
    rows = [
        _of_ours(before.row, on) if isinstance(before.row, Notice) else _of_other(before.row, on)
        for before in found.earlier
    ]
    standing = Standing(notice.parent, notice.pupil, rows, awaited)
    standing.today, standing.light = _proposed_today(standing, on, found.code.rules)
    return standing


def children_of(parent: Parent) -> set[int]:
    """Ids of the children this parent is or was tied to, or had a notice for."""
    ties = Parenthood.objects.filter(parent=parent).order_by().values_list("pupil_id", flat=True)
    return {*ties, *_with_notices("pupil_id", parent=parent.pk)}


def _with_notices(wanted: str, **of: int) -> set[int]:
    found: set[int] = set()
    for rows in (Notice.objects.issued().filter(**of), EarlierNotice.objects.filter(**of)):
        found |= set(rows.order_by().values_list(wanted, flat=True))
    return found


def _gather(pairs: set[Pair], today: date) -> Ledger:
    """A fixed number of queries however many pairs."""
    parents = Parent.objects.in_bulk({parent for parent, _ in pairs})
    pupils = Pupil.objects.select_related("school").in_bulk({pupil for _, pupil in pairs})
    ledger = Ledger({pair: Standing(parents[pair[0]], pupils[pair[1]]) for pair in _ordered(pairs, parents)})
    asked = Enquiry.objects.filter(
        outcome=Enquiry.Outcome.AWAITED, parent__in=list(parents), pupil__in=list(pupils)
    )
    for enquiry in asked:
        if (one := ledger.pairs.get((enquiry.parent_id, enquiry.pupil_id))) is not None:
            one.awaited.append(enquiry.authority)
    _fill(ledger.pairs, today, code.in_force(today).rules)
    return ledger


def _fill(pairs: Mapping[Pair, Standing], today: date, rules: Any) -> None:
    """The rows of each, and what a notice proposed today would be; who is asked and has not answered stands there."""
    of = {"parent__in": {parent for parent, _ in pairs}, "pupil__in": {pupil for _, pupil in pairs}}
    rows = [((n.parent_id, n.pupil_id), _of_ours(n, today)) for n in Notice.objects.issued().filter(**of)] + [
        ((old.parent_id, old.pupil_id), _of_other(old, today)) for old in EarlierNotice.objects.filter(**of)
    ]
    for pair, row in sorted(rows, key=lambda each: each[1].issued_on):
        if pair in pairs:
            pairs[pair].rows.append(row)
    for one in pairs.values():
        one.today, one.light = _proposed_today(one, today, rules)


def _ordered(pairs: Iterable[Pair], parents: dict[int, Parent]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (parents[pair[0]].key, pair))


def _of_ours(n: Any, today: date) -> Row:
    in_law = _in_law(n.issued_on, n.kind, n.outcome or facts.OUTCOMES[Notice.State(n.state)])
    return Row(
        n.number, reverse("notice", args=[n.pk]), n.issued_on, OURS, POSITIONS[n.position], n.get_state_display(),
        COLOURS[n.state], note(n, today), in_law, *_counts(in_law, today),
    )  # fmt: skip


def _of_other(old: EarlierNotice, today: date) -> Row:
    in_law = _in_law(old.issued_on, old.kind, old.outcome)
    position = "Excluded child" if old.kind == "excluded" else "Not known"
    return Row(
        old.reference or "Without a number", "", old.issued_on, old.issuer, position, old.get_outcome_display(),
        "grey", "", in_law, *_counts(in_law, today),
    )  # fmt: skip


def _in_law(issued_on: date, kind: str, outcome: str) -> penalty_notice.Earlier:
    return penalty_notice.Earlier(issued_on, kind, outcome, True, True)  # type: ignore[arg-type]


def _counts(one: penalty_notice.Earlier, today: date) -> tuple[str, date | None]:
    """Why a notice does not count today, or until when it does."""
    left_out = penalty_notice.find("attendance", today, [one]).not_counted
    return (left_out[0].because, None) if left_out else ("", penalty_notice.frees_on(one.issued_on))


def _proposed_today(one: Standing, today: date, rules: Any) -> tuple[str, str]:
    """What a notice for failure to attend proposed today would be, in words."""
    crossing: Any = "awaited" if one.awaited else None
    answer = penalty_notice.find(
        "attendance", today, [r.in_law for r in one.rows], None, None, crossing, rules=rules
    )
    if answer.allowed and answer.tariff is not None:
        cost = answer.tariff
        sums = f"£{cost.full_pounds}" if cost.reduced_pounds == cost.full_pounds else (
            f"£{cost.reduced_pounds}, later £{cost.full_pounds}"
        )  # fmt: skip
        return f"A notice proposed today would be the {answer.position}: {sums}.", str(answer.position)
    if one.awaited:
        return f"Not known: the answer of {', '.join(one.awaited)} is awaited.", "unknown"
    until = f" Again possible from {in_words(answer.free_again_on)}." if answer.free_again_on else ""
    return f"No notice can be issued today.{until}", "none"
