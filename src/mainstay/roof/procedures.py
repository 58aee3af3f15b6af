"""The procedures, ``docs/reference/procedures.md``, written from the tables of steps themselves.

``python -m mainstay.roof.procedures --write`` writes the page anew in a checkout, ``--check`` says whether it is up
to date. Each table becomes a diagram and a list: from where to where, and whose step it is.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PAGE: Final = Path("docs/reference/procedures.md")
_HEAD: Final = """\
# Procedures

This page is generated: change a table of steps, then run `make manual`.

Each procedure has one table of steps. The pages draw their buttons and their "before you can…" lists from it, and an
action takes a step only if the table lets it. What no button takes happens by itself and is said above its diagram.
"""


#: what has no table, for it has no states
_ONCE: Final = """\
## Written once

A consultation has one step and no states: a school or an officer writes it down, and it is not changed afterwards. Where
something is wrong in it, another one is written. After one that advised a referral an officer may ask the school, once,
to begin it; the referral then has its own steps above.
"""


@dataclass(frozen=True, slots=True)
class Procedure:
    """One table; states: value -> words; alone: what happens without a step."""

    title: str
    steps: Any
    states: Sequence[tuple[str, str]]
    alone: str = ""


def procedures() -> list[Procedure]:
    """Every table of steps, in the order in which a case meets them. Django is set up."""
    from mainstay.service.attendance.findings.steps import STEPS as FINDING
    from mainstay.service.attendance.models import Finding
    from mainstay.service.attendance.targeting.models import TargetingMeeting
    from mainstay.service.attendance.targeting.steps import MEETING
    from mainstay.service.casework import steps_plans, steps_visits
    from mainstay.service.casework.models import (
        Case,
        FastTrack,
        Interview,
        Investigation,
        Plan,
        Referral,
        Visit,
    )
    from mainstay.service.casework.steps import CASE
    from mainstay.service.casework.steps_fast_track import FAST_TRACK, INTERVIEW
    from mainstay.service.casework.steps_referrals import REFERRAL
    from mainstay.service.court.models import Prosecution
    from mainstay.service.court.steps import PROSECUTION
    from mainstay.service.employment import steps as employment
    from mainstay.service.employment.models import Approval, Chaperone, Handover, Licence, Permit, Report
    from mainstay.service.feedback.models import Complaint
    from mainstay.service.feedback.steps import COMPLAINT
    from mainstay.service.missing.models import MissingChild, Notification, OffRolling
    from mainstay.service.missing.steps import MISSING
    from mainstay.service.missing.steps_notifications import NOTIFICATION, OFF_ROLLING
    from mainstay.service.orders.models import AttendanceOrder, SupervisionOrder
    from mainstay.service.orders.steps_attendance import ORDER as ATTENDANCE_ORDER
    from mainstay.service.orders.steps_supervision import SUPERVISION
    from mainstay.service.patrols.models import Patrol
    from mainstay.service.patrols.steps import PATROL
    from mainstay.service.penalties import steps
    from mainstay.service.penalties.models import Improvement, LeaveRequest, Notice, NoticeRequest
    from mainstay.service.purchased.models import Work
    from mainstay.service.purchased.steps import WORK
    from mainstay.service.team import steps as team
    from mainstay.service.team.models import Absence, Cover, Review, Supervision, Swap
    from mainstay.service.traded.models import Booking, Delivery, Order
    from mainstay.service.traded.steps import ORDER as ORDER_OF_DAYS
    from mainstay.service.traded.steps_bookings import BOOKING, DELIVERY

    return [
        Procedure(
            "Finding", FINDING, Finding.State.choices,
            "A finding is opened, and lapses, by the marks of the register alone.",
        ),
        Procedure(
            "Targeting Support Meeting", MEETING, TargetingMeeting.State.choices,
            "A meeting begins when an officer plans it. On the day before, its pack makes itself.",
        ),
        Procedure(
            "Referral", REFERRAL, Referral.State.choices,
            "A school begins a referral by itself. When two records of a child become one, the second open one is withdrawn.",
        ),
        Procedure("Case", CASE, Case.State.choices, "A case begins when a referral is accepted."),
        Procedure(
            "Initial investigation", steps_visits.INVESTIGATION, Investigation.State.choices,
            "It begins with every statutory case.",
        ),
        Procedure("Visit", steps_visits.VISIT, Visit.State.choices),
        Procedure("Plan, contract or early help assessment", steps_plans.PLAN, Plan.State.choices),
        Procedure(
            "Fast Track", FAST_TRACK, FastTrack.State.choices,
            "A Fast Track begins with a senior officer's decision. While its framework runs the register is watched: a "
            "breach is flagged, and an officer decides. When the day of the review has come it is to be reviewed.",
        ),
        Procedure(
            "Interview under caution", INTERVIEW, Interview.State.choices,
            "An interview begins only with a parent whose letter on rights and leaflet are shown to be received. Within a "
            "state its confirmations come in the order of the law; after the signature there are addenda only.",
        ),
        Procedure(
            "Education supervision order", SUPERVISION, SupervisionOrder.State.choices,
            "It begins when a senior officer considers that one is applied for, or a court directs it. It expires by itself, and "
            "ends with compulsory school age.",
        ),
        Procedure("Request for leave in term time", steps.LEAVE, LeaveRequest.State.choices),
        Procedure(
            "Notice to improve", steps.IMPROVEMENT, Improvement.State.choices,
            "While it runs the register is watched: once its target is exceeded it is to be decided about, and "
            "again when its period is over.",
        ),
        Procedure(
            "Request for a penalty notice", steps.REQUEST, NoticeRequest.State.choices,
            "A request is decided once every notice asked of it is issued or refused.",
        ),
        Procedure(
            "Penalty notice", steps.NOTICE, Notice.State.choices,
            "A notice begins when an officer chooses a parent. Money that discharges it makes it paid. Once the time to "
            "pay is over it is unpaid: it is then prosecuted or withdrawn, and there is no third way.",
        ),
        Procedure(
            "Prosecution", PROSECUTION, Prosecution.State.choices,
            "A prosecution begins when an officer proposes it. On the day after its outer date one without a charge is stopped; "
            "so is one whose penalty notice is paid or withdrawn.",
        ),
        Procedure(
            "School attendance order", ATTENDANCE_ORDER, AttendanceOrder.State.choices,
            "It begins when an officer logs that a child on no roll appears not to receive suitable education. A time to "
            "choose a school that is over leads on by itself. It ends by itself over compulsory school age, once a "
            "supervision order is made, and where a conviction is treated as spending it.",
        ),
        Procedure(
            "Employment permit", employment.PERMIT, Permit.State.choices,
            "It begins when an application comes, by the public form or typed. It is over after the last day of compulsory "
            "school age.",
        ),
        Procedure(
            "Performance licence", employment.LICENCE, Licence.State.choices,
            "It begins when an application comes. It is over after the last day of performing.",
        ),
        Procedure(
            "Body of persons", employment.APPROVAL, Approval.State.choices, "It is over after the last day of the production."
        ),
        Procedure(
            "Chaperone", employment.CHAPERONE, Chaperone.State.choices,
            "It is over after the council's years, unless it is renewed by a new application.",
        ),
        Procedure(
            "Report of illegal employment", employment.REPORT, Report.State.choices,
            "It begins when somebody reports a child at work: by the public form, a school or an officer.",
        ),
        Procedure(
            "Referral from child employment", employment.HANDOVER, Handover.State.choices,
            "It begins when the child employment officer refers a child; the officer it is sent to answers it.",
        ),
        Procedure(
            "School notification", NOTIFICATION, Notification.State.choices,
            "It begins when a school sends it, by form or file. What lacks something goes back at once by itself; the same "
            "child, kind and days sent twice are one.",
        ),
        Procedure(
            "Name that left without a ground", OFF_ROLLING, OffRolling.State.choices,
            "It begins when a deletion is notified without a ground, or when none is notified for some days and the child is "
            "on no roll. The school sees it once it is raised.",
        ),
        Procedure(
            "Search for a child missing education", MISSING, MissingChild.State.choices,
            "It begins when a school makes enquiries of its own, or with a referral by anybody, the public form among them. "
            "One of a child who was not found ends by itself with compulsory school age.",
        ),
        Procedure(
            "Purchased work", WORK, Work.State.choices,
            "It begins when an officer writes up a booking, or offers a course to every school.",
        ),
        Procedure(
            "Leave and sickness", team.ABSENCE, Absence.State.choices,
            "It begins when somebody enters it: their own, or whoever arranges cover for a colleague. Its other steps are "
            "taken by the same people.",
        ),
        Procedure(
            "Request for cover", team.COVER, Cover.State.choices,
            "It begins when a colleague is asked to hold a meeting of somebody away; a meeting nobody was asked to hold "
            "can be moved at once.",
        ),
        Procedure("Swap of a duty day", team.SWAP, Swap.State.choices, "It begins when a colleague is asked."),
        Procedure(
            "Supervision record", team.SUPERVISION, Supervision.State.choices,
            "The supervisor begins it and writes it until one of the two has signed. Each of the two signs for themselves, "
            "and nobody else takes a step.",
        ),
        Procedure(
            "Quality review", team.REVIEW, Review.State.choices,
            "A record is drawn at random; the one who moderates is not the one who reviewed.",
        ),
        Procedure(
            "Order of days", ORDER_OF_DAYS, Order.State.choices,
            "A school drafts it. Each head teacher approves the share of their own school; the last approval sends it to the "
            "service manager.",
        ),
        Procedure(
            "Booking of bought days", BOOKING, Booking.State.choices,
            "It begins when a school or the service books a half-day or a day of what was bought.",
        ),
        Procedure(
            "What a school says of a delivery", DELIVERY, Delivery.State.choices,
            "It begins when the officer records the delivery.",
        ),
        Procedure(
            "Patrol", PATROL, Patrol.State.choices,
            "A patrol begins when it is planned within a superintendent’s direction.",
        ),
        Procedure(
            "Complaint", COMPLAINT, Complaint.State.choices,
            "A complaint begins with the public form, or when it is written down. Held while a court decides about the same, it "
            "stays where it is; its clock stands still, or runs on where the rest is answered.",
        ),
    ]  # fmt: skip


def page() -> str:
    """The whole page."""
    parts = [_HEAD, *("\n".join(_procedure(each)) for each in procedures()), _ONCE]
    return "\n".join(parts)


def _procedure(of: Procedure) -> Iterator[str]:
    words = dict(of.states)
    yield f"## {of.title}"
    yield ""
    if of.alone:
        yield of.alone
        yield ""
    yield f"```mermaid\n{of.steps.diagram()}```"
    yield ""
    yield "| step | from | to | who takes it |"
    yield "|---|---|---|---|"
    for step in of.steps.values():
        sources = "; ".join(words[state] for state in words if state in step.sources)
        yield f"| {step.label} | {sources} | {words[step.target]} | {holders(step.permission)} |"
    yield ""


def holders(permission: str) -> str:
    """The roles that hold a permission, in words."""
    from mainstay.service.accounts.roles import GRANTS, LABELS

    return ", ".join(
        LABELS[role].lower() for role, grant in GRANTS.items() if permission in grant.permissions
    )


def main(argv: list[str] | None = None) -> int:
    """Write or check the page of the checkout in the current folder; 1 when it is out of date."""
    parser = argparse.ArgumentParser(prog="python -m mainstay.roof.procedures", description="The procedures.")
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true", help=f"write {PAGE} anew")
    choice.add_argument("--check", action="store_true", help=f"say whether {PAGE} is up to date")
    given = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.roof.settings")
    import django

    django.setup()
    text = page()
    if given.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text, "utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == text:
        return 0
    print(f"{PAGE} is out of date: run python -m mainstay.roof.procedures --write", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
