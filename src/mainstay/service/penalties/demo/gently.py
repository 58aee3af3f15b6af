"""What comes before a notice in the made-up city: notices to improve and leave in term time."""

from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any, Final

from django.utils import timezone

from mainstay.law.clock import working_day_after
from mainstay.registers.grid import academic_year
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.calendars import school_days
from mainstay.service.directory.models import Parent, Parenthood, Pupil
from mainstay.service.documents.models import PrintRun
from mainstay.service.documents.service import post_run
from mainstay.service.penalties import prefill, watching
from mainstay.service.penalties.actions import (
    improvement_ends,
    improvement_giving,
    improving,
    leave,
    leave_letters,
    requests,
)
from mainstay.service.penalties.demo import way
from mainstay.service.penalties.demo.scene import Family, Scene
from mainstay.service.penalties.models import Improvement, LeaveLetter, NoticeRequest
from mainstay.service.record import deadlines
from mainstay.service.record.models import Entry

SUPPORT: Final = "A place at the breakfast club, a key worker, and a meeting with the attendance lead."
REFUSED: Final = "A holiday is no exceptional circumstance; the child missed the same week last year."
WARNING: Final = "In the letter: a penalty notice may follow if the leave is taken."
#: sessions that may be missed: none, or so many that no made-up child exceeds them
NONE, MANY = 0, 99
EXCEEDED: Final = ("breached", "follow")


def improve(scene: Scene) -> None:
    """Notices to improve: being written, running, exceeded, over, met, followed by a request, closed."""
    near = cycle((scene.schools_of("officer"), scene.schools_of("senior")))
    for ago, weeks, target, then in (
        (2, 6, NONE, "draft"), (6, 6, MANY, ""), (12, 6, MANY, ""), (26, 6, NONE, "breached"), (30, 6, NONE, "breached"),
        (44, 3, MANY, ""), (46, 3, MANY, ""), (48, 3, MANY, "met"), (33, 6, NONE, "follow"), (20, 6, MANY, "close"),
    ):  # fmt: skip
        since, of = scene.day(ago).date(), next(near)
        scene.tell(lambda f, a=ago, w=weeks, t=target, n=then: _improve(scene, f, a, w, t, n), since=since, schools=of)  # type: ignore[misc]  # fmt: skip


def _improve(scene: Scene, family: Family, ago: int, weeks: int, target: int, then: str) -> None:
    when, by = scene.day(ago), family.officer
    made = improving.draft(
        pupil=family.pupil,
        content=_content(family, when, weeks, target),
        finding=family.finding,
        by=by,
        at=when,
    )
    improving.choose_parent(
        improvement_id=made.pk, parent=family.parents[0], why="Takes the child to school.", by=by, at=when
    )
    if then == "draft":
        return
    made = improvement_giving.give(improvement_id=made.pk, by=by, at=when + way.LATER)
    _posted(scene, made, when)
    if then in EXCEEDED and made.breached_on is None:
        raise StepRefused("The target was kept to.")
    _as_it_came_to_be_known(made)
    if then == "met":
        watching.over(pk=made.pk, on=scene.today, at=scene.day(3))
        reasons = "Nearly every session attended; the morning call goes on."
        improvement_ends.met(improvement_id=made.pk, reasons=reasons, by=by, at=scene.day(2))
    elif then == "follow":
        reasons = "More sessions missed in the second week, and the meeting was declined."
        request = improvement_ends.follow(improvement_id=made.pk, reasons=reasons, by=by, at=scene.day(2))
        requests.ask(request_id=request.pk, by=by, at=scene.day(2, 12))
    elif then == "close":
        reasons = "The family moves away this term; the new school is told."
        improvement_ends.close(improvement_id=made.pk, reasons=reasons, by=by, at=scene.day(3))
    elif made.ends_on and made.ends_on < scene.today:
        watching.over(pk=made.pk, on=scene.today, at=scene.day(0, 6))


def _posted(scene: Scene, made: Improvement, when: datetime) -> None:
    """Business support says that the letters went out that day."""
    for run in PrintRun.objects.filter(pk__in=made.letters.values("service__run")).distinct():
        post_run(run=run, sent_on=when.date(), reason="", by=scene.users["support"], at=when + 2 * way.LATER)


def _content(family: Family, when: datetime, weeks: int, target: int) -> improving.Content:
    """What the form begins with that day, the support written in."""
    on = when.date()
    values = prefill.values(family.pupil, family.finding, on)
    picked = tuple(family.picked(on))
    values |= {"record_to": on - timedelta(days=1), "school_weeks": weeks, "target": target, "picked": picked}
    values["support_so_far"] = values["support_so_far"] or SUPPORT
    values |= {"support_refused": "A meeting on two dates.", "support_offered": SUPPORT}
    del values["sessions"]
    return improving.Content(**values)


