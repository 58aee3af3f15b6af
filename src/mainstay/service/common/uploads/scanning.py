"""Asking a ClamAV daemon whether a file is clean. Anything but a clear yes is a no."""

import socket
import struct
from pathlib import Path
from typing import IO, Final

from mainstay.service.common.uploads.kinds import FileRefused

PIECE: Final = 256 * 1024
SECONDS: Final = 60


def scan(file: IO[bytes], place: str) -> None:
    """Send the file to the daemon at ``place`` (host:port or the path of a socket).

    Raises FileRefused for a finding, and for every case in which the daemon did not say "clean":
    over its size limit it hangs up without an answer.
    """
    file.seek(0)
    try:
        with _connect(place) as daemon:
            daemon.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                daemon.sendall(struct.pack("!L", len(piece)) + piece)
            daemon.sendall(struct.pack("!L", 0))
            answer = _answer(daemon)
    except OSError:
        raise FileRefused(
            "the virus scanner did not answer, so the file was not taken. Try again later."
        ) from None
    if answer == "stream: OK":
        return
    if answer.endswith("FOUND"):
        raise FileRefused("the virus scanner found something harmful in it.")
    raise FileRefused("the virus scanner could not check it, so the file was not taken.")


def _connect(place: str) -> socket.socket:
    host, colon, port = place.rpartition(":")
    if colon and port.isdecimal():
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    daemon.settimeout(SECONDS)
    daemon.connect(str(Path(place)))
    return daemon


def _answer(daemon: socket.socket) -> str:
    said = b""
    while b"\0" not in said and (piece := daemon.recv(4096)):
        said += piece
    return said.rstrip(b"\0\n").decode(errors="replace")
