"""Changing what is known of a child's family: parents and carers, where they live, restricted records.

Every change needs its source; old and new values are in the audit, and ``family_changed`` tells the chronology
what was changed, without the values.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.keys import fold
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import rolls, searching
from mainstay.service.directory.announcements import family_changed
from mainstay.service.directory.models import Address, Dated, Parent, Parenthood, Pupil

#: what may be changed of a parent, and of what they are to the child -> in words
OF_PARENT: Final = {
    "title": "title", "forename": "forename", "surname": "surname", "phone": "telephone", "email": "e-mail",
    "language": "language", "interpreter": "need of an interpreter", "large_print": "large print",
    "safe_contact": "how to write safely",
}  # fmt: skip
OF_TIE: Final = {
    "relationship": "relationship", "basis": "why they are a parent in law", "basis_evidence": "evidence for it",
    "parental_responsibility": "parental responsibility", "lives_with": "who the child lives with",
    "contact_allowed": "whether contact is allowed",
}  # fmt: skip
WORDS: Final = OF_PARENT | OF_TIE


@transaction.atomic
def edit_parent(*, tie: Parenthood, source: str, by: Any, at: datetime, **values: Any) -> Parenthood:
    """Change a parent or carer and what they are to this child.

    values: names of ``WORDS``. Raises StepRefused without a source, a surname, or where they contradict each other.
    """
    if strange := set(values) - set(WORDS):
        raise ValueError(f"not a fact about a parent: {sorted(strange)}")
    source = _told(source)
    tie = Parenthood.objects.select_for_update().get(pk=tie.pk)
    parent = Parent.objects.select_for_update().get(pk=tie.parent_id)
    of_parent = _changed(parent, {name: v for name, v in values.items() if name in OF_PARENT})
    of_tie = _changed(tie, {name: v for name, v in values.items() if name in OF_TIE})
    _check(tie, parent)
    if not (of_parent or of_tie):
        return tie
    parent.save()
    if of_tie:
        tie.source = f"{source}, {timezone.localdate(at):%d/%m/%Y}"[-120:]
    tie.save()
    searching.write_parents([parent.pk])
    changes = of_parent | of_tie
    trail.record(
        by=by, at=at, action="parent.edited", on=parent, pupil=tie.pupil_id, source=source, changes=changes
    )
    _tell([tie.pupil_id], "A parent or carer was changed", changes, source, by, at)
    if of_parent:
        _tell(_others(parent, tie.pupil_id), "A parent or carer was changed", of_parent, "", by, at)
    return tie


@transaction.atomic
def add_parent(*, pupil: Pupil, source: str, by: Any, at: datetime, **values: Any) -> Parenthood:
    """Tie a parent or carer to a child: one we know by name and telephone or e-mail, else a new one.

    Raises StepRefused for one the child has already, and as ``edit_parent`` does.
    """
    source = _told(source)
    parent = _known(values) or Parent()
    if parent.pk and Parenthood.objects.filter(pupil=pupil, parent=parent).exists():
        raise StepRefused("This child has that parent or carer already. Change the one there is.")
    said = {name: v for name, v in values.items() if name in OF_PARENT and (v or not parent.pk)}
    known = parent.pk is not None
    changes = _changed(parent, said)
    tie = Parenthood(pupil=pupil, **{name: v for name, v in values.items() if name in OF_TIE})
    _check(tie, parent)
    parent.save()
    tie.parent, tie.source = parent, f"{source}, {timezone.localdate(at):%d/%m/%Y}"[-120:]
    tie.priority = Parenthood.objects.filter(pupil=pupil).count() + 1
    tie.save()
    searching.write_parents([parent.pk])
    trail.record(
        by=by,
        at=at,
        action="parent.added",
        on=parent,
        pupil=pupil.pk,
        source=source,
        known=known,
        changes=changes,
    )
    _tell([pupil.pk], "A parent or carer was added", {}, source, by, at)
    if known and changes:
        _tell(_others(parent, pupil.pk), "A parent or carer was changed", changes, "", by, at)
    return tie


@transaction.atomic
def set_home(
    *,
    of: Pupil | Parent,
    since: date,
    confidential: bool,
    source: str,
    by: Any,
    at: datetime,
    lines: str = "",
    postcode: str = "",
) -> Address:
    """A new address from a day on, which ends the one before; without lines, only whether it is confidential.

    Raises StepRefused without a source, for a day to come, or one before the present address began.
    """
    source, whose = _told(source), {"parent" if isinstance(of, Parent) else "pupil": of}
    today = timezone.localdate(at)
    rows = list(Address.objects.select_for_update().filter(**whose, until=None).order_by("-since", "-pk"))
    if not lines.strip():
        if not rows:
            raise StepRefused("No address is known yet: give it.")
        home, before = rows[0], any(row.confidential for row in rows)
        Address.objects.filter(pk__in=[row.pk for row in rows]).update(confidential=confidential)
        changes: dict[str, list[Any]] = {"confidential": [before, confidential]}
    else:
        if since > today:
            raise StepRefused(
                "An address is recorded once somebody lives there: the day cannot be in the future."
            )
        if any(row.since and row.since >= since for row in rows):
            raise StepRefused("The present address began on that day or later.")
        ended = [{"lines": row.lines, "postcode": row.postcode, "since": row.since} for row in rows]
        Address.objects.filter(pk__in=[row.pk for row in rows]).update(until=since - timedelta(days=1))
        home = Address.objects.create(
            **whose, lines=lines.strip()[:300], postcode=postcode, since=since, confidential=confidential
        )
        changes = {"address": [ended, {"lines": home.lines, "postcode": postcode, "since": since}]}
    trail.record(
        by=by, at=at, action="address.set", on=of, address=home.pk, confidential=confidential, source=source,
        changes=changes,
    )  # fmt: skip
    title = "An address was changed" if lines.strip() else "Whether an address is confidential was changed"
    pupils = [of.pk] if isinstance(of, Pupil) else _others(of, None)
    family_changed.send(
        pupil_ids=pupils, title=title, text=f"Source: {source}", for_school=False, by=by, at=at
    )
    return home


@transaction.atomic
def restrict(*, pupil: Pupil, restricted: bool, reason: str, by: Any, at: datetime) -> Pupil:
    """Restrict a record, or lift the restriction: lists and search then show initials, opening asks for a reason.

    Raises StepRefused without a reason, or where nothing would change.
    """
    if len(reason.strip()) < 10:
        raise StepRefused("Say why: at least a few words.")
    pupil = Pupil.objects.select_for_update().get(pk=pupil.pk)
    if pupil.restricted == restricted:
        raise StepRefused(
            "The record is restricted already." if restricted else "The record is not restricted."
        )
    old = pupil.restricted_reason
    pupil.restricted, pupil.restricted_reason = restricted, reason.strip()[:200] if restricted else ""
    pupil.save(update_fields=["restricted", "restricted_reason"])
    rolls.write_search([pupil.pk])
    action = "pupil.restricted" if restricted else "pupil.unrestricted"
    trail.record(by=by, at=at, action=action, on=pupil, reason=reason.strip(), before=old)
    title = "The record was restricted" if restricted else "The record is no longer restricted"
    family_changed.send(
        pupil_ids=[pupil.pk], title=title, text=reason.strip(), for_school=False, by=by, at=at
    )
    return pupil


def _told(source: str) -> str:
    if not source.strip():
        raise StepRefused("Say who told us, or what shows it.")
    return source.strip()


def _changed(row: Parent | Parenthood, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set what differs; name -> old and new."""
    found = {
        name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value
    }
    for name, (_, value) in found.items():
        setattr(row, name, value)
    return found


