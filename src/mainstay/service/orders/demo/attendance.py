"""Attendance orders of children on no roll: a notice that runs, one at the panel, one with another school, one not complied with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from mainstay.law import age
from mainstay.law.clock import DAY
from mainstay.service.casework.demo.scene import REFUSED, TRIES, Scene, instant, parents_on_record, weekday
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Enrolment, Parent, Pupil, School
from mainstay.service.orders.actions import attendance_beginning as beginning
from mainstay.service.orders.actions import attendance_deciding as deciding
from mainstay.service.orders.actions import attendance_following as following
from mainstay.service.orders.actions import attendance_posting as posting
from mainstay.service.orders.actions import attendance_writing as writing
from mainstay.service.orders.models import AttendanceOrder

BECAUSE: Final = (
    "The last school took the child off its roll; a neighbour says that the child is at home all day."
)
#: days on no roll before the earliest of these roads began, and the time that has to be left of school age
ON_NO_ROLL: Final = timedelta(days=200)
LEFT: Final = timedelta(days=120)
#: so many children are looked at, with one parent before two: each parent is written to apart
LOOKED_AT: Final = 60
TESTS: Final = deciding.Tests(
    shown=False, why_shown="No answer came but “we teach at home”, and nothing was shown of it.", expedient=True,
    why_expedient="Years of school remain, and nothing known speaks against school.", way="school",
    members="The service manager, an adviser on home education (made up), a head teacher.", evidence="The log of enquiries.",
    circumstances="None known.", alternatives="A visit of the home education adviser was offered twice.",
    equality="Nothing known that bears on it.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unschooled:
    """A child on no roll, with every parent on record and the schools of the child's age."""

    pupil: Pupil
    parents: tuple[Parent, ...]
    schools: tuple[School, ...]


def tell(scene: Scene) -> None:
    children = list(_children(scene))
    for story in (_noticed, _at_panel, _other_school, _not_complied):
        for child in children[:TRIES]:
            if Scene.attempt(lambda story=story, child=child: story(scene, child)) is not REFUSED:  # type: ignore[misc]
                children.remove(child)
                break


def _children(scene: Scene) -> Iterator[Unschooled]:
    """Of school age, for long on no roll; where an EHC plan names the school, the road is another."""
    since = scene.today - ON_NO_ROLL
    rows = Pupil.objects.filter(
        school=None, date_of_birth__isnull=False, restricted=False, in_care=False, merged_into=None
    )
    rows = (
        rows.filter(enrolments__left_on__lt=since)
        .exclude(enrolments__left_on=None)
        .exclude(enrolments__left_on__gte=since)
    )
    found = [
        pupil
        for pupil in rows.exclude(sen="E").order_by("pk").distinct()[:LOOKED_AT]
        if _of_age(pupil, scene.today)
    ]
    parents = parents_on_record([pupil.pk for pupil in found], scene.today)
    before = dict(
        Enrolment.objects.filter(pupil__in=found).order_by("left_on").values_list("pupil_id", "school_id")
    )
    schools = list(School.objects.exclude(address="").order_by("pk"))
    for pupil in sorted(found, key=lambda one: (len(parents.get(one.pk, ())), one.pk)):
        fit = [one for one in schools if one.pk != before[pupil.pk] and _fits(one, pupil, scene.today)]
        if parents.get(pupil.pk) and len(fit) > 1:
            yield Unschooled(pupil, tuple(parents[pupil.pk]), tuple(fit[:2]))


def _of_age(pupil: Pupil, today: date) -> bool:
    assert pupil.date_of_birth is not None
    first, last = age.compulsory(pupil.date_of_birth)
    return first <= today - ON_NO_ROLL and today + LEFT <= last


def _fits(school: School, pupil: Pupil, today: date) -> bool:
    assert pupil.date_of_birth is not None
    years = (today - pupil.date_of_birth).days // 365
    return (school.lowest_age or 0) < years < (school.highest_age or 0) - 1


def _noticed(scene: Scene, child: Unschooled) -> AttendanceOrder:
    """The parents' time to show suitable education runs."""
    one = _notice(scene, child, 33)
    notice = one.notices.filter(kind="first").order_by("pk")[0]
    beginning.answer(
        notice_id=notice.pk,
        on=scene.today,
        text="“We teach at home. A plan follows.”",
        by=one.owner,
        at=scene.at,
    )
    return one


def _at_panel(scene: Scene, child: Unschooled) -> AttendanceOrder:
    """Nothing was shown: a manager decides, with a panel."""
    one = _notice(scene, child, 52)
    return writing.go_on(order_id=one.pk, step="to_panel", by=one.owner, at=_after(scene, one, "first"))


