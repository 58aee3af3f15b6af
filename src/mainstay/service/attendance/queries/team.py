"""What a manager's first page adds: what waits and what is late by officer, the week in numbers, schools."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Amendment, Consideration, Finding, RegisterImport, SchoolYear
from mainstay.service.attendance.providers import week
from mainstay.service.attendance.queries.findings import FIRST_KINDS, NOBODY
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row, Screen
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.directory.models import LinkOfficer, School, pupils_in_view
from mainstay.service.record.queries import overdue_by_owner

OFFICERS: Final = 12


def waiting(screen: Screen, user: Any, today: date) -> None:
    """What waits for a consideration, in all and by officer."""
    open_now = Finding.objects.visible_to(user).open().order_by().values_list("kind", "owner", "owner__name")
    counts, without, first = Counter[str](), 0, Counter[tuple[int | None, str]]()
    for kind, owner, name, number in open_now.annotate(n=Count("pk")):
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


def this_week(screen: Screen, user: Any, today: date) -> None:
    """This week in numbers, last week's beside."""
    monday = today - timedelta(days=today.weekday())
    starts = [_midnight(monday), _midnight(monday - timedelta(days=7))]
    schools = School.objects.visible_to(user).values("pk")
    findings = Finding.objects.visible_to(user)
    amended = Amendment.objects.filter(pupils_in_view(user, "register__pupil"), arrival__school__in=schools)
    asked = (
        ("finding", "opened", findings, "found_at"),
        ("finding", "considered", Consideration.objects.filter(finding__in=findings), "decision__at"),
        ("register file", "taken", RegisterImport.objects.all(), "taken_at"),
        ("mark", "changed", amended, "arrival__at"),
        *(counted for given in week.ask(user) for counted in given),
    )
    weeks = _weeks([(found, when) for _, _, found, when in asked], starts)
    rows = [
        Row(f"{plural(this, noun)} {done}", note=f"{last:,} last week")
        for (noun, done, _, _), (this, last) in zip(asked, weeks, strict=True)
    ]
    screen.blocks.append(Block("This week in numbers", rows, ""))


def _weeks(asked: Sequence[tuple[QuerySet[Any], str]], starts: list[datetime]) -> list[tuple[int, int]]:
    """How many of each this week and how many last, in one question."""
    this, last = starts
    parts = []
    for number, (found, when) in enumerate(asked):
        of = found.filter(**{f"{when}__gte": last}).order_by().annotate(part=Value(number)).values("part")
        counted = of.annotate(
            this=Count("pk", filter=Q(**{f"{when}__gte": this})),
            last=Count("pk", filter=Q(**{f"{when}__lt": this})),
        )
        parts.append(counted.values_list("part", "this", "last"))
    rows = {part: (now, before) for part, now, before in parts[0].union(*parts[1:], all=True)}
    return [rows.get(number, (0, 0)) for number in range(len(asked))]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def quiet_schools(screen: Screen, user: Any, today: date) -> None:
    """Schools whose registers have not come for longer than they should."""
    years = (
        SchoolYear.objects.filter(year=academic_year(today), school__in=School.objects.visible_to(user))
        .select_related("school")
        .only("school__name", "school__expects_file_every_days", "last_mark_on", "quality")
    )
    quiet = [y for y in years if y.quality.get("quiet_days", 0) > y.school.expects_file_every_days]
    quiet.sort(key=lambda y: -y.quality["quiet_days"])
    rows = [
        Row(y.school.name, reverse("school_attendance", args=[y.school_id]),
            f"{plural(y.quality['quiet_days'], 'school day')} without marks, last on {short_date(y.last_mark_on)}")
        for y in quiet[:SHOWN]
    ]  # fmt: skip
    screen.blocks.append(
        Block("Schools whose registers are late", rows, "Every school's registers are up to date.", reverse("city"),
              f"{len(quiet)} in all" if len(quiet) > SHOWN else "", "urgent" if rows else "")
    )  # fmt: skip


def unallocated(screen: Screen, user: Any, today: date) -> None:
    """Open schools without a link officer."""
    linked = LinkOfficer.objects.filter(LinkOfficer.on(today)).values("school_id")
    found = School.objects.visible_to(user).filter(closed_on=None).exclude(pk__in=linked)
    rows = [Row(s.name, reverse("school", args=[s.pk])) for s in found[:SHOWN]]
    screen.blocks.append(Block("Schools without a link officer", rows, "Every school has a link officer."))
