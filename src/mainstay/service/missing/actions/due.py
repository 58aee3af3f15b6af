"""Returns that rolls and registers call for: found every night, chased while they are overdue, or not needed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Finding
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import Enrolment, TermDates
from mainstay.service.missing import checks
from mainstay.service.missing import clocks_notifications as clocks
from mainstay.service.missing.actions import off_rolling, signed
from mainstay.service.missing.models import DueReturn, Notification
from mainstay.service.missing.models.notifications import Kind
from mainstay.service.team.telling import school_addresses

State = DueReturn.State
#: age at the start of the year -> year group, for the most junior and the most senior class of a school
_YEARS = {4: "R", 5: "1", 7: "3", 11: "7", 13: "9", 14: "10"}


def nightly(*, on: date, last: date | None) -> None:
    """Find what is due, close what is settled, look into deletions without a return, remind schools."""
    at = timezone.now()
    find(on=on, at=at)
    look_into(on=on, at=at)
    remind(on=on, at=at)


@transaction.atomic
def find(*, on: date, at: datetime) -> int:
    """Every return that is due and not made, kept once; how many are new."""
    since = on - timedelta(days=clocks.own("look_back_days", on))
    if (begins := clocks.begins(on)) is not None:
        earlier = DueReturn.objects.open().filter(on__lt=begins)
        earlier.update(
            state=State.NOT_NEEDED, why_not="Before the day from which returns are asked for.", settled_at=at
        )
        since = max(since, begins)
    wanted = [*_joined(since, on), *_left(since, on), *_reached(since, on), *signed.wanted(since, on)]
    known = {
        (row.kind, row.school_id, row.pupil_id, row.on): row
        for row in DueReturn.objects.filter(on__gte=since - timedelta(days=1))
    }
    sent = _sent(since)
    new = []
    for one in wanted:
        if (one.kind, one.school_id, one.pupil_id, one.on) in known:
            continue
        made = _made(one, sent)
        one.found_at = at
        if made is not None:
            one.state, one.notification, one.settled_at = State.MADE, made, at
        new.append(one)
    DueReturn.objects.bulk_create(new, batch_size=200)
    _no_longer(known.values(), wanted, at)
    return sum(one.state == State.DUE for one in new)


def _joined(since: date, on: date) -> list[DueReturn]:
    """Who came on a roll; none for the most junior class on the first day of the school year."""
    rows = list(_enrolments(entered_on__range=(since, on)))
    begins = _begins({row.school_id for row in rows})
    found = []
    for row in rows:
        first = begins.get((row.school_id, academic_year(row.entered_on)))
        junior = row.school.lowest_age is not None and row.pupil.year_group == _YEARS.get(
            row.school.lowest_age, "R"
        )
        if first is not None and row.entered_on <= first and junior:
            continue
        due = clocks.new_pupil(row.entered_on).last_day
        found.append(_due(Kind.JOINER, row, row.entered_on, due))
    return found


def _left(since: date, on: date) -> list[DueReturn]:
    """Who left; none for the most senior class at or after the end of the year's last term."""
    rows = list(_enrolments(left_on__range=(since, on)))
    ends = _ends({row.school_id for row in rows})
    found = []
    for row in rows:
        left = row.left_on or on
        last = ends.get((row.school_id, academic_year(left)))
        senior = row.school.highest_age is not None and row.pupil.year_group == str(
            row.school.highest_age - 5
        )
        if not (last is not None and left >= last and senior):
            found.append(_due(Kind.LEAVER, row, left, left))
    return found


def _reached(since: date, on: date) -> list[DueReturn]:
    """Ten days without leave and fifteen of illness, as the registers' findings have them."""
    kinds = {Finding.Kind.TEN_DAYS: Kind.TEN_DAYS, Finding.Kind.SICKNESS: Kind.SICKNESS}
    rows = Finding.objects.filter(
        kind__in=list(kinds), reached_on__range=(since, on), pupil__merged_into=None
    )
    after = timedelta(days=clocks.own("return_days", on))
    return [
        DueReturn(kind=kinds[Finding.Kind(row.kind)], school_id=row.school_id, pupil_id=row.pupil_id, on=row.reached_on,
                  due_on=row.reached_on + after)
        for row in rows.exclude(state=Finding.State.LAPSED)
    ]  # fmt: skip


def _enrolments(**when: Any) -> QuerySet[Enrolment]:
    return (
        Enrolment.objects.filter(pupil__merged_into=None, **when)
        .select_related("pupil", "school")
        .order_by("pk")
    )


def _due(kind: str, row: Enrolment, on: date, due_on: date) -> DueReturn:
    return DueReturn(
        kind=kind, school_id=row.school_id, pupil_id=row.pupil_id, enrolment=row, on=on, due_on=due_on
    )


def _begins(schools: Iterable[int]) -> dict[tuple[int, int], date]:
    found: dict[tuple[int, int], date] = {}
    for school, year, first in TermDates.objects.filter(school__in=list(schools)).values_list(
        "school_id", "year", "first_day"
    ):
        found[school, year] = min(first, found.get((school, year), date.max))
    return found


