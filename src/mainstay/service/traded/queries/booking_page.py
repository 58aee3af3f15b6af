"""One booking as its page shows it."""

from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from mainstay.service.attendance.models_impact import Impact
from mainstay.service.attendance.queries.impact import points
from mainstay.service.common.ui.filters import date_time, long_date, percent
from mainstay.service.directory.models import Pupil
from mainstay.service.traded.interventions_bookings import ABOUT, key
from mainstay.service.traded.models import Booking
from mainstay.service.traded.providers_bookings import came_of, forms
from mainstay.service.traded.queries.bookings import answer_of, is_away, never_free, notice_until, state_of
from mainstay.service.traded.steps_bookings import BOOKING, DELIVERY
from mainstay.service.traded.times_bookings import uses_up
from mainstay.service.traded.years import days, used_up

State = Booking.State
#: step -> its page
PAGES: Final = {
    "move": "booking_move", "give": "booking_give", "cancel_by_school": "booking_cancel",
    "cancel_by_service": "booking_cancel_service", "deliver": "booking_deliver",
}  # fmt: skip


def found_rows(user: Any) -> QuerySet[Booking]:
    seen = Booking.objects.visible_to(user).order_by().values("pk")
    rows = Booking.objects.filter(pk__in=seen).select_related(
        "school", "officer", "share", "meeting", "delivery__answered_by", "delivery__settled_by", "moved_from", "booked_by"
    )  # fmt: skip
    return rows.prefetch_related("moved_to", "lines__by")


def context(one: Booking, user: Any, today: date) -> dict[str, Any]:
    """Thirteen queries at most."""
    delivery = answer_of(one)
    steps = {step.name: step.missing(one) for step in BOOKING.open_to(user, one.state)}
    if user.is_school_user:
        steps.pop("cancel_by_service", None)
    if "deliver" in steps and one.officer_id != user.pk and not user.may("arrange_cover"):
        del steps["deliver"]
    stands = one.state == State.BOOKED and one.on >= today
    until, away = (notice_until(one, today), is_away(one)) if stands else (None, False)
    buttons = [
        (_label(name, user), reverse(page, args=[one.pk]), name)
        for name, page in PAGES.items()
        if steps.get(name) == []
    ]
    main = "deliver" if steps.get("deliver") == [] else "move"
    return {
        "one": one,
        "state": state_of(one, today),
        "facts": _facts(one, until, today, away),
        "buttons": buttons,
        "main": main,
        "blocked": [(BOOKING[name], steps[name]) for name in ("deliver",) if steps.get(name)],
        "away": f"{one.officer.name} is away that day; cover is being arranged." if away else "",
        "rebook": _rebook(one) if steps.get("rebook") == [] else "",
        "delivery": delivery,
        "answers": {step.name for step in DELIVERY.open_to(user, delivery.state)} if delivery else set(),
        "children": _children(one, user),
        "may_name": user.may("deliver_days") and one.state in (State.BOOKED, State.DELIVERED),
        "achieved": came_of([one.pk], user).get(one.pk, []),
        "forms": [form for given in forms.ask(one, user) for form in given],
        "days": days,
    }


def _label(step: str, user: Any) -> str:
    """The school cancels for nobody but itself."""
    return "Cancel it" if step == "cancel_by_school" and user.is_school_user else BOOKING[step].label


def _rebook(one: Booking) -> str:
    return f"{reverse('booking_calendar')}?school={one.school_id}&officer={one.officer_id}"


def _facts(one: Booking, until: date | None, today: date, away: bool) -> list[dict[str, Any]]:
    said = [
        {"key": "School", "value": one.school.name},
        {"key": "When", "value": f"{long_date(one.on)}, {one.get_part_display().lower()}"},
        {"key": "Officer", "value": one.officer.name},
        {"key": "What for", "value": one.get_service_display()},
    ]
    if one.purpose:
        said.append({"key": "What is to be done", "value": one.purpose})
    said.append({"key": "From the order", "value": f"TR-{one.share.order_id:06}, {days(one.half_days)}"})
    if one.state == State.BOOKED and one.on >= today:
        said.append({"key": "Cancelling", "value": _free(one, until, today, away)})
    if one.moved_from is not None:
        said.append({"key": "Instead of", "value": one.moved_from.number})
    if one.cancelled_at:
        said.append({"key": "Cancelled", "value": date_time(one.cancelled_at)})
        said.append({"key": "Why", "value": one.cancelled_because})
        said.append({"key": "Charged", "value": f"Yes: {used_up(one.half_days)}" if one.charged else "No"})
    said.append({"key": "Booked", "value": f"{date_time(one.booked_at)}, by {one.booked_by.name}"})
    return said


def _free(one: Booking, until: date | None, today: date, away: bool) -> str:
    """What a cancellation by the school costs; why an officer is away is never said."""
    if away:
        return f"Free for the school while {one.officer.name} is away and nobody comes instead."
    if until is None:
        return "The school can still cancel without charge."
    if uses_up(today, until, away=away):
        since = "It was booked too late to be cancelled without charge"
        if not never_free(one, until):
            since = f"It was free until {long_date(until)}"
        return f"{since}. If the school cancels now, {used_up(one.half_days)}."
    return f"Free for the school until {long_date(until)}; after that {used_up(one.half_days)}."


def _children(one: Booking, user: Any) -> list[dict[str, Any]]:
    """Those in view, with attendance before and after where it is measured; restricted ones by initials."""
    if not user.may("see_pupils"):
        return []
    pupils = list(Pupil.objects.visible_to(user).filter(traded_bookings=one).order_by("key", "pk"))
    keys = {key(one.pk, pupil.pk): pupil.pk for pupil in pupils}
    measured = {
        keys[row.about_id]: row
        for row in (Impact.objects.filter(about_kind=ABOUT, about_id__in=list(keys)) if keys else [])
    }
    return [
        {
            "pk": pupil.pk,
            "name": f"{pupil.initials} (restricted)" if pupil.restricted else pupil.name,
            "href": reverse("pupil", args=[pupil.pk]),
            **_sides(measured.get(pupil.pk)),
        }
        for pupil in pupils
    ]


def _sides(row: Impact | None) -> dict[str, str]:
    if row is None or not row.counts:
        return {"before": "–", "after": "–", "change": "Not measured yet"}
    before = row.before_attended / row.before_possible if row.before_possible else None
    after = row.after_attended / row.after_possible if row.after_possible else None
    change = after - before if before is not None and after is not None else None
    return {"before": percent(before), "after": percent(after), "change": points(change)}
