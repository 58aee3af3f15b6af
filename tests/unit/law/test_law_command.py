"""``mainstay rules`` as a user runs it."""

import io
import json
import subprocess
import sys

import pytest

from mainstay.roof import rules_command

GOOD = {"date_of_birth": "2010-01-01"}


@pytest.fixture
def run(monkeypatch, capsys):
    def _run(*argv, given=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        status = rules_command.main(list(argv))
        return status, capsys.readouterr().out

    return _run


def test_a_question_from_a_file_or_standard_input_is_answered(run, tmp_path):
    file = tmp_path / "question.json"
    file.write_text("\ufeff" + json.dumps(GOOD), "utf-8")
    status, out = run("age", str(file))
    assert (status, json.loads(out)["compulsory_to"]) == (0, "2026-06-26")
    assert run("age", given=json.dumps(GOOD).encode()) == (0, out)


@pytest.mark.parametrize(
    ("argv", "given", "pointer"),
    [
        (["age"], b"{}", "/date_of_birth"),
        (["age"], b"\xff", ""),
        (["age"], b"", ""),
        (["age", "/no/such/file"], b"", ""),
        (["nonsense"], b"{}", ""),
        (["nonsense", "--lines"], b"{}\n", ""),
        (["nonsense", "--schema"], b"", ""),
    ],
)
def test_what_is_not_understood_is_json_and_status_2(run, argv, given, pointer):
    status, out = run(*argv, given=given)
    assert (status, json.loads(out)["error"]["where"]) == (2, pointer)


def test_lines_are_answered_in_order_and_a_bad_one_stops_nothing(run):
    good = json.dumps(GOOD).encode()
    status, out = run("age", "--lines", given=good + b"\n\nnonsense\n\xff\n" + good)
    answers = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert ["error" in answer for answer in answers] == [False, True, True, True, False]


def test_names_schema_and_parameters_are_json(run):
    status, out = run("--list")
    assert (status, "threshold" in json.loads(out)) == (0, True)
    status, out = run("threshold", "--schema")
    assert (status, json.loads(out)["additionalProperties"]) == (0, False)
    status, out = run("threshold", "--parameters")
    assert (status, {"name", "value", "source"} <= set(json.loads(out)["parameters"][0])) == (0, True)


def test_no_question_is_wrong_usage(run):
    assert run() == (2, "")


def test_it_starts_without_django_numpy_or_settings():
    script = (
        "import sys; from mainstay.roof.cli import main; main(['rules', '--list']);"
        "assert not {'django', 'numpy', 'polars', 'pydantic'} & set(sys.modules), sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], env={}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("argv", [["threshold", "--schema"], ["age", "--lines"]])
def test_a_reader_that_stops_early_sees_no_traceback(argv):
    script = f"from mainstay.roof.cli import main; raise SystemExit(main({['rules', *argv]}))"
    done = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    done.stdout.close()
    _, err = done.communicate(b"{}\n" * 5000)
    assert (done.returncode, err) == (0, b"")
