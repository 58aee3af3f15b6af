"""The list of purchased work, and one piece of it as its page shows it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.common.ui.filters import long_date, plural
from mainstay.service.directory.models import Pupil
from mainstay.service.purchased import kinds
from mainstay.service.purchased.models import Agreed, Given, Moving, Place, Sampled, Slot, Work

State = Work.State
COLOURS: Final[Mapping[str, str]] = {State.DRAFT: "yellow", State.SHARED: "blue", State.DONE: "green"}
HEADER: Final = (
    "Work",
    "Service",
    "Title",
    "School",
    "Day",
    "State",
    "Since",
    "Officer",
    "Minutes",
    "Children",
    "Booking",
)
ANY: Final = {"state": "", "scope": "", "service": "", "school": None}
#: rows a form keeps beside the work -> how they are read with it
_PARTS: Final[Mapping[str, tuple[Any, ...]]] = {
    "agreed": (Prefetch("agreed", Agreed.objects.select_related("done_by")),),
    "spent": ("spent__by",),
    "sample": (Prefetch("sample", Sampled.objects.select_related("pupil")),),
    "slots": (Prefetch("slots", Slot.objects.select_related("pupil")),),
    "sessions": ("sessions__presences",),
    "places": (Prefetch("places", Place.objects.select_related("school")),),
    "given": (Prefetch("given", Given.objects.select_related("version__template", "by")),),
    "moving": (Prefetch("moving", Moving.objects.select_related("pupil", "to_school")),),
}


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Work]:
    """Those this person may see that fit the filters; what is not finished where no state is asked for."""
    found = Work.objects.visible_to(user)
    if not wanted["state"]:
        found = found.open()
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["scope"] == "mine":
        found = found.filter(owner=user)
    if wanted["service"]:
        found = found.filter(service=wanted["service"])
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    return found.select_related("school", "owner", "booking").prefetch_related("pupils")


def rows(found: Iterable[Work], user: Any) -> list[dict[str, Any]]:
    listed = list(found)
    seen = in_view(listed, user)
    return [
        {
            "pk": one.pk, "url": reverse("purchased_work", args=[one.pk]), "label": one.number, "number": one.number,
            "title": one.title, "service": kinds.of(one).label, "school": one.school.name, "on": one.on,
            "state": one.get_state_display(), "colour": COLOURS[one.state], "owner": one.owner.name if one.owner else "–",
            "children": children_in_words(one, seen),
        }
        for one in listed
    ]  # fmt: skip


def in_view(works: Iterable[Work], user: Any) -> set[int] | None:
    """The children among them whom this person may see; None where that is everybody."""
    if user.sees_all_schools and user.may("see_pupils"):
        return None
    ids = {pupil.pk for work in works for pupil in work.pupils.all()}
    return (
        set(Pupil.objects.visible_to(user).filter(pk__in=ids).order_by().values_list("pk", flat=True))
        if ids
        else set()
    )


def shown_children(work: Work, seen: set[int] | None) -> list[Pupil]:
    return [pupil for pupil in work.pupils.all() if seen is None or pupil.pk in seen]


def children_in_words(work: Work, seen: set[int] | None) -> str:
    """One child by name, more by their number."""
    every = list(work.pupils.all())
    if len(every) == 1 and (seen is None or every[0].pk in seen):
        return every[0].listed_name
    return plural(len(every), "child", "children") if every else "–"


def for_export(found: Iterable[Work], user: Any) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file."""
    listed = list(found)
    seen = in_view(listed, user)
    for one in listed:
        yield (
            one.number, kinds.of(one).label, one.title, one.school.name, one.on, one.get_state_display(), one.state_since,
            one.owner.name if one.owner else "", one.minutes, children_in_words(one, seen),
            one.booking.number if one.booking else "",
        )  # fmt: skip


def whole(service: str) -> QuerySet[Work]:
    """With everything that the page of this service and its steps look at; a fixed number of queries."""
    parts = [prefetch for part in kinds.KINDS[service].parts for prefetch in _PARTS.get(part, ())]
    found = Work.objects.select_related(
        "school", "owner", "made_by", "booking__officer", "case", "plan", "consultation__officer", "referral"
    )
    return found.prefetch_related("pupils", *parts)


def facts(work: Work, user: Any) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = [
        {"key": "School", "value": work.school.name},
        {"key": "Day", "value": long_date(work.on)},
        {"key": "Officer", "value": work.owner.name if work.owner else "Nobody yet"},
    ]
    if work.booking is not None:
        line: dict[str, Any] = {
            "key": "Booking",
            "value": f"{work.booking.number}, {work.booking.get_part_display().lower()}",
        }
        if user.may("see_traded"):
            line["action"] = {"text": "Open", "href": reverse("booking", args=[work.booking.pk])}
        said.append(line)
    if work.minutes:
        said.append({"key": "Time spent", "value": plural(work.minutes, "minute")})
    return said


def written(work: Work) -> list[dict[str, Any]]:
    """The words of the form, those that are there."""
    said = [{"label": "What was done", "value": work.done}]
    for detail in kinds.of(work).details:
        value = work.details.get(detail.name)
        said.append({"label": detail.label, "value": "Yes" if value is True else value})
    said.append({"label": "What came of it", "value": work.outcome})
    return [one for one in said if one["value"] not in (None, "", False)]


def progress(work: Work) -> list[dict[str, str]]:
    order = list(State)
    now = order.index(State(work.state))
    return [
        {
            "text": state.label,
            "state": "now" if n == now else "done" if n < now else "next",
            "note": "",
        }
        for n, state in enumerate(order)
    ]


def late(work: Work) -> set[int]:
    today = timezone.localdate()
    return {line.pk for line in work.agreed.all() if line.done_on is None and line.due_on < today}
