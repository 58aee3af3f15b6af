"""The team of the made-up city: how officers are reached, the rota of the term, some calls, somebody on leave."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from mainstay.service.accounts.queries import holding
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.team.actions import away, calls, contacts, duty
from mainstay.service.team.models import Absence, Call
from mainstay.service.team.terms import term_of

#: days ago, who, what they are, theme, question, what was said ("": not yet)
CALLS: Final = (
    (9, "Attendance lead", Call.Asker.SCHOOL, "Codes and registers",
     "A pupil is in hospital for three weeks: which code, and from when?", "Code I with evidence; ask the hospital school."),
    (6, "A grandfather", Call.Asker.PARENT, "Support for a family",
     "Who helps with the way to school in the morning?", "The school’s family worker; the link officer rings back."),
    (2, "Deputy head", Call.Asker.SCHOOL, "Referral and evidence",
     "What has to be tried before a referral?", "Talked through the list of evidence."),
    (0, "A mother", Call.Asker.PARENT, "Penalty notices and leave", "May we go to a wedding in term time?", ""),
)  # fmt: skip


def live(loaded: Loaded, at: datetime) -> None:
    officer, manager = loaded.users["officer"], loaded.users["manager"]
    officers = list(holding("hold_meetings", timezone.localdate(at)).order_by("name", "pk"))
    for number, one in enumerate(officers):
        contacts.change(
            user=one,
            phone=f"01632 960{300 + number}",
            teams=one.email,
            hours="",
            public=True,
            by=manager,
            at=at,
        )
    today = timezone.localdate(at)
    with suppress(StepRefused):  # between two school years no school is open
        duty.fill(first=today, last=term_of(today).last, officers=officers, by=manager, at=at)
    for ago, who, asker, theme, question, advice in CALLS:
        then = at - timedelta(days=ago)
        calls.take(
            who=who, asker=asker, theme=theme, question=question, advice=advice, school=loaded.schools[0], by=officer,
            at=then,
        )  # fmt: skip
    _on_leave(officers[0], today + timedelta(days=7), at)


def _on_leave(officer: Any, first: date, at: datetime) -> None:
    away.enter(
        officer=officer, kind=Absence.Kind.LEAVE, first_on=first, first_half="AM", last_on=first + timedelta(days=1),
        last_half="PM", stands_in=None, by=officer, at=at,
    )  # fmt: skip
