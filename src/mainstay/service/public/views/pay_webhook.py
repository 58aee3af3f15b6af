"""What GOV.UK Pay tells us by itself: that there is something to ask about a payment."""

from typing import Final

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mainstay.service.accounts.middleware import public
from mainstay.service.penalties.actions import online
from mainstay.service.penalties.govuk_pay import Unreadable, read_event, verify_signature

log = structlog.get_logger("mainstay.public")
#: bytes; a message is a few thousand
LARGEST: Final = 100_000


@public
@csrf_exempt
@never_cache
@require_POST
def pay_webhook(request: HttpRequest) -> HttpResponse:
    """Take a signed message at once; the worker asks GOV.UK Pay what it is about.

    The signature is checked on the bytes as they came, before anything reads them.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return HttpResponse(status=413)
    raw = request.read(LARGEST + 1)
    if not verify_signature(raw, request.headers.get("Pay-Signature"), settings.CONFIG.pay_webhook_secret):
        log.warning("pay_message_refused")
        return HttpResponse(status=403)
    try:
        online.told(event=read_event(raw), at=timezone.now())
    except Unreadable as gap:  # sent again it would be no different
        log.error("pay_message_unreadable", because=str(gap))
    return HttpResponse(status=204)
