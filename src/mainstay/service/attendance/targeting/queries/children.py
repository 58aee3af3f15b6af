"""The children of a meeting by name, as far as this person may know them; restricted ones by initials."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from mainstay.service.attendance.models import Finding
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
    decision_kept,
)
from mainstay.service.attendance.targeting.pack import RANKS
from mainstay.service.common import meanwhile
from mainstay.service.common.among import among
from mainstay.service.directory.models import Pupil
from mainstay.service.documents.models import LeafletGiven
from mainstay.service.record import access, frame

Choice = TargetingDecision.Choice
#: what a list shows of a pupil
_LISTED: Final = (
    "surname", "forename", "preferred_surname", "preferred_forename", "year_group", "restricted", "in_care", "social_worker",
    "sen",
)  # fmt: skip
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
    def seen(self) -> str:
        """What a page that shows this child sends back, so that nobody writes over words they did not see."""
        return meanwhile.mark(decision_kept(self.decision))

    @property
    def found(self) -> list[str]:
        return [str(KINDS.get(kind, kind)) for kind in self.said.get("kinds", ())]


def of_meeting(
    meeting: TargetingMeeting, content: dict[str, Any], user: Any, only: Collection[int] | None = None
) -> list[Child]:
    """In the order of the pack, then those added; with decisions and actions. A fixed number of queries.

    only: these of the pack, and whoever something is written about.
    """
    decisions = {
        one.pupil_id: one
        for one in TargetingDecision.objects.visible_to(user).filter(meeting=meeting).select_related("by")
    }
    actions: dict[int, list[TargetingAction]] = {}
    theirs = TargetingAction.objects.visible_to(user).filter(meeting=meeting).exclude(pupil=None)
    for action in theirs.order_by("due", "pk"):
        actions.setdefault(action.pupil_id, []).append(action)
    some = None if only is None else {*only, *decisions, *actions}
    said = {one["pupil"]: one for one in content.get("children", ()) if some is None or one["pupil"] in some}
    wanted = dict.fromkeys([*said, *decisions, *actions])
    pupils = known(wanted, user)
    restricted = [pk for pk, one in pupils.items() if one.restricted]
    opened = access.opened_by(user, restricted) if restricted else set()
    return [
        child(pupils[pk], user, said.get(pk, {}), opened, decisions.get(pk), actions.get(pk, []))
        for pk in wanted
        if pk in pupils
    ]


def ranked(content: dict[str, Any], user: Any) -> dict[str, list[int]]:
    """Place in the order -> the children of the pack there whom this person may know, by number; one query."""
    order = {one["pupil"]: one["rank"] for one in content.get("children", ())}
    seen = set(_in_view(order, user).order_by().values_list("pk", flat=True)) if order else set()
    found: dict[str, list[int]] = {}
    for pk, rank in order.items():
        if pk in seen:
            found.setdefault(rank, []).append(pk)
    return found


def known(ids: Iterable[int], user: Any) -> dict[int, Pupil]:
    """Those of the pupils in this person's view whose present circumstances they may know, with what a list shows."""
    return {pupil.pk: pupil for pupil in _in_view(ids, user).only(*_LISTED)}


def _in_view(ids: Iterable[int], user: Any) -> QuerySet[Pupil]:
    return Pupil.objects.present_to(user).filter(pk__among=among(ids))


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


def information(children: Iterable[Child], user: Any) -> dict[int, dict[str, Any]]:
    """Child -> whether a leaflet went with what was decided, and where that is recorded; for whoever records it."""
    if not (user.sees_all_schools and user.may("record_service")):
        return {}
    decided = {one.pk: one.decision.pk for one in children if one.decision is not None}
    kind = TargetingDecision._meta.label_lower
    given = LeafletGiven.objects.visible_to(user).filter(
        about_kind=kind, about_id__in=[str(pk) for pk in decided.values()]
    )
    with_one = set(given.order_by().values_list("about_id", flat=True)) if decided else set()
    return {
        pupil: {
            "given": str(pk) in with_one,
            "href": f"{reverse('leaflet_give', args=[pupil])}?with={kind}:{pk}",
        }
        for pupil, pk in decided.items()
    }
