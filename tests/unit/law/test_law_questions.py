"""What is refused, and where: every error names its place."""

import json

import pytest

from mainstay.law import questions

CALENDAR = {"weeks": ["2024-10-07"]}
ONE = {"calendar": CALENDAR, "marks": {"2024-10-07": "GG"}}
SCHOOL = {"school": "A", **ONE}


def where(name, payload):
    answer = questions.ask(name, payload)
    assert "error" in answer, answer
    return answer["error"]["where"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"calendar": None}, "/calendar"),
        ({"calendar": {}}, "/calendar"),
        ({"calendar": {"weeks": [], "school_days": []}}, "/calendar"),
        ({"calendar": {"weeks": ["2024-10-08"]}}, "/calendar/weeks/0"),
        ({"calendar": {"weeks": ["2024-10-07", "2024-10-13"]}}, "/calendar/weeks/1"),
        ({"calendar": {"weeks": "2024-10-07"}}, "/calendar/weeks"),
        ({"calendar": {"school_days": ["2024-10-07"], "closed": []}}, "/calendar/closed"),
        ({"calendar": {"school_days": ["7/10/2024"]}}, "/calendar/school_days/0"),
        ({"calendar": {"week": ["2024-10-07"]}}, "/calendar/week"),
        ({"marks": []}, "/marks"),
        ({"marks": {"07/10/2024": "GG"}}, "/marks/07~110~12024"),
        ({"marks": {"2024-10-07": "G"}}, "/marks/2024-10-07"),
        ({"marks": {"2024-10-07": "GGG"}}, "/marks/2024-10-07"),
        ({"marks": {"2024-10-07": ["G"]}}, "/marks/2024-10-07"),
        ({"marks": {"2024-10-07": ["G", 1]}}, "/marks/2024-10-07"),
        ({"marks": {"2024-10-07": "C2"}}, "/marks/2024-10-07"),
        ({"marks": {"2024-10-07": "?G"}}, "/marks/2024-10-07"),
        ({"marks": {"2024-10-07": ["H", "/"]}}, "/marks/2024-10-07"),
        ({"marks": {"2024-10-14": "GG"}}, "/marks/2024-10-14"),
        ({"marks": {"2024-10-12": "Z-"}}, "/marks/2024-10-12"),
        ({"marks": {"0001-01-01": "GG"}}, "/marks/0001-01-01"),
        ({"unmarked": "absent"}, "/unmarked"),
        ({"unmarked": None}, "/unmarked"),
        ({"registers": [SCHOOL]}, "/registers"),
        ({"as_of": "today"}, "/as_of"),
        ({"as_of": 20240101}, "/as_of"),
        ({"local": []}, "/local"),
        ({"local": {"a/b~c": 1}}, "/local/a~1b~0c"),
        ({"local": {"threshold_weeks": True}}, "/local/threshold_weeks"),
        ({"considered_on": None}, "/considered_on"),
        ({"considerd_on": "2024-10-07"}, "/considerd_on"),
        ({"already_relied_on": [{"date": "2024-10-07"}]}, "/already_relied_on/0/half"),
        ({"already_relied_on": [{"date": "2024-10-07", "half": "am"}]}, "/already_relied_on/0/half"),
        ({"already_relied_on": [[]]}, "/already_relied_on/0"),
        ({"date_of_birth": "2010-02-30"}, "/date_of_birth"),
    ],
)
def test_errors_of_a_register_name_their_place(change, pointer):
    assert where("threshold", {**ONE, **change}) == pointer


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"school": ""}, "/registers/1/school"),
        ({"school": 5}, "/registers/1/school"),
        ({"marks": {"2024-10-07": "?G"}}, "/registers/1/marks/2024-10-07"),
        ({"marks": {"2024-10-14": "GG"}}, "/registers/1/marks/2024-10-14"),
        ({"calendar": {"weeks": ["2024-10-08"]}}, "/registers/1/calendar/weeks/0"),
        ({"on_roll_from": "2024-10-08", "on_roll_to": "2024-10-07"}, "/registers/1/on_roll_to"),
        ({"onroll_from": "2024-10-08"}, "/registers/1/onroll_from"),
    ],
)
def test_errors_of_several_registers_name_theirs(change, pointer):
    assert where("threshold", {"registers": [SCHOOL, {**SCHOOL, **change}]}) == pointer


