"""What a manager's first page adds: what waits and what is late by officer, the week in numbers, schools."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Amendment, Consideration, Finding, RegisterImport
from mainstay.service.attendance.providers import counted, week
from mainstay.service.attendance.queries.findings import FIRST_KINDS, NOBODY
from mainstay.service.attendance.queries.screen import SHOWN, Block, Counted, Heading, Row, Screen
from mainstay.service.common.prepared import prepared
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.directory.models import LinkOfficer, School, pupils_in_view
from mainstay.service.record.queries import overdue_by_owner

OFFICERS: Final = 12


def waiting(screen: Screen, user: Any, today: date) -> None:
    """What waits for a consideration, in all and by officer."""
    counts, without, first = Counter[str](), 0, Counter[tuple[int | None, str]]()
    for kind, owner, name, number in _open(user):
        counts[kind] += number
        without += 0 if owner else number
        if kind in FIRST_KINDS:
            first[owner, name or "No link officer"] += number
    base = reverse("findings")
    screen.tiles += [
        {"value": f"{counts.get(kind, 0):,}", "label": label, "href": f"{base}?kind={kind.value}"}
        for kind, label in (
            (Finding.Kind.THRESHOLD, "thresholds to consider"),
            (Finding.Kind.SEVERE, "severely absent to consider"),
        )
    ]
    screen.tiles.append(
        {"value": f"{without:,}", "label": "findings without an officer",
         "href": f"{base}?owner={NOBODY}"}
    )  # fmt: skip
    rows = [
        Row(name, _of_owner(owner), plural(number, "finding") + " to consider")
        for (owner, name), number in first.most_common(OFFICERS)
    ]
    screen.blocks.append(Block("Waiting, by officer", rows, "Nothing waits for a consideration.", base))


@prepared
def _open(user: Any) -> QuerySet[Any]:
    """How many open findings of each kind each officer has."""
    found = Finding.objects.visible_to(user).open().order_by().values_list("kind", "owner", "owner__name")
    return found.annotate(n=Count("pk"))


def _of_owner(owner: int | None) -> str:
    """The worklist with exactly the findings counted for that officer."""
    query = {"owner": owner or NOBODY, "kind": [kind.value for kind in FIRST_KINDS]}
    return f"{reverse('findings')}?{urlencode(query, doseq=True)}"


def overdue(screen: Screen, user: Any, today: date) -> None:
    """Overdue deadlines by officer: how many, and the oldest."""
    base = reverse("deadlines")

    def of_owner(owner: int | None) -> str:
        return f"owner={owner}" if owner else "scope=team"

    found = overdue_by_owner(user, today)
    rows = [
        Row(o["owner__name"] or "Nobody", f"{base}?{of_owner(o['owner'])}&state=overdue",
            f"{plural(o['number'], 'deadline')} overdue, the oldest since {short_date(o['oldest'])}")
        for o in found[:OFFICERS]
    ]  # fmt: skip
    screen.blocks.append(
        Block("Overdue, by officer", rows, "No deadline of your team is overdue.",
              f"{base}?scope=team&state=overdue", "All overdue deadlines", "urgent" if rows else "")
    )  # fmt: skip


def numbers(screen: Screen, user: Any, today: date) -> None:
    """What is only counted, in one question: what waits across the team, and this week with last week's beside."""
    monday = today - timedelta(days=today.weekday())
    asked = (*WEEK, *(line for given in week.ask() for line in given))
    lines = [line for given in counted.ask(user, today) for line in given]
    counts = tuple(line.rows for line in lines if not isinstance(line.rows, int))
    weeks = tuple((rows, when) for _, _, rows, when in asked)
    numbered = _numbers(user, _midnight(monday), _midnight(monday - timedelta(days=7)), weeks, counts)
    by_part = {part: (one, other) for part, one, other in numbered}
    found = [by_part.get(part, (0, 0)) for part in range(len(weeks) + len(counts))]
    screen.blocks += _blocks(lines, [number for number, _ in found[len(weeks) :]])
    rows = [
        Row(f"{plural(this, noun)} {done}", note=f"{last:,} last week")
        for (noun, done, _, _), (this, last) in zip(asked, found, strict=False)
    ]
    screen.blocks.append(Block("This week in numbers", rows, ""))


#: rows in view of a user
Rows = Callable[[Any], QuerySet[Any]]


@prepared
def _numbers(
    user: Any, this: datetime, last: datetime, weeks: tuple[tuple[Rows, str], ...], counts: tuple[Rows, ...]
) -> QuerySet[Any]:
    """Part, and its two numbers: this week and last of the first parts, all and none of the others."""
    parts = [
        _part(rows(user).filter(**{f"{when}__gte": last}), Q(**{f"{when}__gte": this}), Q(**{f"{when}__lt": this}), n)
        for n, (rows, when) in enumerate(weeks)
    ]  # fmt: skip
    parts += [_part(_keys(rows(user)), None, None, n) for n, rows in enumerate(counts, len(weeks))]
    return parts[0].union(*parts[1:], all=True)


