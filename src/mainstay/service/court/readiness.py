"""Is it court-ready? What there must be for a notice, a single justice case, a summons; is it there; who owes it.

A line is missing where a blocker of a step says so (``steps.PROSECUTION``, ``blockers.evidence``, the check of a notice):
nothing is called ready that a step would refuse. What has no line of its own stands as one in the words of its step.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mainstay.law import charge
from mainstay.service.common.ui.filters import plural
from mainstay.service.court import blockers, charging, expected, steps
from mainstay.service.court.models import Bundle, BundleItem, Prosecution
from mainstay.service.orders.models import Consideration
from mainstay.service.penalties import checks, code, facts
from mainstay.service.penalties import steps as of_notices
from mainstay.service.penalties.models import Notice, NoticeRequest

SCHOOL, OFFICER, SENIOR, LEGAL, MANAGER = OWNERS = (
    "school", "officer", "senior officer", "legal co-ordinator", "manager",
)  # fmt: skip
DONE, MISSING, NOT_NEEDED = "done", "missing", "not_needed"
#: state -> words and colour
STATES: Final[Mapping[str, tuple[str, str]]] = {
    DONE: ("Done", "green"), MISSING: ("Missing", "red"), NOT_NEEDED: ("Not needed", "grey"),
}  # fmt: skip
NOTICE, SINGLE_JUSTICE, SUMMONS = "notice", "single_justice", "summons"
TITLES: Final[Mapping[str, str]] = {
    NOTICE: "Penalty notice", SINGLE_JUSTICE: "Single justice case", SUMMONS: "Requisition or summons",
}  # fmt: skip
FOR: Final[Mapping[str, str]] = {
    NOTICE: "a penalty notice", SINGLE_JUSTICE: "a single justice case", SUMMONS: "a requisition or summons",
}  # fmt: skip
#: way -> the routes that serve it
ROUTES: Final[Mapping[str, tuple[str, ...]]] = {SINGLE_JUSTICE: ("sjp",), SUMMONS: ("requisition", "summons")}
#: lines that only those may read who test, review and decide; others see that they are missing, not why
PRIVILEGED: Final = frozenset({"defences", "test", "reviewed"})
#: the steps to the charge, and those that issue it, by way
ROAD: Final = ("consider_order", "test", "authorise", "evidence_ready")
STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    SINGLE_JUSTICE: ("issue_single_justice",), SUMMONS: ("issue_requisition", "apply_summons"),
}  # fmt: skip
#: blockers with lines of their own; what the law says against a route has one too
_OWN: Final = frozenset({
    steps.born, steps.in_time, steps.order_considered, steps.defences_answered, steps.test_written, steps.register_stands,
    blockers.evidence_missing,
})  # fmt: skip
State = Prosecution.State
#: name of an address, and the key of what it is about
Page = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that must be there. words: what is missing, or what there is; page: where it is done."""

    key: str
    text: str
    owner: str
    state: str
    words: str = ""
    page: Page | None = None

    @property
    def said(self) -> tuple[str, str]:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Way:
    """One way, with every line it asks for."""

    key: str
    lines: Sequence[Line]

    @property
    def title(self) -> str:
        return TITLES[self.key]

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if line.state == MISSING]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is read of a prosecution's evidence. plea_address: where a defendant sends the reply."""

    bundle: Bundle | None
    items: Sequence[BundleItem]
    papers: Sequence[expected.Expected]
    home: bool
    plea_address: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What a case's row tells where no prosecution is proposed. order: outcome of the latest consideration, or ""."""

    born: bool
    parent: bool
    order: str
    case: int
    pupil: int


def first_way(one: Prosecution | None) -> str:
    """The lightest way that its offence allows, for a line that has room for one."""
    return SUMMONS if one is not None and one.offence == Prosecution.Offence.KNOWING else SINGLE_JUSTICE


# of a prosecution: everything is asked


def of_prosecution(one: Any, evidence: Evidence, today: date) -> list[Way]:
    """The two ways to court, each with what its step would refuse for today. one: as for ``at_a_glance``."""
    common = [*_before(one), _line_of(one, "register", "Register shows the absences as picked", OFFICER, steps.register_stands, "prosecution_pick", relies=True)]  # fmt: skip
    common += [_home(one, evidence.home), *_evidence(one, evidence), _complete(one)]
    return [
        Way(way, [*common, *_others(one, way), *_law(one, way, common, evidence, today)]) for way in ROUTES
    ]


def _others(one: Any, way: str) -> Iterable[Line]:
    """Blockers of the steps on the way that have no line of their own."""
    asked = dict.fromkeys(each for name in (*ROAD, *STEPS[way]) for each in steps.PROSECUTION[name].blockers)
    for blocker in asked:
        if blocker not in _OWN and not blocker.__qualname__.startswith(steps.charge_allowed.__qualname__):
            yield _line_of(one, f"step:{blocker.__name__}", "Nothing else stands in the way", LEGAL, blocker)


