"""One tagged PDF of many files, in a process of its own: what it takes in memory is then gone.

    python -m mainstay.service.documents.splicing FOLDER

Reads FOLDER/job.json (``Job``), writes FOLDER/bundle.pdf and says on standard output what stands where.

What we made ourselves keeps its tags: structure, parent tree, IDs and classes are renumbered and hung under one tree.
What somebody sent is shown as it looks, each page a figure that an officer has described: nothing of it but its looks
comes along, no tags, fields, notes, layers, scripts or attachments. Each page gets its number as an artifact.
"""

import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from mainstay.service.documents import uploaded
from mainstay.service.documents.stamps import Stamp
from mainstay.service.documents.uploaded import Refused

__all__ = ["BUNDLE", "JOB", "REFUSED", "Job", "Part", "Refused", "Span", "Spliced", "pages_of", "splice"]

JOB: Final = "job.json"
BUNDLE: Final = "bundle.pdf"
#: the exit status of a refusal, whose words are on standard output
REFUSED: Final = 3
#: an address in a document of ours that leads to a part of the bundle: "bundle:3"
LINK: Final = "bundle:"
#: where the manifest lies in a bundle once it is sealed
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a bundle.

    reference: of the exhibit, "AB/3"; may be empty.
    made_here: one of our own tagged documents; else a PDF, JPEG or PNG that somebody sent.
    descriptions: of what was sent: one of the whole file or one of each page, for whoever cannot see it.
    """

    file: Path
    title: str
    reference: str = ""
    made_here: bool = False
    descriptions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.reference} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Span:
    """A part's pages in the bundle, from 1."""

    title: str
    reference: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Job:
    """What is made of the parts; indexed: the first part is the index, which "bundle:1" leads away from.

    stamp: a PDF of ours in whose font the page numbers are set.
    """

    parts: tuple[Part, ...]
    title: str
    reference: str
    stamp: Path
    indexed: bool = False
    language: str = "en-GB"


@dataclass(frozen=True, slots=True)
class Spliced:
    """What came of it; ua: nothing found that keeps it from PDF/UA-1, and so it says that it is."""

    spans: tuple[Span, ...]
    pages: int
    ua: bool


def pages_of(part: Part) -> int:
    """How many pages a part has. Raises Refused for what shows before its pages are looked at, and without description."""
    if part.made_here:
        with pikepdf.open(part.file) as pdf:
            return len(pdf.pages)
    pages = uploaded.pages_of(part.file, part.title)
    uploaded.described(part.title, part.descriptions, pages)
    return pages


