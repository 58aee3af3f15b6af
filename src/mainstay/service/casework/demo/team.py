"""The team in the made-up city: duty rota and calls, leave with cover asked, supervision, a quality review."""

from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from mainstay.service.accounts.queries import holding
from mainstay.service.casework.demo import meetings
from mainstay.service.casework.demo.scene import Scene, instant
from mainstay.service.casework.models import Case
from mainstay.service.team.actions import away, calls, contacts, covering, duty, quality, supervision
from mainstay.service.team.models import DutyDay
from mainstay.service.team.queries import free
from mainstay.service.team.terms import term_of
from mainstay.service.team.values import in_force

HOUR: Final = timedelta(hours=1)
#: days ago, who asks, their part, theme, question, what was said
CALLS: Final = (
    (9, "Ms Invented, attendance lead", "school", "Codes and registers", "A child has been in hospital for three weeks: which code?", "Code I with the letter; ask the hospital school whether it teaches."),
    (8, "Mr Parent", "parent", "Penalty notices and leave", "May my child go to a wedding in term time?", "Ask the head in writing before; only exceptional circumstances count."),
    (7, "A made-up primary, office", "school", "Process and thresholds", "When do we have to consider a notice?", "At ten sessions without leave in ten school weeks; support comes first where it fits."),
    (6, "Dr Sample, surgery", "professional", "Special educational needs or health", "May we tell the school about appointments?", "With the parent's consent; we wrote down what to ask."),
    (5, "Head of year 9", "school", "Support for a family", "A family has no heating: who helps?", "Early help by telephone today; the number was given."),
    (3, "A made-up secondary, reception", "school", "Referral and evidence", "Does a call count as a contact for the referral?", "Yes, with the day and what was said."),
    (2, "A grandmother", "parent", "Support for a family", "The child does not leave the bed. What can I do?", "Listened. Talk with the school's nurse; we call back."),
)  # fmt: skip
WAITING: Final = "A child came back after two years abroad with no papers: can we take them on roll today?"


def tell(scene: Scene) -> None:
    officer = scene.users["officer"]
    for name, phone in (("officer", "01632 960101"), ("senior", "01632 960102"), ("manager", "01632 960103")):
        user = scene.users[name]
        contacts.change(
            user=user, phone=phone, teams=user.email, hours="Monday to Friday, 8:30am to 4:30pm", public=True, by=user, at=scene.day(80)
        )  # fmt: skip
    scene.attempt(partial(_away, scene, officer))
    scene.attempt(partial(_rota, scene))
    _calls(scene, officer)
    _supervision(scene)
    scene.attempt(partial(_quality, scene, officer))


def _away(scene: Scene, officer: Any) -> None:
    """A week of leave: a colleague is asked to hold one meeting, the other has nobody yet."""
    colleague, monday = meetings.of_absent(scene), meetings.next_monday(scene).date()
    absence = away.enter(
        officer=colleague, kind="leave", first_on=monday, first_half="AM", last_on=monday + timedelta(days=4), last_half="PM",
        stands_in=scene.users["senior"], by=colleague, at=scene.day(6),
    )  # fmt: skip
    to_cover = free.to_cover(absence).order_by("starts", "pk").first()
    if to_cover is not None:
        covering.ask(
            absence_id=absence.pk, meeting_ids=[to_cover.pk], colleague=officer, by=colleague, at=scene.day(5)
        )


def _rota(scene: Scene) -> None:
    """This week and the next two, by turns; the senior officer asks to swap a day."""
    monday = scene.today - timedelta(days=scene.today.weekday())
    names = ("officer", "senior", "aisha.rowe", "daniel.okoro", "bethan.price", "marek.zielak")
    officers = [scene.users[name] for name in names]
    at = min(instant(monday, 8), scene.at)
    duty.fill(
        first=monday, last=monday + timedelta(days=18), officers=officers, by=scene.users["manager"], at=at
    )
    day = DutyDay.objects.filter(officer=scene.users["senior"], on__gt=scene.today).order_by("on").first()
    if day is not None:
        duty.ask_swap(
            day_id=day.pk, of=scene.users["officer"], in_return=None, because="A day in court.", by=scene.users["senior"],
            at=max(at, scene.day(1)),
        )  # fmt: skip


