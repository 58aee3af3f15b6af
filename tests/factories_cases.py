"""Cases for tests."""

from datetime import datetime
from typing import Any

from tests.factories import UserFactory
from tests.factories_attendance import a_child, at

from mainstay.service.casework.actions import cases
from mainstay.service.casework.models import Case
from mainstay.service.directory.models import Pupil


def a_case(
    pupil: Pupil | None = None, owner: Any | None = None, when: datetime | None = None, **given: Any
) -> Case:
    """An open statutory case in its initial investigation."""
    pupil, owner = pupil or a_child(), owner or UserFactory(role="ewo")
    said = {"because": "A referral was accepted.", "by": owner, "at": when or at(), **given}
    return cases.open_case(pupil=pupil, school=pupil.school, owner=owner, **said)
