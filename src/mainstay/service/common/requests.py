"""One id for each request, on every log line and on error pages; never a path's query or a name."""

import secrets
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("mainstay.requests")


class RequestMiddleware:
    """Binds ``request.id`` to the log and logs method, view name, status and milliseconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(6)  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        begun = time.perf_counter()
        response = self.get_response(request)
        view = request.resolver_match.view_name if request.resolver_match else ""
        log.info(
            "request",
            method=request.method,
            view=view,
            status=response.status_code,
            ms=round(1000 * (time.perf_counter() - begun)),
        )
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response
