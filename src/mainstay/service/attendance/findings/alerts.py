"""Telling an owner that sessions changed on which a finding, or its consideration, relied."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from mainstay.law.clock import in_words
from mainstay.service.accounts.models import User
from mainstay.service.attendance.findings import chronicle, packed
from mainstay.service.attendance.findings.stored import Stored
from mainstay.service.attendance.models import Consideration, Finding
from mainstay.service.common.outbox import post

Session = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding that relied on marks now changed, with its consideration if it has one."""

    finding: Stored
    marks: int
    consideration: Consideration | None


def hits(stored: list[Stored], changed: Mapping[int, Collection[Session]]) -> list[Hit]:
    """The findings that relied on a changed mark, by their Answers as they were: asked before these are renewed.

    changed: pupil -> sessions whose filled mark was changed
    """
    touched = [finding for finding in stored if finding.pupil_id in changed]
    latest = _considerations([finding for finding in touched if finding.state == Finding.State.CONSIDERED])
    answers = dict(Finding.objects.filter(pk__in=[f.pk for f in touched]).values_list("pk", "answer"))
    found = []
    for finding in touched:
        consideration = latest.get(finding.pk)
        if finding.kind == Finding.Kind.UNRESOLVED and consideration is None:
            continue  # an N that is settled is what was wanted
        sessions = consideration.relied_on if consideration else packed.sessions(answers[finding.pk])
        if hit := _sessions(sessions) & set(changed[finding.pupil_id]):
            found.append(Hit(finding, len(hit), consideration))
    return found


def tell(found: list[Hit], still: Mapping[int, bool], *, at: datetime, today: date) -> None:
    """Mark them and tell their owners; still: finding -> met with the marks as they are now."""
    texts = []
    for hit in found:
        words = _words(hit.marks, today, still.get(hit.finding.pk, False))
        texts.append(("Marks changed after a finding", words))
        Finding.objects.filter(pk=hit.finding.pk).update(alert=words, alerted_at=at)
        if hit.consideration is not None:
            Consideration.objects.filter(pk=hit.consideration.pk).update(alert=words, alerted_at=at)
    findings = [hit.finding for hit in found]
    chronicle.add(findings, texts, by=None, at=at)
    _write(findings, at)


def _considerations(findings: list[Stored]) -> dict[int, Consideration]:
    found = Consideration.objects.filter(finding__in=[f.pk for f in findings]).order_by("pk")
    return {one.finding_id: one for one in found}


def _sessions(listed: list[dict[str, str]]) -> set[Session]:
    return {(date.fromisoformat(s["date"]), s["half"]) for s in listed}


def _words(number: int, today: date, met: bool) -> str:
    sessions = "1 session it relied on" if number == 1 else f"{number} sessions it relied on"
    words = f"{sessions} changed on {in_words(today)}."
    return words if met else f"{words} With the marks as they are now it is not met."


def _write(findings: list[Stored], at: datetime) -> None:
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
