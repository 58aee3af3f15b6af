"""The JSON Schema of each question's input."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from mainstay.law import charge, employment
from mainstay.law.checking import Schema
from mainstay.law.deadline_rules import RULES as DEADLINES
from mainstay.law.defences import all_defences
from mainstay.law.deletion import grounds
from mainstay.law.notice_dates import STARTS
from mainstay.law.payment import STATES
from mainstay.law.register import HALVES
from mainstay.law.roll_deletion import GROUNDS
from mainstay.law.tariff import KINDS, POSITIONS

DATE: Final[Schema] = {"type": "string", "format": "date"}
YES_NO: Final[Schema] = {"type": "boolean"}
_MOST_DAYS: Final = 5000  # more school days than thirteen years of school have


def _object(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _whole(least: int, most: int, description: str) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most, "description": description}


def _dates(description: str) -> Schema:
    return {"type": "array", "items": DATE, "maxItems": _MOST_DAYS, "description": description}


_WEEKDAY: Final[Schema] = {"enum": list(employment.DAYS)}
_MINUTE: Final = _whole(0, 1440, "Minutes after midnight")
_CODE: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 3}

CALENDAR: Final[Schema] = {
    **_object(
        {
            "school_days": _dates("Every school day"),
            "weeks": _dates("Mondays of school weeks, five days each"),
            "closed": _dates("Days of those weeks without school"),
        }
    ),
    "oneOf": [{"required": ["school_days"]}, {"required": ["weeks"]}],
}

MARKS: Final[Schema] = {
    "type": "object",
    "description": "Day -> morning and afternoon; - is no mark",
    "propertyNames": DATE,
    "maxProperties": _MOST_DAYS,
    "additionalProperties": {
        "description": "two one-character codes (as GG) or a list of two codes (as C2 and /)",
        "anyOf": [
            {"type": "string", "minLength": 2, "maxLength": 2},
            {"type": "array", "items": _CODE, "minItems": 2, "maxItems": 2},
        ],
    },
}

UNMARKED: Final[Schema] = {
    "enum": ["present"],
    "description": "School days without an entry were attended; otherwise they have no mark",
}

_ONE: Final[Mapping[str, Schema]] = {"calendar": CALENDAR, "marks": MARKS, "unmarked": UNMARKED}

_SCHOOL: Final[Schema] = _object(
    {
        "school": {"type": "string", "minLength": 1, "maxLength": 200},
        **_ONE,
        "on_roll_from": DATE,
        "on_roll_to": DATE,
    },
    ("school", "calendar", "marks"),
)

REGISTER: Final[Mapping[str, Schema]] = {
    **_ONE,
    "registers": {
        "type": "array",
        "items": _SCHOOL,
        "minItems": 1,
        "maxItems": 30,
        "description": "One for each school, instead of calendar and marks",
    },
}
_ONE_OF_TWO: Final = {"oneOf": [{"required": ["calendar", "marks"]}, {"required": ["registers"]}]}

ALWAYS: Final[Mapping[str, Schema]] = {
    "as_of": {**DATE, "description": "The law as it stood then"},
    "local": {
        "type": "object",
        "additionalProperties": {},
        "maxProperties": 200,
        "description": "Parameters to replace, by name",
    },
}

_SESSION: Final[Schema] = _object({"date": DATE, "half": {"enum": list(HALVES)}}, ("date", "half"))


_NOTICE: Final[Mapping[str, Schema]] = {
    "kind": {"enum": list(KINDS), "description": "Failure to attend, or an excluded child in a public place"},
    "position": {"enum": list(POSITIONS), "description": "May be left out for kind excluded only"},
}
_POUNDS: Final = _whole(1, 1_000_000, "Whole pounds")

_EARLIER: Final[Schema] = _object(
    {
        "issued_on": DATE,
        "kind": _NOTICE["kind"],
        "outcome": {"enum": ["open", "paid", "unpaid", "convicted", "acquitted", "withdrawn"]},
        "same_parent": YES_NO,
        "same_child": YES_NO,
        "issuer": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    ("issued_on", "kind", "outcome", "same_parent", "same_child"),
)


def _question(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return _object({**properties, **ALWAYS}, required)


def _about_a_register(properties: Mapping[str, Schema]) -> dict[str, Any]:
    return _question({**REGISTER, **properties}) | _ONE_OF_TWO


SCHEMAS: Final[Mapping[str, dict[str, Any]]] = MappingProxyType(
    {
        "absence": _about_a_register({"from": DATE, "to": DATE}),
        "age": _question(
            {
                "date_of_birth": DATE,
                "autumn_term_starts": {
                    "type": "object",
                    "description": "Year -> first day of that autumn term",
                    "propertyNames": {"type": "string", "minLength": 4, "maxLength": 4},
                    "maxProperties": 300,
                    "additionalProperties": DATE,
                },
            },
            ("date_of_birth",),
        ),
        "charge": _question(
            {
                "offence": {"enum": list(charge.OFFENCES)},
                "child_date_of_birth": DATE,
                "from": {**DATE, "description": "First day of the period charged"},
                "to": {**DATE, "description": "Last day of the period charged"},
                "issue_on": {**DATE, "description": "When the charge is issued, or the information laid"},
                "route": {
                    "enum": list(charge.ROUTES),
                    "description": "Single justice procedure, or which other",
                },
                "regime": {
                    "enum": list(charge.REGIMES),
                    "description": "For 443: the law of the order, fixed when its case opened",
                },
                "eso_considered": {**YES_NO, "description": "Was a supervision order considered?"},
                "full_code_test": {"enum": list(charge.CODE_TESTS)},
                "penalty_notice": _object({"state": {"enum": list(STATES)}}, ("state",)),
                "withdrawn_notice_same_facts": YES_NO,
                "defendant_date_of_birth": DATE,
                "eso_in_force_from": {**DATE, "description": "First day of a supervision order"},
                "eso_in_force_to": {**DATE, "description": "Last day of a supervision order"},
                "last_charged_to": {
                    **DATE,
                    "description": "Last day of the charge before, same parent and child",
                },
                "sessions": {
                    "type": "array",
                    "items": _object(
                        {"date": DATE, "half": {"enum": list(HALVES)}, "code": _CODE}, ("date", "half")
                    ),
                    "maxItems": 2 * _MOST_DAYS,
                    "description": "For 444: the absences that the charge would rely on",
                },
                "defences_asked": {
                    "type": "array",
                    "items": {"enum": [one.code for one in all_defences()]},
                    "maxItems": 100,
                    "description": "The defences that were asked about",
                },
            },
            ("offence", "child_date_of_birth", "from", "to", "eso_considered", "full_code_test"),
        ),
        "deadline": _question(
            {"rule": {"enum": list(DEADLINES)}, "trigger": DATE, "calendar": CALENDAR}, ("rule", "trigger")
        ),
        "employment": _question(
            {
                "date_of_birth": DATE,
                "on": {
                    **DATE,
                    "description": "The day on which the child is as old as is asked: the week's Monday",
                },
                "shifts": {
                    "type": "array",
                    "items": _object(
                        {"day": _WEEKDAY, "start": _MINUTE, "end": _MINUTE}, ("day", "start", "end")
                    ),
                    "maxItems": 50,
                    "description": "Work in that week",
                },
                "school": {
                    **_object(
                        {
                            "days": {"type": "array", "items": _WEEKDAY, "maxItems": 7},
                            "opens": _MINUTE,
                            "closes": _MINUTE,
                        }
                    ),
                    "description": "Left out for a week without school",
                },
                "work": {
                    "enum": list(employment.WORKS),
                    "description": "listed: the byelaws list it for the youngest; prohibited: for no child",
                },
                "byelaws_13": {**YES_NO, "description": "Do byelaws allow 13-year-olds any work?"},
                "byelaws_before_school": {**YES_NO, "description": "Do byelaws allow work before school?"},
                "free_weeks": {**YES_NO, "description": "Are the weeks free of work agreed?"},
                "regime": {"enum": list(employment.REGIMES), "description": "Which law"},
            },
            ("date_of_birth", "on", "shifts"),
        ),
        "excluded-days": _question(
            {
                "excluded_on": DATE,
                "before_afternoon_session": YES_NO,
                "school_days_excluded": _whole(1, 1000, "School days of the exclusion"),
                "calendar": CALENDAR,
            },
            ("excluded_on", "before_afternoon_session", "school_days_excluded", "calendar"),
        ),
        "fast-track": _question(
            {
                "meeting_on": DATE,
                "weeks": _whole(2, 104, "Length of the framework; without it, the parameter's"),
                "unit": {"enum": ["calendar", "school"], "description": "What a week is"},
                "calendar": CALENDAR,
                "compulsory_to": {
                    **DATE,
                    "description": "Last day of compulsory school age, as `age` answers it",
                },
            },
            ("meeting_on", "unit", "calendar"),
        ),
        "improvement-notice": _question(
            {
                "starts_on": DATE,
                "school_weeks": _whole(0, 1000, "Length of the period in school weeks"),
                "target_unauthorised": _whole(0, 1000, "Unauthorised sessions that may be tolerated"),
                **_ONE,
            },
            ("starts_on", "school_weeks", "calendar", "target_unauthorised"),
        ),
        "limitation": _question(
            {
                "offence_from": DATE,
                "offence_to": DATE,
                "issue_on": {**DATE, "description": "When the information is laid, or the charge issued"},
            },
            ("offence_from", "offence_to"),
        ),
        "notice-dates": _question(
            {
                **_NOTICE,
                "method": {"enum": list(STARTS), "description": "How it went to the parent"},
                "posted_on": DATE,
                "handed_on": DATE,
                "received_on": {**DATE, "description": "Proof of another day; wins over any presumption"},
            },
            ("kind", "method"),
        ),
        "payment": _question(
            {
                **_NOTICE,
                "served_on": DATE,
                "today": DATE,
                "payments": {
                    "type": "array",
                    "items": _object({"on": DATE, "pounds": _POUNDS}, ("on", "pounds")),
                    "maxItems": 1000,
                },
                "withdrawn_on": DATE,
            },
            ("kind", "served_on", "today", "payments"),
        ),
        "penalty-notice": _question(
            {
                "kind": _NOTICE["kind"],
                "proposed_on": DATE,
                "offence_from": DATE,
                "offence_to": DATE,
                "earlier": {"type": "array", "items": _EARLIER, "maxItems": 1000},
                "cross_border_answer": {
                    "enum": ["none", "received", "awaited"],
                    "description": "What another authority said; left out where none had to be asked",
                },
                "school_type": {
                    "enum": ["maintained", "academy", "pru", "ap_academy", "special", "independent"]
                },
            },
            ("kind", "proposed_on", "earlier"),
        ),
        "performance": _question(
            {
                "date_of_birth": DATE,
                "days": {
                    "type": "array",
                    "items": _object(
                        {
                            "on": DATE,
                            "arrives": _MINUTE,
                            "leaves": _MINUTE,
                            "acting": _whole(0, 1440, "Minutes performing or rehearsing"),
                            "school_day": YES_NO,
                            "education": _whole(0, 1440, "Minutes of education"),
                        },
                        ("on", "arrives", "leaves", "acting"),
                    ),
                    "maxItems": 400,
                    "description": "The days of this performance, at least one",
                },
                "facts": {
                    **_object(
                        dict.fromkeys(("regulated", "payment", "absence", "by_school", "body"), YES_NO)
                    ),
                    "description": "regulated, unless it is said otherwise; body: an approved body of persons",
                },
                "earlier": _dates("Other days on which the child performed, for whichever producer"),
                "applied_on": DATE,
                "education_by_plan": YES_NO,
                "circus": YES_NO,
                "children": _whole(0, 1000, "Children together in one charge"),
                "chaperones": _whole(0, 1000, "Chaperones who have that charge"),
            },
            ("date_of_birth", "days"),
        ),
        "returns": _about_a_register(
            {
                "date_of_birth": DATE,
                "illness_expected_days": _whole(0, 1000, "Further school days expected to be missed"),
                "already_returned": YES_NO,
            }
        ),
        "deletion-return": _question(
            {
                "ground": {"enum": list(grounds()), "description": "Left out where none is given"},
                "deleted_on": {**DATE, "description": "Day from which the name is not in the register"},
                "told_on": {**DATE, "description": "Day on which the return reached the authority"},
                "met_on": {**DATE, "description": "Day on which the ground was met"},
                "shown": {
                    "type": "array",
                    "items": {
                        "enum": sorted({need.name for one in grounds().values() for need in one.needs})
                    },
                    "description": "What the return shows",
                },
                "most_senior_class_over": {
                    **YES_NO,
                    "description": "Left the most senior class at or after the end of the last term of the school year",
                },
            },
            ("deleted_on", "told_on"),
        ),
        "roll-deletion": _question(
            {
                **_ONE,
                "ground": {
                    "enum": list(GROUNDS),
                    "description": "Of regulation 9(1): H after leave, I absent",
                },
                "on": {**DATE, "description": "The register is read up to the end of this day"},
                "leave_ended_on": {**DATE, "description": "Last day of the leave, for ground H"},
            },
            ("ground", "on", "calendar", "marks"),
        ),
        "threshold": _about_a_register(
            {
                "date_of_birth": DATE,
                "already_relied_on": {"type": "array", "items": _SESSION, "maxItems": 2 * _MOST_DAYS},
                "considered_on": DATE,
            }
        ),
    }
)