def _as_it_came_to_be_known(made: Improvement) -> None:
    """The watch sees the whole register at once; here it notices a target exceeded on the day after."""
    if made.breached_on is None:
        return
    noticed = timezone.make_aware(datetime.combine(made.breached_on, datetime.min.time())) + timedelta(
        days=1, hours=6
    )
    Improvement.objects.filter(pk=made.pk).update(noticed_at=noticed)
    said = Entry.objects.filter(
        about_kind=made._meta.label_lower, about_id=str(made.pk), title__contains="was exceeded"
    )
    said.update(at=noticed, written_at=noticed)
    deadlines.recompute(
        about=made, rule=watching.BREACH, trigger_on=made.breached_on, by=None, at=noticed,
        last_day=working_day_after(noticed.date(), watching.BREACH_WITHIN),
    )  # fmt: skip


def ask_leave(scene: Scene) -> None:
    """Leave asked for at the schools somebody signs in for; the head decides about some."""
    for name, outcomes in (("head", ("", "", "grant", "part", "refuse")), ("school", ("", ""))):
        by = scene.users[name]
        own = set(by.school_posts.values_list("school_id", flat=True))
        for n, (pupil, parent) in enumerate(zip(*_some_of(own, len(outcomes)), strict=True)):
            scene.attempt(lambda c=pupil, p=parent, n=n, o=outcomes[n], by=by: _leave(scene, c, p, n, o, by))  # type: ignore[misc]
        if name == "head":
            scene.tell(lambda f, by=by: _taken_all_the_same(scene, f, by), since=scene.today, schools=own, only=True)  # type: ignore[misc]  # fmt: skip


def _some_of(schools: set[int], number: int) -> tuple[list[Pupil], list[Parent]]:
    """Children of these schools and the parent each lives with."""
    ties = Parenthood.objects.filter(
        pupil__school__in=schools, pupil__restricted=False, contact_allowed=True, lives_with=True, priority=1
    )
    found = list(ties.select_related("pupil__school", "parent").order_by("-pk")[:number])
    return [tie.pupil for tie in found], [tie.parent for tie in found]


def _leave(scene: Scene, pupil: Pupil, parent: Parent, n: int, outcome: str, by: Any) -> None:
    days = _coming(pupil, scene.today + timedelta(days=14 + 5 * n))
    asked = leave.ask(
        pupil=pupil, parent=parent, lives_with=True, asked_on=scene.day(6 + n).date(), first_day=days[0],
        last_day=days[1], reason="A wedding of the mother's sister abroad.", by=by, at=scene.day(5 + n),
    )  # fmt: skip
    if outcome == "grant":
        reasons = "Two days, one of them the journey; the child has missed nothing else this year."
        leave.grant(leave_id=asked.pk, reasons=reasons, by=by, at=scene.day(3))
    elif outcome == "part":
        leave.grant_part(
            leave_id=asked.pk, granted_from=days[0], granted_to=days[0], reasons="The day of the wedding itself.", by=by,
            at=scene.day(3), warned_on=scene.day(3).date(), warning=WARNING,
        )  # fmt: skip
    elif outcome == "refuse":
        leave.refuse(leave_id=asked.pk, reasons=REFUSED, by=by, at=scene.day(3))
        letter = leave_letters.write(
            leave_id=asked.pk, parent=parent, kind=LeaveLetter.Kind.REFUSAL, by=by, at=scene.day(3, 11)
        )
        leave_letters.given(
            letter_id=letter.pk, method="hand", on=scene.day(2).date(), by=by, at=scene.day(2, 15)
        )


def _taken_all_the_same(scene: Scene, family: Family, by: Any) -> None:
    """Refused with a warning, taken all the same, and the head asks for a notice."""
    relied = family.relied(scene.today)
    if not relied:
        raise StepRefused("Not absent.")
    first, last = (date.fromisoformat(relied[n]["date"]) for n in (0, -1))
    asked_on = first - timedelta(days=21)
    at = timezone.make_aware(datetime.combine(asked_on, datetime.min.time())) + timedelta(hours=10)
    asked = leave.ask(
        pupil=family.pupil, parent=family.parents[0], lives_with=True, asked_on=asked_on, first_day=first, last_day=last,
        reason="A cheaper flight.", by=by, at=at,
    )  # fmt: skip
    warned = asked_on + timedelta(days=2)
    leave.refuse(
        leave_id=asked.pk,
        reasons=REFUSED,
        by=by,
        at=at + timedelta(days=2),
        warned_on=warned,
        warning=WARNING,
    )
    asked.refresh_from_db()
    way.asked(scene, family, scene.day(2), by=by, route=NoticeRequest.Route.LEAVE, leave=asked)


def _coming(pupil: Pupil, after: date) -> tuple[date, date]:
    """Two school days in a row from a day on. Raises StepRefused where the calendar ends before."""
    year = academic_year(after)
    days = [day for of in (year, year + 1) for day in school_days(pupil.school_id or 0, of) if day >= after]
    if len(days) < 2:
        raise StepRefused("The calendar ends before.")
    return days[0], days[1]
