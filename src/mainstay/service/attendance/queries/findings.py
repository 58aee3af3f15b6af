"""Rows of the worklist, and one finding with its Answer and the register it rests on."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Count, DateTimeField, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils import timezone

from mainstay.law import codes
from mainstay.registers.grid import academic_year, slot_of, year_label
from mainstay.service.attendance import grids
from mainstay.service.attendance.findings import packed
from mainstay.service.attendance.models import Consideration, Finding, Register
from mainstay.service.common.prepared import today
from mainstay.service.common.ui.filters import plural
from mainstay.service.common.ui.register_grid import Marks, Session, build
from mainstay.service.directory.models import LinkOfficer

COLOURS: Final = {
    Finding.Kind.SEVERE: "red",
    Finding.Kind.PERSISTENT: "orange",
    Finding.Kind.THRESHOLD: "purple",
    Finding.Kind.NEAR_MISS: "yellow",
    Finding.Kind.TEN_DAYS: "magenta",
    Finding.Kind.SICKNESS: "blue",
    Finding.Kind.UNRESOLVED: "grey",
}
#: what is decided first; the other kinds may wait, or settle themselves
FIRST_KINDS: Final = (
    Finding.Kind.SEVERE, Finding.Kind.THRESHOLD, Finding.Kind.TEN_DAYS, Finding.Kind.SICKNESS,
)  # fmt: skip
#: in an address: the findings without an owner
NOBODY: Final = "nobody"
HEADER: Final = (
    "Child", "UPN", "Year", "School", "What was found", "How strong", "Since", "Met on", "Found", "Age in days",
    "State", "Last consideration", "Considered on",
)  # fmt: skip


def mine(user: Any) -> Q:
    """The findings this person answers for: an officer's own and link schools', a school's all."""
    if user.is_school_user:
        return Q()
    return Q(owner=user) | Q(school__in=link_schools(user))


def link_schools(user: Any) -> QuerySet[Any]:
    """The ids of the schools somebody is link officer of today."""
    links = LinkOfficer.objects.filter(LinkOfficer.on(today()), officer=user)
    return links.values("school_id")


def concerning(user: Any) -> Q:
    """The findings whose changes this person is told of: a manager's are the whole team's."""
    return Q() if user.may("see_team") else mine(user)


def shows_considerations(user: Any) -> bool:
    """Considerations stay with the service."""
    return bool(user.may("see_service_entries"))


def with_last_choice(findings: QuerySet[Finding], user: Any) -> QuerySet[Finding]:
    """Adds ``last_choice`` and ``last_on``: what was last decided about the same pupil and kind, and when;
    nothing for whoever is not shown it."""
    if not shows_considerations(user):
        return findings.annotate(last_choice=Value(""), last_on=Value(None, DateTimeField()))
    same = Consideration.objects.filter(finding__pupil=OuterRef("pupil"), finding__kind=OuterRef("kind"))
    last = same.order_by("-pk")
    return findings.annotate(
        last_choice=Subquery(last.values("choice")[:1]), last_on=Subquery(last.values("decision__at")[:1])
    )


def shown_name(finding: Finding) -> str:
    """The child's name in a list; a restricted child is shown by initials."""
    return f"{finding.pupil.initials} (restricted)" if finding.pupil.restricted else finding.pupil.name


def rows(findings: Iterable[Any], query: str) -> list[dict[str, Any]]:
    """Rows of the worklist for findings with pupil and school selected."""
    suffix = f"?{query}" if query else ""
    choices = dict(Consideration.Choice.choices)
    return [
        {
            "pk": found.pk,
            "url": reverse("finding", args=[found.pk]) + suffix,
            "name": shown_name(found),
            "label": shown_name(found),
            "year_group": found.pupil.year_group,
            "school_name": found.school.name,
            "kind": found.get_kind_display(),
            "colour": COLOURS[Finding.Kind(found.kind)],
            "strength": found.strength,
            "since": found.since,
            "reached_on": found.reached_on,
            "found_at": found.found_at,
            "age": age(found),
            "state": found.get_state_display(),
            "alert": found.alert,
            "last_choice": choices.get(found.last_choice or "", ""),
            "last_on": found.last_on,
        }
        for found in findings
    ]


def age(finding: Finding) -> int:
    """For how many days it has been known."""
    return (timezone.localdate() - timezone.localdate(finding.found_at)).days


def header(user: Any) -> tuple[str, ...]:
    return HEADER if shows_considerations(user) else HEADER[:-2]


def for_export(findings: Iterable[Any], user: Any) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials and without UPN."""
    width = len(header(user))
    choices = dict(Consideration.Choice.choices)
    for found in findings:
        row = (
            shown_name(found), "" if found.pupil.restricted else found.pupil.upn, found.pupil.year_group,
            found.school.name, found.get_kind_display(), found.strength, found.since, found.reached_on,
            found.found_at, age(found), found.get_state_display(), choices.get(found.last_choice or "", "Never"),
            timezone.localdate(found.last_on) if found.last_on else None,
        )  # fmt: skip
        yield row[:width]


def open_by_kind(user: Any) -> dict[str, int]:
    """Kind -> findings to consider that this person may see."""
    found = Finding.objects.visible_to(user).open().values_list("kind").annotate(n=Count("pk")).order_by()
    return dict(found)


def answer_of(finding: Finding, user: Any) -> dict[str, Any]:
    """The finding's stored Answer for ``ui.answer_card``."""
    return shown_answer(finding.answer, finding.pupil_id, user)


