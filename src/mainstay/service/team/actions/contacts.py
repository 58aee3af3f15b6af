"""How an officer is reached at work: changed by themselves or a manager."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.team.models import OfficerContact


@transaction.atomic
def change(
    *, user: Any, phone: str, teams: str, hours: str, public: bool, by: Any, at: datetime
) -> OfficerContact:
    if by.pk != user.pk and not by.may("see_team"):
        raise StepRefused("You can change your own contact; a manager changes a colleague’s.")
    said = {"phone": phone.strip(), "teams": teams.strip(), "hours": hours.strip(), "public": public}
    contact, _ = OfficerContact.objects.update_or_create(user=user, defaults=said)
    trail.record(by=by, at=at, action="contact.changed", on=contact, user=user.pk, **said)
    return contact