def splice(job: Job, to: Path) -> Spliced:
    """Write the bundle. Raises Refused."""
    with ExitStack() as opened, pikepdf.Pdf.new() as pdf:
        bundle = _Bundle(pdf, job)
        for part in job.parts:
            bundle.add(part, opened)
        bundle.finish()
        pdf.save(to, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return Spliced(tuple(bundle.spans), len(pdf.pages), bundle.ua)


class _Bundle:
    """The PDF under way, with what has to be unique across its parts."""

    def __init__(self, pdf: pikepdf.Pdf, job: Job) -> None:
        self.pdf, self.job = pdf, job
        self.spans: list[Span] = []
        self.ua = True
        self.tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=self.tree, T=String(job.title))
        )
        self.kids: list[Any] = []
        self.parents: list[tuple[int, Any]] = []  # the parent tree: key, elements
        self.next_key = 0
        self.ids: dict[str, Any] = {}
        self.roles: dict[str, Any] = {}
        self.classes: dict[str, Any] = {}
        self.outline: list[tuple[str, Any, list[Any]]] = []  # title, destination, children
        self.places: dict[str, Any] = {}  # named destinations
        self.unlinked: list[Any] = []

    def add(self, part: Part, opened: ExitStack) -> None:
        first, number = len(self.pdf.pages), len(self.spans) + (0 if self.job.indexed else 1)
        if part.made_here:
            children = self._take_in(opened.enter_context(pikepdf.open(part.file)), part, number)
        else:
            children = self._show(uploaded.opened(part.file, part.title, opened), part)
        last = len(self.pdf.pages)
        top = Array([self.pdf.pages[first].obj, Name.Fit])
        self.places[f"part-{number}"] = top
        self.outline.append((part.name, top, children))
        self.spans.append(Span(part.title, part.reference, first + 1, last))

    # what we made

    def _take_in(self, source: pikepdf.Pdf, part: Part, number: int) -> list[Any]:
        first = len(self.pdf.pages)
        self.pdf.pages.extend(source.pages)
        pages = [page.obj for page in list(self.pdf.pages)[first:]]
        # after the pages: what refers to them is then led to the copies
        tree = self.pdf.copy_foreign(source.make_indirect(source.Root.StructTreeRoot))
        top = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Part, P=self.document))
        top.T = String(part.name)
        self.ua = self.ua and says_ua(source)
        language = str(source.Root.get(Name.Lang, ""))
        if language and language != self.job.language:
            top.Lang = String(language)
        top.K = Array(_list(tree.get(Name.K)))
        for kid in top.K:
            kid.P = top
            if str(kid.S) == "/Document":
                kid.S = Name.Sect
        self.kids.append(top)
        self._renumber(tree, pages)
        self._rename(tree, top, number)
        self._places_of(source, pages, number)
        self._links(pages, number)
        return self._outline_of(source, pages, number)

    def _renumber(self, tree: Any, pages: list[Any]) -> None:
        offset = self.next_key
        found = dict(numbers(tree.get(Name.ParentTree)))
        self.parents += sorted((key + offset, value) for key, value in found.items())
        self.next_key = offset + max([*found, int(tree.get(Name.ParentTreeNextKey, 0)) - 1, -1]) + 1
        seen: set[tuple[int, int]] = set()
        for page in pages:
            for thing in (page, *_list(page.get(Name.Annots)), *_drawn(page, seen)):
                for key in (Name.StructParents, Name.StructParent):
                    if key in thing:
                        thing[key] = int(thing[key]) + offset

    def _rename(self, tree: Any, top: Any, number: int) -> None:
        """IDs, roles and classes of a part that mean something else in another."""
        roles = _renamed(dict(tree.get(Name.RoleMap, Dictionary()).items()), self.roles, number)
        classes = _renamed(dict(tree.get(Name.ClassMap, Dictionary()).items()), self.classes, number)
        ids = Name.IDTree in tree
        if not (roles or classes or ids):
            return
        waiting, known = _list(top.K), dict[bytes, Any]()
        while waiting:
            element = waiting.pop()
            if not isinstance(element, Dictionary) or Name.S not in element:
                continue  # marked content, or an annotation
            if roles and (role := roles.get(str(element.S))):
                element.S = Name(role)
            if classes and Name.C in element:
                named = Array(
                    [Name(classes.get(str(c), str(c))) for c in _list(element.C) if isinstance(c, Name)]
                )
                element.C = named
            if ids:
                self._rename_ids(element, number, known)
            if (kids := element.get(Name.K)) is not None and not isinstance(kids, int):
                waiting.extend(kids if isinstance(kids, Array) else [kids])

    def _rename_ids(self, element: Any, number: int, known: dict[bytes, Any]) -> None:
        if (old := element.get(Name.ID)) is not None:
            new = f"p{number:04d}.{old}"
            element.ID = String(new)
            self.ids[new] = element
        if (attributes := element.get(Name.A)) is not None:
            said = attributes.unparse(resolved=True)
            if b"/Headers" not in said:
                return
            if said not in known:  # the cells of a column say the same
                known[said] = self.pdf.make_indirect(_with_headers(attributes, number))
            element.A = known[said]

    def _places_of(self, source: pikepdf.Pdf, pages: list[Any], number: int) -> None:
        """Named destinations, each under a name of its part."""
        index = _index(source)
        names = source.Root.get(Name.Names, Dictionary()).get(Name.Dests)
        old = source.Root.get(Name.Dests, Dictionary())
        for name, place in (*_names(names), *((key[1:], value) for key, value in old.items())):
            if (led := _led(place, index, pages)) is not None:
                self.places[f"p{number:04d}.{name}"] = led

    def _links(self, pages: list[Any], number: int) -> None:
        """Links within a document lead to its copy here; those to a part of the bundle are led there at the end."""
        place = {page.objgen: page for page in pages}
        for page in pages:
            for note in _list(page.get(Name.Annots)):
                action = note.get(Name.A, Dictionary())
                said = action.get(Name.D) if action.get(Name.S) == Name.GoTo else note.get(Name.Dest)
                if isinstance(said, (String, Name)):
                    _lead(note, String(f"p{number:04d}.{str(said).lstrip('/')}"))
                elif isinstance(said, Array) and said[0].objgen in place:
                    _lead(note, said)
                elif str(action.get(Name.URI, "")).startswith(LINK):
                    self.unlinked.append(note)
                elif action.get(Name.S) != Name.URI:
                    raise ValueError("a document of ours has a link that leads nowhere")

    def _outline_of(self, source: pikepdf.Pdf, pages: list[Any], number: int) -> list[Any]:
        index = _index(source)

        def children(of: Any) -> list[Any]:
            found, item = [], of.get(Name.First)
            while item is not None:
                said = item.get(Name.Dest, item.get(Name.A, Dictionary()).get(Name.D))
                led = (
                    String(f"p{number:04d}.{str(said).lstrip('/')}")
                    if isinstance(said, (String, Name))
                    else _led(said, index, pages)
                )
                if led is not None:
                    found.append((str(item.Title), led, children(item)))
                item = item.get(Name.Next)
            return found

        found = children(source.Root.get(Name.Outlines, Dictionary()))
        # one heading over everything is the document's title again
        return found[0][2] if len(found) == 1 else found

    # what was sent

    def _show(self, source: pikepdf.Pdf, part: Part) -> list[Any]:
        descriptions = uploaded.described(part.title, part.descriptions, len(source.pages))
        top = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Part, P=self.document))
        top.T = String(part.name)
        figures = []
        for look, words in zip(uploaded.looks(source, part.title), descriptions, strict=True):
            self.ua = self.ua and look.fonts_embedded
            size, box, matrix = look.placed()
            drawn = self.pdf.copy_foreign(look.form)
            moved = " ".join(f"{number:.4f}" for number in matrix)
            content = f"/Figure <</MCID 0>> BDC\nq {moved} cm /Look Do Q\nEMC\n".encode()
            page = self.pdf.add_blank_page(page_size=size).obj
            page.Resources = Dictionary(XObject=Dictionary(Look=drawn))
            page.Contents = self.pdf.make_stream(content)
            page.StructParents, page.Tabs = self.next_key, Name.S
            figure = Dictionary(
                Type=Name.StructElem, S=Name.Figure, P=top, Pg=page, K=0, Alt=String(words),
                A=Dictionary(O=Name.Layout, BBox=Array([round(n, 2) for n in box]), Placement=Name.Block),
            )  # fmt: skip
            figures.append(self.pdf.make_indirect(figure))
            self.parents.append((self.next_key, Array([figures[-1]])))
            self.next_key += 1
        top.K = Array(figures)
        self.kids.append(top)
        return []

    # the whole

    def finish(self) -> None:
        self._number()
        self._link()
        self._hang()
        self._name()

    def _number(self) -> None:
        """The footer of each page."""
        with pikepdf.open(self.job.stamp) as source:
            stamp = Stamp(source)
            font = self.pdf.copy_foreign(stamp.font)
            total = len(self.pdf.pages)
            begin = self.pdf.make_stream(b"q\n")
            for span in self.spans:
                left = "  ".join(filter(None, (self.job.reference, span.reference)))
                for number in range(span.first, span.last + 1):
                    page = self.pdf.pages[number - 1].obj
                    footer = stamp.footer(
                        left, f"Page {number} of {total}", [float(n) for n in page.MediaBox]
                    )
                    resources = page.Resources
                    fonts = resources.get(Name.Font)
                    if fonts is None:
                        fonts = resources.Font = Dictionary()
                    fonts[stamp.NAME] = font
                    end = self.pdf.make_stream(b"Q\n" + footer)
                    page.Contents = Array([begin, *_list(page.Contents), end])

    def _link(self) -> None:
        for note in self.unlinked:
            name = f"part-{str(note.A.URI).removeprefix(LINK)}"
            if name not in self.places:
                raise ValueError("the index leads to a part that is not there")
            _lead(note, String(name))

    def _hang(self) -> None:
        """Structure, outline and names under the catalogue."""
        pdf, root = self.pdf, self.pdf.Root
        self.document.K = Array(self.kids)
        tree = self.tree
        tree.K = Array([self.document])
        nums = Array([thing for key, value in self.parents for thing in (key, value)])
        tree.ParentTree = pdf.make_indirect(Dictionary(Nums=nums))
        tree.ParentTreeNextKey = self.next_key
        if self.roles:
            tree.RoleMap = Dictionary(self.roles)
        if self.classes:
            tree.ClassMap = Dictionary(self.classes)
        if self.ids:
            tree.IDTree = pdf.make_indirect(Dictionary(Names=_sorted(self.ids)))
        root.StructTreeRoot = tree
        root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines))
        _outline(pdf, root.Outlines, self.outline)
        root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=_sorted(self.places))))
        root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=1)]))
        root.PageMode = Name.UseOutlines

    def _name(self) -> None:
        pdf, root = self.pdf, self.pdf.Root
        root.Lang = String(self.job.language)
        root.MarkInfo = Dictionary(Marked=True, Suspects=False)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True, Direction=Name.L2R)
        pdf.docinfo[Name.Title] = String(self.job.title)
        with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
            about["dc:title"] = self.job.title
            about["dc:language"] = {self.job.language}
            about["dc:identifier"] = self.job.reference
            about["pdf:Producer"] = "Mainstay"
            if self.ua:
                about["pdfuaid:part"] = "1"
        self._leave_room()

    def _leave_room(self) -> None:
        """An attachment whose content the sealed manifest takes the place of."""
        stub = self.pdf.make_stream(b"{}", Type=Name.EmbeddedFile, Subtype=Name("/application/json"))
        spec = Dictionary(
            Type=Name.Filespec, F=String(MANIFEST), UF=String(MANIFEST), AFRelationship=Name.Data,
            Desc=String("What this bundle holds, signed: checked with mainstay evidence verify"),
            EF=Dictionary(F=stub, UF=stub),
        )  # fmt: skip
        spec = self.pdf.make_indirect(spec)
        self.pdf.Root.Names.EmbeddedFiles = Dictionary(Names=Array([String(MANIFEST), spec]))
        self.pdf.Root.AF = Array([spec])


