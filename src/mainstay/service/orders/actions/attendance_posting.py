"""Papers of an attendance order are posted, each parent's and each school's apart, and their clocks follow the service."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.law import clock
from mainstay.law import deadlines as law
from mainstay.law.register import CalendarTooShort
from mainstay.registers.grid import academic_year
from mainstay.service.casework import sending
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.calendars import law_calendar
from mainstay.service.directory.models import Parent, School
from mainstay.service.documents import rendering, runs, wording
from mainstay.service.documents import writing as ways
from mainstay.service.documents.homes import homes
from mainstay.service.documents.models import Service
from mainstay.service.documents.service import Sending, serve_many
from mainstay.service.orders import letters_attendance as letters
from mainstay.service.orders.models import AttendanceOrder, AttendanceOrderNotice, AttendanceSchoolPaper
from mainstay.service.orders.steps_attendance import Kind, in_force, latest, parents
from mainstay.service.record import deadlines

State = AttendanceOrder.State
#: where the clock of a kind of paper runs
RUNS_IN: Final[Mapping[str, tuple[str, ...]]] = {
    Kind.LETTER: (State.ENQUIRIES,), Kind.WARNING: (State.ENQUIRIES,), Kind.FIRST: (State.NOTICE,),
    Kind.INTENTION: (State.INTENTION,),
}  # fmt: skip
#: rule -> its answer, None where it cannot be counted
CheckDays = Mapping[str, law.DeadlineAnswer | None]
CHECKS: Final = ("sao-enrolment-first", "sao-enrolment-second", "sao-enrolment-third")


def lacking(one: AttendanceOrder, kind: str) -> list[Parent]:
    """The parents without such a paper, or whose last one came back."""
    sent = latest(one, kind)
    return [parent for parent in parents(one) if _lacks(sent.get(parent.pk))]


def _lacks(notice: AttendanceOrderNotice | None) -> bool:
    return notice is None or notice.service is None or (
        notice.service.returned_on is not None and notice.service.proved_on is None
    )  # fmt: skip


def post(
    one: AttendanceOrder, kind: str, to: Collection[Parent], by: Any, at: datetime
) -> list[AttendanceOrderNotice]:
    """Post one paper to each of these parents today. Raises StepRefused where a letter cannot be posted."""
    today = timezone.localdate(at)
    if not to:
        raise StepRefused("Each parent has this paper already.")
    found = homes([parent.pk for parent in to], one.pupil, today, by)
    for parent in to:
        if parent.pk not in found or not found[parent.pk].usable:
            raise StepRefused(
                f"{parent.name} has no full address with postcode that you may use: see to it first."
            )
    made = [letters.to_parent(one, kind, parent, found[parent.pk], today, by) for parent in to]
    sent = sending.send(made, about=one, pupil_id=one.pupil_id, by=by, at=at)
    notices = [
        one.notices.create(kind=kind, parent=parent, document=document, service=service)
        for parent, (document, service) in zip(to, sent, strict=True)
    ]
    for notice in notices:
        notice.order = one
        count(notice, by, at)
    return notices


def post_to_schools(
    one: AttendanceOrder, kind: str, schools: Iterable[School], by: Any, at: datetime
) -> list[AttendanceSchoolPaper]:
    """Post to the governing body and the head of each school, apart."""
    today = timezone.localdate(at)
    how = ways.on(today)
    whom = [(school, to) for school in schools for to in AttendanceSchoolPaper.To.values]
    sendings = []
    for school, to in whom:
        letter, address = letters.to_school(one, school, kind, to, today, by)
        values = letter.as_values(wording.in_force(letter.template, letter.dated))
        document = rendering.issue(
            template=letter.template, title=letter.title, values=values, pupil_id=one.pupil_id, by=by, at=at, draft=False,
            about=one,
        )  # fmt: skip
        sendings.append(
            Sending(
                document=document, addressee=None, name=letter.addressee.name, address=address, method=how.method,
                channel=how.channel, local=dict(how.local),
            )
        )  # fmt: skip
    run = runs.start(by=by, at=at) if how.channel == Service.Channel.PRINT else None
    services = serve_many(sendings=sendings, sent_on=today, by=by, at=at, run=run)
    if run is not None:
        runs.put_together(run=run, by=by, at=at)
    papers = [
        one.papers.create(kind=kind, school=school, to=to, document=sent.document, service=service)
        for (school, to), sent, service in zip(whom, sendings, services, strict=True)
    ]
    for paper in papers:
        paper.order = one
        count_school(paper, by, at)
    return papers


def count(notice: AttendanceOrderNotice, by: Any, at: datetime) -> None:
    """The last day of a parent's time, by the law, from the day the paper counts as received; its clock follows."""
    rule = letters.RULES.get(notice.kind)
    if rule is None:
        return
    received = notice.counted_from
    answer = letters.time_of(rule, received) if received else None
    notice.last_day = answer.last_day if answer else None
    notice.save(update_fields=["last_day"])
    runs_now = notice.order.state in RUNS_IN[notice.kind]
    what = f"{notice.order.number}: {notice.get_kind_display().lower()}"
    follow(notice, rule, what, answer, received, runs_now, notice.order, by, at)


