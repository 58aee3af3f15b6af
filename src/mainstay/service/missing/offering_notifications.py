"""What notifications and matching give to the rooms below: the night, joiners, first pages, merges."""

from mainstay.service.common.jobs.daily import daily
from mainstay.service.directory.announcements import pupils_joined
from mainstay.service.missing.actions import matches


def register() -> None:
    """From ``apps.py``."""
    daily("missing.matching")(matches.nightly)
    pupils_joined.subscribe(matches.joined)
