"""Faulty settings stop the start with one message that names all of them."""

from pathlib import Path

import pytest

from mainstay.roof import config


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    """What a start with these settings stops with; "" where it does not stop."""

    def start(**settings: str) -> str:
        for name, value in {"MAINSTAY_VAR": str(tmp_path), "MAINSTAY_DEMO": "true", **settings}.items():
            monkeypatch.setenv(name, value)
        try:
            config.load()
        except SystemExit as stopped:
            return str(stopped)
        return ""

    return start


def test_a_misspelt_setting_stops_the_start_and_the_right_name_is_given(said) -> None:  # type: ignore[no-untyped-def]
    words = said(MAINSTAY_EMIAL_URL="smtp://127.0.0.1")
    assert "MAINSTAY_EMIAL_URL: there is no such setting; did you mean MAINSTAY_EMAIL_URL?" in words


def test_every_fault_is_in_one_message(said) -> None:  # type: ignore[no-untyped-def]
    words = said(MAINSTAY_DEMO="false", MAINSTAY_LA_CODE="85", MAINSTAY_XYZZY="1", MAINSTAY_LOGLEVEL="INFO")
    for part in (
        "MAINSTAY_SECRET_KEY_FILE: ",
        "MAINSTAY_LA_CODE: ",
        "MAINSTAY_XYZZY: there is no such setting\n",
        "did you mean MAINSTAY_LOG_LEVEL?",
    ):
        assert part in words


def test_what_the_tests_and_make_set_is_no_fault(said) -> None:  # type: ignore[no-untyped-def]
    assert said(MAINSTAY_TEST_DATABASE="postgres", mainstay_council_name="Invented") == ""
