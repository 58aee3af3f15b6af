"""When two records of a child become one, their cases do; of two open ones the newer stays out of the way of the older."""

from datetime import datetime
from typing import Any

from mainstay.service.casework.models import Case, FastTrack
from mainstay.service.directory.models import Pupil


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Move what this room keeps of ``other`` to ``kept``; listens to ``pupils_merged``."""
    theirs = Case.objects.filter(pupil=other)
    if Case.objects.open().filter(pupil=kept, kind=Case.Kind.STATUTORY).exists():
        _close_second(theirs.filter(closed_at=None, kind=Case.Kind.STATUTORY), at)
    ids = sorted(theirs.values_list("pk", flat=True))
    Case.objects.filter(pk__in=ids).update(pupil=kept)
    moved[Case._meta.label_lower] = ids


def _close_second(cases: Any, at: datetime) -> None:
    """A child has one open case: the second record's ends as opened in error, and its papers stay readable.

    Its Fast Track stops with it.
    """
    FastTrack.objects.open().filter(case__in=cases.values("pk")).update(
        state=FastTrack.State.CLOSED, state_since=at, outcome=FastTrack.Outcome.STOPPED
    )
    cases.update(state=Case.State.CLOSED, closed_at=at, state_since=at, closed_because=Case.Reason.IN_ERROR)
