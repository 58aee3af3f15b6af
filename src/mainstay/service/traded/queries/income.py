"""What a year brings: ordered, invoiced, credited, paid; against its plan, by month and by school. Without VAT."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F, Sum
from django.db.models.functions import TruncMonth

from mainstay.service.traded.models import IncomePlan, Invoice, InvoicePayment, Order, OrderShare
from mainstay.service.traded.money import split

MONTHS: Final = 12
HEADER: Final = ("Month", "Plan so far (£)", "Invoiced less credited in the month (£)", "So far (£)")


@dataclass(frozen=True, slots=True)
class Income:
    """Pence of one year, without VAT but for ``paid``."""

    plan: int | None
    ordered: int
    invoiced: int
    credited: int
    planned: int  # to be invoiced
    paid: int  # with VAT

    @property
    def kept(self) -> int:
        return self.invoiced - self.credited


def income(year: int) -> Income:
    plan = IncomePlan.objects.filter(year=year).order_by("-pk").values_list("pence", flat=True).first()
    shares = OrderShare.objects.accepted().filter(order__year=year)
    of = Invoice.objects.filter(year=year).order_by().values_list("kind", "state").annotate(n=Sum("net"))
    sums = {"invoiced": 0, "credited": 0, "planned": 0}
    for kind, state, net in of:
        name = "credited" if kind == Invoice.Kind.CREDIT else "planned" if state == "planned" else "invoiced"
        sums[name] += net
    paid = InvoicePayment.objects.filter(invoice__year=year).aggregate(n=Sum("pence", default=0))["n"]
    ordered = shares.aggregate(n=Sum("pence", default=0))["n"]
    return Income(plan=plan, ordered=ordered, paid=paid, **sums)


def months(year: int, plan: int | None, today: date) -> list[dict[str, Any]]:
    """Each month from April on with what was invoiced less credited, so far, and the plan's part so far.

    What was issued before April or after March stands in the year's first or last month.
    """
    found = (
        Invoice.objects.filter(year=year).exclude(number=None).order_by().annotate(month=TruncMonth("issued_on"))
        .values_list("month", "kind").annotate(n=Sum("net"))
    )  # fmt: skip
    nets = [0] * MONTHS
    for month, kind, net in found:
        place = min(max((month.year - year) * 12 + month.month - 4, 0), MONTHS - 1)
        nets[place] += -net if kind == Invoice.Kind.CREDIT else net
    parts = split(plan, [1] * MONTHS) if plan else [0] * MONTHS
    rows, so_far, planned = [], 0, 0
    for n in range(MONTHS):
        day = date(year + (n > 8), (n + 3) % 12 + 1, 1)
        so_far, planned = so_far + nets[n], planned + parts[n]
        rows.append(
            {"day": day, "text": f"{day:%B %Y}", "short": f"{day:%b}", "net": nets[n], "so_far": so_far,
             "plan": planned if plan else None, "come": day <= today}
        )  # fmt: skip
    return rows


def schools(year: int) -> list[dict[str, Any]]:
    """What each school ordered, its half-days and its cost."""
    found = OrderShare.objects.filter(order__year=year, order__state=Order.State.ACCEPTED).order_by()
    rows: Any = found.values(name=F("school__name"), key=F("school__key")).annotate(
        half_days=Sum("half_days"), pence=Sum("pence")
    )
    return sorted(rows, key=lambda row: (-row["pence"], row["key"]))


def plans(year: int) -> list[IncomePlan]:
    return list(IncomePlan.objects.filter(year=year).select_related("by"))
