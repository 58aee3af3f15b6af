"""The first page after signing in: what needs this person today, by role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Consideration, Finding, RegisterImport, SchoolYear
from mainstay.service.attendance.queries import findings as shown
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.directory.models import LinkOfficer, MergeCandidate, School, pupils_in_view
from mainstay.service.record.models import Deadline

SHOWN: Final = 6


@dataclass(slots=True)
class Row:
    text: str
    href: str = ""
    note: str = ""
    tag: str = ""
    colour: str = ""


@dataclass(slots=True)
class Block:
    """One card of the page."""

    title: str
    rows: list[Row]
    empty: str
    href: str = ""
    more: str = ""
    kind: str = ""


@dataclass(slots=True)
class Screen:
    tiles: list[dict[str, Any]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)


def for_user(user: Any, today: date) -> Screen:
    """The first screen of whatever this person may do; the parts are the same, their order is the role's."""
    screen = Screen()
    for permission, parts in PARTS:
        if user.may(permission):
            for part in parts:
                part(screen, user, today)
            break
    else:
        screen.blocks.append(_places(user))
    return screen


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


def _finding_rows(found: Any) -> list[Row]:
    return [
        Row(f"{shown.shown_name(f)}, {f.school.name}", reverse("finding", args=[f.pk]), f.strength,
            f.get_kind_display(), shown.COLOURS[Finding.Kind(f.kind)])
        for f in found.select_related("pupil", "school")[:SHOWN]
    ]  # fmt: skip


def officer_findings(screen: Screen, user: Any, today: date) -> None:
    """Findings to consider in my schools, strongest first, and how many of each kind."""
    mine = Finding.objects.visible_to(user).open().filter(shown.mine(user))
    counts = dict(mine.values_list("kind").annotate(n=Count("pk")).order_by())
    base = reverse("findings") + "?scope=mine"
    for kind in (Finding.Kind.THRESHOLD, Finding.Kind.SEVERE, Finding.Kind.TEN_DAYS, Finding.Kind.SICKNESS):
        screen.tiles.append(
            {"value": counts.get(kind, 0), "label": kind.label.lower(), "href": f"{base}&kind={kind}",
             "note": "in my schools"}
        )  # fmt: skip
    total = sum(counts.values())
    first = mine.exclude(kind__in=(Finding.Kind.PERSISTENT, Finding.Kind.UNRESOLVED, Finding.Kind.NEAR_MISS))
    screen.blocks.append(
        Block("Findings to consider in my schools", _finding_rows(first.order_by("-weight", "since", "pk")),
              "Nothing waits for a consideration in your schools.", base, f"All {total:,} findings of my schools")
    )  # fmt: skip
    screen.actions.append({"text": "Open my worklist", "href": base})


def alerts(screen: Screen, user: Any, today: date) -> None:
    """Findings and considerations whose marks changed."""
    found = (
        Finding.objects.visible_to(user)
        .filter(shown.mine(user))
        .filter(alerted_at__isnull=False)
        .order_by("-alerted_at")
    )
    rows = [
        Row(
            f"{shown.shown_name(f)}: {f.get_kind_display().lower()}", reverse("finding", args=[f.pk]), f.alert
        )
        for f in found.select_related("pupil", "school")[:SHOWN]
    ]
    screen.blocks.append(
        Block("Marks changed behind a finding", rows, "No mark that one of your findings relied on has changed.",
              reverse("findings") + "?scope=alerts&state=all", "", "urgent" if rows else "")
    )  # fmt: skip


def deadlines(screen: Screen, user: Any, today: date) -> None:
    """My deadlines, due and overdue first."""
    mine = Deadline.objects.filter(owner=user, state=Deadline.State.OPEN)
    found = mine.filter(Q(pupil=None) | pupils_in_view(user)).order_by("last_day")[:SHOWN]
    rows = [
        Row(
            d.label,
            f"/pupils/{d.pupil_id}/" if d.pupil_id else "",
            f"last day {short_date(d.last_day)}",
            *_left(d, today),
        )
        for d in found
    ]
    screen.blocks.append(Block("My deadlines", rows, "No deadline is running for you."))


def _left(deadline: Deadline, today: date) -> tuple[str, str]:
    days = (deadline.last_day - today).days
    if days < 0:
        return plural(-days, "day") + " overdue", "red"
    return (
        (plural(days, "day") + " left", "yellow" if days <= 7 else "grey")
        if days
        else ("Due today", "orange")
    )


def to_review(screen: Screen, user: Any, today: date) -> None:
    """Considerations of mine that said when to look again."""
    found = (
        Consideration.objects.filter(decision__by=user, review_on__lte=today + timedelta(days=14))
        .filter(finding__in=Finding.objects.visible_to(user).filter(considerations__decision__by=user))
        .select_related("finding__pupil", "finding__school")
        .order_by("review_on")[:SHOWN]
    )
    rows = [
        Row(shown.shown_name(c.finding), reverse("finding", args=[c.finding_id]),
            f"{c.get_choice_display()}; look again on {short_date(c.review_on)}")
        for c in found
    ]  # fmt: skip
    screen.blocks.append(Block("To look at again", rows, "Nothing you decided is due for another look."))


