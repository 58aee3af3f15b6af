"""Pages of the roof itself: is it alive, and what the API offers."""

from functools import cache
from typing import Any, Final

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mainstay import __version__
from mainstay.roof.api import api
from mainstay.service.accounts.middleware import public
from mainstay.service.accounts.permissions import PUBLIC, needs

PAGES: Final[dict[str, str | None]] = {"healthz": PUBLIC, "api_page": None}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the web server reaches its database, else 503; for load balancers and ``mainstay serve``."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"ok": False}, status=503)
    return JsonResponse({"ok": True, "version": __version__})


@require_safe
@needs(None)
def api_page(request: HttpRequest) -> HttpResponse:
    """The operations of the API in words, from its own document."""
    return render(request, "accounts/api.jinja", {"operations": _operations()})


@cache
def _operations() -> list[dict[str, Any]]:
    document: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    return [
        {
            "method": method.upper(),
            "path": path,
            "text": operation.get("description") or operation.get("summary", ""),
            "answers": ", ".join(sorted(str(status) for status in operation.get("responses", {}))),
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


healthz = public(healthz)
