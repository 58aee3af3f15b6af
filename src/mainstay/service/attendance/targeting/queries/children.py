"""The children of a meeting by name, as far as this person may know them; restricted ones by initials."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from mainstay.service.attendance.models import Finding
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
)
from mainstay.service.attendance.targeting.pack import RANKS
from mainstay.service.common.among import among
from mainstay.service.directory.models import Pupil
from mainstay.service.record import access, frame

Choice = TargetingDecision.Choice
KINDS = dict(Finding.Kind.choices)


@dataclass(slots=True)
class Child:
    """One child of a meeting. ``said``: the pack's figures, or nothing for one who was added by hand."""

    pupil: Pupil
    name: str
    open: bool  # False: restricted, and not opened by this person
    flags: list[dict[str, str]]
    said: dict[str, Any]
    decision: TargetingDecision | None = None
    actions: list[TargetingAction] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.pupil.pk

    @property
    def rank(self) -> str:
        return RANKS.get(self.said.get("rank", ""), "Added in the meeting")

    @property
    def found(self) -> list[str]:
        return [str(KINDS.get(kind, kind)) for kind in self.said.get("kinds", ())]


def of_meeting(meeting: TargetingMeeting, content: dict[str, Any], user: Any) -> list[Child]:
    """In the order of the pack, then those added; with decisions and actions. A fixed number of queries."""
    said = {one["pupil"]: one for one in content.get("children", ())}
    decisions = {
        one.pupil_id: one
        for one in TargetingDecision.objects.visible_to(user).filter(meeting=meeting).select_related("by")
    }
    actions: dict[int, list[TargetingAction]] = {}
    theirs = TargetingAction.objects.visible_to(user).filter(meeting=meeting).exclude(pupil=None)
    for action in theirs.order_by("due", "pk"):
        actions.setdefault(action.pupil_id, []).append(action)
    wanted = [*said, *(pk for pk in (*decisions, *actions) if pk not in said)]
    pupils = known(dict.fromkeys(wanted), user)
    return [
        child(pupils[pk], user, said.get(pk, {}), opened, decisions.get(pk), actions.get(pk, []))
        for opened in [access.opened_by(user, [pk for pk, one in pupils.items() if one.restricted])]
        for pk in dict.fromkeys(wanted)
        if pk in pupils
    ]


def known(ids: Iterable[int], user: Any) -> dict[int, Pupil]:
    """Those of the pupils in this person's view whose present circumstances they may know."""
    seen = Pupil.objects.present_to(user).filter(pk__among=among(ids))
    return {pupil.pk: pupil for pupil in seen.select_related("school")}


def child(
    pupil: Pupil,
    user: Any,
    said: dict[str, Any],
    opened: set[int],
    decision: TargetingDecision | None,
    actions: list[TargetingAction],
) -> Child:
    is_open = not pupil.restricted or pupil.pk in opened
    return Child(
        pupil, shown_name(pupil), is_open, frame.flags(pupil, user) if is_open else [], said,
        decision if is_open else None, actions if is_open else [],
    )  # fmt: skip


def shown_name(pupil: Pupil) -> str:
    return f"{pupil.initials} (restricted)" if pupil.restricted else pupil.name


def by_rank(children: Sequence[Child]) -> list[tuple[str, list[Child]]]:
    """The children under the words of their place in the order."""
    found: dict[str, list[Child]] = {}
    for one in children:
        found.setdefault(one.rank, []).append(one)
    return list(found.items())


def action_rows(actions: Iterable[TargetingAction], user: Any) -> list[dict[str, Any]]:
    """Actions read with meeting, school and pupil, for a list; the words about a restricted child stay with its record."""
    listed, today = list(actions), timezone.localdate()
    restricted = [one.pupil.pk for one in listed if one.pupil is not None and one.pupil.restricted]
    opened = access.opened_by(user, restricted) if restricted else set()
    rows = []
    for one in listed:
        hidden = one.pupil is not None and one.pupil.restricted and one.pupil_id not in opened
        rows.append(
            {
                "pk": one.pk,
                "url": reverse("targeting_action_done", args=[one.pk]),
                "text": "About a restricted record: open it to read this" if hidden else titled(one.text),
                "child": shown_name(one.pupil) if one.pupil is not None else "The school as a whole",
                "school": one.meeting.school.name,
                "owner": one.owner_name,
                "due": one.due,
                "late": one.done_at is None and one.due < today,
                "done_at": one.done_at,
                "done_words": "" if hidden else one.done_words,
            }
        )
    return rows


def titled(text: str) -> str:
    """What was typed after "@school", as a line of its own."""
    return text[:1].upper() + text[1:]


def consultation(pupil_id: int, user: Any) -> str:
    """Where a consultation about a child is logged; "" where that is not to be had, or not this person's."""
    try:
        href = reverse("consultation_new")
    except NoReverseMatch:
        return ""
    return f"{href}?pupil={pupil_id}" if user.may("consult") else ""
