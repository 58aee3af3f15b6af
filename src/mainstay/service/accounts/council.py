"""Who may do what, and what whoever runs the service sets outside of it, for the list of everything the council sets."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.urls import reverse

from mainstay.service.accounts.roles import GRANTS, LABELS
from mainstay.service.common import council
from mainstay.service.common.ui.filters import plural

_SEES = {"all": "sees every school", "own": "sees its own schools", "none": "sees no school"}
_RUN = (
    ("council_name", "Name of the council", "The head of every page, letters and the public pages."),
    ("service_name", "Name of the service", "The head of every page, letters and the public pages."),
    ("la_code", "Number of the local authority", "Returns and files to and from others."),
    ("session_hours", "Hours after which everybody signs in again", "How long a sign-in holds."),
    ("idle_minutes", "Minutes without use after which somebody is signed out", "How long a sign-in holds."),
    ("upload_megabytes", "Largest file that can be sent in, in megabytes", "Register imports and evidence."),
    ("email_from", "Address that e-mail comes from", "What leaves the service by e-mail."),
)


def given(on: date) -> Iterator[council.Value]:
    for role, grant in GRANTS.items():
        yield council.Value(
            "Roles", LABELS[role], f"{_SEES[grant.schools]}; {plural(len(grant.permissions), 'permission')}", "",
            "What people of this role see and may do. Who holds a role is changed at People.", reverse("users"),
            "see_users", reason="Part of Mainstay: a role is given to people from a day on, its permissions are fixed",
        )  # fmt: skip
    for name, label, depends in _RUN:
        yield council.Value(
            "Running the service", label, str(getattr(settings.CONFIG, name)), "", depends,
            reason=f"Set where the service is run: MAINSTAY_{name.upper()}",
        )  # fmt: skip
