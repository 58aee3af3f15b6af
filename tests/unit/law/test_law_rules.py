"""Parameters: their dates, sources, and a caller's own values."""

import itertools
import re
from datetime import date
from pathlib import Path

import pytest

import mainstay.law
from mainstay.law import rules
from mainstay.law.rules import BadValue, NotInForce, Rules, UnknownParameter


def test_every_parameter_says_what_it_means_and_how_firm_it_is():
    for name, entries in rules.parameters().items():
        for entry in entries:
            assert entry.meaning and entry.source, name
            assert entry.confidence in {"statute", "guidance", "local", "assumed"}, name


def test_one_day_has_at_most_one_value():
    for entries in rules.parameters().values():
        for earlier, later in itertools.pairwise(entries):
            assert earlier.in_force_to and later.in_force_from and earlier.in_force_to < later.in_force_from


def test_every_parameter_is_used():
    source = "".join(path.read_text("utf-8") for path in Path(mainstay.law.__path__[0]).glob("*.py"))
    unused = [name for name in rules.parameters() if f'"{name}"' not in source]
    assert unused == []


def test_the_law_as_it_stood_before_a_value_began_is_not_guessed():
    assert Rules(date(2020, 1, 1)).whole("persistent_percent") == 10
    with pytest.raises(NotInForce):
        Rules(date(2010, 1, 1)).whole("persistent_percent")


def test_a_local_value_replaces_the_laws_and_shows_in_source_and_version():
    local = Rules(local={"threshold_sessions": 12})
    assert local.whole("threshold_sessions") == 12
    assert local.source("threshold_sessions").confidence == "local"
    assert local.source("threshold_weeks").confidence == "guidance"
    assert local.version.startswith(rules.version()) and local.version != rules.version()
    assert local.version != Rules(local={"threshold_sessions": 13}).version
    assert local.version == Rules(local={"threshold_sessions": 12}).version


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold_sessions", True),
        ("threshold_sessions", 0),
        ("threshold_sessions", 10.0),
        ("threshold_sessions", "10"),
        ("threshold_sessions", 10**30),
        ("persistent_percent", 101),
        ("national_framework_from", "19 August 2024"),
        ("national_framework_from", "2024-W01-1"),
        ("autumn_term_starts", "02-29"),
        ("autumn_term_starts", "W01-1"),
        ("prescribed_days", []),
        ("prescribed_days", "03-31"),
        ("prescribed_days", [3]),
        ("limitation_alert_weeks", 8),
        ("limitation_alert_weeks", []),
        ("limitation_alert_weeks", [8, True]),
        ("cwsa2026_from", "unknown"),
        ("cwsa_serving_days", 0),
    ],
)
def test_a_local_value_must_be_possible(name, value):
    with pytest.raises(BadValue):
        Rules(local={name: value})


def test_a_value_that_nobody_knows_is_not_guessed_and_may_be_given():
    assert not rules.CURRENT.known("cwsa2026_from") and rules.CURRENT.known("limitation_months")
    with pytest.raises(NotInForce, match="give one in local"):
        rules.CURRENT.whole("cwsa_serving_days")
    assert Rules(local={"cwsa2026_from": "2027-09-01"}).day("cwsa2026_from") == date(2027, 9, 1)


def test_several_numbers_are_kept_once_each_the_largest_first():
    assert Rules(local={"limitation_alert_weeks": [1, 3, 1]}).wholes("limitation_alert_weeks") == [3, 1]


def test_a_local_name_must_exist():
    with pytest.raises(UnknownParameter):
        Rules(local={"threshhold_sessions": 10})


def test_local_dates_may_be_text_or_dates():
    for value in ("2024-09-01", date(2024, 9, 1)):
        assert Rules(local={"national_framework_from": value}).day("national_framework_from") == date(
            2024, 9, 1
        )


def test_the_version_is_short_and_stable_within_a_set():
    assert re.fullmatch("[0-9a-f]{12}", rules.version())
    assert rules.version() == Rules(date(2025, 1, 1)).version
