"""Enquiries to other authorities: the list and its file, and one as its page shows it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from mainstay.service.common.ui.filters import short_date
from mainstay.service.penalties.actions.enquiring import CHASE
from mainstay.service.penalties.letters_before import enquiry_reference
from mainstay.service.penalties.models import Enquiry, Notice
from mainstay.service.penalties.queries.leave import child
from mainstay.service.record.models import Deadline
from mainstay.service.record.queries import left

Outcome = Enquiry.Outcome
COLOURS: Final[Mapping[str, str]] = {
    Outcome.AWAITED: "yellow",
    Outcome.NONE: "green",
    Outcome.NOTICES: "purple",
}
SHOWN_WITH: Final = ("pupil", "parent", "asked_by")
HEADER: Final = (
    "Child", "Parent", "Authority", "Asked on", "Last chased on", "Answer", "Answered on", "Answered by", "Officer", "Reference",
)  # fmt: skip


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Enquiry]:
    """Those this person may see that fit the filters; the awaited ones where nothing is asked for."""
    found = Enquiry.objects.visible_to(user)
    if wanted["outcome"] != "all":
        found = found.filter(outcome=wanted["outcome"] or Outcome.AWAITED)
    return found.filter(asked_by=user) if wanted["scope"] == "mine" else found


def rows(enquiries: Iterable[Enquiry], today: date) -> list[dict[str, Any]]:
    """Rows with the deadline of each, in one query."""
    found = list(enquiries)
    open_ = Deadline.objects.open().filter(
        rule=CHASE, about_kind=Enquiry._meta.label_lower, about_id__in=[str(one.pk) for one in found]
    )
    due = {deadline.about_id: deadline for deadline in open_}
    return [
        {
            "pk": one.pk,
            "url": reverse("enquiry", args=[one.pk]),
            "child": child(one.pupil),
            "label": child(one.pupil),
            "parent": parent(one),
            "authority": one.authority,
            "asked_on": one.asked_on,
            "chased_on": date.fromisoformat(one.chased_on[-1]) if one.chased_on else None,
            "outcome": one.get_outcome_display(),
            "colour": COLOURS[one.outcome],
            "left": left(due[str(one.pk)], today) if str(one.pk) in due else ("", ""),
            "officer": one.asked_by.name,
        }
        for one in found
    ]


def parent(one: Enquiry) -> str:
    """The parent's name in a list; a restricted child's parent is not named."""
    return "Not shown" if one.pupil.restricted else one.parent.name


def for_export(enquiries: Iterable[Enquiry]) -> Iterator[tuple[Any, ...]]:
    for one in enquiries:
        yield (
            child(one.pupil), parent(one), one.authority, one.asked_on, one.chased_on[-1] if one.chased_on else "",
            one.get_outcome_display(), one.answered_on, one.answered_by, one.asked_by.name, enquiry_reference(one),
        )  # fmt: skip


def summary(one: Enquiry) -> list[dict[str, Any]]:
    """Who was asked, when, and what came of it."""
    chased = ", ".join(short_date(day) for day in one.chased_on)
    shown: list[dict[str, Any]] = [
        {"key": "About the parent", "value": one.parent.name},
        {"key": "Authority", "value": one.authority},
        {"key": "Mailbox", "value": one.email},
        {"key": "School there", "value": one.school},
        {"key": "Asked on", "value": f"{short_date(one.asked_on)}, by {one.asked_by.name}"},
        {"key": "The answer goes to", "value": one.how},
        {"key": "Chased on", "value": chased or "Not yet"},
    ]
    if one.answered_on:
        shown.append({"key": "Answered", "value": f"{short_date(one.answered_on)}, {one.answered_by}"})
        shown.append({"key": "In its own words", "value": one.text or "Nothing more"})
    return shown


def waiting_for(one: Enquiry) -> list[Notice]:
    """Notices to this parent for this child that cannot go on before the answer."""
    states = (Notice.State.DRAFT, Notice.State.PROPOSED, Notice.State.APPROVED)
    return list(Notice.objects.filter(pupil=one.pupil_id, parent=one.parent_id, state__in=states))
