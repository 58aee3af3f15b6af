"""What findings write into children's chronologies, many at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from mainstay.service.attendance import rows
from mainstay.service.attendance.models import Finding
from mainstay.service.directory.bulk import insert
from mainstay.service.record.models import Audience, Entry

_NAMES: Final = (
    "pupil_id", "at", "written_at", "by_id", "kind", "title", "text", "audience", "about_kind", "about_id",
)  # fmt: skip
ABOUT: Final = "attendance.finding"


def add(
    findings: Sequence[Finding], texts: Sequence[tuple[str, str]], *, by: Any | None, at: datetime
) -> None:
    """One entry a finding: (title, text); the audit row of whatever caused them names them all."""
    stamp, by_id = rows.stamp(at), by.pk if by is not None else None
    if findings:
        insert(
            Entry,
            _NAMES,
            (
                (f.pupil_id, rows.stamp(f.found_at) if title.startswith("Found:") else stamp, stamp, by_id, "finding",
                 title, text, Audience.SCHOOL.value, ABOUT, str(f.pk))
                for f, (title, text) in zip(findings, texts, strict=True)
            ),
        )  # fmt: skip


def opened(findings: Sequence[Finding], *, by: Any | None, at: datetime) -> None:
    texts = [(f"Found: {f.get_kind_display().lower()}", f.answer.get("sentence", "")) for f in findings]
    add(findings, texts, by=by, at=at)


def lapsed(findings: Sequence[Finding], *, by: Any | None, at: datetime) -> None:
    text = "With the marks as they are now, this is no longer so. Nobody had considered it."
    add(findings, [(f"No longer met: {f.get_kind_display().lower()}", text) for f in findings], by=by, at=at)
