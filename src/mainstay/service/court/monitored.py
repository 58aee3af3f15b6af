"""What is monitored of prosecutions: results of the year by verdict; void ones are left out."""

from mainstay.service.court.models import Result
from mainstay.service.team import monitoring
from mainstay.service.team.providers import Line, Measure, Years


def measures() -> list[Measure]:
    says = "Results of the year by verdict; those made void are left out."
    return [Measure("legal", "results", "Results of court", says, "count", _results)]


def _results(years: Years, school: int | None) -> list[Line]:
    rows = Result.objects.standing().filter(**({"prosecution__case__school": school} if school else {}))
    found = monitoring.of_years(rows, "on", years)
    return monitoring.counted(
        found, "verdict", dict(Result.Verdict.choices), pupil="prosecution__case__pupil"
    )
