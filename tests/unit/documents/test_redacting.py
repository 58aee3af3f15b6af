"""What is blacked out is gone: from the picture, the text, the tags and the bytes."""

from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name
from tests.unit.documents import bundles
from tests.unit.documents.test_rendering import VALUES

from mainstay.service.documents import bundling, rendering
from mainstay.service.documents.redacting import Black, Refused, redact
from mainstay.service.documents.splicing import Part

WORDS = "Quillfeather"


def everything(file: Path) -> bytes:
    """Every object and stream of a PDF, unpacked."""
    with pikepdf.open(file) as pdf:
        return b"".join(
            one.read_bytes() if isinstance(one, pikepdf.Stream) and one.get(Name.Filter) != Name.DCTDecode
            else one.unparse(resolved=True)
            for one in pdf.objects
        ) + str(pdf.docinfo).encode()  # fmt: skip


def texts(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def test_words_of_what_was_sent_are_gone_and_other_pages_stay(tmp_path: Path) -> None:
    pdf = bundles.upload(WORDS, pages=2)
    pdf.pages[1].obj.Contents = pdf.make_stream(b"BT /F1 12 Tf 72 700 Td (the second page) Tj ET")
    pdf.docinfo[Name.Title] = WORDS
    pdf.save(tmp_path / "sent.pdf")
    part = Part(tmp_path / "sent.pdf", "Letter", "AB/1", descriptions=("A letter",))
    redact(part, [Black(1, 10, 9, 50, 5)], {1: "A letter, one line hidden"}, tmp_path / "new.pdf")
    assert texts(tmp_path / "new.pdf")[0] == "" and "the second page" in texts(tmp_path / "new.pdf")[1]
    assert WORDS.encode() in everything(tmp_path / "sent.pdf")
    assert WORDS.encode() not in everything(tmp_path / "new.pdf")
    with (
        pypdfium2.PdfDocument(tmp_path / "new.pdf") as shown,
        pypdfium2.PdfDocument(tmp_path / "sent.pdf") as sent,
    ):
        assert shown[0].get_size() == shown[1].get_size() == (612, 792)
        image = shown[0].render(scale=1).to_pil()
        assert image.getpixel((612 * 30 // 100, 792 * 11 // 100)) < (9, 9, 9)
        # what lies outside the rectangle is seen as before
        foot = [
            page.render(scale=1).to_pil().convert("L").crop((70, 680, 150, 700))
            for page in (shown[0], sent[0])
        ]
        assert min(foot[0].tobytes()) < 100 > min(foot[1].tobytes())
    alts = [str(e.Alt) for e in bundles.elements(pikepdf.open(tmp_path / "new.pdf")) if Name.Figure == e.S]
    assert alts == ["A letter, one line hidden", "A letter. Page 2 of 2."]
    # the font of the second page is not in the file: the bundle does not say that it is PDF/UA
    part = Part(tmp_path / "new.pdf", "Letter", made_here=True)
    assert not bundling.bound([part], bundles.COVER, tmp_path).ua


def test_a_document_of_ours_keeps_the_tags_of_its_other_pages(tmp_path: Path) -> None:
    rows = [["Monday 9 September 2024", WORDS, "O", "Absent", "12 Sep 2024"]] * 4 + VALUES["sessions"] * 80
    file = tmp_path / "ours.pdf"
    file.write_bytes(
        rendering.render("certificate_draft", VALUES | {"title": f"Of {WORDS}", "sessions": rows})
    )
    new = tmp_path / "new.pdf"
    redact(
        Part(file, "Certificate", made_here=True),
        [Black(1, 0, 0, 100, 60)],
        {1: "The first page, hidden"},
        new,
    )
    assert WORDS in "".join(texts(file)) and WORDS not in "".join(texts(new))
    assert texts(new)[1].strip() == texts(file)[1].strip() != "" == texts(new)[0]
    said = everything(new)
    assert WORDS.encode() not in said and WORDS.encode("utf-16-be") not in said
    with pikepdf.open(new) as pdf:
        found = list(bundles.elements(pdf))
        assert [str(e.Alt) for e in found if Name.Figure == e.S] == ["The first page, hidden"]
        assert sum(e.S == Name.TR for e in found) > 20
    # and goes into a bundle with its tags
    bound = bundling.bound([Part(new, "Certificate", "GH/1", made_here=True)], bundles.COVER, tmp_path)
    assert bound.ua
    with pikepdf.open(bound.path) as pdf:
        nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
        for page in pdf.pages:
            for each in pikepdf.parse_content_stream(page, "BDC"):
                if (mark := each.operands[1].get("/MCID")) is not None:
                    assert parents[int(page.obj.StructParents)][int(mark)].S is not None


@pytest.mark.parametrize(
    ("blacks", "words", "says"),
    [
        ([], {}, "at least one place"),
        ([Black(9, 1, 1, 1, 1)], {9: "x"}, "no page 9"),
        ([Black(1, 1, 1, 1, 1)], {}, "Describe page 1"),
        ([Black(1, 120, 1, 1, 1)], {1: "x"}, "outside the page"),
    ],
)
def test_what_cannot_be_blacked_out_is_refused(
    blacks: list[Black], words: dict[int, str], says: str, tmp_path: Path
) -> None:
    bundles.upload().save(tmp_path / "x.pdf")
    with pytest.raises(Refused, match=says):
        redact(
            Part(tmp_path / "x.pdf", "Letter", descriptions=("A letter",)),
            blacks,
            words,
            tmp_path / "new.pdf",
        )
    assert not (tmp_path / "new.pdf").exists()
