"""What bought days came to: by service with time spent and attendance before and after, and visit by visit."""

from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse

from mainstay.service.attendance.models_impact import Impact
from mainstay.service.attendance.queries.impact import points
from mainstay.service.attendance.summaries import SMALL
from mainstay.service.common.ui.filters import long_date, percent
from mainstay.service.traded.interventions_bookings import ABOUT
from mainstay.service.traded.models import Booking, ServiceCode
from mainstay.service.traded.providers_bookings import came_of
from mainstay.service.traded.years import days, first_day, last_day

#: visits shown one by one, the latest first
SHOWN: Final = 50


def shown(user: Any, year: int, school: int | None) -> dict[str, Any]:
    """Six queries."""
    found = Booking.objects.visible_to(user).filter(
        state=Booking.State.DELIVERED, on__range=(first_day(year), last_day(year))
    )
    if school:
        found = found.filter(school=school)
    sums = found.order_by().values("service").annotate(
        half_days=Sum("delivery__half_days") - Sum("delivery__given_back"), spent=Sum("minutes"), visits=Count("pk"),
        confirmed=Count("pk", filter=Q(delivery__state="confirmed")),
    )  # fmt: skip
    children, measured = _children(found), _measured(user, year, school)
    services = [
        {
            "service": ServiceCode(row["service"]).label,
            "days": days(row["half_days"] or 0),
            "visits": row["visits"],
            "hours": f"{(row['spent'] or 0) / 60:.1f}".removesuffix(".0"),
            "children": children.get(row["service"], 0),
            "confirmed": f"{row['confirmed']} of {row['visits']}",
            **measured.get(f"Purchased: {ServiceCode(row['service']).label}", _NONE),
        }
        for row in sums
    ]
    visits = list(found.select_related("school", "officer", "delivery").order_by("-on", "-pk")[:SHOWN])
    came = came_of([one.pk for one in visits], user)
    rows = [
        {
            "pk": one.pk, "url": reverse("booking", args=[one.pk]), "number": one.number, "on": long_date(one.on),
            "school": one.school.name, "service": one.get_service_display(), "outcome": one.outcome,
            "next": one.delivery.next, "achieved": came.get(one.pk, []),
        }
        for one in visits
    ]  # fmt: skip
    return {
        "services": sorted(services, key=lambda row: str(row["service"])),
        "visits": rows,
        "total": sum(int(row["visits"]) for row in services),
    }


def _children(found: QuerySet[Booking]) -> dict[str, int]:
    """Service -> how many children are named."""
    rows = found.order_by().values("service").annotate(number=Count("pupils", distinct=True))
    return dict(rows.values_list("service", "number"))


_NONE: Final = {"before": "–", "after": "–", "change": "–"}


def _measured(user: Any, year: int, school: int | None) -> dict[str, dict[str, str]]:
    """Label -> attendance of all its children together; fewer than may be shown are left out."""
    found = Impact.objects.visible_to(user).filter(
        about_kind=ABOUT, counts=True, on__range=(first_day(year), last_day(year))
    )
    if school:
        found = found.filter(school=school)
    sums = found.order_by().values("label").annotate(
        pupils=Count("pupil", distinct=True), bp=Sum("before_possible"), ba=Sum("before_attended"), ap=Sum("after_possible"),
        aa=Sum("after_attended"),
    )  # fmt: skip
    said = {}
    for row in sums:
        if row["pupils"] < SMALL:
            said[row["label"]] = {"before": "–", "after": "–", "change": "Too few children"}
            continue
        before, after = row["ba"] / row["bp"], row["aa"] / row["ap"]
        said[row["label"]] = {
            "before": percent(before), "after": percent(after), "change": points(after - before),
        }  # fmt: skip
    return said