def _calls(scene: Scene, officer: Any) -> None:
    themes = in_force(scene.today)["themes"]
    takers = [scene.users[name] for name in ("officer", "senior", "support", "daniel.okoro")]
    for number, (ago, who, asker, theme, question, advice) in enumerate(CALLS):
        assert theme in themes
        when = scene.day(ago, 9 + number % 5)
        more: dict[str, Any] = {}
        if number == len(CALLS) - 1:
            more = {"follow_up_by": officer, "follow_up_on": scene.ahead(2).date()}
        calls.take(
            who=who, asker=asker, theme=theme, question=question, advice=advice, by=takers[number % len(takers)],
            at=min(when + HOUR / 4, scene.at), asked_at=when, school=scene.schools["school"] if asker == "school" else None, **more,
        )  # fmt: skip
    calls.take(
        who="A made-up primary, head teacher",
        theme=themes[-1],
        question=WAITING,
        by=officer,
        at=scene.day(1, 16),
    )


def _supervision(scene: Scene) -> None:
    """Everybody had one last month, half of them one this month; one is overdue, and one waits for the officer's signature."""
    manager, this = scene.users["manager"], scene.today.replace(day=1)
    last = _working_day(this - timedelta(days=12))
    before = _working_day(last.replace(day=1) - timedelta(days=9))
    team = holding("have_supervision", scene.today).exclude(
        pk__in=holding("supervise", scene.today).values("pk")
    )
    for number, officer in enumerate(team.order_by("email")):
        overdue = officer.email.startswith("neil.harding@")
        _supervised(scene, officer, manager, before if overdue else last)
        now = scene.day(2).date()
        if not overdue and now >= this and number % 2 and officer.pk != scene.users["officer"].pk:
            _supervised(scene, officer, manager, now)
    _talked(scene, manager)


def _working_day(on: date) -> date:
    return on - timedelta(days=max(on.weekday() - 4, 0))


def _supervised(scene: Scene, officer: Any, by: Any, on: date) -> None:
    at = instant(on, 15)
    record = supervision.begin(officer=officer, held_on=on, by=by, at=at)
    words = {
        "wellbeing": "Well; two heavy weeks are over.",
        "development": "Would like to sit in on a Fast Track.",
    }
    supervision.write(supervision_id=record.pk, by=by, at=at, **words)
    supervision.sign(supervision_id=record.pk, by=by, at=at)
    supervision.sign(supervision_id=record.pk, by=officer, at=at + HOUR)


def _talked(scene: Scene, by: Any) -> None:
    """The latest one with the officer who signs in: about a child, with an action, not signed by the officer yet."""
    officer, at = scene.users["officer"], scene.day(1, 15)
    record = supervision.begin(officer=officer, held_on=at.date(), by=by, at=at)
    said: dict[str, Any] = {"supervision_id": record.pk, "by": by, "at": at}
    supervision.write(
        wellbeing="Caseload is heavy; visits by two help.", development="Chairs the next Fast Track.", **said
    )
    case = Case.objects.open().filter(owner=officer).order_by("pk").select_related("pupil").first()
    if case is not None:
        decision = "Visit once more with the family worker of the school, then decide."
        supervision.discuss(pupil=case.pupil, talk="Two visits, one answer.", decision=decision, **said)
    supervision.act(
        text="Book the refresher on interviews", owner=officer, due_on=scene.ahead(20).date(), **said
    )
    supervision.sign(**said)


def _quality(scene: Scene, officer: Any) -> None:
    """Of the officer's sample one is reviewed and moderated, one reviewed, one drawn."""
    senior, manager, when = scene.users["senior"], scene.users["manager"], scene.day(4)
    sample = quality.draw(officer=officer, term=term_of(scene.today), by=senior, at=when)
    lines = in_force(scene.today)["checklist"]
    grades = [
        [line, "Requires improvement" if n == 3 else "Good", "One note came a week late." if n == 3 else ""]
        for n, line in enumerate(lines)
    ]
    for number, one in enumerate(sample.reviews.order_by("pk")[:2]):
        quality.review(
            review_id=one.pk, grades=grades, overall="Good", themes=["Timeliness", "Voice of the child"],
            said="Careful and kind work; the child is heard.", by=(senior, manager)[number], at=when + HOUR,
        )  # fmt: skip
        if not number:
            agreed = "Notes are written on the day of a visit, or the reason stands beside them."
            quality.moderate(
                review_id=one.pk, grade="Good", reasons="", agreed=agreed, by=manager, at=scene.day(3)
            )
