"""Leaflets where the work is done: which go with a visit, a Fast Track, a plan or a referral, and which were given with it."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast, Coalesce
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
    plans = Plan.objects.visible_to(user).filter(pupil=pupil).exclude(state=Plan.State.DROPPED)
    referrals = Referral.objects.visible_to(user).filter(pupil=pupil)
    found = [
        _rows(plans, "casework.plan", F("kind"), F("made_at")),
        _rows(referrals, "casework.referral", Value("Referral"), Coalesce("submitted_at", "made_at")),
    ]
    if user.sees_all_schools and user.may("work_case"):
        made, to_come = Q(arrived_at__isnull=False), Q(announced=True, state=Visit.State.PLANNED)
        visits = Visit.objects.visible_to(user).filter(made | to_come, case__pupil=pupil)
        label = Case(When(made, then=Value("Visit")), default=Value("Visit to come"))
        tracks = FastTrack.objects.visible_to(user).filter(case__pupil=pupil)
        found += [
            _rows(visits, "casework.visit", label, Coalesce("arrived_at", "meeting__starts")),
            _rows(tracks, "casework.fasttrack", Value("Fast Track"), F("decision__at")),
        ]
    plan = dict(Plan.Kind.choices)
    return [
        Occasion(kind, str(pk), plan.get(label, label), timezone.localdate(at))
        for kind, pk, label, at in found[0].union(*found[1:], all=True)
    ]


def _rows(found: Any, kind: str, label: Any, on: Any) -> Any:
    """Kind, key, words and moment of each, to be asked for together with the others."""
    words = Cast(label, models.TextField())
    of = found.order_by().annotate(kind_=Value(kind, models.TextField()), label_=words, on_=on)
    return of.values_list("kind_", "pk", "label_", "on_")


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
