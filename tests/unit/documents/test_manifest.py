"""A sealed bundle tells by itself whether it is as it was issued, and where it is not."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.unit.documents import bundles

from mainstay.roof import cli
from mainstay.service.documents import manifest
from mainstay.service.documents.manifest import Facts, NotABundle, Source

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PRINT = manifest.fingerprint(KEY.public_key().public_bytes_raw())


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    folder = tmp_path_factory.mktemp("sealed")
    bound = bundles.bundle(folder)
    sources = [Source(span, f"{n:064x}") for n, span in enumerate(bound.spans)]
    facts = Facts(
        "B-0001", datetime(2026, 11, 27, 9, tzinfo=UTC), "rules 7", "ab" * 32, {"GH/1": "cd" * 32}, sources
    )
    (folder / "spliced.pdf").write_bytes(bound.path.read_bytes())
    return bound.path, manifest.seal(bound.path, facts, KEY)


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_a_bundle_that_holds_says_so_without_settings_or_database(issued: Any, tmp_path: Path) -> None:
    path, made = issued
    plain = {
        name: value for name, value in os.environ.items() if "MAINSTAY" not in name and "DJANGO" not in name
    }
    command = [
        sys.executable,
        "-m",
        "mainstay.roof.cli",
        "evidence",
        "verify",
        str(path),
        "--key",
        PRINT.lower(),
    ]
    done = subprocess.run(command, env=plain, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (
        "15 pages in 8 parts" in done.stdout and "The bundle holds." in done.stdout and PRINT in done.stdout
    )
    # the manifest is what a reader of PDFs finds attached, and its first bytes are the bundle that was spliced
    with pikepdf.open(path) as pdf:
        assert (
            pdf.attachments["manifest.json"].get_file().read_bytes() == made == manifest.of(path.read_bytes())
        )
        assert pdf.check_pdf_syntax() == [] and len(pdf.pages) == 15
    said = json.loads(made)
    whole = path.read_bytes()
    assert whole[: said["pdf"]["size"]] == (path.parent / "spliced.pdf").read_bytes()
    assert said["certificates"] == {"GH/1": "cd" * 32} and said["parts"][3]["first"] == 7
    # a manifest that came another way speaks for a copy without one, too
    assert manifest.verify((path.parent / "spliced.pdf").read_bytes(), made + b"\n").holds


def test_no_byte_can_be_changed_unseen(issued: Any) -> None:
    whole = issued[0].read_bytes()
    size = json.loads(issued[1])["pdf"]["size"]
    for at in {*range(0, size, size // 60), *range(size, len(whole), 97), len(whole) - 1}:
        try:
            verdict = manifest.verify(changed(whole, at))
        except NotABundle:
            assert at >= size
        else:
            assert not verdict.holds, at
    for other in (whole + b" ", whole[:-1], whole[:size] + b" " + whole[size:]):
        assert not manifest.verify(other).holds


def test_the_page_that_was_changed_is_named_with_its_part(issued: Any, tmp_path: Path, capsys: Any) -> None:
    path, made = issued
    with pikepdf.open(path) as pdf:
        raw = pdf.pages[7].obj.Resources.XObject.Look.read_raw_bytes()
    whole = path.read_bytes()
    assert whole.count(raw) == 1
    (tmp_path / "x.pdf").write_bytes(changed(whole, whole.index(raw) + 20))
    assert cli.main(["evidence", "verify", str(tmp_path / "x.pdf")]) == 1
    said = capsys.readouterr().out
    assert (
        "Page 8 (page 2 of “AB/1 Letter of the school”) was changed." in said and said.count("changed.") == 1
    )
    assert "The bundle does not hold." in said
    # an editor that writes the file anew, with other words on one page and another taken out
    with pikepdf.open(path) as pdf:
        pdf.pages[9].contents_add(b"q Q")
        del pdf.pages[12]
        pdf.save(tmp_path / "y.pdf")
    faults = manifest.verify((tmp_path / "y.pdf").read_bytes(), made).faults
    assert any("“AB/2 Stamped letter”) was changed" in f for f in faults)
    assert any("Page 13" in f and "taken out" in f for f in faults)
    assert not any("Page 2 " in f or "“Receipt”" in f for f in faults)
    with pikepdf.open(path) as pdf:
        pdf.pages.append(pdf.pages[0])
        pdf.Root.Lang = pikepdf.String("fr")
        pdf.save(tmp_path / "z.pdf")
    assert "There are pages after page 15" in " ".join(
        manifest.verify((tmp_path / "z.pdf").read_bytes(), made).faults
    )
    with pikepdf.open(path) as pdf:
        pdf.Root.Lang = pikepdf.String("fr")
        pdf.save(tmp_path / "z.pdf")
    assert "not what its pages show" in " ".join(
        manifest.verify((tmp_path / "z.pdf").read_bytes(), made).faults
    )


def test_a_manifest_that_was_changed_or_signed_by_somebody_else_does_not_hold(
    issued: Any, tmp_path: Path
) -> None:
    path, made = issued
    whole = path.read_bytes()
    said = json.loads(made)
    for name, value in (
        ("issued_at", "2027-01-01T00:00:00+00:00"),
        ("audit_head", "0" * 64),
        ("signature", "AAAA"),
    ):
        other = manifest.canonical(said | {name: value})
        assert "The manifest was changed" in " ".join(manifest.verify(whole, other).faults)
    # somebody else issues a bundle of their own: only the fingerprint tells
    shutil.copy(path.parent / "spliced.pdf", tmp_path / "theirs.pdf")
    facts = Facts("B-0001", datetime(2026, 11, 27, 9, tzinfo=UTC), "rules 7", "ab" * 32, {}, [])
    manifest.seal(tmp_path / "theirs.pdf", facts, Ed25519PrivateKey.generate())
    theirs = (tmp_path / "theirs.pdf").read_bytes()
    assert manifest.verify(theirs).holds
    assert "signed with another key" in " ".join(manifest.verify(theirs, key=PRINT).faults)


def test_what_is_no_bundle_is_said_to_be_none(tmp_path: Path, capsys: Any, issued: Any) -> None:
    bundles.upload().save(tmp_path / "x.pdf")
    (tmp_path / "bad.json").write_text('{"form": 1')
    for arguments in (
        ["verify", str(tmp_path / "x.pdf")],
        ["verify", str(tmp_path / "none.pdf")],
        ["verify", str(issued[0]), str(tmp_path / "bad.json")],
        ["verify"],
        [],
    ):
        assert cli.main(["evidence", *arguments]) == 2
    said = capsys.readouterr().out
    assert "not a bundle that Mainstay has sealed" in said and "cannot be read" in said


def test_the_services_own_key_is_made_once_and_shown(capsys: Any) -> None:
    from mainstay.service.common import signing

    assert cli.main(["evidence", "key"]) == 0
    first = capsys.readouterr().out
    assert manifest.fingerprint(signing.public()) in first
    assert signing.path().stat().st_mode & 0o777 == 0o600
    cli.main(["evidence", "key"])
    assert capsys.readouterr().out == first
