"""Notifications, returns due and names without a ground as lists and pages show them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from mainstay.service.common.ui.filters import short_date
from mainstay.service.directory.models import Pupil
from mainstay.service.missing import notices
from mainstay.service.missing.models import DueReturn, MissingChild, Notification, OffRolling, RollDecision
from mainstay.service.missing.models.notifications import Kind
from mainstay.service.record.queries import left_until

COLOURS: Final = {"sent": "yellow", "back": "orange", "accepted": "green", "withdrawn": "grey"}
OFF_COLOURS: Final = {
    "found": "red",
    "raised": "yellow",
    "answered": "blue",
    "escalated": "red",
    "closed": "grey",
}
HEADER: Final = (
    "Number", "Kind", "School", "Child", "First day", "Last day", "Ground", "State", "Received", "Differs from the register",
    "Missing",
)  # fmt: skip
DUE_HEADER: Final = (
    "Kind",
    "School",
    "Child",
    "Event",
    "Due",
    "State",
    "Reminders",
    "Last reminder",
    "Why not needed",
)
OFF_HEADER: Final = (
    "Number",
    "School",
    "Child",
    "Left",
    "Why",
    "State",
    "Answer by",
    "Escalated to",
    "Outcome",
)
DUE_VIEWS: Final = (
    ("overdue", "Overdue"),
    ("due", "Due, overdue or not"),
    ("made", "Made"),
    ("not_needed", "Not needed"),
)


def child(pupil: Pupil | None, otherwise: str = "") -> str:
    if pupil is None:
        return otherwise or "Name not given"
    return f"{pupil.initials} (restricted)" if pupil.restricted else pupil.listed_name


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Notification]:
    """wanted: kind, state, school, look ("doubts": those that differ from the register)."""
    rows = Notification.objects.visible_to(user).select_related("school", "pupil").annotate(sought=_sought())
    for name in ("kind", "state", "school"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    return rows.filter(~Q(doubts=[]) | Q(sought=True)) if wanted.get("look") == "doubts" else rows


def _sought() -> Case:
    """A deletion that waits, while a search for the child is open: begun after it was sent, maybe."""
    search = MissingChild.objects.open().filter(pupil=OuterRef("pupil"))
    waits = Q(kind=Kind.LEAVER, state__in=(Notification.State.SENT, Notification.State.BACK))
    return Case(When(waits & Exists(search), then=Value(True)), default=Value(False))


def agrees(one: Notification) -> str:
    """What the list says of it beside the register: "agrees", "differs" or "missing"."""
    if one.problems:
        return "missing"
    return "differs" if one.doubts or getattr(one, "sought", False) else "agrees"


def to_look_through(user: Any) -> QuerySet[Notification]:
    """For first pages."""
    return Notification.objects.visible_to(user).filter(state=Notification.State.SENT)


def came_back(user: Any) -> QuerySet[Notification]:
    """For a school's first page."""
    return Notification.objects.visible_to(user).filter(state=Notification.State.BACK)


def rows(found: Iterable[Notification], page: str) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk, "url": reverse(page, args=[one.pk]), "number": one.number, "kind": one.get_kind_display(),
            "label": one.number, "school": one.school.name, "child": child(one.pupil, one.listed_name), "days": days(one),
            "state": one.get_state_display(), "colour": COLOURS[one.state], "received": one.received_at,
            "doubts": agrees(one),
        }
        for one in found
    ]  # fmt: skip


def days(one: Notification) -> str:
    return (
        f"{short_date(one.first_on)} to {short_date(one.last_on)}"
        if one.last_on
        else short_date(one.first_on)
    )


def for_export(found: Iterable[Notification]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        ground = notices.ground_words(one.ground) if one.kind == Kind.LEAVER else ""
        yield (
            one.number, one.get_kind_display(), one.school.name, child(one.pupil, one.listed_name), one.first_on, one.last_on,
            ground, one.get_state_display(), one.received_at, " ".join(one.doubts), " ".join(one.problems),
        )  # fmt: skip


def due(user: Any, wanted: Mapping[str, Any], today: date) -> QuerySet[DueReturn]:
    """wanted: view of ``DUE_VIEWS``, kind, school."""
    found = DueReturn.objects.visible_to(user).select_related("school", "pupil")
    for name in ("kind", "school"):
        if wanted.get(name):
            found = found.filter(**{name: wanted[name]})
    view = wanted.get("view") or "overdue"
    if view in ("made", "not_needed"):
        return found.filter(state=view)
    found = found.filter(state=DueReturn.State.DUE)
    return found.filter(due_on__lt=today) if view == "overdue" else found


def return_due(both: RollDecision, user: Any) -> DueReturn | None:
    """The deletion return that a school still owes after both signed; None for whoever does not make it."""
    if not user.may("notify_roll"):
        return None
    rows = DueReturn.objects.visible_to(user).open().filter(kind=Kind.LEAVER)
    return rows.filter(pupil=both.pupil_id, school=both.school_id).first()


def due_rows(found: Iterable[DueReturn], today: date) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk, "url": reverse("return_due", args=[one.pk]), "kind": one.get_kind_display(), "school": one.school.name,
            "child": child(one.pupil), "label": f"{one.get_kind_display()}, {one.pupil.listed_name}", "on": one.on,
            "due_on": one.due_on, "left": left_until(one.due_on, today) if one.state == "due" else None,
            "state": one.get_state_display(), "chased": one.chased_at, "times": one.times_chased, "make": making(one),
        }
        for one in found
    ]  # fmt: skip


def making(one: DueReturn) -> str:
    """Where a school makes this return."""
    return f"{reverse('school_return_new', args=[one.kind])}?due={one.pk}"


def due_export(found: Iterable[DueReturn]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        yield (
            one.get_kind_display(), one.school.name, child(one.pupil), one.on, one.due_on, one.get_state_display(),
            one.times_chased, one.chased_at, one.why_not,
        )  # fmt: skip


def off_rolling(user: Any, view: str) -> QuerySet[OffRolling]:
    found = OffRolling.objects.visible_to(user).select_related("school", "pupil")
    return found.filter(state="closed") if view == "settled" else found if view == "all" else found.open()


def off_waiting(user: Any) -> QuerySet[OffRolling]:
    """For first pages."""
    return OffRolling.objects.visible_to(user).filter(state__in=("found", "answered"))


def off_asked(user: Any) -> QuerySet[OffRolling]:
    """For a school's first page."""
    return OffRolling.objects.visible_to(user).filter(state__in=("raised", "escalated"))


def off_rows(found: Iterable[OffRolling], page: str) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk, "url": reverse(page, args=[one.pk]), "number": one.number, "school": one.school.name,
            "child": child(one.pupil), "left_on": one.left_on, "why": one.why, "state": one.get_state_display(),
            "colour": OFF_COLOURS[one.state], "answer_by": one.answer_by,
        }
        for one in found
    ]  # fmt: skip


def off_export(found: Iterable[OffRolling]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        yield (
            one.number, one.school.name, child(one.pupil), one.left_on, one.why, one.get_state_display(), one.answer_by,
            one.escalated_to, one.get_outcome_display() if one.outcome else "",
        )  # fmt: skip