def team(screen: Screen, user: Any, today: date) -> None:
    """For a manager: what waits, by officer, and this week beside last week."""
    open_now = Finding.objects.visible_to(user).open()
    waiting = open_now.exclude(
        kind__in=(Finding.Kind.PERSISTENT, Finding.Kind.UNRESOLVED, Finding.Kind.NEAR_MISS)
    )
    by_officer = waiting.values("owner__name").annotate(n=Count("pk")).order_by("-n")
    monday = today - timedelta(days=today.weekday())
    this_week = Consideration.objects.filter(decision__at__date__gte=monday).count()
    last_week = Consideration.objects.filter(
        decision__at__date__gte=monday - timedelta(days=7), decision__at__date__lt=monday
    ).count()
    unowned = Deadline.objects.filter(owner=None, state=Deadline.State.OPEN)
    base = reverse("findings")
    counts = dict(open_now.values_list("kind").annotate(n=Count("pk")).order_by())
    screen.tiles += [
        {"value": f"{counts.get(Finding.Kind.THRESHOLD, 0):,}", "label": "thresholds to consider", "href": f"{base}?kind=threshold"},
        {"value": f"{counts.get(Finding.Kind.SEVERE, 0):,}", "label": "severely absent to consider", "href": f"{base}?kind=severe"},
        {"value": this_week, "label": "considered this week", "note": f"{last_week} last week"},
        {"value": open_now.filter(owner=None).count(), "label": "findings without an officer"},
        {"value": unowned.filter(Q(pupil=None) | pupils_in_view(user)).count(), "label": "deadlines without an officer"},
    ]  # fmt: skip
    rows = [
        Row(o["owner__name"] or "No link officer", note=plural(o["n"], "finding") + " to consider")
        for o in by_officer[:12]
    ]
    screen.blocks.append(Block("Waiting, by officer", rows, "Nothing waits for a consideration.", base))


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


def imports_waiting(screen: Screen, user: Any, today: date) -> None:
    """Files that wait for somebody to look at them."""
    from mainstay.service.attendance.views.imports import visible

    found = visible(user).filter(state__in=(RegisterImport.State.PREVIEW, RegisterImport.State.FAILED))
    rows = [
        Row(
            i.filename,
            reverse("import", args=[i.pk]),
            i.stopped_because or "ready to look at",
            i.get_state_display(),
            "yellow",
        )
        for i in found[:SHOWN]
    ]
    screen.blocks.append(Block("Imports waiting", rows, "No file waits for you.", reverse("imports")))
    screen.actions.append(
        {"text": "Import register files", "href": reverse("import_new"), "secondary": bool(screen.actions)}
    )


def merges_waiting(screen: Screen, user: Any, today: date) -> None:
    if user.may("merge_pupils"):
        waiting = MergeCandidate.objects.visible_to(user).filter(state=MergeCandidate.State.OPEN).count()
        rows = [Row(plural(waiting, "record") + " to decide", reverse("merges"))] if waiting else []
        screen.blocks.append(Block("Same child twice?", rows, "No two records are waiting to be compared."))


def school_pupils(screen: Screen, user: Any, today: date) -> None:
    """For a school: our pupils who need a decision, and our last upload."""
    found = Finding.objects.visible_to(user).open()
    counts = dict(found.values_list("kind").annotate(n=Count("pk")).order_by())
    base = reverse("findings")
    for kind in (Finding.Kind.THRESHOLD, Finding.Kind.SEVERE, Finding.Kind.TEN_DAYS, Finding.Kind.UNRESOLVED):
        screen.tiles.append(
            {"value": counts.get(kind, 0), "label": kind.label.lower(), "href": f"{base}?kind={kind}"}
        )
    first = found.exclude(kind__in=(Finding.Kind.PERSISTENT, Finding.Kind.UNRESOLVED, Finding.Kind.NEAR_MISS))
    screen.blocks.append(
        Block("Our pupils who need a decision", _finding_rows(first.order_by("-weight", "since", "pk")),
              "None of your pupils waits for a decision.", base, "All findings of our pupils")
    )  # fmt: skip


def last_upload(screen: Screen, user: Any, today: date) -> None:
    from mainstay.service.attendance.views.imports import visible

    rows = [
        Row(i.filename, reverse("import", args=[i.pk]),
            f"sent {short_date(timezone.localdate(i.sent_at))}, {plural((i.report or {}).get('rows_refused', 0), 'row')} refused",
            i.get_state_display(), "green" if i.state == "taken" else "yellow")
        for i in visible(user)[:3]
    ]  # fmt: skip
    screen.blocks.append(
        Block("Our last register files", rows, "No register file has been sent yet.", reverse("imports"))
    )
    screen.actions.append({"text": "Send register files", "href": reverse("import_new")})


def our_schools(screen: Screen, user: Any, today: date) -> None:
    found = School.objects.visible_to(user)[:SHOWN]
    rows = [Row(s.name, reverse("school_attendance", args=[s.pk])) for s in found]
    screen.blocks.append(Block("Our schools", rows, "No school is linked to your account; ask the service."))


def all_findings(screen: Screen, user: Any, today: date) -> None:
    """For roles that read findings without considering them."""
    found = (
        Finding.objects.visible_to(user).open().filter(kind__in=(Finding.Kind.THRESHOLD, Finding.Kind.SEVERE))
    )
    screen.blocks.append(
        Block(
            "Strongest findings",
            _finding_rows(found.order_by("-weight", "since", "pk")),
            "No findings.",
            reverse("findings"),
        )
    )


Part = Callable[[Screen, Any, date], None]
#: the first permission a person holds decides; officers' parts before readers', schools by their own
PARTS: Final[tuple[tuple[str, tuple[Part, ...]], ...]] = (
    ("see_team", (team, quiet_schools, unallocated, alerts, deadlines, merges_waiting, imports_waiting)),
    ("consider_finding", (officer_findings, deadlines, alerts, to_review, quiet_schools, imports_waiting)),
    ("see_service_entries", (all_findings, deadlines, merges_waiting)),
    ("see_findings", (school_pupils, last_upload, our_schools)),
    ("import_registers", (imports_waiting, quiet_schools, unallocated)),
)