def _check(tie: Parenthood, parent: Parent) -> None:
    if not parent.surname.strip():
        raise StepRefused("Give the surname.")
    if tie.basis not in Parenthood.Basis.values:
        raise StepRefused("Say why they are a parent in law.")
    if tie.basis == Parenthood.Basis.RESPONSIBILITY and tie.parental_responsibility is False:
        raise StepRefused("Somebody without parental responsibility cannot be a parent in law because of it.")


def _known(values: dict[str, Any]) -> Parent | None:
    """The one parent of that name, or joined from a record of that name, with that telephone number or e-mail."""
    phone = _digits(values.get("phone", ""))
    email = values.get("email", "").casefold()
    key = fold(f"{values.get('surname', '')} {values.get('forename', '')}")
    named = Parent.objects.filter(key=key).values_list("pk", "merged_into_id")
    ids = {into or pk for pk, into in named}
    same = [
        parent
        for parent in Parent.objects.select_for_update().filter(pk__in=ids)
        if (phone and _digits(parent.phone) == phone) or (email and parent.email.casefold() == email)
    ]
    return same[0] if len(same) == 1 else None


def _digits(phone: str) -> str:
    return "".join(c for c in phone if c.isdecimal())


def _others(parent: Parent, pupil: int | None) -> list[int]:
    ties = Parenthood.objects.filter(Dated.on(timezone.localdate()), parent=parent).exclude(pupil=pupil)
    return list(ties.order_by("pupil_id").values_list("pupil_id", flat=True))


def _tell(
    pupils: Iterable[int], title: str, changes: dict[str, Any], source: str, by: Any, at: datetime
) -> None:
    what = f"Changed: {', '.join(WORDS[name] for name in changes)}." if changes else ""
    text = "\n".join(filter(None, (what, f"Source: {source}" if source else "")))
    family_changed.send(pupil_ids=list(pupils), title=title, text=text, for_school=False, by=by, at=at)
