"""Public forms saved part-way: found again by a code, of which only the hash is kept, and forgotten after some days."""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.employment.models import Draft
from mainstay.service.employment.values import in_force

#: without letters that look like figures
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LENGTH: Final = 12


def new_code() -> str:
    """A code as it is shown: three groups of four."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(letters[n : n + 4] for n in range(0, _LENGTH, 4))


def hash_of(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter in _LETTERS)
    return hashlib.sha256(f"employment draft {plain}".encode()).hexdigest()


def begin(*, form: str, at: datetime) -> tuple[Draft, str]:
    """A new draft and its code, which is not kept."""
    code = new_code()
    return Draft.objects.create(form=form, code_hash=hash_of(code), begun_at=at, changed_at=at), code


@transaction.atomic
def keep(*, draft: Draft, page: str, typed: dict[str, Any], at: datetime) -> Draft:
    """Keep what was typed on one page."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    draft.data = {**draft.data, page: typed}
    draft.changed_at = at
    draft.save(update_fields=["data", "changed_at"])
    return draft


def find(*, form: str, code: str) -> Draft | None:
    return Draft.objects.filter(form=form, code_hash=hash_of(code)).first()


def forget(*, on: date, last: date | None) -> None:
    """Once a day: drafts that nobody has touched for the council's days."""
    days = in_force(on)["draft_days"]
    Draft.objects.filter(changed_at__lt=timezone.now() - timedelta(days=days)).delete()
