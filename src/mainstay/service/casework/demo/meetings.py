"""Targeting Support Meetings: agreed with its actions, under way, to be agreed, planned for the next days with its pack."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from mainstay.service.attendance.targeting.actions import following, holding, planning
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.attendance.targeting.pack import SEVERE
from mainstay.service.attendance.targeting.queries.meetings import people_of
from mainstay.service.casework.demo.scene import Scene
from mainstay.service.directory.models import LinkOfficer, Pupil, School
from mainstay.service.directory.relations import link_officer

HOUR: Final = timedelta(hours=1)
#: children talked about beside those who are severely absent, about whom every meeting decides
OTHERS: Final = 6
DAYS: Final = 20
#: what is decided about one child after the other, and what follows from it
SAID: Final = (
    ("school_acts", "Seen twice with the mother; breakfast club from Monday.", "@school call home by Fri", True),
    ("consult", "Help was named three times and not taken up.", "@ewo visit the family by Fri", False),
    ("watch", "Back every day since the half-term.", "", None),
    ("early_help", "The younger brother is ill, mornings are long.", "@school offer early help in writing by Fri", True),
    ("health_send", "Letters of the hospital explain most of it.", "", None),
    ("none", "The family moves next week; the new school is told.", "", None),
    ("notice", "Ten sessions and more without leave, after two letters.", "@ewo check the request by Fri", False),
)  # fmt: skip


def tell(scene: Scene) -> None:
    """Agreed at the secondary school, under way at the primary, to be agreed at a third, planned for the next days."""
    own, other = scene.schools["school"], scene.schools["head"]
    scene.attempt(partial(_held, scene, own, scene.day(DAYS), "agreed"))
    scene.attempt(partial(_held, scene, other, scene.at - HOUR / 2, "live"))
    link = LinkOfficer.objects.filter(officer=scene.users["senior"], until=None).exclude(
        school__in=[own.pk, other.pk]
    )
    third = link.select_related("school").order_by("pk").first()
    if third is not None:
        scene.attempt(partial(_held, scene, third.school, scene.day(1), "ended"))
    scene.attempt(partial(_to_come, scene, own, scene.ahead(6, 9)))
    scene.attempt(partial(_of_absent, scene))


def of_absent(scene: Scene) -> Any:
    """The colleague who is on leave next week."""
    return scene.users["aisha.rowe"]


def next_monday(scene: Scene) -> datetime:
    return scene.ahead(7 - scene.today.weekday(), 9)


def _of_absent(scene: Scene) -> None:
    """A meeting and a talk in the week of the leave: a colleague is asked to hold one of them."""
    officer = of_absent(scene)
    links = LinkOfficer.objects.filter(officer=officer, until=None).order_by("pk").select_related("school")
    for number, link in enumerate(links[:2], 1):
        _plan(scene, link.school, officer, next_monday(scene) + timedelta(days=number), scene.day(12))


def _plan(scene: Scene, school: School, officer: Any, starts: datetime, at: datetime) -> TargetingMeeting:
    asked = [one for one, _ in people_of(school).values()]
    return planning.plan(
        school=school, starts=starts, ends=starts + HOUR, where="At the school, room 2", organiser=officer, asked=asked,
        by=officer, at=at,
    )  # fmt: skip


def _to_come(scene: Scene, school: School, starts: datetime) -> None:
    officer = link_officer(school, scene.today) or scene.users["officer"]
    planned = _plan(scene, school, officer, starts, scene.day(9))
    planning.make_pack(meeting_id=planned.pk, by=officer, at=scene.day(1))


def _held(scene: Scene, school: School, starts: datetime, upto: str) -> None:
    """Live, ended or agreed; every severely absent child is decided about before the end."""
    officer = link_officer(school, scene.today) or scene.users["officer"]
    planned = _plan(scene, school, officer, starts, starts - timedelta(days=15))
    said: dict[str, Any] = {"meeting_id": planned.pk, "by": officer}
    pack = planning.make_pack(at=starts - timedelta(days=1), **said)
    holding.begin(at=starts, **said)
    _write(pack.content["children"], upto, starts, said)
    if upto == "live":
        return
    holding.end(at=starts + HOUR, **said)
    if upto == "agreed":
        _agree(scene, planned, starts + 2 * HOUR, said)


def _write(children: list[dict[str, Any]], upto: str, starts: datetime, said: dict[str, Any]) -> None:
    """What is decided about one child after the other, and an action about the school as a whole."""
    severe = [one["pupil"] for one in children if one["rank"] in SEVERE]
    wanted = severe + [one["pupil"] for one in children if one["rank"] not in SEVERE][:OTHERS]
    closed = set(Pupil.objects.filter(pk__in=wanted, restricted=True).values_list("pk", flat=True))
    for number, pupil in enumerate(
        [pk for pk in wanted if pk not in closed][: OTHERS if upto == "live" else None]
    ):
        choice, note, line, has_plan = SAID[number % len(SAID)]
        holding.write(
            pupil_id=pupil, choice=choice, note=note, line=line if number < 2 * len(SAID) else "", has_plan=has_plan,
            lead="The form tutor" if has_plan else "", at=starts + HOUR / 3, **said,
        )  # fmt: skip
    line = "@school settle every N within a week by Fri"
    holding.write(pupil_id=None, line=line, at=starts + HOUR / 3, **said)


def _agree(scene: Scene, planned: TargetingMeeting, when: datetime, said: dict[str, Any]) -> None:
    """Everybody came; the school has done the first of its actions since."""
    assert planned.calendar is not None
    came = planned.calendar.guests.values_list("pk", flat=True)
    minutes = "Fewer single Mondays than last term. Codes are settled within a week now."
    agreed = holding.agree(attended=came, minutes=minutes, at=when, **said)
    first = agreed.actions.filter(for_school=True).order_by("pk")[0]
    words = "Rang on Thursday; the mother comes in."
    following.finish(action_id=first.pk, words=words, by=scene.users["school"], at=when + timedelta(days=4))
