"""Ask the law a question: JSON in, an answer with its reasons out.

``ask`` answers ``{"error": {"where", "problem"}}`` for input that isn't understood, ``where`` being a JSON
pointer, and raises nothing. Fields that a question doesn't have are an error, so a misspelt one can't
silently change a decision.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from mainstay.law import (
    absence,
    age,
    charge,
    clock,
    codes,
    deadlines,
    defences,
    deletion,
    employment,
    excluded_days,
    fast_track,
    improvement_notice,
    limitation,
    notice_dates,
    payment,
    penalty_notice,
    performance,
    returns,
    roll_deletion,
    tariff,
    threshold,
)
from mainstay.law.answer import Answer, plain
from mainstay.law.checking import Problem, check, under
from mainstay.law.register import BadMark, Calendar, CalendarTooShort, Register, rolled
from mainstay.law.rules import BadValue, NotInForce, Rules, parameters, version
from mainstay.law.schemas import SCHEMAS as SCHEMAS

Payload = dict[str, Any]
_MONDAY = 0
_AUGUST = 8


def _date(payload: Payload, name: str) -> date | None:
    return date.fromisoformat(payload[name]) if name in payload else None


def _dates(payload: Payload, name: str) -> list[date]:
    return [date.fromisoformat(text) for text in payload.get(name, ())]


def _calendar(payload: Payload, where: str = "") -> Calendar:
    at, given = f"{where}/calendar", payload["calendar"]
    if ("school_days" in given) == ("weeks" in given):
        raise Problem(at, "needs either school_days or weeks")
    if "school_days" in given:
        if "closed" in given:
            raise Problem(f"{at}/closed", "belongs to weeks; leave closed days out of school_days instead")
        return Calendar(frozenset(_dates(given, "school_days")))
    weeks = _dates(given, "weeks")
    for n, monday in enumerate(weeks):
        if monday.weekday() != _MONDAY:
            raise Problem(f"{at}/weeks/{n}", "is not a Monday")
    return Calendar.of_weeks(weeks, _dates(given, "closed"))


def _pair(value: str | list[str], where: str) -> tuple[str, str]:
    if isinstance(value, str) and value in codes.known():
        raise Problem(where, f'is one code: write both halves as a list, such as ["{value}", "/"]')
    return value[0], value[1]


def _register(payload: Payload, where: str = "") -> Register:
    marks = {
        date.fromisoformat(day): _pair(value, f"{where}/marks/{day}")
        for day, value in payload.get("marks", {}).items()
    }
    first, last = _date(payload, "on_roll_from"), _date(payload, "on_roll_to")
    if first and last and last < first:
        raise Problem(f"{where}/on_roll_to", "is before on_roll_from")
    return Register(
        calendar=_calendar(payload, where),
        marks=marks,
        school=payload.get("school", ""),
        on_roll_from=first,
        on_roll_to=last,
        unmarked_present="unmarked" in payload,
    )


def _registers(payload: Payload) -> list[Register]:
    if "registers" not in payload:
        for name in ("calendar", "marks"):
            if name not in payload:
                raise Problem(f"/{name}", "is missing")
        return [_register(payload)]
    for name in ("calendar", "marks", "unmarked"):
        if name in payload:
            raise Problem("/registers", f"can't be given together with {name}")
    return [rolled(_register(one, f"/registers/{n}")) for n, one in enumerate(payload["registers"])]


def _absence(payload: Payload, rules: Rules) -> Answer:
    first, last = _date(payload, "from"), _date(payload, "to")
    if first and last and last < first:
        raise Problem("/to", "is before from")
    return absence.measure(_registers(payload), first, last, rules)


def _age(payload: Payload, rules: Rules) -> Answer:
    starts = {}
    for year, text in payload.get("autumn_term_starts", {}).items():
        where, start = under("/autumn_term_starts", year), date.fromisoformat(text)
        if year != str(start.year) or start.month < _AUGUST:
            raise Problem(where, "is not a year with a day after July of that year")
        starts[start.year] = start
    return age.find(date.fromisoformat(payload["date_of_birth"]), starts, rules)


def _charge(payload: Payload, rules: Rules) -> Answer:
    first, last = date.fromisoformat(payload["from"]), date.fromisoformat(payload["to"])
    order_from, order_to = _date(payload, "eso_in_force_from"), _date(payload, "eso_in_force_to")
    offence = payload["offence"]
    if last < first:
        raise Problem("/to", "is before from")
    if order_from and order_to and order_to < order_from:
        raise Problem("/eso_in_force_to", "is before eso_in_force_from")
    if "regime" in payload and offence != "443":
        raise Problem("/regime", "belongs to 443 only: the law of its school attendance order")
    asked = charge.Proposal(
        offence=offence,
        child_born=date.fromisoformat(payload["child_date_of_birth"]),
        first=first,
        last=last,
        eso_considered=payload["eso_considered"],
        full_code_test=payload["full_code_test"],
        issue_on=_date(payload, "issue_on"),
        route=payload.get("route"),
        regime=payload.get("regime", "EA1996-437"),
        notice=payload.get("penalty_notice", {}).get("state"),
        withdrawn_before=payload.get("withdrawn_notice_same_facts", False),
        defendant_born=_date(payload, "defendant_date_of_birth"),
        under_order=bool(order_from or order_to),
        order_from=order_from,
        order_to=order_to,
        last_charged_to=_date(payload, "last_charged_to"),
        absences=_absences(payload),
        defences_asked=_defences_asked(payload),
    )
    return charge.find(asked, rules)


def _absences(payload: Payload) -> tuple[charge.Absence, ...] | None:
    if "sessions" not in payload:
        return None
    if payload["offence"] not in charge.OF_ATTENDANCE:
        raise Problem("/sessions", f"belongs to {' and '.join(charge.OF_ATTENDANCE)} only")
    found: dict[tuple[str, str], charge.Absence] = {}
    for n, one in enumerate(payload["sessions"]):
        on, code = date.fromisoformat(one["date"]), one.get("code", "")
        if (one["date"], one["half"]) in found:
            raise Problem(f"/sessions/{n}", "is given more than once")
        if code and code != codes.BLANK:
            try:
                codes.lookup(code, on)
            except (codes.UnknownCode, codes.CodeNotInForce) as bad:
                raise Problem(f"/sessions/{n}/code", str(bad)) from bad
        found[one["date"], one["half"]] = charge.Absence(on, one["half"], code)
    return tuple(found.values())


def _defences_asked(payload: Payload) -> frozenset[str] | None:
    if "defences_asked" not in payload:
        return None
    known = {one.code for one in defences.of(payload["offence"])}
    for n, code in enumerate(payload["defences_asked"]):
        if code not in known:
            raise Problem(f"/defences_asked/{n}", "is no defence to this offence")
    return frozenset(payload["defences_asked"])


def _deadline(payload: Payload, rules: Rules) -> Answer:
    calendar = _calendar(payload) if "calendar" in payload else None
    try:
        return deadlines.find(payload["rule"], date.fromisoformat(payload["trigger"]), calendar, rules)
    except clock.BeyondTable as reason:
        raise Problem("/trigger", f"can't be counted from: {reason}") from reason


def _excluded_days(payload: Payload, rules: Rules) -> Answer:
    return excluded_days.find(
        _calendar(payload),
        date.fromisoformat(payload["excluded_on"]),
        payload["before_afternoon_session"],
        payload["school_days_excluded"],
        rules,
    )


def _fast_track(payload: Payload, rules: Rules) -> Answer:
    return fast_track.find(
        date.fromisoformat(payload["meeting_on"]),
        payload["unit"],
        _calendar(payload),
        payload.get("weeks"),
        rules,
        _date(payload, "compulsory_to"),
    )


def _improvement_notice(payload: Payload, rules: Rules) -> Answer:
    return improvement_notice.find(
        _register(payload),
        date.fromisoformat(payload["starts_on"]),
        payload["school_weeks"],
        payload["target_unauthorised"],
        rules,
    )


def _employment(payload: Payload, rules: Rules) -> Answer:
    given = payload.get("school", {})
    school = employment.School(
        frozenset(employment.DAYS.index(day) for day in given.get("days", ())),
        given.get("opens"),
        given.get("closes"),
    )
    shifts = [
        employment.Shift(employment.DAYS.index(one["day"]), one["start"], one["end"])
        for one in payload["shifts"]
    ]
    byelaws = employment.Byelaws(
        payload.get("byelaws_13", False), payload.get("byelaws_before_school", False)
    )
    return employment.find(
        date.fromisoformat(payload["date_of_birth"]), date.fromisoformat(payload["on"]), shifts, school,
        payload.get("work", "light"), byelaws, payload.get("free_weeks"), payload.get("regime", "CYPA-byelaws"), rules,
    )  # fmt: skip


def _performance(payload: Payload, rules: Rules) -> Answer:
    if not payload["days"]:
        raise Problem("/days", "holds fewer than 1")
    days = [performance.Day(**{**one, "on": date.fromisoformat(one["on"])}) for one in payload["days"]]
    facts = performance.Facts(**payload.get("facts", {}))
    return performance.find(
        date.fromisoformat(payload["date_of_birth"]), days, facts, _dates(payload, "earlier"), _date(payload, "applied_on"),
        payload.get("education_by_plan", False), payload.get("circus", False), payload.get("children", 1),
        payload.get("chaperones", 1), rules,
    )  # fmt: skip


def _limitation(payload: Payload, rules: Rules) -> Answer:
    first, last = date.fromisoformat(payload["offence_from"]), date.fromisoformat(payload["offence_to"])
    if last < first:
        raise Problem("/offence_to", "is before offence_from")
    return limitation.find(first, last, _date(payload, "issue_on"), rules)


def _position(payload: Payload) -> tariff.Position | None:
    if payload["kind"] == "attendance" and "position" not in payload:
        raise Problem("/position", "is missing")
    return payload.get("position")


def _notice_dates(payload: Payload, rules: Rules) -> Answer:
    position, method = _position(payload), payload["method"]
    start = notice_dates.STARTS[method]
    for name in ("posted_on", "handed_on"):
        if name in payload and name != start:
            raise Problem(f"/{name}", f"doesn't belong to the method {method}")
    received, started = _date(payload, "received_on"), _date(payload, start)
    if started is None and received is None:
        raise Problem(f"/{start}", "is missing")
    if started and received and received < started:
        raise Problem("/received_on", f"is before {start}")
    try:
        return notice_dates.find(payload["kind"], position, method, started, received, rules)
    except clock.BeyondTable as reason:
        raise Problem(f"/{start}", f"can't be counted from: {reason}") from reason


def _payment(payload: Payload, rules: Rules) -> Answer:
    position, today = _position(payload), date.fromisoformat(payload["today"])
    withdrawn = _date(payload, "withdrawn_on")
    payments = [payment.Payment(date.fromisoformat(one["on"]), one["pounds"]) for one in payload["payments"]]
    for n, one in enumerate(payments):
        if one.on > today:
            raise Problem(f"/payments/{n}/on", "is after today")
    if withdrawn and withdrawn > today:
        raise Problem("/withdrawn_on", "is after today")
    served = date.fromisoformat(payload["served_on"])
    return payment.find(payload["kind"], position, served, today, payments, withdrawn, rules)


def _penalty_notice(payload: Payload, rules: Rules) -> Answer:
    first, last = _date(payload, "offence_from"), _date(payload, "offence_to")
    if first and last and last < first:
        raise Problem("/offence_to", "is before offence_from")
    earlier = [
        penalty_notice.Earlier(
            date.fromisoformat(one["issued_on"]),
            one["kind"],
            one["outcome"],
            one["same_parent"],
            one["same_child"],
        )
        for one in payload["earlier"]
    ]
    return penalty_notice.find(
        payload["kind"],
        date.fromisoformat(payload["proposed_on"]),
        earlier,
        first,
        last,
        payload.get("cross_border_answer"),
        payload.get("school_type"),
        rules,
    )


def _returns(payload: Payload, rules: Rules) -> Answer:
    return returns.find(
        _registers(payload),
        _date(payload, "date_of_birth"),
        payload.get("illness_expected_days", 0),
        payload.get("already_returned", False),
        rules,
    )


def _deletion_return(payload: Payload, rules: Rules) -> Answer:
    return deletion.find(
        payload.get("ground", ""),
        date.fromisoformat(payload["deleted_on"]),
        date.fromisoformat(payload["told_on"]),
        _date(payload, "met_on"),
        payload.get("shown", ()),
        payload.get("most_senior_class_over", False),
        rules,
    )


def _roll_deletion(payload: Payload, rules: Rules) -> Answer:
    ground, leave = payload["ground"], _date(payload, "leave_ended_on")
    if ground == "H" and leave is None:
        raise Problem("/leave_ended_on", "is missing")
    if ground == "I" and leave is not None:
        raise Problem("/leave_ended_on", "belongs to ground H only")
    return roll_deletion.find(ground, _register(payload), date.fromisoformat(payload["on"]), leave, rules)


def _threshold(payload: Payload, rules: Rules) -> Answer:
    return threshold.find(
        _registers(payload),
        _date(payload, "date_of_birth"),
        {(date.fromisoformat(one["date"]), one["half"]) for one in payload.get("already_relied_on", ())},
        _date(payload, "considered_on"),
        rules,
    )


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what it asks, how it is answered, its parameters, and the date it turns on: the first given."""

    asks: str
    answer: Callable[[Payload, Rules], Answer]
    parameters: tuple[str, ...]
    turns_on: tuple[str, ...] = ()

    def date_of(self, payload: Payload) -> str | None:
        """The name of the field whose day says which law is asked."""
        return next((name for name in ("as_of", *self.turns_on) if name in payload), None)


