"""Telling an owner that marks changed on which a finding, or its consideration, relied."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from mainstay.law.clock import in_words
from mainstay.service.accounts.models import User
from mainstay.service.attendance.findings import chronicle
from mainstay.service.attendance.models import Consideration, Finding
from mainstay.service.common.outbox import post

Session = tuple[date, str]


def tell(
    stored: list[Finding],
    still: Mapping[int, bool],
    changed: Mapping[int, Collection[Session]],
    *,
    at: datetime,
    today: date,
) -> int:
    """Mark the findings that relied on a changed mark; how many.

    stored: findings as they were before, their state as it is now; still: finding -> met with the marks as they
    are. Each owner gets one message without a name.
    """
    latest = _considerations(
        [f for f in stored if f.state == Finding.State.CONSIDERED and f.pupil_id in changed]
    )
    told: list[tuple[Finding, str]] = []
    for finding in stored:
        sessions = changed.get(finding.pupil_id)
        if not sessions:
            continue
        consideration = latest.get(finding.pk)
        relied = _relied_on(consideration.relied_on if consideration else finding.answer.get("sessions", []))
        hit = relied & set(sessions)
        if hit and not (finding.kind == Finding.Kind.UNRESOLVED and consideration is None):
            told.append((finding, _words(len(hit), today, finding, still.get(finding.pk, False))))
    for finding, words in told:
        Finding.objects.filter(pk=finding.pk).update(alert=words, alerted_at=at)
        if (consideration := latest.get(finding.pk)) is not None:
            Consideration.objects.filter(pk=consideration.pk).update(alert=words, alerted_at=at)
    chronicle.add(
        [f for f, _ in told], [("Marks changed after a finding", words) for _, words in told], by=None, at=at
    )
    _write([finding for finding, _ in told], at)
    return len(told)


def _considerations(findings: list[Finding]) -> dict[int, Consideration]:
    found = Consideration.objects.filter(finding__in=[f.pk for f in findings]).order_by("pk")
    return {one.finding_id: one for one in found}


def _relied_on(sessions: list[dict[str, str]]) -> set[Session]:
    return {(date.fromisoformat(s["date"]), s["half"]) for s in sessions}


def _words(number: int, today: date, finding: Finding, met: bool) -> str:
    marks = "1 mark it relied on" if number == 1 else f"{number} marks it relied on"
    words = f"{marks} changed on {in_words(today)}."
    return words if met else f"{words} With the marks as they are now it is not met."


def _write(findings: list[Finding], at: datetime) -> None:
    """One message to each owner; names and schools stay inside the building."""
    owners: dict[int, list[int]] = {}
    for finding in findings:
        if finding.owner_id is not None:
            owners.setdefault(finding.owner_id, []).append(finding.pk)
    for user in User.objects.filter(pk__in=owners, is_active=True):
        numbers = ", ".join(map(str, sorted(owners[user.pk])))
        post.queue(
            to=user.email,
            subject="Marks changed that findings rely on",
            body=f"Marks changed on which these findings rely: {numbers}.\n\n"
            "Sign in and open Findings, filter “With an alert”, to look at them again.\n",
            at=at,
            about=("attendance.finding", str(owners[user.pk][0])),
        )
