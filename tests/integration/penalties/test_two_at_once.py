"""Two people who press the same button at the same moment: one of them does it, the other is told so in words."""

from pathlib import Path
from typing import Any

import pytest
from tests.integration.penalties.test_crashes import run

NOTICES = 6
pytestmark = [pytest.mark.long, pytest.mark.no_cover, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def done() -> dict[str, Any]:
    return {}


@pytest.fixture
def found(tmp_path: Path, done: dict[str, Any]) -> dict[str, Any]:
    """What both were told, and what is there; the buttons are pressed once for all tests of this file."""
    if not done:
        done |= run(tmp_path, "tests.integration.penalties.at_once", NOTICES)
    return done


def test_a_notice_is_approved_by_one_of_them(found: dict[str, Any]) -> None:
    for answers in found["approve"]:
        assert sorted(answers) == ["You cannot approve: this penalty notice is approved.", "approved"]


def test_each_notice_is_issued_by_one_of_them(found: dict[str, Any]) -> None:
    one, two = found["issue"]
    assert not set(one) & set(two)
    assert len(one) + len(two) == found["numbers"] == found["letters"] == NOTICES


def test_a_notice_is_withdrawn_by_one_of_them(found: dict[str, Any]) -> None:
    for answers in found["withdraw"]:
        assert sorted(answers) == [
            "You cannot withdraw the notice: this penalty notice is withdrawn.",
            "withdrawn",
        ]
    assert found["withdrawals"] == found["withdrawal_decisions"] == NOTICES
