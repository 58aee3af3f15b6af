"""What notices give to the rooms below: the tab and the lines of the child's page, addresses, the first page."""

from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.common import search
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.jobs.queue import handler
from mainstay.service.common.prepared import prepared
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.directory.relations import parents_name
from mainstay.service.penalties import batch, interventions, merging, searching
from mainstay.service.penalties.actions import ending
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.places import Place, offer
from mainstay.service.penalties.queries import names
from mainstay.service.penalties.queries.notices import COLOURS
from mainstay.service.record import providers
from mainstay.service.record.providers import About, Found, Line, Tab

State = Notice.State
#: what an entry or deadline of this room is about -> the page that shows it
PAGES: Final = {"penalties.notice": "notice", "penalties.noticerequest": "notice_request"}
LINES: Final = 20
#: a limit that is nearer than this is shown as late: eight weeks, in which a case is still prepared with care
SOON: Final = timedelta(weeks=8)


def tabs(pupil: Pupil, user: Any) -> list[Tab]:
    if not user.may("see_notices"):
        return []
    return [Tab(55, "notices", "Notices", reverse("pupil_notices", args=[pupil.pk]))]


def cases(pupil: Pupil, user: Any) -> list[About]:
    """The notices for a child, newest first; a school is not told to whom."""
    note = "whom" if names.shows_parents(user) else ""
    return [About(_notices, _notice, "number", note, on="issued_on", otherwise="chosen_at", most=LINES)]


def _notices(pupil: Pupil, user: Any) -> QuerySet[Notice]:
    seen = Notice.objects.visible_to(user).filter(pupil=pupil).order_by("-pk")
    return seen.annotate(whom=parents_name("parent"))


def _notice(found: Found) -> Line:
    one = Notice(pk=found.pk, state=found.state)
    return Line(
        f"Penalty notice {found.text}".strip(), reverse("notice", args=[one.pk]), f"to {found.note}" if found.note else "",
        found.on, one.get_state_display(), COLOURS[one.state],
    )  # fmt: skip


def address(kind: str, key: str) -> str | None:
    """Where a notice or request that an entry or deadline is about can be seen."""
    return reverse(PAGES[kind], args=[int(key)]) if kind in PAGES and key.isdecimal() else None


def first_page(user: Any, today: date) -> list[Block]:
    """What waits to be approved, to be issued, and to be decided, each for whoever does it; one question for all."""
    parts = (
        ("approve_notice", State.PROPOSED, _to_approve),
        ("issue_notices", State.APPROVED, _to_issue),
        ("decide_unpaid", State.UNPAID, _to_decide),
    )
    mine = [(state, part) for permission, state, part in parts if user.may(permission)]
    if user.is_school_user or not mine:
        return []
    waiting = _waiting(user, tuple(state for state, _ in mine))
    return [part(waiting.get(state, []), today) for state, part in mine]


def _waiting(user: Any, states: tuple[str, ...]) -> dict[str, list[Notice]]:
    """State -> the first notices in it, those whose limit runs out first leading where one runs; ``number_of_all``."""
    found: dict[str, list[Notice]] = {}
    for notice in _first(user, states):
        found.setdefault(notice.state, []).append(notice)
    return found


@prepared
def _first(user: Any, states: tuple[str, ...]) -> QuerySet[Notice]:
    order: list[Any] = [Case(When(state=State.UNPAID, then=F("offence_from"))), F("proposed_at"), F("pk")]
    seen = Notice.objects.visible_to(user).filter(state__in=states)
    # numbered by their keys alone: a window over whole rows reads every column of all of them
    place = Window(RowNumber(), partition_by=F("state"), order_by=order)
    first = seen.annotate(place=place).filter(place__lte=SHOWN + 1).values("pk")
    alike = seen.filter(state=OuterRef("state")).order_by().values("state").annotate(many=Count("pk"))
    rows = Notice.objects.filter(pk__in=first).annotate(number_of_all=Subquery(alike.values("many")))
    return rows.select_related("pupil", "school").order_by(*order)


def _to_approve(found: list[Notice], today: date) -> Block:
    base = reverse("notice_review")
    rows = [
        Row(names.child(n), f"{base}?notice={n.pk}", f"{n.school.name}, since {short_date(n.proposed_at)}")
        for n in found[:SHOWN]
    ]
    more = "All notices to approve" if len(found) > SHOWN else ""
    return Block("Notices to approve", rows, "No notice waits for an approval.", base, more, order=46)


def _to_issue(found: list[Notice], today: date) -> Block:
    base = reverse("notices_issue")
    number = getattr(found[0], "number_of_all", 0) if found else 0
    rows = [Row(f"{plural(number, 'notice')} approved, to be posted", base)] if number else []
    return Block("Notices to issue", rows, "No approved notice waits to be posted.", base, order=47)


def _to_decide(found: list[Notice], today: date) -> Block:
    """The one whose limit runs out first leads; the limit is that of its first absence."""
    rows = [_unpaid(n, today) for n in found[:SHOWN]]
    late = any(row.colour == "red" for row in rows)
    base = f"{reverse('notices')}?decision=due&sort=limit"
    more = "All unpaid notices" if len(found) > SHOWN else ""
    return Block(
        "Unpaid: prosecute or withdraw", rows, "No unpaid notice waits for a decision.", base, more,
        "urgent" if late else "", order=44,
    )  # fmt: skip


def _unpaid(notice: Notice, today: date) -> Row:
    said = f"{notice.number}, {names.child(notice)}"
    since = f"unpaid since {short_date(notice.decide_from)}"
    return Row(said, reverse("notice", args=[notice.pk]), since, *_limit(notice, today))


def _limit(notice: Notice, today: date) -> tuple[str, str]:
    """Until when a prosecution could be begun, in words and a colour."""
    limits = ending.limits_of(notice, today)
    if limits is None:
        return "", ""
    if limits.blocked:
        return "out of time", "red"
    if limits.safe_date < today:
        return f"in part out of time, the rest on {short_date(limits.outer_date)}", "red"
    return f"limit {short_date(limits.safe_date)}", "red" if limits.safe_date < today + SOON else "yellow"


def register() -> None:
    """From ``apps.py``."""
    offer(
        Place(20, "Register", "notices", "see_notices"),
        Place(30, "To approve", "notice_review", "approve_notice"),
        Place(40, "To issue", "notices_issue", "issue_notices"),
    )
    attendance.first_page.register(first_page)
    providers.tabs.register(tabs)
    providers.cases.register(cases)
    providers.addresses.register(address)
    search.numbers.register(searching.by_number)
    attendance.interventions.register(interventions.given)
    pupils_merged.subscribe(merging.move)
    handler(batch.ISSUE)(batch.issue_job)
    daily("penalties.fall_due")(ending.fall_due)
