"""School calendars and link officers, for the list of everything the council sets."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import LinkOfficer, School, TermDates


def given(on: date) -> Iterator[council.Value]:
    year = on.year if on.month >= 8 else on.year - 1
    counts = School.objects.filter(closed_on=None).aggregate(
        all=Count("pk"),
        dated=Count("pk", filter=Q(Exists(TermDates.objects.filter(school=OuterRef("pk"), year=year)))),
        linked=Count(
            "pk", filter=Q(Exists(LinkOfficer.objects.filter(LinkOfficer.on(on), school=OuterRef("pk"))))
        ),
    )
    schools = plural(counts["all"], "school")
    yield council.Value(
        "Schools", f"Calendars of schools, {year}/{(year + 1) % 100:02}", f"Set for {counts['dated']} of {schools}",
        "edit_calendar", "Every count of school days, weeks and sessions, and the deadlines that rest on them.",
        reverse("calendars_set"), reason="Each school’s own; who changed a day is in the audit trail",
    )  # fmt: skip
    yield council.Value(
        "Schools", "Link officers of schools", f"Named for {counts['linked']} of {schools}", "edit_schools",
        "Who a school asks, who is given its work first, and what families read as its officer.",
        reverse("schools"), "see_schools", reason="Each school’s own; who named whom is in the audit trail",
    )  # fmt: skip
