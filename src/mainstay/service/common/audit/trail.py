"""Writing audit rows, and erasing what they say. Sealing and verifying them: ``sealing``."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction

from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused

Rows = models.QuerySet[AuditRow]
ERASED = "audit.erased"


def digest(
    *, salt: str, at: datetime, by_id: int | None, action: str, on: tuple[str, str], payload: Any
) -> str:
    """The salted digest that stays when retention erases the payload."""
    said = [salt, at.astimezone(UTC).isoformat(), by_id, action, *on, payload]
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, separators=(",", ":"), default=str).encode()
    ).hexdigest()


def record(
    *, by: models.Model | None, at: datetime, action: str, on: models.Model | tuple[str, str], **payload: Any
) -> AuditRow:
    """Add one audit row; inside the transaction of the change it tells of.

    payload: JSON values; personal data only where the action itself is about it.
    """
    row = _row(by, at, action, on, payload)
    row.save()
    return row


def record_many(
    *,
    by: models.Model | None,
    at: datetime,
    action: str,
    rows: Iterable[tuple[models.Model | tuple[str, str], dict[str, Any]]],
) -> None:
    """One row each for a batch of the same change: (what it is on, its payload); as ``record``."""
    AuditRow.objects.bulk_create([_row(by, at, action, on, payload) for on, payload in rows], batch_size=200)


def _row(
    by: models.Model | None,
    at: datetime,
    action: str,
    on: models.Model | tuple[str, str],
    payload: dict[str, Any],
) -> AuditRow:
    kind, key = on if isinstance(on, tuple) else (on._meta.label_lower, str(on.pk))
    salt = secrets.token_hex(16)
    # fractions as text: PostgreSQL would hand 1e20 back in another form, and the digest would differ
    payload = json.loads(json.dumps(payload, default=str), parse_float=str)
    by_id = by.pk if by is not None else None
    return AuditRow(
        at=at,
        by_id=by_id,
        action=action,
        on_kind=kind,
        on_id=key,
        payload=payload,
        salt=salt,
        digest=digest(salt=salt, at=at, by_id=by_id, action=action, on=(kind, key), payload=payload),
    )


def digest_of(row: AuditRow) -> str:
    """The digest of a row as it stands."""
    return digest(
        salt=row.salt,
        at=row.at,
        by_id=row.by_id,
        action=row.action,
        on=(row.on_kind, row.on_id),
        payload=row.payload,
    )


@transaction.atomic
def erase(*, rows: Rows, by: models.Model, at: datetime, reason: str) -> int:
    """Erase the payloads of these rows, and say so in a row of its own; the chain still verifies.

    The rows that say what was erased stay: the check compares them with what is gone.
    """
    if not reason.strip():
        raise StepRefused("Say why these entries are erased.")
    ids = list(rows.exclude(payload=None).exclude(action=ERASED).values_list("pk", flat=True))
    AuditRow.objects.filter(pk__in=ids).update(payload=None)
    record(by=by, at=at, action=ERASED, on=("common.auditrow", ""), rows=ids, reason=reason.strip())
    return len(ids)
