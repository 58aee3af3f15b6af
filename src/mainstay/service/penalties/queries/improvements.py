"""Notices to improve: the list and its file, and one as its page shows it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from mainstay.law import clock
from mainstay.registers.grid import academic_year
from mainstay.service.attendance import models as attendance
from mainstay.service.attendance.queries.findings import link_schools, shown_answer, weeks_of
from mainstay.service.common.steps import Step, StepRefused
from mainstay.service.common.ui.filters import long_date, plural, short_date
from mainstay.service.directory.models import Dated, Parenthood
from mainstay.service.documents.homes import homes
from mainstay.service.documents.states import state as served
from mainstay.service.penalties import code
from mainstay.service.penalties.actions.improvement_giving import ends_on
from mainstay.service.penalties.improvement_registers import Watched
from mainstay.service.penalties.letters_before import improvement_reference
from mainstay.service.penalties.models import Improvement
from mainstay.service.penalties.queries.leave import child
from mainstay.service.penalties.steps import IMPROVEMENT

State = Improvement.State
COLOURS: Final[Mapping[str, str]] = {
    State.DRAFT: "grey", State.RUNNING: "blue", State.BREACHED: "red", State.ENDED: "yellow", State.MET: "green",
    State.FOLLOWED: "purple", State.CLOSED: "grey",
}  # fmt: skip
OPEN: Final = (State.DRAFT, *Improvement.UNDECIDED)
SHOWN_WITH: Final = ("pupil", "school", "made_by")
HEADER: Final = (
    "Child", "UPN", "School", "Begins", "Ends", "School weeks", "Sessions tolerated", "Target exceeded on", "State", "Officer",
    "Reference",
)  # fmt: skip
DECISIONS: Final = ("met", "go_on", "follow", "close")


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Improvement]:
    """Those this person may see that fit the filters; the open ones where no state is asked for."""
    found = Improvement.objects.visible_to(user)
    if wanted["state"] != "all":
        found = found.filter(state__in=[wanted["state"]] if wanted["state"] else OPEN)
    if wanted["scope"] == "mine":
        found = found.filter(made_by=user)
    elif wanted["scope"] == "schools":
        found = found.filter(Q(school__in=link_schools(user)))
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    return found


def rows(found: Iterable[Improvement]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("improvement", args=[one.pk]),
            "child": child(one.pupil),
            "label": child(one.pupil),
            "school": one.school.name,
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
            "target": one.target,
            "breached_on": one.breached_on,
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "officer": one.made_by.name,
        }
        for one in found
    ]


def for_export(found: Iterable[Improvement]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials and without UPN."""
    for one in found:
        yield (
            child(one.pupil), "" if one.pupil.restricted else one.pupil.upn, one.school.name, one.starts_on, one.ends_on,
            one.school_weeks, one.target, one.breached_on, one.get_state_display(), one.made_by.name,
            improvement_reference(one),
        )  # fmt: skip


