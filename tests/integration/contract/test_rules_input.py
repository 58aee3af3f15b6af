"""rules: what can be asked, and the errors with their pointers."""

import json

import pytest
from tests.integration.contract.asked import CAL, answer, refused


@pytest.mark.parametrize(
    "change,where",
    [
        ({"calendar": {"weeks": ["2024-09-03"]}}, "/calendar/weeks/0"),
        ({"calendar": {"weeks": ["2024-09-02", "2024-09-10"]}}, "/calendar/weeks/1"),
        ({"calendar": {"weeks": ["2024-09-02"], "school_days": ["2024-09-02"]}}, "/calendar"),
        ({"calendar": {}}, "/calendar"),
        ({"calendar": {"weeks": ["2024-09-02"], "closd": []}}, "/calendar/closd"),
        ({"calendar": {"weeks": ["2 Sep 2024"]}}, "/calendar/weeks/0"),
        ({"calendar": {"weeks": "2024-09-02"}}, "/calendar/weeks"),
        ({"calendar": 5}, "/calendar"),
        ({"calendar": {"school_days": ["2024-02-30"]}}, "/calendar/school_days/0"),
        ({"marks": {"2024-09-02": "G"}}, "/marks/2024-09-02"),
        ({"marks": {"2024-09-02": "GGG"}}, "/marks/2024-09-02"),
        ({"marks": {"2024-09-02": ["G"]}}, "/marks/2024-09-02"),
        ({"marks": {"2024-09-02": 5}}, "/marks/2024-09-02"),
        ({"marks": {"2024-09-02": "A?"}}, ["/marks/2024-09-02", "/marks/2024-09-02/0"]),
        ({"marks": {"2024-09-02": ["/", "Y"]}}, ["/marks/2024-09-02", "/marks/2024-09-02/1"]),
        ({"marks": {"2024-09-02": ["/", 1]}}, ["/marks/2024-09-02", "/marks/2024-09-02/1"]),
        ({"marks": {"2024-09-07": "GG"}}, ["/marks/2024-09-07", "/marks/2024-09-07/0"]),
        ({"marks": {"2024-09-09": "//"}}, ["/marks/2024-09-09", "/marks/2024-09-09/0"]),
        ({"marks": {"2024-09-09": "-/"}}, ["/marks/2024-09-09", "/marks/2024-09-09/1"]),
        ({"marks": {"soon": "GG"}}, "/marks/soon"),
        ({"marks": []}, "/marks"),
        ({"unmarked": "absent"}, "/unmarked"),
        ({"nonsense": 1}, "/nonsense"),
        ({"a/b~c": 1}, "/a~1b~0c"),
        ({"as_of": "today"}, "/as_of"),
        ({"local": {"nothing": 1}}, "/local/nothing"),
        ({"local": {"threshold_sessions": 9}}, "/local/threshold_sessions"),
        ({"local": {"persistent_percent": "ten"}}, "/local/persistent_percent"),
        ({"local": []}, "/local"),
        (
            {"registers": [{"school": "A", "calendar": {"weeks": ["2024-09-02"]}, "marks": {}}]},
            ["/registers", "/calendar", ""],
        ),
        ({"from": "x"}, "/from"),
        ({"to": None}, "/to"),
    ],
)
def test_register_errors(ask, change, where):
    refused(
        ask("absence", {"calendar": {"weeks": ["2024-09-02"]}, "marks": {"2024-09-03": "//"}} | change), where
    )


def test_closed_day_marks(ask):
    asked = {
        "calendar": {"weeks": ["2024-09-02"], "closed": ["2024-09-04"]},
        "marks": {"2024-09-04": "#-", "2024-09-07": "##", "2024-09-03": "//"},
    }
    got = answer(ask("absence", asked))
    assert got["possible"] == 2
    refused(
        ask("absence", asked | {"marks": {"2024-09-04": "/-"}}), ["/marks/2024-09-04", "/marks/2024-09-04/0"]
    )


@pytest.mark.parametrize(
    "bad",
    [
        "2024-9-2",
        "20240902",
        "2024-09-02T00:00:00",
        "02/09/2024",
        5,
        True,
        [],
        "",
        " 2024-09-02",
        "2024-W36-1",
        "２０２４-09-02",
    ],
)
def test_dates_are_spelt_one_way(ask, bad):
    problem = refused(ask("age", {"date_of_birth": bad}), "/date_of_birth")
    assert "YYYY-MM-DD" in problem


