"""The tabs of a school's page, put together from what the rooms provide."""

from typing import Any

from django.urls import reverse

from mainstay.service.common.announce import Provider
from mainstay.service.directory.models import School

#: (school, user) -> list of {"order", "key", "text", "href"}; Details is 10, Calendar 30
school_tabs = Provider("tabs of a school's page: (school, user) -> list of {order, key, text, href}")

#: the buttons above the list of schools
beside_schools = Provider("what else is said of all schools: (user) -> list of {'text', 'href'}")

#: () -> {"done", "total", "failed"} of the last change for many schools, or None
measuring = Provider("how far schools are measured again after a change for many: () -> counts or None")


def tabs_of(school: School, user: Any, current: str) -> list[dict[str, Any]]:
    """The tabs of a school's page, as ``ui.tabs`` takes them; ``current`` is the key of the one shown."""
    own = [
        {"order": 10, "key": "details", "text": "Details", "href": reverse("school", args=[school.pk])},
        {
            "order": 30,
            "key": "calendar",
            "text": "Calendar",
            "href": reverse("school_calendar", args=[school.pk]),
        },
    ]
    more = [tab for answer in school_tabs.ask(school, user) for tab in answer]
    return [
        {"text": tab["text"], "href": tab["href"], "current": tab["key"] == current}
        for tab in sorted([*own, *more], key=lambda tab: tab["order"])
    ]
