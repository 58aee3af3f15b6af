"""What court readiness gives to the rest: a line on the page of a case and of a prosecution, a list."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from mainstay.service.casework import parts as of_case
from mainstay.service.casework.models import Case
from mainstay.service.court import parts, readiness
from mainstay.service.court.models import Prosecution
from mainstay.service.court.places import Place, offer
from mainstay.service.court.queries import readiness as shown
from mainstay.service.court.steps import BEFORE


def on_case(case: Case, user: Any) -> of_case.Part | None:
    """One line a defendant; for a school, only while it owes something. Four queries at most."""
    if case.closed_at is not None:
        return None
    if user.is_school_user:
        owed = shown.owed_by_school(case, user)
        href = reverse("case_court_ready", args=[case.pk])
        return of_case.Part(6, "Evidence you owe", _body("school_part", owed=owed, href=href), len(owed)) if owed else None  # fmt: skip
    if not user.may("see_prosecutions"):
        return None
    lines = [
        {
            "whom": f"{one.number}, {one.parent.name}" if one else "",
            "said": readiness.summary(way, shown.yours(user, case, one)),
            "href": _address(case, one),
        }
        for one, way in shown.glances(case, user)
    ]
    return of_case.Part(6, "Is it court-ready?", _body("part", lines=lines)) if lines else None


def on_prosecution(one: Prosecution, user: Any) -> parts.Part | None:
    """Before the charge; one query besides what the page asks."""
    if one.state not in BEFORE:
        return None
    said = readiness.summary(shown.glance(one), shown.yours(user, one.case, one))
    lines = [{"whom": "", "said": said, "href": _address(one.case, one)}]
    return parts.Part(2, "Is it court-ready?", _body("part", lines=lines))


def _address(case: Case, one: Prosecution | None) -> str:
    return (
        reverse("prosecution_court_ready", args=[one.pk])
        if one
        else reverse("case_court_ready", args=[case.pk])
    )


def _body(template: str, **said: Any) -> SafeString:
    return mark_safe(render_to_string(f"court/readiness/{template}.jinja", said))  # noqa: S308 (our template)


def register() -> None:
    """From ``apps.py``."""
    offer(Place(12, "Not court-ready", "court_not_ready", "see_prosecutions"))
    of_case.add(on_case)
    parts.add(on_prosecution)
