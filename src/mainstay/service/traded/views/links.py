"""Downloads of exactly what a list shows, and the choices its filters offer."""

from typing import Any

from django.urls import reverse

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.common.ui.lists import with_query
from mainstay.service.directory.models import School
from mainstay.service.traded.queries.accounts import years
from mainstay.service.traded.years import named


def exports(request: SignedIn, name: str, permission: str) -> list[dict[str, str]]:
    if not request.user.may(permission):
        return []
    query = with_query(request.GET, page=None)
    return [
        {"text": text, "href": reverse(name, args=[kind]) + query}
        for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
    ]


def year_choices(today: Any) -> list[tuple[Any, str]]:
    return [("", "Any"), *((year, named(year)) for year in years(today))]


def school_choices(user: Any) -> list[tuple[Any, str]]:
    """Schools in view; none to choose from where there is one."""
    found = list(School.objects.visible_to(user).order_by("key").values_list("pk", "name"))
    return [("", "Any"), *found] if len(found) > 1 else []