FIRST = {"kind": "attendance", "position": "first"}
PAID = {"kind": "attendance", "outcome": "paid", "same_parent": True, "same_child": True}
SESSION = {"date": "2026-09-07", "half": "AM"}
CHARGED = {
    "offence": "444(1)",
    "child_date_of_birth": "2013-05-01",
    "from": "2026-09-07",
    "to": "2026-09-18",
    "eso_considered": True,
    "full_code_test": "passed",
}
SERVED = {**FIRST, "served_on": "2024-11-06", "today": "2024-11-10"}


@pytest.mark.parametrize(
    ("name", "payload", "pointer"),
    [
        ("absence", {}, "/calendar"),
        ("absence", {"calendar": CALENDAR}, "/marks"),
        ("absence", {"registers": []}, "/registers"),
        ("absence", {"registers": [SCHOOL], "unmarked": "present"}, "/registers"),
        ("absence", {**ONE, "from": "2024-10-08", "to": "2024-10-07"}, "/to"),
        ("absence", {**ONE, "as_of": "2010-01-01"}, "/as_of"),
        ("absence", [], ""),
        ("absence", None, ""),
        ("age", {}, "/date_of_birth"),
        (
            "age",
            {"date_of_birth": "2010-01-01", "autumn_term_starts": {"25": "2025-09-01"}},
            "/autumn_term_starts/25",
        ),
        (
            "age",
            {"date_of_birth": "2010-01-01", "autumn_term_starts": {"2025": "2026-09-01"}},
            "/autumn_term_starts/2025",
        ),
        (
            "age",
            {"date_of_birth": "2010-01-01", "autumn_term_starts": {"2025": "2025-07-31"}},
            "/autumn_term_starts/2025",
        ),
        (
            "age",
            {"date_of_birth": "2010-01-01", "autumn_term_starts": {"2025": 1}},
            "/autumn_term_starts/2025",
        ),
        ("returns", {**ONE, "illness_expected_days": True}, "/illness_expected_days"),
        ("returns", {**ONE, "illness_expected_days": -1}, "/illness_expected_days"),
        ("returns", {**ONE, "illness_expected_days": float("nan")}, "/illness_expected_days"),
        ("returns", {**ONE, "already_returned": 1}, "/already_returned"),
        ("deadline", {"rule": "sao", "trigger": "2026-09-07"}, "/rule"),
        ("deadline", {"rule": "sjp-reply", "trigger": "2029-12-20"}, "/trigger"),
        ("deadline", {"rule": "sjp-reply", "trigger": "2016-01-04"}, "/trigger"),
        ("deadline", {"rule": "unresolved-n", "trigger": "2024-10-07"}, "/calendar"),
        ("deadline", {"rule": "unresolved-n", "trigger": "2024-10-07", "calendar": CALENDAR}, "/calendar"),
        (
            "improvement-notice",
            {"starts_on": "2024-10-07", "school_weeks": 3, "calendar": CALENDAR, "target_unauthorised": 0},
            "/calendar",
        ),
        (
            "improvement-notice",
            {"starts_on": "2024-10-07", "school_weeks": 3, "calendar": CALENDAR, "target_unauthorised": -1},
            "/target_unauthorised",
        ),
        (
            "excluded-days",
            {
                "excluded_on": "2024-10-09",
                "before_afternoon_session": True,
                "school_days_excluded": 5,
                "calendar": CALENDAR,
            },
            "/calendar",
        ),
        (
            "excluded-days",
            {
                "excluded_on": "2006-10-09",
                "before_afternoon_session": True,
                "school_days_excluded": 1,
                "calendar": CALENDAR,
            },
            "/excluded_on",
        ),
        ("notice-dates", {**FIRST, "method": "first_class_post"}, "/posted_on"),
        ("notice-dates", {**FIRST, "method": "hand"}, "/handed_on"),
        ("notice-dates", {**FIRST, "method": "other"}, "/received_on"),
        ("notice-dates", {**FIRST, "method": "hand", "posted_on": "2024-11-04"}, "/posted_on"),
        ("notice-dates", {"kind": "attendance", "method": "hand", "handed_on": "2024-11-04"}, "/position"),
        ("notice-dates", {**FIRST, "method": "first_class_post", "posted_on": "2029-12-31"}, "/posted_on"),
        ("notice-dates", {**FIRST, "method": "hand", "handed_on": "2023-11-04"}, "/handed_on"),
        (
            "notice-dates",
            {**FIRST, "method": "hand", "handed_on": "2024-11-04", "received_on": "2024-11-03"},
            "/received_on",
        ),
        ("payment", {**SERVED, "payments": [{"on": "2024-11-11", "pounds": 80}]}, "/payments/0/on"),
        ("payment", {**SERVED, "payments": [{"on": "2024-11-07", "pounds": 0}]}, "/payments/0/pounds"),
        ("payment", {**SERVED, "payments": [], "withdrawn_on": "2024-11-11"}, "/withdrawn_on"),
        ("payment", {**SERVED, "payments": [], "position": "third"}, "/position"),
        ("penalty-notice", {"kind": "attendance", "proposed_on": "2024-11-15"}, "/earlier"),
        (
            "penalty-notice",
            {
                "kind": "attendance",
                "proposed_on": "2024-11-15",
                "offence_from": "2024-10-02",
                "offence_to": "2024-10-01",
                "earlier": [],
            },
            "/offence_to",
        ),
        (
            "penalty-notice",
            {"kind": "attendance", "proposed_on": "2024-11-15", "earlier": [{**PAID, "issued_on": "x"}]},
            "/earlier/0/issued_on",
        ),
        ("charge", {**CHARGED, "offence": "444"}, "/offence"),
        ("charge", {**CHARGED, "to": "2026-09-06"}, "/to"),
        ("charge", {**CHARGED, "regime": "CWSA2026"}, "/regime"),
        ("charge", {**CHARGED, "offence": "443", "regime": "2026"}, "/regime"),
        ("charge", {**CHARGED, "eso_considered": "yes"}, "/eso_considered"),
        ("charge", {**CHARGED, "penalty_notice": {}}, "/penalty_notice/state"),
        ("charge", {**CHARGED, "penalty_notice": {"state": "paid"}}, "/penalty_notice/state"),
        (
            "charge",
            {**CHARGED, "eso_in_force_from": "2026-09-02", "eso_in_force_to": "2026-09-01"},
            "/eso_in_force_to",
        ),
        ("charge", {**CHARGED, "offence": "443", "sessions": []}, "/sessions"),
        ("charge", {**CHARGED, "sessions": [{**SESSION, "code": "?"}]}, "/sessions/0/code"),
        ("charge", {**CHARGED, "sessions": [SESSION, {**SESSION, "code": "H"}]}, "/sessions/1"),
        ("charge", {**CHARGED, "sessions": [{**SESSION, "code": "H"}]}, "/sessions/0/code"),
        ("charge", {**CHARGED, "defences_asked": ["leave", "reasonable_justification"]}, "/defences_asked/1"),
        ("charge", {**CHARGED, "defences_asked": ["love"]}, "/defences_asked/0"),
        ("deadline", {"rule": "cwsa-choice-of-school", "trigger": "2027-09-06"}, "/trigger"),
        (
            "deadline",
            {
                "rule": "cwsa-serving",
                "trigger": "2027-09-06",
                "local": {"cwsa2026_from": "2027-09-01"},
            },
            "/trigger",
        ),
        (
            "deadline",
            {
                "rule": "cwsa-choice-of-school",
                "trigger": "2027-09-06",
                "as_of": "2027-08-31",
                "local": {"cwsa2026_from": "2027-09-01"},
            },
            "/as_of",
        ),
        (
            "deadline",
            {"rule": "after-court-check", "trigger": "2024-10-01", "calendar": CALENDAR},
            "/calendar",
        ),
        ("nonsense", {}, ""),
    ],
)
def test_errors_of_other_questions_name_their_place(name, payload, pointer):
    assert where(name, payload) == pointer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[1]",
        "null",
        '{"a": NaN}',
        "[" * 100000,
        '{"a":' * 100000,
        "1" * 10000,
        '{"date_of_birth": "2010-01-01", "date_of_birth": "2011-01-01"}',
    ],
)
def test_text_that_is_no_plain_object_is_an_error_at_the_root(text):
    assert questions.ask_text("age", text)["error"]["where"] == ""