def test_problem_text_of_a_date(ask):
    refused(ask("age", {"date_of_birth": "31/12/2019"}), "/date_of_birth", "is not a date (use YYYY-MM-DD)")


@pytest.mark.parametrize(
    "question,needed",
    [
        ("age", ["date_of_birth"]),
        ("deadline", ["rule", "trigger"]),
        ("excluded-days", ["excluded_on", "before_afternoon_session", "school_days_excluded", "calendar"]),
        ("improvement-notice", ["starts_on", "school_weeks", "calendar", "target_unauthorised"]),
        ("absence", ["calendar"]),
        ("threshold", ["calendar"]),
        ("returns", ["calendar"]),
    ],
)
def test_missing_fields(ask, question, needed):
    refused(ask(question, {}), [f"/{n}" for n in needed])
    full = {
        "date_of_birth": "2015-01-01",
        "rule": "sjp-reply",
        "trigger": "2024-09-02",
        "excluded_on": "2024-09-02",
        "before_afternoon_session": True,
        "school_days_excluded": 2,
        "calendar": CAL,
        "starts_on": "2024-09-02",
        "school_weeks": 3,
        "target_unauthorised": 0,
    }
    for name in needed:
        refused(
            ask(
                question,
                {k: full[k] for k in needed if k != name}
                | ({"marks": {}} if question in ("absence", "threshold", "returns") else {}),
            ),
            f"/{name}",
        )


@pytest.mark.parametrize(
    "text", ["", "[]", "5", "null", "{", "{}}", '"x"', "\ufeff{", '{"a": NaN', "[" * 5000]
)
def test_no_object(rules, text):
    status, out = rules("age", stdin=text)
    assert status == 2 and json.loads(out)["error"]["where"] == ""


def test_lines(rules):
    status, out = rules(
        "age",
        "--lines",
        stdin='{"date_of_birth": "2019-12-31"}\n{bad\n[]\n{"date_of_birth": "x"}\n{"date_of_birth": "2020-01-01"}\n',
    )
    got = [json.loads(one) for one in out.splitlines()]
    assert status == 0 and len(got) == 5
    assert [g.get("compulsory_from") or g["error"]["where"] for g in got] == [
        "2024-12-31",
        "",
        "",
        "/date_of_birth",
        "2025-03-31",
    ]


def test_lines_blank_line_in_between(rules):
    status, out = rules(
        "age", "--lines", stdin='{"date_of_birth": "2019-12-31"}\n\n{"date_of_birth": "2020-01-01"}'
    )
    got = [json.loads(one) for one in out.splitlines()]
    assert status == 0 and len(got) in (2, 3)


def test_lines_with_bad_bytes(rules, tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'{"date_of_birth": "2019-12-31"}\n\xff\xfe\n{"date_of_birth": "2019-12-31"}\n')
    status, out = rules("age", path, "--lines")
    got = [json.loads(one) for one in out.splitlines()]
    assert status == 0 and [("error" in g) for g in got] == [False, True, False]


def test_file_and_names(rules, tmp_path):
    path = tmp_path / "q.json"
    path.write_text('{"date_of_birth": "2019-12-31"}')
    status, out = rules("age", path)
    assert status == 0 and json.loads(out)["compulsory_from"] == "2024-12-31"
    assert rules("age", tmp_path / "gone.json")[0] == 2
    assert rules("nonsense", path)[0] == 2 and rules("nonsense", path, "--lines")[0] == 2
    status, out = rules("--list")
    for q in ("absence", "age", "threshold", "improvement-notice", "excluded-days", "returns", "deadline"):
        assert q in out
        status, schema = rules(q, "--schema")
        schema = json.loads(schema)
        assert status == 0 and schema["type"] == "object" and "properties" in schema
        status, parameters = rules(q, "--parameters")
        assert status == 0
        for p in json.loads(parameters)["parameters"]:
            assert p["name"] and "value" in p and p["source"] and p["confidence"]
    assert rules()[0] == 2


def test_options_may_stand_before_between_and_after(rules, tmp_path):
    file = tmp_path / "questions.jsonl"
    file.write_text('{"date_of_birth": "2010-01-01"}\n')
    want = rules("age", file, "--lines")
    assert want[0] == 0 and "compulsory_to" in want[1]
    assert rules("--lines", "age", file) == rules("age", "--lines", file) == want
