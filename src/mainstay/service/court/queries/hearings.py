"""Hearings as lists and pages show them: children by initials, one line a case with what is needed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.common.ui.filters import long_date, money
from mainstay.service.court.models import Bundle, CostsSchedule, Hearing, Prosecution, Result, Sitting
from mainstay.service.court.queries.prosecutions import defendant
from mainstay.service.court.steps_hearings import served

Outcome, State, Plea = Hearing.Outcome, Prosecution.State, Prosecution.Plea
COLOURS: Final[Mapping[str, str]] = {
    "": "blue", Outcome.ADJOURNED: "yellow", Outcome.TRIAL_SET: "purple", Outcome.DECIDED: "green",
    Outcome.WARRANT: "red", Outcome.VACATED: "grey",
}  # fmt: skip
HEADER: Final = (
    "Day", "Time", "Court", "Courtroom", "Prosecution", "Defendant", "Child", "School", "Offence", "Hearing", "Plea",
    "Outcome", "Needed",
)  # fmt: skip
SHOWN_WITH: Final = (
    "sitting__court", "prosecution__case__pupil", "prosecution__case__school", "prosecution__parent",
    "prosecution__school", "prosecution__charge_service",
)  # fmt: skip
#: a prosecution before the court may be without a day this long: our own choice, then it stands in the list of those to list
NEAR: Final = timedelta(days=31)


def with_papers(found: QuerySet[Hearing]) -> QuerySet[Hearing]:
    """What a line and what is needed are made from, in a fixed number of queries."""
    return found.select_related(*SHOWN_WITH).prefetch_related(
        Prefetch("prosecution__bundles", Bundle.objects.filter(state=Bundle.State.ISSUED)),
        Prefetch("prosecution__costs_schedules", CostsSchedule.objects.order_by("-pk")),
        "prosecution__statements_served",
    )


def filtered(user: Any, wanted: Mapping[str, Any], now: datetime) -> QuerySet[Hearing]:
    found = Hearing.objects.visible_to(user)
    if wanted["when"] == "":
        found = found.filter(outcome="", sitting__starts__gte=_today(now))
    elif wanted["when"] == "unrecorded":
        found = found.filter(outcome="", sitting__starts__lte=now)
    elif wanted["when"] == "past":
        found = found.filter(sitting__starts__lt=now)
    if wanted["court"]:
        found = found.filter(sitting__court=wanted["court"])
    if wanted["kind"]:
        found = found.filter(kind=wanted["kind"])
    if wanted["on"]:
        found = found.filter(sitting__starts__date=wanted["on"])
    return with_papers(found)


def _today(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def needed(hearing: Hearing) -> list[str]:
    """What is still to be seen to before the hearing, in words."""
    one = hearing.prosecution
    on = timezone.localdate(hearing.sitting.starts)
    found = []
    if served(one, on):
        found.append("proof of service")
    if not list(one.bundles.all()):
        found.append("evidence issued")
    if not list(one.costs_schedules.all()):
        found.append("costs schedule")
    statements = [each for each in one.statements_served.all() if each.withdrawn_on is None]
    if any(each.objected_on and not each.warned_on for each in statements):
        found.append("witness to be warned")
    if hearing.kind == Hearing.Kind.TRIAL and not statements:
        found.append("statements served")
    if any(not each.objected_on and each.object_by >= on for each in statements):
        found.append("time to object still runs")
    return found


def rows(found: Iterable[Hearing]) -> list[dict[str, Any]]:
    return [
        {
            "pk": hearing.pk,
            "url": reverse("hearing", args=[hearing.pk]),
            "label": hearing.prosecution.number,
            "starts": hearing.sitting.starts,
            "court": hearing.sitting.court.name,
            "number": hearing.prosecution.number,
            "defendant": defendant(hearing.prosecution),
            "child": hearing.prosecution.case.pupil.initials,
            "school": (hearing.prosecution.school or hearing.prosecution.case.school).name,
            "offence": offence(hearing.prosecution),
            "kind": hearing.get_kind_display(),
            "plea": hearing.get_plea_display() or hearing.prosecution.get_plea_display() or "–",
            "outcome": hearing.get_outcome_display() if hearing.outcome else "To come",
            "colour": COLOURS[hearing.outcome],
            "needed": needed(hearing) if not hearing.outcome else [],
        }
        for hearing in found
    ]


def offence(one: Prosecution) -> str:
    return f"s.{one.offence}" if one.offence[:1] == "4" else "Direction"


def for_export(found: Iterable[Hearing]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file, children by initials and without UPN."""
    for hearing, row in _with_rows(found):
        starts = timezone.localtime(hearing.sitting.starts)
        yield (
            starts.date(), f"{starts:%H:%M}", row["court"], hearing.sitting.courtroom, row["number"], row["defendant"],
            row["child"], row["school"], hearing.prosecution.get_offence_display(), row["kind"], row["plea"], row["outcome"],
            ", ".join(row["needed"]),
        )  # fmt: skip