def count_school(paper: AttendanceSchoolPaper, by: Any, at: datetime) -> None:
    """The same of a school's time to ask the Secretary of State."""
    if paper.kind != AttendanceSchoolPaper.Kind.TOLD:
        return
    received = paper.service.presumed_on
    answer = letters.time_of(letters.OBJECTION, received) if received else None
    paper.last_day = answer.last_day if answer else None
    paper.save(update_fields=["last_day"])
    runs_now = paper.order.state == State.SCHOOL_TOLD and paper.current and paper.objected_on is None
    what = f"{paper.order.number}: the school may object ({paper.get_to_display().lower()})"
    follow(paper, letters.OBJECTION, what, answer, received, runs_now, paper.order, by, at)


def follow(
    about: Any,
    rule: str,
    label: str,
    answer: law.DeadlineAnswer | None,
    trigger_on: date | None,
    running: bool,
    one: AttendanceOrder,
    by: Any,
    at: datetime,
) -> None:
    """Start, move or halt the deadline of one rule, as the day it is counted from is known, another, or not known."""
    if answer is None or trigger_on is None:
        deadlines.pause(about=about, rule=rule, by=by, at=at)
        return
    said = {"trigger_on": trigger_on, **deadlines.counted(answer)}
    if deadlines.recompute(about=about, rule=rule, by=by, at=at, **said) is None and running:
        deadlines.start(
            pupil=one.pupil_id, about=about, rule=rule, label=label, by=by, at=at, owner=one.owner, **said
        )  # fmt: skip


def count_order(one: AttendanceOrder, by: Any, at: datetime) -> None:
    """The order's own service, the latest parent's, and the days to check with the school."""
    papers = in_force(one)
    days = [papers[parent.pk].counted_from if parent.pk in papers else None for parent in parents(one)]
    one.served_on = max((day for day in days if day), default=None) if days and all(days) else None
    one.save(update_fields=["served_on"])
    if one.state != State.SERVED or one.enrolled_on is not None or one.school is None:
        return
    for rule, answer in check_days(one).items():
        which = rule.rpartition("-")[2]
        open_still = (
            not one.checks.filter(school=one.school, on__gte=answer.last_day).exists() if answer else True
        )
        follow(
            one,
            rule,
            f"{one.number}: {which} check with the school",
            answer,
            one.served_on,
            open_still,
            one,
            by,
            at,
        )


def check_days(one: AttendanceOrder) -> CheckDays:
    """Rule -> when the school is asked, in its own school days; None where the order's service or its terms are not known."""
    if one.served_on is None or one.school_id is None:
        return dict.fromkeys(CHECKS)
    year = academic_year(one.served_on)
    calendar = law_calendar(one.school_id, (year, year + 1))
    found: dict[str, law.DeadlineAnswer | None] = {}
    for rule in CHECKS:
        try:
            found[rule] = law.find(rule, one.served_on, calendar)
        except (CalendarTooShort, clock.BeyondTable):
            found[rule] = None
    return found