def test_marks_may_be_two_letters_or_a_list_of_codes():
    marks = {"2024-10-07": "GG", "2024-10-08": ["C2", "/"], "2024-10-09": "/-", "2024-10-12": "#-"}
    answer = questions.ask("absence", {"calendar": CALENDAR, "marks": marks})
    assert [
        answer[name] for name in ("possible", "absent", "authorised", "unauthorised", "missing_marks")
    ] == [
        5,
        3,
        1,
        2,
        5,
    ]


def test_an_answer_has_its_own_fields_and_then_the_common_ones():
    answer = questions.ask("threshold", ONE)
    assert list(answer) == [
        "met",
        "met_on",
        "met_half",
        "window",
        "sessions",
        "best",
        "near_miss",
        "reasons",
        "warnings",
        "rules_version",
    ]
    assert answer["sessions"][0] == {"date": "2024-10-07", "half": "AM", "code": "G"}
    assert all(set(reason) == {"text", "source", "confidence"} for reason in answer["reasons"])
    assert json.loads(json.dumps(answer)) == answer


def test_from_and_to_bound_what_is_counted():
    payload = {**ONE, "unmarked": "present", "from": "2024-10-08", "to": "2024-10-09"}
    answer = questions.ask("absence", payload)
    assert (answer["possible"], answer["absent"]) == (4, 0)


