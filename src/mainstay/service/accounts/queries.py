"""What the lists of this room show."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast

from django.db import models
from django.utils import timezone

from mainstay.service.accounts import announcements
from mainstay.service.accounts.forms import AuditFilter, PeopleFilter
from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.accounts.roles import GRANTS, LABELS, Role
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.keys import fold

PEOPLE_HEADER: Final = (
    "Name",
    "E-mail address",
    "Post",
    "Telephone",
    "Roles today",
    "Last signed in",
    "Last day",
    "Active",
)
AUDIT_HEADER: Final = ("When", "Who", "Action", "About", "Number", "Said", "Sealed as")


def people(form: PeopleFilter) -> models.QuerySet[User]:
    said = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = User.objects.all()
    state = said.get("state", "")
    if state == "left":
        found = found.filter(is_active=False)
    elif state == "leaving":
        found = found.filter(is_active=True, left_on__isnull=False)
    elif state != "all":
        found = found.filter(is_active=True)
    if role := said.get("role"):
        found = found.filter(
            pk__in=RoleHeld.objects.on(timezone.localdate()).filter(role=role).values("user_id")
        )
    if words := fold(said.get("q", "")):
        ids = [
            pk
            for pk, name, post in found.values_list("pk", "name", "post")
            if all(word in fold(f"{name} {post}") for word in words.split())
        ]
        found = found.filter(pk__in=ids)
    return found


def holding(permission: str, on: date) -> models.QuerySet[User]:
    """The people whose roles of that day carry a permission, by name."""
    roles = [role for role, grant in GRANTS.items() if permission in grant.permissions]
    held = RoleHeld.objects.on(on).filter(role__in=roles)
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("name")


def roles_today(users: Sequence[User]) -> dict[int, str]:
    """The roles of these people in words, by their id."""
    held: dict[int, list[str]] = {}
    rows = RoleHeld.objects.on(timezone.localdate()).filter(user__in=[u.pk for u in users])
    for user_id, role in rows.values_list("user_id", "role"):
        held.setdefault(user_id, []).append(LABELS[Role(role)])
    return {pk: ", ".join(sorted(labels)) for pk, labels in held.items()}


def people_rows(form: PeopleFilter) -> Iterator[tuple[Any, ...]]:
    found = list(people(form).order_by("name"))
    roles = roles_today(found)
    for u in found:
        yield u.name, u.email, u.post, u.phone, roles.get(u.pk, ""), u.last_login, u.left_on, u.is_active


def audit_rows(form: AuditFilter, user: User) -> models.QuerySet[AuditRow]:
    """The audit trail as filtered, newest first; without what is kept from this person."""
    said = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = AuditRow.objects.select_related("by").order_by("-at", "-pk")
    rows = cast("models.QuerySet[AuditRow]", announcements.not_withheld(rows, user, "on_kind", "on_id"))
    for name in ("action", "on_kind", "on_id"):
        if said.get(name):
            rows = rows.filter(**{name: said[name]})
    if words := fold(said.get("person") or ""):
        rows = rows.filter(by__in=[u.pk for u in User.objects.only("pk", "name") if words in fold(u.name)])
    if said.get("since"):
        rows = rows.filter(at__gte=_midnight(said["since"]))
    if said.get("until"):
        rows = rows.filter(at__lt=_midnight(said["until"] + timedelta(days=1)))
    return rows


def said_words(payload: dict[str, Any] | None) -> str:
    """A payload in one line."""
    if payload is None:
        return "erased"
    return "; ".join(f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in payload.items())


def audit_export_rows(form: AuditFilter, user: User) -> Iterator[tuple[Any, ...]]:
    for row in audit_rows(form, user).iterator(chunk_size=2000):
        who = row.by.name if row.by else "Mainstay"
        yield row.at, who, row.action, row.on_kind, row.on_id, said_words(row.payload), row.sealed_no


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or "none"
    if value is None or isinstance(value, bool):
        return {None: "–", True: "yes", False: "no"}[value]
    return str(value)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
