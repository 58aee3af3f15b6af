"""What schools and managers hear of orders, invoices and days that end, by e-mail through the outbox."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.roles import GRANTS
from mainstay.service.common.outbox import post
from mainstay.service.directory.models import School, SchoolPost


def _holders(permission: str, on: Any) -> Any:
    roles = [role for role, grant in GRANTS.items() if permission in grant.permissions]
    held = Q(roles_held__role__in=roles, roles_held__since__lte=on)
    still = Q(roles_held__until=None) | Q(roles_held__until__gte=on)
    return User.objects.filter(held & still, is_active=True).distinct()


def people_of(schools: Iterable[School], permission: str, on: Any) -> dict[int, list[User]]:
    """School id -> who works there and holds a permission, those of its trust too; in two queries."""
    holders = {user.pk: user for user in _holders(permission, on).order_by("name")}
    posts = list(
        SchoolPost.objects.current().filter(user__in=holders).values_list("user_id", "school_id", "trust_id")
    )
    found = {}
    for school in schools:
        of = {u for u, s, t in posts if s == school.pk or (t is not None and t == school.trust_id)}
        found[school.pk] = [user for pk, user in holders.items() if pk in of]
    return found


def tell_schools(
    schools: Collection[School],
    *,
    subject: str,
    body: str,
    about: Any,
    at: datetime,
    permission: str = "order_days",
) -> None:
    """One e-mail to each person of these schools."""
    found = people_of(schools, permission, timezone.localdate(at))
    to = {user.email for users in found.values() for user in users}
    for address in sorted(to):
        post.queue(to=address, subject=subject, body=body, at=at, about=about)


def tell_managers(*, subject: str, body: str, about: Any, at: datetime) -> None:
    """Whoever answers orders."""
    for user in _holders("accept_order", timezone.localdate(at)).order_by("email"):
        post.queue(to=user.email, subject=subject, body=body, at=at, about=about)
