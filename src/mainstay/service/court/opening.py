"""Pages about a prosecution: it is in view, its child's record stands open to this person, the reading is logged."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.court import reading
from mainstay.service.court.models import Prosecution
from mainstay.service.court.queries.readiness import seen
from mainstay.service.record import access

View = Callable[..., HttpResponseBase]
FIELDS = (
    "case__pupil__school", "case__school", "case__owner", "parent", "school", "notice", "supervision_order",
    "attendance_order", "proposed_by", "proposal__by", "investigator", "legal_owner", "consideration__decision__by",
    "authorisation__by", "authorisation__approved_by", "issued_by", "charge_service__run", "stopping__by",
)  # fmt: skip


def in_view(user: Any) -> QuerySet[Prosecution]:
    """Those this person may see, with what pages show of them."""
    visible = Prosecution.objects.visible_to(user).order_by().values("pk")
    return seen(Prosecution.objects.filter(pk__in=visible).select_related(*FIELDS))


def of_prosecution(page: str) -> Callable[[View], View]:
    """Beneath ``needs``: the view gets the prosecution instead of its key.

    404 outside this person's view; a restricted record asks for a reason first.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def shown(request: SignedIn, pk: int, **more: Any) -> HttpResponseBase:
            one = get_object_or_404(in_view(request.user), pk=pk)
            reads = request.method in ("GET", "HEAD")
            if not reading.may_open(request.user, one.case.pupil):
                if not reads:
                    raise Http404
                return redirect(access.ask_reason_url(one.case.pupil, back=request.get_full_path()))
            if reads:
                reading.log_read(request, one.case.pupil, page=page)
            return view(request, one, **more)

        return shown

    return decorate
