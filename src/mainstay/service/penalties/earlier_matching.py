"""Which child and which of the child's parents a row of earlier notices is about; nothing is guessed.

A child is found by UPN (present or former), where the name in the row has to agree, or by the full name and the date of
birth. A parent is found among the parents that child has or had: by the full name, and where the row gives a postcode and
we know addresses of that parent, by one of these too. What is not found so a person settles, or corrects in the file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from mainstay.service.common.keys import fold
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.models import Address, FormerUpn, Parenthood, Pupil
from mainstay.service.penalties.earlier_reading import Row
from mainstay.service.penalties.models import EarlierNotice

READY, KNOWN, CHANGED, NO_CHILD, NO_PARENT, TWICE = (
    "ready", "known", "changed", "no_child", "no_parent", "twice",
)  # fmt: skip
Key = tuple[int, int, str, str, str, str]


@dataclass(slots=True)
class _Children:
    by_upn: dict[str, list[Pupil]] = field(default_factory=dict)
    by_name: dict[tuple[str, date | None], list[Pupil]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Parent:
    pk: int
    key: str
    postcodes: frozenset[str]


def match(rows: Sequence[Row], user: Any) -> list[dict[str, Any]]:
    """Each row as it is kept for looking at: who it is about, or what stands in the way; in the order given.

    Only children in this person's view are found.
    """
    children = _children(rows, user)
    found = [(row, *_child(row, children)) for row in rows]
    parents = _parents({pupil.pk for _, pupil, _ in found if pupil is not None})
    kept = [_kept(row, pupil, problem, parents) for row, pupil, problem in found]
    sort(kept)
    return kept


def _children(rows: Iterable[Row], user: Any) -> _Children:
    rows = list(rows)
    seen, found = Pupil.objects.visible_to(user), _Children()
    for few in chunks(sorted({row.upn for row in rows if row.upn})):
        for pupil in seen.filter(upn__in=few).order_by():
            found.by_upn.setdefault(pupil.upn, []).append(pupil)
        former = FormerUpn.objects.filter(upn__in=few, pupil__in=seen.order_by().values("pk"))
        for row in former.select_related("pupil"):
            found.by_upn.setdefault(row.upn, []).append(row.pupil)
    for few in chunks(sorted({_name(row) for row in rows if not row.upn})):
        for pupil in seen.filter(key__in=few).order_by():
            found.by_name.setdefault((pupil.key, pupil.date_of_birth), []).append(pupil)
    return found


def _name(row: Row) -> str:
    return fold(f"{row.surname} {row.forename}")


def _child(row: Row, children: _Children) -> tuple[Pupil | None, str]:
    if not row.upn:
        same = children.by_name.get((_name(row), row.born), [])
        if len(same) == 1:
            return same[0], ""
        if same:
            return None, "More than one child has this name and date of birth: add the UPN."
        return None, "No child in your view has this name and date of birth: add the UPN, or correct them."
    holders = list({pupil.pk: pupil for pupil in children.by_upn.get(row.upn, ())}.values())
    agreeing = [pupil for pupil in holders if _agrees(row, pupil)]
    if len(agreeing) == 1:
        return agreeing[0], ""
    if holders and not agreeing:
        return None, "The UPN belongs to a child of another name or date of birth: correct the row."
    if agreeing:
        return None, "More than one child has this UPN: join the two records first."
    return None, "No child in your view has this UPN: correct it, or take the child in first."


def _agrees(row: Row, pupil: Pupil) -> bool:
    """Whatever the row says beside the UPN fits the child; names in use count as the legal ones do."""
    surnames = {fold(pupil.surname), fold(pupil.preferred_surname)} - {""}
    if row.surname and fold(row.surname) not in surnames:
        return False
    return not (row.born and pupil.date_of_birth and row.born != pupil.date_of_birth)


def _parents(pupils: Iterable[int]) -> dict[int, list[_Parent]]:
    """Pupil -> the parents they have or had, with every postcode known of each."""
    ids = sorted(pupils)
    ties = [
        tie
        for few in chunks(ids)
        for tie in Parenthood.objects.filter(pupil__in=few).select_related("parent").order_by("pk")
    ]
    postcodes: dict[int, set[str]] = {}
    for few in chunks(sorted({tie.parent_id for tie in ties})):
        known = Address.objects.filter(parent__in=few).exclude(postcode="").order_by()
        for parent, postcode in known.values_list("parent_id", "postcode"):
            postcodes.setdefault(parent, set()).add(_postcode(postcode))
    found: dict[int, list[_Parent]] = {}
    for tie in ties:
        known_as = _Parent(tie.parent_id, tie.parent.key, frozenset(postcodes.get(tie.parent_id, ())))
        found.setdefault(tie.pupil_id, []).append(known_as)
    return found


def _postcode(text: str) -> str:
    return "".join(text.split()).upper()


def _parent(row: Row, of_child: Sequence[_Parent]) -> tuple[int | None, str]:
    if not of_child:
        return None, "No parent of this child is recorded: add them on the People page, then settle this row."
    named = [one for one in of_child if one.key == fold(f"{row.parent_surname} {row.parent_forename}")]
    if not named:
        return None, "No parent of this child has this name: choose the parent, or correct the row."
    postcode = _postcode(row.postcode)
    fitting = [one for one in named if not (postcode and one.postcodes) or postcode in one.postcodes]
    if len(fitting) == 1:
        return fitting[0].pk, ""
    if not fitting:
        return (
            None,
            "The name is a parent's, the postcode none of theirs: choose the parent, or correct the row.",
        )
    return None, "More than one parent of this child has this name: choose the parent."


def _kept(
    row: Row, pupil: Pupil | None, problem: str, parents: Mapping[int, Sequence[_Parent]]
) -> dict[str, Any]:
    parent, state = None, NO_CHILD
    if pupil is not None:
        parent, problem = _parent(row, parents.get(pupil.pk, ()))
        state = NO_PARENT if parent is None else READY
    said = " ".join(filter(None, (row.title, row.parent_forename, row.parent_surname)))
    child = " ".join(filter(None, (row.forename, row.surname))) or row.upn
    return {
        "line": row.line, "state": state, "problem": problem, "pupil": pupil.pk if pupil else None, "parent": parent,
        "child_said": child, "parent_said": ", ".join(filter(None, (said, row.postcode))),
        "issued_on": row.issued_on.isoformat(), "kind": row.kind, "outcome": row.outcome, "issuer": row.issuer,
        "reference": row.reference, "offence_from": _iso(row.offence_from), "offence_to": _iso(row.offence_to),
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def sort(rows: Sequence[dict[str, Any]]) -> None:
    """Say of every row whose child and parent are known whether it is new, known, known with another outcome, or twice
    in the file; in one pass over what is stored."""
    matched = [row for row in rows if row["parent"] is not None]
    stored = existing({row["parent"] for row in matched})
    seen: dict[Key, int] = {}
    for row in matched:
        key = key_of(row)
        if key in seen:
            row["state"], row["problem"] = TWICE, f"The same notice as line {seen[key]}."
            continue
        seen[key] = row["line"]
        held = stored.get(key)
        row["problem"] = ""
        if held is None:
            row["state"] = READY
        elif held.outcome == row["outcome"]:
            row["state"] = KNOWN
        else:
            row["state"] = CHANGED
            row["problem"] = f"Recorded as {held.get_outcome_display().lower()}: the outcome will change."


def existing(parents: Iterable[int]) -> dict[Key, EarlierNotice]:
    """What is stored about these parents, by what makes a notice one."""
    found: dict[Key, EarlierNotice] = {}
    for few in chunks(sorted(parents)):
        for row in EarlierNotice.objects.filter(Q(parent__in=few)).order_by():
            found[
                row.parent_id, row.pupil_id, row.kind, row.issued_on.isoformat(), row.issuer, row.reference
            ] = row
    return found


def key_of(row: Mapping[str, Any]) -> Key:
    return (row["parent"], row["pupil"], row["kind"], row["issued_on"], row["issuer"], row["reference"])
