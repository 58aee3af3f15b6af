"""Everything the pre-issue check looks at, gathered for many notices in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F

from mainstay.law import age, excluded_days, penalty_notice
from mainstay.law.register import Calendar, CalendarTooShort
from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Register
from mainstay.service.common.among import among
from mainstay.service.directory.calendars import days_of, masks_of_years
from mainstay.service.directory.models import Address, Parent, Parenthood
from mainstay.service.penalties import code, known, providers, sessions
from mainstay.service.penalties.known import relied_on
from mainstay.service.penalties.models import Check, EarlierNotice, Enquiry, Notice, NoticeRequest
from mainstay.service.penalties.providers import Pair

#: how a notice of ours stands -> the law's word for its outcome
OUTCOMES: Final = {
    Notice.State.ISSUED: "open",
    Notice.State.PAID: "paid",
    Notice.State.UNPAID: "unpaid",
    Notice.State.PROSECUTING: "unpaid",
    Notice.State.WITHDRAWN: "withdrawn",
}
NOTICE_FIELDS: Final = ("request__improvement", "request__owner", "pupil", "parent", "school")


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier notice to that parent for that child, ours or another's."""

    issued_on: date
    kind: str
    outcome: str
    said: str  # where it is known from
    row: Notice | EarlierNotice

    @property
    def notice(self) -> int | None:
        """Which one of ours it is."""
        return self.row.pk if isinstance(self.row, Notice) else None

    def in_law(self) -> penalty_notice.Earlier:
        return penalty_notice.Earlier(self.issued_on, self.kind, self.outcome, True, True)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Facts:
    """One notice, and what bears on whether it may be issued on a day."""

    on: date
    notice: Notice
    code: code.Code
    tie: Parenthood | None
    address: Address | None
    kept_apart: bool
    returned_on: date | None  # mail to that address came back
    earlier: tuple[Before, ...]
    enquiries: tuple[Enquiry, ...]
    checks: Mapping[str, Check]
    used: Mapping[tuple[str, str], sessions.Used]
    changed: tuple[Mapping[str, str], ...]  # sessions relied on whose mark is another by now
    namesakes: tuple[Parent, ...]  # other records that may be the same person
    proceedings: tuple[str, ...]
    prosecuted: bool
    attendance: float | None  # share of possible sessions attended, of the year of the offence
    excluded_days: tuple[date, ...] | None
    answer: penalty_notice.PenaltyNoticeAnswer

    @property
    def relied_on(self) -> list[dict[str, str]]:
        """A draft follows its request; from the proposal on they are frozen."""
        return relied_on(self.notice)

    @property
    def compulsory(self) -> tuple[date, date] | None:
        born = self.notice.pupil.date_of_birth
        return age.compulsory(born) if born else None


def gather(notices: Sequence[Notice], on: date, read: known.Known | None = None) -> list[Facts]:
    """The facts of notices with ``NOTICE_FIELDS`` selected, as they are on a day, in their order.

    A notice that is not saved is looked at as if its parent had been chosen. read: what is read already.
    """
    read = read or known.of_notices(notices, on)
    pairs = {(n.parent_id, n.pupil_id) for n in notices}
    earlier, enquiries = earlier_of(pairs, read.ours), _enquiries(pairs)
    asked_of = checks_of({n.request_id for n in notices})
    used, stand = sessions.used_sessions(pairs, read.ours, read.charges), _marks(notices, read.registers)
    pending = providers.proceedings_of(pairs, read.charges)
    attended = _attended(read.registers)
    calendars = _calendars([notice.request for notice in notices])
    found = []
    for notice in notices:
        pair = parent, pupil = notice.parent_id, notice.pupil_id
        before = tuple(one for one in earlier[pair] if one.row != notice)
        own = {key: by for key, by in used[pair].items() if by.by != notice.number}
        relied = relied_on(notice)
        address = read.people.address(parent)
        asked = enquiries.get(pair, ())
        found.append(
            Facts(
                on=on,
                notice=notice,
                code=read.code,
                tie=read.people.tie(parent, pupil),
                address=address,
                kept_apart=read.people.kept_apart(parent),
                returned_on=read.people.returned.get((parent, written(address))),
                earlier=before,
                enquiries=asked,
                checks=asked_of.get(notice.request_id, {}),
                used={key: own[key] for one in relied if (key := (one["date"], one["half"])) in own},
                changed=_changed(notice, relied, stand),
                namesakes=read.people.namesakes(parent),
                proceedings=tuple(pending.get(pair, ())),
                prosecuted=pair in read.charges and read.charges[pair].before,
                attendance=attended.get((pupil, _year(relied, on))),
                excluded_days=_excluded_days(notice.request, calendars),
                answer=_ask(notice, before, asked, relied, on, read.code),
            )
        )
    return found


def one(notice: Notice, on: date) -> Facts:
    return gather([notice], on)[0]


def select(queryset: Any) -> Any:
    """The notices with what ``gather`` reads of them."""
    return queryset.select_related(*NOTICE_FIELDS)


def _ask(
    notice: Notice,
    before: Iterable[Before],
    asked: Iterable[Enquiry],
    relied: Collection[Mapping[str, str]],
    on: date,
    of_code: code.Code,
) -> penalty_notice.PenaltyNoticeAnswer:
    first, last = sessions.span(relied)
    said = {one.outcome for one in asked}
    crossing: penalty_notice.CrossBorder | None = None
    if said:
        crossing = "awaited" if Enquiry.Outcome.AWAITED in said else "received"
    return penalty_notice.find(
        notice.kind,  # type: ignore[arg-type]
        on,
        [one.in_law() for one in before],
        first,
        last,
        crossing,
        school_type(notice.school.kind),
        rules=of_code.rules,
    )


