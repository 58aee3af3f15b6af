"""Where people work: a school user's post comes with the invitation and ends with the leaver."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts import announcements
from mainstay.service.accounts.models import Invitation, User
from mainstay.service.accounts.roles import GRANTS, Role
from mainstay.service.common.audit import trail
from mainstay.service.directory.models import Dated, LinkOfficer, School, SchoolPost


def take_up(*, user: User, invitation: Invitation, at: datetime) -> None:
    """Somebody joined: one invited for a school works there from today."""
    if invitation.school_id is None or GRANTS[Role(invitation.role)].schools != "own":
        return
    post = SchoolPost.objects.create(user=user, school_id=invitation.school_id, since=timezone.localdate(at))
    trail.record(
        by=invitation.invited_by, at=at, action="post.given", on=post, user=user.pk, school=post.school_id
    )


def give_up(*, user: User, on: date, by: Any, at: datetime) -> None:
    """Somebody leaves: their posts and the schools they are link officer of end on their last day."""
    ended = {}
    for model, who in ((SchoolPost, "user"), (LinkOfficer, "officer")):
        running = model._default_manager.filter(Q(until__isnull=True) | Q(until__gt=on), **{who: user})
        ended[model._meta.label_lower] = list(running.values_list("pk", flat=True))
        running.filter(Q(since__isnull=True) | Q(since__lte=on)).update(until=on)
        running.filter(since__gt=on).delete()
    if any(ended.values()):
        trail.record(by=by, at=at, action="posts.ended", on=user, ended=ended)


def owned(user: User) -> list[dict[str, str]]:
    """The schools a leaver is link officer of: somebody has to take them over."""
    links = LinkOfficer.objects.filter(Dated.on(timezone.localdate()), officer=user).select_related("school")
    return [
        {"text": f"Link officer of {link.school.name}", "href": reverse("school", args=[link.school_id])}
        for link in links.order_by("school__key")
    ]


def choices(user: User) -> list[tuple[int, str]]:
    """The open schools a person may invite somebody to."""
    return list(School.objects.visible_to(user).filter(closed_on__isnull=True).values_list("pk", "name"))


def workplaces(user: User) -> list[str]:
    """The schools and trusts somebody works for, in words."""
    posts = SchoolPost.objects.current().filter(user=user).select_related("school", "trust")
    return [
        post.school.name if post.school else f"{post.trust.name}, every school" if post.trust else ""
        for post in posts
    ]


def register() -> None:
    """Listen to what accounts tell and answer what they ask; from ``apps.py``."""
    announcements.joined.subscribe(take_up)
    announcements.leaving.subscribe(give_up)
    announcements.owned.register(owned)
    announcements.school_choices.register(choices)
    announcements.workplaces.register(workplaces)
