"""Writing audit rows. Sealing and verifying them: ``sealing``."""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from django.db import models

from mainstay.service.common.audit.models import AuditRow


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
    kind, key = on if isinstance(on, tuple) else (on._meta.label_lower, str(on.pk))
    salt = secrets.token_hex(16)
    payload = json.loads(json.dumps(payload, default=str))
    by_id = by.pk if by is not None else None
    return AuditRow.objects.create(
        at=at,
        by_id=by_id,
        action=action,
        on_kind=kind,
        on_id=key,
        payload=payload,
        salt=salt,
        digest=digest(salt=salt, at=at, by_id=by_id, action=action, on=(kind, key), payload=payload),
    )
