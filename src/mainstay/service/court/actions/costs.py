"""The costs schedule of a prosecution: hours at the council's rate, as a document."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.court.actions.prosecutions import locked
from mainstay.service.court.actions.sittings import may
from mainstay.service.court.evidence_paper import signed
from mainstay.service.court.models import CostsSchedule, Prosecution
from mainstay.service.court.proving import frozen
from mainstay.service.court.steps import BEFORE_COURT
from mainstay.service.documents import rendering

_HOUR: Final = 60


@transaction.atomic
def make(
    *, prosecution_id: int, rate_pence: int, lines: Sequence[tuple[str, int]], other_what: str = "", other_pence: int = 0,
    by: Any, at: datetime,
) -> CostsSchedule:  # fmt: skip
    """lines: (work, minutes). Raises StepRefused for an empty schedule, or once the court has decided."""
    may(by)
    one = locked(prosecution_id, by)
    if one.state not in BEFORE_COURT and one.state not in (
        Prosecution.State.EVIDENCE,
        Prosecution.State.READY,
    ):
        raise StepRefused("Costs are asked for before the court decides.")
    if rate_pence <= 0:
        raise StepRefused("The hourly rate has to be more than nothing.")
    if not lines and not other_pence:
        raise StepRefused("Write down at least one line of work.")
    if other_pence and not other_what.strip():
        raise StepRefused("Say what the other sum is for.")
    said = [{"what": what.strip(), "minutes": minutes} for what, minutes in lines]
    sums = [_sum(rate_pence, line["minutes"]) for line in said]
    total = sum(sums) + other_pence
    document = rendering.issue(
        template="costs_schedule", title=f"Costs schedule {one.number}",
        values=_values(one, rate_pence, said, sums, (other_what.strip(), other_pence), total, by, at),
        pupil_id=one.case.pupil_id, by=by, at=at, draft=False, about=one,
    )  # fmt: skip
    schedule = CostsSchedule.objects.create(
        prosecution=one, rate_pence=rate_pence, lines=said, other_pence=other_pence, other_what=other_what.strip(),
        total_pence=total, document=document, at=at, by=by,
    )  # fmt: skip
    trail.record(
        by=by,
        at=at,
        action="costs.scheduled",
        on=schedule,
        prosecution=one.pk,
        total=total,
        frozen=frozen(schedule),
    )
    return schedule


def _sum(rate_pence: int, minutes: Any) -> int:
    """Half a penny and more counts as one."""
    return (rate_pence * int(minutes) * 2 + _HOUR) // (2 * _HOUR)


def _exact(pence: int) -> str:
    """With its pence, also where there are none: sums stand in a column."""
    return f"£{pence / 100:,.2f}"


def _values(
    one: Prosecution, rate: int, lines: Sequence[dict[str, Any]], sums: Sequence[int], other: tuple[str, int], total: int,
    by: Any, at: datetime,
) -> dict[str, Any]:  # fmt: skip
    rows = [
        [line["what"], f"{line['minutes'] // _HOUR} h {line['minutes'] % _HOUR:02} min", _exact(pence)]
        for line, pence in zip(lines, sums, strict=True)
    ]
    if other[1]:
        rows.append([other[0], "", _exact(other[1])])
    return {
        "title": f"Costs schedule {one.number}",
        "facts": [
            ["Prosecutor", settings.CONFIG.council_name], ["Defendant", one.parent.name],
            ["Child", one.case.pupil.initials], ["Offence", one.get_offence_display()], ["Hourly rate", _exact(rate)],
        ],
        "rows": rows,
        "total": _exact(total),
        "footer": f"{settings.CONFIG.council_name}. {one.number}",
        "signed": signed(by, at),
    }  # fmt: skip
