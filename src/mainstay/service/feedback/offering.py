"""What this room gives to the rest: the menu, first pages, search by number, and who is asked when work ends."""

import re
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from mainstay.service.accounts import announcements
from mainstay.service.accounts.context import navigation, public_forms
from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import Held, held
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import SHOWN, WAITING, Block, Counted, Row
from mainstay.service.common import prepared, search
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.announcements import parents_merged
from mainstay.service.directory.models import Parent
from mainstay.service.feedback import places, values
from mainstay.service.feedback.actions import clocks, surveys
from mainstay.service.feedback.models import Ask, Clock, Complaint
from mainstay.service.feedback.queries.complaints import COLOURS, with_due
from mainstay.service.record import providers
from mainstay.service.record.announcements import intervention_ended
from mainstay.service.team import providers as team

_NUMBER: Final = re.compile(r"\s*CP[\s-]*0*([0-9]{1,9})\s*", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"\s*C[\s-]*([A-Z0-9]{8})\s*", re.IGNORECASE)


def menu(user: Any) -> list[dict[str, Any]]:
    if user.may("see_feedback"):
        return [{"text": "Feedback", "href": reverse("feedback"), "order": 70, "places": places.addresses()}]
    if user.may("handle_complaints"):
        return [
            {"text": "Complaints", "href": reverse("complaints"), "order": 30, "places": places.addresses()}
        ]
    if user.may("ask_feedback"):
        return [{"text": "Feedback", "href": reverse("survey_ask"), "order": 70}]
    return []


def counted(user: Any, today: date) -> list[Counted]:
    """For whoever handles complaints; never one that is about them."""
    if user.is_school_user or not user.may("handle_complaints"):
        return []
    base = reverse("complaints")
    return [
        Counted(
            WAITING,
            "Complaints and questions to acknowledge or answer",
            "complaint",
            _received,
            f"{base}?state=received",
        ),
        Counted(WAITING, "Complaints due or late", "complaint", _due, f"{base}?state=due", late=True),
    ]


def _received(user: Any) -> QuerySet[Any]:
    return Complaint.objects.visible_to(user).filter(state=Complaint.State.RECEIVED)


def _due(user: Any) -> QuerySet[Any]:
    due = Clock.objects.filter(state=Clock.State.OPEN, last_day__lte=prepared.today())
    return Complaint.objects.visible_to(user).open().filter(pk__in=due.values("complaint_id"))


def own_work(user: Any, today: date) -> list[Block]:
    """For information governance, which leads no team: complaints about whoever handles them otherwise."""
    if not user.may("handle_complaints") or user.may("see_team"):
        return []
    found = with_due(Complaint.objects.visible_to(user).open()).order_by("due", "pk")
    rows = [
        Row(
            f"{one.get_kind_display()} {one.number}",
            reverse("complaint", args=[one.pk]),
            "",
            one.get_state_display(),
            COLOURS[one.state],
        )
        for one in found[:SHOWN]
    ]
    return [
        Block("Complaints about whoever handles them", rows, "None is open.", reverse("complaints"), order=20)
    ]


def by_number(user: Any, text: str) -> list[search.Hit]:
    if match := _NUMBER.fullmatch(text):
        found = Complaint.objects.visible_to(user).filter(pk=int(match[1]))
    elif match := _REFERENCE.fullmatch(text):
        found = Complaint.objects.visible_to(user).filter(reference=f"C-{match[1].upper()}")
    else:
        return []
    return [
        search.Hit(
            "complaint", "Complaint", one.pk, f"{one.get_kind_display()} {one.number}", one.get_state_display(), False,
            reverse("complaint", args=[one.pk]),
        )
        for one in found
    ]  # fmt: skip


def withheld(user: Any) -> list[tuple[str, list[int]]]:
    """Complaints about this person: the audit trail and the outbox do not show theirs to them either."""
    about = Complaint.officers.through.objects.filter(user_id=user.pk)
    ids = list(about.order_by().values_list("complaint_id", flat=True))
    return [(Complaint._meta.label_lower, ids)] if ids else []


def address(kind: str, key: str) -> str | None:
    return (
        reverse("complaint", args=[int(key)])
        if kind == Complaint._meta.label_lower and key.isdecimal()
        else None
    )


def move_parent(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: Any) -> None:
    """When two records of a parent become one, it is remembered of the kept one that they were asked."""
    rows = Ask.objects.filter(parent=other)
    moved[Ask._meta.label_lower] = sorted(rows.order_by().values_list("pk", flat=True))
    rows.update(parent=kept)


def gone(*, user: User, at: Any) -> None:
    """What a leaver handled is nobody's: whoever handles complaints is reminded of it."""
    Complaint.objects.open().filter(handler=user).update(handler=None)


def holds(user: User) -> list[Held]:
    rows = Complaint.objects.open().filter(handler=user)
    return [Held(rows, lambda n: plural(n, "complaint"), reverse("complaints"))]


def settable() -> list[Any]:
    return list(values.OWN)


def forms() -> list[dict[str, Any]]:
    """What anybody may send without a sign-in."""
    hint = "Nobody you complain about sees what you write."
    return [
        {"kind": "complain", "text": "Ask us, tell us, or complain", "hint": hint, "href": reverse("complain"), "name": "complain",
         "pages": ("complaints",), "order": 10},
    ]  # fmt: skip


def register() -> None:
    """From ``apps.py``."""
    public_forms.register(forms)
    navigation.register(menu)
    attendance.counted.register(counted)
    attendance.own_work.register(own_work)
    search.numbers.register(by_number)
    providers.addresses.register(address)
    announcements.withheld.register(withheld)
    team.values.register(settable)
    intervention_ended.subscribe(surveys.ended)
    parents_merged.subscribe(move_parent)
    announcements.left.subscribe(gone)
    held.register(holds)
    daily("feedback.complaints")(clocks.daily)
