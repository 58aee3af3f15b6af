"""A case is opened, given to an officer, taken from stage to stage, closed."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from mainstay.service.casework import beginning, earlier, joining, providers
from mainstay.service.casework.models import Case
from mainstay.service.casework.steps import CASE
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record import access, deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.announcements import intervention_ended
from mainstay.service.record.models import Audience, Deadline

#: reasons to close a case after which nobody is asked how it was
UNASKED: Final = (Case.Reason.DIED, Case.Reason.IN_ERROR, Case.Reason.SOCIAL_CARE, Case.Reason.LEGAL_OUTCOME)


@transaction.atomic
def open_case(
    *,
    pupil: Pupil,
    school: School,
    because: str,
    owner: Any | None,
    by: Any,
    at: datetime,
    kind: str = Case.Kind.STATUTORY,
    earlier_reference: str = "",
) -> Case:
    """Open a case; raises StepRefused where the child has an open statutory case already."""
    Pupil.objects.select_for_update().get(pk=pupil.pk)
    if kind == Case.Kind.STATUTORY and Case.objects.open().filter(pupil=pupil, kind=kind).exists():
        raise StepRefused("This child has an open case already: work goes on there.")
    case = Case(
        pupil=pupil, school=school, kind=kind, owner=owner, opened_at=at, opened_by=by, opened_because=because.strip()[:300],
        state_since=at,
    )  # fmt: skip
    earlier.keep(case, earlier_reference)
    case.save()
    beginning.begin(case, by=by, at=at)
    tell(case, f"Case {case.number} opened", because, by=by, at=at)
    joining.join(case, by=by, at=at)
    trail.record(by=by, at=at, action="case.opened", on=case, kind=kind, owner=owner and owner.pk)
    return case


@transaction.atomic
def allocate(*, case_id: int, owner: Any, because: str, by: Any, at: datetime) -> Case:
    """Give a case to an officer, or take it on; its open deadlines go with it. The reason where it is not the link officer."""
    case = locked(case_id, by)
    if not by.may("work_case") or (owner.pk != by.pk and not by.may("allocate")):
        raise StepRefused("You can take a case on yourself; a manager gives it to somebody else.")
    if not owner.may("work_case"):
        raise StepRefused("This person's role cannot work on cases.")
    if case.closed_at is not None:
        raise StepRefused("This case is closed.")
    if not Case.objects.visible_to(owner).filter(pk=case.pk).exists():
        raise StepRefused("This person may not see the case: choose somebody else.")
    before = case.owner_id
    case.owner = owner
    case.save(update_fields=["owner"])
    Deadline.objects.open().filter(about_kind=case._meta.label_lower, about_id=str(case.pk)).update(
        owner=owner
    )
    tell(case, f"Case {case.number}: {owner.name} works on it", because, by=by, at=at)
    trail.record(by=by, at=at, action="case.allocated", on=case, before=before, to=owner.pk)
    providers.allocated.send(case=case, before=before, by=by, at=at)
    return case


@transaction.atomic
def refer_back(*, case_id: int, reference: str, by: Any, at: datetime) -> Case:
    """Keep the number a case had in the council's former system, or empty it."""
    case = locked(case_id, by)
    if not by.may("work_case"):
        raise StepRefused("Your role cannot change a case.")
    before = case.earlier_reference
    earlier.keep(case, reference)
    case.save(update_fields=["earlier_reference", "earlier_key"])
    trail.record(
        by=by, at=at, action="case.earlier_reference", on=case, before=before, after=case.earlier_reference
    )
    return case


@transaction.atomic
def take(*, case_id: int, step: str, because: str, by: Any, at: datetime) -> Case:
    """Take a step of the table that does not close the case."""
    case = locked(case_id, by)
    case.state, case.state_since = CASE.check(step, case, by), at
    case.save(update_fields=["state", "state_since"])
    tell(case, f"Case {case.number}: {case.get_state_display().lower()}", because, by=by, at=at)
    trail.record(by=by, at=at, action=f"case.{step}", on=case)
    if case.state == Case.State.LEGAL:
        providers.to_legal.send(case=case, by=by, at=at)
    return case


@transaction.atomic
def close(*, case_id: int, reason: str, reasons: str, by: Any, at: datetime) -> Case:
    """Close a case for one of the listed reasons, with a decision record; its deadlines stop."""
    case = locked(case_id, by)
    case.state = CASE.check("close", case, by)
    if reason not in Case.Reason.values:
        raise StepRefused("Choose why the case is closed.")
    case.closing = decide(by=by, at=at, kind="case", outcome=f"closed: {reason}", reasons=reasons)
    case.state_since, case.closed_at, case.closed_because = at, at, reason
    case.save()
    deadlines.stop(about=case, by=by, at=at)
    tell(
        case, f"Case {case.number} closed: {case.get_closed_because_display().lower()}", reasons, by=by, at=at
    )
    trail.record(by=by, at=at, action="case.closed", on=case, reason=reason)
    if reason not in UNASKED:
        intervention_ended.send(
            service="case", pupil=case.pupil, school=case.school, about=case, by=by, at=at
        )
    return case


def locked(case_id: int, by: Any) -> Case:
    """The case, locked. Raises StepRefused where it is not in view or its record is not open to this person."""
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("pupil", "school", "owner")
        .filter(pk=case_id)
        .first()
    )
    if case is None or not Case.objects.visible_to(by).filter(pk=case_id).exists():
        raise StepRefused("You cannot see this case.")
    if not access.may_open(by, case.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    return case


def tell(
    case: Case, title: str, text: str, *, by: Any, at: datetime, audience: str = Audience.SERVICE, **more: Any
) -> None:
    """An entry in the child's chronology about the case."""
    add_entry(
        pupil=case.pupil_id, by=by, at=at, kind="case", title=title, text=text, audience=audience, about=case,
        **more,
    )  # fmt: skip