def progress(one: Improvement) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    if one.state == State.DRAFT:
        states = ("now", "next", "next")
    elif one.state == State.RUNNING:
        states = ("done", "now", "next")
    elif one.state in Improvement.UNDECIDED:
        states = ("done", "done", "now")
    else:
        states = ("done", "done", "done")
    given = short_date(one.issued_at) if one.issued_at else ""
    notes = (given, f"until {short_date(one.ends_on)}" if one.ends_on else "", "")
    texts = ("Written and given", "Time to improve", "Decision")
    return [
        {"text": text, "state": state, "note": note}
        for text, state, note in zip(texts, states, notes, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class End:
    """The last day as it would be given today, or why it cannot be counted."""

    day: date | None
    problem: str


def end(one: Improvement, today: date) -> End:
    try:
        return End(ends_on(one, today, code.in_force(today)), "")
    except StepRefused as refusal:
        return End(None, str(refusal))


def summary(one: Improvement, last: date | None) -> list[dict[str, Any]]:
    """What it says."""
    period = f"{long_date(one.starts_on)}, {plural(one.school_weeks, 'school week')}"
    tolerated = plural(one.target, "unauthorised session")
    if one.tolerated > one.target:
        tolerated += f"; an officer let it go on up to {one.tolerated}"
    return [
        {"key": "Begins", "value": period},
        {"key": "Last day", "value": long_date(last) if last else "Cannot be counted yet"},
        {"key": "Tolerated", "value": tolerated},
        {"key": "What is enough", "value": one.sufficient},
        {"key": "Record of attendance", "value": one.attendance,
         "period": f"{short_date(one.record_from)} to {short_date(one.record_to)}"},
        {"key": "Support so far", "value": one.support_so_far},
        {"key": "Support refused", "value": one.support_refused or "None"},
        {"key": "Support on offer", "value": one.support_offered or "None"},
        {"key": "A notice may come earlier if", "value": one.early_grounds},
        {"key": "Rests on", "value": plural(len(one.sessions), "unauthorised session")},
    ]  # fmt: skip


def parents(one: Improvement, user: Any, today: date) -> list[dict[str, Any]]:
    """The child's parents one by one, those chosen with their letter; in a fixed number of queries."""
    ties = {
        tie.parent_id: tie
        for tie in Parenthood.objects.filter(Dated.on(today), pupil=one.pupil_id).select_related("parent")
    }
    letters = {x.parent_id: x for x in one.letters.select_related("parent", "document", "service__run")}
    if one.state != State.DRAFT:
        ties = {pk: tie for pk, tie in ties.items() if pk in letters}
    where = homes(list({*ties, *letters}), one.pupil, today, user)
    return [
        _parent(pk, ties.get(pk), letters.get(pk), where.get(pk), one.state == State.DRAFT)
        for pk in dict.fromkeys([*ties, *letters])
    ]


def _parent(pk: int, tie: Any, letter: Any, home: Any, draft: bool) -> dict[str, Any]:
    parent = tie.parent if tie else letter.parent
    warnings = []
    if tie is None:
        warnings.append("No longer recorded as a parent of this child.")
    elif not tie.contact_allowed:
        warnings.append("Contact with this parent is not allowed.")
    if draft and parent.safe_contact:
        warnings.append(f"Writing safely: {parent.safe_contact}")
    if draft and (home is None or not home.usable):
        warnings.append("No full address with postcode is known that you may use.")
    lives = {True: "Yes", False: "No", None: ""}
    rows = [
        {"key": "Why a parent in law", "value": tie.get_basis_display() if tie else ""},
        {"key": "Lives with the child", "value": lives[tie.lives_with] if tie else ""},
    ]
    return {
        "pk": pk,
        "name": parent.name,
        "href": reverse("parent", args=[pk]),
        "rows": rows if draft else [],
        "warnings": warnings,
        "why": letter.why if letter else "",
        "chosen": letter is not None,
        "document": letter.document if letter else None,
        "service": letter.service if letter else None,
        "served": served(letter.service) if letter and letter.service else "",
    }


@dataclass(frozen=True, slots=True)
class Register:
    """The weeks of the time to improve on the register, and the law's Answer with the sessions held against it."""

    grids: list[dict[str, Any]]
    answer: dict[str, Any] | None
    counted: int


def register(one: Improvement, now: Watched | None, user: Any) -> Register:
    if now is None or one.ends_on is None:
        return Register([], None, 0)
    counted = {(session.date, session.half) for session in now.counted}
    years = range(academic_year(one.starts_on), academic_year(one.ends_on + timedelta(days=6)) + 1)
    span = clock.monday(one.starts_on), clock.monday(one.ends_on)
    held = attendance.Register.objects.visible_to(user).filter(
        pupil=one.pupil_id, school=one.school_id, year__in=years
    )
    grids = weeks_of(held.with_marks(), counted, span)
    sessions = [{"date": s.date.isoformat(), "half": s.half, "code": s.code} for s in now.counted]
    answer = shown_answer({**now.answer.as_dict(), "sessions": sessions}, one.pupil_id, user)
    return Register(grids, answer, len(sessions))


def open_steps(one: Improvement, user: Any) -> tuple[list[Step], list[tuple[str, str]]]:
    """What this person may decide now, and what stands in the way of the rest: (the step, in words)."""
    steps = [step for step in IMPROVEMENT.open_to(user, one.state) if step.name in DECISIONS]
    stopped = [(step.label.lower(), words) for step in steps for words in step.missing(one)]
    return [step for step in steps if not step.missing(one)], stopped
