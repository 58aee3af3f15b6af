"""What attendance was before and after interventions, by kind, officer or school; small numbers hidden."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from mainstay.service.attendance.models import Impact
from mainstay.service.attendance.summaries import SMALL, suppress
from mainstay.service.common.ui.filters import percent

#: by what the rows are told apart -> the fields, and the heading
BY: Final = {
    "kind": (("label",), "Kind of intervention"),
    "officer": (("officer", "officer__name"), "Officer"),
    "school": (("school", "school__name"), "School"),
}
_WITH_PEERS: Final = Q(peers__gte=SMALL)
_SUMS: Final = {
    "pupils": Count("pupil", distinct=True),
    "interventions": Count("pk"),
    "all_before_possible": Sum("before_possible"),
    "all_before_attended": Sum("before_attended"),
    "all_after_possible": Sum("after_possible"),
    "all_after_attended": Sum("after_attended"),
    # the same of those with similar pupils, and these weighted as they are
    "compared": Count("pk", filter=_WITH_PEERS),
    "compared_pupils": Count("pupil", distinct=True, filter=_WITH_PEERS),
    "own_before_possible": Sum("before_possible", filter=_WITH_PEERS),
    "own_before_attended": Sum("before_attended", filter=_WITH_PEERS),
    "own_after_possible": Sum("after_possible", filter=_WITH_PEERS),
    "own_after_attended": Sum("after_attended", filter=_WITH_PEERS),
    "peers_were": Sum(F("peers_before") * F("before_possible"), filter=_WITH_PEERS),
    "peers_are": Sum(F("peers_after") * F("after_possible"), filter=_WITH_PEERS),
}


@dataclass(slots=True)
class ShownImpact:
    """What ``attendance/impact.jinja`` prints."""

    rows: list[dict[str, Any]]
    total: dict[str, Any] | None
    open: int  # interventions that cannot be counted yet, or never
    measured_on: date | None
    small: int = SMALL
    hidden: int = field(default=0)


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Impact]:
    found = Impact.objects.visible_to(user)
    if wanted["first"]:
        found = found.filter(on__gte=wanted["first"])
    if wanted["last"]:
        found = found.filter(on__lte=wanted["last"])
    if wanted["label"]:
        found = found.filter(label=wanted["label"])
    return found.filter(school=wanted["school"]) if wanted["school"] else found


def shown(user: Any, wanted: Mapping[str, Any]) -> ShownImpact:
    found = filtered(user, wanted)
    fields, _ = BY[wanted["by"]]
    counted = found.filter(counts=True).order_by()
    groups = [_row(one, wanted["by"]) for one in counted.values(*fields).annotate(**_SUMS)]
    rows = sorted(_suppressed(groups), key=lambda row: str(row["name"]).casefold())
    whole = _row(counted.aggregate(**_SUMS), "")
    ever = found.aggregate(all=Count("pk"), on=Max("measured_on"))
    return ShownImpact(
        rows,
        whole if whole["pupils"] >= SMALL else None,
        ever["all"] - whole["interventions"],
        ever["on"],
        hidden=sum(row["hidden"] for row in rows),
    )


def _row(sums: Mapping[str, Any], by: str) -> dict[str, Any]:
    names = {"kind": "label", "officer": "officer__name", "school": "school__name"}
    before = _share(sums, "before")
    after = _share(sums, "after")
    own, peers = _change(sums), _peers_change(sums)
    return {
        "name": (sums[names[by]] or "Nobody") if by else "All",
        "pupils": sums["pupils"],
        "interventions": sums["interventions"],
        "before": before,
        "after": after,
        "before_counts": _counts(sums, "before"),
        "after_counts": _counts(sums, "after"),
        "change": after - before if before is not None and after is not None else None,
        "compared": sums["compared"],
        "peers_change": peers,
        "difference": own - peers if own is not None and peers is not None else None,
    }


def _share(sums: Mapping[str, Any], side: str) -> float | None:
    possible = sums[f"all_{side}_possible"]
    return sums[f"all_{side}_attended"] / possible if possible else None


def _counts(sums: Mapping[str, Any], side: str) -> str:
    return f"{sums[f'all_{side}_attended'] or 0:,} of {sums[f'all_{side}_possible'] or 0:,}"


def _change(sums: Mapping[str, Any]) -> float | None:
    """Of those compared, where they are enough not to be recognised."""
    if sums["compared_pupils"] < SMALL:
        return None
    return float(
        sums["own_after_attended"] / sums["own_after_possible"]
        - sums["own_before_attended"] / sums["own_before_possible"]
    )


def _peers_change(sums: Mapping[str, Any]) -> float | None:
    if sums["compared_pupils"] < SMALL:
        return None
    return float(
        sums["peers_are"] / sums["own_after_possible"] - sums["peers_were"] / sums["own_before_possible"]
    )


def _suppressed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of few pupils without figures, and the next smallest where only one is: nobody shall subtract."""
    marked = suppress(
        {"group": "rows", "value": str(n), "label": "", "pupils": row["pupils"]} for n, row in enumerate(rows)
    )
    return [
        {"name": row["name"], "hidden": True} if mark["hidden"] else {**row, "hidden": False}
        for row, mark in zip(rows, marked, strict=True)
    ]


def points(change: float | None) -> str:
    """ "+3.2 points"; "–" where there is none."""
    if change is None:
        return "–"
    return f"{100 * change:+.1f} points".replace("-", "−")


HEADER: Final = (
    "Pupils", "Interventions", "Attended of possible sessions before", "Attendance before",
    "Attended of possible sessions after", "Attendance after", "Change", "Compared with similar pupils",
    "Change of similar pupils", "Difference",
)  # fmt: skip


def for_export(result: ShownImpact) -> list[tuple[Any, ...]]:
    return [
        (row["name"], *(["hidden: small number"] * len(HEADER)))
        if row["hidden"]
        else (
            row["name"], row["pupils"], row["interventions"], row["before_counts"], percent(row["before"]), row["after_counts"],
            percent(row["after"]), points(row["change"]), row["compared"], points(row["peers_change"]),
            points(row["difference"]),
        )
        for row in result.rows
    ]  # fmt: skip
