"""What requests give to the rooms below: the menu, the first page, and where a request can be begun."""

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, IntegerField, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Cast
from django.urls import reverse

from mainstay.service.accounts.announcements import left, owned
from mainstay.service.accounts.context import navigation
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.models import Finding
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.common.prepared import prepared, totals
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.announcements import link_officer_changed
from mainstay.service.directory.models import Pupil
from mainstay.service.penalties import handing_over, workload
from mainstay.service.penalties.models import NoticeRequest
from mainstay.service.penalties.places import Place, addresses, offer
from mainstay.service.penalties.queries import names
from mainstay.service.penalties.queries.request_page import COLOURS
from mainstay.service.record import providers, queries
from mainstay.service.record.frame import is_present
from mainstay.service.record.models import Deadline
from mainstay.service.record.providers import About, Found, Line

State = NoticeRequest.State


def menu(user: Any) -> list[dict[str, Any]]:
    """Notices: what is asked for first, for whoever asks or checks; the register of notices for everybody else."""
    if not user.may("see_notices"):
        return []
    first = "notice_requests" if user.may("request_notice") else "notices"
    return [{"text": "Notices", "href": reverse(first), "order": 15, "places": addresses()}]


def next_steps(finding: Finding, user: Any) -> list[dict[str, str]]:
    """A threshold that is met can be answered by a notice."""
    met = finding.kind == Finding.Kind.THRESHOLD and finding.state != Finding.State.LAPSED
    if not met or not user.may("request_notice") or not _present(finding.pupil, user):
        return []
    href = f"{reverse('notice_request_new', args=[finding.pupil_id])}?finding={finding.pk}"
    return [{"text": "Ask for a penalty notice", "href": href}]


def begin(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    if not user.may("request_notice") or not _present(pupil, user):
        return []
    return [{"text": "Ask for a penalty notice", "href": reverse("notice_request_new", args=[pupil.pk])}]


def _present(pupil: Pupil, user: Any) -> bool:
    """A school asks about a child on its roll; nobody about one on no roll."""
    return pupil.school_id is not None and is_present(pupil, user)


def cases(pupil: Pupil, user: Any) -> list[About]:
    """The requests about a child, newest first."""
    return [About(_requests, _request, note="route", on="asked_at", otherwise="made_at")]


def _requests(pupil: Pupil, user: Any) -> QuerySet[NoticeRequest]:
    return NoticeRequest.objects.visible_to(user).filter(pupil=pupil)


def _request(found: Found) -> Line:
    one = NoticeRequest(pk=found.pk, route=found.note, state=found.state)
    return Line(
        "Request for a penalty notice", reverse("notice_request", args=[one.pk]), one.get_route_display(), found.on,
        one.get_state_display(), COLOURS[one.state],
    )  # fmt: skip


def first_page(user: Any, today: date) -> list[Block]:
    """What waits for a school."""
    return [_of_school(user)] if user.is_school_user and user.may("request_notice") else []


def own_work(user: Any, today: date) -> list[Block]:
    """To check: an officer's own and nobody's, the longest waiting first."""
    return [_to_check(user, today)] if user.may("check_notice") else []


def _to_check(user: Any, today: date) -> Block:
    base = reverse("notice_requests")
    found = _unchecked(user)
    rows = [
        Row(f"{names.child(one)}, {one.school.name}", reverse("notice_request", args=[one.pk]),
            one.owner.name if one.owner else "no officer yet", *_left(one.due, today))
        for one in found[:SHOWN]
    ]  # fmt: skip
    late = any(one.due and one.due < today for one in found)
    more = "All requests to check" if len(found) > SHOWN else ""
    return Block(
        "Notice requests to check", rows, "No request waits for a check.", f"{base}?state=asked", more,
        "urgent" if late else "", order=45 if rows else 55,
    )  # fmt: skip


@prepared
def _unchecked(user: Any) -> QuerySet[Any]:
    deadlines = Deadline.objects.open().filter(
        about_kind="penalties.noticerequest", about_id=Cast(OuterRef("pk"), CharField())
    )
    due = Subquery(deadlines.order_by("last_day").values("last_day")[:1])
    asked = NoticeRequest.objects.visible_to(user).filter(state=State.ASKED)
    waiting = asked.filter(handing_over.mine_or_nobodys(user)).select_related("pupil", "school", "owner")
    return waiting.annotate(due=due).order_by("asked_at", "pk")[: SHOWN + 1]


@prepared
def _unfinished(user: Any) -> QuerySet[NoticeRequest]:
    first = Case(When(state=State.RETURNED, then=0), default=1, output_field=IntegerField())
    waiting = NoticeRequest.objects.visible_to(user).filter(state__in=(State.RETURNED, State.DRAFT))
    return waiting.select_related("pupil").order_by(first, "-made_at")[: SHOWN + 1]


@prepared
def _with_service(user: Any) -> QuerySet[Any]:
    return totals(NoticeRequest.objects.visible_to(user).filter(state=State.ASKED), Count("pk"))


def _left(due: date | None, today: date) -> tuple[str, str]:
    return queries.left_until(due, today) if due else ("", "")


def _of_school(user: Any) -> Block:
    """Sent back first, then what is still being written."""
    found = _unfinished(user)
    with_service = sum(number for (number,) in _with_service(user))
    rows = [
        Row(names.child(one), reverse("notice_request", args=[one.pk]), one.get_route_display(),
            one.get_state_display(), COLOURS[one.state])
        for one in found[:SHOWN]
    ]  # fmt: skip
    returned = any(one.state == State.RETURNED for one in found)
    more = plural(with_service, "request") + " with the service" if with_service else ""
    return Block(
        "Our notice requests", rows, "No request waits for you. One begins on a finding, or on a child’s Cases tab.",
        reverse("notice_requests"), more, "urgent" if returned else "", order=45 if rows else 55,
    )  # fmt: skip


def register() -> None:
    """From ``apps.py``."""
    offer(Place(10, "Requests", "notice_requests", "see_notices"))
    navigation.register(menu)
    attendance.next_steps.register(next_steps)
    attendance.first_page.register(first_page)
    attendance.own_work.register(own_work)
    providers.begin.register(begin)
    providers.cases.register(cases)
    left.subscribe(handing_over.left)
    owned.register(handing_over.owned)
    link_officer_changed.subscribe(handing_over.link_officer_changed)
    workload.register()
