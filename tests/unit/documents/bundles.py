"""Files of every kind that a bundle may hold, and a bundle of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image
from tests.unit.documents.test_rendering import VALUES

from mainstay.service.documents import bundling, rendering
from mainstay.service.documents.bundling import Bound, Cover
from mainstay.service.documents.letters import Receipt
from mainstay.service.documents.splicing import Part

COVER = Cover(
    "Evidence: Invented Council and Grace Fenwick",
    "B-0001",
    (("Defendant", "Grace Fenwick"),),
    ("Made up.",),
    "AB CD",
)


def upload(words: str = "A letter of the school", pages: int = 1, *, rotated: int = 0) -> pikepdf.Pdf:
    """A PDF as a word processor writes it: marked content, a standard font that is not in it."""
    pdf = pikepdf.Pdf.new()
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=(612, 792)).obj
        page.Resources = Dictionary(Font=Dictionary(F1=font), Properties=Dictionary(P0=Dictionary(MCID=7)))
        page.Contents = pdf.make_stream(
            b"/Artifact <</Type/Pagination /Note (EMC \\) BMC)>> BDC 0 0 m EMC\n"
            b"/P <</MCID 0>>BDC BT /F1 12 Tf 72 700 Td (%s, page %d \\(EMC\\)) Tj ET EMC\n"
            b"/Span/P0 BDC BT /F1 12 Tf 72 100 Td (at the foot) Tj ET EMC" % (words.encode(), number)
        )
        page.StructParents = number
        page.Rotate = rotated
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])
    pdf.Root.PieceInfo = Dictionary(Hidden=String("private note"))
    return pdf


def noted() -> pikepdf.Pdf:
    """With a stamp on it: an annotation that is drawn, and a link."""
    pdf = upload("Stamped")
    look = pdf.make_stream(
        b"BT /F1 20 Tf 0 0 Td (RECEIVED) Tj ET", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 30]),
        Resources=pdf.pages[0].obj.Resources,
    )  # fmt: skip
    stamp = Dictionary(
        Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([72, 400, 272, 430]), F=4, AP=Dictionary(N=look)
    )
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
        A=Dictionary(S=Name.URI, URI=String("https://example.org/")),
    )  # fmt: skip
    pdf.pages[0].obj.Annots = pdf.make_indirect(Array([pdf.make_indirect(stamp), pdf.make_indirect(link)]))
    return pdf


def parts(folder: Path) -> list[Part]:
    """Ours twice over, two uploads and two pictures."""
    ours = VALUES | {"sessions": VALUES["sessions"] * 80}
    (folder / "certificate.pdf").write_bytes(rendering.render("certificate_draft", ours))
    receipt = Receipt.sample().as_values({"opening": "Thank you again."})
    (folder / "receipt.pdf").write_bytes(rendering.render("receipt", receipt, language="pl"))
    upload(pages=3).save(folder / "letter.pdf")
    noted().save(folder / "noted.pdf")
    picture = Image.effect_noise((300, 200), 50).convert("RGB")
    about = Image.Exif()
    about[0x0112], about[0x010E] = 6, "taken at 1 Secret Street"
    picture.save(folder / "photograph.jpg", exif=about)
    picture.save(folder / "scan.png")
    return [
        Part(folder / "certificate.pdf", "Certificate of attendance", "GH/1", made_here=True),
        Part(folder / "receipt.pdf", "Receipt", made_here=True),
        Part(folder / "letter.pdf", "Letter of the school", "AB/1", descriptions=("A letter about absence",)),
        Part(folder / "noted.pdf", "Stamped letter", "AB/2", descriptions=("A letter with a stamp",)),
        Part(folder / "photograph.jpg", "Photograph", "AB/3", descriptions=("Grey noise, standing",)),
        Part(folder / "scan.png", "Scan", "AB/4", descriptions=("Grey noise, lying",)),
        Part(folder / "certificate.pdf", "The same certificate again", "GH/2", made_here=True),
    ]


def bundle(folder: Path) -> Bound:
    return bundling.bound(parts(folder), COVER, folder)


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every structure element, top down."""
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Array):
            waiting.extend(reversed(list(one)))
        elif isinstance(one, Dictionary) and Name.S in one:
            yield one
            waiting.append(one.get(Name.K))
