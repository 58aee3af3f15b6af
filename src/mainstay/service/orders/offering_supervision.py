"""What supervision orders give to the rest: their part of a case's page, first pages, the search, what is displaced."""

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Case as Choose
from django.db.models import (
    CharField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from mainstay.service.accounts.announcements import left
from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import Held, held
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, Block, Heading, Listed, Row
from mainstay.service.casework import displaced, parts
from mainstay.service.casework import providers as cases
from mainstay.service.casework.models import Case, FastTrack
from mainstay.service.casework.places import Place, offer
from mainstay.service.casework.queries.cases import child
from mainstay.service.common import search
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.prepared import prepared, worked_out
from mainstay.service.common.prepared import today as prepared_today
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.directory.announcements import parents_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.documents.models import READ_WITH
from mainstay.service.orders import merging_supervision, watching_supervision
from mainstay.service.orders.actions.supervision_locking import REPORT, VISIT
from mainstay.service.orders.models import Consideration, SupervisionOrder
from mainstay.service.orders.queries import supervision as shown
from mainstay.service.penalties import providers as penalties
from mainstay.service.record import providers
from mainstay.service.record.models import Deadline
from mainstay.service.record.providers import About, Found, Line

State = SupervisionOrder.State
#: how far ahead visits and reports are shown: our own choice
AHEAD: Final = timedelta(days=14)
#: of one first page
MOST: Final = 100
_NUMBER: Final = re.compile(r"\s*SO[\s-]*0*([0-9]{1,9})\s*", re.IGNORECASE)


def part(case: Case, user: Any) -> parts.Part | None:
    """The considerations of a case and the orders of its child, the latest first; of the service alone."""
    if not (user.sees_all_schools and user.may("see_orders")):
        return None
    considered = list(Consideration.objects.visible_to(user).filter(case=case).select_related("decision"))
    found = _of_child(case)
    may_consider = user.may("consider_order") and case.closed_at is None
    if not found and not considered and not may_consider:
        return None
    given = {
        "orders": found, "considered": considered, "colours": shown.COLOURS, "case": case, "may_consider": may_consider,
        "reads": user.may("read_orders"),
    }  # fmt: skip
    body = render_to_string("orders/supervision/_part.jinja", given)
    return parts.Part(70, "Supervision order", mark_safe(body), len(found))  # noqa: S308 (a rendered template)


def words_of(case: Case) -> str:
    """That section 444 is displaced for this child today; "" where it is not."""
    return shown.displaced([case.pupil_id], timezone.localdate()).get(case.pupil_id, "")


def words_during(case: Case, first: date, last: date) -> str:
    """That section 444 was displaced on days of that time; "" where it was not."""
    spans = shown.in_force([case.pupil_id], first, last).get(case.pupil_id, [])
    return " ".join(
        f"Supervision order {span.number} is in force from {short_date(span.first)} to {short_date(span.last)}: section 444 "
        "does not apply to the parents in that time, and there is no Fast Track about it. What is not followed is dealt with "
        "under the order."
        for span in spans
    )  # fmt: skip


def open_matters(case: Case) -> list[str]:
    """An order of the case that has not ended, before or after the court made it."""
    return [
        f"Supervision order {one.number} is {one.get_state_display().lower()}"
        f"{f' until {short_date(one.ends_on)}' if one.state == State.IN_FORCE and one.ends_on else ''}: it ends first."
        for one in _of_child(case)
        if one.case_id == case.pk and one.state != State.ENDED
    ]


def _of_child(case: Case) -> list[SupervisionOrder]:
    """The orders of the child, the latest first; kept with the case, of which a page asks twice."""
    kept: list[SupervisionOrder] | None = getattr(case, "supervision_orders_kept", None)
    if kept is None:
        kept = list(SupervisionOrder.objects.filter(case__pupil=case.pupil_id))
        case.supervision_orders_kept = kept  # type: ignore[attr-defined]
    return kept


def about(pupil: Pupil, user: Any) -> list[About]:
    """The orders of a child, newest first."""
    return [About(_orders, _order, note="ending", on="made_on", otherwise="state_since")]


def _orders(pupil: Pupil, user: Any) -> QuerySet[SupervisionOrder]:
    return SupervisionOrder.objects.visible_to(user).filter(case__pupil=pupil)


def _order(found: Found) -> Line:
    one = SupervisionOrder(pk=found.pk, ending=found.note, state=found.state)
    return Line(
        one.in_words, reverse("supervision_order", args=[one.pk]), one.get_ending_display(), found.on,
        one.get_state_display(), shown.COLOURS[one.state],
    )  # fmt: skip


def first_page(user: Any, today: date) -> list[Block]:
    """For whoever leads: considerations to make, orders near their end; one question for both."""
    if user.is_school_user or not user.may("consider_order"):
        return []
    found = _of_interest(user, today)
    return [_to_consider([one for one in found if one.thought]), _near([one for one in found if one.near])]


@prepared
def _of_interest(user: Any, today: date) -> QuerySet[Any]:
    """Open cases whose order is to be considered, whose order expires soon, or whose application is to be authorised."""
    ended = Q(supervision_orders__state=State.ENDED)
    tracks = FastTrack.objects.filter(case=OuterRef("pk"), outcome=FastTrack.Outcome.SUPERVISION)
    considered = Consideration.objects.filter(case=OuterRef("pk"))
    thought = (Q(state=Case.State.LEGAL) | Q(Exists(tracks))) & ~Q(Exists(considered)) & Q(closed_at=None)
    soon = Q(running__state=State.IN_FORCE, running__ends_on__lte=worked_out(shown.near_until, today))
    ready = Q(running__state=State.PLANNING, running__authorised=None) & ~Q(running__report="")
    rows = Case.objects.visible_to(user).annotate(
        running=FilteredRelation("supervision_orders", condition=~ended),
        order_id=F("running__pk"), order_state=F("running__state"), ends_on=F("running__ends_on"),
        thought=_whether(thought), near=_whether(soon | ready),
    )  # fmt: skip
    ordered = rows.filter(Q(thought=True) | Q(near=True)).select_related("pupil", "school")
    return ordered.order_by(F("ends_on").asc(nulls_last=True), "state_since", "pk")[:MOST]


def listed(user: Any, today: date) -> list[Listed]:
    """Visits and reports of the orders this person supervises, soon or late."""
    if user.is_school_user or not user.may("work_orders"):
        return []
    under = Heading(
        "Supervision visits and reports due", "", 36, f"{reverse('supervision_orders')}?scope=mine"
    )
    return [Listed(under, _due, "supervision_order", "case__pupil", "due")]


def _due(user: Any) -> QuerySet[Any]:
    deadlines = Deadline.objects.open().filter(
        about_kind=SupervisionOrder._meta.label_lower, about_id=Cast(OuterRef("pk"), CharField()), owner=user,
        rule__in=(VISIT, REPORT),
    )  # fmt: skip
    first = Subquery(deadlines.order_by("last_day").values("last_day")[:1])
    found = SupervisionOrder.objects.visible_to(user).open().annotate(due=first)
    return found.filter(due__lte=prepared_today() + AHEAD)


def _whether(condition: Q) -> Choose:
    return Choose(When(condition, then=Value(True)), default=Value(False))


def _to_consider(found: list[Any]) -> Block:
    """Open cases with legal, or whose Fast Track ended in the thought of an order, without a consideration."""
    rows = [
        Row(
            f"{child(one)}, {one.school.name}",
            reverse("order_consider", args=[one.pk]),
            one.get_state_display(),
        )
        for one in found[:SHOWN]
    ]
    more = "More: see the cases with legal" if len(found) > SHOWN else ""
    return Block(
        "Supervision orders to consider", rows, "Every case with legal has its consideration.",
        f"{reverse('cases')}?state=legal", more, "urgent" if rows else "", order=43 if rows else 60,
    )  # fmt: skip


def _near(found: list[Any]) -> Block:
    """Orders that expire soon, and applications to authorise."""
    rows = [
        _row(one, f"ends {short_date(one.ends_on)}" if one.ends_on else "to authorise")
        for one in found[:SHOWN]
    ]
    return Block(
        "Supervision orders near expiry or to authorise", rows,
        "No order expires soon, and no application waits to be authorised.", reverse("supervision_orders"),
        "All of them" if len(found) > SHOWN else "", order=46 if found else 61,
    )  # fmt: skip


def _row(one: Any, note: str) -> Row:
    text = f"{child(one)}, {one.school.name}"
    href, state = reverse("supervision_order", args=[one.order_id]), one.order_state
    return Row(text, href, note, State(state).label, shown.COLOURS[state])


def address(kind: str, key: str) -> str | None:
    """Where an order or a consideration that a deadline or entry is about can be seen."""
    names = {"orders.supervisionorder": "supervision_order", "orders.consideration": "order_consideration"}
    return reverse(names[kind], args=[int(key)]) if kind in names and key.isdecimal() else None


def by_number(user: Any, text: str) -> list[search.Hit]:
    """What the search box finds by the number of an order, as letters bear it."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return []
    rows = SupervisionOrder.objects.visible_to(user).filter(pk=int(match[1]))
    return [
        search.Hit(
            "supervision_order", "Supervision order", one.pk, one.in_words,
            f"{one.case.pupil.listed_name}, {one.case.school.name}", one.case.pupil.restricted,
            reverse("supervision_order", args=[one.pk]),
        )
        for one in rows.select_related("case__pupil", "case__school")
    ]  # fmt: skip


def leaves(*, user: User, at: datetime) -> None:
    """A leaver's orders pass to nobody: a senior officer names another supervising officer."""
    theirs = SupervisionOrder.objects.open().filter(supervisor=user)
    if ids := sorted(theirs.order_by().values_list("pk", flat=True)):
        SupervisionOrder.objects.filter(pk__in=ids).update(supervisor=None)
        trail.record(by=None, at=at, action="supervision_orders.passed_on", on=user, orders=ids)


def holds(user: User) -> list[Held]:
    """How many orders they supervise."""
    rows, href = (
        SupervisionOrder.objects.open().filter(supervisor=user),
        f"{reverse('supervision_orders')}?state=in_force",
    )
    return [Held(rows, lambda n: plural(n, "supervision order"), href)]


def register() -> None:
    """From ``apps.py``."""
    offer(Place(60, "Supervision orders", "supervision_orders", "see_orders"))
    parts.add(part)
    attendance.first_page.register(first_page)
    attendance.listed.register(listed)
    providers.cases.register(about)
    providers.addresses.register(address)
    search.numbers.register(by_number)
    penalties.proceedings.register(shown.proceedings)
    displaced.words.register(words_of)
    displaced.during.register(words_during)
    cases.open_matters.register(open_matters)
    parents_merged.subscribe(merging_supervision.move_parent)
    left.subscribe(leaves)
    held.register(holds)
    READ_WITH.update(
        dict.fromkeys(
            (f"orders.{name}" for name in ("consideration", "orderconsultation", "supervisionorder")),
            "read_orders",
        )
    )
    daily("orders.supervision")(watching_supervision.fall_due)
