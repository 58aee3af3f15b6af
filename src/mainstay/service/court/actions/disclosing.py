"""Disclosure in a prosecution: its officer, its last day after a plea of not guilty, each time it was done."""

from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.court.actions.prosecutions import tell
from mainstay.service.court.models import Disclosure, Prosecution, UnusedItem
from mainstay.service.court.steps import BEFORE_COURT
from mainstay.service.record import deadlines

DISCLOSURE: Final = "court-disclosure"


def name(one: Prosecution, officer: Any, *, by: Any, at: datetime) -> Disclosure:
    """Who answers for it, before a plea of not guilty and after. Inside the caller's transaction; raises StepRefused."""
    if not (officer.is_active and officer.sees_all_schools and officer.may("test_prosecution")):
        raise StepRefused("The disclosure officer is one of the service who works on prosecutions.")
    before = of(one)
    if before is not None and before.officer_id == officer.pk:
        return before
    named, _ = Disclosure.objects.update_or_create(
        prosecution=one, defaults={"officer": officer, "named_at": at, "named_by": by}
    )
    if named.due_on is not None and named.served_on is None:
        _run(one, named, by=by, at=at)
    tell(one, f"Disclosure officer: {officer.name}", "", by=by, at=at)
    trail.record(by=by, at=at, action="disclosure.officer_named", on=named, officer=officer.pk)
    return named


def set_down(one: Prosecution, officer: Any, due_on: date, *, by: Any, at: datetime) -> Disclosure:
    """After a plea of not guilty: disclosure has its day. What was disclosed before does not close it."""
    named = name(one, officer, by=by, at=at)
    named.due_on, named.served_on = due_on, None
    named.save(update_fields=["due_on", "served_on"])
    _run(one, named, by=by, at=at)
    return named


def done(named: Disclosure, one: Prosecution, *, on: date, found: str, by: Any, at: datetime) -> Disclosure:
    """Disclosure was served, or looked at again: until the end of the case it never is over."""
    first, named.served_on = named.served_on is None, named.served_on or on
    named.reviews = [*named.reviews, {"on": on.isoformat(), "by": by.name, "found": found}]
    named.save()
    deadlines.stop(about=one, rule=DISCLOSURE, by=by, at=at)
    title = "disclosure served" if first else "disclosure looked at again"
    tell(one, f"{one.number}: {title}", found, by=by, at=at)
    trail.record(by=by, at=at, action="disclosure.reviewed", on=named, prosecution=one.pk, on_day=on)
    return named


def runs(named: Disclosure, one: Prosecution) -> bool:
    """Whether the court waits for it."""
    return named.due_on is not None and one.state in BEFORE_COURT


def of(one: Prosecution) -> Disclosure | None:
    return Disclosure.objects.filter(prosecution=one).select_related("officer", "document").first()


def officer_of(one: Prosecution) -> Any | None:
    named = of(one)
    return named.officer if named is not None else None


def at_a_glance(one: Prosecution) -> tuple[int, str]:
    """How many unused items nobody has looked at yet, and the disclosure officer's name, or ""; one query."""
    this = OuterRef("pk")
    waiting = UnusedItem.objects.filter(prosecution=this, decision=UnusedItem.Decision.OPEN).order_by()
    counted = waiting.values("prosecution").annotate(many=Count("pk")).values("many")
    officer = Disclosure.objects.filter(prosecution=this).values("officer__name")
    found = (
        Prosecution.objects.filter(pk=one.pk).order_by().values_list(Subquery(counted), Subquery(officer[:1]))
    )
    many, name = found.get()
    return many or 0, name or ""


def _run(one: Prosecution, named: Disclosure, *, by: Any, at: datetime) -> None:
    assert named.due_on is not None
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=DISCLOSURE, label=f"{one.number}: disclosure, schedule of unused material",
        trigger_on=timezone.localdate(at), last_day=named.due_on, by=by, at=at, owner=named.officer,
    )  # fmt: skip
