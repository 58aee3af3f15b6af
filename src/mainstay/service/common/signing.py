"""The key pair that evidence is signed with: the private half lies beside the master key, the public half is shown.

One seed of 32 bytes in hexadecimal a line, the first in use. A new one is made only where there is none; what was
signed with an older one is checked with the public half that it carries.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from mainstay.service.common import keyring

FILE: Final = "evidence.key"


def path() -> Path:
    master: Path = settings.CONFIG.master_key_path
    return master.with_name(FILE)


def key() -> Ed25519PrivateKey:
    """The key in use. Raises keyring.KeyMissing where the file does not hold one."""
    file = path()
    if not file.exists():
        keyring.current()  # stands beside the master key, which is made first
        _make(file)
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text().split()[0]))
    except (IndexError, ValueError):
        raise keyring.KeyMissing(
            f"the key file {file.absolute()} holds no key: put it back from its safe"
        ) from None


def public() -> bytes:
    """The public half of the key in use, 32 bytes."""
    return key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _make(file: Path) -> None:
    """Written whole or not at all; whoever comes second finds the first."""
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(f"{secrets.token_hex(32)}\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(new, file)
    except FileExistsError:
        pass
    finally:
        new.unlink()