def _before(one: Any) -> list[Line]:
    """What the row and its defences and tests tell."""
    born = _line_of(one, "born", "Child’s date of birth", OFFICER, steps.born)
    order = _line_of(one, "order", "Supervision order considered, and signed", SENIOR, steps.order_considered)
    if one.offence == Prosecution.Offence.DIRECTION:
        order = Line("order", order.text, SENIOR, NOT_NEEDED, "A breach of directions needs none.")
    elif one.consideration is None and one.considered == Consideration.Outcome.APPLY_INSTEAD:
        words = "An education supervision order is sought instead of a prosecution: stop the prosecution."
        order = Line("order", order.text, OFFICER, MISSING, words, ("prosecution", one.pk))
    elif one.consideration is None and one.considered:
        order = Line(
            "order",
            order.text,
            OFFICER,
            MISSING,
            "It is signed: take “Go on to the full code test”.",
            ("prosecution", one.pk),
        )
    elif one.consideration is None:
        order = Line("order", order.text, SENIOR, MISSING, order.words, ("order_consider", one.case_id))
    return [
        born,
        _line_of(one, "time", "In time", LEGAL, steps.in_time),
        order,
        _line_of(one, "defences", "Each defence asked about and answered", OFFICER, steps.defences_answered, "prosecution_defences"),
        _line_of(one, "test", "Full code test written", OFFICER, steps.test_written),
        _reviewed(one),
        _authorised(one),
    ]  # fmt: skip


def _line_of(
    one: Prosecution,
    key: str,
    text: str,
    owner: str,
    blocker: Callable[[Any], str | None],
    page: str = "prosecution",
    *,
    relies: bool = False,
) -> Line:
    """relies: only where the offence rests on single sessions."""
    if relies and not charging.relies_on_sessions(one.offence):
        return Line(key, text, owner, NOT_NEEDED, "The offence does not rest on single sessions.")
    words = blocker(one)
    return Line(key, text, owner, MISSING if words else DONE, words or "", (page, one.pk) if words else None)


def _reviewed(one: Prosecution) -> Line:
    test = charging.tested(charging.facts_of(one).code_test)
    words = {"open": "Legal reviews the officer’s test.", "failed": "The full code test is not met."}
    state = DONE if test == "passed" else MISSING
    return Line("reviewed", "Full code test reviewed", LEGAL, state, words.get(test, ""), _page(one, state))


def _authorised(one: Prosecution) -> Line:
    state = DONE if one.authorisation_id or one.state in (State.EVIDENCE, State.READY) else MISSING
    words = "" if state == DONE else "It is authorised once the test is reviewed."
    return Line("authorised", "Authorised", MANAGER, state, words, _page(one, state))


def _complete(one: Prosecution) -> Line:
    state = DONE if one.state == State.READY else MISSING
    words = "" if state == DONE else "Legal says so once everything above is there."
    return Line("complete", "Evidence said to be complete", LEGAL, state, words, _page(one, state))


def _page(one: Prosecution, state: str) -> Page | None:
    return ("prosecution", one.pk) if state == MISSING else None


def _home(one: Prosecution, there: bool) -> Line:
    words = "" if there else "No full address with postcode that you may use: the papers can only be handed over where one is known."  # fmt: skip
    page = None if there else ("pupil_people", one.case.pupil_id)
    return Line("home", "Address of the defendant", OFFICER, DONE if there else MISSING, words, page)


_OWED: Final = {expected.SCHOOL: SCHOOL, expected.OFFICER: OFFICER, expected.LEGAL: LEGAL}


def _evidence(one: Any, found: Evidence) -> list[Line]:
    """Whatever is registered in ``blockers.evidence``; the bundle paper by paper."""
    lines = []
    for blocker in blockers.evidence:
        if blocker is expected.bundle_missing:
            lines += _bundle(one, found)
        elif blocker is expected.certificate_missing:
            lines.append(_line_of(one, "certificate", CERTIFICATE, SCHOOL, blocker, relies=True))
        elif blocker is expected.statement_missing:
            lines.append(_line_of(one, "statement", STATEMENT, SCHOOL if one.school_writes else OFFICER, blocker))  # fmt: skip
        else:
            lines.append(_line_of(one, f"evidence:{blocker.__name__}", "Evidence", LEGAL, blocker))
    return lines


CERTIFICATE: Final = "Head teacher’s certificate of attendance, signed"
STATEMENT: Final = "A witness statement, signed"
BUNDLE: Final = "Bundle of evidence"


