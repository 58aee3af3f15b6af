"""Leave in term time: the list and its file, and one request as its page shows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from mainstay.service.common.steps import Step
from mainstay.service.common.ui.filters import short_date
from mainstay.service.common.ui.forms import Choice
from mainstay.service.directory.models import Dated, Parenthood, Pupil
from mainstay.service.documents.homes import BY_HAND, bears_hidden
from mainstay.service.documents.states import state as served
from mainstay.service.penalties.letters_before import leave_reference
from mainstay.service.penalties.models import LeaveLetter, LeaveRequest
from mainstay.service.penalties.steps import LEAVE

State, Kind = LeaveRequest.State, LeaveLetter.Kind
COLOURS: Final[Mapping[str, str]] = {
    State.ASKED: "blue", State.GRANTED: "green", State.PART: "yellow", State.REFUSED: "orange", State.TAKEN_BACK: "grey",
}  # fmt: skip
HEADER: Final = (
    "Child", "UPN", "School", "Parent who asked", "Lives with the child", "Asked on", "First day", "Last day", "State",
    "Granted from", "Granted to", "Decided", "Warned on", "Reference",
)  # fmt: skip
SHOWN_WITH: Final = ("pupil", "school", "parent")
DECISIONS: Final = ("grant", "part", "refuse")


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[LeaveRequest]:
    """The requests this person may see that fit the filters."""
    found = LeaveRequest.objects.visible_to(user)
    if wanted["state"]:
        found = found.filter(state=wanted["state"])
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    if wanted["warned"]:
        found = found.filter(warned_on__isnull=wanted["warned"] == "no")
    if wanted["first"]:
        found = found.filter(last_day__gte=wanted["first"])
    if wanted["last"]:
        found = found.filter(first_day__lte=wanted["last"])
    return found


def child(pupil: Pupil) -> str:
    """The child's name in a list; a restricted child is shown by initials."""
    return f"{pupil.initials} (restricted)" if pupil.restricted else pupil.name


def rows(leaves: Iterable[LeaveRequest]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("leave", args=[one.pk]),
            "child": child(one.pupil),
            "label": child(one.pupil),
            "school": one.school.name,
            "days": days(one.first_day, one.last_day),
            "asked_on": one.asked_on,
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "warned_on": one.warned_on,
        }
        for one in leaves
    ]


def for_export(leaves: Iterable[LeaveRequest]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials, without UPN and parent."""
    for one in leaves:
        hidden = one.pupil.restricted
        yield (
            child(one.pupil), "" if hidden else one.pupil.upn, one.school.name, "Not shown" if hidden else one.parent.name,
            one.lives_with, one.asked_on, one.first_day, one.last_day, one.get_state_display(), one.granted_from,
            one.granted_to, one.decided_at, one.warned_on, leave_reference(one),
        )  # fmt: skip


def days(first: date, last: date) -> str:
    return short_date(first) if first == last else f"{short_date(first)} to {short_date(last)}"


def summary(one: LeaveRequest) -> list[dict[str, Any]]:
    """What was asked and decided."""
    lives = "Yes" if one.lives_with else "No: leave cannot be granted on this request"
    asked = short_date(one.asked_on)
    if one.asked_on >= one.first_day:
        asked += ", not in advance: it cannot be granted afterwards"
    shown: list[dict[str, Any]] = [
        {"key": "Asked for by", "value": one.parent.name},
        {"key": "The child normally lives with them", "value": lives},
        {"key": "Asked on", "value": asked},
        {"key": "Days", "value": days(one.first_day, one.last_day)},
        {"key": "Reason given", "value": one.reason},
        {"key": "Written down by", "value": f"{one.written_by.name}, {short_date(one.written_at)}"},
    ]
    if one.decided_by is not None:
        shown.append({"key": "Decided by", "value": f"{one.decided_by.name}, {short_date(one.decided_at)}"})
        if one.granted_from and one.granted_to:
            shown.append({"key": "Days granted", "value": days(one.granted_from, one.granted_to)})
        shown.append({"key": "Reasons of the decision", "value": one.decision})
    if one.state in (State.REFUSED, State.PART):
        warned = f"{short_date(one.warned_on)}: {one.warning}" if one.warned_on else "Not recorded"
        shown.append({"key": "Warned that a penalty notice may follow", "value": warned})
    return shown


def open_steps(one: LeaveRequest, user: Any) -> tuple[list[Step], list[str]]:
    """The decisions that are open to this person, and what stands in the way of the others, in words."""
    steps = [step for step in LEAVE.open_to(user, one.state) if step.name in DECISIONS]
    stopped = [words for step in steps for words in step.missing(one)]
    return [step for step in steps if not step.missing(one)], list(dict.fromkeys(stopped))


def letters(one: LeaveRequest, user: Any) -> list[dict[str, Any]]:
    """Each letter made, how it was given, and where its PDF is for whoever may read it."""
    found = LeaveLetter.objects.filter(leave=one).select_related("parent", "document", "service")
    return [
        {
            "pk": letter.pk,
            "what": letter.get_kind_display(),
            "to": letter.parent.name,
            "made_at": letter.document.made_at,
            "given": served(letter.service) if letter.service else "",
            "by_hand": letter.document.values["addressee"]["address"] == [BY_HAND],
            "file": ""
            if bears_hidden(letter.document, letter.parent_id, user)
            else reverse("leave_letter_file", args=[one.pk, letter.pk]),
        }
        for letter in found
    ]


def letter_choices(one: LeaveRequest, today: date) -> list[tuple[str, str]]:
    """Letters that can still be made: the decision to whoever asked, a warning to each parent of the child."""
    if one.state not in (State.REFUSED, State.PART):
        return []
    made = set(LeaveLetter.objects.filter(leave=one).values_list("kind", "parent_id"))
    ties = Parenthood.objects.filter(Dated.on(today), pupil=one.pupil_id).select_related("parent")
    found = []
    for tie in ties:
        for kind in (Kind.REFUSAL, Kind.WARNING):
            mine = kind == Kind.WARNING or tie.parent_id == one.parent_id
            if mine and (kind, tie.parent_id) not in made:
                found.append((f"{kind.value}:{tie.parent_id}", f"{kind.label}, to {tie.parent.name}"))
    return found


def parents(pupil: Pupil, today: date) -> Sequence[tuple[int, Choice]]:
    """The child's parents of today to choose from, with what is known of each."""
    ties = Parenthood.objects.filter(Dated.on(today), pupil=pupil).select_related("parent")
    lives = {True: "the child lives with them", False: "the child does not live with them", None: "not known whether the child lives with them"}  # fmt: skip
    return [
        (
            tie.parent_id,
            Choice(
                tie.parent.name,
                hint=f"{tie.relationship or tie.get_basis_display()}, {lives[tie.lives_with]}",
            ),
        )
        for tie in ties
    ]
