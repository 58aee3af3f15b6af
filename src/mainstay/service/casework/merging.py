"""When two records of a child, or of a parent, become one, what this room keeps of the second goes to the first.

Of two open cases or referrals the newer stays out of the way of the older.
"""

from datetime import datetime
from typing import Any, Final

from django.db import models
from django.db.models import Q

from mainstay.service.casework import joining
from mainstay.service.casework.models import (
    Case,
    Consultation,
    FastTrack,
    Plan,
    Referral,
    ReferralLetter,
    ReferralParent,
    Visit,
)
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.record import deadlines, meetings
from mainstay.service.record.models import Meeting

MODELS: Final = (Case, Consultation, Plan, Referral)
#: a row of the second parent that the first has too, by these fields, stays with the second, out of view
_ONE_EACH: Final[dict[type[models.Model], tuple[str, ...]]] = {
    ReferralParent: ("referral_id",),
    ReferralLetter: ("referral_id", "kind"),
}


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Move what this room keeps of ``other`` to ``kept``; listens to ``pupils_merged``."""
    if Case.objects.open().filter(pupil=kept, kind=Case.Kind.STATUTORY).exists():
        _close_second(Case.objects.filter(pupil=other, closed_at=None, kind=Case.Kind.STATUTORY), by, at)
    if Referral.objects.open().filter(pupil=kept).exists():
        _withdraw_second(other, by, at)
    for model in MODELS:
        ids = sorted(model._default_manager.filter(pupil=other).values_list("pk", flat=True))
        model._default_manager.filter(pk__in=ids).update(pupil=kept)
        moved[model._meta.label_lower] = ids
    case = Case.objects.open().filter(pupil=kept, kind=Case.Kind.STATUTORY).first()
    if case is not None:
        joining.join(case, by=by, at=at)


def move_parent(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """The same of two parents; listens to ``parents_merged``."""
    for model, fields in _ONE_EACH.items():
        rows = model._default_manager.filter(parent=other)
        has = set(model._default_manager.filter(parent=kept).values_list(*fields))
        ids = sorted(pk for pk, *key in rows.values_list("pk", *fields) if tuple(key) not in has)
        model._default_manager.filter(pk__in=ids).update(parent=kept)
        moved[model._meta.label_lower] = ids


def _close_second(cases: Any, by: Any, at: datetime) -> None:
    """A child has one open case: the second record's ends as opened in error, and its papers stay readable.

    Its Fast Track, plans, visits and meetings to come stop with it.
    """
    ids = list(cases.order_by().values_list("pk", flat=True))
    tracks = FastTrack.objects.open().filter(case__in=ids)
    plans = Plan.objects.filter(
        case__in=ids, state__in=(Plan.State.DRAFT, Plan.State.OFFERED, Plan.State.RUNNING)
    )
    visits = Visit.objects.filter(case__in=ids, state=Visit.State.PLANNED)
    ended = {rows.model: list(rows.order_by().values_list("pk", flat=True)) for rows in (tracks, plans)}
    to_come = Meeting.objects.planned().filter(
        Q(visit__in=visits)
        | Q(about_kind=FastTrack._meta.label_lower, about_id__in=map(str, ended[FastTrack]))
    )
    for meeting in list(to_come.order_by("pk")):
        meetings.cancel(meeting_id=meeting.pk, because="Two records became one.", by=by, at=at)
    tracks.update(state=FastTrack.State.CLOSED, state_since=at, outcome=FastTrack.Outcome.STOPPED)
    plans.update(state=Plan.State.DROPPED, state_since=at)
    visits.update(state=Visit.State.CANCELLED)
    for kind, about in (("fasttrack", ended[FastTrack]), ("plan", ended[Plan]), ("case", ids)):
        deadlines.stop_many(about_kind=f"casework.{kind}", about_ids=about, by=by, at=at)
    cases.update(state=Case.State.CLOSED, closed_at=at, state_since=at, closed_because=Case.Reason.IN_ERROR)


def _withdraw_second(other: Pupil, by: Any, at: datetime) -> None:
    """A child has one open referral: the second record's is withdrawn, its rounds and papers stay readable."""
    for referral in Referral.objects.open().filter(pupil=other):
        referral.state, referral.state_since = Referral.State.WITHDRAWN, at
        referral.paused_from, referral.paused_because = None, ""
        referral.save(update_fields=["state", "state_since", "paused_from", "paused_because"])
        words = "Two records of this child became one, and the other has an open referral."
        referral.rounds.filter(answer="").update(
            answer="withdrawn", answered_at=at, answered_by=by, words=words
        )
        deadlines.stop(about=referral, by=by, at=at)