def test_one_register_in_a_list_covers_only_its_first_to_last_mark():
    assert questions.ask("absence", {"registers": [SCHOOL]})["missing_marks"] == 0
    assert questions.ask("absence", ONE)["missing_marks"] == 8


def test_the_parameters_of_a_question_are_listed_with_their_sources():
    listed = questions.parameters_of("threshold")["parameters"]
    by_name = {entry["name"]: entry for entry in listed}
    assert by_name["threshold_sessions"]["value"] == 10
    assert by_name["new_sessions_after_consideration"]["confidence"] == "assumed"
    assert by_name["national_framework_from"]["value"] == "2024-08-19"


def test_a_charge_names_its_sources_and_every_field_needed():
    answer = questions.ask("charge", {**CHARGED, "offence": "444(1A)"})
    assert answer["allowed"] and answer["blocks"] == []
    said = {reason["text"]: reason for reason in answer["reasons"]}
    assert said["The heaviest fine for knowingly failing to cause attendance is £2,500."]["confidence"] == (
        "guidance"
    )
    assert all(defence["asked"] is None for defence in answer["defences"])
    for name in CHARGED:
        assert where("charge", {key: CHARGED[key] for key in CHARGED if key != name}) == f"/{name}"


def test_the_reply_to_a_single_justice_is_certain_under_the_rules_that_were_read():
    for trigger, confidence in (("2025-10-03", "statute"), ("2025-10-06", "assumed")):
        answer = questions.ask("deadline", {"rule": "sjp-reply", "trigger": trigger})
        assert answer["reasons"][0]["confidence"] == confidence
