"""Everything the pre-issue check looks at, gathered for many notices in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Sum

from mainstay.law import age, excluded_days, penalty_notice
from mainstay.law.register import Calendar, CalendarTooShort
from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Register
from mainstay.service.directory.calendars import days_of, open_masks
from mainstay.service.directory.models import Address, Dated, Parent, Parenthood
from mainstay.service.directory.relations import kept_apart
from mainstay.service.penalties import code, providers, sessions
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
NOTICE_FIELDS: Final = (
    "request__improvement", "request__leave", "request__owner", "pupil", "parent", "school"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier notice to that parent for that child, ours or another's."""

    issued_on: date
    kind: str
    outcome: str
    said: str  # where it is known from
    notice: int | None = None

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


def relied_on(notice: Notice) -> list[dict[str, str]]:
    return list(notice.request.sessions if notice.state == Notice.State.DRAFT else notice.sessions)


def gather(notices: Sequence[Notice], on: date) -> list[Facts]:
    """The facts of notices with ``NOTICE_FIELDS`` selected, as they are on a day, in their order.

    A notice that is not saved is looked at as if its parent had been chosen.
    """
    pairs = {(n.parent_id, n.pupil_id) for n in notices}
    of_code = code.in_force(on)
    ties, addresses, apart = _ties(pairs, on), _addresses(pairs, on), kept_apart(p for p, _ in pairs)
    earlier, enquiries, checks = earlier_of(pairs), _enquiries(pairs), _checks(notices)
    used, namesakes, returned = sessions.used_sessions(pairs), _namesakes(notices), _returned(pairs)
    stand, pending = _marks(notices), providers.proceedings_of(pairs)
    prosecuted, attended = providers.prosecuted_pairs(pairs), _attended({pupil for _, pupil in pairs})
    calendars = _calendars([notice.request for notice in notices])
    found = []
    for notice in notices:
        pair = (notice.parent_id, notice.pupil_id)
        before = tuple(one for one in earlier[pair] if one.notice is None or one.notice != notice.pk)
        own = {key: by for key, by in used[pair].items() if by.by != notice.number}
        relied = relied_on(notice)
        address = addresses.get(notice.parent_id)
        asked = enquiries.get(pair, ())
        found.append(
            Facts(
                on=on,
                notice=notice,
                code=of_code,
                tie=ties.get(pair),
                address=address,
                kept_apart=notice.parent_id in apart,
                returned_on=returned.get((notice.parent_id, written(address))),
                earlier=before,
                enquiries=asked,
                checks=checks.get(notice.request_id, {}),
                used={key: own[key] for one in relied if (key := (one["date"], one["half"])) in own},
                changed=_changed(notice, relied, stand),
                namesakes=namesakes.get(notice.parent_id, ()),
                proceedings=tuple(pending.get(pair, ())),
                prosecuted=pair in prosecuted,
                attendance=attended.get((notice.pupil_id, _year(relied, on))),
                excluded_days=_excluded_days(notice.request, calendars),
                answer=_ask(notice, before, asked, relied, on, of_code),
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


def _ties(pairs: Collection[Pair], on: date) -> dict[Pair, Parenthood]:
    rows = Parenthood.objects.filter(
        Dated.on(on), parent__in={p for p, _ in pairs}, pupil__in={c for _, c in pairs}
    )
    return {(row.parent_id, row.pupil_id): row for row in rows}


def _addresses(pairs: Collection[Pair], on: date) -> dict[int, Address]:
    """Parent -> where they live on that day; the latest known of several."""
    rows = Address.objects.filter(Dated.on(on), parent__in={p for p, _ in pairs})
    return {row.parent_id: row for row in rows.order_by("since", "pk") if row.parent_id}


def written(address: Address | None) -> str:
    """The address as it stands on a letter; "" where none is known."""
    if address is None or not address.lines.strip():
        return ""
    return "\n".join(filter(None, (address.lines.strip(), address.postcode.strip())))


def _returned(pairs: Collection[Pair]) -> dict[tuple[int, str], date]:
    """(parent, address as used) -> when mail to it came back last."""
    from mainstay.service.documents.models import Service

    rows = Service.objects.filter(addressee__in={p for p, _ in pairs}, returned_on__isnull=False)
    found = rows.order_by("returned_on").values_list("addressee_id", "address", "returned_on")
    return {(parent, address): day for parent, address, day in found if parent and day}


def earlier_of(pairs: Collection[Pair]) -> dict[Pair, list[Before]]:
    """Every notice to a parent for a child, ours and others', by day of issue; two queries however many pairs."""
    parents, pupils = {p for p, _ in pairs}, {c for _, c in pairs}
    found: dict[Pair, list[Before]] = {pair: [] for pair in pairs}
    ours = Notice.objects.issued().filter(parent__in=parents, pupil__in=pupils)
    for row in ours.order_by("issued_on", "pk").values_list(
        "parent_id", "pupil_id", "issued_on", "kind", "state", "outcome", "number", "pk"
    ):
        parent, pupil, issued_on, kind, state, outcome, number, pk = row
        if (parent, pupil) in found and issued_on and number:
            said = outcome or OUTCOMES[Notice.State(state)]
            found[parent, pupil].append(Before(issued_on, kind, said, number, pk))
    others = EarlierNotice.objects.filter(parent__in=parents, pupil__in=pupils).order_by("issued_on", "pk")
    for old in others:
        pair = (old.parent_id, old.pupil_id)
        if pair in found:
            said = f"{old.issuer} {old.reference}".strip()
            found[pair].append(Before(old.issued_on, old.kind, old.outcome, said))
    return {pair: sorted(rows, key=lambda row: row.issued_on) for pair, rows in found.items()}


def _enquiries(pairs: Collection[Pair]) -> dict[Pair, tuple[Enquiry, ...]]:
    found: dict[Pair, tuple[Enquiry, ...]] = {}
    for row in Enquiry.objects.filter(parent__in={p for p, _ in pairs}, pupil__in={c for _, c in pairs}):
        pair = (row.parent_id, row.pupil_id)
        found[pair] = (*found.get(pair, ()), row)
    return found


def _checks(notices: Collection[Notice]) -> dict[int, dict[str, Check]]:
    return checks_of({n.request_id for n in notices})


def checks_of(requests: Collection[int]) -> dict[int, dict[str, Check]]:
    """Request -> name -> the latest answer to that question."""
    found: dict[int, dict[str, Check]] = {}
    for row in Check.objects.filter(request__in=requests).select_related("by").order_by("pk"):
        found.setdefault(row.request_id, {})[row.name] = row
    return found


def _namesakes(notices: Collection[Notice]) -> dict[int, tuple[Parent, ...]]:
    """Parent -> other records that may be the same person: the same name, and a home, child or birth shared."""
    by_key: dict[str, list[Parent]] = {}
    for parent in Parent.objects.filter(key__in={n.parent.key for n in notices}, merged_into=None):
        by_key.setdefault(parent.key, []).append(parent)
    several = {parent.pk for same in by_key.values() if len(same) > 1 for parent in same}
    if not several:
        return {}
    marks: dict[int, set[Any]] = {pk: set() for pk in several}
    for pk, pupil in Parenthood.objects.filter(parent__in=several).values_list("parent_id", "pupil_id"):
        marks[pk].add(("child", pupil))
    for of, postcode in Address.objects.filter(parent__in=several).values_list("parent_id", "postcode"):
        marks[of or 0].add(("home", postcode.replace(" ", "").upper()))
    for parent in (p for same in by_key.values() for p in same if p.pk in several and p.date_of_birth):
        marks[parent.pk].add(("born", parent.date_of_birth))
    found = {}
    for notice in notices:
        same = (p for p in by_key.get(notice.parent.key, ()) if p.pk != notice.parent_id)
        found[notice.parent_id] = tuple(
            p for p in same if _shared(marks[notice.parent_id], marks[p.pk], notice.parent, p)
        )
    return found


def _shared(one: set[Any], two: set[Any], parent: Parent, other: Parent) -> bool:
    if parent.date_of_birth and other.date_of_birth and parent.date_of_birth != other.date_of_birth:
        return False
    return bool((one & two) - {("home", "")})


def _marks(notices: Collection[Notice]) -> dict[tuple[int, str, str], set[str]]:
    wanted: dict[int, set[tuple[str, str]]] = {}
    for notice in notices:
        if notice.kind == "attendance":
            wanted.setdefault(notice.pupil_id, set()).update(
                (s["date"], s["half"]) for s in relied_on(notice)
            )
    return sessions.marks_now(wanted)


def _changed(
    notice: Notice, relied: Iterable[Mapping[str, str]], stand: Mapping[tuple[int, str, str], set[str]]
) -> tuple[Mapping[str, str], ...]:
    if notice.kind != "attendance":
        return ()
    return tuple(s for s in relied if s["code"] not in stand[notice.pupil_id, s["date"], s["half"]])


def _year(relied: Collection[Mapping[str, str]], on: date) -> int:
    return academic_year(sessions.span(relied)[1] or on)


def _attended(pupils: Collection[int]) -> dict[tuple[int, int], float]:
    """(pupil, academic year) -> share of possible sessions attended, at all schools together."""
    rows = Register.objects.filter(pupil__in=pupils).order_by().values_list("pupil_id", "year")
    sums = rows.annotate(Sum("attended"), Sum("possible"))
    return {(pupil, year): attended / possible for pupil, year, attended, possible in sums if possible}


def _calendars(requests: Iterable[NoticeRequest]) -> dict[int, Calendar]:
    """School -> its days in the years that exclusions at it may reach into."""
    years: dict[int, set[int]] = {}
    for request in requests:
        if request.kind == "excluded" and request.excluded_from is not None:
            year = academic_year(request.excluded_from)
            years.setdefault(request.school_id, set()).update((year, year + 1))
    days: dict[int, set[date]] = {school: set() for school in years}
    for year in sorted({year for wanted in years.values() for year in wanted}):
        masks = open_masks([school for school, wanted in years.items() if year in wanted], year)
        for school, mask in masks.items():
            days[school].update(days_of(mask, year))
    return {school: Calendar(frozenset(found)) for school, found in days.items()}


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
