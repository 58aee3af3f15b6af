"""PDFs and pictures that somebody sent, as a bundle shows them: their looks and nothing else.

What cannot be shown faithfully or safely is refused, in words that name the file and the remedy.
"""

import re
import struct
import tempfile
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageOps, UnidentifiedImageError

A4: Final = (595.28, 841.89)
#: room at a page's foot for its number, and around a picture
FOOT: Final = 40.0
MARGIN: Final = 36.0
#: the most pages of one file and the most dots of one picture: our own choice, for memory
MOST_PAGES: Final = 2000
MOST_DOTS: Final = 120_000_000

_PDF, _JPEG, _PNG = b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_SCRIPTS: Final = frozenset({"/JavaScript", "/Launch", "/Rendition", "/ImportData", "/SubmitForm"})
_CARRIERS: Final = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_PRINT: Final = "Open it, print it to a new PDF, look at every page, and send the new file."


class Refused(Exception):
    """A file that cannot go into a bundle; the text says which, why, and what helps."""


@dataclass(frozen=True, slots=True)
class Look:
    """A page as a drawing of its own, in its source's PDF."""

    form: Any
    fonts_embedded: bool

    def placed(
        self,
    ) -> tuple[tuple[float, float], tuple[float, float, float, float], tuple[float, ...]]:
        """An A4 page's size (upright or lying), where the drawing is on it, and the matrix that puts it there."""
        left, low, right, high = self.box()
        width, height = right - left, high - low
        paper = A4 if width <= height else A4[::-1]
        # no larger than it was; a page of the paper's own size gives room to the number
        scale = min(1.0, paper[0] / width, (paper[1] - FOOT) / height)
        x = (paper[0] - width * scale) / 2
        y = FOOT + (paper[1] - FOOT - height * scale) / 2
        box = (x, y, x + width * scale, y + height * scale)
        return paper, box, (scale, 0, 0, scale, x - left * scale, y - low * scale)

    def box(self) -> tuple[float, float, float, float]:
        """The drawing's box as its own matrix turns it."""
        x0, y0, x1, y1 = (float(n) for n in self.form.BBox)
        a, b, c, d, e, f = (float(n) for n in self.form.get(Name.Matrix, Array([1, 0, 0, 1, 0, 0])))
        corners = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def described(title: str, descriptions: Sequence[str], pages: int) -> list[str]:
    """Words for each page: each page's own, or the whole file's with the page's number. Raises Refused."""
    words = [" ".join(each.split()) for each in descriptions]
    if not words or not all(words) or len(words) not in (1, pages):
        raise Refused(
            f"“{title}” needs a description for people who cannot see it: one of the whole file, or one of each "
            f"of its {pages} pages."
        )
    if len(words) == pages:
        return words
    return [f"{words[0].rstrip('.')}. Page {n} of {pages}." for n in range(1, pages + 1)]


def pages_of(file: Path, title: str) -> int:
    """How many pages it has. Raises Refused for what shows at once; ``examine`` looks at every page."""
    with ExitStack() as stack:
        return 1 if _is_picture(file) else len(opened(file, title, stack).pages)


def examine(file: Path, title: str) -> int:
    """How many pages it has, each looked at as a bundle would. Raises Refused."""
    with ExitStack() as stack:
        return sum(1 for _ in looks(opened(file, title, stack), title))


def _is_picture(file: Path) -> bool:
    with file.open("rb") as head:
        return head.read(16).startswith((_JPEG, _PNG))


def opened(file: Path, title: str, stack: ExitStack) -> pikepdf.Pdf:
    """A PDF, or a picture as a PDF of one page; open as long as the stack. Raises Refused."""
    with file.open("rb") as head:
        start = head.read(1024)
    if start.startswith((_JPEG, _PNG)):
        # beside it, not in memory: a bundle may hold many photographs
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=file.parent))
        page = Path(folder) / "page.pdf"
        _picture(file, title, start.startswith(_JPEG)).save(page)
        return stack.enter_context(pikepdf.open(page))
    if _PDF not in start:
        raise Refused(
            f"“{title}” is not a PDF, JPEG or PNG file. Open it in the program it was made with, choose “Save as” or "
            "“Print” and then PDF, and send the new file."
        )
    return _pdf(file, title, stack)


