"""Blacking words out for good: the page becomes a picture, and what was under the black is no longer in the file.

Everything else that could still say it goes too: the page's tags, notes and links, bookmarks, the file's own title and
description. Other pages stay as they look; a document of ours keeps their tags. The result is tagged, so that it goes
into a bundle as one of our own (``splicing.Part.made_here``).
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw

from mainstay.service.documents import uploaded
from mainstay.service.documents.splicing import Part, numbers, says_ua
from mainstay.service.documents.uploaded import Refused

__all__ = ["Black", "Refused", "drawn", "redact"]

DOTS_AN_INCH: Final = 200
MOST_DOTS: Final = 30_000_000
#: a little more than was marked, in per cent of the page: letters reach over their line
_BLEED: Final = 0.15
_lock: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Black:
    """A rectangle on a page (from 1), in per cent of the page as it is shown, from its top left."""

    page: int
    left: float
    top: float
    width: float
    height: float


def redact(part: Part, blacks: Sequence[Black], descriptions: Mapping[int, str], to: Path) -> None:
    """Write the file anew with the rectangles black.

    part: what was sent, with its descriptions, or a document of ours.
    descriptions: of each page with a rectangle, in words that do not say what is hidden.
    Raises Refused: nothing to black out, outside the page, a page not described, a file that cannot be shown.
    """
    by_page: dict[int, list[Black]] = {}
    for black in blacks:
        by_page.setdefault(black.page, []).append(black)
    with ExitStack() as stack:
        source = (
            stack.enter_context(pikepdf.open(part.file)) if part.made_here
            else uploaded.opened(part.file, part.title, stack)
        )  # fmt: skip
        _check(part, by_page, descriptions, len(source.pages))
        pictures = _pictures(source, by_page)
        if part.made_here:
            _of_ours(source, part, pictures, descriptions, to)
        else:
            _of_theirs(source, part, pictures, descriptions, to)


def _check(
    part: Part, by_page: Mapping[int, list[Black]], descriptions: Mapping[int, str], pages: int
) -> None:
    if not by_page:
        raise Refused(f"Mark at least one place of “{part.title}” to black out.")
    for number, blacks in by_page.items():
        if not 1 <= number <= pages:
            raise Refused(f"“{part.title}” has no page {number}.")
        if not descriptions.get(number, "").strip():
            raise Refused(
                f"Describe page {number} of “{part.title}” for people who cannot see it, without what is hidden."
            )
        for one in blacks:
            if not (one.width > 0 and one.height > 0 and 0 <= one.left < 100 and 0 <= one.top < 100):
                raise Refused(f"A rectangle on page {number} of “{part.title}” is empty or outside the page.")


@contextmanager
def drawn(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """A PDF to draw pages of, with what was typed into a form; the renderer serves one at a time."""
    with _lock, pypdfium2.PdfDocument(data) as pdf:
        pdf.init_forms()
        yield pdf


def _pictures(source: pikepdf.Pdf, by_page: Mapping[int, list[Black]]) -> dict[int, tuple[bytes, Any, Any]]:
    """Page -> its picture with the black in it as JPEG, its dots, its size in points."""
    held = BytesIO()
    source.save(held)
    found = {}
    with drawn(held.getvalue()) as pdf:
        for number, blacks in by_page.items():
            page = pdf[number - 1]
            width, height = page.get_size()
            scale = min(DOTS_AN_INCH / 72, (MOST_DOTS / (width * height)) ** 0.5)
            image = page.render(scale=scale).to_pil().convert("RGB")
            found[number] = (_blackened(image, blacks), image.size, (width, height))
    return found


def _blackened(image: Image.Image, blacks: Sequence[Black]) -> bytes:
    draw = ImageDraw.Draw(image)
    for one in blacks:
        box = (
            (one.left - _BLEED) * image.width / 100, (one.top - _BLEED) * image.height / 100,
            (one.left + one.width + _BLEED) * image.width / 100, (one.top + one.height + _BLEED) * image.height / 100,
        )  # fmt: skip
        draw.rectangle(box, fill="black")
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _draw(pdf: pikepdf.Pdf, page: Any, picture: tuple[bytes, Any, Any]) -> None:
    """The picture as the only content of a page."""
    data, dots, (width, height) = picture
    shown = pdf.make_stream(
        data, Type=Name.XObject, Subtype=Name.Image, Width=dots[0], Height=dots[1], ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8, Filter=Name.DCTDecode,
    )  # fmt: skip
    for key in list(page.keys()):
        if key not in ("/Type", "/Parent", "/StructParents"):
            del page[key]
    page.MediaBox, page.Tabs = Array([0, 0, round(width, 2), round(height, 2)]), Name.S
    page.Resources = Dictionary(XObject=Dictionary(Look=shown))
    content = f"/Figure <</MCID 0>> BDC\nq {width:.4f} 0 0 {height:.4f} 0 0 cm /Look Do Q\nEMC\n"
    page.Contents = pdf.make_stream(content.encode())


def _figure(pdf: pikepdf.Pdf, page: Any, under: Any, words: str) -> Any:
    layout = Dictionary(O=Name.Layout, BBox=page.MediaBox, Placement=Name.Block)
    return pdf.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Figure, P=under, Pg=page, K=0, Alt=String(words), A=layout)
    )


def _save(pdf: pikepdf.Pdf, part: Part, to: Path, ua: bool) -> None:
    """With nothing of what the file said of itself before."""
    root = pdf.Root
    for key in list(root.keys()):
        if key not in ("/Type", "/Pages", "/StructTreeRoot", "/MarkInfo", "/Lang", "/ViewerPreferences"):
            del root[key]
    if Name.Info in pdf.trailer:
        del pdf.trailer[Name.Info]
    root.MarkInfo, root.Lang = Dictionary(Marked=True, Suspects=False), root.get(Name.Lang, String("en-GB"))
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True, Direction=Name.L2R)
    with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
        about["dc:title"], about["pdf:Producer"] = part.title, "Mainstay"
        if ua:
            about["pdfuaid:part"] = "1"
    pdf.docinfo[Name.Title] = String(part.title)
    pdf.save(to, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _of_theirs(
    source: pikepdf.Pdf, part: Part, pictures: Mapping[int, Any], descriptions: Mapping[int, str], to: Path
) -> None:
    """Every page a figure; those that stay are drawn as they were."""
    words = uploaded.described(part.title, part.descriptions, len(source.pages))
    with pikepdf.Pdf.new() as pdf:
        tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        top = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=tree))
        figures, parents, ua = [], [], True
        for number, look in enumerate(uploaded.looks(source, part.title), 1):
            left, low, right, high = look.box()
            page = pdf.add_blank_page(page_size=(right - left, high - low)).obj
            if number in pictures:
                _draw(pdf, page, pictures[number])
            else:
                ua = ua and look.fonts_embedded
                page.Resources, page.Tabs = (
                    Dictionary(XObject=Dictionary(Look=pdf.copy_foreign(look.form))),
                    Name.S,
                )
                moved = f"q 1 0 0 1 {-left:.4f} {-low:.4f} cm /Look Do Q"
                page.Contents = pdf.make_stream(f"/Figure <</MCID 0>> BDC\n{moved}\nEMC\n".encode())
            page.StructParents = number - 1
            figures.append(_figure(pdf, page, top, descriptions.get(number, words[number - 1])))
            parents += [number - 1, Array([figures[-1]])]
        top.K, tree.K = Array(figures), Array([top])
        tree.ParentTree, tree.ParentTreeNextKey = Dictionary(Nums=Array(parents)), len(figures)
        pdf.Root.StructTreeRoot = tree
        _save(pdf, part, to, ua)


def _of_ours(
    pdf: pikepdf.Pdf, part: Part, pictures: Mapping[int, Any], descriptions: Mapping[int, str], to: Path
) -> None:
    """The tags of the pages that stay, and a figure in the place of each page's that do not."""
    tree = pdf.Root.StructTreeRoot
    parents, ua = dict(numbers(tree.ParentTree)), says_ua(pdf)
    (top,) = tree.K if isinstance(tree.K, Array) else [tree.K]
    gone = {pdf.pages[number - 1].obj.objgen: number for number in pictures}
    for number in sorted(pictures):
        page = pdf.pages[number - 1].obj
        for note in page.get(Name.Annots, []):
            parents.pop(int(note.get(Name.StructParent, -1)), None)
        _draw(pdf, page, pictures[number])
    kids: list[Any] = []
    waiting = dict.fromkeys(sorted(pictures))
    for kid in top.K if isinstance(top.K, Array) else [top.K]:
        touched: set[int] = set()
        stays = _prune(kid, gone, touched)
        for number in sorted(touched & waiting.keys()):
            kids.append(_figure(pdf, pdf.pages[number - 1].obj, top, descriptions[number]))
            del waiting[number]
        kids += [kid] if stays else []
    kids += [_figure(pdf, pdf.pages[number - 1].obj, top, descriptions[number]) for number in waiting]
    top.K = Array(kids)
    for kid in kids:
        if Name.Figure == kid.S and kid.get(Name.Pg) is not None and kid.Pg.objgen in gone:
            parents[int(kid.Pg.StructParents)] = Array([kid])
    tree.ParentTree = Dictionary(
        Nums=Array([thing for key in sorted(parents) for thing in (key, parents[key])])
    )
    _forget_ids(tree, top)
    _save(pdf, part, to, ua)


