"""Letters about leave: one to each parent, by the school or the service, and how each was given."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Dated, Parent, Parenthood
from mainstay.service.documents import rendering
from mainstay.service.documents.homes import BY_HAND, NOWHERE, homes
from mainstay.service.documents.service import serve
from mainstay.service.penalties import code, letters_before
from mainstay.service.penalties.actions.leave import leave_of
from mainstay.service.penalties.models import LeaveLetter, LeaveRequest

Kind, State = LeaveLetter.Kind, LeaveRequest.State
#: ways in which a school or an officer gives such a letter
METHODS: Final = (
    ("hand", "Handed over"),
    ("first_class_post", "First class post"),
    ("second_class_post", "Second class post"),
)


@transaction.atomic
def write(*, leave_id: int, parent: Parent, kind: str, by: Any, at: datetime) -> LeaveLetter:
    """Make the letter to one parent: the head's decision to whoever asked, or a warning to any parent of the child.

    Raises StepRefused before the decision, for leave that was granted, for a letter there is already.
    """
    leave = leave_of(leave_id, by)
    if not (by.may("ask_leave") or by.may("decide_leave")):
        raise StepRefused("Your role cannot write this letter.")
    if leave.state not in (State.REFUSED, State.PART):
        raise StepRefused("A letter follows once the leave is refused, whole or in part.")
    if kind not in Kind.values:
        raise StepRefused("Choose which letter.")
    today = timezone.localdate(at)
    if not Parenthood.objects.filter(Dated.on(today), parent=parent, pupil=leave.pupil_id).exists():
        raise StepRefused("This person is not recorded as a parent of this child.")
    if kind == Kind.REFUSAL and parent.pk != leave.parent_id:
        raise StepRefused("The decision goes to the parent who asked; another parent can be warned.")
    if LeaveLetter.objects.filter(leave=leave, parent=parent, kind=kind).exists():
        raise StepRefused("This letter is made already.")
    home = homes([parent.pk], leave.pupil, today, by).get(parent.pk, NOWHERE)
    of_code = code.in_force(today)
    if kind == Kind.REFUSAL:
        letter = letters_before.leave_refusal(leave, home, of_code, today, by)
    else:
        letter = letters_before.leave_warning(leave, parent, home, of_code, today, by)
    document = rendering.issue(
        template=letter.template, title=f"{Kind(kind).label}: {letters_before.leave_reference(leave)}",
        values=letter.values, pupil_id=leave.pupil_id, by=by, at=at, draft=False, about=leave, language=letter.language,
        large_print=letter.large_print,
    )  # fmt: skip
    made = LeaveLetter.objects.create(leave=leave, parent=parent, kind=kind, document=document)
    trail.record(
        by=by, at=at, action="leave.letter_made", on=leave, letter=made.pk, kind=kind, parent=parent.pk
    )
    return made


@transaction.atomic
def given(*, letter_id: int, method: str, on: date, by: Any, at: datetime) -> LeaveLetter:
    """Keep how and on which day a letter was given; that day counts as the warning where none is recorded.

    Raises StepRefused for a letter to an address the writer did not know, unless it was handed over.
    """
    letter = _locked(letter_id, by)
    if letter.service_id is not None:
        raise StepRefused("It is recorded already how this letter was given.")
    if method not in dict(METHODS):
        raise StepRefused("Choose how the letter was given.")
    address = "\n".join(letter.document.values["addressee"]["address"])
    if address == BY_HAND and method != "hand":
        raise StepRefused("This letter has no address to be posted to: it has to be handed over.")
    letter.service = serve(
        document=letter.document, addressee=letter.parent, name=letter.parent.name, address=address, method=method,
        channel="hand" if method == "hand" else "print", sent_on=on, by=by, at=at,
        local=dict(code.in_force(timezone.localdate(at)).rules.local),
    )  # fmt: skip
    letter.save(update_fields=["service"])
    leave = letter.leave
    if leave.warned_on is None and letter.parent_id == leave.parent_id:
        leave.warned_on, leave.warning = on, f"In writing: {letter.get_kind_display().lower()}"
        leave.save(update_fields=["warned_on", "warning"])
    trail.record(
        by=by, at=at, action="leave.letter_given", on=leave, letter=letter.pk, service=letter.service.pk
    )
    return letter


def _locked(letter_id: int, by: Any) -> LeaveLetter:
    found = LeaveLetter.objects.select_for_update(of=("self",)).select_related("document", "parent")
    letter = found.filter(pk=letter_id).first()
    if letter is None:
        raise StepRefused("There is no such letter.")
    letter.leave = leave_of(letter.leave_id, by)
    if not (by.may("ask_leave") or by.may("decide_leave")):
        raise StepRefused("Your role cannot record this.")
    return letter
