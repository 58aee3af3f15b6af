"""The summary of an agreed meeting for paper: what one person may read of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from mainstay.service.attendance.targeting import terms
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.attendance.targeting.queries import children as shown_children
from mainstay.service.attendance.targeting.queries import page as shown_page
from mainstay.service.attendance.targeting.queries.children import Child
from mainstay.service.common.ui.filters import date_time, long_date, short_date
from mainstay.service.record.models import Guest

_RESTRICTED = "The record is restricted: what was decided is read there, with a reason."


def values(meeting: TargetingMeeting, children: Sequence[Child], user: Any, made: Any) -> dict[str, Any]:
    """What ``targeting_summary.typ`` prints; children: those discussed."""
    assert meeting.calendar is not None and meeting.agreed_by is not None
    calendar = meeting.calendar
    figures = shown_page.numbers(meeting, meeting.pack_made.content if meeting.pack_made else {})
    return {
        "title": f"Targeting Support Meeting, {meeting.school.name}",
        "footer": f"{settings.CONFIG.council_name}, {settings.CONFIG.service_name}. Made for {user.name} on {short_date(made)}.",
        "facts": [
            ["When", date_time(calendar.starts)], ["Where", calendar.where], ["Held by", calendar.organiser.name],
            ["Counts for", terms.label(meeting.year, meeting.term)],
            ["Agreed", f"{long_date(meeting.agreed_at)} by {meeting.agreed_by.name}"],
        ],
        "attendees": [[guest.name, _came(guest)] for guest in calendar.guests.all()],
        "earlier": _rows(shown_children.action_rows(shown_page.earlier_actions(meeting, user), user)),
        "figures": [[one["label"], " ".join(filter(None, (str(one["value"]), _note(one))))] for one in figures],
        "minutes": meeting.minutes,
        "children": [_child(one) for one in children],
        "actions": _rows(shown_children.action_rows(shown_page.own_actions(meeting, user), user)),
    }  # fmt: skip


def _came(guest: Guest) -> str:
    return "Not written down" if guest.attended is None else "Yes" if guest.attended else "No"


def _note(figure: dict[str, Any]) -> str:
    return f"({figure['note']})" if figure.get("note") else ""


def _rows(actions: Iterable[dict[str, Any]]) -> list[list[str]]:
    return [
        [one["text"], one["child"], one["owner"], short_date(one["due"]),
         f"{short_date(one['done_at'])}: {one['done_words'] or 'done'}" if one["done_at"] else "–"]
        for one in actions
    ]  # fmt: skip


def _child(child: Child) -> dict[str, str]:
    if not child.open:
        return {"name": child.name, "decided": "", "words": _RESTRICTED}
    said, words = child.decision, []
    if said:
        words = [said.note, *said.before()]
        if said.has_plan is not None:
            words.append("There is a plan." if said.has_plan else "There is no plan.")
        words += [f"{said.lead} leads."] if said.lead else []
        words += [f"Look again on {long_date(said.review_on)}."] if said.review_on else []
    words += [f"{one.owner_name}, by {long_date(one.due)}: {one.text}" for one in child.actions]
    return {
        "name": child.name,
        "decided": said.get_choice_display() if said else "",
        "words": "\n".join(words),
    }
