"""What schools and colleagues are told by e-mail: when and who, never about whom or where (it may be a home)."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.outbox import post
from mainstay.service.common.ui.filters import date_time
from mainstay.service.directory.models import Dated, SchoolContact, SchoolPost
from mainstay.service.record.models import Meeting


def school_addresses(school_id: int, at: datetime) -> list[str]:
    """The school's contacts; where none has an address, the people of the school who have an account."""
    contacts = SchoolContact.objects.filter(school=school_id).exclude(email="").order_by("pk")
    if found := list(dict.fromkeys(contacts.values_list("email", flat=True))):
        return found
    posts = SchoolPost.objects.filter(Dated.on(timezone.localdate(at)), school=school_id)
    people = User.objects.filter(pk__in=posts.values("user_id"), is_active=True).order_by("pk")
    return list(people.values_list("email", flat=True))


def school_of(meeting: Meeting, *, subject: str, what: str, at: datetime) -> int:
    """Tell the school of a meeting, if it has one; how many addresses were written to."""
    if meeting.school_id is None:
        return 0
    addresses = school_addresses(meeting.school_id, at)
    body = f"{what}\n\nNobody is named here: sign in to see what it is about."
    for address in addresses:
        post.queue(to=address, subject=subject, body=body, at=at, about=meeting)
    return len(addresses)


def colleague(user: Any, *, subject: str, body: str, at: datetime, about: Any) -> None:
    post.queue(to=user.email, subject=subject, body=body, at=at, about=about)


def when(meeting: Meeting) -> str:
    """The kind of meeting and its time, in words fit for an e-mail."""
    return f"“{meeting.title}” on {date_time(meeting.starts)}"
