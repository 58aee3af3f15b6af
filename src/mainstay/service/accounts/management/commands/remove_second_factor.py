"""``mainstay manage remove_second_factor``: for somebody who lost the phone and the recovery codes."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail


class Command(BaseCommand):
    help = "Remove somebody's second factor, so that the password alone lets them in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError("nobody signs in with this e-mail address")
        count, _ = Authenticator.objects.filter(user_id=user.pk).delete()
        if not count:
            raise CommandError("this person has no second factor")
        trail.record(by=None, at=timezone.now(), action="factor.removed_by_command", on=user)
        self.stdout.write("The second factor was removed.")
