"""One supervision order for a page, as far as whoever asks may see it."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.orders.models import SupervisionOrder
from mainstay.service.orders.queries.supervision import whole
from mainstay.service.record import access


def seen(request: SignedIn, pk: int) -> SupervisionOrder:
    visible = SupervisionOrder.objects.visible_to(request.user).order_by().values("pk")
    one: SupervisionOrder = get_object_or_404(whole().filter(pk__in=visible), pk=pk)
    return one


def opened(request: SignedIn, pk: int) -> SupervisionOrder:
    """The order, for a page that changes or prints it; 404 unless it is in view and its record stands open."""
    one = seen(request, pk)
    if not access.may_open(request.user, one.case.pupil):
        raise Http404
    if request.method != "POST":
        access.log_read(request, one.case.pupil, page="supervision order")
    return one
