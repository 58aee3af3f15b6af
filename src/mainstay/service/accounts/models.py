"""Users, the roles they hold, their sign-ins, invitations and API tokens."""

from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mainstay.service.accounts import roles


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in. A leaver is made inactive, never deleted."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    post = models.CharField(max_length=120, blank=True)  # job title, shown beside what they did
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    left_on = models.DateField(null=True, blank=True)
    must_change_password = models.BooleanField(default=False)
    last_looked_at = models.DateTimeField(null=True, blank=True)  # "what changed since you last looked"

    shortcuts = models.BooleanField(default=True)  # single keys that do something anywhere on a page
    #: set while a school's key to the API acts for its owner: nothing beyond that school is in view
    only_school: int | None = None

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[roles.Role]:
        """The roles held today."""
        held = RoleHeld.objects.on(timezone.localdate()).filter(user=self).values_list("role", flat=True)
        return frozenset(roles.Role(role) for role in held)

    @cached_property
    def permissions(self) -> frozenset[str]:
        return frozenset(p for role in self.roles for p in roles.GRANTS[role].permissions)

    def may(self, permission: str) -> bool:
        """Whether any role held today carries that named permission."""
        if permission not in roles.PERMISSIONS:
            raise KeyError(permission)
        return self.is_active and permission in self.permissions

    @property
    def role_sees_all_schools(self) -> bool:
        return any(roles.GRANTS[role].schools == "all" for role in self.roles)

    @property
    def sees_all_schools(self) -> bool:
        return self.only_school is None and self.role_sees_all_schools

    @property
    def is_school_user(self) -> bool:
        if self.only_school is not None:
            return True
        return bool(self.roles) and all(roles.GRANTS[role].schools == "own" for role in self.roles)


class RoleHeldQuerySet(models.QuerySet["RoleHeld"]):
    def on(self, day: date) -> "RoleHeldQuerySet":
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class RoleHeld(models.Model):
    """A role, from and to which day, and who gave it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="roles_held")
    role = models.CharField(max_length=40, choices=[(r.value, roles.LABELS[r]) for r in roles.Role])
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = RoleHeldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(until__isnull=True), name="one_open_role_each"
            )
        ]


class SignIn(models.Model):
    """One sign-in from one browser, from beginning to end."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_ins")
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    browser = models.CharField(max_length=60, blank=True)  # "Firefox on Windows"
    second_factor = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-began_at"]


class Invitation(models.Model):
    """An invitation to join with a role (and, for school users, schools or a trust); the token is kept hashed."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    post = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=40, choices=[(r.value, roles.LABELS[r]) for r in roles.Role])
    school_ids = models.JSONField(default=list)  # directory listens to the acceptance
    trust_id = models.BigIntegerField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class State(models.TextChoices):
        OPEN = "open", "Waiting"
        ACCEPTED = "accepted", "Accepted"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    def state(self, now: datetime) -> State:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.OPEN if now < self.expires_at else self.State.EXPIRED


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, now: datetime) -> "ApiTokenQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=now, user__is_active=True)


class ApiToken(models.Model):
    """A key to the API: hashed, scoped, expiring; of a person, or of a school through a person."""

    name = models.CharField(max_length=80)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    school_id = models.BigIntegerField(null=True, blank=True)  # a school's key reaches no other school
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)  # ["rules", "registers:write"]
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()
