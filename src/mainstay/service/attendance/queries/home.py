"""The first page after signing in: what needs this person today, by role."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.models import Finding, RegisterImport
from mainstay.service.attendance.providers import first_page, own_work
from mainstay.service.attendance.queries import findings as shown
from mainstay.service.attendance.queries import own
from mainstay.service.attendance.queries.imports import visible
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row, Screen
from mainstay.service.attendance.queries.team import numbers, overdue, quiet_schools, schools, waiting
from mainstay.service.common.prepared import prepared, totals
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.directory.models import MergeCandidate, School
from mainstay.service.record import queries as record
from mainstay.service.record.models import Deadline

Part = Callable[[Screen, Any, date], None]


def for_user(user: Any, today: date) -> Screen:
    """The first screen of whatever this person may do; the parts are the same, their order is the role's.

    Whoever leads a team sees the team's work here and their own in ``of_leader``.
    """
    screen = Screen()
    for permission, parts in PARTS:
        if user.may(permission):
            _fill(screen, parts, user, today)
            break
    else:
        screen.blocks.append(_places(user))
    _add(screen, first_page.ask(user, today))
    if not user.may("see_team"):
        _own(screen, user, today)
    return screen


def of_leader(user: Any, today: date) -> Screen:
    """The own work of somebody whose first page is the team's."""
    screen = Screen()
    _fill(screen, (deadlines, alerts, merges_waiting, imports_waiting), user, today)
    _own(screen, user, today)
    return screen


def _own(screen: Screen, user: Any, today: date) -> None:
    _add(screen, [*own_work.ask(user, today), own.blocks(user, today)])


def _fill(screen: Screen, parts: Iterable[Part], user: Any, today: date) -> None:
    for part in parts:
        part(screen, user, today)


def _add(screen: Screen, given: Iterable[Iterable[Block]]) -> None:
    """Blocks of other rooms, each in its place."""
    screen.blocks += (block for blocks in given for block in blocks)
    screen.blocks.sort(key=lambda block: block.order)


def _places(user: Any) -> Block:
    """For roles without work of their own in this room: what they may open."""
    places = (
        ("Schools", "schools", "see_schools", "Details, contacts and calendars"),
        (
            "School calendars",
            "calendars_set",
            "edit_calendar",
            "Set terms and closures of many schools at once",
        ),
        ("Import schools", "schools_import", "edit_schools", "From the national register of schools, as CSV"),
        ("Pupils", "pupils", "see_pupils", "Find a child"),
        ("Accounts", "users", "see_users", "Who has an account, and what each may do"),
        ("Invitations", "invitations", "see_users", "Who was invited and has not joined yet"),
        ("Keys for programs", "tokens", "manage_tokens", "Who may ask the rules from a program"),
        ("Audit trail", "audit", "see_audit", "Everything that was changed, by whom"),
        ("Records opened", "reads", "see_audit", "Who read which child's record"),
        ("Your account", "profile", None, "Name, password and a second step at sign-in"),
    )
    rows = [
        Row(text, reverse(name), note) for text, name, permission, note in places
        if permission is None or user.may(permission)
    ]  # fmt: skip
    return Block("Where you can go", rows, "")


def _finding_rows(found: list[Any]) -> list[Row]:
    return [
        Row(f"{shown.shown_name(f)}, {f.school.name}", reverse("finding", args=[f.pk]), f.strength,
            f.get_kind_display(), shown.COLOURS[Finding.Kind(f.kind)])
        for f in found
    ]  # fmt: skip


@prepared
def _strongest(user: Any, kinds: tuple[Finding.Kind, ...], mine: bool) -> QuerySet[Finding]:
    """The strongest open findings of these kinds, in view or among one's own."""
    found = _open(user, mine).filter(kind__in=kinds).select_related("pupil", "school")
    return found.order_by("-weight", "since", "pk")[:SHOWN]


@prepared
def _by_kind(user: Any, mine: bool) -> QuerySet[Any]:
    return _open(user, mine).values_list("kind").annotate(n=Count("pk")).order_by()


def _open(user: Any, mine: bool) -> QuerySet[Finding]:
    found = Finding.objects.visible_to(user).open()
    return found.filter(shown.mine(user)) if mine else found


def officer_findings(screen: Screen, user: Any, today: date) -> None:
    """Findings to consider in my schools, strongest first, and how many of each kind."""
    counts = dict(_by_kind(user, True))
    base = reverse("findings") + "?scope=mine"
    for kind in (Finding.Kind.THRESHOLD, Finding.Kind.SEVERE, Finding.Kind.TEN_DAYS, Finding.Kind.SICKNESS):
        screen.tiles.append(
            {"value": counts.get(kind, 0), "label": kind.label.lower(), "href": f"{base}&kind={kind}",
             "note": "in my schools"}
        )  # fmt: skip
    total = sum(counts.values())
    screen.blocks.append(
        Block("Findings to consider in my schools", _finding_rows(_strongest(user, shown.FIRST_KINDS, True)),
              "Nothing waits for a consideration in your schools.", base, f"All {total:,} findings of my schools")
    )  # fmt: skip
    screen.actions.append({"text": "Open my worklist", "href": base})


def alerts(screen: Screen, user: Any, today: date) -> None:
    """Findings and considerations whose marks changed."""
    rows = [
        Row(
            f"{shown.shown_name(f)}: {f.get_kind_display().lower()}", reverse("finding", args=[f.pk]), f.alert
        )
        for f in _alerted(user)
    ]
    screen.blocks.append(
        Block("Marks changed behind a finding", rows, "No mark that one of your findings relied on has changed.",
              reverse("findings") + "?scope=alerts&state=all", "", "urgent" if rows else "")
    )  # fmt: skip


