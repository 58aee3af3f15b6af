"""A school writes a referral: begun once the child's record is in view, written part by part, left and taken up again."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework import checklist, earlier
from mainstay.service.casework.models import Case, Referral, ReferralItem, ReferralParent
from mainstay.service.casework.steps_referrals import WRITTEN
from mainstay.service.common import meanwhile
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Dated, Parent, Parenthood, Pupil, School
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

State, Told = ReferralItem.State, ReferralParent.Told
#: part of the page -> the fields it writes and the lines of the checklist it answers
PARTS: Final = {
    "reasons": (("reasons", "tried", "earlier_reference"), ()),
    "voice": (("voice", "voice_how", "voice_on", "no_voice_because"), ("voice",)),
    "agencies": (("agencies", "safeguarding"), ("agencies",)),
}


@transaction.atomic
def start(*, pupil: Pupil, by: Any, at: datetime) -> Referral:
    """A draft with the checklist of the day. Raises StepRefused: not in view, no school, a referral or case open."""
    if not by.may("refer"):
        raise StepRefused("Schools refer a child; your role cannot.")
    if not Pupil.objects.present_to(by).filter(pk=pupil.pk).exists() or not access.may_open(by, pupil):
        raise StepRefused("You cannot see this child's record.")
    Pupil.objects.select_for_update().get(pk=pupil.pk)
    school = pupil.school
    if school is None or not School.objects.visible_to(by).filter(pk=school.pk).exists():
        raise StepRefused("The school whose roll this child is mainly on refers.")
    if Referral.objects.open().filter(pupil=pupil).exists():
        raise StepRefused("A referral of this child is open already: go on with that one.")
    if Case.objects.open().filter(pupil=pupil, kind=Case.Kind.STATUTORY).exists():
        raise StepRefused("An officer works with this child already: speak with them.")
    version = checklist.in_force(timezone.localdate(at))
    made = Referral.objects.create(
        pupil=pupil, school=school, state_since=at, checklist=version.row, made_by=by, made_at=at
    )
    ReferralItem.objects.bulk_create(
        ReferralItem(referral=made, order=n, **item.as_kept()) for n, item in enumerate(version.items, 1)
    )
    trail.record(by=by, at=at, action="referral.started", on=made, checklist=version.number)
    return made


@transaction.atomic
def write(*, referral_id: int, part: str, by: Any, at: datetime, seen: str = "", **said: Any) -> Referral:
    """Keep one part; said: the fields that ``PARTS`` names for it. It may be incomplete, and gone on with later.

    seen: ``meanwhile.mark`` of the part as the page showed it
    """
    referral = to_write(referral_id, by)
    fields, keys = PARTS[part]
    if part == "reasons":
        said.setdefault("earlier_reference", referral.earlier_reference)
    if set(said) != set(fields):
        raise ValueError(f"not the fields of {part}: {sorted(said)}")
    meanwhile.check(seen, {name: getattr(referral, name) for name in fields}, said)
    if said.get("voice_on") and said["voice_on"] > timezone.localdate(at):
        raise StepRefused("The day the child was heard cannot be in the future.")
    for name, value in said.items():
        setattr(referral, name, value.strip() if isinstance(value, str) else value)
    earlier.keep(referral, referral.earlier_reference)
    referral.save(update_fields=[*fields, "earlier_key"])
    anew(referral, *keys)
    trail.record(by=by, at=at, action=f"referral.{part}_written", on=referral)
    return referral


@transaction.atomic
def write_parent(
    *,
    referral_id: int,
    parent: Parent,
    language: str,
    interpreter: bool,
    needs: str,
    told: str,
    told_on: date | None,
    told_words: str,
    by: Any,
    at: datetime,
    address: str = "",
    seen: str = "",
) -> ReferralParent:
    """What the school knows of one parent, and how they were told.

    seen: ``meanwhile.mark`` of ``parent_kept`` as the page showed it. Raises StepRefused for somebody who is no parent of
    this child, told on a day to come, or not told without a reason; Changed where somebody else wrote meanwhile.
    """
    referral, today = to_write(referral_id, by), timezone.localdate(at)
    if not Parenthood.objects.filter(Dated.on(today), pupil=referral.pupil_id, parent=parent).exists():
        raise StepRefused("This person is not recorded as a parent of this child.")
    if told == Told.NOT and not told_words.strip():
        raise StepRefused("Say why this parent was not told: for instance, that it would not be safe.")
    if told and told != Told.NOT and told_on is None:
        raise StepRefused("Say on which day this parent was told.")
    if told_on is not None and told_on > today:
        raise StepRefused("The day this parent was told cannot be in the future.")
    said = {
        "address": address.strip()[:300], "language": language.strip()[:60], "interpreter": interpreter,
        "needs": needs.strip()[:300], "told": told, "told_on": told_on if told != Told.NOT else None,
        "told_words": told_words.strip()[:500],
    }  # fmt: skip
    meanwhile.check(seen, parent_kept(referral.parents.filter(parent=parent).first()), said)
    line, _ = ReferralParent.objects.update_or_create(referral=referral, parent=parent, defaults=said)
    anew(referral, "parents", "told")
    trail.record(by=by, at=at, action="referral.parent_written", on=referral, parent=parent.pk, told=told)
    return line


def parent_kept(line: ReferralParent | None) -> dict[str, Any]:
    """What is kept of one parent, for ``meanwhile``; nothing where nothing is yet."""
    names = ("address", "language", "interpreter", "needs", "told", "told_on", "told_words")
    return {name: getattr(line, name) for name in names} if line else {}


@transaction.atomic
def answer(*, item_id: int, state: str, words: str, by: Any, at: datetime, seen: str = "") -> ReferralItem:
    """What the school says about one line. Raises StepRefused where it does not apply, or is not met, without a reason.

    seen: ``meanwhile.mark`` of ``state`` and ``words`` as the page showed them; Changed where somebody else answered.
    """
    item = item_of(item_id, by)
    if item.key in checklist.SECTIONS:
        raise StepRefused("This line is answered by the referral itself.")
    if item.key == checklist.WINDOW and state != State.NOT_APPLICABLE:
        raise StepRefused("This line is counted from the register: say only why it does not apply.")
    if state not in State.values:
        raise StepRefused("Choose whether it is met, not met, or does not apply.")
    if state != State.MET and not words.strip():
        raise StepRefused("Give the reason: the officer decides by it.")
    said = {"state": state, "words": words.strip()[:1000]}
    meanwhile.check(seen, {"state": item.state, "words": item.words}, said)
    item.state, item.words = said["state"], said["words"]
    item.save(update_fields=["state", "words"])
    anew(item.referral, item.key)
    trail.record(by=by, at=at, action="referral.item_answered", on=item.referral, item=item.key, state=state)
    return item


def anew(referral: Referral, *keys: str) -> None:
    """What was changed is checked again."""
    changed = referral.items.filter(key__in=keys).exclude(verdict="")
    changed.update(verdict="", note="", checked_by=None, checked_at=None)


def item_of(item_id: int, by: Any) -> ReferralItem:
    """One line of a referral that can be written on, its referral locked."""
    item = ReferralItem.objects.filter(pk=item_id).first()
    if item is None:
        raise StepRefused("There is no such line.")
    item.referral = to_write(item.referral_id, by)
    return item


def to_write(referral_id: int, by: Any) -> Referral:
    referral = locked(referral_id, by)
    if not by.may("refer"):
        raise StepRefused("The school writes this.")
    if referral.state == Referral.State.SIGNED:
        raise StepRefused("The head teacher has signed this. Choose “Write on”: it is then signed anew.")
    if referral.state not in WRITTEN:
        raise StepRefused("This referral was sent: it changes only once it is sent back.")
    of_the_roll(referral, by)
    return referral


def locked(referral_id: int, by: Any) -> Referral:
    """The referral, locked. Raises StepRefused where it is not in view or its record is not open to this person."""
    rows = Referral.objects.select_for_update(of=("self",)).select_related("pupil", "school", "checklist")
    referral = rows.filter(pk=referral_id).first()
    if referral is None or not Referral.objects.visible_to(by).filter(pk=referral_id).exists():
        raise StepRefused("You cannot see this referral.")
    if not access.may_open(by, referral.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    return referral


def of_the_roll(referral: Referral, by: Any) -> None:
    """A school writes about children who are with it now. Raises StepRefused for one who has left."""
    if not Pupil.objects.present_to(by).filter(pk=referral.pupil_id).exists():
        raise StepRefused("This child has left your school: withdraw the referral.")


def may_have(referral: Referral, officer: Any) -> Any:
    """The officer, or nobody where this one has a conflict of interest: a manager then gives it to somebody."""
    if officer is None or not Pupil.objects.visible_to(officer).filter(pk=referral.pupil_id).exists():
        return None
    return officer if School.objects.visible_to(officer).filter(pk=referral.school_id).exists() else None


def tell(
    referral: Referral, title: str, text: str, *, by: Any, at: datetime, audience: str = Audience.SCHOOL
) -> None:
    """An entry in the child's chronology; what passes between school and service both may read."""
    add_entry(
        pupil=referral.pupil_id, by=by, at=at, kind="referral", title=f"Referral {referral.number}: {title}",
        text=text, audience=audience, about=referral,
    )  # fmt: skip
