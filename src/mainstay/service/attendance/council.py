"""How often schools have their targeting meeting, for the list of everything the council sets."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from mainstay.service.attendance.targeting.models import TargetingFrequency
from mainstay.service.common import council


def given(on: date) -> Iterator[council.Value]:
    """One line for every school, and one for each that has another number."""
    depends = "When a meeting is due, and what the coverage of a term counts as missing."
    yield council.Value(
        "Targeting meetings", "Meetings a school has each term", "1", "allocate", depends,
        reverse("targeting_coverage"), "see_team", reason="The service level agreement: once a term",
    )  # fmt: skip
    rows = TargetingFrequency.objects.filter(since__lte=on).select_related("school", "set_by")
    now = {row.school_id: row for row in rows.order_by("since", "pk")}
    for row in sorted(now.values(), key=lambda one: one.school.key):
        yield council.Value(
            "Targeting meetings", f"Meetings each term: {row.school.name}", str(row.per_term), "allocate", depends,
            reverse("targeting_frequency", args=[row.school_id]), **council.said(row),
        )  # fmt: skip
