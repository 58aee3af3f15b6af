"""What every action on a prosecution begins and ends with."""

from datetime import datetime
from typing import Any

from mainstay.service.common.steps import StepRefused
from mainstay.service.court import reading
from mainstay.service.court.models import Prosecution
from mainstay.service.record.actions import add_entry
from mainstay.service.record.kinds import PROSECUTION
from mainstay.service.record.models import Audience


def locked(prosecution_id: int, by: Any, at: datetime | None = None) -> Prosecution:
    """The prosecution, locked. Raises StepRefused where it is not in view or its record is not open to this person.

    at: the action's own moment, on which limits are looked at; None for now.
    """
    one = (
        Prosecution.objects.select_for_update(of=("self",))
        .select_related("case__pupil", "case__school", "parent", "school", "notice", "consideration")
        .filter(pk=prosecution_id)
        .first()
    )
    if one is None or not Prosecution.objects.visible_to(by).filter(pk=prosecution_id).exists():
        raise StepRefused("You cannot see this prosecution.")
    if not reading.may_open(by, one.case.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    one.looked_at = at
    return one


def tell(
    one: Prosecution,
    title: str,
    text: str,
    *,
    by: Any,
    at: datetime,
    audience: str = Audience.SERVICE,
    about: Any = None,
    **more: Any,
) -> None:
    """An entry in the child's chronology about the prosecution.

    about: its result, for whatever says or lets see how it ended: that is for legal alone once it is spent
    """
    add_entry(
        pupil=one.case.pupil_id, by=by, at=at, kind=PROSECUTION, title=title, text=text, audience=audience,
        about=about or one, **more,
    )  # fmt: skip