def _pdf(file: Path, title: str, stack: ExitStack) -> pikepdf.Pdf:
    try:
        source = stack.enter_context(pikepdf.open(file, attempt_recovery=False))
        if source.is_encrypted:
            raise pikepdf.PasswordError
        pages = len(source.pages)
        held = _held(source)
    except pikepdf.PasswordError:
        raise Refused(f"“{title}” is locked with a password or against changes. {_PRINT}") from None
    except (
        pikepdf.PdfError,
        pikepdf.ForeignObjectError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
    ):
        raise _damaged(title) from None
    if held:
        raise Refused(f"“{title}” {held}. {_PRINT}")
    if pages > MOST_PAGES:
        raise Refused(
            f"“{title}” has {pages} pages, more than {MOST_PAGES}. Send the pages that are evidence."
        )
    return source


def _damaged(title: str) -> Refused:
    return Refused(f"“{title}” is damaged or unfinished: it cannot be shown whole. {_PRINT}")


def _held(source: pikepdf.Pdf) -> str:
    """What a PDF has inside that is not its looks, and must not be passed over; "" where there is nothing."""
    root = source.Root
    if not len(source.pages):
        raise ValueError
    names = root.get(Name.Names, Dictionary())
    fields = root.get(Name.AcroForm, Dictionary())
    if Name.EmbeddedFiles in names or Name.AF in root or Name.Collection in root:
        return "has other files inside"
    if Name.JavaScript in names or _acts(root, Name.OpenAction) or _runs(root):
        return "has a script inside"
    if Name.XFA in fields:
        return "is a form that a program fills in as it is opened"
    if any(_runs(field) for field in _fields(fields)):
        return "has a script inside"
    if _hidden_layers(root):
        return "has hidden layers, so that not everybody sees the same page"
    for page in source.pages:
        notes = page.obj.get(Name.Annots, Array())
        if _runs(page.obj) or any(_acts(note, Name.A) or _runs(note) for note in notes):
            return "has a script inside"
        if any(str(note.get(Name.Subtype)) in _CARRIERS for note in notes):
            return "has a file, sound or film inside"
    return ""


def _acts(thing: Any, key: Any) -> bool:
    """Whether an action, or one that follows it, does more than lead somewhere."""
    waiting, seen = [thing.get(key)], 0
    while waiting and seen < 50:
        action = waiting.pop()
        seen += 1
        if isinstance(action, Dictionary):
            if str(action.get(Name.S)) in _SCRIPTS or Name.JS in action:
                return True
            after = action.get(Name.Next)
            waiting += list(after) if isinstance(after, Array) else [after]
    return False


def _runs(thing: Any) -> bool:
    """Whether something happens by itself there."""
    triggers = thing.get(Name.AA)
    return isinstance(triggers, Dictionary) and any(_acts(triggers, Name(key)) for key in triggers.keys())  # noqa: SIM118


def _fields(form: Any) -> Iterator[Any]:
    waiting, seen = list(form.get(Name.Fields, Array())), 0
    while waiting and seen < 10_000:
        field = waiting.pop()
        seen += 1
        yield field
        waiting += list(field.get(Name.Kids, Array()))


def _hidden_layers(root: Any) -> bool:
    layers = root.get(Name.OCProperties)
    if layers is None:
        return False
    shown = layers.get(Name.D, Dictionary())
    return bool(shown.get(Name.OFF)) or str(shown.get(Name.BaseState, "/ON")) != "/ON"


def looks(source: pikepdf.Pdf, title: str) -> Iterator[Look]:
    """Each page as a drawing: what was written on it flattened, marked content and hidden data gone. Raises Refused."""
    try:
        if any(Name.Annots in page.obj for page in source.pages):
            if Name.AcroForm in source.Root:
                source.generate_appearance_streams()
            source.flatten_annotations("all")
        seen: dict[tuple[int, int], bool] = {}
        for page in source.pages:
            page.trimbox = page.cropbox
            form = page.as_form_xobject()
            embedded = _clean(form, seen, 0)
            if form.BBox[2] == form.BBox[0] or form.BBox[3] == form.BBox[1]:
                raise ValueError
            yield Look(form, embedded)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        raise _damaged(title) from None


# what stands in a page's content

