"""The live meeting: one child after the other, the register strip and what was said before in view."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q

from mainstay.service.attendance import grids
from mainstay.service.attendance.models import Register
from mainstay.service.attendance.queries import windows
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
)
from mainstay.service.attendance.targeting.queries.children import Child
from mainstay.service.common.keys import fold
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.common.ui.register_grid import Marks, RegisterGrid, build
from mainstay.service.directory.models import Enrolment, Pupil

#: our own choice: as many weeks of the register as fit beside the decision without scrolling
STRIP_WEEKS: Final = 8
_NAMED: Final = 3


@dataclass(slots=True)
class Before:
    """What earlier meetings said about the child."""

    decisions: list[TargetingDecision] = field(default_factory=list)
    actions: list[TargetingAction] = field(default_factory=list)


def strip(pupil: Pupil, school: int, year: int, until: date, user: Any) -> RegisterGrid | None:
    """The last weeks of the register, with the window of a threshold where it reaches into them."""
    registers = Register.objects.visible_to(user).filter(pupil=pupil, school=school, year=year)
    register: Any = registers.with_marks().first()
    if register is None:
        return None
    last = until - timedelta(days=until.weekday())
    first = last - timedelta(weeks=STRIP_WEEKS - 1)
    mask = bytes(register.open_mask or b"")
    marks, inside = grids.between(bytes(register.grid.marks), mask or None, year, first, last)
    window = windows.latest(pupil, year, user)
    return build(
        Marks(
            year=year, marks=marks, open_slots=inside, as_known_on=register.year_marked_on, window=window.weeks,
            counted=window.counted,
        )
    )  # fmt: skip


def before(meeting: TargetingMeeting, pupil: Pupil, user: Any) -> Before:
    """The last decisions and every open action, this meeting's own left out."""
    decisions = TargetingDecision.objects.visible_to(user).filter(pupil=pupil).exclude(meeting=meeting)
    actions = TargetingAction.objects.visible_to(user).filter(pupil=pupil).exclude(meeting=meeting)
    last = actions.filter(Q(done_at=None) | Q(done_at__gte=meeting.made_at - timedelta(days=120)))
    return Before(
        list(decisions.select_related("by", "meeting").order_by("-at", "-pk")[:_NAMED]),
        list(last.order_by("due", "pk")[:12]),
    )


def current(children: Sequence[Child], asked: int | None) -> Child | None:
    """The child asked for, or the first nobody has decided about, or the first."""
    by_pk = {one.pk: one for one in children}
    if asked in by_pk:
        return by_pk[asked]
    undecided = (one for one in children if one.decision is None and one.open)
    return next(undecided, children[0] if children else None)


def neighbours(children: Sequence[Child], now: Child) -> tuple[int | None, int | None]:
    """The children before and after, by number."""
    order = [one.pk for one in children]
    if now.pk not in order:
        return None, order[0] if order else None
    place = order.index(now.pk)
    return (
        order[place - 1] if place else None,
        order[place + 1] if place + 1 < len(order) else None,
    )


def find(meeting: TargetingMeeting, words: str, user: Any, day: date) -> int:
    """The one child on the school's roll with that UPN or name. Raises StepRefused where it is none or several."""
    on_roll = Enrolment.objects.on(day).filter(school=meeting.school_id)
    listed = Pupil.objects.visible_to(user).filter(pk__in=on_roll.values("pupil_id"))
    said = fold(words)
    if not said:
        raise StepRefused("Write the name or the UPN of a child of this school.")
    fits = Q(upn=words.strip().upper())
    named = Q()
    for word in said.split():
        named &= Q(key__contains=word)
    found = list(
        listed.filter(fits | named).order_by("key", "pk").values_list("pk", flat=True)[: _NAMED + 20]
    )
    if not found:
        raise StepRefused("No child on this school's roll is found by these words.")
    if len(found) > 1:
        raise StepRefused(
            f"{plural(len(found), 'child', 'children')} fit these words: write first and last name, or the UPN."
        )
    return found[0]
