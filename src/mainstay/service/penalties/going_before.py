"""What leave, notices to improve, enquiries and earlier notices give to the rooms below, and what they listen to."""

from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.announcements import marks_changed
from mainstay.service.attendance.models import Finding
from mainstay.service.attendance.queries.findings import link_schools
from mainstay.service.attendance.queries.screen import SHOWN, Block, Heading, Listed, Row
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.prepared import prepared
from mainstay.service.common.ui.filters import short_date
from mainstay.service.directory.announcements import calendar_changed, parents_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.penalties import merging_parents, watching
from mainstay.service.penalties.models import Improvement, LeaveRequest
from mainstay.service.penalties.places import Place, offer
from mainstay.service.penalties.queries import improvements, leave
from mainstay.service.record import providers
from mainstay.service.record.frame import is_present
from mainstay.service.record.providers import About, Found, Line

#: what an entry or deadline of this room is about -> the page that shows it
PAGES: Final = {
    "penalties.leaverequest": "leave", "penalties.improvement": "improvement", "penalties.enquiry": "enquiry",
    "penalties.earliernotice": "earlier_notice", "penalties.earlierimport": "earlier_import_show",
}  # fmt: skip


def begin(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    """What can be begun about a child that is on a roll."""
    if pupil.school_id is None or not is_present(pupil, user):
        return []
    offered = (
        ("ask_leave", "A parent asks for leave", "leave_new"),
        ("check_notice", "Give a notice to improve", "improvement_new"),
    )
    return [
        {"text": text, "href": reverse(name, args=[pupil.pk])}
        for permission, text, name in offered
        if user.may(permission)
    ]


def next_steps(finding: Finding, user: Any) -> list[dict[str, str]]:
    """A threshold that is met, or nearly, can be answered by a notice to improve."""
    kinds = (Finding.Kind.THRESHOLD, Finding.Kind.NEAR_MISS, Finding.Kind.TEN_DAYS)
    met = finding.kind in kinds and finding.state != Finding.State.LAPSED
    if not met or not user.may("check_notice") or finding.pupil.school_id is None:
        return []
    href = f"{reverse('improvement_new', args=[finding.pupil_id])}?finding={finding.pk}"
    return [{"text": "Give a notice to improve", "href": href}]


def cases(pupil: Pupil, user: Any) -> list[About]:
    """Notices to improve and requests for leave about a child, newest first."""
    return [
        About(_given, _improvement, note="ends_on", on="starts_on"),
        About(_leave, _leave_asked_for, text="first_day", note="last_day", on="asked_on"),
    ]


def _given(pupil: Pupil, user: Any) -> QuerySet[Improvement]:
    return Improvement.objects.visible_to(user).filter(pupil=pupil)


def _improvement(found: Found) -> Line:
    one = Improvement(pk=found.pk, state=found.state)
    until = f"until {short_date(found.note)}" if found.note else ""
    return Line(
        "Notice to improve", reverse("improvement", args=[one.pk]), until, found.on, one.get_state_display(),
        improvements.COLOURS[one.state],
    )  # fmt: skip


def _leave(pupil: Pupil, user: Any) -> QuerySet[LeaveRequest]:
    return LeaveRequest.objects.visible_to(user).filter(pupil=pupil)


def _leave_asked_for(found: Found) -> Line:
    one = LeaveRequest(pk=found.pk, state=found.state)
    days = leave.days(date.fromisoformat(found.text), date.fromisoformat(found.note))
    return Line(
        "Leave in term time", reverse("leave", args=[one.pk]), days, found.on, one.get_state_display(), leave.COLOURS[one.state]
    )  # fmt: skip


def address(kind: str, key: str) -> str | None:
    """Where a thing that an entry or deadline is about can be seen."""
    return reverse(PAGES[kind], args=[int(key)]) if kind in PAGES and key.isdecimal() else None


def first_page(user: Any, today: date) -> list[Block]:
    """Leave to decide for a head."""
    return [_leave_to_decide(user, today)] if user.may("decide_leave") else []


def listed(user: Any, today: date) -> list[Listed]:
    """Notices to improve to decide for an officer: their own and those of their schools."""
    if not user.may("check_notice"):
        return []
    under = Heading("Notices to improve to decide", "", 48, reverse("improvements"))
    return [
        Listed(under, rows, "improvement", "pupil", tag=str(state.label), colour=improvements.COLOURS[state])
        for state, rows in ((Improvement.State.BREACHED, _breached), (Improvement.State.ENDED, _ended))
    ]


def _breached(user: Any) -> QuerySet[Any]:
    return _over(user, Improvement.State.BREACHED)


def _ended(user: Any) -> QuerySet[Any]:
    return _over(user, Improvement.State.ENDED)


def _over(user: Any, state: Improvement.State) -> QuerySet[Any]:
    mine = Q(made_by=user) | Q(school__in=link_schools(user))
    return Improvement.objects.visible_to(user).filter(mine, state=state)


@prepared
def _leave_asked(user: Any) -> QuerySet[LeaveRequest]:
    waiting = LeaveRequest.objects.visible_to(user).filter(state=LeaveRequest.State.ASKED)
    return waiting.select_related("pupil").order_by("first_day", "pk")[: SHOWN + 1]


def _leave_to_decide(user: Any, today: date) -> Block:
    """The leave that begins first leads."""
    found = _leave_asked(user)
    rows = [
        Row(leave.child(one.pupil), reverse("leave", args=[one.pk]), leave.days(one.first_day, one.last_day),
            "has begun" if one.first_day <= today else "", "red")
        for one in found[:SHOWN]
    ]  # fmt: skip
    more = "All requests for leave" if len(found) > SHOWN else ""
    base = f"{reverse('leaves')}?state=asked"
    return Block("Leave to decide about", rows, "No parent's request waits for you.", base, more, order=43)


def register() -> None:
    """From ``apps.py``."""
    offer(
        Place(50, "Notices to improve", "improvements", "see_notices"),
        Place(60, "Leave", "leaves", "see_notices"),
        Place(70, "Other authorities", "enquiries", "check_notice"),
        Place(80, "Earlier notices", "earlier_notices", "import_notices"),
        Place(95, "Code of conduct", "notice_code", "see_notice_code"),
    )
    parents_merged.subscribe(merging_parents.move)
    marks_changed.subscribe(watching.marks_changed)
    calendar_changed.subscribe(watching.calendar_changed)
    daily("penalties.improvements")(watching.fall_due)
    attendance.first_page.register(first_page)
    attendance.listed.register(listed)
    attendance.next_steps.register(next_steps)
    providers.begin.register(begin)
    providers.cases.register(cases)
    providers.addresses.register(address)