def _with_headers(attributes: Any, number: int) -> Any:
    """A cell's attributes, its headers named as they are in the bundle."""
    copied = Array([Dictionary(dict(each.items())) for each in _list(attributes)])
    for each in copied:
        if headers := each.get(Name.Headers):
            each.Headers = Array([String(f"p{number:04d}.{header}") for header in headers])
    return copied


def _list(of: Any) -> list[Any]:
    if of is None:
        return []
    return list(of) if isinstance(of, Array) else [of]


def says_ua(pdf: pikepdf.Pdf) -> bool:
    """Whether a document of ours says that it is PDF/UA; one with blacked-out pages of an upload may not."""
    about = pdf.Root.get(Name.Metadata)
    return about is not None and b"pdfuaid:part" in about.read_bytes()


def numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    """Of a number tree."""
    if tree is not None:
        nums = _list(tree.get(Name.Nums))
        yield from zip(map(int, nums[::2]), nums[1::2], strict=True)
        for kid in _list(tree.get(Name.Kids)):
            yield from numbers(kid)


def _names(tree: Any) -> Iterator[tuple[str, Any]]:
    """Of a name tree."""
    if tree is not None:
        names = _list(tree.get(Name.Names))
        yield from zip(map(str, names[::2]), names[1::2], strict=True)
        for kid in _list(tree.get(Name.Kids)):
            yield from _names(kid)