def shown_answer(answer: dict[str, Any], pupil: int, user: Any) -> dict[str, Any]:
    """An Answer about one pupil for ``ui.answer_card``: its sessions with real dates and the codes' meanings.

    A school is shown the sessions of its own register, and how many were elsewhere.
    """
    told, sessions = packed.sessions(answer), []
    seen = told if user.sees_all_schools else _of_own_registers(pupil, told, user)
    for session in seen:
        on = date.fromisoformat(session["date"])
        try:
            meaning = codes.lookup(session["code"], on).meaning
        except ValueError:
            meaning = ""
        sessions.append({**session, "date": on, "meaning": meaning})
    elsewhere = len(told) - len(seen)
    more = f" {plural(elsewhere, 'session')} at another school." if elsewhere else ""
    return {**answer, "sentence": answer.get("sentence", "") + more, "sessions": sessions}


def _of_own_registers(pupil: int, sessions: Sequence[dict[str, Any]], user: Any) -> list[dict[str, Any]]:
    """Those of the sessions that stand on a register this person may see."""
    registers = Register.objects.visible_to(user).filter(pupil=pupil).select_related("grid")
    marks = [(register.year, bytes(register.grid.marks)) for register in registers]
    own = []
    for session in sessions:
        on, byte = date.fromisoformat(session["date"]), ord(codes.byte_of(session["code"]))
        year, slot = academic_year(on), slot_of(on, session["half"])
        if any(year == of and grid[slot] == byte for of, grid in marks):
            own.append(session)
    return own


def considerations_of(finding: Finding, user: Any) -> list[Consideration]:
    """What was decided about the same pupil and kind, newest first."""
    if not shows_considerations(user):
        return []
    found = Consideration.objects.filter(finding__pupil=finding.pupil_id, finding__kind=finding.kind)
    return list(found.select_related("decision__by").order_by("-pk"))


def _window(finding: Finding) -> tuple[date, date] | None:
    window = finding.answer.get("window") or finding.answer.get("best") or {}
    if not window.get("first_week"):
        return None
    return date.fromisoformat(window["first_week"]), date.fromisoformat(window["last_week"])


def grids_of(finding: Finding, user: Any) -> list[dict[str, Any]]:
    """The weeks of the registers the finding rests on: school, year and ``ui.register_grid`` of each."""
    counted = {(date.fromisoformat(s["date"]), s["half"]) for s in packed.sessions(finding.answer)}
    years = {academic_year(on) for on, _ in counted} or {finding.year}
    registers = Register.objects.visible_to(user).filter(pupil=finding.pupil_id, year__in=years)
    return weeks_of(registers.with_marks(), counted, _window(finding))


def weeks_of(
    registers: Iterable[Register], counted: set[Session], span: tuple[date, date] | None
) -> list[dict[str, Any]]:
    """The weeks of registers ``with_marks`` from the first Monday of ``span`` to the last, with sessions counted there."""
    registers = list(registers)
    amended = grids.amended_sessions(registers)
    shown = (_grid(register, span, counted, amended[register.pk]) for register in registers)
    return [one for one in shown if one["grid"].weeks]


def _grid(
    register: Any, span: tuple[date, date] | None, counted: set[Session], amended: set[Session]
) -> dict[str, Any]:
    marks, mask = bytes(register.grid.marks), bytes(register.open_mask or b"")
    if span:
        marks, inside = grids.between(marks, mask or None, register.year, *span)
        mask = inside or b""
    grid = build(
        Marks(
            year=register.year,
            marks=marks,
            open_slots=mask or None,
            as_known_on=register.year_marked_on,
            window=span,
            counted=counted,
            amended=amended,
        )
    )
    return {
        "school": register.school.name,
        "year": register.year,
        "label": year_label(register.year),
        "grid": grid,
    }


def others_of(finding: Finding, user: Any) -> Sequence[Finding]:
    """What else was found about the same child, open ones first."""
    found = Finding.objects.visible_to(user).filter(pupil=finding.pupil_id).exclude(pk=finding.pk)
    return list(found.order_by("-state", "-found_at")[:8])


def timeline_of(considerations: Iterable[Consideration]) -> list[dict[str, Any]]:
    """Considerations for ``ui.timeline``."""
    return [
        {
            "title": one.get_choice_display(),
            "at": one.decision.at,
            "by": f"{one.decision.by.name}, {one.decision.by.post}".rstrip(", "),
            "text": one.decision.reasons,
            "tags": [{"text": "Marks changed since", "colour": "red"}] if one.alert else [],
        }
        for one in considerations
    ]
