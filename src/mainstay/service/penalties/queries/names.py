"""How people stand in lists: a restricted child, and whoever belongs to it, without a name."""

from typing import Any

from mainstay.service.penalties.models import Notice, NoticeRequest


def child(of: Notice | NoticeRequest) -> str:
    """The child's name in a list; a restricted child is shown by initials."""
    return f"{of.pupil.initials} (restricted)" if of.pupil.restricted else of.pupil.name


def parent(notice: Notice) -> str:
    """The parent's name in a list of the service; a restricted child's parent is not named."""
    return "Not shown" if notice.pupil.restricted else notice.parent.name


def shows_parents(user: Any) -> bool:
    """A school reads that a notice was issued, and what became of it; to whom stays with the service."""
    return bool(user.sees_all_schools)


def shows_considerations(user: Any) -> bool:
    """What officers weighed about a family stays with those who work on cases."""
    return bool(user.may("see_service_entries"))
