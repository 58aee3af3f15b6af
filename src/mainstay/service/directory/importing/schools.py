"""What a GIAS extract would change here, and changing it.

Establishments that follow one another (same LAESTAB, or linked as predecessor and successor) are one school of
ours with a dated list of URNs: a school that becomes an academy keeps its pupils' cases.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.directory import searching
from mainstay.service.directory.importing import Refusal
from mainstay.service.directory.importing.gias import Establishment, Extract
from mainstay.service.directory.models import School, SchoolUrn, Trust

#: what is taken from the extract -> its name on the page
FIELDS: Final = {
    "name": "Name",
    "urn": "URN",
    "laestab": "LA and establishment number",
    "phase": "Phase",
    "kind": "Type",
    "trust": "Trust",
    "opened_on": "Opened",
    "closed_on": "Closed",
    "lowest_age": "Lowest age",
    "highest_age": "Highest age",
    "address": "Address",
    "postcode": "Postcode",
    "phone": "Telephone",
    "head": "Head teacher",
}


@dataclass(slots=True)
class Change:
    """One school the extract adds or changes; ``school`` None for a new one."""

    name: str
    school: School | None
    values: dict[str, Any]
    urns: list[tuple[str, date | None, date | None]]
    differences: list[tuple[str, str, str]] = field(default_factory=list)  # what, was, becomes
    new_urns: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        if self.school is None:
            return "new"
        return "changed" if self.differences or self.new_urns else "same"


@dataclass(slots=True)
class Comparison:
    changes: list[Change]
    refusals: list[Refusal]
    elsewhere: int  # rows of other authorities
    closed_before: int  # closed schools we never knew

    def of_kind(self, kind: str) -> list[Change]:
        return [change for change in self.changes if change.kind == kind]


def compare(extract: Extract, links: Iterable[tuple[str, str]] = ()) -> Comparison:
    """What the extract would change; nothing is stored."""
    by_urn, by_number = _ours()
    result = Comparison([], list(extract.refusals), extract.elsewhere, 0)
    for group in _groups(extract.establishments, links):
        ours = {by_urn[e.urn].pk: by_urn[e.urn] for e in group if e.urn in by_urn}
        if not ours:
            ours = {by_number[e.laestab].pk: by_number[e.laestab] for e in group if e.laestab in by_number}
        current = _current(group)
        if len(ours) > 1:
            result.refusals.append(
                Refusal(current.line, "two of our schools are one in GIAS; ask an administrator to join them")
            )
        elif not ours and not current.is_open:
            result.closed_before += 1
        else:
            school = next(iter(ours.values()), None)
            known = {urn for urn, owner in by_urn.items() if owner is school}
            result.changes.append(_change(group, current, school, known))
    return result


def _ours() -> tuple[dict[str, School], dict[str, School]]:
    schools = {school.pk: school for school in School.objects.select_related("trust")}
    by_urn = {school.urn: school for school in schools.values() if school.urn}
    by_urn |= {urn: schools[pk] for pk, urn in SchoolUrn.objects.values_list("school_id", "urn")}
    return by_urn, {school.laestab: school for school in schools.values() if school.laestab}


def _groups(rows: Sequence[Establishment], links: Iterable[tuple[str, str]]) -> list[list[Establishment]]:
    """Establishments that are one school, in the order of the extract."""
    head = {e.urn: e.urn for e in rows}

    def first(urn: str) -> str:
        while head[urn] != urn:
            urn = head[urn]
        return urn

    def join(one: str, other: str) -> None:
        head[first(other)] = first(one)

    numbers: dict[str, str] = {}
    for e in rows:
        if e.laestab:
            join(numbers.setdefault(e.laestab, e.urn), e.urn)
    for before, after in _single(links):
        if before in head and after in head:
            join(before, after)
    groups: dict[str, list[Establishment]] = {}
    for e in rows:
        groups.setdefault(first(e.urn), []).append(e)
    return list(groups.values())


def _single(links: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Links one to one: two predecessors or two successors mean a merger or a split."""
    pairs = list(links)
    befores, afters = Counter(b for b, _ in pairs), Counter(a for _, a in pairs)
    return [(b, a) for b, a in pairs if befores[b] == 1 and afters[a] == 1]


def _current(group: list[Establishment]) -> Establishment:
    """The establishment that is the school today: the open one, else the latest."""
    return max(group, key=lambda e: (e.is_open, e.opened_on or date.min, e.closed_on or date.max))


def _change(
    group: list[Establishment], current: Establishment, school: School | None, known: set[str]
) -> Change:
    values = {name: getattr(current, name) for name in FIELDS if name not in ("trust", "closed_on")}
    values["trust"] = current.trust
    values["closed_on"] = current.closed_on if current.is_closed else None
    ordered = sorted(group, key=lambda e: e.opened_on or date.min)
    urns = [(e.urn, e.opened_on, None if e is current and e.is_open else e.closed_on) for e in ordered]
    change = Change(current.name, school, values, urns)
    if school is not None:
        change.new_urns = [urn for urn, _, _ in urns if urn not in known]
        change.differences = [
            (FIELDS[name], _shown(_present(school, name)), _shown(value))
            for name, value in values.items()
            if (_present(school, name) != value and value not in ("", None))
            or (name == "closed_on" and school.closed_on != value)
        ]
    return change


def _present(school: School, name: str) -> Any:
    return (school.trust.name if school.trust else "") if name == "trust" else getattr(school, name)


def _shown(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else "" if value is None else str(value)


@transaction.atomic
def apply(comparison: Comparison, *, by: Any, at: datetime) -> int:
    """Store what ``compare`` found; the number of schools added or changed.

    An empty cell never wipes what is known, but a reopened school loses its closing day.
    """
    touched = [change for change in comparison.changes if change.kind != "same"]
    names = {change.values["trust"] for change in touched} - {""}
    trusts = {name: Trust.objects.get_or_create(name=name)[0] for name in sorted(names)}
    saved = [_store(change, trusts) for change in touched]
    searching.write_schools(saved)
    trail.record(
        by=by,
        at=at,
        action="schools.imported",
        on=("directory.school", ""),
        new=[s.pk for s, c in zip(saved, touched, strict=True) if c.kind == "new"],
        changed={s.pk: c.differences for s, c in zip(saved, touched, strict=True) if c.kind == "changed"},
        refused=len(comparison.refusals),
    )
    return len(touched)


def _store(change: Change, trusts: dict[str, Trust]) -> School:
    school = change.school or School()
    for name, value in change.values.items():
        if name == "trust":
            school.trust = trusts.get(value, school.trust)
        elif value not in ("", None) or name == "closed_on":
            setattr(school, name, value)
    school.save()
    for urn, since, until in change.urns:
        SchoolUrn.objects.update_or_create(school=school, urn=urn, defaults={"since": since, "until": until})
    return school
