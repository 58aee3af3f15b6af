"""Whatever is asked, an answer or an error with its place comes back: never an exception."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for

from mainstay.law import questions
from mainstay.law.rules import parameters

CASES = st.deferred(lambda: st.sampled_from(_cases()))
quick = settings(max_examples=150, deadline=None)


def _cases():
    from pathlib import Path

    folder = Path(__file__).parents[1] / "spec"
    return [case for file in sorted(folder.glob("*.json")) for case in json.loads(file.read_text("utf-8"))]


dates = st.dates().map(str) | st.sampled_from(
    ["2024-10-07", "0001-01-01", "9999-12-31", "2024-W01-1", "2024-13-01"]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | dates
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4) | dates, inner, max_size=4)
    ),
)
names = st.sampled_from(questions.NAMES)


def sound(answer):
    """An answer that can be sent: JSON without NaN, and either an error with its place or the common fields."""
    json.dumps(answer, allow_nan=False)
    if "error" in answer:
        error = answer["error"]
        assert set(error) == {"where", "problem"} and error["problem"]
        assert error["where"] == "" or error["where"].startswith("/")
    else:
        assert answer["reasons"] and answer["rules_version"] and isinstance(answer["warnings"], list)
        assert all(reason["text"].endswith(".") for reason in answer["reasons"])
    return answer


@given(names | st.text(max_size=5), values)
@quick
def test_any_json_is_answered(name, payload):
    sound(questions.ask(name, payload))


@given(CASES, st.data())
@quick
def test_a_question_with_something_wrong_in_it_is_answered(case, data):
    payload = json.loads(json.dumps(case["input"]))
    where = payload
    while True:
        key = data.draw(st.sampled_from(sorted(where) if isinstance(where, dict) else range(len(where))))
        if not isinstance(where[key], dict | list) or not where[key] or data.draw(st.booleans()):
            break
        where = where[key]
    where[key] = data.draw(values)
    sound(questions.ask(case["question"], payload))


@given(CASES, st.text(max_size=6))
@quick
def test_a_field_that_does_not_exist_is_an_error_at_its_pointer(case, name):
    if name in questions.SCHEMAS[case["question"]]["properties"]:
        return
    answer = sound(questions.ask(case["question"], {**case["input"], name: 1}))
    assert answer["error"]["where"] == "/" + name.replace("~", "~0").replace("/", "~1")


@given(CASES, st.sampled_from(sorted(parameters())), st.integers(-5, 2000) | values)
@quick
def test_any_local_value_is_taken_or_refused_in_its_place(case, name, value):
    answer = sound(questions.ask(case["question"], {**case["input"], "local": {name: value}}))
    if "error" in answer:
        assert answer["error"]["where"] in (f"/local/{name}", "/calendar", "/trigger")


@given(CASES, st.dates())
@quick
def test_any_day_of_the_law_is_answered(case, day):
    answer = sound(questions.ask(case["question"], {**case["input"], "as_of": str(day)}))
    if "error" in answer:
        assert answer["error"]["where"] == "/as_of"


@given(names, st.text(max_size=40) | values.map(json.dumps))
@quick
def test_any_text_is_answered(name, text):
    sound(questions.ask_text(name, text))


def test_the_published_schemas_take_every_worked_example():
    for case in _cases():
        validator = validator_for(questions.SCHEMAS[case["question"]], validate_formats=True)
        assert validator.is_valid(case["input"]), case["id"]


@given(names, values)
@quick
def test_what_is_answered_was_valid_by_the_published_schema(name, payload):
    if "error" not in questions.ask(name, payload):
        assert validator_for(questions.SCHEMAS[name], validate_formats=True).is_valid(payload)
