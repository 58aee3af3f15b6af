"""The yearly return of parental responsibility measures: what each of its figures counts, once for counting and listing.

The national form's own columns and definitions are not in our notes: these are our reading of what it asks for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from mainstay.law.rules import CURRENT
from mainstay.registers.grid import academic_year
from mainstay.service.penalties.models import Improvement, LeaveRequest, Notice, NoticeRequest

N, I, L, Reason, Ground = Notice.State, Improvement.State, LeaveRequest.State, Notice.Reason, Notice.Ground  # noqa: E741
_DAYS: Final = CURRENT.whole("attendance_reduced_days")
_ALL_DAYS: Final = CURRENT.whole("attendance_full_days")


@dataclass(frozen=True, slots=True)
class Book:
    """What is counted: its rows of one year as far as a person sees them, and the fields the figures tell apart."""

    name: str
    rows: Callable[[Any, int], QuerySet[Any]]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One figure. when: field of the book -> the values that count; a row counts where every field fits."""

    name: str
    label: str
    means: str
    book: str
    when: Mapping[str, tuple[Any, ...]]
    inner: bool = False  # a part of the figure above it
    closed_by_limit: bool = False  # asked of the law, not of a field

    def fits(self, row: Mapping[str, Any]) -> bool:
        return all(row[field] in values for field, values in self.when.items())

    @property
    def q(self) -> Q:
        return Q(**{f"{field}__in": values for field, values in self.when.items()})


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    parts: tuple[Part, ...]


def bounds(year: int) -> tuple[date, date]:
    """First and last day of an academic year."""
    return date(year, 8, 1), date(year + 1, 7, 31)


def years(today: date) -> list[int]:
    """Years that a return can be asked for: since the national framework, the newest first."""
    first = academic_year(CURRENT.day("national_framework_from"))
    return list(range(academic_year(today), first - 1, -1))


def _instants(year: int) -> tuple[datetime, datetime]:
    return tuple(timezone.make_aware(datetime.combine(date(y, 8, 1), time())) for y in (year, year + 1))  # type: ignore[return-value]


def _notices(user: Any, year: int) -> QuerySet[Notice]:
    early = Q(reduced_until=None) | Q(paid_on__lte=F("reduced_until"))
    rows = Notice.objects.visible_to(user).filter(issued_on__range=bounds(year))
    return rows.annotate(early=Case(When(early, then=Value(1)), default=Value(0)))


def _improvements(user: Any, year: int) -> QuerySet[Improvement]:
    begin, end = _instants(year)
    return Improvement.objects.visible_to(user).filter(issued_at__gte=begin, issued_at__lt=end)


def _leaves(user: Any, year: int) -> QuerySet[LeaveRequest]:
    begin, end = _instants(year)
    return LeaveRequest.objects.visible_to(user).filter(decided_at__gte=begin, decided_at__lt=end)


def _requests(user: Any, year: int) -> QuerySet[NoticeRequest]:
    """Requests about failure to attend that were refused, or decided with no notice to somebody, in the year."""
    begin, end = _instants(year)
    refused = Q(state="refused") | Q(state="done", notices__state=N.REFUSED)
    closed = NoticeRequest.objects.visible_to(user).filter(closed_at__gte=begin, closed_at__lt=end)
    return closed.filter(refused, kind="attendance").distinct()


BOOKS: Final = {
    book.name: book
    for book in (
        Book("notices", _notices, ("kind", "state", "position", "reason", "ground", "early")),
        Book("improvements", _improvements, ("state",)),
        Book("leaves", _leaves, ("state",)),
        Book("requests", _requests, ()),
    )
}
_STANDS: Final = (N.ISSUED, N.PAID, N.UNPAID, N.PROSECUTING, N.WITHDRAWN)


def _of(kind: str) -> Callable[..., Part]:
    def part(name: str, label: str, means: str, inner: bool = False, **when: Any) -> Part:
        fields = {field: values if isinstance(values, tuple) else (values,) for field, values in when.items()}
        return Part(name, label, means, "notices", {"kind": (kind,), **fields}, inner)

    return part


_due, _out = _of("attendance"), _of("excluded")


def _book(book: str, name: str, label: str, means: str, *states: str, inner: bool = False) -> Part:
    return Part(name, label, means, book, {"state": states}, inner)


