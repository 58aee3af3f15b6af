"""Liaison with legal services: a solicitor instructed in a case, and the privileged conversation about it.

Nothing said here goes into the chronology, a document or an e-mail; that somebody is instructed is a privileged entry.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.law import deadlines as law
from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.casework.models import Case
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.kinds import EVIDENCE, FileRefused
from mainstay.service.court import reading
from mainstay.service.court.models import Advice, CodeTest, Instruction, Prosecution
from mainstay.service.court.models.advice import cases_with_advice, instructed_in
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience, Deadline

Side = Advice.Side
QUESTION: Final = "legal-question"


def locked(case_id: int, by: Any) -> Case:
    """The case, locked. Raises StepRefused for whoever takes no part in its conversation."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("pupil", "school", "owner")
    case = rows.filter(pk=case_id).first()
    if case is None or not cases_with_advice(by).filter(pk=case_id).exists():
        raise StepRefused("You take no part in the legal advice about this case.")
    if not reading.may_open(by, case.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    return case


def solicitors(on: date) -> list[User]:
    """Who can be instructed: whoever holds that role alone, and so sees nothing else."""
    service = set(holding("see_pupils", on).values_list("pk", flat=True))
    return [user for user in holding("see_privileged", on) if user.pk not in service]


@transaction.atomic
def instruct(*, case_id: int, solicitor: User, about: str, by: Any, at: datetime) -> Instruction:
    """From now on the solicitor sees the papers of this one case. Raises StepRefused."""
    case = locked(case_id, by)
    _instructs(by)
    if not about.strip():
        raise StepRefused("Say what you instruct them about.")
    if solicitor not in solicitors(timezone.localdate(at)):
        raise StepRefused("Choose somebody who has an account as a solicitor.")
    if Instruction.objects.filter(case=case, solicitor=solicitor, ended_at=None).exists():
        raise StepRefused("They are instructed in this case already.")
    made = Instruction.objects.create(case=case, solicitor=solicitor, about=about.strip(), at=at, by=by)
    if not instructed_in(solicitor).filter(case=case).exists():
        raise StepRefused("They have a conflict of interest in this case: choose somebody else.")
    trail.record(by=by, at=at, action="advice.instructed", on=made, case=case.pk, solicitor=solicitor.pk)
    _tell(case, f"Case {case.number}: {solicitor.name} is instructed", made, by, at)
    _mail(
        [solicitor],
        "You are instructed in a case",
        f"{by.name} instructs you in case {case.number}.",
        case,
        at,
    )
    return made


@transaction.atomic
def end(*, instruction_id: int, by: Any, at: datetime) -> Instruction:
    """The solicitor sees nothing of the case any more. Raises StepRefused where it is over already."""
    found = Instruction.objects.filter(pk=instruction_id).first()
    if found is None:
        raise StepRefused("There is no such instruction.")
    case = locked(found.case_id, by)
    _instructs(by)
    one = Instruction.objects.select_related("solicitor").get(pk=instruction_id)
    if one.ended_at is not None:
        raise StepRefused("This instruction has ended already.")
    _end(one, case, by, at)
    _mail(
        [one.solicitor],
        "Your instruction in a case has ended",
        f"Your instruction in case {case.number} has ended.",
        None,
        at,
    )
    return one


def _end(one: Instruction, case: Case, by: Any | None, at: datetime) -> None:
    """Questions that nobody is left to answer go to the legal co-ordinator."""
    one.ended_at, one.ended_by = at, by
    one.save(update_fields=["ended_at", "ended_by"])
    trail.record(
        by=by, at=at, action="advice.instruction_ended", on=one, case=case.pk, solicitor=one.solicitor_id
    )
    _tell(case, f"Case {case.number}: the instruction of {one.solicitor.name} has ended", one, by, at)
    if not case.instructions.filter(ended_at=None).exists():
        waiting = Advice.objects.waiting().filter(case=case, asks_of=Side.SOLICITOR)
        if ids := sorted(waiting.order_by().values_list("pk", flat=True)):
            Advice.objects.filter(pk__in=ids).update(asks_of=Side.LEGAL)
            trail.record(by=by, at=at, action="advice.passed_on", on=case, questions=ids)


@transaction.atomic
def has_left(*, user: User, at: datetime) -> None:
    """A leaver is instructed in nothing; listens to ``accounts.announcements.left``."""
    rows = Instruction.objects.select_related("case__pupil", "solicitor")
    for one in rows.filter(solicitor=user, ended_at=None):
        _end(one, one.case, None, at)


def may_be_asked(case: Case, by: Any) -> list[Side]:
    """Who can be asked in this conversation: every side but one's own, where somebody is there to answer."""
    instructed = set(case.instructions.filter(ended_at=None).values_list("solicitor_id", flat=True))
    found = []
    if case.owner_id is not None and case.owner_id != by.pk:
        found.append(Side.OFFICER)
    if not by.may("prosecute"):
        found.append(Side.LEGAL)
    if instructed - {by.pk}:
        found.append(Side.SOLICITOR)
    return found


def handed_on(*, case: Case, before: int | None, by: Any, at: datetime) -> None:
    """What the officer of a case was asked waits for whoever works on it now."""
    asked = case.advice.filter(asks_of=Side.OFFICER).values_list("pk", flat=True)
    of = {"about_kind": Advice._meta.label_lower, "about_id__in": [str(pk) for pk in asked]}
    Deadline.objects.open().filter(**of).update(owner=case.owner)


@transaction.atomic
def say(
    *, case_id: int, text: str, asks_of: str = "", file: IO[bytes] | None = None, by: Any, at: datetime
) -> Advice:
    """A message; asks_of: a question, and who answers it. Raises StepRefused; FileRefused as StepRefused."""
    case = locked(case_id, by)
    if asks_of and asks_of not in may_be_asked(case, by):
        raise StepRefused("There is nobody there to answer: choose who is asked.")
    one = _written(case, text, file, by, at, asks_of=asks_of)
    if asks_of:
        today = timezone.localdate(at)
        deadlines.start(
            pupil=case.pupil_id, about=one, rule=QUESTION, label=f"{case.number}: answer a question", by=by, at=at,
            owner=_owner(case, asks_of), trigger_on=today, **deadlines.counted(law.find(QUESTION, today)),
        )  # fmt: skip
        _mail(
            _people(case, asks_of, at),
            "A question waits for you",
            f"{by.name} asks you about case {case.number}.",
            case,
            at,
        )
    else:
        _mail(
            _others(case, by, at),
            "Legal advice: a new message",
            f"{by.name} wrote about case {case.number}.",
            case,
            at,
        )
    return one


@transaction.atomic
def answer(*, question_id: int, text: str, file: IO[bytes] | None = None, by: Any, at: datetime) -> Advice:
    """The question is answered, and its time is over. Raises StepRefused."""
    asked = (
        Advice.objects.visible_to(by).filter(pk=question_id).exclude(asks_of="").select_related("by").first()
    )
    if asked is None:
        raise StepRefused("You cannot see this question.")
    case = locked(asked.case_id, by)
    one = _written(case, text, file, by, at, answers=asked)
    deadlines.stop(about=asked, by=by, at=at, rule=QUESTION)
    to = [asked.by] if asked.by.is_active and asked.by_id != by.pk else []
    if cases_with_advice(asked.by).filter(pk=case.pk).exists():
        _mail(
            to,
            "Your question is answered",
            f"{by.name} answered your question about case {case.number}.",
            case,
            at,
        )
    return one


@transaction.atomic
def opine(*, prosecution_id: int, opinion: str, text: str, by: Any, at: datetime) -> Advice:
    """A solicitor's opinion on the full code test, as advice: whoever reviews and authorises decides. Raises StepRefused."""
    one = Prosecution.objects.visible_to(by).filter(pk=prosecution_id).first()
    if one is None:
        raise StepRefused("You cannot see this prosecution.")
    case = locked(one.case_id, by)
    if not instructed_in(by).filter(case=case).exists():
        raise StepRefused("Only a solicitor who is instructed gives an opinion on the full code test.")
    if opinion not in Advice.Opinion.values:
        raise StepRefused("Choose what your opinion is.")
    if not CodeTest.objects.filter(prosecution=one).exists():
        raise StepRefused("The full code test is not written yet.")
    made = _written(case, text, None, by, at, prosecution=one, opinion=opinion)
    words = f"{by.name} gave an opinion on the full code test in case {case.number}."
    _mail(_people(case, Side.LEGAL, at), "An opinion on the full code test", words, case, at)
    return made


def _written(case: Case, text: str, file: IO[bytes] | None, by: Any, at: datetime, **more: Any) -> Advice:
    if not text.strip():
        raise StepRefused("Write the message.")
    kept = None
    if file is not None:
        try:
            kept = store.keep(file, allowed=EVIDENCE, by=by, at=at)
        except FileRefused as refusal:
            said = str(refusal)
            raise StepRefused(f"{said[:1].upper()}{said[1:]}") from refusal
    one = Advice.objects.create(case=case, at=at, by=by, text=text.strip(), file=kept, **more)
    trail.record(
        by=by, at=at, action="advice.written", on=one, case=case.pk, asks_of=one.asks_of, answers=one.answers_id,
        opinion=one.opinion, file=kept is not None,
    )  # fmt: skip
    return one


def _instructs(by: Any) -> None:
    if not by.may("instruct"):
        raise StepRefused("The legal co-ordinator or a service manager instructs a solicitor.")


def _tell(case: Case, title: str, about: Instruction, by: Any | None, at: datetime) -> None:
    add_entry(
        pupil=case.pupil_id,
        by=by,
        at=at,
        kind="advice",
        title=title,
        audience=Audience.PRIVILEGED,
        about=about,
    )


def _owner(case: Case, side: str) -> User | None:
    """Who has the deadline of a question among their own: a solicitor has no list of deadlines."""
    if side == Side.OFFICER:
        return case.owner
    if side == Side.LEGAL:
        one = case.prosecutions.open().exclude(legal_owner=None).select_related("legal_owner").first()
        return one.legal_owner if one else None
    return None


def _people(case: Case, side: str, at: datetime) -> list[User]:
    """Of one side, those who are told: legal has whoever leads the case there, else all of them."""
    if side == Side.OFFICER:
        return [case.owner] if case.owner is not None and case.owner.is_active else []
    if side == Side.SOLICITOR:
        found = User.objects.filter(instructions__case=case, instructions__ended_at=None, is_active=True)
        return list(found.order_by("pk"))
    leads = case.prosecutions.open().exclude(legal_owner=None).values("legal_owner")
    instructs = case.instructions.filter(ended_at=None).values("by")
    named = User.objects.filter(pk__in=leads) | User.objects.filter(pk__in=instructs)
    return list(named.filter(is_active=True).order_by("pk")) or list(
        holding("prosecute", timezone.localdate(at))
    )


def _others(case: Case, by: Any, at: datetime) -> list[User]:
    found = {user.pk: user for side in Side for user in _people(case, side, at)}
    return [user for pk, user in sorted(found.items()) if pk != by.pk]


def _mail(to: Iterable[User], subject: str, words: str, case: Case | None, at: datetime) -> None:
    """That there is something to read, by number: never about whom."""
    where = ""
    if case is not None:
        page = reverse("advice", args=[case.pk])
        where = (
            f" Sign in to read it: {settings.CONFIG.address}{page}"
            if settings.CONFIG.address
            else " Sign in to read it."
        )
    for user in to:
        post.queue(
            to=user.email,
            subject=subject,
            body=f"{words}\n\nNobody else is named here.{where}\n",
            at=at,
            about=case,
        )
