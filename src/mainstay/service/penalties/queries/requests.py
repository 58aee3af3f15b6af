"""The list of requests: filters, rows with their lights, and the same rows for a file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.queries.findings import link_schools
from mainstay.service.common.among import among
from mainstay.service.common.ui.filters import plural
from mainstay.service.penalties import checks, facts, known
from mainstay.service.penalties.forms_requests import NOBODY
from mainstay.service.penalties.models import Notice, NoticeRequest
from mainstay.service.penalties.queries import names
from mainstay.service.penalties.queries.request_page import COLOURS, TOLD

State = NoticeRequest.State
OPEN: Final = (State.DRAFT, State.ASKED, State.RETURNED)
HEADER: Final = (
    "Child", "UPN", "School", "Rests on", "State", "Sessions", "From", "To", "Asked on", "Days waiting", "Officer",
    "Notices",
)  # fmt: skip
#: what rows of a page read of each request
SHOWN_WITH: Final = ("pupil", "school", "improvement")
#: what they, and the lights of those being checked, read of each notice
_OF_NOTICES: Final = (
    "request_id",
    "parent_id",
    "pupil_id",
    "school_id",
    "kind",
    "state",
    "number",
    "issued_on",
)


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[NoticeRequest]:
    """The requests this person may see that fit the filters; without a state, those not decided."""
    found = NoticeRequest.objects.visible_to(user).annotate(
        begun_at=Coalesce("asked_at", "made_at"), owner_name=F("owner__name")
    )
    if not wanted["state"]:
        found = found.filter(state__in=OPEN)
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["scope"] == "mine":
        found = found.filter(Q(made_by=user) if user.is_school_user else Q(owner=user))
    elif wanted["scope"] == "schools":
        found = found.filter(school__in=link_schools(user))
    if wanted["owner"]:
        found = found.filter(owner=None if wanted["owner"] == NOBODY else wanted["owner"])
    for name in ("route", "school", "pupil"):
        if wanted[name]:
            found = found.filter(**{name: wanted[name]})
    if wanted["waiting"]:
        found = found.filter(asked_at__lt=timezone.now() - timedelta(days=wanted["waiting"]))
    return found


def rows(requests: Iterable[NoticeRequest], user: Any, today: date) -> list[dict[str, Any]]:
    """Rows for requests with ``SHOWN_WITH`` selected."""
    requests = list(requests)
    notices = _notices(requests)
    lights = _lights(requests, notices, today) if names.shows_considerations(user) else {}
    return [
        {
            "pk": one.pk,
            "url": reverse("notice_request", args=[one.pk]),
            "label": names.child(one),
            "child": names.child(one),
            "school": one.school.name,
            "route": one.get_route_display(),
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "sessions": len(one.sessions),
            "asked_at": one.asked_at,
            "waiting": waiting(one, today),
            "owner": _owner(one, user),
            "lights": lights.get(one.pk, ()),
            "outcome": _outcome(one, notices.get(one.pk, ())),
        }
        for one in requests
    ]


def waiting(request: NoticeRequest, today: date) -> int | None:
    """For how many days it has been waiting for the service; None unless it does."""
    if request.state != State.ASKED or request.asked_at is None:
        return None
    return (today - timezone.localdate(request.asked_at)).days


def _owner(request: Any, user: Any) -> str:
    if request.owner_id is not None:
        return str(request.owner_name)
    return "Nobody yet" if user.sees_all_schools else "The service"


def _notices(requests: Iterable[NoticeRequest]) -> dict[int, list[Notice]]:
    found: dict[int, list[Notice]] = {}
    by_pk = {one.pk: one for one in requests}
    rows = Notice.objects.filter(request__among=among(by_pk)).only(*_OF_NOTICES)
    for notice in rows.order_by("pk"):
        known.attach(notice, by_pk[notice.request_id])
        found.setdefault(notice.request_id, []).append(notice)
    return found


def _lights(
    requests: Sequence[NoticeRequest], notices: Mapping[int, Sequence[Notice]], today: date
) -> dict[int, list[str | int]]:
    """Request -> how the check stands for each parent chosen who is not decided about; one light a notice."""
    asked = {one.pk for one in requests if one.state == State.ASKED}
    drafts = [n for pk in asked for n in notices.get(pk, ()) if n.state == Notice.State.DRAFT]
    found: dict[int, list[str | int]] = {}
    for one in facts.gather(drafts, today):
        found.setdefault(one.notice.request_id, []).append(checks.light(checks.lines(one)))
    return found


def _outcome(request: NoticeRequest, notices: Sequence[Notice]) -> str:
    """What became of it so far, the same for everybody who may see it."""
    issued = [n for n in notices if n.issued_on is not None]
    if not issued:
        return "No notice" if request.state == State.DONE else ""
    paid = sum(n.state == Notice.State.PAID for n in issued)
    return (
        f"{plural(len(issued), 'notice')}, {paid} paid"
        if len(issued) > 1
        else f"Notice {TOLD[issued[0].state]}"
    )


def for_export(requests: Iterable[NoticeRequest], user: Any, today: date) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials and without UPN."""
    requests = list(requests)
    notices = _notices(requests)
    for one in requests:
        yield (
            names.child(one), "" if one.pupil.restricted else one.pupil.upn, one.school.name, one.get_route_display(),
            one.get_state_display(), len(one.sessions), one.offence_from, one.offence_to, one.asked_at,
            waiting(one, today), _owner(one, user), _outcome(one, notices.get(one.pk, ())),
        )  # fmt: skip
