"""Whoever asks, in a query that is prepared: what they may see is known, who they are is open."""

from collections.abc import Hashable
from typing import Any, Final

from mainstay.service.accounts.models import User
from mainstay.service.common import prepared
from mainstay.service.directory.models import conflicts_of, own_schools

#: of a person, what a query may depend on
KNOWN: Final = frozenset((
    "is_active", "roles", "permissions", "may", "only_school", "role_sees_all_schools", "sees_all_schools", "is_school_user",
    "conflicted", "own_schools",
))  # fmt: skip


def depends_on(user: Any) -> Hashable:
    """Roles, conflicts, and the schools of whoever sees only those."""
    schools, pupils = conflicts_of(user)
    own = () if user.role_sees_all_schools else tuple(own_schools(user))
    return user.is_active, user.roles, user.only_school, tuple(schools), tuple(pupils), own


class Somebody(prepared.StandIn):
    """Asked for anything but ``KNOWN`` it refuses."""

    def __init__(self, name: str, known: Any) -> None:
        super().__init__(name)
        is_active, roles, only_school, schools, pupils, own = known
        like: Any = User(is_active=is_active)
        like.roles, like.only_school = roles, only_school
        like.conflicted, like.own_schools = (list(schools), list(pupils)), list(own)
        self._like = like

    def __getattr__(self, name: str) -> Any:
        if name in KNOWN:
            return getattr(self._like, name)
        raise AttributeError(f"a prepared query does not know a person's {name}")


def register() -> None:
    """From ``apps.py``."""
    prepared.shape(User, depends_on, Somebody)
