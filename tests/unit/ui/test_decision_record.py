"""How a decision record reads on the page and in print."""

import re

from django.template import engines
from tests.unit.ui import gallery


def rows(approval: bool = False, outcome: str | None = None, **given: object) -> dict[str, str]:
    """What the record shows: key -> value, its HTML as it is."""
    page = engines.all()[0].from_string("{{ ui.decision(decision, outcome, approval) }}")
    shown = page.render({"decision": gallery.decision(**given), "outcome": outcome, "approval": approval})
    return dict(re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", shown, re.DOTALL))


def test_who_when_which_way_and_why_stand_in_this_order() -> None:
    shown = rows()
    assert list(shown) == [
        "Decided by", "Decided on", "Decision", "Reasons", "Evidence", "Support tried", "Circumstances",
        "Alternatives considered", "Approved by",
    ]  # fmt: skip
    assert shown["Decided on"] == "12 Mar 2025 at 3:05pm"
    assert shown["Decision"] == "Penalty notice"
    assert shown["Reasons"].count("<br>") == 1
    assert shown["Approved by"] == "Alex Manager, 13 Mar 2025 at 9:00am"


def test_the_caller_may_give_the_words_of_the_outcome() -> None:
    assert rows(outcome="Issue a penalty notice")["Decision"] == "Issue a penalty notice"


def test_a_missing_approval_is_named_where_one_is_needed() -> None:
    missing: dict[str, object] = {"approved_by": None, "approved_at": None}
    assert "Approved by" not in rows(**missing)
    assert rows(approval=True, **missing)["Approved by"] == "Nobody yet"


def test_what_somebody_typed_is_text() -> None:
    assert "&lt;b&gt;" in rows(reasons="<b>late</b>")["Reasons"]
