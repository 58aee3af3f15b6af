"""The council changes what the public pages say."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.public import markup, texts
from mainstay.service.public.models import PublicText

MOST = 20_000


@transaction.atomic
def publish(
    *,
    key: str,
    language: str,
    title: str,
    text: str,
    reason: str,
    after: int,
    by: Any,
    at: datetime,
    restored: int | None = None,
) -> PublicText:
    """Put a new version of a text before everybody.

    after: the number of the version it was begun from; restored: of the earlier one it is.
    Raises StepRefused where somebody published meanwhile, for what cannot be shown, or without a reason.
    """
    if not by.may("edit_public"):
        raise StepRefused("Your role cannot change the public pages.")
    if key not in texts.TEXTS or language not in texts.languages():
        raise StepRefused("There is no such text.")
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    if not title or not text:
        raise StepRefused("Give the page a title and its words.")
    if len(text) > MOST or len(title) > 120:
        raise StepRefused(f"A text has at most {MOST:,} characters, and its title 120.")
    if not reason.strip():
        raise StepRefused("Say why it is changed.")
    if found := markup.faults(text):
        raise StepRefused(" ".join(found))
    same = PublicText.objects.select_for_update().filter(key=key, language=language)
    last = same.order_by("-number").first()
    number = last.number if last else 0
    if number != after:
        raise StepRefused(
            f"Version {number} was published while you were writing. Look at it, then publish yours again."
        )
    kept = PublicText.objects.create(
        key=key, language=language, number=number + 1, title=title, text=text, restored=restored,
        reason=reason.strip()[:300], by=by, at=at,
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="public.text", on=kept, key=key, language=language, number=kept.number,
        title=title, text=text, reason=kept.reason,
    )  # fmt: skip
    return kept


@transaction.atomic
def restore(
    *, key: str, language: str, number: int, reason: str, after: int, by: Any, at: datetime
) -> PublicText:
    """Publish an earlier version again, as a new one; number 0 is what is shipped. As ``publish``."""
    earlier = texts.version(key, language, number) if key in texts.TEXTS else None
    if earlier is None:
        raise StepRefused("There is no such version.")
    return publish(
        key=key, language=language, title=earlier.title, text=earlier.text, reason=reason, after=after, by=by,
        at=at, restored=number,
    )  # fmt: skip
