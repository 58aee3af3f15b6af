"""Letters to the parent about an issued notice."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties.actions import corresponding
from mainstay.service.penalties.models import Notice
from mainstay.service.record import access


@require_POST
@needs("record_service")
def write(request: SignedIn, pk: int) -> HttpResponse:
    one = get_object_or_404(Notice.objects.visible_to(request.user).select_related("pupil"), pk=pk)
    if not access.may_open(request.user, one.pupil):
        raise Http404
    letter = request.POST.get("letter", "")
    try:
        corresponding.write(notice_id=one.pk, letter=letter, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The letter is made and waits to be posted.")
    return redirect("notice", pk=pk)