def _other_school(scene: Scene, child: Unschooled) -> AttendanceOrder:
    """Served; a parent asked for another school, which has a place, and the child is registered there."""
    one, by = _served(scene, child, 135), scene.users["manager"]
    _checked(scene, one, 1)
    when, school = scene.day(24), child.schools[1]
    following.amend(
        order_id=one.pk, ground_="parent", parent_id=child.parents[0].pk, school=school,
        because="Its office offered a place in writing.", by=by, at=when,
    )  # fmt: skip
    one.refresh_from_db()
    following.check(
        order_id=one.pk, on=scene.day(8).date(), registered=True, text="The office: on roll since Monday.", by=one.owner,
        at=scene.day(8),
    )  # fmt: skip
    return one


def _not_complied(scene: Scene, child: Unschooled) -> AttendanceOrder:
    """Served, and after three checks the child is not registered: a prosecution may be proposed."""
    one = _served(scene, child, 150)
    _checked(scene, one, len(posting.CHECKS))
    one.refresh_from_db()
    if following.not_complied(one) is None:
        raise StepRefused("It is not known yet.")
    writing.send(order_id=one.pk, kind="reminder", by=one.owner, at=scene.day(3))
    return one


def _notice(scene: Scene, child: Unschooled, ago: int) -> AttendanceOrder:
    """Told of so many days ago; contacted, written to, warned, and the notice served, each as soon as it may be."""
    by, when = scene.users["officer"], scene.day(ago)
    one = beginning.begin(
        pupil=child.pupil, because=BECAUSE, received_on=when.date(), parents=[parent.pk for parent in child.parents], by=by,
        at=when,
    )  # fmt: skip
    said: dict[str, Any] = {"order_id": one.pk, "by": by, "at": when}
    beginning.enquire(kind="visit", on=when.date(), text="Nobody opened; a card was left.", **said)
    writing.send(kind="letter", **said)
    writing.send(order_id=one.pk, kind="warning", by=by, at=_after(scene, one, "letter"))
    return writing.send(order_id=one.pk, kind="first", by=by, at=_after(scene, one, "warning"))


def _after(scene: Scene, one: AttendanceOrder, kind: str) -> datetime:
    """The first working day on which nobody's time with that paper runs any more. Raises StepRefused while it is to come."""
    return _working_day(
        scene, max(day for day in one.notices.filter(kind=kind).values_list("last_day", flat=True) if day)
    )


def _working_day(scene: Scene, after: date) -> datetime:
    when = instant(weekday(after + DAY), 11)
    if when > scene.at:
        raise StepRefused("It has not come to that yet.")
    return when


def _served(scene: Scene, child: Unschooled, ago: int) -> AttendanceOrder:
    """Decided by the panel, two schools consulted and told, the notice of intention over, the order served."""
    one = _notice(scene, child, ago)
    by, when = one.owner, _after(scene, one, "first")
    writing.go_on(order_id=one.pk, step="to_panel", by=by, at=when)
    deciding.panel(order_id=one.pk, tests=TESTS, by=scene.users["manager"], at=when)
    school = child.schools[0]
    asked = deciding.Asked(
        asked_on=when.date(), how="Letter to the clerk, then by telephone", reply="agrees", reply_text="There is a place.",
        replied_on=when.date(), number="within", excluded=False,
    )  # fmt: skip
    deciding.consult(order_id=one.pk, school=school, body="governors", asked=asked, by=by, at=when)
    deciding.choose(
        order_id=one.pk, school=school, alternatives=[], because="The nearest with a place.", by=by, at=when
    )
    deciding.tell_schools(order_id=one.pk, by=by, at=when)
    last = max(day for day in one.papers.values_list("last_day", flat=True) if day)
    writing.send(order_id=one.pk, kind="intention", by=by, at=_working_day(scene, last))
    when = _after(scene, one, "intention")
    writing.go_on(order_id=one.pk, step="time_over", by=by, at=when)
    writing.send(order_id=one.pk, kind="order", by=by, at=when)
    one.refresh_from_db()
    return one


def _checked(scene: Scene, one: AttendanceOrder, times: int) -> None:
    """The school was asked on the days for it, and the child was not registered."""
    days = [answer.last_day for answer in posting.check_days(one).values() if answer is not None]
    for on in days[:times]:
        when = instant(on, 11)
        if when > scene.at:
            raise StepRefused("It has not come to that yet.")
        following.check(
            order_id=one.pk,
            on=on,
            registered=False,
            text="The office: nobody came to register.",
            by=one.owner,
            at=when,
        )
