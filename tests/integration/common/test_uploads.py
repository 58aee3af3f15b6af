"""Files are checked by content, kept once, encrypted, and come back as they were."""

import io
import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from mainstay.service.common import keyring
from mainstay.service.common.uploads import care, sealed, store
from mainstay.service.common.uploads.kinds import EVIDENCE, REGISTERS, FileRefused
from mainstay.service.common.uploads.models import StoredFile

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CSV = b"UPN,Date,AM,PM\nA852999924001,2026-11-23,/,\\\n"
pytestmark = pytest.mark.django_db


def keep(content: bytes, name: str, allowed: frozenset[str] = REGISTERS | EVIDENCE) -> StoredFile:
    return store.keep(SimpleUploadedFile(name, content), allowed=allowed, by=None, at=AT)


def workbook(macros: bool = False) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    book.add_worksheet().write(0, 0, "UPN")
    book.close()
    if macros:
        import zipfile

        with zipfile.ZipFile(made, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (CSV, "register.csv", "text/csv"),
        ("\ufeffnaïve".encode("utf-16"), "register.csv", "text/csv"),
        ("café,1\n".encode("cp1252"), "register.txt", "text/csv"),
        (b"<?xml version='1.0'?><CTfile/>", "8529999_CTF.xml", "application/xml"),
        (b'{"data": []}', "page-1.json", "application/json"),
        (workbook(), "register.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"%PDF-1.7\n...", "letter.pdf", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "photo.PNG", "image/png"),
        (b"\xff\xd8\xff\xe0....", "photo.jpg", "image/jpeg"),
    ],
)
def test_a_file_is_known_by_its_content_and_comes_back(content: bytes, name: str, media_type: str) -> None:
    stored = keep(content, name)
    assert stored.media_type == media_type
    assert store.read(stored) == content


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "register.csv", "is empty"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "register.csv", "cannot be read here"),
        (b"%PDF-1.7", "register.csv", "does not end in .pdf"),
        (CSV, "register.pdf", "does not end in .csv"),
        (b"PK\x03\x04 and no archive", "register.xlsx", "damaged"),
        (workbook(macros=True), "register.xlsx", "macros"),
        (b"\x89PNG\r\n\x1a\n....", "photo.png", "What can be sent here"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_words(content: bytes, name: str, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        keep(content, name, REGISTERS)
    assert not StoredFile.objects.exists()


def test_a_file_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.CONFIG, "upload_megabytes", 0)
    with pytest.raises(FileRefused, match="larger than 0 MB"):
        keep(CSV, "register.csv")


def test_the_same_content_is_kept_once() -> None:
    assert keep(CSV, "monday.csv").pk == keep(CSV, "again.csv").pk


def test_nothing_of_the_content_lies_readable_on_disk() -> None:
    stored = keep(CSV * 50, "register.csv")
    assert b"A852999924001" not in store.path_of(stored).read_bytes()


def test_a_file_of_several_pieces_comes_back_and_a_changed_one_does_not() -> None:
    content = os.urandom(16) + b"a" * (2 * sealed.PIECE)
    stored = store.keep_made(content, kind="pdf", by=None, at=AT)
    assert store.read(stored) == content
    path = store.path_of(stored)
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[: sealed.PIECE + 16], whole[:100] + b"x" + whole[101:]):
        path.write_bytes(damaged)
        with pytest.raises(sealed.Damaged):
            store.read(stored)


def test_a_file_lost_from_disk_is_kept_again() -> None:
    stored = keep(CSV + b"lost", "register.csv")
    store.path_of(stored).unlink()
    again = keep(CSV + b"lost", "register.csv")
    assert again.pk == stored.pk
    assert store.read(again) == CSV + b"lost"


def test_after_a_rotation_files_open_and_the_old_key_can_be_forgotten() -> None:
    stored = keep(CSV + b"rotated", "register.csv")
    old = stored.key_id
    new, count = care.rotate(forget=True)
    stored.refresh_from_db()
    assert (stored.key_id, count >= 1, old in keyring.ring()) == (new, True, False)
    assert store.read(stored) == CSV + b"rotated"


def test_the_sweep_removes_only_what_no_row_has_known_for_a_day() -> None:
    stored = keep(CSV + b"kept", "register.csv")
    folder = store.path_of(stored).parent
    for name, age in (("f" * 64, 2 * 24 * 3600), ("e" * 64, 60)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - age,) * 2)
    lost = keep(CSV + b"missing", "register.csv")
    store.path_of(lost).unlink()
    swept = care.sweep()
    assert lost.pk in swept.missing
    assert store.path_of(stored).exists()
    assert not (folder / ("f" * 64)).exists()
    assert (folder / ("e" * 64)).exists()


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """A daemon that speaks INSTREAM and finds the word HARMFUL; hangs up on HUGE."""
    server = socket.create_server(("127.0.0.1", 0))
    received: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            with peer, peer.makefile("rb") as stream:
                command, said = stream.read(10), b""
                while size := int.from_bytes(stream.read(4)):
                    said += stream.read(size)
                received.append(command + said)
                if b"HUGE" not in said:
                    found = b"HARMFUL" in said
                    peer.sendall(b"stream: Test.Signature FOUND\0" if found else b"stream: OK\0")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    monkeypatch.setattr(settings.CONFIG, "clamav_socket", f"127.0.0.1:{server.getsockname()[1]}")
    yield received
    server.close()


def test_a_clean_file_is_scanned_before_it_is_kept(scanner: list[bytes]) -> None:
    assert keep(CSV + b"clean", "register.csv").scanned == "clean"
    assert scanner == [b"zINSTREAM\0" + CSV + b"clean"]


@pytest.mark.parametrize(("word", "says"), [(b"HARMFUL", "something harmful"), (b"HUGE", "could not check")])
def test_what_the_scanner_does_not_call_clean_is_refused(
    scanner: list[bytes], word: bytes, says: str
) -> None:
    with pytest.raises(FileRefused, match=says):
        keep(CSV + word, "register.csv")


def test_without_an_answering_scanner_nothing_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.CONFIG, "clamav_socket", "/nowhere/clamd.sock")
    with pytest.raises(FileRefused, match="did not answer"):
        keep(CSV, "register.csv")
