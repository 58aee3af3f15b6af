"""The pre-issue check: what has to be so before a notice can be issued, and what stands in its way.

Two kinds of line. Some are worked out from the facts; the others are questions a person answers, with reasons, and
whose latest answer counts. A line is done, missing (somebody can see to it) or refused (the law forbids the notice).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from django.conf import settings

from mainstay.law.clock import in_words
from mainstay.service.common.ui.filters import plural
from mainstay.service.penalties.facts import Facts
from mainstay.service.penalties.models import Enquiry, Improvement, NoticeRequest

State = Literal["done", "missing", "refused"]
Route = NoticeRequest.Route


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the check, as the page shows it."""

    name: str
    label: str
    state: State
    words: str  # what was found, or what is missing
    by: str = ""
    at: datetime | None = None
    question: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question; ``stops`` are the words shown where it stands in the way."""

    value: str
    label: str
    stops: str = ""
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question a person answers with reasons; ``asked`` says of which notices."""

    name: str
    label: str
    hint: str
    choices: tuple[Choice, ...]
    asked: Callable[[Facts], bool]

    def choice(self, value: str) -> Choice | None:
        return next((one for one in self.choices if one.value == value), None)


def _always(_: Facts) -> bool:
    return True


def _attendance(facts: Facts) -> bool:
    return facts.notice.kind == "attendance"


def _support_given(facts: Facts) -> bool:
    check = facts.checks.get("support")
    return _attendance(facts) and check is not None and check.value == "given"


def _has_n(facts: Facts) -> bool:
    return any(one["code"] == "N" for one in facts.relied_on)


def _after_refused_leave(facts: Facts) -> bool:
    return facts.notice.request.route == Route.LEAVE and bool(facts.code["leave_warning"])


QUESTIONS: Final = (
    Question(
        "support", "Support", "Was support appropriate for this family, was it given, and did it help?",
        (
            Choice("given", "Support was appropriate, was given, and was not engaged with or did not work"),
            Choice("not_appropriate", "Support is not appropriate here (for example a holiday in term time)"),
            Choice("not_yet", "Support should come first", "Support should come first: no notice for now."),
        ),
        _attendance,
    ),
    Question(
        "improvement", "Notice to improve", "Where support was appropriate a notice to improve usually comes first.",
        (
            Choice("given", "A notice to improve was given and not kept to"),
            Choice("no_effect", "None: it would have no effect, for the reason below"),
            Choice("not_yet", "Should be given first", "A notice to improve should be given first."),
        ),
        _support_given,
    ),
    Question(
        "equality", "Equality", "What was considered under the Equality Act: disability, and other protected characteristics.",
        (
            Choice("considered", "Considered: it does not speak against a notice"),
            Choice("against", "It speaks against a notice", "The Equality Act duties speak against a notice."),
        ),
        _always,
    ),
    Question(
        "send", "Special educational needs and health", "Needs met or unmet, health, an EHC plan, a social worker.",
        (
            Choice("considered", "Considered: it does not speak against a notice"),
            Choice("against", "It speaks against a notice", "The child's needs or health speak against a notice."),
        ),
        _always,
    ),
    Question(
        "best_tool", "The right tool", "Is a notice the best tool for this family, and in the public interest, "
        "given that the council takes on the prosecution if it is not paid?",
        (
            Choice("yes", "Yes"),
            Choice("no", "No", "A notice was found not to be the right tool here."),
        ),
        _always,
    ),
    Question(
        "proceedings", "Other proceedings", "Are proceedings for the same facts contemplated or begun, here or elsewhere?",
        (
            Choice("none", "None"),
            Choice("some", "There are", "No notice may be issued while proceedings are contemplated or begun.", refuses=True),
        ),
        _always,
    ),
    Question(
        "crossing", "Other authorities", "Did this child or parent live, or go to school, elsewhere since the national framework "
        "began? Then that authority is asked about earlier notices.",
        (
            Choice("not_needed", "No: nobody else can have issued a notice"),
            Choice("asked", "Yes: the authority is asked for each parent"),
        ),
        _attendance,
    ),
    Question(
        "warning", "Warning", "When leave was refused, were the parents warned that a penalty notice may follow?",
        (
            Choice("given", "Yes, in writing"),
            Choice("not_given", "No", "The code asks for a warning when leave is refused."),
        ),
        _after_refused_leave,
    ),
    Question(
        "unresolved", "Reasons not established", "Some sessions relied on are marked N. Has the school established the reason?",
        (
            Choice("seen", "Asked, and still not established: they stay"),
            Choice("open", "Still being established", "The reason for sessions marked N is still being established."),
        ),
        _has_n,
    ),
    Question(
        "namesakes", "One person twice", "Another record may be the same parent; then its notices count here.",
        (Choice("different", "They are different people"),),
        lambda facts: bool(facts.namesakes),
    ),
)  # fmt: skip
BY_NAME: Final = {question.name: question for question in QUESTIONS}


