"""Documents are tagged PDFs, and what stands in their values stays words."""

import os
import re
from pathlib import Path

import pytest
import typst

from mainstay.service.documents import rendering

VALUES = {
    "title": "Certificate of attendance (draft)",
    "footer": "Invented Council",
    "facts": [["Child", "Ada #strong[Fenwick] $x$"], ["School", "Invented Primary"]],
    "totals": [["Possible", 100], ["Attended", 80]],
    "rate": "Attendance: 80.0%",
    "closed": "",
    "sessions": [["Monday 9 September 2024", "Morning", "O", "Absent", "12 Sep 2024"]],
    "amendments": [],
    "provenance": "One arrival.",
    "digest": "ab" * 32,
}


def test_a_certificate_draft_is_a_tagged_pdf_with_language_and_title():
    pdf = rendering.render("certificate_draft", VALUES)
    assert pdf.startswith(b"%PDF-1.7")
    for part in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid"):
        assert part in pdf


def test_code_in_a_name_is_printed_and_never_run():
    pdf = rendering.render("certificate_draft", VALUES | {"facts": [["Child", '#panic("this was run")']]})
    assert pdf.startswith(b"%PDF")


def test_a_missing_value_fails_instead_of_printing_a_gap():
    with pytest.raises(typst.TypstError):
        rendering.render("certificate_draft", {k: v for k, v in VALUES.items() if k != "digest"})


@pytest.mark.parametrize("part", ["frame.typ", "letter.typ", "receipt.typ"])
def test_the_version_changes_with_every_file_a_template_takes_in(part, tmp_path, monkeypatch):
    before = {name: rendering.version_of(name) for name in ("receipt", "certificate_draft")}
    for file in rendering.TEMPLATES.glob("*.typ"):
        changed = b"\n// changed" if file.name == part else b""
        (tmp_path / file.name).write_bytes(file.read_bytes() + changed)
    monkeypatch.setattr(rendering, "TEMPLATES", tmp_path)
    assert rendering.version_of("receipt") != before["receipt"]
    assert (rendering.version_of("certificate_draft") != before["certificate_draft"]) == (part == "frame.typ")


def test_every_file_a_template_names_is_one_its_version_counts():
    """An import the version does not see would change letters unnoticed."""
    for path in rendering.TEMPLATES.glob("*.typ"):
        text = path.read_text("utf-8")
        named = set(re.findall(r'"([\w./-]+\.typ)"', text))
        assert {file.name for file in rendering._taken_in(path, set())} >= {path.name, *named}


def test_many_letters_do_not_fill_the_memory():
    def size():
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def some(numbers):
        for number in numbers:
            rendering.render("certificate_draft", VALUES | {"rate": f"Attendance: {number}%"})

    some(range(40))
    before = size()
    some(range(40, 240))
    assert size() - before < 40 * 1024 * 1024