SECTIONS: Final = (
    Section("Penalty notices for failure to attend", (
        _due("issued", "Issued", "Every notice whose day of issue lies in the year, whatever became of it."),
        _due("holiday", "For unauthorised family holiday", "Every session relied on is marked G.", True, reason=Reason.HOLIDAY),
        _due("late", "For arriving late", "Every session relied on is marked U.", True, reason=Reason.LATE),
        _due("other", "For other unauthorised absence", "Anything else, also a holiday together with other absence.", True,
             reason=Reason.OTHER),
        _due("first", "At the first rate", "No earlier notice to that parent for that child counted.", True, position="first"),
        _due("second", "At the second rate", "One earlier notice counted.", True, position="second"),
    )),
    Section("What became of them, as it stands today", (
        _due("paid_early", f"Paid within {_DAYS} days", "The day of receipt is the first; also where no day of receipt "
             "counts, because the letter came back.", state=N.PAID, early=1),
        _due("paid_late", f"Paid after that, within {_ALL_DAYS} days", "In full, in time.", state=N.PAID, early=0),
        _due("withdrawn", "Withdrawn", "On any ground, whether paid or not.", state=N.WITHDRAWN),
        *(
            _due(f"withdrawn_{ground.value}", ground.label, "", True,
                 state=N.WITHDRAWN, ground=ground)
            for ground in Ground
        ),
        _due("prosecuting", "Unpaid, prosecution decided", "Decided here; what a court made of it is not counted apart.",
             state=N.PROSECUTING),
        _due("to_decide", "Unpaid, to decide", "The time to pay is over and nobody has decided yet.", state=N.UNPAID),
        _due("open", "Still to be paid", "Issued and within the time to pay, or not counted as received.", state=N.ISSUED),
    )),
    Section("Penalty notices for excluded children in a public place", (
        _out("excluded", "Issued", "Another offence with a tariff of its own: counted apart from all others."),
        _out("excluded_paid", "Paid", "", True, state=N.PAID),
        _out("excluded_withdrawn", "Withdrawn", "", True, state=N.WITHDRAWN),
        _out("excluded_prosecuting", "Unpaid, prosecution decided", "", True, state=N.PROSECUTING),
        _out("excluded_to_decide", "Unpaid, to decide", "", True, state=N.UNPAID),
        _out("excluded_open", "Still to be paid", "", True, state=N.ISSUED),
    )),
    Section("What came before a notice, or instead of one", (
        Part("limit", "Requests that met the limit", "Requests closed in the year without a notice to a parent for whom the "
             "limit of notices was reached that day: a chosen parent, or where none was chosen any parent of the child.",
             "requests", {}, closed_by_limit=True),
        _book("improvements", "improvements", "Notices to improve given", "Given in the year, however many parents got it.",
              I.RUNNING, I.BREACHED, I.ENDED, I.MET, I.FOLLOWED, I.CLOSED),
        _book("improvements", "improvements_met", "Target met", "So decided by an officer.", I.MET, inner=True),
        _book("improvements", "improvements_not_met", "Target not met", "A penalty notice was asked for.", I.FOLLOWED, inner=True),
        _book("improvements", "improvements_open", "Running, or to decide", "Also where the target is exceeded and nobody has "
              "decided yet.", I.RUNNING, I.BREACHED, I.ENDED, inner=True),
        _book("improvements", "improvements_closed", "Closed for another reason", "Such as a move.", I.CLOSED, inner=True),
        _book("leaves", "leave_refused", "Requests for leave refused", "Refused whole, by the day of the decision.", L.REFUSED),
        _book("leaves", "leave_part", "Requests for leave granted in part", "By the day of the decision.", L.PART),
    )),
)  # fmt: skip
PARTS: Final = {part.name: part for section in SECTIONS for part in section.parts}
#: whole -> parts that have to make it up, in words of the page
SUMS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("issued", ("holiday", "late", "other")),
    ("issued", ("first", "second")),
    ("issued", ("paid_early", "paid_late", "withdrawn", "prosecuting", "to_decide", "open")),
    ("withdrawn", tuple(f"withdrawn_{ground.value}" for ground in Ground)),
    ("excluded", ("excluded_paid", "excluded_withdrawn", "excluded_prosecuting", "excluded_to_decide", "excluded_open")),
    ("improvements", ("improvements_met", "improvements_not_met", "improvements_open", "improvements_closed")),
)  # fmt: skip
