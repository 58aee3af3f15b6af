"""Where somebody stands again after signing in: the page they asked for, or the one they were writing on."""

import inspect
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from mainstay.service.common.ui.lists import with_query


def way_back(request: HttpRequest) -> str:
    """An address of this site that can be opened, and without words somebody searched for."""
    if request.method in ("GET", "HEAD"):
        return request.path + _without_words(request.META.get("QUERY_STRING", ""))
    came_from = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    ):
        return reverse("home")
    page = urlsplit(came_from)
    return _page_at(page.path) + _without_words(page.query)


def _without_words(query: str) -> str:
    if "q" in QueryDict(query):
        query = with_query(query, q=None).removeprefix("?")
    return f"?{query}" if query else ""


def _page_at(path: str) -> str:
    """The page of that address, or where it only takes what is sent, the nearest one above."""
    while path.strip("/"):
        try:
            if not _takes_posts_only(resolve(path).func):
                return path
        except Resolver404:
            pass
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return reverse("home")


def _takes_posts_only(view: Callable[..., Any]) -> bool:
    """Whether the view stands behind Django's ``require_POST``, which keeps its methods in its closure."""
    return inspect.isfunction(view) and inspect.getclosurevars(view).nonlocals.get("request_method_list") == [
        "POST"
    ]