def _bundle(one: Prosecution, found: Evidence) -> list[Line]:
    bundle, words = found.bundle, expected.said_of(found.bundle, list(found.papers), found.items)
    if bundle is not None and bundle.state == Bundle.State.ISSUED:
        return [Line("bundle", BUNDLE, LEGAL, DONE, "Issued.")]
    page = ("bundle", bundle.pk) if bundle else ("bundle_begin", one.pk)
    papers = [_paper(each, page) for each in found.papers if each.key not in expected.AFTER_CHARGE]
    said = bool(words) and (bundle is None or not any(line.state == MISSING for line in papers))
    if expected.certificate_missing in blockers.evidence:  # one that is not signed has its own line
        papers = [
            line
            for line in papers
            if (line.key, line.owner, line.state) != ("paper:certificate", SCHOOL, MISSING)
        ]
    first = Line("bundle", BUNDLE, LEGAL, MISSING if said else DONE, words or "" if said else "Begun.", page)
    return [first, *papers]


def _paper(each: expected.Expected, page: Page) -> Line:
    key, text = f"paper:{each.key}", f"In the bundle: {each.title[:1].lower()}{each.title[1:]}"
    if each.state == expected.ASIDE:
        return Line(key, text, LEGAL, NOT_NEEDED, f"Left out: {each.words}")
    if each.state == expected.IN:
        return Line(key, text, _OWED[each.owner], DONE)
    owner = LEGAL if each.state == expected.READY else _OWED[each.owner]
    return Line(key, text, owner, MISSING, each.words, page)


#: a block of the law that an own line speaks of
_SPOKEN: Final = {"eso_not_considered": "order", "full_code_test": "reviewed", "out_of_time": "time"}


def _law(
    one: Prosecution, way: str, common: Iterable[Line], evidence: Evidence, today: date
) -> Iterable[Line]:
    """What the law says against that way, but for what an own line says already."""
    text = "The law allows it by this way"
    if steps.born(one):
        yield Line("law", text, LEGAL, MISSING, "It can be asked once the date of birth is known.")
    else:
        gone = {line.key for line in common if line.state == MISSING}
        found: dict[str, charge.Block] = {}
        for route in ROUTES[way]:
            blocks = charging.ask(one, today, route).blocks
            found |= {each.code: each for each in blocks if _SPOKEN.get(each.code) not in gone}
        words = " ".join(each.text for each in found.values())
        yield Line("law", text, LEGAL, MISSING if words else DONE, words)
    if way == SINGLE_JUSTICE:
        yield (
            Line("reply", "Where the defendant sends the reply", LEGAL, DONE)
            if evidence.plea_address
            else Line("reply", "Where the defendant sends the reply", LEGAL, MISSING, "Set it in the court values.", ("court_values", 0))
        )  # fmt: skip


# of a prosecution: as far as its own row, its defences and tests and five looks at what is there tell


def at_a_glance(one: Any) -> Way:
    """What is known to be missing; where nothing is, its page asks the register, the papers and the law.

    one: with ``considered`` (what became of the latest consideration of its case) and ``certificate``, ``statement``, ``school_writes``, ``bundle_there``,
    as ``queries.readiness`` reads them.
    """
    lines = _before(one)
    owes = SCHOOL if one.school_writes else OFFICER
    if charging.relies_on_sessions(one.offence):
        lines.append(_seen("certificate", CERTIFICATE, SCHOOL, one.certificate))
    lines.append(_seen("statement", STATEMENT, owes, one.statement))
    lines.append(_seen("bundle", BUNDLE, LEGAL, one.bundle_there))
    return Way(first_way(one), [*lines, _complete(one)])


def _seen(key: str, text: str, owner: str, there: bool) -> Line:
    return Line(key, text, owner, DONE if there else MISSING)


# of a case before a prosecution is proposed

_FOLLOWS: Final = "Follows once a prosecution is proposed."
_LATER: Final = (
    ("defences", "Each defence asked about and answered", OFFICER),
    ("test", "Full code test written", OFFICER),
    ("reviewed", "Full code test reviewed", LEGAL),
    ("authorised", "Authorised", MANAGER),
    ("certificate", CERTIFICATE, SCHOOL),
    ("statement", STATEMENT, OFFICER),
    ("bundle", BUNDLE, LEGAL),
    ("complete", "Evidence said to be complete", LEGAL),
)


def of_case(known: Known) -> list[Way]:
    """From the day it opens: the same lines, for absence from school."""
    instead = known.order == Consideration.Outcome.APPLY_INSTEAD
    order = "An order is sought instead of a prosecution." if instead else "A senior officer considers one first, and signs it."  # fmt: skip
    considered = bool(known.order) and not instead
    lines = [
        _known("born", "Child’s date of birth", OFFICER, known.born, "Enter it first.", ("pupil", known.pupil)),
        _known("parent", "A parent of the child recorded", OFFICER, known.parent, "Nobody is recorded.", ("pupil_people", known.pupil)),
        _known("order", "Supervision order considered, and signed", SENIOR, considered, order, ("order_consider", known.case)),
        _known("proposed", "Prosecution proposed", OFFICER, False, "Nobody has proposed one.", ("prosecution_propose", known.case)),
        *(Line(key, text, owner, MISSING, _FOLLOWS) for key, text, owner in _LATER),
    ]  # fmt: skip
    return [Way(way, lines) for way in ROUTES]


