"""What this room asks of the rooms above it about its cases, and tells them."""

from mainstay.service.common.announce import Announcement, Provider

#: what of a case is under way elsewhere, so that it cannot be closed: sentences
open_matters = Provider("what keeps a case open: (case) -> list of sentences")
#: case: models.Case, before: its officer's id until then, or None, by, at
allocated = Announcement("a case is worked on by somebody else: case, before, by, at")
#: case: models.Case, by, at
to_legal = Announcement("a case was passed on to legal: case, by, at")
