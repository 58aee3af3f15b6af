"""The steps of visits and of the initial investigation, and what a case waits for until that is finished."""

from typing import Any, Final

from django.db.models import Exists, OuterRef
from django.utils import timezone

from mainstay.service.casework.families import parents_of
from mainstay.service.casework.models import Case, FastTrack, Investigation, Passage, Plan, Visit
from mainstay.service.common.steps import Step, Steps
from mainstay.service.record.models import Meeting

V, N = Visit.State, Investigation.State


def called_off(visit: Visit) -> str | None:
    """A meeting can be cancelled from the officer's diary too."""
    return "This visit was cancelled." if visit.meeting.state == Meeting.State.CANCELLED else None


#: an officer who forgot to say that they arrived says only that they are safe
VISIT: Final = Steps(
    "visit",
    Step("arrive", "Say that I am arriving", frozenset({V.PLANNED}), V.THERE, "work_case", (called_off,)),
    Step("leave", "Say that I am safe and leaving", frozenset({V.PLANNED, V.THERE}), V.LEFT, "work_case", (called_off,)),
    Step("record", "Finish the record", frozenset({V.LEFT}), V.RECORDED, "work_case"),
    Step("cancel", "Cancel the visit", frozenset({V.PLANNED}), V.CANCELLED, "work_case"),
)  # fmt: skip


def no_register(one: Investigation) -> str | None:
    return None if one.register else "Make the register check."


def no_views(one: Investigation) -> str | None:
    """Each parent of today, and the child: what they said, or why they were not heard."""
    said = _passages(one)
    parents = {parent.pk for parent in parents_of(one.case.pupil_id, timezone.localdate())}
    words = []
    if parents - {parent for key, parent in said if key == Passage.PARENT}:
        words.append("Write down what each parent said, or why they were not heard.")
    if (Passage.CHILD, None) not in said:
        words.append("Write down what the child said, or why they were not heard.")
    return " ".join(words) or None


def no_agencies(one: Investigation) -> str | None:
    if one.no_agencies or one.checks.exists():
        return None
    return "Record which agencies you asked, or why you asked none."


def no_analysis(one: Investigation) -> str | None:
    return None if ("analysis", None) in _passages(one) else "Write your analysis."


def _passages(one: Investigation) -> set[tuple[str, int | None]]:
    """What is written: (key, parent)…; read once for a page."""
    kept: set[tuple[str, int | None]] | None = one.__dict__.get("_written")
    if kept is None:
        found = Passage.objects.filter(about_kind=one._meta.label_lower, about_id=str(one.pk)).exclude(
            text=""
        )
        kept = one.__dict__["_written"] = set(found.values_list("key", "parent_id"))
    return kept


INVESTIGATION: Final = Steps(
    "investigation",
    Step("finish", "Finish the investigation", frozenset({N.OPEN}), N.FINISHED, "work_case",
         (no_register, no_views, no_agencies, no_analysis)),
    Step("agree", "Agree to the recommendation", frozenset({N.FINISHED}), N.SEEN, "decide_fast_track"),
    Step("send_back", "Send the investigation back", frozenset({N.FINISHED}), N.OPEN, "decide_fast_track"),
)  # fmt: skip


def no_investigation(case: Any) -> str | None:
    """What stands between a statutory case and its next stage; cases that a school purchased need no investigation."""
    if case.kind != Case.Kind.STATUTORY:
        return None
    one = getattr(case, "investigation", None)
    if one is None or one.state == N.OPEN:
        return "The initial investigation has to be finished first."
    if not one.settled:
        return "A senior officer has to agree to what the investigation recommends."
    return None


def unfinished(case: Any) -> str | None:
    """Nobody is left on the way to a family, and no promise without an end, when a case closes; asked once for a page."""
    if "_unfinished" not in case.__dict__:
        visits, plans, tracks = next(iter(_open_of(case)), (False, False, False))
        words = ["Cancel the visits to come, and write up those that were made."] if visits else []
        words += ["End the plans that run, or keep that they were not agreed."] if plans else []
        words += ["End the Fast Track, or stop it."] if tracks else []
        case.__dict__["_unfinished"] = " ".join(words) or None
    found: str | None = case.__dict__["_unfinished"]
    return found


def _open_of(case: Any) -> Any:
    """Whether visits, plans and a Fast Track of a case are open; one question."""
    visits = Visit.objects.filter(case=OuterRef("pk"), state__in=[V.PLANNED, V.THERE, V.LEFT])
    plans = Plan.objects.filter(case=OuterRef("pk"), state__in=[Plan.State.OFFERED, Plan.State.RUNNING])
    tracks = FastTrack.objects.filter(case=OuterRef("pk")).exclude(state=FastTrack.State.CLOSED)
    seen = (Exists(visits.exclude(meeting__state=Meeting.State.CANCELLED)), Exists(plans), Exists(tracks))
    return Case.objects.filter(pk=case.pk).values_list(*seen)