def _known(key: str, text: str, owner: str, there: bool, words: str, page: Page) -> Line:
    return Line(key, text, owner, DONE) if there else Line(key, text, owner, MISSING, words, page)


# of a notice


@dataclass(frozen=True, slots=True)
class OfNotice:
    """A child's request and notices. found: of each notice that is not issued yet, in the same order."""

    request: NoticeRequest | None = None
    found: Sequence[facts.Facts] = ()
    issued: Notice | None = None


_OF_CHECK: Final[Mapping[str, str]] = {"before": MANAGER}


def of_notice(said: OfNotice, pupil: int) -> Way:
    """The request, then each notice asked of it: its check, the proposal, the approval."""
    if said.found:
        many = len(said.found) > 1
        return Way(NOTICE, [line for each in said.found for line in _notice(each, many)])
    if said.request is not None:
        return Way(NOTICE, _request(said.request))
    if said.issued is not None:
        words = f"{said.issued.number}: {said.issued.get_state_display().lower()}."
        return Way(NOTICE, [Line("issued", "Notice issued", OFFICER, NOT_NEEDED, words, ("notice", said.issued.pk))])  # fmt: skip
    words = "Nobody has asked for a notice."
    return Way(NOTICE, [Line("request", "A request for a notice, with its evidence", SCHOOL, MISSING, words, ("notice_request_new", pupil))])  # fmt: skip


def _request(request: NoticeRequest) -> list[Line]:
    page = ("notice_request", request.pk)
    asked = request.state == NoticeRequest.State.ASKED
    words = "" if asked else " ".join(of_notices.REQUEST["ask"].missing(request)) or "Send it."
    owner = SCHOOL if request.from_school else OFFICER
    return [
        Line("request", "A request for a notice, with its evidence", owner, DONE if asked else MISSING, words, page),
        Line("parents", "A parent chosen, and the check answered", OFFICER, MISSING, "No parent is chosen yet.", page),
        Line("approved", "Notice approved", SENIOR, MISSING, "Follows the check."),
    ]  # fmt: skip


def _notice(found: facts.Facts, many: bool) -> list[Line]:
    notice = found.notice
    whom, page = f"{notice.parent.name}: " if many else "", ("notice_request", notice.request_id)
    lines = [
        Line(
            f"{notice.pk}:{each.name}:{n}", f"{whom}{each.label}", _OF_CHECK.get(each.name, OFFICER),
            DONE if each.state == "done" else MISSING, "" if each.state == "done" else each.words,
            None if each.state == "done" else page,
        )
        for n, each in enumerate(checks.lines(found))
    ]  # fmt: skip
    proposed = notice.state != Notice.State.DRAFT
    approved = notice.state == Notice.State.APPROVED
    return [
        *lines,
        Line(f"{notice.pk}:proposed", f"{whom}Proposed", OFFICER, DONE if proposed else MISSING, "" if proposed else "Propose it once the check is done.", page),
        Line(f"{notice.pk}:approved", f"{whom}Approved", SENIOR, DONE if approved else MISSING, "" if approved else "Approve it once it is proposed.", ("notice", notice.pk)),
    ]  # fmt: skip


def request_gaps(request: NoticeRequest, of_code: code.Code) -> list[str]:
    """What a school has still to do about its own request."""
    return of_notices.REQUEST["ask"].missing(request) or ["Send it."]


# in words


def counts(lines: Iterable[Line], yours: Callable[[str], bool]) -> list[tuple[str, int]]:
    """Who owes how many of the missing, in a fixed order, whoever asks as "you" last."""
    owed: dict[str, int] = {}
    for line in lines:
        if line.state == MISSING:
            owner = "you" if yours(line.owner) else line.owner
            owed[owner] = owed.get(owner, 0) + 1
    return [(owner, owed[owner]) for owner in (*OWNERS, "you") if owner in owed]


def summary(way: Way, yours: Callable[[str], bool]) -> str:
    """ "3 things missing for a single justice case: 2 school, 1 you." """
    missing = way.missing
    if not missing:
        return f"nothing is known to be missing for {FOR[way.key]}; what the register, the papers and the law say stands on its page"  # fmt: skip
    owed = ", ".join(f"{n} {owner}" for owner, n in counts(missing, yours))
    return f"{plural(len(missing), 'thing')} missing for {FOR[way.key]}: {owed}"
