"""Patrols in the made-up city: one planned, one out with its encounters, one to follow up, one closed."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.directory.models import Pupil, School, SchoolPost
from mainstay.service.patrols.actions import authorising, following, meeting, planning
from mainstay.service.patrols.models import Encounter, Patrol

Progress = Callable[[float, str], None]
HOUR = timedelta(hours=1)
NINE = time(9)


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Made by the actions a person would have taken at the time."""
    users = loaded.users
    manager, officer, police = users["manager"], users["officer"], users["police"]
    day = timezone.localdate(at)
    place = authorising.designate(
        name="Made-up Youth Centre", address="1 Invented Road", school=None, on=day - timedelta(days=200),
        chief_told_on=day - timedelta(days=199), by=manager, at=at,
    )  # fmt: skip
    children = _children(users)
    closed = _patrol(users, at, day_ago=15, place=place)
    for n, child in enumerate(children[:4]):
        met = _meet(closed, child, officer, closed.starts + (n + 1) * HOUR / 4)
        following.check(
            encounter_id=met.pk,
            finding="lawful" if n else "without",
            code="M" if n else "O",
            checked_with="The office",
            by=officer,
            at=met.at,
        )
        meeting.conclude(
            encounter_id=met.pk,
            outcome="none" if n else "returned",
            informed="yes",
            constable="" if n else "PC 0001",
            ethnicity="WBRI",
            by=police,
            at=met.at,
        )
        if not n:
            following.follow(
                encounter_id=met.pk,
                text="The mother was called, and the school welcomed the child back.",
                by=officer,
                at=met.at,
            )
    for step in ("back", "close"):
        planning.take(patrol_id=closed.pk, step=step, by=manager, at=closed.ends)
    back = _patrol(users, at, day_ago=2, place=place)
    for n, child in enumerate(children[4:7]):
        met = _meet(back, child, officer, back.starts + (n + 1) * HOUR / 4)
        following.check(
            encounter_id=met.pk, finding="without", code="O", checked_with="The office", by=officer, at=met.at
        )
        meeting.conclude(encounter_id=met.pk, outcome="walked", informed="tried", by=officer, at=met.at)
    meeting.meet(patrol_id=back.pk, at_time=back.starts + HOUR, where="Bus station", with_parent=True, status="ehe", reason="We are on the way to the museum.", by=police, at=back.starts + HOUR)  # fmt: skip
    planning.take(patrol_id=back.pk, step="back", by=officer, at=back.ends)
    out = _patrol(users, at, day_ago=0, place=place)
    for n, child in enumerate(children[7:10]):
        met = _meet(out, child, officer, min(at, out.starts + (n + 1) * HOUR / 12))
        if n < 2:
            following.ask_school(encounter_id=met.pk, by=officer, at=at)
    authorising.designate(
        name="Invented Library",
        address="2 Invented Road",
        school=None,
        on=day,
        chief_told_on=None,
        by=manager,
        at=at,
    )
    _planned(users, at, place)
    progress(1.0, "patrols are in")


def _children(users: Any) -> list[Pupil]:
    """Of the school somebody signs in for, and of others, by turns."""
    school = SchoolPost.objects.filter(user=users["school"], school__isnull=False).values("school_id")[:1]
    conflicts = School.objects.exclude(pk__in=School.objects.visible_to(users["officer"]).values("pk"))
    rows = Pupil.objects.filter(
        restricted=False, merged_into=None, date_of_birth__isnull=False, year_group__in=("8", "9", "10")
    )
    rows = rows.exclude(school__in=conflicts).exclude(school=None).select_related("school").order_by("pk")
    own, others = list(rows.filter(school__in=school)[:5]), list(rows.exclude(school__in=school)[:5])
    return [child for pair in zip(own, others, strict=False) for child in pair]


def _direction(users: Any, at: datetime, starts: datetime, number: int) -> Any:
    return authorising.direct(
        reference=f"OPS-{starts:%y%m}-{number:02}", given_by="Superintendent A. Madeup", given_on=starts.date() - timedelta(days=3),
        area="The city centre between the station, the park and the river", starts=starts, ends=starts + 10 * HOUR,
        by=users["manager"], at=at,
    )  # fmt: skip


def _patrol(users: Any, at: datetime, *, day_ago: int, place: Any) -> Patrol:
    """One that went out so many days ago; 0: that is out now."""
    starts = (
        timezone.make_aware(datetime.combine(timezone.localdate(at) - timedelta(days=day_ago), NINE))
        if day_ago
        else at - HOUR
    )
    direction = _direction(users, at, starts, day_ago)
    one = planning.plan(
        direction_id=direction.pk, place_id=place.pk, area=("High Street and the shopping centre", "Station and park")[day_ago % 2],
        starts=starts, ends=starts + 3 * HOUR, officers=[users["officer"], users["senior"]], police="PC 0001, PC 0002",
        briefing="Be kind, be brief, and write down at once.", by=users["manager"], at=starts,
    )  # fmt: skip
    return planning.take(patrol_id=one.pk, step="start", by=users["officer"], at=starts)


def _planned(users: Any, at: datetime, place: Any) -> None:
    starts = timezone.make_aware(
        datetime.combine(
            timezone.localdate(at) + timedelta(days=7 - timezone.localdate(at).weekday() % 5), NINE
        )
    )
    direction = _direction(users, at, starts, 9)
    planning.plan(
        direction_id=direction.pk, place_id=place.pk, area="Riverside", starts=starts, ends=starts + 3 * HOUR,
        officers=[users["officer"]], police="PC 0003", briefing="", by=users["manager"], at=at,
    )  # fmt: skip


def _meet(patrol: Patrol, child: Pupil, officer: Any, on: datetime) -> Encounter:
    met = meeting.meet(
        patrol_id=patrol.pk, at_time=on, where="Shopping centre, by the fountain", with_parent=False, status="registered",
        forename=child.forename, surname=child.surname, born_on=child.date_of_birth, school=child.school, by=officer, at=on,
    )  # fmt: skip
    return meeting.recognise(encounter_id=met.pk, pupil=child, by=officer, at=on)