_OF_AGE: Final = (
    "compulsory_age_starts",
    "prescribed_days",
    "compulsory_age_ends",
    "school_leaving_month",
    "autumn_term_starts",
)

QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType(
    {
        "absence": Question(
            "How much was missed, and is it persistent or severe?",
            _absence,
            ("persistent_percent", "severe_percent"),
        ),
        "age": Question("When does compulsory school age start and end?", _age, _OF_AGE),
        "charge": Question(
            "May this charge be brought, on which absences, and what has to be asked first?",
            _charge,
            (
                "limitation_months",
                "limitation_alert_weeks",
                "single_justice_age",
                "fine_444_1_pounds",
                "fine_444_1a_pounds",
                "custody_444_1a_months",
                "fine_443_pounds",
                "fine_443_cwsa2026_pounds",
                "fine_eso_breach_pounds",
                "cwsa2026_from",
                *_OF_AGE,
            ),
            ("issue_on", "from"),
        ),
        "deadline": Question(
            "What is the last day?",
            _deadline,
            tuple(dict.fromkeys(name for rule in deadlines.RULES.values() for name in rule.parameters)),
            ("trigger",),
        ),
        "employment": Question(
            "May a child do this work in such a week?",
            _employment,
            (*employment.PARAMETERS, *_OF_AGE),
            ("on",),
        ),
        "excluded-days": Question(
            "On which days may an excluded child not be in a public place?",
            _excluded_days,
            ("excluded_days",),
            ("excluded_on",),
        ),
        "fast-track": Question(
            "When is a Fast Track framework looked at, and when reviewed?",
            _fast_track,
            ("fast_track_weeks", "fast_track_ends_with_age"),
            ("meeting_on",),
        ),
        "improvement-notice": Question(
            "When does an improvement period end, and was its target exceeded?",
            _improvement_notice,
            ("improvement_weeks_least", "improvement_weeks_most"),
            ("starts_on",),
        ),
        "limitation": Question(
            "Until when can a prosecution be begun?",
            _limitation,
            ("limitation_months", "limitation_alert_weeks"),
            ("issue_on", "offence_from"),
        ),
        "notice-dates": Question(
            "When does a penalty notice count as received, and until when can it be paid?",
            _notice_dates,
            (*tariff.PARAMETERS, "first_class_working_days", "second_class_working_days"),
            ("received_on", "handed_on", "posted_on"),
        ),
        "payment": Question(
            "Is a penalty notice paid, what is due, and what goes back?",
            _payment,
            tariff.PARAMETERS,
            ("served_on",),
        ),
        "penalty-notice": Question(
            "May a penalty notice be issued, as the first or the second, and what does it cost?",
            _penalty_notice,
            (
                "national_framework_from",
                "notices_in_years",
                "notices_years",
                "notices_counted_from",
                *tariff.PARAMETERS,
            ),
            ("proposed_on",),
        ),
        "performance": Question(
            "Does a child need a licence to perform, and are the hours of each day kept?",
            _performance,
            performance.PARAMETERS,
        ),
        "returns": Question(
            "What must the school tell the authority?",
            _returns,
            ("run_days", "sickness_days", "unresolved_n_days", *_OF_AGE),
        ),
        "deletion-return": Question(
            "Does a deletion from the register stand on a ground, and was the authority told in time?",
            _deletion_return,
            (),
            ("deleted_on", "told_on"),
        ),
        "roll-deletion": Question(
            "Does a register show enough for a deletion on ground H or I?",
            _roll_deletion,
            ("deletion_leave_days", "deletion_absence_days"),
            ("on",),
        ),
        "threshold": Question(
            "Is the national threshold met, when, and on which sessions?",
            _threshold,
            (
                "national_framework_from",
                "threshold_sessions",
                "threshold_weeks",
                "new_sessions_after_consideration",
                "near_miss_sessions",
                "near_miss_weeks",
                *_OF_AGE,
            ),
        ),
    }
)

