"""``mainstay manage first_user``: make the first administrator; everybody else is invited."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.actions import passwords
from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.accounts.roles import Role
from mainstay.service.common.audit import trail


class Command(BaseCommand):
    help = "Make the first administrator and print a link to choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--at", help="address of the service, for the link (default: the first allowed host)"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        today, now = timezone.localdate(), timezone.now()
        if RoleHeld.objects.on(today).filter(role=Role.ADMINISTRATOR, user__is_active=True).exists():
            raise CommandError("there is an administrator already; they can invite others")
        if User.objects.filter(email=options["email"].lower()).exists():
            raise CommandError("somebody with this e-mail address has an account already")
        validate_email(options["email"])
        user = User.objects.create_user(options["email"], name=options["name"], post="Administrator")
        RoleHeld.objects.create(user=user, role=Role.ADMINISTRATOR, since=today)
        trail.record(by=None, at=now, action="user.first", on=user, role=Role.ADMINISTRATOR)
        home = (
            options["at"] or f"{'https' if settings.CONFIG.https else 'http'}://{settings.ALLOWED_HOSTS[0]}"
        )
        path = reverse("choose_password", args=["WHO", "TOKEN"])
        address = passwords.send_link(user=user, link=home.rstrip("/") + path, by=None, at=now)
        self.stdout.write(f"Choose a password within a day, at:\n{address}")
