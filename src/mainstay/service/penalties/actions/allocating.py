"""Who looks at a request: the link officer of the school to begin with, whoever takes it on, or is given it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties.actions.locking import request_of
from mainstay.service.penalties.models import NoticeRequest
from mainstay.service.record.models import Deadline


@transaction.atomic
def allocate(*, request_id: int, owner: Any, by: Any, at: datetime) -> NoticeRequest:
    """Give a request to an officer, or take it on; its open deadline goes with it.

    Raises StepRefused where somebody gives it to another without the right to, or to whoever cannot check it.
    """
    request = request_of(request_id, by)
    if not by.may("check_notice") or (owner.pk != by.pk and not by.may("allocate")):
        raise StepRefused("You can take a request on yourself; a manager gives it to somebody else.")
    if not owner.may("check_notice"):
        raise StepRefused("This person's role cannot check requests.")
    if request.closed_at is not None:
        raise StepRefused("This request is decided.")
    before = request.owner_id
    request.owner = owner
    request.save(update_fields=["owner"])
    about = {"about_kind": request._meta.label_lower, "about_id": str(request.pk)}
    Deadline.objects.open().filter(**about).update(owner=owner)
    trail.record(by=by, at=at, action="notice_request.allocated", on=request, before=before, to=owner.pk)
    return request
