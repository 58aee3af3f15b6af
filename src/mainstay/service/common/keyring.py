"""The master keys: the first of the key file is in use, the ones after it still open what is older.

The file lies outside the database (MAINSTAY_MASTER_KEY_FILE, else var/keys/master.key), one key of
32 bytes in hexadecimal a line. Who loses it loses every stored file: a new file is made only where nothing
is locked yet.
"""

import hashlib
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from mainstay.service.common.announce import Provider

#: whatever locks or seals something: () -> ids of the master keys it needs
locked_with = Provider("ids of master keys in use: () -> set of ids")


class KeyMissing(Exception):
    """A key that something was locked with is not in the key file."""


def ring() -> dict[str, bytes]:
    """Every key by its id, the one in use first; the first key is made here. KeyMissing where the file is gone."""
    path: Path = settings.CONFIG.master_key_path
    if not path.exists():
        if in_use():
            raise KeyMissing(lacking())
        settings.CONFIG.make_master_key()
    return {key_id(key): key for key in settings.CONFIG.master_keys()}


def in_use() -> set[str]:
    """Ids of the master keys that something is locked or sealed with."""
    return set().union(*locked_with.ask())


def lacking() -> str:
    """What stands against starting: keys that are needed and are not in the key file; "" where none is."""
    path: Path = settings.CONFIG.master_key_path
    known = {key_id(key) for key in settings.CONFIG.master_keys()} if path.exists() else set()
    if not (missing := in_use() - known):
        return ""
    what = "does not hold" if path.exists() else "is missing, and with it"
    return (
        f"the key file {path.absolute()} {what} the master key {', '.join(sorted(missing))}, which stored files, "
        "second factors or audit seals were locked with. Put the key file back from its safe, or say with "
        "MAINSTAY_MASTER_KEY_FILE where it lies."
    )


def key_id(key: bytes) -> str:
    """16 characters that name a key without giving it away."""
    return hashlib.sha256(b"mainstay key id" + key).hexdigest()[:16]


def current() -> tuple[str, bytes]:
    return next(iter(ring().items()))


def derived(purpose: str, of: str | None = None) -> tuple[str, bytes]:
    """The id of a master key and the key derived from it for one purpose; KeyMissing where it is gone.

    of: id of the master key; None takes the one in use.
    """
    known = ring()
    name = of or next(iter(known))
    if name not in known:
        raise KeyMissing(
            f"the master key {name} is not in {settings.CONFIG.master_key_path}: put the key file back from its safe"
        )
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"mainstay {purpose}".encode())
    return name, kdf.derive(known[name])


def add_key() -> str:
    """Put a new key first in the key file; its id. The file is replaced in one step."""
    path: Path = settings.CONFIG.master_key_path
    new = secrets.token_bytes(32)
    _write(path, [new, *ring().values()])
    return key_id(new)


def drop_keys(unused: set[str]) -> None:
    """Take keys that lock nothing any more out of the file; the one in use stays."""
    in_use, _ = current()
    _write(
        settings.CONFIG.master_key_path,
        [key for name, key in ring().items() if name == in_use or name not in unused],
    )


def _write(path: Path, keys: list[bytes]) -> None:
    new = path.with_name(f"{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("".join(f"{key.hex()}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
