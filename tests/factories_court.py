"""Prosecutions for tests: rows as the steps before would have left them."""

from datetime import date
from typing import Any

from tests.factories import UserFactory
from tests.factories_attendance import a_child, at
from tests.factories_cases import a_case
from tests.factories_penalties import a_parent

from mainstay.law import limitation
from mainstay.service.common.decisions.recording import decide
from mainstay.service.court.models import Prosecution


def a_prosecution(**given: Any) -> Prosecution:
    """Proposed by the officer of a child's case against one parent, for 7 September to 23 October 2026 unless said otherwise."""
    case = given.pop("case", None) or a_case(given.pop("pupil", None) or a_child())
    by = case.owner or UserFactory(role="ewo")
    parent = given.pop("parent", None) or a_parent(case.pupil)
    first = given.setdefault("offence_from", date(2026, 9, 7))
    last = given.setdefault("offence_to", date(2026, 10, 23))
    limits = limitation.find(first, last)
    said = {
        "case": case, "parent": parent, "school": case.school, "offence": "444(1)", "safe_date": limits.safe_date,
        "outer_date": limits.outer_date, "state_since": at(), "proposed_by": by, "investigator": by,
        "proposal": decide(by=by, at=at(), kind="prosecution", outcome="proposed", reasons="Help did not change enough."),
    }  # fmt: skip
    return Prosecution.objects.create(**{**said, **given})
