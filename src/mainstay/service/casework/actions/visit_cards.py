"""The card that is left where a visit found nobody."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework import papers_visits
from mainstay.service.casework.actions.visits import locked
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.models import VisitCard
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused


@transaction.atomic
def leave(*, visit_id: int, parent: int, by: Any, at: datetime) -> VisitCard:
    """Make the card for one parent, in their language and print; each parent has their own envelope."""
    visit = locked(visit_id, by)
    if not by.may("work_case"):
        raise StepRefused("Your role cannot write to families about a visit.")
    if visit.arrived_at is None:
        raise StepRefused("A card says that you called: it is made once you were there.")
    parents = {one.pk: one for one in parents_of(visit.case.pupil_id, timezone.localdate(at))}
    if parent not in parents:
        raise StepRefused("This person is not recorded as a parent of this child.")
    document = papers_visits.card_for(visit, parents[parent], by=by, at=at)
    card = VisitCard.objects.create(visit=visit, document=document, name=parents[parent].name)
    trail.record(by=by, at=at, action="visit.card_made", on=visit, card=card.pk, parent=parent)
    return card
