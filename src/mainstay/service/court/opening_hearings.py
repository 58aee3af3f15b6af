"""Pages about a hearing or a result: as those of its prosecution are opened."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.court import reading
from mainstay.service.court.models import Hearing, Result
from mainstay.service.court.queries.hearings import with_papers
from mainstay.service.record import access

View = Callable[..., HttpResponseBase]
_OF_RESULT = (
    "prosecution__case__pupil__school", "prosecution__case__school", "prosecution__case__owner", "prosecution__parent",
    "prosecution__school", "prosecution__notice", "hearing__sitting__court", "letter_service__run", "recorded_by",
)  # fmt: skip


def of_hearing(page: str) -> Callable[[View], View]:
    """Beneath ``needs``: the view gets the hearing instead of its key."""

    def found(user: Any) -> QuerySet[Hearing]:
        rows = with_papers(Hearing.objects.visible_to(user))
        return rows.select_related(
            "sitting__court", "sitting__presenter", "recorded_by", "following__sitting",
            "prosecution__case__pupil__school", "prosecution__case__school", "prosecution__case__owner",
            "prosecution__parent", "prosecution__school", "prosecution__charge_service", "prosecution__legal_owner",
        )  # fmt: skip

    return _opened(found, page)


def of_result(page: str) -> Callable[[View], View]:
    """Beneath ``needs``: the view gets the result instead of its key; a spent one is legal's alone."""

    def found(user: Any) -> QuerySet[Result]:
        rows = Result.objects.visible_to(user).routine(user, timezone.localdate())
        return rows.select_related(*_OF_RESULT).prefetch_related("sentences")

    return _opened(found, page)


def _opened(found: Callable[[Any], QuerySet[Any]], page: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def shown(request: SignedIn, pk: int, **more: Any) -> HttpResponseBase:
            one = get_object_or_404(found(request.user), pk=pk)
            pupil, reads = one.prosecution.case.pupil, request.method in ("GET", "HEAD")
            if not reading.may_open(request.user, pupil):
                if not reads:
                    raise Http404
                return redirect(access.ask_reason_url(pupil, back=request.get_full_path()))
            if reads:
                reading.log_read(request, pupil, page=page)
            return view(request, one, **more)

        return shown

    return decorate
