"""The worked examples of the law, asked as anybody would ask them; the manual shows the same tables."""

import json
from pathlib import Path

import pytest

from mainstay.law import deadlines, questions

CASES = [
    case
    for file in sorted(Path(__file__).parent.glob("*.json"))
    for case in json.loads(file.read_text("utf-8"))
]


def _found(answer, key):
    match key:
        case "warning_codes":
            return [warning["code"] for warning in answer["warnings"]]
        case "breach_codes":
            return [breach["code"] for breach in answer["breaches"]]
        case "block_codes":
            return [block["code"] for block in answer["blocks"]]
        case "defence_codes":
            return [defence["code"] for defence in answer["defences"]]
        case "best_count":
            return answer["best"]["count"]
        case "session_count":
            return len(answer["sessions"])
    value = answer
    for part in key.split("."):
        value = value[part]
    return value


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_worked_example(case):
    answer = questions.ask(case["question"], case["input"])
    assert "error" not in answer, answer
    expected = dict(case["expect"])
    said = " ".join(reason["text"] for reason in answer["reasons"])
    for text in expected.pop("reasons_say", []):
        assert text in said
    assert {key: _found(answer, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("letter", "rows"),
    [
        ("R", 15),
        ("A", 10),
        ("T", 12),
        ("N", 7),
        ("S", 11),
        ("X", 6),
        ("P", 13),
        ("E", 12),
        ("F", 9),
        ("L", 8),
        ("Ch", 43),
        ("Em", 23),
        ("Pe", 21),
        ("RD", 14),
        ("DR", 10),
    ],
)
def test_every_row_of_the_tables_is_there(letter, rows):
    ids = {case["id"].split(",")[0] for case in CASES}
    numbers = {f"{letter}{n}" for n in range(1, rows + 1)}
    assert numbers <= ids


def test_every_deadline_has_a_worked_example():
    assert {case["input"]["rule"] for case in CASES if case["question"] == "deadline"} == set(deadlines.RULES)
