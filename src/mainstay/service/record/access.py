"""Who may open a child's record: restricted ones need a reason, and every opening is logged."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, conflicts_of
from mainstay.service.record.frame import keep_presence
from mainstay.service.record.models import RecordRead, RestrictedOpening

ChildView = Callable[..., HttpResponse]


def may_open(user: Any, pupil: Pupil) -> bool:
    """Whether this person may read the record now: the pupil is in view and, if restricted, was opened today."""
    return in_view(user, pupil) and (not pupil.restricted or is_open(user, pupil))


def in_view(user: Any, pupil: Pupil) -> bool:
    """Whether the pupil is in this person's view; not asked of the database where nothing there can hide them."""
    if user.sees_all_schools and user.may("see_pupils") and not any(conflicts_of(user)):
        return pupil.merged_into_id is None
    return Pupil.objects.visible_to(user).filter(pk=pupil.pk).exists()


def is_open(user: Any, pupil: Pupil) -> bool:
    """Whether a restricted record stands open for this person."""
    return RestrictedOpening.objects.filter(pupil=pupil, user=user, until__gt=timezone.now()).exists()


def opened_by(user: Any, pupils: Iterable[int]) -> set[int]:
    """Those of the pupils whose restricted record stands open for this person; one query."""
    rows = RestrictedOpening.objects.filter(pupil__in=list(pupils), user=user, until__gt=timezone.now())
    return set(rows.order_by().values_list("pupil_id", flat=True))


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
    if not in_view(by, pupil):
        raise StepRefused("You cannot see this pupil.")
    opening = RestrictedOpening.objects.create(
        pupil=pupil, user=by, at=at, until=_midnight(at), reason=reason[:300]
    )
    trail.record(by=by, at=at, action="record.restricted_opened", on=pupil, reason=opening.reason)
    return opening


def _midnight(at: datetime) -> datetime:
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time()))


def log_read(request: SignedIn, pupil: Pupil | int, *, page: str, reason: str = "") -> None:
    """Log that the signed-in person read a page of this child's record."""
    RecordRead.objects.create(
        at=timezone.now(),
        user_id=request.user.pk,
        pupil_id=pupil if isinstance(pupil, int) else pupil.pk,
        page=page[:40],
        reason=reason[:300],
    )


def log_reads(request: SignedIn, pupils: Iterable[int], *, page: str) -> None:
    """As ``log_read``, of a page that shows the records of several children; one query."""
    now, user = timezone.now(), request.user.pk
    RecordRead.objects.bulk_create(
        RecordRead(at=now, user_id=user, pupil_id=pupil, page=page[:40]) for pupil in sorted(set(pupils))
    )


def log_list(request: SignedIn, page: str) -> None:
    """Log that a list of children was taken out of the system, such as an export; pupil 0 means a list."""
    log_read(request, 0, page=page)


def ask_reason_url(pupil: Pupil, *, back: str) -> str:
    """The page that asks why a restricted record is opened, and leads back."""
    return f"{reverse('pupil_open', args=[pupil.pk])}?{urlencode({'next': back})}"


def opened(page: str) -> Callable[[ChildView], ChildView]:
    """A page that changes a child's record, beneath ``needs``: the view gets the pupil, if it stands open to the person.

    A restricted one asks for a reason first; 404 outside the person's view; reading is logged.
    """

    def decorate(view: ChildView) -> ChildView:
        @wraps(view)
        def shown(request: SignedIn, pk: int, **more: Any) -> HttpResponse:
            seen = Pupil.objects.present_to(request.user).select_related("school")
            pupil = get_object_or_404(seen, pk=pk)
            if pupil.restricted and not is_open(request.user, pupil):
                return redirect(ask_reason_url(pupil, back=request.path))
            log_read(request, pupil, page=page)
            return view(request, pupil, **more)

        return shown

    return decorate


def _seen(user: Any, present: bool) -> QuerySet[Pupil]:
    """The pupils in view, or present; of others than the service's own, with whether they are present."""
    pupils = Pupil.objects
    seen = (pupils.present_to(user) if present else pupils.visible_to(user)).select_related("school")
    if user.sees_all_schools:
        return seen
    return seen.annotate(present=Exists(pupils.present_to(user).filter(pk=OuterRef("pk")).order_by()))


def child_page(
    page: str, permission: str, *, present: bool = False
) -> Callable[[ChildView], Callable[..., HttpResponseBase]]:
    """A page of a child's record: GET only, permission asked, restriction kept, reading logged.

    The view gets the pupil instead of its id; 404 outside the person's view.
    present: about the child as they are now, which a school they have left does not read.
    """

    def decorate(view: ChildView) -> Callable[..., HttpResponseBase]:
        def shown(request: SignedIn, pk: int, **more: Any) -> HttpResponseBase:
            pupil = get_object_or_404(_seen(request.user, present), pk=pk)
            keep_presence(pupil, request.user)
            if pupil.restricted and not is_open(request.user, pupil):
                return redirect(ask_reason_url(pupil, back=request.path))
            log_read(request, pupil, page=page)
            return view(request, pupil, **more)

        return require_safe(needs(permission)(wraps(view)(shown)))

    return decorate
