"""Whether a child's record stands open for court work, and the log of who read it.

A solicitor sees no child's record, only what belongs to the cases they are instructed in: the instruction is the reason.
"""

from typing import Any, Final

from mainstay.service.accounts.permissions import SignedIn
from mainstay.service.directory.models import Pupil
from mainstay.service.record import access

INSTRUCTED: Final = "Instructed in the case"


def may_open(user: Any, pupil: Pupil) -> bool:
    """Of a row that is in this person's view already."""
    return not user.may("see_pupils") or access.may_open(user, pupil)


def log_read(request: SignedIn, pupil: Pupil, *, page: str) -> None:
    access.log_read(request, pupil, page=page, reason="" if request.user.may("see_pupils") else INSTRUCTED)
