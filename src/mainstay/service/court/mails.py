"""E-mails about a prosecution: its number and that there is something to read, never a name."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.accounts.queries import holding
from mainstay.service.accounts.roles import Role
from mainstay.service.common.outbox import post
from mainstay.service.court.models import Prosecution, Result
from mainstay.service.directory.models import Dated, SchoolPost


def to_school(one: Prosecution, words: str, at: datetime) -> None:
    """To the attendance leads and the head teacher of the school itself, by number alone; a trust's staff get none."""
    school = one.school or one.case.school
    today = timezone.localdate(at)
    posts = SchoolPost.objects.filter(Dated.on(today), school=school).order_by().values("user_id")
    held = RoleHeld.objects.on(today).filter(role__in=(Role.SCHOOL_STAFF, Role.HEAD_TEACHER))
    to = User.objects.filter(pk__in=posts, is_active=True).filter(pk__in=held.order_by().values("user_id"))
    body = f"{words}: {one.number}." + _sign_in(
        reverse("pupil_chronology", args=[one.case.pupil_id]), "in the child’s chronology"
    )
    _queue(to.order_by("pk"), one.number, body, one, at)


def to_officer(one: Prosecution, result: Result, at: datetime) -> None:
    """To the officer of the case: that there is a result, with what follows from it."""
    page = reverse("court_result", args=[result.pk])
    body = f"The result of {one.number} is recorded, with what follows from it."
    _queue(
        [one.case.owner or one.investigator],
        one.number,
        body + _sign_in(page, "under Court, Results"),
        one,
        at,
    )


def to_service(one: Prosecution, words: str, at: datetime) -> None:
    """To legal and to the officer of the case."""
    people = {user.pk: user for user in (*of_legal(one.legal_owner, at), one.case.owner or one.investigator)}
    page = reverse("prosecution", args=[one.pk])
    _queue(people.values(), one.number, words + _sign_in(page, "under Court"), one, at)


def of_legal(owner: Any | None, at: datetime) -> list[User]:
    """Who of legal has it in hand; everybody who prosecutes where nobody has."""
    if owner is not None and owner.is_active:
        return [owner]
    return list(holding("prosecute", timezone.localdate(at)))


def about_case(
    people: Iterable[User], number: str, words: str, page: str, about: Model, at: datetime
) -> None:
    _queue(people, number, words + _sign_in(page, "under Cases"), about, at)


def _sign_in(page: str, place: str) -> str:
    where = f": {settings.CONFIG.address}{page}" if settings.CONFIG.address else f", {place}."
    return f"\n\nSign in to read it{where}\n"


def _queue(people: Iterable[User], number: str, body: str, about: Model, at: datetime) -> None:
    for user in people:
        if user.is_active:
            post.queue(to=user.email, subject=f"Court: {number}", body=body, at=at, about=about)
