"""A consultation on paper, and what the service tells a school of its referral: received, sent back, rejected…"""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.casework import referral_dates
from mainstay.service.casework.actions.deciding_referrals import appeal_by
from mainstay.service.casework.models import Consultation, Referral, ReferralRound
from mainstay.service.directory.models import Pupil

Answer = ReferralRound.Answer
TEMPLATE: Final = "paper"
_MARK: Final = "Personal data of a child: keep it safe"
#: what each answer is called on its paper; a withdrawal is the school's own
HEADINGS: Final = {
    "": "Referral received", Answer.RETURNED: "Referral sent back", Answer.REJECTED: "Referral rejected",
    Answer.DIVERTED: "Referral: another way is proposed", Answer.ACCEPTED: "Referral accepted",
    Answer.OVERRIDDEN: "Referral accepted",
}  # fmt: skip


def of_consultation(one: Consultation) -> dict[str, Any]:
    """What ``paper.typ`` prints of a consultation."""
    facts = [
        ["School", one.school.name], *_child(one.pupil), ["When", f"{in_words(one.on)}, {one.get_how_display().lower()}"],
        ["Officer", one.officer.name], ["For the school", one.spoke_with], ["What came of it", one.get_outcome_display()],
        ["Written down", f"{one.made_by.name}, {_day(one.made_at)}"],
    ]  # fmt: skip
    parts = [
        _part("What the school is worried about", one.concern),
        _part("What the officer advised", one.advice),
    ]
    return _paper("Consultation", _MARK if one.pupil else None, facts, parts)


def has_paper(referral: Referral, answer: str) -> bool:
    """Whether there is something to print of a round with this answer; one without any was acknowledged."""
    return answer in HEADINGS if answer else referral.state == Referral.State.ACKNOWLEDGED


def of_round(referral: Referral, round_: ReferralRound) -> dict[str, Any]:
    """What ``paper.typ`` prints of how a round stands; it ``has_paper``."""
    answer, by = round_.answer, round_.answered_by if round_.answer else referral.owner
    facts = [
        ["To", referral.school.name], *_child(referral.pupil), ["Referral", f"{referral.number}, round {round_.number}"],
        ["Sent", _day(round_.submitted_at)], ["Signed for the school", round_.signed_by.name],
    ]  # fmt: skip
    parts = []
    if answer:
        assert round_.answered_at is not None
        facts.append(["Answered", _day(round_.answered_at)])
        parts.append(_part("What is missing", "", round_.gaps))
        parts.append(_part("What we say to it" if answer == Answer.RETURNED else "Reasons", round_.words))
        if answer in (Answer.REJECTED, Answer.DIVERTED):
            parts += _closed(referral, answer)
    else:
        facts += _checking(referral)
    if by is not None:
        facts.append(["For the service", f"{by.name}, {by.post}".rstrip(", ")])
    return _paper(HEADINGS[answer], _MARK, facts, parts)


def _checking(referral: Referral) -> list[list[str]]:
    if referral.paused_from is not None:
        said = f"The clock stands still since {in_words(referral.paused_from)}: {referral.paused_because}"
        return [["Answer", said]]
    assert referral.submitted_at is not None
    sent_on = timezone.localdate(referral.submitted_at)
    last = referral_dates.check_by(referral.school_id, sent_on, referral.pauses)
    return [["Answer", f"It is being checked. You have our answer by {in_words(last)}."]]


def _closed(referral: Referral, answer: str) -> list[dict[str, Any]]:
    parts = [_part("Advice", referral.advice)]
    if answer == Answer.DIVERTED:
        parts.insert(0, _part("The way we propose", referral.get_way_display()))
    if (last := appeal_by(referral)) is not None:
        parts.append(_part("If you do not agree", f"You can appeal to the manager until {in_words(last)}, on the page of the referral, or refer the child anew."))  # fmt: skip
    return parts


def _child(pupil: Pupil | None) -> list[list[str]]:
    if pupil is None:
        return []
    born = [["Date of birth", in_words(pupil.date_of_birth)]] if pupil.date_of_birth else []
    return [["Child", pupil.name], *born]


def _day(at: datetime) -> str:
    return in_words(timezone.localdate(at))


def _part(label: str, text: str, items: list[str] | None = None) -> dict[str, Any]:
    return {"label": label, "text": text, "items": items or []}


def _paper(
    title: str, mark: str | None, facts: list[list[str]], parts: list[dict[str, Any]]
) -> dict[str, Any]:
    config = settings.CONFIG
    return {
        "title": title, "mark": mark, "facts": facts, "parts": [part for part in parts if part["text"] or part["items"]],
        "footer": f"{config.council_name}, {config.service_name}",
    }  # fmt: skip
