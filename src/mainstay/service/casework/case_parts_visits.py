"""What a case's page shows of its visits, its investigation and its plans."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from mainstay.service.casework.models import Case, Investigation, Visit
from mainstay.service.casework.parts import Part
from mainstay.service.casework.queries import passages, plans
from mainstay.service.casework.queries import visits as shown


def visits(case: Case, user: Any) -> Part | None:
    """For the service; what was said for whoever reads its entries."""
    if not user.sees_all_schools:
        return None
    found = list(
        Visit.objects.filter(case=case)
        .select_related("meeting__organiser")
        .order_by("-meeting__starts", "-pk")
    )
    texts = passages.written(found, shown.LABELS, user)
    rows = [
        {
            "visit": one, "state": shown.state_of(one).label, "colour": shown.COLOURS[shown.state_of(one)],
            "texts": texts.get(one.pk, []),
        }
        for one in found
    ]  # fmt: skip
    return Part(20, "Visits", _body("part_visits", case, user, rows=rows), len(found))


def investigation(case: Case, user: Any) -> Part | None:
    """For the service: where it stands, and what it recommends."""
    one: Investigation | None = getattr(case, "investigation", None)
    if one is None or not user.sees_all_schools or not user.may("see_service_entries"):
        return None
    return Part(10, "Initial investigation", _body("part_investigation", case, user, one=one))


def plans_of(case: Case, user: Any) -> Part | None:
    """A school sees those that were offered."""
    found = plans.of_case(case, user)
    if not found and not user.sees_all_schools:
        return None
    rows = [{"plan": one, "colour": plans.COLOURS[one.state]} for one in found]
    return Part(30, "Plans", _body("part_plans", case, user, rows=rows), len(found))


def _body(template: str, case: Case, user: Any, **more: Any) -> SafeString:
    writes = user.may("work_case") and case.closed_at is None
    said = {"case": case, "user": user, "writes": writes, "works": user.may("work_case"), **more}
    return mark_safe(render_to_string(f"casework/{template}.jinja", said))  # noqa: S308 (our template)
