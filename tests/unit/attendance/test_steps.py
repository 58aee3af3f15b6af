"""The step table of findings, and its diagram in the docs."""

from pathlib import Path

from mainstay.service.attendance.findings.steps import STEPS

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "findings.md"


def test_the_diagram_in_the_docs_is_the_table() -> None:
    assert STEPS.diagram() in PAGE.read_text("utf-8")
