"""What is monitored of penalty notices: those issued in the year, by what became of them so far."""

from mainstay.service.penalties.models import Notice
from mainstay.service.team import monitoring
from mainstay.service.team.providers import Line, Measure, Years


def measures() -> list[Measure]:
    says = "Issued in the year, by what has become of them to this day."
    return [Measure("legal", "notices", "Penalty notices", says, "count", _notices)]


def _notices(years: Years, school: int | None) -> list[Line]:
    rows = Notice.objects.issued().filter(**({"school": school} if school else {}))
    found = monitoring.of_years(rows, "issued_on", years)
    return monitoring.counted(found, "state", dict(Notice.State.choices))