_SPACE: Final = rb"[\x00\t\n\f\r ]"
_END: Final = rb"(?![A-Za-z0-9])"
_NESTED: Final = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\))*\)"
_DICT: Final = rb"<<(?:[^<>()]|%(s)s|<[0-9A-Fa-f\s]*>|<<(?:[^<>()]|%(s)s|<[0-9A-Fa-f\s]*>)*>>)*>>" % {
    b"s": _NESTED
}
_NAME: Final = rb"[^\x00\t\n\f\r ()<>\[\]{}/%]*"
_WITH: Final = _NAME + _SPACE + rb"*(?:" + _DICT + rb"|/" + _NAME + rb")" + _SPACE + rb"*"
#: tokens by their first byte, which the scan looks for: strings, comments and other names are kept; a mark in any other
#: form is odd
_TOKENS: Final = re.compile(
    rb"[(%/EBDM](?:"
    rb"(?<=\()(?P<string>(?:[^()\\]|\\.|" + _NESTED + rb")*\))"
    rb"|(?<=%)(?P<comment>[^\r\n]*)"
    rb"|(?<=/)(?:(?P<begin>" + _WITH + rb"BDC" + _END + rb"|" + _NAME + _SPACE + rb"+BMC" + _END + rb")"
    rb"|(?P<point>"
    + _WITH
    + rb"DP"
    + _END
    + rb"|"
    + _NAME
    + _SPACE
    + rb"+MP"
    + _END
    + rb")|(?P<name>"
    + _NAME
    + rb"))"
    rb"|(?<=E)(?P<end>MC" + _END + rb")"
    rb"|(?P<odd>(?:(?<=B)(?:DC|MC)|(?<=[DM])P)" + _END + rb"))",
    re.DOTALL,
)
_KEPT: Final = frozenset({"string", "comment", "name"})
_MARKS: Final = (b"BDC", b"BMC", b"EMC", b"DP", b"MP")
_OPERATORS: Final = frozenset(mark.decode() for mark in _MARKS)


def unmarked(content: bytes) -> bytes:
    """A content stream without marked-content operators; everything that is drawn is left."""
    if not any(mark in content for mark in _MARKS):
        return content
    if b"ID" in content and b"BI" in content:  # perhaps a picture within it, whose bytes are no tokens
        return _unmarked_slowly(content)
    counts = {"begin": 0, "point": 0, "end": 0, "odd": 0}

    def gone(found: re.Match[bytes]) -> bytes:
        if found.lastgroup in _KEPT:
            return found[0]
        counts[str(found.lastgroup)] += 1
        return b" "

    left = _TOKENS.sub(gone, content)
    if counts["begin"] != counts["end"] or counts["odd"]:
        return _unmarked_slowly(content)
    return left


def _unmarked_slowly(content: bytes) -> bytes:
    """The same through a whole parser: for inline images, and what is written unusually."""
    with pikepdf.Pdf.new() as pdf:
        found = pikepdf.parse_content_stream(pdf.make_stream(content))
        return pikepdf.unparse_content_stream(
            [each for each in found if str(each.operator) not in _OPERATORS]
        )


def _clean(form: Any, seen: dict[tuple[int, int], bool], depth: int) -> bool:
    """Take out of a drawing and those in it what is not drawn; whether its fonts are all embedded and readable."""
    if depth > 20:
        raise ValueError
    before = form.read_bytes()
    if (after := unmarked(before)) != before:
        form.write(after)
    for key in (
        "/PieceInfo",
        "/Metadata",
        "/StructParent",
        "/StructParents",
        "/OC",
        "/LastModified",
        "/Ref",
        "/OPI",
    ):
        if key in form:
            del form[key]
    resources = form.get(Name.Resources, Dictionary())
    if Name.Properties in resources:
        del resources[Name.Properties]
    embedded = True
    for font in resources.get(Name.Font, Dictionary()).values():
        embedded &= _once(font, seen, lambda: _embedded(font))  # noqa: B023 (asked at once)
    for drawn in resources.get(Name.XObject, Dictionary()).values():
        if drawn.get(Name.Subtype) == Name.Form:
            embedded &= _once(drawn, seen, lambda: _clean(drawn, seen, depth + 1))  # noqa: B023
        else:
            for key in ("/Metadata", "/OPI", "/Alternates", "/StructParent", "/StructParents", "/OC"):
                if key in drawn:
                    del drawn[key]
    for pattern in resources.get(Name.Pattern, Dictionary()).values():
        if pattern.get(Name.PatternType) == 1:
            embedded &= _once(pattern, seen, lambda: _clean(pattern, seen, depth + 1))  # noqa: B023
    return embedded