def _part(found: QuerySet[Any], one: Q | None, other: Q | None, number: int) -> QuerySet[Any]:
    of = found.order_by().annotate(part_=Value(number)).values("part_")
    second = Count("pk", filter=other) if other else Value(0)
    return of.annotate(one=Count("pk", filter=one), other=second).values_list("part_", "one", "other")  # type: ignore[no-any-return]


def _keys(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that are counted once each: a list that groups or joins is asked for its keys first."""
    if rows.query.group_by is None and not rows.query.distinct:
        return rows
    return rows.model._default_manager.filter(pk__in=rows.order_by().values("pk"))  # type: ignore[no-any-return]


def _considered(user: Any) -> QuerySet[Any]:
    return Consideration.objects.filter(finding__in=Finding.objects.visible_to(user))


def _amended(user: Any) -> QuerySet[Any]:
    schools = School.objects.visible_to(user).values("pk")
    return Amendment.objects.filter(pupils_in_view(user, "register__pupil"), arrival__school__in=schools)


def _files(user: Any) -> QuerySet[Any]:
    return RegisterImport.objects.all()


#: what this room counts of a week, as ``providers.week`` has it
WEEK: Final[tuple[tuple[str, str, Rows, str], ...]] = (
    ("finding", "opened", Finding.objects.visible_to, "found_at"),
    ("finding", "considered", _considered, "decision__at"),
    ("register file", "taken", _files, "taken_at"),
    ("mark", "changed", _amended, "arrival__at"),
)


def _blocks(lines: list[Counted], numbers: list[int]) -> list[Block]:
    """A card for each heading; what is nought is left out."""
    waiting, found = iter(numbers), dict[Heading, list[Row]]()
    for line in lines:
        number = line.rows if isinstance(line.rows, int) else next(waiting)
        rows = found.setdefault(line.under, [])
        if number:
            late = ("Late", "red") if line.late else ("", "")
            rows.append(Row(line.text, line.href, plural(number, line.noun), *late))
    return [
        Block(head.title, rows, head.empty, head.href, order=head.order if rows else 58)
        for head, rows in found.items()
    ]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def quiet_schools(screen: Screen, user: Any, today: date) -> None:
    """Schools whose registers have not come for longer than they should."""
    screen.blocks.append(_quiet(_schools(user, academic_year(today))))


def schools(screen: Screen, user: Any, today: date) -> None:
    """Those whose registers are late, and those without a link officer; one question for both."""
    found = _linked_schools(user, today, academic_year(today))
    screen.blocks.append(_quiet(found))
    alone = [one for one in found if one.closed_on is None and not one.linked]
    rows = [Row(one.name, reverse("school", args=[one.pk])) for one in alone[:SHOWN]]
    screen.blocks.append(Block("Schools without a link officer", rows, "Every school has a link officer."))


@prepared
def _schools(user: Any, year: int) -> QuerySet[School]:
    """The schools in view with how their registers of this year stand."""
    now = FilteredRelation("years", condition=Q(years__year=year))
    return (
        School.objects.visible_to(user).annotate(now=now)
        .annotate(quality=F("now__quality"), last_mark_on=F("now__last_mark_on"))
        .only("name", "key", "closed_on", "expects_file_every_days")
    )  # fmt: skip


@prepared
def _linked_schools(user: Any, today: date, year: int) -> QuerySet[School]:
    """The same, and whether somebody is link officer."""
    linked = Exists(LinkOfficer.objects.filter(LinkOfficer.on(today), school=OuterRef("pk")))
    return _schools.queryset(user, year).annotate(linked=linked)  # type: ignore[no-any-return]


def _quiet(found: Any) -> Block:
    quiet = [one for one in found if (one.quality or {}).get("quiet_days", 0) > one.expects_file_every_days]
    quiet.sort(key=lambda one: -one.quality["quiet_days"])
    rows = [
        Row(one.name, reverse("school_attendance", args=[one.pk]),
            f"{plural(one.quality['quiet_days'], 'school day')} without marks, last on {short_date(one.last_mark_on)}")
        for one in quiet[:SHOWN]
    ]  # fmt: skip
    return Block(
        "Schools whose registers are late", rows, "Every school's registers are up to date.", reverse("city"),
        f"{len(quiet)} in all" if len(quiet) > SHOWN else "", "urgent" if rows else "",
    )  # fmt: skip
