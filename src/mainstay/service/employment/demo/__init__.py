"""Child employment in the made-up city: applications, papers, reports and referrals in every state."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.directory.demo.people import DOMAIN
from mainstay.service.employment.demo.telling import tell

Progress = Callable[[float, str], None]


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Made by the actions a person would have taken at the time."""
    by = User.objects.filter(email=f"employment@{DOMAIN}").first()
    school = User.objects.filter(email=f"school@{DOMAIN}").first()
    if by is None or school is None:
        return
    progress(0.0, "permits, licences and reports")
    tell(by, school, at, timezone.localdate(at))
    progress(1.0, "child employment is in")
