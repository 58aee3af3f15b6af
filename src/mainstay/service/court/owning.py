"""What somebody of the service would leave behind in this room."""

from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import Held
from mainstay.service.common.ui.filters import plural
from mainstay.service.court.models import Disclosure, Instruction, Prosecution, Sitting


def holds(user: User) -> list[Held]:
    """Prosecutions, sittings to present, disclosure they answer for, cases they are instructed in."""
    return [
        Held(Prosecution.objects.open().filter(legal_owner=user), lambda n: plural(n, "prosecution"), reverse("prosecutions")),
        Held(Sitting.objects.filter(presenter=user, starts__gt=timezone.now()),
             lambda n: f"{plural(n, 'sitting')} to present", reverse("sittings")),
        Held(Disclosure.objects.filter(officer=user).exclude(prosecution__state__in=Prosecution.OVER),
             lambda n: f"Disclosure in {plural(n, 'prosecution')}", reverse("hearings")),
        Held(Instruction.objects.filter(solicitor=user, ended_at=None),
             lambda n: f"{plural(n, 'case')} instructed in", reverse("advice_list")),
    ]  # fmt: skip
