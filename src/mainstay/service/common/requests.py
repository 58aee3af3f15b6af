"""What every request passes: one id on every log line and on error pages, never a path's query or a name; and
nothing that no database takes."""

import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse

from mainstay.service.common.ui.params import MOST

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


class BoundsMiddleware:
    """Keeps from every view what no database takes, and nobody types.

    400 for a NUL character in a parameter, a field or an address; 404 for a number no record can have. Last of
    all, so that a stranger's body is not read before they are sent to sign in. The API reads bodies of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if any(isinstance(value, int) and value > MOST for value in kwargs.values()):
            raise Http404
        said = [request.GET]
        if request.resolver_match and "api" not in request.resolver_match.namespaces:
            said.append(request.POST)
        texts = [text for data in said for name, values in data.lists() for text in (name, *values)]
        if any("\0" in text for text in [*texts, *map(str, kwargs.values())]):
            raise BadRequest("a NUL character")