def _with_rows(found: Iterable[Hearing]) -> Iterator[tuple[Hearing, dict[str, Any]]]:
    hearings = list(found)
    yield from zip(hearings, rows(hearings), strict=True)


def to_list(user: Any) -> QuerySet[Prosecution]:
    """Prosecutions before the court without a day: those that may go before a single justice come too."""
    coming = Hearing.objects.filter(outcome="").order_by().values("prosecution")
    undecided = Hearing.objects.filter(outcome=Outcome.DECIDED, results=None).order_by().values("prosecution")
    before = (State.SINGLE_JUSTICE, State.LISTED, State.TRIAL)
    return (
        Prosecution.objects.visible_to(user)
        .filter(state__in=before)
        .exclude(pk__in=coming)
        .exclude(pk__in=undecided)
        .select_related("case__pupil", "case__school", "parent", "school", "notice", "case__owner")
        .prefetch_related("costs_schedules")
    )


def sittings(now: datetime) -> QuerySet[Sitting]:
    """Those to come, today's among them."""
    return Sitting.objects.filter(starts__gte=_today(now)).select_related("court", "presenter")


def month(user: Any, today: date, most: int) -> list[Hearing]:
    """The hearings of the next weeks, and those past that are not recorded, the earliest first."""
    found = Hearing.objects.visible_to(user).filter(outcome="", sitting__starts__date__lte=today + NEAR)
    return list(found.select_related(*SHOWN_WITH).order_by("sitting__starts", "pk")[:most])


def facts(hearing: Hearing) -> list[dict[str, str]]:
    """A recorded hearing, for ``ui.summary_list``."""
    came = dict(Hearing.Came.choices)
    said = [
        ("Bench", hearing.bench or "–"),
        ("There", ", ".join(str(came[each]) for each in hearing.attended) or "Nobody"),
        ("Plea", hearing.get_plea_display() or "None at this hearing"),
        ("Ended", hearing.get_outcome_display()),
    ]
    if hearing.in_absence:
        said.append(("In absence", "Proved in the defendant’s absence"))
    if hearing.because:
        said.append(("Because", hearing.because))
    if hearing.asked_by:
        said.append(("Asked by", hearing.get_asked_by_display()))
    if hearing.costs_pence:
        said.append(("Costs of the adjournment", money(hearing.costs_pence)))
    if hearing.following:
        said.append(("Goes on", long_date(timezone.localdate(hearing.following.sitting.starts))))
    if hearing.recorded_by:
        said.append(
            ("Recorded", f"{hearing.recorded_by.name}, {long_date(timezone.localdate(hearing.recorded_at))}")
        )
    return [{"key": key, "value": str(value)} for key, value in said]


def to_report(user: Any) -> QuerySet[Result]:
    """Results that the school and the officer were not told yet."""
    return Result.objects.visible_to(user).standing().filter(told_school_at=None).select_related("prosecution__case__pupil")  # fmt: skip


def undecided(user: Any) -> QuerySet[Hearing]:
    """Hearings recorded as decided whose result is not written down yet."""
    return Hearing.objects.visible_to(user).filter(outcome=Outcome.DECIDED, results=None).select_related("sitting", "prosecution")  # fmt: skip
