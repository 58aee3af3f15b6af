"""Rows locked for a change, and only if the person may see them."""

from typing import Any

from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parenthood
from mainstay.service.penalties import facts
from mainstay.service.penalties.models import Notice, NoticeRequest
from mainstay.service.record import access


def request_of(request_id: int, by: Any) -> NoticeRequest:
    """The request, locked. Raises StepRefused where it is not in view or its record is not open to this person."""
    found = NoticeRequest.objects.select_for_update(of=("self",)).select_related("pupil", "school")
    request = found.filter(pk=request_id).first()
    if request is None or not NoticeRequest.objects.visible_to(by).filter(pk=request_id).exists():
        raise StepRefused("You cannot see this request.")
    _open(request.pupil, by)
    return request


def notice_of(notice_id: int, by: Any) -> Notice:
    """The notice, locked, with what the check reads. Raises StepRefused as ``request_of`` does."""
    found = facts.select(Notice.objects.select_for_update(of=("self",)))
    notice: Notice | None = found.filter(pk=notice_id).first()
    if notice is None or not Notice.objects.visible_to(by).filter(pk=notice_id).exists():
        raise StepRefused("You cannot see this notice.")
    _open(notice.pupil, by)
    return notice


def link(notice: Notice) -> None:
    """Lock the tie of parent and child: whatever counts notices of the two waits here.

    Without a tie the parent's row stands for it.
    """
    tie = Parenthood.objects.select_for_update().filter(parent=notice.parent_id, pupil=notice.pupil_id)
    if tie.first() is None:
        type(notice.parent)._default_manager.select_for_update().get(pk=notice.parent_id)


def _open(pupil: Any, by: Any) -> None:
    if not access.may_open(by, pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
