"""The papers of a notice that goes on to prosecution, to take away."""

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.audit import trail
from mainstay.service.penalties.for_court import papers
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.queries import names
from mainstay.service.penalties.views.notices import visible
from mainstay.service.record import access


@require_safe
@needs("decide_unpaid")
def hand_over(request: SignedIn, pk: int) -> HttpResponseBase:
    """One ZIP; 404 unless it was decided to prosecute, and for whoever does not read decisions."""
    notice = get_object_or_404(visible(request.user), pk=pk, state=Notice.State.PROSECUTING)
    if not names.shows_considerations(request.user) or not access.may_open(request.user, notice.pupil):
        raise Http404
    access.log_read(request, notice.pupil, page="notice hand-over", reason=f"papers of {notice.number}")
    trail.record(by=request.user, at=timezone.now(), action="notice.handed_over", on=notice)
    response = FileResponse(
        papers(notice, timezone.localdate()), as_attachment=True, filename=f"{notice.number}.zip"
    )
    response["Cache-Control"] = "no-store"
    return response
