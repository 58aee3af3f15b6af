"""Whether this road is open at all: the child's age, no roll of a school, the law chosen; in words where it is not."""

from datetime import date
from typing import Final

from mainstay.law import age, clock, deadlines
from mainstay.law.rules import CURRENT
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import Enrolment, Pupil, School
from mainstay.service.orders.models import AttendanceOrder

#: the law's deadline of the 2026 Act's own notice: while that cannot be counted, nor can an order be made by it
_OF_2026: Final = "cwsa-choice-of-school"
_APPOINTED: Final = "cwsa2026_from"
LEAVING: Final = "leaving-age-warning"


def school_age(pupil: Pupil) -> tuple[date, date] | None:
    """First and last day of compulsory school age; None where the date of birth is not known."""
    return age.compulsory(pupil.date_of_birth) if pupil.date_of_birth is not None else None


def outside_age(pupil: Pupil, on: date) -> str | None:
    """Why nothing may be dated that day; None within compulsory school age."""
    span = school_age(pupil)
    if span is None:
        return "The child's date of birth is not known: compulsory school age cannot be shown without it."
    first, last = span
    if on < first:
        return f"The child is of compulsory school age from {long_date(first)} only."
    if on > last:
        return f"Compulsory school age ended with {long_date(last)}: no step of an attendance order is dated after it."
    return None


def age_ends_soon(pupil: Pupil, on: date) -> str | None:
    """The warning before compulsory school age ends, as many weeks before as the law's parameter says."""
    span = school_age(pupil)
    if span is None or on > span[1] or deadlines.find(LEAVING, span[1]).last_day > on:
        return None
    return (
        f"Compulsory school age ends with {long_date(span[1])}. Ask whether an order is still expedient: a notice, a "
        "choice of school and an order take weeks."
    )


def registered_at(pupil: Pupil, on: date) -> School | None:
    """The school on whose roll the child is that day."""
    found = (
        Enrolment.objects.on(on).filter(pupil=pupil).select_related("school").order_by("entered_on").first()
    )
    return found.school if found else None


def not_this_road(school: School) -> str:
    return (
        f"This child is registered at {school.name}: absence of a registered pupil is not this road. A school "
        "attendance order is for a child who is not receiving suitable education, at school or otherwise."
    )


def excluded_by(pupil: Pupil) -> set[int]:
    """Schools that permanently excluded the child, as their rolls say."""
    left = Enrolment.objects.filter(pupil=pupil, leaving_reason__icontains="exclu")
    found = left.filter(leaving_reason__icontains="perm").order_by()
    return set(found.values_list("school_id", flat=True))


def is_academy(school: School) -> bool:
    return school.trust_id is not None or "academy" in school.kind.casefold()


def regime_refused(regime: str, on: date) -> str | None:
    """Why no road may be begun under that law on that day."""
    if regime == AttendanceOrder.Regime.EA1996:
        return None
    if regime not in AttendanceOrder.Regime.values:
        return "Choose under which law the road is begun."
    why = CURRENT.reason(_APPOINTED, "")
    if not CURRENT.known(_APPOINTED):
        return f"No day is appointed for the orders of the 2026 Act: no road may be begun under it ({why.source})."
    try:
        deadlines.find(_OF_2026, on)
    except (LookupError, ValueError):
        begins = clock.in_words(CURRENT.day(_APPOINTED))
        return f"The orders of the 2026 Act are law from {begins} only: no road may be begun under it before."
    return "The steps of the 2026 Act are not built: ask whoever runs the service before a road is begun under it."