def _prune(element: Any, gone: Mapping[tuple[int, int], int], touched: set[int]) -> bool:
    """Take what stood on those pages out of an element; whether anything of it stays."""
    page, kids, before = element.get(Name.Pg), element.get(Name.K), len(touched)
    listed = list(kids) if isinstance(kids, Array) else ([] if kids is None else [kids])
    left = []
    for kid in listed:
        if isinstance(kid, Dictionary) and Name.S in kid:
            stays = _prune(kid, gone, touched)
        else:
            on = kid.get(Name.Pg, page) if isinstance(kid, Dictionary) else page
            stays = on is None or on.objgen not in gone
            if not stays:
                touched.add(gone[on.objgen])
        if stays:
            left.append(kid)
    if len(touched) > before or len(left) < len(listed):
        for key in ("/T", "/Alt", "/ActualText", "/E"):  # may say what was on the page
            if key in element:
                del element[key]
    if len(left) < len(listed):
        if page is not None and page.objgen in gone:
            del element[Name.Pg]
        element.K = Array(left)
    return bool(left) or not listed


def _forget_ids(tree: Any, top: Any) -> None:
    """Only the IDs of cells that are still there, and no cell that names another one."""
    if Name.IDTree not in tree:
        return
    there, cells, waiting = {}, [], [top]
    while waiting:
        element = waiting.pop()
        if isinstance(element, Array):
            waiting.extend(element)
        elif isinstance(element, Dictionary) and Name.S in element:
            if Name.ID in element:
                there[str(element.ID)] = element
            cells += [
                each
                for each in element.get(Name.A, [])
                if isinstance(each, Dictionary) and Name.Headers in each
            ]
            waiting.append(element.get(Name.K))
    for cell in cells:
        cell.Headers = Array([name for name in cell.Headers if str(name) in there])
    tree.IDTree = Dictionary(
        Names=Array([thing for name in sorted(there) for thing in (String(name), there[name])])
    )
