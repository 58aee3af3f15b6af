"""A text of the public pages with a version of the council's own, for the addresses of the public room."""

from datetime import UTC, datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.public.actions.texts import publish

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child
OF_A_CHILD: Final[tuple[str, ...]] = ()


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    publish(
        key="steps", language="en-gb", title="Steps", text="One step.", reason="Clearer", after=0, by=by, at=AT
    )  # fmt: skip
    one = {"key": "steps", "language": "en-gb"}
    extra = {
        "retention_set": {"name": "cases"},
        "governors_report": {"pk": pupil.school_id, "year": academic_year(timezone.localdate())},
        "information_text": {"key": "steps"},
        "public_text": one,
        "public_text_edit": one,
        "public_text_version": {**one, "number": 0},
    }
    return {}, extra
