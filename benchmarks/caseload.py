"""Many open cases in the made-up city at once, for measuring pages: written past the actions, with what hangs on them.

Each has its initial investigation and a deadline; every third a visit to come, every fourth a plan with a promise.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

STATES = ("investigation", "monitoring", "investigation", "fast_track", "legal", "monitoring")
#: a case in this many has no officer yet
NOBODYS = 50


def fill(number: int) -> None:
    """So many open cases more."""
    from django.db import transaction
    from django.utils import timezone

    from mainstay.service.accounts.models import User
    from mainstay.service.casework.models import Case, Investigation
    from mainstay.service.directory.models import Pupil
    from mainstay.service.record.models import Deadline

    free = Pupil.objects.filter(school__isnull=False).exclude(
        ews_cases__closed_at=None, ews_cases__isnull=False
    )
    pupils = list(free.order_by("pk").values_list("pk", "school_id")[:: max(free.count() // number, 1)])[
        :number
    ]
    officers = list(User.objects.filter(roles_held__role="ewo").order_by("pk").distinct())
    now = timezone.now()
    with transaction.atomic():
        cases = Case.objects.bulk_create(
            Case(
                pupil_id=pupil, school_id=school, state=STATES[n % len(STATES)],
                owner=officers[n % len(officers)] if n % NOBODYS else None, opened_at=now - timedelta(days=n % 300),
                opened_by=officers[0], opened_because="Made up for measuring", state_since=now - timedelta(days=n % 60),
            )
            for n, (pupil, school) in enumerate(pupils)
        )  # fmt: skip
        Investigation.objects.bulk_create(Investigation(case=case, begun_at=case.opened_at) for case in cases)
        Deadline.objects.bulk_create(
            Deadline(
                pupil_id=case.pupil_id, about_kind="casework.case", about_id=str(case.pk), rule="case.review",
                label=f"Case {case.number}", trigger_on=now.date(), last_day=now.date() + timedelta(days=n % 40 - 5),
                owner=case.owner,
            )
            for n, case in enumerate(cases)
        )  # fmt: skip
        _visits([case for case in cases[::3] if case.owner], now)
        _plans([case for case in cases[::4] if case.owner], now)


def _visits(cases: Sequence[Any], now: Any) -> None:
    from mainstay.service.casework.models import Visit
    from mainstay.service.record.models import Meeting

    starts: Callable[[int], Any] = lambda n: now + timedelta(days=n % 14, minutes=n)  # noqa: E731
    meetings = Meeting.objects.bulk_create(
        Meeting(
            kind="visit", title="Visit", about_kind="casework.case", about_id=str(case.pk), school_id=case.school_id,
            pupil_id=case.pupil_id, starts=starts(n), ends=starts(n) + timedelta(hours=1), where="Made up",
            organiser=case.owner, uid=f"measured-{case.pk}", made_by=case.owner, made_at=now,
        )
        for n, case in enumerate(cases)
    )  # fmt: skip
    Visit.objects.bulk_create(
        Visit(case=case, meeting=meeting, place="home", announced=True, purpose="Made up", risks="None known")
        for case, meeting in zip(cases, meetings, strict=True)
    )


def _plans(cases: Sequence[Any], now: Any) -> None:
    from mainstay.service.casework.models import Plan, PlanLine

    on = now.date()
    plans = Plan.objects.bulk_create(
        Plan(
            case=case, pupil_id=case.pupil_id, school_id=case.school_id, kind="contract", state="running", target=93, starts_on=on, ends_on=on + timedelta(weeks=12),
            review_on=on + timedelta(weeks=6), made_by=case.owner, made_at=now, state_since=now,
        )
        for case in cases
    )  # fmt: skip
    PlanLine.objects.bulk_create(
        PlanLine(
            plan=plan, need="Calm mornings", action="Walks along", owner="school", measure="Seen", due_on=on
        )
        for plan in plans
    )
