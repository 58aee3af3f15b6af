"""The manual is made from the rules and stays as it was made."""

from pathlib import Path

from mainstay.law import manual

ROOT = Path(__file__).parents[3]


def test_the_manual_is_up_to_date():
    assert (ROOT / manual.PAGE).read_text("utf-8") == manual.page(ROOT / manual.EXAMPLES)


def test_check_notices_a_change_and_write_mends_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(manual, "EXAMPLES", ROOT / manual.EXAMPLES)
    assert manual.main(["--check"]) == 1
    assert "--write" in capsys.readouterr().err
    assert manual.main(["--write"]) == 0
    assert manual.main(["--check"]) == 0


def test_every_worked_example_is_in_the_manual():
    page = manual.page(ROOT / manual.EXAMPLES)
    for row in (
        "| R5 |",
        "| A8 |",
        "| T12 |",
        "| N6 |",
        "| S10 |",
        "| X2 |",
        "| D5 |",
        "| Ch43 |",
        "| `travel_arrangements` |",
    ):
        assert row in page
