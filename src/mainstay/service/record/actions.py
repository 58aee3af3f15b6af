"""Writing into a pupil's chronology. Entries are added, never edited."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.record.models import Audience, Entry

#: audience -> permission its writer needs; to write for people is to be one of them
WRITERS = {
    Audience.FAMILY_SAFE: "see_pupils",
    Audience.SCHOOL: "see_pupils",
    Audience.SERVICE: "see_service_entries",
    Audience.NAMED: "see_service_entries",
    Audience.PRIVILEGED: "see_privileged",
}


def audiences_of(user: Any) -> list[Audience]:
    """The audiences this person may choose for what they write."""
    return [audience for audience, permission in WRITERS.items() if user.may(permission)]


@transaction.atomic
def add_entry(
    *,
    pupil: Pupil | int,
    by: Any | None,
    at: datetime,
    kind: str,
    title: str,
    text: str = "",
    audience: str = Audience.SERVICE,
    readers: Iterable[Any] = (),
    about: models.Model | tuple[str, str] | None = None,
    happened_at: datetime | None = None,
    corrects: Entry | None = None,
) -> Entry:
    """Add one entry to a pupil's chronology, with its audit row.

    by: None for what the system itself did. about: the finding, import… the entry tells of.
    The audience is the calling action's choice; what a person chooses goes through ``add_note``.
    Raises StepRefused when it is for "named people" and names nobody.
    """
    readers = list(readers)
    if audience == Audience.NAMED and not readers:
        raise StepRefused("Name at least one person who may read this entry.")
    pupil_id = pupil if isinstance(pupil, int) else pupil.pk
    if corrects is not None and corrects.pupil_id != pupil_id:
        raise StepRefused("A correction belongs to the record of the pupil it corrects.")
    about_kind, about_id = _about(about)
    entry = Entry.objects.create(
        pupil_id=pupil_id,
        at=happened_at or at,
        written_at=at,
        by=by,
        kind=kind,
        title=title[:200],
        text=text,
        audience=audience,
        about_kind=about_kind,
        about_id=about_id,
        corrects=corrects,
    )
    if readers:
        entry.readers.set([*readers, by] if by is not None and by not in readers else readers)
    trail.record(
        by=by, at=at, action="record.entry_added", on=entry, kind=kind, audience=str(audience), pupil=pupil_id
    )
    return entry


@transaction.atomic
def add_note(*, pupil: Pupil, by: Any, at: datetime, title: str, audience: str, **said: Any) -> Entry:
    """Add what a person wrote by hand (a note, call, visit, meeting) for an audience they may write for.

    said: as for ``add_entry``; kind "note" unless given. Raises StepRefused.
    """
    if not by.may("add_chronology"):
        raise StepRefused("Your role cannot add to the chronology.")
    if audience not in audiences_of(by):
        raise StepRefused("Your role cannot write an entry for these readers.")
    if not title.strip():
        raise StepRefused("Say in a few words what happened.")
    happened = said.get("happened_at")
    if happened is not None and happened > at:
        raise StepRefused("The day it happened cannot be in the future.")
    return add_entry(
        pupil=pupil, by=by, at=at, title=title.strip(), audience=audience, **{"kind": "note", **said}
    )


def correct_entry(*, entry: Entry, by: Any, at: datetime, title: str, text: str, reason: str) -> Entry:
    """Add an entry that corrects another; the first stays and shows that it was corrected.

    Raises StepRefused without a reason, or for an entry this person cannot see.
    """
    if not by.may("add_chronology"):
        raise StepRefused("Your role cannot add to the chronology.")
    if not reason.strip():
        raise StepRefused("Say what was wrong with the entry.")
    if not Entry.objects.visible_to(by).filter(pk=entry.pk).exists():
        raise StepRefused("You cannot see the entry you want to correct.")
    return add_entry(
        pupil=entry.pupil_id,
        by=by,
        at=at,
        kind="correction",
        title=title,
        text=f"{text.strip()}\n\nWhy: {reason.strip()}".strip(),
        audience=entry.audience,
        readers=entry.readers.all() if entry.audience == Audience.NAMED else (),
        happened_at=entry.at,
        about=(entry.about_kind, entry.about_id) if entry.about_kind else None,
        corrects=entry,
    )


def _about(about: models.Model | tuple[str, str] | None) -> tuple[str, str]:
    if about is None:
        return "", ""
    return about if isinstance(about, tuple) else (about._meta.label_lower, str(about.pk))
