"""What the check, the list of sessions and the weeks of the register all look at: read once, in seven queries however many.

The council's code, the parents (``people``), the notices issued before, the registers, and the prosecutions.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q

from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Register
from mainstay.service.common.among import among
from mainstay.service.penalties import code, people, providers
from mainstay.service.penalties.models import Notice, NoticeRequest

YEARS_BACK: Final = 1  # of registers offered: last academic year and this
_OF_OURS: Final = (
    "parent_id", "pupil_id", "request_id", "issued_on", "kind", "state", "outcome", "spent_on", "number", "signed_off_at", "sessions",
    # as the ledger tells them
    "position", "full_until", "paid_on", "decide_from", "withdrawn_on", "ground",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """ours: notices issued by us, by issue; of a request its own as well, issued or not"""

    on: date
    code: code.Code
    people: people.People
    ours: Sequence[Notice]
    registers: Sequence[Register]
    charges: Mapping[providers.Pair, providers.Known]

    def of(self, request: int) -> list[Notice]:
        """The notices of one request, by pk."""
        return sorted((n for n in self.ours if n.request_id == request), key=lambda n: n.pk)


def of_notices(notices: Collection[Notice], on: date) -> Known:
    years = {year for notice in notices for year in _years(relied_on(notice), on)}
    pupils = {notice.pupil_id for notice in notices}
    found = people.of_parents([notice.parent_id for notice in notices], on)
    for notice in notices:
        notice.parent = found.rows[notice.parent_id]
    return Known(
        on,
        code.in_force(on),
        found,
        issued({n.parent_id for n in notices}, pupils),
        _marks(pupils, years),
        providers.prosecutions_of({(n.parent_id, n.pupil_id) for n in notices}),
    )


def of_request(request: NoticeRequest, on: date, more_days: Iterable[date] = ()) -> Known:
    """more_days: of the registers' weeks that are shown besides those of the sessions"""
    days = [on, *more_days]
    years = {year for day in days for year in _years(request.sessions, day)}
    years |= set(range(academic_year(on) - YEARS_BACK, academic_year(on) + 1))
    found = people.of_child(request.pupil_id, on)
    wanted = Notice.objects.filter(Q(request=request) | Q(issued_on__isnull=False, pupil=request.pupil_id))
    ours = []
    for notice in wanted.order_by("issued_on", "pk"):
        attach(notice, request)
        notice.parent = found.rows[notice.parent_id]
        ours.append(notice)
    charges = providers.prosecutions_of({(parent, request.pupil_id) for parent in found.rows})
    return Known(on, code.in_force(on), found, ours, registers([request.pupil_id], years), charges)


def attach(notice: Notice, request: NoticeRequest) -> None:
    """The notice of a request that is read already, with it, its child and its school."""
    if notice.request_id == request.pk:
        notice.request, notice.pupil, notice.school = request, request.pupil, request.school


def issued(parents: Collection[int], pupils: Collection[int]) -> list[Notice]:
    """Our notices to these parents for these children, as far as later ones look at them; one query."""
    found = Notice.objects.issued().filter(parent__in=parents, pupil__in=pupils)
    return list(found.only(*_OF_OURS).order_by("issued_on", "pk"))


def registers(pupils: Collection[int], years: Collection[int]) -> list[Register]:
    """The registers of these pupils at every school, by year; one query."""
    if not pupils or not years:
        return []
    found = Register.objects.filter(pupil__among=among(pupils), year__in=years).with_marks()
    return list(found.only("pupil_id", "year", "attended", "possible", "grid__marks", "school__name"))


def _marks(pupils: Collection[int], years: Collection[int]) -> list[Register]:
    """The same without their schools: what was attended, and the marks."""
    found = Register.objects.filter(pupil__among=among(pupils), year__in=years).select_related("grid")
    return list(found.only("pupil_id", "year", "attended", "possible", "grid__marks"))


def relied_on(notice: Notice) -> list[dict[str, Any]]:
    """A draft follows its request; from the proposal on they are frozen."""
    return list(notice.request.sessions if notice.state == Notice.State.DRAFT else notice.sessions)


def _years(sessions: Iterable[dict[str, Any]], on: date) -> set[int]:
    return {academic_year(date.fromisoformat(one["date"])) for one in sessions} | {academic_year(on)}
