"""Where people work: a school user's posts come with the invitation, are given and ended, and end with the leaver."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts import announcements
from mainstay.service.accounts.actions.people import may_change_roles, may_hold_until
from mainstay.service.accounts.models import Invitation, User
from mainstay.service.accounts.roles import GRANTS, Role
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.announcements import link_officer_changed
from mainstay.service.directory.models import Dated, LinkOfficer, School, SchoolPost, Trust


def take_up(*, user: User, invitation: Invitation, at: datetime) -> None:
    """Somebody joined: one invited for schools, or a trust, works there from today."""
    if GRANTS[Role(invitation.role)].schools != "own":
        return
    places = [{"school_id": pk} for pk in invitation.school_ids]
    if invitation.trust_id:
        places.append({"trust_id": invitation.trust_id})
    for place in places:
        _create(user, place, timezone.localdate(at), None, by=invitation.invited_by, at=at)


@transaction.atomic
def give(
    *,
    user: User,
    schools: Iterable[School],
    trust: Trust | None,
    since: date,
    until: date | None,
    by: User,
    at: datetime,
) -> list[SchoolPost]:
    """Let a school user work at these schools, or every school of a trust, from a day on.

    Raises StepRefused: not theirs to give, no place, a place held already, somebody who has left or sees all schools.
    """
    may_change_roles(user, by)
    places = [*({"school_id": school.pk} for school in schools), *([{"trust_id": trust.pk}] if trust else [])]
    if not places:
        raise StepRefused("Choose a school or a trust.")
    if until is not None and until < since:
        raise StepRefused("The last day must not be before the first.")
    user = User.objects.select_for_update().get(pk=user.pk)
    may_hold_until(user, until)
    if user.sees_all_schools:
        raise StepRefused(f"{user.name} sees every school by their role already.")
    for place in places:
        held = SchoolPost.objects.filter(Q(until__isnull=True) | Q(until__gte=since), user=user, **place)
        if (held.filter(Q(since__isnull=True) | Q(since__lte=until)) if until else held).exists():
            raise StepRefused(f"{user.name} works at one of these places in this time already.")
    return [_create(user, place, since, until, by=by, at=at) for place in places]


@transaction.atomic
def end(*, post: SchoolPost, by: User, at: datetime) -> None:
    """End a post at once: yesterday was its last day."""
    may_change_roles(post.user, by)
    post = SchoolPost.objects.select_for_update().get(pk=post.pk)
    yesterday = timezone.localdate(at) - timedelta(days=1)
    if post.until is not None and post.until <= yesterday:
        raise StepRefused("This post ended before that already.")
    trail.record(
        by=by, at=at, action="post.ended", on=post, user=post.user_id, school=post.school_id,
        trust=post.trust_id, until=yesterday,
    )  # fmt: skip
    if post.since is not None and post.since > yesterday:
        post.delete()  # it never came into force
    else:
        post.until = yesterday
        post.save(update_fields=["until"])


def _create(
    user: User, place: dict[str, int], since: date, until: date | None, *, by: Any, at: datetime
) -> SchoolPost:
    post = SchoolPost.objects.create(user=user, since=since, until=until, **place)
    trail.record(
        by=by, at=at, action="post.given", on=post, user=user.pk, school=post.school_id, trust=post.trust_id,
        since=since, until=until,
    )  # fmt: skip
    return post


def give_up(*, user: User, on: date, by: Any, at: datetime) -> None:
    """Somebody leaves: their posts and the schools they are link officer of end on their last day."""
    schools = list(
        LinkOfficer.objects.filter(Q(until__isnull=True) | Q(until__gt=on), officer=user).values_list(
            "school_id", flat=True
        )
    )
    ended = {}
    for model, who in ((SchoolPost, "user"), (LinkOfficer, "officer")):
        running = model._default_manager.filter(Q(until__isnull=True) | Q(until__gt=on), **{who: user})
        ended[model._meta.label_lower] = list(running.values_list("pk", flat=True))
        running.filter(Q(since__isnull=True) | Q(since__lte=on)).update(until=on)
        running.filter(since__gt=on).delete()
    if any(ended.values()):
        trail.record(by=by, at=at, action="posts.ended", on=user, ended=ended)
    if schools and on < timezone.localdate(at):
        link_officer_changed.send(school_ids=schools, by=by, at=at)


def owned(user: User) -> list[dict[str, str]]:
    """The schools a leaver is link officer of: somebody has to take them over."""
    links = LinkOfficer.objects.filter(Dated.on(timezone.localdate()), officer=user).select_related("school")
    return [
        {"text": f"Link officer of {link.school.name}", "href": reverse("school", args=[link.school_id])}
        for link in links.order_by("school__key")
    ]


def choices(user: User) -> list[tuple[int, str]]:
    """The open schools a person may invite somebody to, or make a key for."""
    return list(School.objects.visible_to(user).filter(closed_on__isnull=True).values_list("pk", "name"))


def trust_choices(user: User) -> list[tuple[int, str]]:
    """The trusts of those schools."""
    schools = School.objects.visible_to(user).filter(closed_on__isnull=True)
    return list(
        Trust.objects.filter(schools__in=schools).distinct().order_by("name").values_list("pk", "name")
    )


def workplaces(user: User) -> list[str]:
    """The schools and trusts somebody works for, in words."""
    posts = SchoolPost.objects.current().filter(user=user).select_related("school", "trust")
    return [words(post) for post in posts]


def words(post: SchoolPost) -> str:
    """The place of a post as people read it."""
    return post.school.name if post.school else f"{post.trust.name}, every school" if post.trust else ""


def register() -> None:
    """Listen to what accounts tell and answer what they ask; from ``apps.py``."""
    announcements.joined.subscribe(take_up)
    announcements.leaving.subscribe(give_up)
    announcements.owned.register(owned)
    announcements.school_choices.register(choices)
    announcements.trust_choices.register(trust_choices)
    announcements.workplaces.register(workplaces)
