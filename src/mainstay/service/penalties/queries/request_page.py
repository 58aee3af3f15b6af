"""A request as its page shows it: what it rests on, its evidence, where it stands, and what a school is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse

from mainstay.law.rules import CURRENT
from mainstay.service.attendance.queries.findings import shown_answer
from mainstay.service.common.steps import Step
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.penalties import evidence, facts
from mainstay.service.penalties.code import Code
from mainstay.service.penalties.models import NoticeRequest, RequestEvidence
from mainstay.service.penalties.queries.relied import Relied
from mainstay.service.penalties.steps import REQUEST

State, Route = NoticeRequest.State, NoticeRequest.Route
COLOURS: Final[Mapping[str, str]] = {
    State.DRAFT: "grey", State.ASKED: "blue", State.RETURNED: "yellow", State.REFUSED: "grey", State.DONE: "green",
    State.TAKEN_BACK: "grey",
}  # fmt: skip
#: only whoever asks takes these steps
OWN: Final = ("ask", "take_back")
#: what each route means, for whoever has to choose one
MEANING: Final[Mapping[str, str]] = {
    Route.THRESHOLD: f"{CURRENT.whole('threshold_sessions')} unauthorised sessions or more within "
    f"{CURRENT.whole('threshold_weeks')} school weeks. Whether a notice is right is considered, case by case: it never "
    "follows by itself.",
    Route.LEAVE: "A holiday or other leave the school did not grant. Support is then usually not what is missing.",
    Route.IMPROVEMENT: "The last chance was given in writing, and the target was exceeded. The threshold need not be met anew.",
    Route.BELOW: "Fewer sessions than the threshold, where a notice is right all the same: say why, for example several "
    "short holidays.",
    Route.EXCLUDED: "During the first school days of an exclusion the child was in a public place in school hours. Needs "
    "the notice under section 104 that named the days to the parents.",
}


def answer(request: NoticeRequest, user: Any) -> dict[str, Any] | None:
    """The threshold's Answer as it stood when it was asked for; before that, as it stands."""
    found = request.answer or (request.finding.answer if request.finding else None)
    return shown_answer(found, request.pupil_id, user) if found else None


def basis(request: NoticeRequest, user: Any) -> list[dict[str, Any]]:
    """What it rests on, as rows of a summary."""
    rows: list[dict[str, Any]] = [{"key": "Rests on", "value": request.get_route_display()}]
    if request.finding is not None:
        href = reverse("finding", args=[request.finding_id])
        rows.append(
            {"key": "Finding", "value": request.finding.strength, "action": {"text": "Open", "href": href}}
        )
    rows += _of_leave(request) if request.leave else []
    rows += _of_improvement(request) if request.improvement else []
    rows.append({"key": "School", "value": request.school.name})
    asker = request.made_by.name if user.sees_all_schools or request.from_school else "The service"
    rows.append(
        {"key": "Asked for by", "value": f"{asker}, {short_date(request.asked_at or request.made_at)}"}
    )
    return rows


def _of_leave(request: NoticeRequest) -> list[dict[str, Any]]:
    leave = request.leave
    assert leave is not None
    asked = f"{short_date(leave.first_day)} to {short_date(leave.last_day)}, asked for on {short_date(leave.asked_on)}"
    warned = (
        f"{short_date(leave.warned_on)}: {leave.warning}" if leave.warned_on else "No warning is recorded"
    )
    return [
        {"key": "Leave asked for", "value": asked},
        {"key": "Decision", "value": ". ".join(filter(None, (leave.get_state_display(), leave.decision)))},
        {"key": "Warning that a notice may follow", "value": warned},
    ]


def _of_improvement(request: NoticeRequest) -> list[dict[str, Any]]:
    given = request.improvement
    assert given is not None
    ends = f" to {short_date(given.ends_on)}" if given.ends_on else ""
    period = f"{short_date(given.starts_on)}{ends}, {plural(given.target, 'unauthorised session')} tolerated"
    return [{"key": "Notice to improve", "value": f"{period}. {given.get_state_display()}"}]


