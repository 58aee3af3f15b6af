"""What findings write into children's chronologies, many at once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from mainstay.service.attendance import rows
from mainstay.service.attendance.findings.stored import Stored
from mainstay.service.attendance.models import Finding
from mainstay.service.directory.bulk import insert
from mainstay.service.record.models import Audience, Entry

_NAMES: Final = (
    "pupil_id", "at", "written_at", "by_id", "kind", "title", "text", "audience", "about_kind", "about_id",
)  # fmt: skip
ABOUT: Final = "attendance.finding"
#: what is left behind when it gets worse -> the kind it becomes
STRONGER: Final = {
    Finding.Kind.PERSISTENT: Finding.Kind.SEVERE,
    Finding.Kind.NEAR_MISS: Finding.Kind.THRESHOLD,
}


def add(
    findings: Sequence[Finding | Stored],
    texts: Sequence[tuple[str, str]],
    *,
    by: Any | None,
    at: datetime,
    since: Sequence[datetime] | None = None,
) -> None:
    """One entry a finding: (title, text); the audit row of whatever caused them names them all.

    since: when each came about, where that wasn't now
    """
    stamp, by_id = rows.stamp(at), by.pk if by is not None else None
    begun = [stamp] * len(findings) if since is None else map(rows.stamp, since)
    if findings:
        insert(
            Entry,
            _NAMES,
            (
                (f.pupil_id, begin, stamp, by_id, "finding", title, text, Audience.SCHOOL.value, ABOUT, str(f.pk))
                for f, begin, (title, text) in zip(findings, begun, texts, strict=True)
            ),
        )  # fmt: skip


def opened(findings: Sequence[Finding], *, by: Any | None, at: datetime) -> None:
    texts = [(f"Found: {f.get_kind_display().lower()}", f.answer.get("sentence", "")) for f in findings]
    add(findings, texts, by=by, at=at, since=[f.found_at for f in findings])


def lapsed(
    findings: Sequence[Finding | Stored],
    now: Collection[tuple[Any, ...]] = (),
    *,
    by: Any | None,
    at: datetime,
) -> None:
    """now: what the marks show as (pupil, kind, school or None, year); a finding may have become a stronger one."""
    add(findings, [_became(f, now) or _gone(f) for f in findings], by=by, at=at)


def _became(finding: Finding | Stored, now: Collection[tuple[Any, ...]]) -> tuple[str, str] | None:
    stronger = STRONGER.get(Finding.Kind(finding.kind))
    places = (finding.school_id, None)
    if stronger is None or not any((finding.pupil_id, stronger, s, finding.year) in now for s in places):
        return None
    title = f"Now {_in_words(stronger)}: more than {_in_words(finding.kind)}"
    return (
        title,
        "The finding has become a stronger one, which stands in its place. Nobody had considered it before.",
    )


def _gone(finding: Finding | Stored) -> tuple[str, str]:
    text = "With the marks as they are now, this is no longer so. Nobody had considered it."
    return f"No longer met: {_in_words(finding.kind)}", text


def _in_words(kind: str) -> str:
    return Finding.Kind(kind).label.lower()
