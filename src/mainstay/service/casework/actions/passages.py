"""Long texts are saved without losing anybody's words: what was written over another's stays beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from mainstay.service.casework.actions import plans
from mainstay.service.casework.actions.cases import locked
from mainstay.service.casework.leading import must_lead
from mainstay.service.casework.models import Case, KeptText, Passage
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into one box; ``version``: which one its writer saw, 0 where there was none yet."""

    key: str
    text: str
    version: int
    parent: int | None = None


def save(
    *,
    case: Case | None,
    about: models.Model,
    typed: Iterable[Typed],
    by: Any,
    at: datetime,
    final: bool = False,
) -> list[KeptText]:
    """Save the boxes of one thing, whose row the caller holds locked; what is now kept beside another's words.

    A box nobody changed says nothing. One changed since its writer saw it keeps its words; theirs lie beside them
    until somebody has put both together. final: the thing is closed; whatever arrives later lies beside its words.
    """
    kind, key = about._meta.label_lower, str(about.pk)
    rows = Passage.objects.select_for_update().filter(about_kind=kind, about_id=key).order_by("pk")
    held = {(row.key, row.parent_id): row for row in rows}
    beside, changed = [], []
    for box in typed:
        text = box.text.replace("\r\n", "\n").strip()
        row = held.get((box.key, box.parent))
        if row is None and not text:
            continue
        if row is None:
            row = Passage.objects.create(
                case=case, about_kind=kind, about_id=key, key=box.key, parent_id=box.parent,
                text="" if final else text, changed_by=by, changed_at=at,
            )  # fmt: skip
            changed.append(row.pk)
        if text == row.text:
            continue
        if box.version == row.version and not final:
            _write(row, text, by, at)
            changed.append(row.pk)
        elif _typed_anew(row, text, box.version):
            beside.append(_beside(row, text, box.version, by, at))
    if changed or beside:
        trail.record(
            by=by, at=at, action="passages.saved", on=about, changed=changed, beside=[one.pk for one in beside]
        )  # fmt: skip
    return beside


@transaction.atomic
def settle(*, kept_id: int, by: Any, at: datetime) -> KeptText:
    """Somebody has put both texts together: the one beside is put away, and can still be read."""
    kept = KeptText.objects.select_for_update().filter(pk=kept_id, beside=True, settled_at=None).first()
    if kept is None:
        raise StepRefused("Somebody has put this text away already.")
    passage = Passage.objects.get(pk=kept.passage_id)
    _open_to(passage, by)
    if not Passage.objects.readable_by(by).filter(pk=passage.pk).exists():
        raise StepRefused("You cannot see this text.")
    kept.settled_by, kept.settled_at = by, at
    kept.save(update_fields=["settled_by", "settled_at"])
    trail.record(by=by, at=at, action="passages.settled", on=kept, passage=passage.pk)
    return kept


def _open_to(passage: Passage, by: Any) -> None:
    """A plan's words are put together by whoever leads it, all others by those who work on the case."""
    if passage.about_kind == Passage.PLAN:
        must_lead(by, plans.locked(int(passage.about_id), by))
        return
    if not by.may("work_case"):
        raise StepRefused("Your role cannot do this.")
    locked(passage.case_id, by)  # type: ignore[arg-type]


def _write(row: Passage, text: str, by: Any, at: datetime) -> None:
    KeptText.objects.create(
        passage=row, version=row.version, text=row.text, by=row.changed_by, at=row.changed_at
    )
    row.text, row.version, row.changed_by, row.changed_at = text, row.version + 1, by, at
    row.save(update_fields=["text", "version", "changed_by", "changed_at"])


def _typed_anew(row: Passage, text: str, version: int) -> bool:
    """Whether the writer changed what they saw; a box left as it was is no text of theirs."""
    seen = row.kept.filter(version=version, beside=False).values_list("text", flat=True).first()
    return text != (seen or "")


def _beside(row: Passage, text: str, version: int, by: Any, at: datetime) -> KeptText:
    """The text beside; sent twice, it is kept once."""
    same = {"passage": row, "version": version, "text": text, "by": by, "beside": True, "settled_at": None}
    return KeptText.objects.filter(**same).first() or KeptText.objects.create(**{**same, "at": at})