#: the questions there are, in alphabetical order
NAMES: Final = tuple(QUESTIONS)


def ask(name: str, payload: object) -> dict[str, Any]:
    """The answer to that question as JSON values, or ``{"error": {"where", "problem"}}``."""
    try:
        return answer(name, payload).as_dict()
    except Problem as problem:
        return problem.as_dict()


def ask_text(name: str, text: str) -> dict[str, Any]:
    """As ``ask``, for a JSON text."""
    try:
        return ask(name, _load(text))
    except Problem as problem:
        return problem.as_dict()


def answer(name: str, payload: object) -> Answer:
    """The answer to that question; raises Problem."""
    if name not in QUESTIONS:
        raise Problem("", f"there is no such question; ask one of {', '.join(NAMES)}")
    check(payload, SCHEMAS[name])
    assert isinstance(payload, dict)
    question = QUESTIONS[name]
    rules = _rules(payload, question)
    try:
        return question.answer(payload, rules)
    except BadMark as bad:
        where = f"/registers/{bad.register}" if "registers" in payload else ""
        raise Problem(f"{where}/marks/{bad.on.isoformat()}", bad.problem) from bad
    except CalendarTooShort as short:
        raise Problem("/calendar", str(short)) from short
    except fast_track.OverAge as over:
        raise Problem("/compulsory_to", str(over)) from over
    except NotInForce as missing:
        where = f"/{question.date_of(payload) or ''}"
        raise Problem(where, str(missing)) from missing