def exclusion(request: NoticeRequest) -> list[dict[str, Any]]:
    """What is known of an exclusion, as rows of a summary."""
    said = ", ".join(f"{short_date(s['date'])} at {s['time']}: {s['place']}" for s in request.seen)
    return [
        {"key": "Notice under section 104", "value": short_date(request.excluded_notice_on)},
        {"key": "Excluded from", "value": short_date(request.excluded_from)},
        {"key": "School days", "value": request.excluded_school_days},
        {"key": "Days that count", "value": days_that_count(request) or None},
        {"key": "Seen", "value": said or None},
    ]


def days_that_count(request: NoticeRequest) -> str:
    """The days of an exclusion on which the child may not be in a public place, where they are known."""
    return ", ".join(map(short_date, facts.excluded_days_of(request) or ()))


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A line of the code's list, or a free paper, with what was sent for it."""

    what: str
    listed: bool
    papers: list[RequestEvidence]


def evidence_lines(request: NoticeRequest, user: Any, of_code: Code) -> list[EvidenceLine]:
    papers: dict[str, list[RequestEvidence]] = {}
    found = RequestEvidence.objects.for_readers(user).filter(request=request).select_related("by", "file")
    for paper in found.order_by("pk"):
        papers.setdefault(paper.what, []).append(paper)
    listed = evidence.asked(of_code)
    lines = [EvidenceLine(what, True, papers.get(what, [])) for what in listed]
    return lines + [EvidenceLine(what, False, held) for what, held in papers.items() if what not in listed]


def steps(request: NoticeRequest, user: Any) -> list[Step]:
    """The steps this person may take now, blocked ones included."""
    own = request.from_school == user.is_school_user
    return [step for step in REQUEST.open_to(user, request.state) if own or step.name not in OWN]


def progress(request: NoticeRequest) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    if request.state in (State.DRAFT, State.RETURNED):
        states = ("now", "next", "next")
    elif request.state == State.ASKED:
        states = ("done", "now", "next")
    else:
        states = ("done", "done", "done")
    writer = "School writes" if request.from_school else "Officer writes"
    notes = (
        "sent back" if request.state == State.RETURNED else _noted(request.asked_at),
        "",
        f"{request.get_state_display().lower()} {_noted(request.closed_at)}" if request.closed_at else "",
    )
    texts = (writer, "Service checks", "Decision")
    return [
        {"text": text, "state": state, "note": note}
        for text, state, note in zip(texts, states, notes, strict=True)
    ]


def _noted(at: Any) -> str:
    return short_date(at) if at else ""


#: how a notice stands, in the words a school is told
TOLD: Final[Mapping[str, str]] = {
    "issued": "to be paid", "paid": "paid", "unpaid": "not paid", "prosecuting": "not paid",
    "withdrawn": "withdrawn",
}  # fmt: skip


def outcome(request: NoticeRequest, user: Any) -> list[str]:
    """What became of it, as a school is told: how many parents had a notice, and whether each is paid."""
    issued = request.notices.visible_to(user).issued().order_by("issued_on", "pk")
    told = [f"Notice of {short_date(n.issued_on)}: {TOLD[n.state]}." for n in issued]
    if told:
        parents = plural(len(told), "parent")
        return [f"A penalty notice was issued to {parents}.", *told]
    if request.state == State.DONE:
        return ["The service decided not to issue a penalty notice. Your link officer can tell you why."]
    return []


def of_school(request: NoticeRequest, found: Relied, today: date) -> list[str]:
    """What a school can see to before a notice can be issued; what the service weighs is not told."""
    words = []
    unresolved = sum(row.code == "N" for row in found.picked)
    if unresolved:
        count = plural(unresolved, "session")
        words.append(f"Establish the reason of {count} marked N, or say why it cannot be established.")
    if found.gone:
        count = plural(found.gone, "session")
        words.append(f"The register shows another mark by now for {count}: choose again.")
    if request.pupil.date_of_birth is None:
        words.append("Send the child's date of birth with your next register file: it is not known here.")
    outside = sum("Not of compulsory school age" in (text for text, _ in row.notes) for row in found.picked)
    if outside:
        words.append(
            f"Take out {plural(outside, 'session')} outside compulsory school age: no notice can rest on them."
        )
    return words
