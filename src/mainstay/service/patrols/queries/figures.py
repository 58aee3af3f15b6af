"""Figures of patrols: by school, by outcome, and by ethnic group, small numbers hidden."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from mainstay.service.directory.ethnicity import in_words
from mainstay.service.patrols.models import Encounter, EthnicityCount
from mainstay.service.team.terms import Term

Finding, Outcome = Encounter.Finding, Encounter.Outcome
HEADER: Final = ("School", "Children met", "Absent without leave", "Out lawfully", "Back in school")
LINES: Final = (
    "Day", "With a parent", "What was said", "Finding", "What was done", "Parent told", "Followed up", "Safeguarding referral",
)  # fmt: skip
HIDDEN: Final = "hidden"
ALL: Final = "All together"
OTHERS: Final = "Other groups, hidden"


def of_term(user: Any, term: Term) -> QuerySet[Encounter]:
    """Everybody met in a term, of schools in view."""
    found = Encounter.objects.visible_to(user)
    return found.filter(at__date__gte=term.first, at__date__lte=term.last)


def hide(number: int, small: int) -> int | str:
    """A number as it may be shown: nought and what is large enough."""
    return number if number == 0 or number >= small else HIDDEN


def by_school(found: QuerySet[Encounter], small: int) -> list[dict[str, Any]]:
    """A line for each school; where only one is hidden its next smallest is too, so that nobody subtracts."""
    counts: Any = (
        found.order_by().values("school__name").annotate(
            met=Count("pk"), without=Count("pk", filter=Q(finding=Finding.WITHOUT)),
            lawful=Count("pk", filter=Q(finding=Finding.LAWFUL)),
            back=Count("pk", filter=Q(outcome__in=(Outcome.RETURNED, Outcome.WALKED))),
        )
    )  # fmt: skip
    rows: list[dict[str, Any]] = list(counts)
    few = sorted((row for row in rows if row["met"]), key=lambda row: row["met"])
    gone = [row for row in few if row["met"] < small]
    if len(gone) == 1 and len(few) > 1:
        gone = few[:2]
    lines = []
    for row in sorted(rows, key=lambda row: (-row["met"], row["school__name"] or "")):
        name = row.pop("school__name") or "No school, or not known"
        if any(row is one for one in gone):
            lines.append({"school": name, **dict.fromkeys(row, HIDDEN)})
        else:
            lines.append({"school": name, **{key: hide(number, small) for key, number in row.items()}})
    return lines


def together(found: QuerySet[Encounter], lines: list[dict[str, Any]], small: int) -> dict[str, Any]:
    """All schools together, each number as far as nobody can subtract a hidden one from it; one query."""
    all_: dict[str, int] = found.order_by().aggregate(
        met=Count("pk"), without=Count("pk", filter=Q(finding=Finding.WITHOUT)),
        lawful=Count("pk", filter=Q(finding=Finding.LAWFUL)),
        back=Count("pk", filter=Q(outcome__in=(Outcome.RETURNED, Outcome.WALKED))),
    )  # fmt: skip
    shown = {key: total(number, [line[key] for line in lines], small) for key, number in all_.items()}
    if 0 < all_["met"] - all_["without"] - all_["lawful"] < small:
        shown["lawful"] = HIDDEN
    return {"school": ALL, **shown}


def total(number: int, parts: list[int | str], small: int) -> int | str:
    """A sum as it may be shown beside its parts: hidden where it is small, or would tell a hidden part or a small rest."""
    hidden = parts.count(HIDDEN)
    rest = number - sum(part for part in parts if isinstance(part, int))
    return HIDDEN if hidden == 1 or (hidden and rest < small) else hide(number, small)


def by_outcome(found: QuerySet[Encounter], small: int) -> list[dict[str, Any]]:
    """Each outcome; where only one is hidden the next smallest is too, since the sum stands beside it."""
    counts: Mapping[str, int] = dict(found.order_by().values_list("outcome").annotate(n=Count("pk")))
    said = {**dict(Outcome.choices), "": "Not written down yet"}
    few = sorted(counts, key=lambda key: counts[key])
    gone = [key for key in few if counts[key] < small]
    if len(gone) == 1:
        gone = few[:2]
    return [
        {"outcome": said[key], "number": HIDDEN if key in gone else number}
        for key, number in sorted(counts.items())
    ]


def by_ethnicity(term: Term, small: int) -> list[dict[str, Any]]:
    """Each group of the term; taken is hidden with the group. Groups that are hidden stand together, without a name."""
    groups: dict[str, dict[bool, int]] = {}
    for row in EthnicityCount.objects.filter(term=term.key):
        groups.setdefault(row.group, {})[row.taken] = row.number
    lines, others = [], False
    for group, counts in sorted(groups.items(), key=lambda item: in_words(item[0])):
        met = sum(counts.values())
        if hide(met, small) != HIDDEN:
            taken = hide(counts.get(True, 0), small)
            lines.append({"group": in_words(group), "met": met, "taken": taken})
        else:
            others = True
    return [*lines, {"group": OTHERS, "met": HIDDEN, "taken": HIDDEN}] if others else lines


def tells(*tables: list[dict[str, Any]]) -> bool:
    """Whether single encounters would tell a number that one of these tables hides."""
    return any(HIDDEN in line.values() for table in tables for line in table)


def lines(found: QuerySet[Encounter]) -> Iterator[tuple[Any, ...]]:
    """Each encounter for a file, without who it was, the school, the patrol, the hour and the street."""
    for one in found.order_by("at", "pk"):
        yield (
            timezone.localdate(one.at), one.with_parent, one.get_status_display(), one.get_finding_display(), one.get_outcome_display(), one.get_informed_display(),
            one.followed_at is not None, bool(one.safeguarding),
        )  # fmt: skip
