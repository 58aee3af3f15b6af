"""Who came to a meeting, or has something to do after it, hears so by e-mail; no child is named in one.

What is to be done was typed in the meeting: where its words hold a name of a child of the school, or are about a
restricted record, they stay inside the building, and the e-mail says where they are read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.targeting import guests
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
)
from mainstay.service.common.keys import fold
from mainstay.service.common.outbox import post
from mainstay.service.common.ui.filters import long_date, plural
from mainstay.service.directory.models import Enrolment, Pupil


@dataclass(slots=True)
class _Reader:
    """Somebody to tell. user: None for a guest without an account."""

    email: str
    user: Any | None
    guest: int | None
    mine: list[TargetingAction] = field(default_factory=list)

    @property
    def by_link(self) -> bool:
        """Answers without an account."""
        return self.user is None and bool(self.mine) and bool(settings.CONFIG.address)


def tell(
    meeting: TargetingMeeting,
    decisions: Sequence[TargetingDecision],
    actions: Sequence[TargetingAction],
    *,
    at: datetime,
) -> None:
    """To everybody with an address who attended or has something to do: how much there is, and what is theirs."""
    assert meeting.calendar is not None
    names = child_names(meeting, at) if actions else set()
    counted = (
        f"Summary of the Targeting Support Meeting of {meeting.school.name} on {long_date(meeting.calendar.starts)}.\n\n"
        f"Discussed: {plural(len(decisions), 'child', 'children')}. Agreed: {plural(len(actions), 'action')}."
    )
    for reader in _readers(meeting, actions):
        parts = [counted]
        if reader.mine:
            parts.append("Yours to do:\n\n" + "\n".join(_line(one, reader, names) for one in reader.mine))
        parts += [_where(meeting, reader), "No child is named in this message on purpose."]
        post.queue(
            to=reader.email, subject="Targeting Support Meeting: the summary is agreed", at=at, about=meeting,
            body="\n\n".join(parts) + "\n", once=reader.by_link,
        )  # fmt: skip


def child_names(meeting: TargetingMeeting, at: datetime) -> set[str]:
    """Every word, folded, of the names of the children on the school's roll and of those an action is about.

    The roll of now and that of the day the summary was agreed: who has left since was spoken about too.
    """
    now = Enrolment.objects.on(timezone.localdate(at))
    then = Enrolment.objects.on(timezone.localdate(meeting.agreed_at or at))
    on_roll = (now | then).filter(school=meeting.school_id).order_by()
    fields = ("surname", "forename", "middle_names", "preferred_surname", "preferred_forename", "upn")
    rows = [
        *Pupil.objects.filter(pk__in=on_roll.values("pupil_id")).order_by().values_list(*fields),
        *Pupil.objects.filter(targeting_actions__meeting=meeting).order_by().values_list(*fields),
    ]
    return {word for row in rows for name in row for word in fold(name).split() if len(word) > 1}


def sayable(action: TargetingAction, names: Iterable[str]) -> bool:
    """Whether the words of an action may leave the building."""
    restricted = action.pupil is not None and action.pupil.restricted
    words = {form for word in fold(action.text).split() for form in (word, word.removesuffix("s"))}
    return not restricted and words.isdisjoint(names)


def _readers(meeting: TargetingMeeting, actions: Sequence[TargetingAction]) -> list[_Reader]:
    """Guests who came or have something to do, and owners who were not asked; each address once."""
    assert meeting.calendar is not None
    found: dict[str, _Reader] = {}
    for guest in meeting.calendar.guests.exclude(email="").select_related("user"):
        mine = [one for one in actions if _is_of(one, guest.pk, guest.user)]
        if guest.attended or mine:
            found.setdefault(guest.email.lower(), _Reader(guest.email, guest.user, guest.pk, mine))
    for action in actions:
        owner = action.owner
        if owner is not None and owner.email and owner.email.lower() not in found:
            mine = [one for one in actions if one.owner_id == owner.pk]
            found[owner.email.lower()] = _Reader(owner.email, owner, None, mine)
    return list(found.values())


def _is_of(action: TargetingAction, guest: int, user: Any | None) -> bool:
    if user is None:
        return action.guest_id == guest
    return action.owner_id == user.pk or (action.for_school and user.is_school_user)


def _line(action: TargetingAction, reader: _Reader, names: Iterable[str]) -> str:
    said = action.text if sayable(action, names) else "what is to be done is not said in an e-mail"
    page = reverse("targeting_action_done", args=[action.pk])
    link = (
        f"\n  {settings.CONFIG.address}{page}" if reader.user is not None and settings.CONFIG.address else ""
    )
    return f"- Action {action.pk}, by {long_date(action.due)}: {said}{link}"


def _where(meeting: TargetingMeeting, reader: _Reader) -> str:
    assert meeting.calendar is not None
    if reader.user is None:
        officer = meeting.calendar.organiser
        if reader.by_link and reader.guest is not None:
            link = f"{settings.CONFIG.address}{reverse('targeting_guest', args=[guests.token(reader.guest)])}"
            return (
                f"Tell us here once it is done:\n  {link}\n\nThe link is yours alone: please do not pass it on. "
                f"If something gets in the way, write to {officer.name}: {officer.email}."
            )
        if not reader.mine:
            return f"Nothing in it is yours to do. If you have a question, write to {officer.name}: {officer.email}."
        return (
            f"Please tell {officer.name} once it is done, or if something gets in the way: {officer.email}."
        )
    page = reverse("targeting_meeting", args=[meeting.pk])
    return f"Sign in to read it{f': {settings.CONFIG.address}{page}' if settings.CONFIG.address else ', under Meetings.'}"
