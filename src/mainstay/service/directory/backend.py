"""Who is signed in, read at each request: the person, the roles and posts held today and their conflicts of interest."""

from typing import Any, Final

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.accounts.roles import Role
from mainstay.service.directory.models import Conflict, School, SchoolPost

#: one row for each role, conflict and school of a post; by hand, because building it took longer than asking
_READ: Final = f"""
    SELECT u.*, held.role AS role, against.school_id AS not_school, against.pupil_id AS not_pupil,
           placed.school_id AS own_school, school.id AS of_trust
    FROM {User._meta.db_table} u
    LEFT JOIN {RoleHeld._meta.db_table} held
        ON held.user_id = u.id AND held.since <= %s AND (held.until IS NULL OR held.until >= %s)
    LEFT JOIN {Conflict._meta.db_table} against ON against.user_id = u.id AND against.ended_on IS NULL
    LEFT JOIN {SchoolPost._meta.db_table} placed
        ON placed.user_id = u.id AND (placed.since IS NULL OR placed.since <= %s)
        AND (placed.until IS NULL OR placed.until >= %s)
    LEFT JOIN {School._meta.db_table} school ON school.trust_id = placed.trust_id
    WHERE u.id = %s
"""  # noqa: S608  names of our own tables


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's, with one query in the place of four."""

    def get_user(self, user_id: Any) -> User | None:
        today = timezone.localdate().isoformat()
        rows: list[Any] = list(User.objects.raw(_READ, [today, today, today, today, user_id]))
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
