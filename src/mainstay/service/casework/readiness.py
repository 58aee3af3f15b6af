"""What a referral still lacks, and what would be sent back: the same for its page, its steps and the officer's check."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from mainstay.service.casework import checklist
from mainstay.service.casework.models import Consultation, Referral, ReferralItem, ReferralParent
from mainstay.service.casework.recent_absence import Recent, recent
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import Dated, Parenthood

#: how old a consultation may be: our own choice, a year, for what was advised before speaks of another time
CONSULTED_WITHIN: Final = timedelta(days=365)
State = ReferralItem.State


@dataclass(frozen=True, slots=True)
class Line:
    """One item as it stands: met, not met, does not apply, or "" where nobody has answered it."""

    item: ReferralItem
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Held:
    """Everything a referral says, read once; ties: the child's parents of the day, each with the school's line or None."""

    consultation: Consultation | None
    ties: list[tuple[Parenthood, ReferralParent | None]]
    lines: list[Line]


def held(referral: Referral, today: date | None = None) -> Held:
    """Read once for one row: an action, which says its own day, works on a row of its own."""
    kept: Held | None = referral.__dict__.get("_held")
    if kept is None:
        kept = _read(referral, today or timezone.localdate())
        referral.__dict__["_held"] = kept
    return kept


def consultation_of(referral: Referral, today: date) -> Consultation | None:
    """The latest consultation about this child by this school that is not too old."""
    return latest_consultation(referral.pupil_id, referral.school_id, today)


def latest_consultation(pupil: int, school: int, today: date) -> Consultation | None:
    found = Consultation.objects.filter(
        pupil=pupil, school=school, on__gte=today - CONSULTED_WITHIN, on__lte=today
    )
    return found.select_related("officer").first()


def _read(referral: Referral, today: date) -> Held:
    said = {line.parent_id: line for line in referral.parents.all()}
    ties = Parenthood.objects.filter(Dated.on(today), pupil=referral.pupil_id).select_related("parent")
    pairs = [(tie, said.get(tie.parent_id)) for tie in ties.order_by("priority", "pk")]
    consultation = consultation_of(referral, today)
    items = list(referral.items.select_related("checked_by").prefetch_related("papers__received_by"))
    lines = [_line(referral, item, consultation, pairs, today) for item in items]
    return Held(consultation, pairs, lines)


def _line(
    referral: Referral,
    item: ReferralItem,
    consultation: Consultation | None,
    ties: list[tuple[Parenthood, ReferralParent | None]],
    today: date,
) -> Line:
    if item.key == checklist.WINDOW:
        return _window(referral, item, today)
    if item.key not in checklist.SECTIONS:
        return Line(item, item.state, item.words)
    met = {
        "voice": bool(referral.voice or referral.no_voice_because),
        "agencies": bool(referral.agencies and referral.safeguarding),
        "parents": bool(ties) and all(line is not None for _, line in ties),
        "told": bool(ties) and all(line is not None and line.told for _, line in ties),
        "signed": referral.signed_at is not None,
        "consulted": consultation is not None,
    }[item.key]
    return Line(item, State.MET if met else "", "Answered by the referral itself.")


def _window(referral: Referral, item: ReferralItem, today: date) -> Line:
    """Counted until it is sent; what was found then stays with it."""
    if referral.state not in (Referral.State.DRAFT, Referral.State.SIGNED, Referral.State.RETURNED):
        return Line(item, item.state, item.words)
    found = counted(referral, today)
    if found.met:
        return Line(item, State.MET, found.words)
    if item.state == State.NOT_APPLICABLE:
        return Line(item, item.state, item.words)
    return Line(item, State.NOT_MET, found.words)


def counted(referral: Referral, today: date) -> Recent:
    version = checklist.of_row(referral.checklist)
    return recent(
        referral.pupil, referral.school_id, needed=version.window_sessions, weeks=version.window_weeks, today=today
    )  # fmt: skip


def no_consultation(referral: Referral) -> str | None:
    if held(referral).consultation is None:
        return "Consult the link officer about this child, and write the consultation down."
    return None


def parents_missing(referral: Referral) -> str | None:
    ties = held(referral).ties
    if not ties:
        return "No parent of this child is recorded: ask the link officer to add them."
    left = sum(line is None or not line.told for _, line in ties)
    if left:
        return f"Say of each parent how to reach them and how they were told: {plural(left, 'parent')} to go."
    return None


def reasons_missing(referral: Referral) -> str | None:
    if referral.reasons.strip() and referral.tried.strip():
        return None
    return "Write why you refer, and what was tried."


def voice_missing(referral: Referral) -> str | None:
    whole = referral.voice.strip() and referral.voice_how.strip() and referral.voice_on
    if whole or referral.no_voice_because.strip():
        return None
    return "Write what the child says, when and how you heard it, or why you could not."


def agencies_missing(referral: Referral) -> str | None:
    if referral.agencies.strip() and referral.safeguarding.strip():
        return None
    return "Name the agencies involved, or that there are none, and the safeguarding check."


def items_missing(referral: Referral) -> str | None:
    """Lines the school answers; those that answer themselves are asked for by their own part."""
    own = [line for line in held(referral).lines if not checklist.by_itself(line.item.key)]
    left = sum(not line.state for line in own)
    if left:
        return f"Answer every line of the evidence: {plural(left, 'line')} to go."
    return None


def would_be_sent_back(referral: Referral) -> list[str]:
    """What an officer would list as a gap if it were sent as it stands."""
    found = []
    for line in held(referral).lines:
        item = line.item
        if item.verdict == ReferralItem.Verdict.GAP:
            found.append(f"{item.text}: the officer wrote “{item.note}”, and nothing was changed since")
        elif line.state == State.NOT_MET:
            found.append(f"{item.text}: {line.words}" if line.words else f"{item.text}: not met")
        elif line.state == State.MET and not checklist.by_itself(item.key) and not _proved(item):
            found.append(f"{item.text}: no paper, and nothing said about it")
    consultation = held(referral).consultation
    if consultation is not None and consultation.outcome != Consultation.Outcome.PROCEED:
        found.append(
            f"The last consultation did not end with a referral, but with: {consultation.get_outcome_display().lower()}"
        )
    return found


def _proved(item: ReferralItem) -> bool:
    return bool(item.words.strip()) or bool(item.papers.all())


#: what the school has to write before the head signs
WRITTEN: Final = (
    no_consultation, parents_missing, reasons_missing, voice_missing, agencies_missing, items_missing,
)  # fmt: skip


def missing(referral: Referral) -> list[str]:
    """Everything the school has to write still."""
    return [words for each in WRITTEN if (words := each(referral))]
