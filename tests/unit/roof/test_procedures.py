"""The procedures in the docs are made from the tables of steps, from all of them, and stay as they were made."""

import re
from pathlib import Path

import pytest

from mainstay.roof import procedures

ROOT = Path(__file__).parents[3]


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / procedures.PAGE).read_text("utf-8") == procedures.page()


def test_check_notices_a_change_and_write_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert procedures.main(["--check"]) == 1
    assert "--write" in capsys.readouterr().err
    assert procedures.main(["--write"]) == 0
    assert procedures.main(["--check"]) == 0


def test_no_table_of_steps_is_left_out() -> None:
    sources = (ROOT / "src" / "mainstay" / "service").rglob("*.py")
    tables = sum(len(re.findall(r"= Steps\(", path.read_text("utf-8"))) for path in sources)
    assert tables == len(procedures.procedures())


def test_every_state_of_a_step_has_words_and_every_step_a_role() -> None:
    for each in procedures.procedures():
        for step in each.steps.values():
            assert {*step.sources, step.target} <= {"", *(value for value, _ in each.states)}, step.name
            assert procedures.holders(step.permission), step.name


def test_what_is_said_to_be_written_once_has_no_states() -> None:
    from mainstay.service.casework.models import Consultation

    names = {field.name for field in Consultation._meta.get_fields()}
    assert "state" not in names and "A consultation has one step" in procedures.page()


def test_each_diagram_is_the_one_of_its_table() -> None:
    page = (ROOT / procedures.PAGE).read_text("utf-8")
    for each in procedures.procedures():
        assert each.steps.diagram() in page
