"""What is monitored of casework: referrals right the first time, days each stage took, reviews kept, outcomes."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q

from mainstay.service.casework.models import Case, FastTrack, Plan, Referral, ReferralRound
from mainstay.service.team import monitoring
from mainstay.service.team.providers import Line, Measure, Years

Answer = ReferralRound.Answer


def measures() -> list[Measure]:
    return [
        Measure("families", "reviewed", "Interventions reviewed", "Of those whose review day has come, the share that was reviewed and "
                "settled.", "percent", _reviewed),
        Measure("families", "right_first", "Referrals right the first time", "Of first sendings that were answered, the share accepted as "
                "they were, also on appeal.", "percent", _right_first),
        Measure("families", "stages", "Days each stage took", "The middle one of all: half took longer. By the day the stage ended.",
                "days", _stages),
        Measure("families", "outcomes", "How cases ended", "Cases closed in the year, by reason; those opened in error are left out.", "count",
                _outcomes),
        Measure("families", "fast_track", "How Fast Track ended", "By what was decided, in the year of its review day.", "count", _fast_track),
    ]  # fmt: skip


def _at(school: int | None, field: str) -> dict[str, Any]:
    return {field: school} if school else {}


def _reviewed(years: Years, school: int | None) -> list[Line]:
    tracks = FastTrack.objects.filter(review_on__isnull=False, **_at(school, "case__school"))
    plans = Plan.objects.exclude(state__in=Plan.NOT_OFFERED).filter(**_at(school, "school"))
    every = Q(pk__isnull=False)
    return [
        *monitoring.shares(monitoring.of_years(tracks, "review_on", years), {"Fast Track": (every, ~Q(outcome=""))}),
        *monitoring.shares(monitoring.of_years(plans, "ends_on", years), {"Plans and contracts": (every, ~Q(result=""))}),
    ]  # fmt: skip


def _right_first(years: Years, school: int | None) -> list[Line]:
    rows = ReferralRound.objects.filter(number=1, **_at(school, "referral__school")).exclude(
        answer__in=("", Answer.WITHDRAWN, Answer.DIVERTED)
    )
    accepted = Q(answer=Answer.ACCEPTED) | Q(answer=Answer.REJECTED, referral__state=Referral.State.ACCEPTED)
    found = monitoring.of_years(rows, "submitted_at", years, instants=True)
    return monitoring.shares(found, {"Right the first time": (Q(pk__isnull=False), accepted)})


def _stages(years: Years, school: int | None) -> list[Line]:
    referrals = Referral.objects.filter(submitted_at__isnull=False, **_at(school, "school"))
    cases = Case.objects.exclude(closed_because=Case.Reason.IN_ERROR).filter(**_at(school, "school"))
    tracks = FastTrack.objects.filter(starts_on__isnull=False, **_at(school, "case__school"))
    return [
        monitoring.middles("From a referral to its answer", _days(referrals, "submitted_at", "decided_at", years)),
        monitoring.middles("From opening a case to closing it", _days(cases, "opened_at", "closed_at", years)),
        monitoring.middles("Fast Track, from its start to its review", _days(tracks, "starts_on", "review_on", years, instants=False)),
    ]  # fmt: skip


def _days(
    rows: Any, begun: str, ended: str, years: Years, *, instants: bool = True
) -> Iterator[tuple[int, float]]:
    found = monitoring.of_years(rows, ended, years, instants=instants)
    for year, first, last in found.filter(**{f"{ended}__gte": F(begun)}).values_list("of_year", begun, ended):
        yield year, (last - first).days


def _outcomes(years: Years, school: int | None) -> list[Line]:
    rows = Case.objects.exclude(closed_because=Case.Reason.IN_ERROR).filter(**_at(school, "school"))
    found = monitoring.of_years(rows, "closed_at", years, instants=True)
    return monitoring.counted(found, "closed_because", dict(Case.Reason.choices))


def _fast_track(years: Years, school: int | None) -> list[Line]:
    rows = FastTrack.objects.exclude(outcome="").filter(**_at(school, "case__school"))
    found = monitoring.of_years(rows, "review_on", years)
    return monitoring.counted(found, "outcome", dict(FastTrack.Outcome.choices), pupil="case__pupil")
