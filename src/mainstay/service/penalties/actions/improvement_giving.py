"""Giving a notice to improve: a letter to each parent chosen, and its last day counted by the school's calendar."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import BeyondTable, in_words
from mainstay.law.register import CalendarTooShort
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering, runs
from mainstay.service.documents.homes import homes
from mainstay.service.documents.models import Service
from mainstay.service.documents.service import Sending, serve_many
from mainstay.service.penalties import code, letters_before, prefill, watching
from mainstay.service.penalties.actions.improving import draft_of
from mainstay.service.penalties.improvement_registers import last_day
from mainstay.service.penalties.letters import channel
from mainstay.service.penalties.models import Improvement, ImprovementLetter
from mainstay.service.penalties.steps import IMPROVEMENT
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience


@transaction.atomic
def give(*, improvement_id: int, by: Any, at: datetime) -> Improvement:
    """Give it: a letter to each parent chosen, posted today, and the register is watched from its first day.

    Raises StepRefused with what is missing: parents, addresses, a start after the letter is received, a calendar.
    """
    improvement = draft_of(improvement_id, by)
    today = timezone.localdate(at)
    of_code = code.in_force(today)
    if "council" not in of_code["improvement_issuers"]:
        raise StepRefused("Under the code of conduct the council gives no notices to improve.")
    target = IMPROVEMENT.check("give", improvement, by)
    improvement.ends_on = ends_on(improvement, today, of_code)
    letters = list(improvement.letters.select_related("parent"))
    _send(improvement, letters, of_code, today, by, at)
    improvement.state, improvement.issued_at = target, at
    improvement.save()
    watching.start_end(improvement, by=by, at=at)
    add_entry(
        pupil=improvement.pupil_id, by=by, at=at, kind="improvement", about=improvement, audience=Audience.SCHOOL,
        title=f"Notice to improve given, until {in_words(improvement.ends_on)}",
        text=f"{improvement.school_weeks} school weeks from {in_words(improvement.starts_on)}. {improvement.sufficient}",
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="improvement.given", on=improvement, parents=[one.parent_id for one in letters],
        starts_on=improvement.starts_on, ends_on=improvement.ends_on, target=improvement.target, code=of_code.version,
    )  # fmt: skip
    watching.look([improvement.pk], by=by, at=at)
    improvement.refresh_from_db()
    return improvement


def ends_on(improvement: Improvement, today: date, of_code: code.Code) -> date:
    """The last day, as it would be given today. Raises StepRefused where it cannot begin then, or not be counted."""
    try:
        earliest = prefill.earliest_start(today, of_code)
    except BeyondTable as unknown:
        raise StepRefused(f"When the letter counts as received cannot be said: {unknown}.") from None
    if improvement.starts_on < earliest:
        raise StepRefused(
            f"The time to improve can begin on {in_words(earliest)} at the earliest: the day after the letter counts as received."
        )
    try:
        return last_day(improvement.school_id, improvement.starts_on, improvement.school_weeks)
    except CalendarTooShort:
        raise StepRefused(
            "The school's term dates end before the time to improve does: enter those of the next year first."
        ) from None


def _send(
    improvement: Improvement,
    letters: list[ImprovementLetter],
    of_code: code.Code,
    today: date,
    by: Any,
    at: datetime,
) -> None:
    found = homes([one.parent_id for one in letters], improvement.pupil, today, by)
    way, sendings = channel(of_code), []
    for one in letters:
        home = found.get(one.parent_id)
        if home is None or not home.usable:
            raise StepRefused(
                "A parent chosen has no full address with postcode that you may use: see to it first."
            )
        letter = letters_before.notice_to_improve(improvement, one.parent, home, of_code, today, by)
        one.document = rendering.issue(
            template=letter.template, title=f"Notice to improve {letters_before.improvement_reference(improvement)}",
            values=letter.values, pupil_id=improvement.pupil_id, by=by, at=at, draft=False, about=improvement,
            language=letter.language, large_print=letter.large_print,
        )  # fmt: skip
        sending = Sending(
            document=one.document, addressee=one.parent, name=one.parent.name, address=letter.address,
            method=of_code["service_method"], channel=way, local=dict(of_code.rules.local),
        )  # fmt: skip
        sendings.append(sending)
    run = runs.start(by=by, at=at) if way == Service.Channel.PRINT else None
    services = serve_many(sendings=sendings, sent_on=today, by=by, at=at, run=run)
    if run is not None:
        runs.put_together(run=run, by=by, at=at)
    for one, service in zip(letters, services, strict=True):
        one.service = service
    ImprovementLetter.objects.bulk_update(letters, ["document", "service"])