@prepared
def _alerted(user: Any) -> QuerySet[Finding]:
    found = Finding.objects.visible_to(user).filter(shown.concerning(user)).filter(alerted_at__isnull=False)
    return found.select_related("pupil", "school").order_by("-alerted_at")[:SHOWN]


@prepared
def _next(user: Any) -> QuerySet[Deadline]:
    mine = Deadline.objects.visible_to(user).open().filter(owner=user)
    return mine.select_related("pupil").order_by("last_day", "pk")[: SHOWN + 1]


def deadlines(screen: Screen, user: Any, today: date) -> None:
    """My deadlines, overdue ones and the next due first, and where all of them are."""
    found = _next(user)
    rows = [
        Row(
            ", ".join(filter(None, (record.child(d), d.label))),
            reverse("deadline", args=[d.pk]),
            f"last day {short_date(d.last_day)}",
            *record.left(d, today),
        )
        for d in found[:SHOWN]
    ]
    late = bool(found) and found[0].last_day < today
    screen.blocks.append(
        Block("My deadlines", rows, "No deadline is running for you.", reverse("deadlines"),
              "All my deadlines" if len(found) > SHOWN else "", "urgent" if late else "")
    )  # fmt: skip


@prepared
def _waiting_files(user: Any) -> QuerySet[RegisterImport]:
    waiting = (RegisterImport.State.PREVIEW, RegisterImport.State.FAILED)
    return visible(user).filter(state__in=waiting)[:SHOWN]


@prepared
def _last_files(user: Any) -> QuerySet[RegisterImport]:
    return visible(user)[:3]


@prepared
def _twice(user: Any) -> QuerySet[Any]:
    waiting = MergeCandidate.objects.visible_to(user).filter(state=MergeCandidate.State.OPEN)
    return totals(waiting, Count("pk"))


def imports_waiting(screen: Screen, user: Any, today: date) -> None:
    """Files that wait for somebody to look at them."""
    rows = [
        Row(
            i.filename,
            reverse("import", args=[i.pk]),
            i.stopped_because or "ready to look at",
            i.get_state_display(),
            "yellow",
        )
        for i in _waiting_files(user)
    ]
    screen.blocks.append(Block("Imports waiting", rows, "No file waits for you.", reverse("imports")))
    screen.actions.append(
        {"text": "Import register files", "href": reverse("import_new"), "secondary": bool(screen.actions)}
    )


def merges_waiting(screen: Screen, user: Any, today: date) -> None:
    if user.may("merge_pupils"):
        waiting = sum(number for (number,) in _twice(user))
        rows = [Row(plural(waiting, "record") + " to decide", reverse("merges"))] if waiting else []
        screen.blocks.append(Block("Same child twice?", rows, "No two records are waiting to be compared."))


def school_pupils(screen: Screen, user: Any, today: date) -> None:
    """For a school: our pupils who need a decision, and our last upload."""
    counts = dict(_by_kind(user, False))
    base = reverse("findings")
    for kind in (Finding.Kind.THRESHOLD, Finding.Kind.SEVERE, Finding.Kind.TEN_DAYS, Finding.Kind.UNRESOLVED):
        screen.tiles.append(
            {"value": counts.get(kind, 0), "label": kind.label.lower(), "href": f"{base}?kind={kind}"}
        )
    screen.blocks.append(
        Block("Our pupils who need a decision", _finding_rows(_strongest(user, shown.FIRST_KINDS, False)),
              "None of your pupils waits for a decision.", base, "All findings of our pupils")
    )  # fmt: skip


def last_upload(screen: Screen, user: Any, today: date) -> None:
    rows = [
        Row(i.filename, reverse("import", args=[i.pk]),
            f"sent {short_date(timezone.localdate(i.sent_at))}, {plural((i.report or {}).get('rows_refused', 0), 'row')} refused",
            i.get_state_display(), "green" if i.state == "taken" else "yellow")
        for i in _last_files(user)
    ]  # fmt: skip
    screen.blocks.append(
        Block("Our last register files", rows, "No register file has been sent yet.", reverse("imports"))
    )
    screen.actions.append({"text": "Send register files", "href": reverse("import_new")})


@prepared
def _schools(user: Any) -> QuerySet[School]:
    return School.objects.visible_to(user)[:SHOWN]


def our_schools(screen: Screen, user: Any, today: date) -> None:
    rows = [Row(s.name, reverse("school_attendance", args=[s.pk])) for s in _schools(user)]
    screen.blocks.append(Block("Our schools", rows, "No school is linked to your account; ask the service."))


def all_findings(screen: Screen, user: Any, today: date) -> None:
    """For roles that read findings without considering them."""
    if not user.may("see_findings"):
        return
    kinds = (Finding.Kind.THRESHOLD, Finding.Kind.SEVERE)
    screen.blocks.append(
        Block(
            "Strongest findings",
            _finding_rows(_strongest(user, kinds, False)),
            "No findings.",
            reverse("findings"),
        )
    )


#: the first permission a person holds decides; officers' parts before readers', schools by their own
PARTS: Final[tuple[tuple[str, tuple[Part, ...]], ...]] = (
    ("see_team", (waiting, overdue, numbers, schools)),
    ("consider_finding", (officer_findings, deadlines, alerts, quiet_schools, imports_waiting)),
    ("see_service_entries", (all_findings, deadlines, merges_waiting)),
    ("see_findings", (school_pupils, last_upload, our_schools)),
    ("import_registers", (imports_waiting, schools)),
)  # fmt: skip
