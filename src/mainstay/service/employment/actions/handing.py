"""A child is referred to an education welfare officer, who takes it on or sends it back; a chaperone's productions."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.employment import checks
from mainstay.service.employment.actions.locking import locked, tell
from mainstay.service.employment.models import Chaperone, Engagement, Handover
from mainstay.service.employment.steps import CHAPERONE, HANDOVER
from mainstay.service.record import access


@transaction.atomic
def refer(
    *, pupil: Pupil, officer: Any, text: str, by: Any, at: datetime, about: Any | None = None
) -> Handover:
    """Refer a child to an officer. Raises StepRefused without words, or for an officer who cannot see the child."""
    if not by.may("work_employment") or not access.may_open(by, pupil):
        raise StepRefused("Your role cannot refer a child, or the record is not open to you.")
    if not text.strip():
        raise StepRefused("Say what worries you, and what you ask of the officer.")
    if not officer.may("work_case") or not access.in_view(officer, pupil):
        raise StepRefused("Choose an officer who works with this child’s school.")
    if Handover.objects.filter(pupil=pupil, officer=officer, state=Handover.State.SENT).exists():
        raise StepRefused("This officer has a referral of this child waiting already.")
    one = Handover.objects.create(
        pupil=pupil, officer=officer, text=text.strip(), sent_at=at, sent_by=by,
        about_kind=about._meta.label_lower if about else "", about_id=str(about.pk) if about else "",
    )  # fmt: skip
    tell(one, f"Child employment refers to {officer.name}", one.text, by=by, at=at)
    trail.record(by=by, at=at, action="employment.referred", on=one, officer=officer.pk)
    return one


@transaction.atomic
def answer(*, pk: int, step: str, text: str, by: Any, at: datetime) -> Handover:
    """The officer takes it on ("accept") or sends it back ("return"), the second with the reason."""
    one: Handover = locked(Handover, pk, by, at, "see_employment")
    if by.pk != one.officer_id and not by.may("allocate"):
        raise StepRefused("Only the officer it was sent to, or a senior officer, answers it.")
    if step == "return" and not text.strip():
        raise StepRefused("Say why it is sent back.")
    one.state = HANDOVER.check(step, one, by)
    one.answer, one.answered_at, one.answered_by = text.strip(), at, by
    one.save()
    tell(one, f"Referral {one.number}: {one.get_state_display().lower()}", one.answer, by=by, at=at)
    trail.record(by=by, at=at, action=f"employment.referral_{step}", on=one)
    return one


@transaction.atomic
def engage(
    *, pk: int, production: str, venue: str, first_on: date, last_on: date, children: int, noticed_on: date, by: Any,
    at: datetime,
) -> Engagement:  # fmt: skip
    """A chaperone's notice of a production. Raises StepRefused past the approval, over the ratio, or too late."""
    from mainstay.law.rules import CURRENT

    one: Chaperone = locked(Chaperone, pk, by, at)
    CHAPERONE.check("engage", one, by)
    most = CURRENT.whole("chaperone_children")
    if not production.strip() or not venue.strip():
        raise StepRefused("Say which production it is, and where.")
    if last_on < first_on or noticed_on > timezone.localdate(at):
        raise StepRefused("The last day is on or after the first, and the notice came today or before.")
    if one.expires_on and last_on > one.expires_on:
        raise StepRefused(f"The approval ends on {one.expires_on:%-d %B %Y}, before the last day.")
    if children > most:
        raise StepRefused(f"One chaperone has charge of at most {most} children.")
    made = Engagement.objects.create(
        chaperone=one, production=production.strip(), venue=venue.strip(), first_on=first_on, last_on=last_on,
        children=children, noticed_on=noticed_on, at=at, by=by,
    )  # fmt: skip
    trail.record(by=by, at=at, action="employment_chaperone.engaged", on=made)
    return made


def late(one: Engagement, days: int) -> bool:
    """Whether the notice came later than the council asks."""
    return one.noticed_on > one.first_on - timedelta(days=days)


def notice_days(one: Chaperone) -> int:
    return int(checks.said(one)["chaperone_notice"])