def _once(thing: Any, seen: dict[tuple[int, int], bool], ask: Any) -> bool:
    if not thing.is_indirect:
        return bool(ask())
    if thing.objgen not in seen:
        seen[thing.objgen] = True  # a drawing within itself ends here
        seen[thing.objgen] = bool(ask())
    return seen[thing.objgen]


def _embedded(font: Any) -> bool:
    """Whether a font is in the file and its characters can be read aloud."""
    if font.get(Name.Subtype) == Name.Type3:
        return Name.ToUnicode in font
    whole = font.DescendantFonts[0] if Name.DescendantFonts in font else font
    described = whole.get(Name.FontDescriptor, Dictionary())
    inside = any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return inside and (Name.ToUnicode in font or (whole is font and Name.Encoding in font))


# pictures


def _picture(file: Path, title: str, jpeg: bool) -> pikepdf.Pdf:
    """A picture on a page of A4, no larger than it was at 96 dots an inch; where it was taken is not in it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=["JPEG" if jpeg else "PNG"]) as image:
                if image.width * image.height > MOST_DOTS:
                    raise Refused(f"“{title}” is too large a picture. Save it smaller and send the new file.")
                turned = int(image.getexif().get(0x0112, 1))
                image.load()  # a picture that ends too early shows here
                data, how, size = _dots(file, image, jpeg, turned)
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        struct.error,
        Image.DecompressionBombError,
    ):
        raise Refused(
            f"“{title}” is damaged: it cannot be shown whole. Save the picture again and send the new file."
        ) from None
    pdf = pikepdf.Pdf.new()
    image_ = pdf.make_stream(
        data, Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1], **how
    )
    points = [n * 72 / 96 for n in size]
    paper = A4 if points[0] <= points[1] else A4[::-1]
    scale = min(1.0, (paper[0] - 2 * MARGIN) / points[0], (paper[1] - 2 * MARGIN) / points[1])
    width, height = (n * scale for n in points)
    page = pdf.add_blank_page(page_size=(width, height)).obj
    page.Resources = Dictionary(XObject=Dictionary(Picture=image_))
    page.Contents = pdf.make_stream(f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Picture Do Q\n".encode())
    return pdf


def _dots(
    file: Path, image: Image.Image, jpeg: bool, turned: int
) -> tuple[bytes, dict[str, Any], tuple[int, int]]:
    """The picture's data as a PDF has it: as it came where that can be, without what a camera wrote beside it."""
    spaces = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB}
    if jpeg:
        if turned != 1 or image.mode not in spaces:
            image = ImageOps.exif_transpose(image)
            image = image if image.mode in spaces else image.convert("RGB")
            again = BytesIO()
            image.save(again, "JPEG", quality=92)
            data = again.getvalue()
        else:
            data = bare_jpeg(file.read_bytes())
        how = {"Filter": Name.DCTDecode, "ColorSpace": spaces[image.mode], "BitsPerComponent": 8}
        return data, how, image.size
    if image.mode in spaces and turned == 1 and (data := _plain_png(file.read_bytes())):
        colours = 3 if image.mode == "RGB" else 1
        parms = Dictionary(Predictor=15, Colors=colours, BitsPerComponent=8, Columns=image.width)
        how = {"Filter": Name.FlateDecode, "DecodeParms": parms}
        return data, how | {"ColorSpace": spaces[image.mode], "BitsPerComponent": 8}, image.size
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    image = image if image.mode in spaces else image.convert("RGB")
    how = {"Filter": Name.FlateDecode, "ColorSpace": spaces[image.mode], "BitsPerComponent": 8}
    return zlib.compress(image.tobytes(), 6), how, image.size


def bare_jpeg(data: bytes) -> bytes:
    """Without the segments in which cameras and programs write (place, owner, a preview); colours stay as they are."""
    kept, at = [data[:2]], 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise ValueError
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == 0xDA:
            return b"".join([*kept, data[at:]])
        if not (0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)):
            kept.append(data[at : at + 2 + length])
        at += 2 + length
    raise ValueError


def _plain_png(data: bytes) -> bytes:
    """The compressed rows of a PNG that a PDF reads as they are; b"" for others."""
    at, rows = len(_PNG), []
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            depth, colour, interlaced = body[8], body[9], body[12]
            if depth != 8 or colour not in (0, 2) or interlaced:
                return b""
        if kind == b"tRNS":
            return b""
        if kind == b"IDAT":
            rows.append(body)
        at += 12 + length
    return b"".join(rows)