def _sorted(names: dict[str, Any]) -> Array:
    """A name tree's pairs, in the order of their bytes."""
    pairs = sorted((bytes(String(name)), name) for name in names)
    return Array([thing for _, name in pairs for thing in (String(name), names[name])])


def _renamed(ours: dict[str, Any], known: dict[str, Any], number: int) -> dict[str, str]:
    """Takes a part's map into the bundle's; old name -> new, where a name means something else there."""
    changed = {}
    for name, value in ours.items():
        new = name
        if name in known and known[name] != value:
            new = f"{name}-p{number}"
            changed[name] = new
        known[new] = value
    return changed


def _drawn(page: Any, seen: set[tuple[int, int]]) -> Iterator[Any]:
    """The pictures and forms of a page that stand in the structure, each once."""
    for thing in page.get(Name.Resources, Dictionary()).get(Name.XObject, Dictionary()).values():
        if thing.objgen not in seen:
            seen.add(thing.objgen)
            yield thing


def _index(source: pikepdf.Pdf) -> dict[tuple[int, int], int]:
    return {page.obj.objgen: number for number, page in enumerate(source.pages)}


def _led(place: Any, index: dict[tuple[int, int], int], pages: Sequence[Any]) -> Any:
    """A destination of the source, on the copy of its page."""
    if isinstance(place, Dictionary):
        place = place.get(Name.D)
    if not isinstance(place, Array) or place[0].objgen not in index:
        return None
    return Array([pages[index[place[0].objgen]], *list(place)[1:]])


