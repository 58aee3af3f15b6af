"""Keeping files: checked by content, scanned, hashed, encrypted with a key of their own, written once."""

import hashlib
import io
import os
import secrets
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from mainstay.service.common import keyring
from mainstay.service.common.uploads import sealed
from mainstay.service.common.uploads.kinds import KINDS, FileRefused, recognise
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.common.uploads.scanning import scan

__all__ = [
    "FileRefused", "as_path", "file_response", "keep", "keep_made", "path_of", "pieces", "read", "wrapped",
]  # fmt: skip

PURPOSE = "files at rest"


def keep(
    file: IO[bytes], *, allowed: Collection[str], by: Any | None, at: datetime, name: str | None = None
) -> StoredFile:
    """Check and keep a file somebody sent; the same content twice is one row.

    allowed: kinds of ``kinds.KINDS``, for instance ``kinds.REGISTERS``.
    name: as the sender called it, for its ending only; default ``file.name``.
    Raises FileRefused: empty, too large, of another kind than its name says or than allowed, not clean.
    """
    limit = settings.CONFIG.upload_megabytes
    if file.seek(0, os.SEEK_END) > limit * 1024 * 1024:
        raise FileRefused(f"the file is larger than {limit} MB. Send it in parts.")
    kind = recognise(file, name or file.name or "")
    if kind == "csv" and "csv" not in allowed and "text" in allowed:
        kind = "text"
    if kind not in allowed:
        words = ", ".join(KINDS[k].words for k in KINDS if k in allowed)
        raise FileRefused(f"this is a file of the kind {KINDS[kind].words}. What can be sent here: {words}.")
    scanned = "no scanner"
    if settings.CONFIG.clamav_socket:
        scan(file, settings.CONFIG.clamav_socket)
        scanned = "clean"
    return _keep(file, KINDS[kind].media_type, scanned, by, at)


def keep_made(content: bytes | IO[bytes], *, kind: str, by: Any | None, at: datetime) -> StoredFile:
    """Keep what Mainstay itself made: a letter, a list of refusals; what is large comes as a file."""
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    return _keep(file, KINDS[kind].media_type, "made here", by, at)


def pieces(stored: StoredFile) -> Iterator[bytes]:
    """The content, decrypted piece by piece. Raises sealed.Damaged, keyring.KeyMissing, FileNotFoundError."""
    key = _unwrap(stored)
    with path_of(stored).open("rb") as file:
        yield from sealed.unlock(file, key, bytes(stored.nonce), stored.sha256.encode())


def read(stored: StoredFile) -> bytes:
    """The whole content."""
    return b"".join(pieces(stored))


@contextmanager
def as_path(stored: StoredFile, ending: str = "") -> Iterator[Path]:
    """The content as a file for readers that want one; gone when the block ends."""
    folder = settings.CONFIG.var / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=ending) as file:
        for piece in pieces(stored):
            file.write(piece)
        file.flush()
        yield Path(file.name)


def file_response(stored: StoredFile, filename: str) -> StreamingHttpResponse:
    """A download; never shown in the browser's own window."""
    response = StreamingHttpResponse(pieces(stored), content_type=stored.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    response["Content-Length"] = str(stored.size)
    response["Cache-Control"] = "no-store"
    return response


def path_of(stored: StoredFile) -> Path:
    return _folder() / stored.sha256[:2] / stored.sha256


def wrapped(data_key: bytes, sha256: str) -> tuple[str, bytes]:
    """The id of the master key in use, and the data key locked with it."""
    key_id, master = keyring.derived(PURPOSE)
    nonce = secrets.token_bytes(12)
    return key_id, nonce + AESGCM(master).encrypt(nonce, data_key, sha256.encode())


def keys_in_use() -> set[str]:
    """Ids of the master keys that stored files are locked with."""
    return set(StoredFile.objects.order_by().values_list("key_id", flat=True).distinct())


def _unwrap(stored: StoredFile) -> bytes:
    _, master = keyring.derived(PURPOSE, of=stored.key_id)
    packed = bytes(stored.wrapped_key)
    return AESGCM(master).decrypt(packed[:12], packed[12:], stored.sha256.encode())


def rewrap(stored: StoredFile) -> None:
    """Lock the data key with the master key in use; the file itself stays as it is."""
    stored.key_id, stored.wrapped_key = wrapped(_unwrap(stored), stored.sha256)
    stored.save(update_fields=["key_id", "wrapped_key"])


def _folder() -> Path:
    return Path(settings.CONFIG.var) / "files"


def _keep(file: IO[bytes], media_type: str, scanned: str, by: Any | None, at: datetime) -> StoredFile:
    sha256 = _sha256(file)
    kept = StoredFile.objects.filter(sha256=sha256).first()
    if kept is not None and path_of(kept).exists():
        return kept
    data_key, prefix = secrets.token_bytes(32), secrets.token_bytes(sealed.PREFIX)
    key_id, wrapped_key = wrapped(data_key, sha256)
    size = file.seek(0, os.SEEK_END)
    row = StoredFile(
        pk=kept.pk if kept else None, sha256=sha256, size=size, media_type=media_type, wrapped_key=wrapped_key,
        key_id=key_id, nonce=prefix, scanned=scanned, kept_at=at, kept_by=by,
    )  # fmt: skip
    target = path_of(row)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = _write_locked(file, target, data_key, prefix, sha256)
    try:
        with transaction.atomic():
            row.save()  # whoever comes second with the same content waits here, then finds the first
            temporary.replace(target)
    except IntegrityError:
        return StoredFile.objects.get(sha256=sha256)
    finally:
        temporary.unlink(missing_ok=True)
    return row


def _sha256(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(sealed.PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _write_locked(file: IO[bytes], target: Path, data_key: bytes, prefix: bytes, sha256: str) -> Path:
    file.seek(0)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as encrypted:
        sealed.lock(file, encrypted, data_key, prefix, sha256.encode())
        encrypted.flush()
        os.fsync(encrypted.fileno())
    return Path(encrypted.name)
