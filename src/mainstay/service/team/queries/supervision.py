"""One's own supervision records, and whose is overdue: that it took place, never what was said."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from mainstay.service.accounts.queries import holding
from mainstay.service.common.prepared import worked_out
from mainstay.service.team.models import Supervision


def own(user: Any) -> list[Supervision]:
    return list(Supervision.objects.visible_to(user).select_related("officer", "supervisor"))


def state(record: Supervision, user: Any) -> tuple[str, str]:
    """Where a record stands, in words and colour, for one of the two."""
    if record.signed:
        return "Signed by both", "green"
    mine = record.officer_signed_at if record.officer_id == user.pk else record.supervisor_signed_at
    if record.open:
        return "Being written", "blue"
    return ("Waits for the other", "yellow") if mine else ("Waits for you", "orange")


def rows(user: Any) -> list[dict[str, Any]]:
    found = []
    for one in own(user):
        text, colour = state(one, user)
        other = one.supervisor if one.officer_id == user.pk else one.officer
        found.append(
            {"pk": one.pk, "url": reverse("supervision", args=[one.pk]), "held_on": one.held_on, "other": other.name,
             "state": text, "colour": colour}
        )  # fmt: skip
    return found


def months(today: date) -> tuple[date, date]:
    """The first day of this month and of the one before."""
    this = today.replace(day=1)
    return this, (this - timedelta(days=1)).replace(day=1)


def officers(today: date) -> QuerySet[Any]:
    """Those who have supervision; ``last_held``: when they had it last."""
    held = Supervision.objects.filter(officer=OuterRef("pk")).order_by().values("officer")
    latest = held.annotate(day=Max("held_on")).values("day")
    found = holding("have_supervision", today).exclude(pk__in=holding("supervise", today).values("pk"))
    return found.annotate(last_held=Subquery(latest))


def overdue(today: date) -> QuerySet[Any]:
    """Officers whom a whole calendar month passed without one."""
    return officers(today).filter(Q(last_held=None) | Q(last_held__lt=worked_out(_month_before, today)))


def _month_before(today: date) -> date:
    return months(today)[1]


def watched(today: date) -> list[dict[str, Any]]:
    """Each officer: when the last was, and whether it is overdue."""
    this, before = months(today)
    rows_ = [
        {"pk": one.pk, "officer": one.name, "last": one.last_held, "done": bool(one.last_held and one.last_held >= this),
         "overdue": one.last_held is None or one.last_held < before, "open": one.open_records}
        for one in officers(today).annotate(open_records=_unsigned())
    ]  # fmt: skip
    return sorted(rows_, key=lambda row: (not row["overdue"], row["last"] or date.min, row["officer"]))


def _unsigned() -> Any:
    from django.db.models import Count

    unsigned = Q(supervisions__officer_signed_at=None) | Q(supervisions__supervisor_signed_at=None)
    return Count("supervisions", filter=unsigned, distinct=True)