def _lead(note: Any, to: Any) -> None:
    if Name.A in note:
        del note[Name.A]
    note.Dest = to


def _outline(pdf: pikepdf.Pdf, under: Any, items: list[tuple[str, Any, list[Any]]]) -> None:
    """Bookmarks under one; each opens to its own."""
    made = [
        pdf.make_indirect(Dictionary(Title=String(title), Dest=place, Parent=under))
        for title, place, _ in items
    ]
    for before, after in itertools.pairwise(made):
        before.Next, after.Prev = after, before
    if made:
        under.First, under.Last = made[0], made[-1]
        under.Count = len(made) if Name.Parent not in under else -len(made)
    for item, (_, _, children) in zip(made, items, strict=True):
        if children:
            _outline(pdf, item, children)


def read(folder: Path) -> Job:
    """The job as it lies in a folder."""
    said = json.loads((folder / JOB).read_text("utf-8"))
    parts = tuple(
        Part(**part | {"file": folder / part["file"], "descriptions": tuple(part["descriptions"])})
        for part in said.pop("parts")
    )
    return Job(parts=parts, **said | {"stamp": folder / said["stamp"]})


def write(job: Job, folder: Path) -> None:
    """Lay a job into a folder, in which its files lie."""
    said = asdict(job)
    for each in (said, *said["parts"]):
        for key in ("file", "stamp"):
            if key in each:
                each[key] = each[key].name
    (folder / JOB).write_text(json.dumps(said), "utf-8")


def main(argv: list[str]) -> int:
    folder = Path(argv[0])
    try:
        done = splice(read(folder), folder / BUNDLE)
    except Refused as refused:
        print(json.dumps({"refused": str(refused)}))  # noqa: T201
        return REFUSED
    print(json.dumps(asdict(done)))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
