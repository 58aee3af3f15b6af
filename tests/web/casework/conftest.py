"""The rooms of casework on the Monday in term on which those of attendance are."""

from tests.web.attendance.conftest import _monday_in_term  # noqa: F401 (a fixture for every test here)
