"""What a year brings: ordered, invoiced, credited, paid; against its plan, by month and by school. Without VAT."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F, Q, Sum
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
    def stays(self) -> int:
        """What the year brings in the end: bought less credited, or what is kept and what is still to invoice."""
        return self.kept + self.planned

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
    """What each school bought, its half-days, what was and is to be invoiced and credited of it; two queries."""
    found = OrderShare.objects.filter(order__year=year, order__state=Order.State.ACCEPTED).order_by()
    bought: Any = found.values("school_id", name=F("school__name"), key=F("school__key")).annotate(
        half_days=Sum("half_days"), pence=Sum("pence")
    )
    bills = Invoice.objects.filter(year=year).order_by().values("school_id").annotate(
        planned=Sum("net", filter=Q(number=None), default=0),
        invoiced=Sum("net", filter=Q(kind=Invoice.Kind.INVOICE) & ~Q(number=None), default=0),
        credited=Sum("net", filter=Q(kind=Invoice.Kind.CREDIT), default=0),
    )  # fmt: skip
    of = {row["school_id"]: row for row in bills}
    nothing = {"planned": 0, "invoiced": 0, "credited": 0}
    rows = [row | of.get(row["school_id"], nothing) for row in bought]
    for row in rows:
        row["stays"] = row["invoiced"] + row["planned"] - row["credited"]
    return sorted(rows, key=lambda row: (-row["pence"], row["key"]))


def plans(year: int) -> list[IncomePlan]:
    return list(IncomePlan.objects.filter(year=year).select_related("by"))