def lines(facts: Facts) -> list[Line]:
    """Every line of the check for one notice, in the order of the page."""
    found = [*_computed(facts)]
    found += (_answered(question, facts) for question in QUESTIONS if question.asked(facts))
    return found


def light(of: Sequence[Line]) -> str | int:
    """ "ready", "refused", or how many things are missing."""
    if any(line.state == "refused" for line in of):
        return "refused"
    return sum(line.state == "missing" for line in of) or "ready"


def missing(facts: Facts) -> list[str]:
    """What stands in the way, in words; refusals by law first."""
    stopped = [line for line in lines(facts) if line.state != "done"]
    return [line.words for line in sorted(stopped, key=lambda line: line.state != "refused")]


def _answered(question: Question, facts: Facts) -> Line:
    check = facts.checks.get(question.name)
    choice = question.choice(check.value) if check else None
    if check is None or choice is None:
        return Line(
            question.name,
            question.label,
            "missing",
            f"Not answered yet: {question.label.lower()}.",
            question=True,
        )
    state: State = "refused" if choice.refuses else "missing" if choice.stops else "done"
    words = choice.stops or choice.label
    return Line(question.name, question.label, state, words, check.by_name, check.at, question=True)  # type: ignore[attr-defined]


def _computed(facts: Facts) -> Iterable[Line]:
    yield from _of_law(facts)
    yield _sessions(facts)
    yield from _age(facts)
    yield _parent(facts)
    yield _address(facts)
    yield _before(facts)
    yield from _crossing(facts)
    yield from _improvement(facts)
    yield from _local(facts)
    for words in facts.proceedings:
        yield Line("other", "Other proceedings", "refused", words)


def _of_law(facts: Facts) -> Iterable[Line]:
    answer = facts.answer
    if answer.allowed or facts.notice.issued_on:
        said = {"first": "This would be the first notice.", "second": "This would be the second notice."}
        yield Line(
            "law", "The limit", "done", said.get(answer.position or "", "There is no limit for this kind.")
        )
        return
    awaited = {warning.code for warning in answer.warnings} == {"awaiting_other_authority"}
    for reason in answer.reasons:
        yield Line("law", "The limit", "missing" if awaited else "refused", reason.text)
    if answer.free_again_on:
        words = f"A notice could be issued again from {in_words(answer.free_again_on)}."
        yield Line("law", "The limit", "refused", words)


def _sessions(facts: Facts) -> Line:
    relied, label = facts.relied_on, "Sessions relied on"
    if not relied:
        return Line("sessions", label, "missing", "No session is chosen yet.")
    if facts.used:
        said = ", ".join(sorted({used.by for used in facts.used.values()}))
        if all(used.withdrawn for used in facts.used.values()):
            return Line("sessions", label, "missing", _needs_legal(facts, said))
        return Line(
            "sessions", label, "refused",
            f"{plural(len(facts.used), 'session')} relied on by {said} against this parent already.",
        )  # fmt: skip
    if facts.changed:
        number = plural(len(facts.changed), "session")
        return Line(
            "sessions",
            label,
            "missing",
            f"The register shows another mark by now for {number}: choose again.",
        )
    late = [one["date"] for one in relied if date.fromisoformat(one["date"]) > facts.on]
    if late:
        return Line("sessions", label, "refused", "A session relied on lies in the future.")
    if facts.notice.kind == "excluded":
        return _in_excluded_days(facts, relied)
    return Line("sessions", label, "done", plural(len(relied), "session") + " as the register has them.")


def _needs_legal(facts: Facts, said: str) -> str:
    return (
        f"{plural(len(facts.used), 'session')} relied on by {said}, which was withdrawn. Nothing is issued again on the "
        "same facts unless the legal co-ordinator signs it off on that notice."
    )


def _in_excluded_days(facts: Facts, relied: Sequence[dict[str, str]]) -> Line:
    label = "Days of the exclusion"
    if facts.notice.request.excluded_notice_on is None:
        words = (
            "There is no offence unless a notice under section 104 naming the days was given to the parent."
        )
        return Line("sessions", label, "refused", words)
    if facts.excluded_days is None:
        return Line(
            "sessions", label, "missing", "Say from when and for how many school days the child was excluded."
        )
    outside = [one["date"] for one in relied if date.fromisoformat(one["date"]) not in facts.excluded_days]
    if outside:
        named = ", ".join(map(in_words, facts.excluded_days))
        return Line("sessions", label, "refused", f"Only these days count: {named}.")
    return Line("sessions", label, "done", "Within the first school days of the exclusion.")


