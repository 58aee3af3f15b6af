"""The calendar feed: no sign-in, the address itself is the key."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mainstay.service.accounts.actions import tokens
from mainstay.service.accounts.middleware import public
from mainstay.service.record import feed
from mainstay.service.record.models import Deadline


@never_cache
@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    now = timezone.now()
    found = tokens.owner(key, now)
    if found is None or not tokens.allows(found[1], tokens.CALENDAR):
        raise Http404
    user = found[0]
    mine = Deadline.objects.visible_to(user).open().filter(owner=user)

    def address(deadline: Deadline) -> str:
        return request.build_absolute_uri(reverse("deadline", args=[deadline.pk]))

    whole = feed.calendar(mine, f"{settings.CONFIG.service_name} deadlines", address, now)
    return HttpResponse(whole, content_type="text/calendar; charset=utf-8")


calendar = public(calendar)
