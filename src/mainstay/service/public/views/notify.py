"""What GOV.UK Notify tells us by itself: that a letter came back."""

import hmac
import json
from typing import Any, Final

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mainstay.service.accounts.middleware import public
from mainstay.service.common.outbox import letters

log = structlog.get_logger("mainstay.public")
#: bytes; what Notify says of a letter is a tenth of it
LARGEST: Final = 10_000


@public
@csrf_exempt
@never_cache
@require_POST
def notify_webhook(request: HttpRequest) -> HttpResponse:
    """Take a message that carries our token; a repeat, and a letter that isn't ours, are answered alike."""
    if not _is_trusted(request):
        log.warning("notify_callback_refused")
        return HttpResponse(status=403)
    said = _said(request)
    if said is None:
        return HttpResponse(status=400)
    letters.returned_letter(said, at=timezone.now())
    return HttpResponse(status=204)


def _is_trusted(request: HttpRequest) -> bool:
    wanted = settings.CONFIG.notify_callback_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def _said(request: HttpRequest) -> dict[str, Any] | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return None
    try:
        said = json.loads(request.read(LARGEST + 1))
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
