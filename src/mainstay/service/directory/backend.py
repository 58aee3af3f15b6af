"""Who is signed in, read at each request: the person, the roles and posts held today and their conflicts of interest."""

from datetime import date
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.roles import Role


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's, with one query in the place of four."""

    def get_user(self, user_id: Any) -> User | None:
        today = timezone.localdate()
        found = User.objects.filter(pk=user_id).annotate(
            held=FilteredRelation("roles_held", condition=_on(today, "roles_held")),
            against=FilteredRelation("conflicts", condition=Q(conflicts__ended_on=None)),
            placed=FilteredRelation("school_posts", condition=_on(today, "school_posts")),
        )
        found = found.annotate(
            role=F("held__role"), not_school=F("against__school"), not_pupil=F("against__pupil"),
            own_school=F("placed__school"), of_trust=F("placed__trust__schools"),
        )  # fmt: skip
        rows: list[Any] = list(found)  # one for each role, conflict and school
        if not rows or not self.user_can_authenticate(rows[0]):
            return None
        user: Any = rows[0]
        user.roles = frozenset(Role(row.role) for row in rows if row.role)
        user.conflicted = (
            sorted({row.not_school for row in rows if row.not_school}),
            sorted({row.not_pupil for row in rows if row.not_pupil}),
        )
        user.own_schools = sorted({pk for row in rows for pk in (row.own_school, row.of_trust) if pk})
        return user  # type: ignore[no-any-return]


def _on(day: date, path: str) -> Q:
    """Held that day, of a dated row on this path: ``Dated.on`` for a relation."""
    until = Q(**{f"{path}__until": None}) | Q(**{f"{path}__until__gte": day})
    since = Q(**{f"{path}__since": None}) | Q(**{f"{path}__since__lte": day})
    return since & until
