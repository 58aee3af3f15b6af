"""Stored documents, to whoever may open the child's record."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.uploads.store import file_response
from mainstay.service.directory.models import Pupil
from mainstay.service.documents.models import Document
from mainstay.service.documents.queries import hides_address
from mainstay.service.record import access


@require_safe
@needs("see_pupils")
def document(request: SignedIn, pk: int) -> HttpResponseBase:
    """The PDF; its file name tells nothing about the child."""
    found = get_object_or_404(Document.objects.visible_to(request.user).select_related("file"), pk=pk)
    pupil = get_object_or_404(Pupil.objects.visible_to(request.user), pk=found.pupil_id)
    if not access.may_open(request.user, pupil) or hides_address(found, request.user):
        raise Http404
    access.log_read(request, pupil, page="document")
    return file_response(found.file, f"{found.kind.replace('_', '-')}-{found.pk}.pdf")
