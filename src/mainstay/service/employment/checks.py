"""What the law says to an application, asked with the council's values of the day it is looked at."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from mainstay.law import age, clock, employment, performance
from mainstay.law.employment import EmploymentAnswer, School, Shift
from mainstay.law.performance import PerformanceAnswer
from mainstay.law.rules import CURRENT, NotInForce
from mainstay.service.employment.models import Licence, LicenceDay, Permit
from mainstay.service.employment.models.licences import of_pupil
from mainstay.service.employment.values import byelaws, in_force

WEEKDAYS = frozenset(range(5))


def today(one: Any) -> date:
    """The day on which it is looked at: an action's own, for a page today."""
    return getattr(one, "looked_on", None) or timezone.localdate()


def said(one: Any) -> dict[str, Any]:
    """The council's values, read once for each object."""
    if not hasattr(one, "_said"):
        one._said = in_force(today(one))
    return one._said  # type: ignore[no-any-return]


def shifts(rows: Iterable[Sequence[int]]) -> list[Shift]:
    return [Shift(*row) for row in rows]


def week(one: Any, *, term: bool, values: dict[str, Any]) -> EmploymentAnswer:
    """One kind of week of a permit, as the law sees it on the day the work begins, or today when it has begun.

    one: a permit, or anything with its fields.
    """
    opens = one.opens if one.opens is not None else values["opens"]
    closes = one.closes if one.closes is not None else values["closes"]
    school = School(WEEKDAYS, opens, closes) if term else School()
    return employment.find(
        one.born_on, max(one.starts_on, today(one)), shifts(one.school_week if term else one.free_week), school, one.work,
        byelaws(values), one.free_weeks, one.regime,
    )  # fmt: skip


def weeks(one: Permit) -> dict[str, EmploymentAnswer]:
    """Both kinds of week, by what they are called."""
    if not hasattr(one, "_weeks"):
        values = said(one)
        one._weeks = {  # type: ignore[attr-defined]
            "A week with school": week(one, term=True, values=values),
            "A week without school": week(one, term=False, values=values),
        }
    return one._weeks  # type: ignore[attr-defined,no-any-return]


def regime_refused(regime: str, on: date) -> str | None:
    """Why no application is taken under that law on that day."""
    if regime == Permit.Regime.CYPA:
        return None
    if regime not in Permit.Regime.values:
        return "Choose under which law the permit is asked for."
    try:
        begins = CURRENT.day(employment.APPOINTED)
    except NotInForce:
        source = CURRENT.source(employment.APPOINTED).name
        return f"No day is appointed for the 2026 Act’s rules on child employment: nothing runs under them ({source})."
    if on < begins:
        return f"The 2026 Act’s rules on child employment are law from {clock.in_words(begins)} only."
    return None


def leaving_age(born: date) -> date:
    """The last day of compulsory school age, on which a permit ends."""
    return age.compulsory(born)[1]


def law_day(day: LicenceDay) -> performance.Day:
    return performance.Day(day.on, day.arrives, day.leaves, day.acting, day.school_day, day.lessons)


def earlier(one: Licence) -> list[date]:
    """Other days on which the child performs, over all producers: by our own licences, and as the applicant says."""
    known = (
        list(of_pupil(one.pupil_id).exclude(licence=one.pk).order_by().values_list("on", flat=True))
        if one.pupil_id
        else []
    )
    return sorted({*known, *(date.fromisoformat(text) for text in one.declared)})


def licence(one: Licence) -> PerformanceAnswer | None:
    """Whether it is needed, and its hours; None for one without a day."""
    if not hasattr(one, "_answer"):
        days = [law_day(day) for day in one.days.all()]
        body = one.body
        facts = performance.Facts(
            one.regulated, one.payment, one.absence, one.by_school,
            body is not None and body.state == body.State.GRANTED and not one.payment and not one.absence,
        )  # fmt: skip
        one._answer = (  # type: ignore[attr-defined]
            performance.find(
                one.born_on, days, facts, earlier(one), one.received_on, one.education_by_plan,
                one.kind == Licence.Kind.CIRCUS, one.children, 1,
            )
            if days
            else None
        )  # fmt: skip
    return one._answer  # type: ignore[attr-defined,no-any-return]


def performed(facts: Any, days: Iterable[dict[str, Any]], declared: Iterable[str]) -> PerformanceAnswer:
    """The same of a form that is not sent yet. facts: what its other pages say."""
    return performance.find(
        facts.born_on,
        [performance.Day(day["on"], day["arrives"], day["leaves"], day["acting"], bool(day["school_day"]), day["lessons"]) for day in days],
        performance.Facts(facts.regulated, facts.payment, facts.absence, facts.by_school),
        [date.fromisoformat(text) for text in declared], timezone.localdate(), facts.by_plan,
        facts.kind == Licence.Kind.CIRCUS,
    )  # fmt: skip
