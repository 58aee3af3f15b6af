"""The pre-issue check of a request as an officer works through it: questions, and the child's parents one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.directory.models import Parent, Parenthood
from mainstay.service.penalties import checks, facts
from mainstay.service.penalties.known import Known
from mainstay.service.penalties.models import Improvement, Notice, NoticeRequest
from mainstay.service.penalties.queries.notices import COLOURS

State = Notice.State
#: states in which the check is asked anew each time
OPEN: Final = (State.DRAFT, State.PROPOSED, State.APPROVED)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, its latest answer and what it says, and whether it is the first without one."""

    question: checks.Question
    line: checks.Line
    text: str
    first: bool


@dataclass(frozen=True, slots=True)
class ParentShown:
    """One parent of the child: who they are, how the check stands for them, their notice if they were chosen.

    lines: what is worked out, without the questions; light: "ready", "refused" or how many things are missing
    """

    pk: int
    name: str
    href: str
    rows: Sequence[dict[str, Any]]
    warnings: Sequence[str]
    namesakes: Sequence[tuple[str, str, str]]  # name, their page, the page that compares the two
    lines: Sequence[checks.Line]
    light: str | int
    answer: Mapping[str, Any] | None
    notice: Notice | None
    dropped: str

    @property
    def chosen(self) -> bool:
        return self.notice is not None

    @property
    def colour(self) -> str:
        return COLOURS[self.notice.state] if self.notice else "grey"


@dataclass(frozen=True, slots=True)
class CheckShown:
    questions: Sequence[Asked]
    parents: Sequence[ParentShown]

    @property
    def unanswered(self) -> int:
        return sum(one.line.state == "missing" for one in self.questions)


def check(request: NoticeRequest, read: Known) -> CheckShown:
    """Every parent of that day, and whoever was chosen before; each as if chosen, in a fixed number of queries."""
    chosen = {notice.parent_id: notice for notice in read.of(request.pk)}
    by_parent = {tie.parent_id: tie for tie in read.people.of_child(request.pupil_id)}
    by_parent |= {pk: tie for pk in chosen if (tie := read.people.ever_tied(pk, request.pupil_id))}
    people = {pk: read.people.rows[pk] for pk in (*by_parent, *chosen)}
    notices = [_as_if(request, parent, chosen.get(pk)) for pk, parent in people.items()]
    found = facts.gather(notices, read.on, read)
    parents = [_parent(one, by_parent.get(one.notice.parent_id), chosen) for one in found]
    return CheckShown(_questions(found), parents)


def _as_if(request: NoticeRequest, parent: Parent, chosen: Notice | None) -> Notice:
    """The notice to that parent; where there is none, or no more, one that is not saved."""
    if chosen is not None and chosen.state != State.REFUSED:
        return chosen
    return Notice(
        request=request, parent=parent, pupil=request.pupil, school=request.school, kind=request.kind
    )


def _questions(found: Sequence[facts.Facts]) -> list[Asked]:
    """The questions of the request: the same for each parent, asked where any parent's facts ask them."""
    asked: list[Asked] = []
    for question in checks.QUESTIONS:
        of = next((one for one in found if question.asked(one)), None)
        if of is not None:
            line = next(line for line in checks.lines(of) if line.question and line.name == question.name)
            given = of.checks.get(question.name)
            first = line.state == "missing" and given is None and not any(one.first for one in asked)
            asked.append(Asked(question, line, given.text if given else "", first))
    return asked


def _parent(one: facts.Facts, tie: Parenthood | None, chosen: Mapping[int, Notice]) -> ParentShown:
    parent, held = one.notice.parent, chosen.get(one.notice.parent_id)
    live = held is not None and held.state != State.REFUSED
    shown = checks.lines(one) if not live or one.notice.state in OPEN else []
    return ParentShown(
        pk=parent.pk,
        name=parent.name,
        href=reverse("parent", args=[parent.pk]),
        rows=_who(one, tie),
        warnings=_warnings(one, tie),
        namesakes=[
            (
                p.name,
                reverse("parent", args=[p.pk]),
                f"{reverse('parents_merge', args=[parent.pk])}?other={p.pk}",
            )
            for p in one.namesakes
        ],
        lines=[line for line in shown if not line.question],
        light=checks.light(shown),
        answer={**one.answer.as_dict(), "sentence": shown[0].words} if shown else None,
        notice=held if live else None,
        dropped=held.sent_back_because if held is not None and not live else "",
    )


def _who(one: facts.Facts, tie: Parenthood | None) -> list[dict[str, Any]]:
    if tie is None:
        return [{"key": "Parent of this child", "value": "No longer recorded as one"}]
    evidence = tie.basis_evidence or tie.source
    said = {True: "Yes", False: "No", None: "Not known"}
    return [
        {"key": "Relationship", "value": tie.relationship or None},
        {"key": "Why they are a parent in law", "value": f"{tie.get_basis_display()} ({evidence or 'no evidence recorded'})"},
        {"key": "Lives with the child", "value": said[tie.lives_with]},
        {"key": "Contact", "value": "Allowed" if tie.contact_allowed else "Not allowed"},
        {
            "key": "Earlier notices",
            "value": _earlier(one),
            "action": {"text": "Ledger", "href": reverse("parent_notices", args=[one.notice.parent_id])},
        },
    ]  # fmt: skip


def _earlier(one: facts.Facts) -> str:
    if not one.earlier:
        return "None known"
    return "; ".join(
        f"{before.said}, {short_date(before.issued_on)}, {before.outcome}" for before in one.earlier
    )


def _warnings(one: facts.Facts, tie: Parenthood | None) -> list[str]:
    parent = one.notice.parent
    found = []
    if tie is not None and not tie.contact_allowed:
        found.append("Contact between this person and the child is not allowed.")
    if parent.safe_contact:
        found.append(f"Writing safely: {parent.safe_contact}")
    return found


def improvements(request: NoticeRequest) -> list[tuple[int, str]]:
    """The child's notices to improve that were given, to say which one came first."""
    given = Improvement.objects.filter(pupil=request.pupil_id).exclude(state=Improvement.State.DRAFT)
    return [
        (one.pk, f"From {short_date(one.starts_on)}, {plural(one.school_weeks, 'school week')}: {one.get_state_display()}")
        for one in given
    ]  # fmt: skip