def school_type(kind: str) -> penalty_notice.SchoolType | None:
    """The law's word for a type of establishment as the national list names it."""
    words = kind.casefold()
    if "independent" in words and "academy" not in words:
        return "independent"
    if "alternative provision" in words:
        return "ap_academy"
    if "pupil referral" in words:
        return "pru"
    if "academy" in words or "free school" in words:
        return "academy"
    return "special" if "special" in words else "maintained" if words else None


def written(address: Address | None) -> str:
    """The address as it stands on a letter; "" where none is known."""
    if address is None or not address.lines.strip():
        return ""
    return "\n".join(filter(None, (address.lines.strip(), address.postcode.strip())))


def earlier_of(pairs: Collection[Pair], ours: Iterable[Notice] | None = None) -> dict[Pair, list[Before]]:
    """Every notice to a parent for a child, ours and others', by day of issue.

    ours: our notices to these parents for these children, where they are read already
    """
    parents, pupils = {p for p, _ in pairs}, {c for _, c in pairs}
    found: dict[Pair, list[Before]] = {pair: [] for pair in pairs}
    for one in known.issued(parents, pupils) if ours is None else ours:
        pair = (one.parent_id, one.pupil_id)
        if pair in found and one.issued_on and one.number:
            said = one.outcome or OUTCOMES[Notice.State(one.state)]
            found[pair].append(Before(one.issued_on, one.kind, said, one.number, one))
    others = EarlierNotice.objects.filter(parent__in=parents, pupil__in=pupils).order_by("issued_on", "pk")
    for old in others:
        pair = (old.parent_id, old.pupil_id)
        if pair in found:
            said = f"{old.issuer} {old.reference}".strip()
            found[pair].append(Before(old.issued_on, old.kind, old.outcome, said, old))
    return {pair: sorted(rows, key=lambda row: row.issued_on) for pair, rows in found.items()}


def _enquiries(pairs: Collection[Pair]) -> dict[Pair, tuple[Enquiry, ...]]:
    found: dict[Pair, tuple[Enquiry, ...]] = {}
    for row in Enquiry.objects.filter(parent__in={p for p, _ in pairs}, pupil__in={c for _, c in pairs}):
        pair = (row.parent_id, row.pupil_id)
        found[pair] = (*found.get(pair, ()), row)
    return found


def checks_of(requests: Collection[int]) -> dict[int, dict[str, Check]]:
    """Request -> name -> the latest answer to that question, with the name of whoever gave it."""
    found: dict[int, dict[str, Check]] = {}
    rows = Check.objects.filter(request__among=among(requests)).annotate(by_name=F("by__name"))
    for row in rows.order_by("pk"):
        found.setdefault(row.request_id, {})[row.name] = row
    return found


def _marks(
    notices: Collection[Notice], registers: Iterable[Register]
) -> dict[tuple[int, str, str], set[str]]:
    wanted: dict[int, set[tuple[str, str]]] = {}
    for notice in notices:
        if notice.kind == "attendance":
            wanted.setdefault(notice.pupil_id, set()).update(
                (s["date"], s["half"]) for s in relied_on(notice)
            )
    return sessions.marks_now(wanted, registers)


def _changed(
    notice: Notice, relied: Iterable[Mapping[str, str]], stand: Mapping[tuple[int, str, str], set[str]]
) -> tuple[Mapping[str, str], ...]:
    if notice.kind != "attendance":
        return ()
    return tuple(s for s in relied if s["code"] not in stand[notice.pupil_id, s["date"], s["half"]])


def _year(relied: Collection[Mapping[str, str]], on: date) -> int:
    return academic_year(sessions.span(relied)[1] or on)


def _attended(registers: Iterable[Register]) -> dict[tuple[int, int], float]:
    """(pupil, academic year) -> share of possible sessions attended, at all schools together."""
    sums: dict[tuple[int, int], tuple[int, int]] = {}
    for one in registers:
        attended, possible = sums.get((one.pupil_id, one.year), (0, 0))
        sums[one.pupil_id, one.year] = attended + one.attended, possible + one.possible
    return {of: attended / possible for of, (attended, possible) in sums.items() if possible}


def _calendars(requests: Iterable[NoticeRequest]) -> dict[int, Calendar]:
    """School -> its days in the years that exclusions at it may reach into."""
    years: dict[int, set[int]] = {}
    for request in requests:
        if request.kind == "excluded" and request.excluded_from is not None:
            year = academic_year(request.excluded_from)
            years.setdefault(request.school_id, set()).update((year, year + 1))
    masks = masks_of_years(list(years), {year for wanted in years.values() for year in wanted})
    return {
        school: Calendar(frozenset(day for year in wanted for day in days_of(masks[year][school], year)))
        for school, wanted in years.items()
    }


def excluded_days_of(request: NoticeRequest) -> tuple[date, ...] | None:
    """The days on which the child may not be in a public place; None where the exclusion is not known."""
    return _excluded_days(request, _calendars([request]))


def _excluded_days(request: NoticeRequest, calendars: Mapping[int, Calendar]) -> tuple[date, ...] | None:
    if request.kind != "excluded" or request.excluded_from is None or request.excluded_school_days is None:
        return None
    calendar = calendars[request.school_id]
    try:
        return excluded_days.find(calendar, request.excluded_from, True, request.excluded_school_days).days
    except CalendarTooShort:
        return None
