"""Joining two records of one parent or carer.

What hangs on the second record moves to the first and the second goes out of view; the audit row lists every row
moved or dropped. A spelling of the second still finds the first: files that use it go on working.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mainstay.service.common import search
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import searching
from mainstay.service.directory.announcements import family_changed, parents_merged
from mainstay.service.directory.models import Address, Parent, Parenthood

#: taken from the second record where the first says nothing
FILLED: Final = ("title", "forename", "date_of_birth", "phone", "email", "language")
#: the same of what they are to a child that both records have
_TIE: Final = ("relationship", "basis_evidence", "parental_responsibility", "lives_with", "source")
Home = Literal["", "kept", "other"]


@transaction.atomic
def merge_parents(
    *, kept: Parent, other: Parent, reasons: str, by: Any, at: datetime, home: Home = ""
) -> Parent:
    """Join ``other`` to ``kept``; rooms above move their own rows through ``parents_merged``.

    home: whose present address holds; the other's ends yesterday. "": both stay as they are.
    Raises StepRefused: joined already, two dates of birth, no reasons, or what a room above has against it.
    """
    if not by.may("merge_pupils"):
        raise StepRefused("Your role cannot join records.")
    if not reasons.strip():
        raise StepRefused("Say how you know that they are one person.")
    kept, other = _locked(kept, other)
    before = {name: getattr(kept, name) for name in (*FILLED, "interpreter", "large_print", "safe_contact")}
    moved: dict[str, list[int]] = {}
    pupils = _children(kept, other)
    dropped = _drop_repeats(kept, other)
    ended = _end_home(kept if home == "other" else other, timezone.localdate(at)) if home else []
    for model in (Parenthood, Address):
        rows = model._default_manager.filter(parent=other)
        moved[model._meta.label_lower] = list(rows.order_by().values_list("pk", flat=True))
        rows.update(parent=kept)
    parents_merged.send(kept=kept, other=other, moved=moved, by=by, at=at)
    _join(kept, other)
    Parent.objects.filter(Q(pk=other.pk) | Q(merged_into=other)).update(merged_into=kept)
    search.remove("parent", [other.pk])
    searching.write_parents([kept.pk])
    trail.record(
        by=by, at=at, action="parents.merged", on=kept, other=other.pk, moved=moved, dropped=dropped, ended=ended,
        before=before, reasons=reasons.strip(),
    )  # fmt: skip
    family_changed.send(
        pupil_ids=pupils, title="Two records of one parent or carer were joined", text=reasons.strip(),
        for_school=False, by=by, at=at,
    )  # fmt: skip
    return kept


def _locked(kept: Parent, other: Parent) -> tuple[Parent, Parent]:
    rows = Parent.objects.select_for_update().filter(pk__in=[kept.pk, other.pk]).order_by("pk")
    locked = {row.pk: row for row in rows}
    if len(locked) < 2 or any(row.merged_into_id for row in locked.values()):
        raise StepRefused("These two records are joined already.")
    kept, other = locked[kept.pk], locked[other.pk]
    if kept.date_of_birth and other.date_of_birth and kept.date_of_birth != other.date_of_birth:
        raise StepRefused("Their dates of birth differ: correct the wrong one first, or they are two people.")
    return kept, other


def _children(*parents: Parent) -> list[int]:
    ties = Parenthood.objects.filter(parent__in=parents).order_by("pupil_id")
    return list(ties.values_list("pupil_id", flat=True).distinct())


def _drop_repeats(kept: Parent, other: Parent) -> list[dict[str, Any]]:
    """Ties of ``other`` to a child that ``kept`` has too: what they alone say goes to the tie that stays.

    Contact that one of them forbids stays forbidden. The rows dropped, as they were.
    """
    ours = {tie.pupil_id: tie for tie in Parenthood.objects.filter(parent=kept)}
    repeats = [tie for tie in Parenthood.objects.filter(parent=other) if tie.pupil_id in ours]
    for tie in repeats:
        stays = ours[tie.pupil_id]
        for name in _TIE:
            if getattr(stays, name) in ("", None):
                setattr(stays, name, getattr(tie, name))
        stays.contact_allowed = stays.contact_allowed and tie.contact_allowed
        stays.since = min(stays.since, tie.since) if stays.since and tie.since else None
        stays.until = max(stays.until, tie.until) if stays.until and tie.until else None
        stays.save()
    rows = Parenthood.objects.filter(pk__in=[tie.pk for tie in repeats])
    dropped: list[dict[str, Any]] = [{**row} for row in rows.order_by().values()]
    rows.delete()
    return dropped


def _end_home(parent: Parent, today: date) -> list[int]:
    """End the present addresses yesterday; their ids."""
    present = list(Address.objects.filter(parent=parent, until=None))
    for row in present:
        row.until = max(today - timedelta(days=1), row.since or date.min)
        row.save(update_fields=["until"])
    return [row.pk for row in present]


def _join(kept: Parent, other: Parent) -> None:
    """What only the second record knows; a need or a warning of either stays."""
    for name in FILLED:
        if not getattr(kept, name):
            setattr(kept, name, getattr(other, name))
    kept.interpreter = kept.interpreter or other.interpreter
    kept.large_print = kept.large_print or other.large_print
    notes = dict.fromkeys(filter(None, (kept.safe_contact.strip(), other.safe_contact.strip())))
    if len(joined := " / ".join(notes)) > 300:
        raise StepRefused("How to write safely is too long in both records together: shorten one first.")
    kept.safe_contact = joined
    kept.save()


def candidates(parent: Parent) -> list[Parent]:
    """Records that may be the same person: the same name, telephone number, e-mail, or a child shared; at most 20."""
    alike = Q(key=parent.key)
    if parent.phone:
        alike |= Q(phone=parent.phone)
    if parent.email:
        alike |= Q(email__iexact=parent.email)
    children = Parenthood.objects.filter(parent=parent).values("pupil_id")
    # no join: with one every parent was read together with every tie
    theirs = Parenthood.objects.filter(pupil__in=children).values("parent_id")
    alike |= Q(pk__in=theirs, surname=parent.surname)
    found = Parent.objects.filter(alike, merged_into=None).exclude(pk=parent.pk)
    return list(found.order_by("key", "pk")[:20])