def _age(facts: Facts) -> Iterable[Line]:
    span = facts.compulsory
    if span is None:
        yield Line("age", "Compulsory school age", "missing", "The child's date of birth is not known.")
        return
    outside = [one for one in facts.relied_on if not span[0] <= date.fromisoformat(one["date"]) <= span[1]]
    if outside:
        words = (
            f"{plural(len(outside), 'session')} outside compulsory school age "
            f"({in_words(span[0])} to {in_words(span[1])})."
        )
        yield Line("age", "Compulsory school age", "refused", words)
    elif facts.relied_on:
        yield Line("age", "Compulsory school age", "done", "Of compulsory school age on every session.")


def _parent(facts: Facts) -> Line:
    tie, label = facts.tie, "Parent of this child"
    if tie is None:
        return Line("parent", label, "refused", "This person is not recorded as a parent of this child.")
    if not tie.basis_evidence and not tie.source:
        words = "Record how it is known: the evidence for the basis (section 576) on the People page."
        return Line("parent", label, "missing", words)
    return Line("parent", label, "done", f"{tie.get_basis_display()} ({tie.basis_evidence or tie.source}).")


def _address(facts: Facts) -> Line:
    address, label = facts.address, "Address"
    if address is None or not address.lines.strip() or not address.postcode.strip():
        return Line("address", label, "missing", "No full address with postcode is known for this parent.")
    if facts.returned_on:
        words = f"Mail to this address came back on {in_words(facts.returned_on)}: find out where the parent lives."
        return Line("address", label, "missing", words)
    if facts.notice.parent.safe_contact:
        return Line("address", label, "done", "Known. Read how this parent may safely be written to.")
    return Line("address", label, "done", "Known.")


def _before(facts: Facts) -> Line:
    label = "Earlier notices"
    if not facts.code["earlier_complete"] and facts.notice.kind == "attendance":
        words = "Earlier notices not loaded: a manager declares when all of them are in."
        return Line("before", label, "missing", words)
    number = len(facts.answer.counted)
    words = plural(number, "earlier notice counts", "earlier notices count") if number else "None counts."
    return Line("before", label, "done", words)


def _crossing(facts: Facts) -> Iterable[Line]:
    check = facts.checks.get("crossing")
    if check is not None and check.value == "asked" and not facts.enquiries:
        yield Line("enquiry", "Other authorities", "missing", "No enquiry about this parent is recorded yet.")
    waiting = [one for one in facts.enquiries if one.outcome == Enquiry.Outcome.AWAITED]
    if waiting:
        words = (
            f"The answer of {', '.join(one.authority for one in waiting)} is awaited: unknown is not none."
        )
        yield Line("enquiry", "Other authorities", "missing", words)


def _improvement(facts: Facts) -> Iterable[Line]:
    check, improvement = facts.checks.get("improvement"), facts.notice.request.improvement
    if not _support_given(facts) or check is None or check.value != "given":
        return
    over = (Improvement.State.BREACHED, Improvement.State.ENDED, Improvement.State.FOLLOWED)
    if improvement is None:
        yield Line("period", "Notice to improve", "missing", "Link the notice to improve that was given.")
    elif improvement.state not in over:
        words = f"The notice to improve is {improvement.get_state_display().lower()}: decide about it first."
        yield Line("period", "Notice to improve", "missing", words)


def _local(facts: Facts) -> Iterable[Line]:
    if "council" not in facts.code["issuers"]:
        yield Line(
            "code", "Code of conduct", "refused", "Under the code of conduct the council issues no notices."
        )
    if facts.notice.request.route == Route.BELOW and facts.code["below_threshold"] == "refused":
        yield Line(
            "code", "Code of conduct", "refused", "The code of conduct refuses notices below the threshold."
        )
    if facts.prosecuted and facts.code["prior_prosecution"]:
        words = "The code of conduct refuses a notice to a parent prosecuted before for this child."
        yield Line("code", "Code of conduct", "refused", words)
    if not facts.code["ways_to_pay"] and not settings.CONFIG.address:
        words = "Say in the code of conduct how a notice can be paid: the notice has to tell it."
        yield Line("code", "Code of conduct", "missing", words)
    least = facts.code["least_attendance"]
    if least and facts.attendance is not None and 100 * facts.attendance < least:
        yield Line(
            "code",
            "Code of conduct",
            "refused",
            f"The code of conduct issues no notice below {least}% attendance.",
        )
