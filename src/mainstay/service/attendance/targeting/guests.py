"""A guest without an account answers for what is theirs, by a signed link of their own that runs out.

It opens nothing else, and says nothing that an e-mail would not say.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.core import signing
from django.utils import timezone

from mainstay.service.attendance.targeting.models import TargetingAction
from mainstay.service.record.models import Guest

_SALT: Final = "attendance.targeting.guest"
#: our own choice: an answer may come late; after that the officer asks
AFTER: Final = timedelta(days=30)


def token(guest: int) -> str:
    return signing.dumps(guest, salt=_SALT)


def actions_of(guest: int) -> list[TargetingAction]:
    """What is theirs of agreed meetings, the first due first."""
    theirs = TargetingAction.objects.filter(guest=guest, owner=None, meeting__state="agreed")
    return list(
        theirs.select_related("meeting__school", "meeting__calendar__organiser", "pupil").order_by(
            "due", "pk"
        )
    )


def of_token(said: str, at: datetime) -> tuple[Guest, list[TargetingAction]] | None:
    """Whose link this is, with what is theirs; None where it was not given by us, or is over."""
    try:
        guest = Guest.objects.filter(pk=signing.loads(said, salt=_SALT), user=None).first()
    except signing.BadSignature:
        return None
    found = actions_of(guest.pk) if guest is not None else []
    return (guest, found) if guest is not None and _runs(found, at) else None


def _runs(actions: Iterable[TargetingAction], at: datetime) -> bool:
    return any(one.due + AFTER >= timezone.localdate(at) for one in actions)
