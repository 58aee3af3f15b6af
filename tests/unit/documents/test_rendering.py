"""Documents are tagged PDFs, and what stands in their values stays words."""

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


def test_the_version_changes_with_the_template(tmp_path, monkeypatch):
    before = rendering.version_of("certificate_draft")
    for part in ("frame.typ", "certificate_draft.typ"):
        (tmp_path / part).write_bytes((rendering.TEMPLATES / part).read_bytes() + b"\n// changed")
    monkeypatch.setattr(rendering, "TEMPLATES", tmp_path)
    assert rendering.version_of("certificate_draft") != before
