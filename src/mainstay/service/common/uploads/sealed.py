"""Files encrypted piece by piece: AES-256-GCM over pieces of 1 MiB, numbered, the last one marked.

A piece that is changed, missing, moved or added fails to open. The nonce of a piece is the file's
7 random bytes, the piece's number (4 bytes) and 1 for the last piece, else 0.
"""

import struct
from collections.abc import Iterator
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE: Final = 1024 * 1024
PREFIX: Final = 7
_TAG: Final = 16


class Damaged(Exception):
    """The bytes on disk are not the ones that were kept."""


def lock(source: IO[bytes], target: IO[bytes], key: bytes, prefix: bytes, about: bytes) -> None:
    """Write ``source`` encrypted; ``about`` must be given again to open it."""
    cipher = AESGCM(key)
    for number, piece, last in _pieces(source, PIECE):
        target.write(cipher.encrypt(_nonce(prefix, number, last), piece, about))


def unlock(source: IO[bytes], key: bytes, prefix: bytes, about: bytes) -> Iterator[bytes]:
    """The content in pieces; Damaged where one does not open."""
    cipher = AESGCM(key)
    for number, piece, last in _pieces(source, PIECE + _TAG):
        try:
            yield cipher.decrypt(_nonce(prefix, number, last), piece, about)
        except InvalidTag:
            raise Damaged(f"piece {number} does not open") from None


def _pieces(source: IO[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    number, piece = 0, source.read(size)
    while True:
        following = source.read(size)
        yield number, piece, not following
        if not following:
            return
        number, piece = number + 1, following


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack("!LB", number, last)