def _rules(payload: Payload, question: Question) -> Rules:
    turns_on = question.date_of(payload)
    local = payload.get("local", {})
    for name, value in local.items():
        where = under("/local", name)
        if name not in question.parameters:
            raise Problem(where, f"is no parameter of this question; it has {', '.join(question.parameters)}")
        try:
            parameters()[name][-1].check(value)
        except BadValue as bad:
            raise Problem(where, str(bad)) from bad
    return Rules(_date(payload, turns_on) if turns_on else None, local)


def parameters_of(name: str) -> dict[str, Any]:
    """The parameters that a question uses, with values, dates, sources and confidence, as JSON values."""
    names = QUESTIONS[name].parameters
    return {
        "question": name,
        "parameters": [
            {key: plain(getattr(entry, key)) for key in _SHOWN}
            for one in names
            for entry in parameters()[one]
        ],
        "rules_version": version(),
    }


_SHOWN: Final = (
    "name",
    "value",
    "meaning",
    "source",
    "confidence",
    "in_force_from",
    "in_force_to",
    "kind",
)


def _load(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except Problem:
        raise
    except (ValueError, RecursionError) as reason:
        raise Problem("", "is not JSON that can be read") from reason


def _no_constant(name: str) -> object:
    raise Problem("", f"is not JSON: {name} is no number")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise Problem("", f"gives the field {twice[:40]!r} more than once")
    return found