def _ends(schools: Iterable[int]) -> dict[tuple[int, int], date]:
    found: dict[tuple[int, int], date] = {}
    for school, year, last in TermDates.objects.filter(school__in=list(schools)).values_list(
        "school_id", "year", "last_day"
    ):
        found[school, year] = max(last, found.get((school, year), date.min))
    return found


def _sent(since: date) -> dict[tuple[str, int, int], list[Notification]]:
    rows = Notification.objects.filter(
        state__in=(Notification.State.SENT, Notification.State.ACCEPTED), pupil__isnull=False
    ).filter(Q(first_on__gte=since - checks.NEAR) | Q(last_on__gte=since) | Q(received_at__date__gte=since))
    found: dict[tuple[str, int, int], list[Notification]] = {}
    for row in rows:
        found.setdefault((row.kind, row.school_id, row.pupil_id or 0), []).append(row)
    return found


def _made(one: DueReturn, sent: dict[tuple[str, int, int], list[Notification]]) -> Notification | None:
    for row in sent.get((one.kind, one.school_id, one.pupil_id), []):
        if one.kind in (Kind.JOINER, Kind.LEAVER):
            if abs((row.first_on - one.on).days) <= checks.NEAR.days:
                return row
        elif row.first_on <= one.on:
            return row
    return None


def _no_longer(known: Iterable[DueReturn], wanted: Sequence[DueReturn], at: datetime) -> None:
    """The register was corrected: what it called for is not called for any longer."""
    still = {(one.kind, one.school_id, one.pupil_id, one.on) for one in wanted}
    gone = [row.pk for row in known if row.state == State.DUE
            and (row.kind, row.school_id, row.pupil_id, row.on) not in still]  # fmt: skip
    DueReturn.objects.filter(pk__in=gone).update(
        state=State.NOT_NEEDED, why_not="The register no longer calls for it.", settled_at=at
    )


def look_into(*, on: date, at: datetime) -> int:
    """Deletions of which nobody told us for some days, of children who are on no roll now."""
    before = on - timedelta(days=clocks.own("off_rolling_days", on))
    rows = DueReturn.objects.open().filter(kind=Kind.LEAVER, due_on__lt=before, pupil__merged_into=None)
    elsewhere = Enrolment.objects.on(on).values("pupil_id")
    found = 0
    for row in rows.exclude(pupil__in=elsewhere).select_related("enrolment"):
        made = off_rolling.find(
            school_id=row.school_id, pupil_id=row.pupil_id, left_on=row.on, at=at, enrolment_id=row.enrolment_id,
            why="The name left the register, no return was made, and the child is on no roll we know.",
        )  # fmt: skip
        found += made is not None
    return found


@transaction.atomic
def remind(*, on: date, at: datetime) -> int:
    """Each school with returns overdue, one e-mail; not again before some days are over."""
    before = at - timedelta(days=clocks.own("chase_days", on))
    rows = DueReturn.objects.open().filter(due_on__lt=on).filter(Q(chased_at=None) | Q(chased_at__lte=before))
    return _remind(rows, None, at)


@transaction.atomic
def chase(*, ids: Sequence[int], by: Any, at: datetime) -> int:
    """Remind the schools of these returns now; how many returns. Raises StepRefused."""
    if not by.may("see_notifications"):
        raise StepRefused("Your role cannot remind schools.")
    return _remind(DueReturn.objects.visible_to(by).open().filter(pk__in=ids), by, at)


def _remind(rows: QuerySet[DueReturn], by: Any | None, at: datetime) -> int:
    of_school: dict[int, list[DueReturn]] = {}
    for row in rows:
        of_school.setdefault(row.school_id, []).append(row)
    for school, due in of_school.items():
        for address in school_addresses(school, at):
            post.queue(
                to=address, subject="Returns of your school are due", at=at, about=due[0],
                body=f"{plural(len(due), 'return')} to the council {'is' if len(due) == 1 else 'are'} due. Nobody is named "
                "here: sign in, open Returns and make them there.",
            )  # fmt: skip
        for row in due:
            row.chased_at, row.times_chased = at, row.times_chased + 1
        DueReturn.objects.bulk_update(due, ["chased_at", "times_chased"], batch_size=200)
        trail.record(
            by=by,
            at=at,
            action="returns.chased",
            on=("directory.school", str(school)),
            returns=[d.pk for d in due],
        )
    return sum(map(len, of_school.values()))


@transaction.atomic
def not_needed(*, due_id: int, why: str, by: Any, at: datetime) -> DueReturn:
    """The service says why no return is needed. Raises StepRefused."""
    if not by.may("see_notifications"):
        raise StepRefused("Your role cannot settle returns.")
    row = DueReturn.objects.select_for_update().get(pk=due_id)
    if row.state != State.DUE:
        raise StepRefused("This return is settled already.")
    if not why.strip():
        raise StepRefused("Say why it is not needed.")
    row.state, row.why_not, row.settled_at = State.NOT_NEEDED, why.strip()[:300], at
    row.save()
    trail.record(by=by, at=at, action="return.not_needed", on=row, why=row.why_not)
    return row
