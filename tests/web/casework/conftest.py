"""The rooms of casework on one Monday in term, whenever the tests are run."""

from tests.web.attendance.conftest import _monday_in_term

__all__ = ["_monday_in_term"]
