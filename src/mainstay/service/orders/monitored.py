"""What is monitored of orders: supervision orders made and school attendance orders served in the year."""

from mainstay.service.orders.models import AttendanceOrder, SupervisionOrder
from mainstay.service.team import monitoring
from mainstay.service.team.providers import Line, Measure, Years


def measures() -> list[Measure]:
    says = "Supervision orders the court made, and school attendance orders served, in the year."
    return [Measure("legal", "orders", "Orders", says, "count", _orders)]


def _orders(years: Years, school: int | None) -> list[Line]:
    made = SupervisionOrder.objects.filter(**({"case__school": school} if school else {}))
    served = AttendanceOrder.objects.filter(**({"school": school} if school else {}))
    return [
        *_named("Supervision orders", monitoring.counted(
            monitoring.of_years(made, "made_on", years), "case__kind", {}, pupil="case__pupil")),
        *_named("School attendance orders", monitoring.counted(
            monitoring.of_years(served, "served_on", years), "regime", {})),
    ]  # fmt: skip


def _named(label: str, lines: list[Line]) -> list[Line]:
    """All of them as one line."""
    behind = [one.behind or (0, 0) for one in lines]
    return [
        Line(
            label, sum(one.now or 0 for one in lines), sum(one.before or 0 for one in lines),
            (sum(b[0] for b in behind), sum(b[1] for b in behind)),
        )
    ]  # fmt: skip
