"""A parent says that a notice is wrong: their words go to the officer, with a deadline to answer."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import working_day_after
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties.actions.paying import lock
from mainstay.service.penalties.models import Notice
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

RULE: Final = "notice-representation"
#: working days to answer: our own choice, short enough that the reduced sum can still be paid afterwards
ANSWER_WITHIN: Final = 5
MOST: Final = 4000  # characters
Ground = Notice.Ground
#: the grounds of withdrawal as a parent would say them; the last is for anything else
GROUNDS: Final[dict[str, str]] = {
    Ground.WRONGLY_ISSUED: "It should not have been sent",
    Ground.WRONG_RECIPIENT: "It was sent to the wrong person",
    Ground.MATERIAL_ERROR: "Something important in it is wrong",
    "other": "Something else you should know",
}


@transaction.atomic
def say(*, notice_id: int, ground: str, text: str, reach: str, at: datetime) -> None:
    """Keep what the parent says, and ask the officer to answer. No time to pay stops for it.

    reach: how the parent wants to be answered, in their words.
    Raises StepRefused: no ground, no words or too many, or a notice that is withdrawn.
    """
    if ground not in GROUNDS:
        raise StepRefused("Choose what is wrong with the notice.")
    if not text.strip() or len(text) > MOST:
        raise StepRefused(f"Say in your own words what is wrong, in at most {MOST:,} characters.")
    notices = lock([notice_id])
    if not notices or notices[0].state == Notice.State.WITHDRAWN:
        raise StepRefused("This notice was withdrawn: there is nothing more to say about it.")
    notice, today = notices[0], timezone.localdate(at)
    said = [GROUNDS[ground] + ".", text.strip()]
    said += [f"How to answer: {reach.strip()[:200]}"] if reach.strip() else []
    add_entry(
        pupil=notice.pupil_id, by=None, at=at, kind="representation", audience=Audience.SERVICE, about=notice,
        title=f"The parent says that {notice.number} is wrong", text="\n\n".join(said),
    )  # fmt: skip
    deadlines.start(
        pupil=notice.pupil_id, about=notice, rule=RULE, label=f"{notice.number}: answer what the parent says", by=None,
        at=at, owner=notice.request.owner, trigger_on=today, last_day=working_day_after(today, ANSWER_WITHIN),
    )  # fmt: skip
    trail.record(by=None, at=at, action="notice.represented", on=notice, ground=ground)


def asked(notice: Notice) -> Any:
    """The open deadline to answer, where the parent has said something."""
    from mainstay.service.record.models import Deadline

    about = {"about_kind": notice._meta.label_lower, "about_id": str(notice.pk)}
    return Deadline.objects.open().filter(rule=RULE, **about).first()
