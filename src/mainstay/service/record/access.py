"""Who may open a child's record: restricted ones need a reason, and every opening is logged."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.record.models import RecordRead, RestrictedOpening


def may_open(user: Any, pupil: Pupil) -> bool:
    """Whether this person may read the record now: the pupil is in view and, if restricted, was opened today."""
    if not Pupil.objects.visible_to(user).filter(pk=pupil.pk).exists():
        return False
    return not pupil.restricted or is_open(user, pupil)


def is_open(user: Any, pupil: Pupil) -> bool:
    """Whether a restricted record stands open for this person."""
    return RestrictedOpening.objects.filter(pupil=pupil, user=user, until__gt=timezone.now()).exists()


@transaction.atomic
def open_restricted(*, pupil: Pupil, by: Any, at: datetime, reason: str) -> RestrictedOpening:
    """Open a restricted record until midnight; the reason is kept and shown to information governance.

    Raises StepRefused for a role that may not, or a reason of fewer than ten characters.
    """
    if not by.may("open_restricted"):
        raise StepRefused("Your role cannot open restricted records. Ask a service manager.")
    reason = reason.strip()
    if len(reason) < 10:
        raise StepRefused("Say why you need to open this record: at least a few words.")
    if not Pupil.objects.visible_to(by).filter(pk=pupil.pk).exists():
        raise StepRefused("You cannot see this pupil.")
    opening = RestrictedOpening.objects.create(
        pupil=pupil, user=by, at=at, until=_midnight(at), reason=reason[:300]
    )
    trail.record(by=by, at=at, action="record.restricted_opened", on=pupil, reason=opening.reason)
    return opening


def _midnight(at: datetime) -> datetime:
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time()))


def log_read(request: HttpRequest, pupil: Pupil | int, *, page: str, reason: str = "") -> None:
    """Log that the signed-in person read a page of this child's record."""
    RecordRead.objects.create(
        at=timezone.now(),
        user_id=request.user.pk,
        pupil_id=pupil if isinstance(pupil, int) else pupil.pk,
        page=page[:40],
        reason=reason[:300],
    )


class ReasonNeeded(Exception):
    """The record is restricted and not yet open; views answer with the page that asks for a reason."""

    def __init__(self, pupil: Pupil) -> None:
        super().__init__("a restricted record needs a reason")
        self.pupil = pupil


def open_record(request: HttpRequest, pupil_id: int, *, page: str) -> Pupil:
    """The pupil of a child's page, read logged; 404 outside the view, ReasonNeeded when restricted.

    The school and its trust come with it in the same query.
    """
    pupil = Pupil.objects.visible_to(request.user).select_related("school").filter(pk=pupil_id).first()
    if pupil is None:
        raise Http404
    if pupil.restricted and not is_open(request.user, pupil):
        raise ReasonNeeded(pupil)
    log_read(request, pupil, page=page)
    return pupil
