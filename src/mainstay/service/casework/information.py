"""Leaflets where the work is done: which go with a visit, a Fast Track, a plan or a referral, and which were given with it."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mainstay.service.casework.models import FastTrack, Plan, Referral, Visit
from mainstay.service.directory.models import Pupil
from mainstay.service.documents import leaflets
from mainstay.service.documents.leaflets import PROCESS, PUPIL, SUPPORT, Occasion
from mainstay.service.documents.models import LeafletGiven

#: kind of thing -> the leaflets a family is given with it: our own choice
GO_WITH: Final[Mapping[str, tuple[str, ...]]] = {
    "casework.visit": (SUPPORT, PROCESS, PUPIL),
    "casework.plan": (SUPPORT, PUPIL),
    "casework.fasttrack": (PROCESS, PUPIL),
    "casework.referral": (PROCESS, SUPPORT, PUPIL),
}


def occasions(pupil: Pupil, user: Any) -> list[Occasion]:
    """Visits made or announced, Fast Tracks decided on, plans offered and referrals open, as far as this person may see them."""
    found = []
    if user.sees_all_schools and user.may("work_case"):
        made, to_come = Q(arrived_at__isnull=False), Q(announced=True, state=Visit.State.PLANNED)
        visits = Visit.objects.visible_to(user).filter(made | to_come, case__pupil=pupil)
        for one in visits.select_related("meeting"):
            label, on = ("Visit", one.arrived_at) if one.arrived_at else ("Visit to come", one.meeting.starts)
            found.append(("casework.visit", one.pk, label, on))
        tracks = FastTrack.objects.visible_to(user).filter(case__pupil=pupil).select_related("decision")
        found += [("casework.fasttrack", one.pk, "Fast Track", one.decision.at) for one in tracks]
    plans = Plan.objects.visible_to(user).filter(pupil=pupil).exclude(state=Plan.State.DROPPED)
    found += [("casework.plan", one.pk, one.get_kind_display(), one.made_at) for one in plans]
    referrals = Referral.objects.visible_to(user).filter(pupil=pupil)
    found += [("casework.referral", one.pk, "Referral", one.submitted_at or one.made_at) for one in referrals]
    return [Occasion(kind, str(pk), label, timezone.localdate(at)) for kind, pk, label, at in found if at]


def beside(thing: models.Model, pupil: Pupil, user: Any) -> dict[str, Any] | None:
    """For ``casework/_information.jinja``: what was given with a thing, what was not yet, where to record it.

    None for whoever neither gives leaflets nor reads what was given.
    """
    if not user.may("give_leaflets"):
        return None
    kind = thing._meta.label_lower
    found = LeafletGiven.objects.visible_to(user).about(thing).select_related("leaflet", "parent")
    given = rows(found)
    had = {row["given"].leaflet.subject for row in given}
    return {
        "rows": given,
        "not_yet": [leaflets.SUBJECTS[one] for one in GO_WITH[kind] if one not in had],
        "href": ""
        if not _is_here(pupil, user)
        else f"{reverse('leaflet_give', args=[pupil.pk])}?with={kind}:{thing.pk}",
    }


def _is_here(pupil: Pupil, user: Any) -> bool:
    return bool(user.sees_all_schools or Pupil.objects.present_to(user).filter(pk=pupil.pk).exists())


def rows(found: Any) -> list[dict[str, Any]]:
    return [
        {"given": one, "language": leaflets.language_name(one.leaflet.language),
         "to": one.parent.name if one.parent else "the child"}
        for one in found
    ]  # fmt: skip
