"""A council's own words in the slots of its letters: set for a day on, older versions kept.

A slot holds extra paragraphs of plain text; what the law asks a letter to say stands in its template and cannot be
reached from here. What was used stays with each document, among its values.
"""

import re
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents.letters import LETTERS, Slot
from mainstay.service.documents.models import Wording

_SUM: Final = re.compile(r"£|\d\s*(pounds?|quid|GBP)\b", re.IGNORECASE)
_NOT_TEXT: Final = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def slot_of(template: str, name: str) -> Slot:
    """A letter's slot. Raises StepRefused where there is none."""
    letter = LETTERS.get(template)
    found = next((slot for slot in letter.slots if slot.name == name), None) if letter else None
    if found is None:
        raise StepRefused("This letter has no such place for words of your own.")
    return found


def in_force(template: str, on: date) -> dict[str, str]:
    """Slot -> its text on a day; the letter's own words where nothing was set."""
    said = Wording.objects.filter(template=template, since__lte=on).order_by("since", "version")
    rows = dict(said.values_list("slot", "text"))
    return {slot.name: rows.get(slot.name, slot.default) for slot in LETTERS[template].slots}


@transaction.atomic
def set_text(
    *, template: str, slot: str, text: str, since: date, reason: str, by: Any, at: datetime
) -> Wording:
    """Set the text of one slot from a day on.

    Raises StepRefused without a reason, for a day in the past, and for a text the slot cannot hold (``clean``).
    """
    if not by.may("edit_wording"):
        raise StepRefused("Your role cannot change the wording of letters.")
    text = clean(slot_of(template, slot), text)
    if not reason.strip():
        raise StepRefused("Say why the wording is changed.")
    if since < timezone.localdate(at):
        raise StepRefused("Wording is changed from today on: letters sent before had the words of then.")
    before = in_force(template, since)[slot]
    if text == before:
        raise StepRefused("Nothing would change: these are the words already.")
    versions = Wording.objects.select_for_update().filter(template=template, slot=slot)
    version = max(versions.values_list("version", flat=True), default=0) + 1
    try:
        with transaction.atomic():
            kept = Wording.objects.create(
                template=template, slot=slot, version=version, text=text, since=since, at=at, by=by,
                reason=reason.strip()[:300],
            )  # fmt: skip
    except IntegrityError:
        raise StepRefused("Somebody has just changed these words: look again.") from None
    trail.record(
        by=by, at=at, action="wording.set", on=kept, template=template, slot=slot, since=since, before=before,
        after=text,
    )  # fmt: skip
    return kept


def clean(slot: Slot, text: str) -> str:
    """The text as a slot keeps it: plain paragraphs with an empty line between.

    Raises StepRefused where it is too long, empty and needed, or names a sum: sums are the tariff's.
    """
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if slot.needed and not text:
        raise StepRefused("This place cannot be left empty.")
    if len(text) > slot.most:
        raise StepRefused(f"Use at most {slot.most} characters: there are {len(text)}.")
    if _NOT_TEXT.search(text):
        raise StepRefused("Use plain text: there are characters in it that cannot be printed.")
    if _SUM.search(text):
        raise StepRefused("Leave out sums of money: the letter says them where they are due.")
    return text
