"""A bundle is one tagged PDF, whatever it was made of; what cannot be shown faithfully is refused in words."""

from collections import Counter
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from tests.unit.documents import bundles

from mainstay.service.documents import bundling, splicing, uploaded
from mainstay.service.documents.splicing import Part, Refused, Span


@pytest.fixture(scope="module")
def bound(tmp_path_factory: pytest.TempPathFactory) -> bundling.Bound:
    return bundles.bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def pdf(bound: bundling.Bound) -> Any:
    with pikepdf.open(bound.path) as pdf:
        yield pdf


def test_pages_are_counted_before_the_index_is_written(bound: bundling.Bound) -> None:
    assert bound.spans == (
        Span("Index", "", 1, 1), Span("Certificate of attendance", "GH/1", 2, 4), Span("Receipt", "", 5, 6),
        Span("Letter of the school", "AB/1", 7, 9), Span("Stamped letter", "AB/2", 10, 10),
        Span("Photograph", "AB/3", 11, 11), Span("Scan", "AB/4", 12, 12),
        Span("The same certificate again", "GH/2", 13, 15),
    )  # fmt: skip
    assert bound.pages == 15
    with pypdfium2.PdfDocument(bound.path) as pdf:
        texts = [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]
    assert "Certificate of attendance GH/1 2 to 4" in texts[0] and "Scan AB/4 12" in texts[0]
    assert all(text.endswith(f"Page {n} of 15") for n, text in enumerate(texts, 1))
    assert "B-0001 AB/2 Page 10" in texts[9] and "RECEIVED" in texts[9]


def test_every_mark_in_a_page_leads_to_its_element_and_back(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root.StructTreeRoot
    nums = list(root.ParentTree.Nums)
    parents = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
    assert list(parents) == sorted(parents) and int(root.ParentTreeNextKey) > max(parents)
    keys = [int(page.obj.StructParents) for page in pdf.pages]
    notes = [note for page in pdf.pages for note in page.obj.get(Name.Annots, [])]
    keys += [int(note.StructParent) for note in notes]
    assert sorted(keys) == sorted(parents) and len(notes) == 7
    links = 0
    for page in pdf.pages:
        found = parents[int(page.obj.StructParents)]
        marks = {
            int(each.operands[1].MCID)
            for each in pikepdf.parse_content_stream(page)
            if str(each.operator) == "BDC" and Name.MCID in each.operands[1]
        }
        assert marks and marks == {n for n, element in enumerate(found) if element is not None}
        for mark in marks:
            assert _holds(found[mark], mark, page.obj), f"mark {mark} of page {page.label}"
            links += 1
    assert links > 700
    for note in notes:
        element = parents[int(note.StructParent)]
        assert Name.Link == element.S and any(
            isinstance(kid, Dictionary) and kid.get(Name.Obj) == note for kid in element.K
        )
    for element in bundles.elements(pdf):
        assert element.P is not None and element.P.objgen != (0, 0)


def _holds(element: Any, mark: int, page: Any) -> bool:
    kids = element.K if isinstance(element.K, Array) else [element.K]
    for kid in kids:
        if isinstance(kid, Dictionary) and kid.get(Name.Type) == Name.MCR:
            if int(kid.MCID) == mark and kid.get(Name.Pg, element.get(Name.Pg)).objgen == page.objgen:
                return True
        elif not isinstance(kid, Dictionary) and int(kid) == mark and element.Pg.objgen == page.objgen:
            return True
    return False


def test_tables_keep_their_headers_and_every_id_is_one_of_a_kind(
    pdf: pikepdf.Pdf, bound: bundling.Bound
) -> None:
    found = list(bundles.elements(pdf))
    kinds = Counter(str(element.S) for element in found)
    with pikepdf.open(bound.path.parent / "certificate.pdf") as one:
        of_one = Counter(str(element.S) for element in bundles.elements(one))
    assert kinds["/TH"] > 2 * of_one["/TH"] > 0 and kinds["/Part"] == 8 and kinds["/Figure"] == 6
    scopes = [each.Scope for e in found if e.S == Name.TH for each in e.A if Name.Scope in each]
    assert len(scopes) == kinds["/TH"]
    ids = [str(element.ID) for element in found if Name.ID in element]
    named = list(pdf.Root.StructTreeRoot.IDTree.Names)
    assert len(ids) == len(set(ids)) and sorted(ids) == [str(name) for name in named[::2]]
    headers = [
        str(h)
        for e in found
        if e.S == Name.TD
        for each in e.get(Name.A, [])
        for h in each.get(Name.Headers, [])
    ]
    assert headers and set(headers) <= set(ids)
    assert {str(e.Alt) for e in found if Name.Figure == e.S} == {
        *(f"A letter about absence. Page {n} of 3." for n in (1, 2, 3)), "A letter with a stamp",
        "Grey noise, standing", "Grey noise, lying",
    }  # fmt: skip


def test_bookmarks_links_labels_and_what_the_whole_says_of_itself(pdf: pikepdf.Pdf) -> None:
    pages = {page.obj.objgen: n for n, page in enumerate(pdf.pages, 1)}
    names = list(pdf.Root.Names.Dests.Names)
    places = {str(k): pages[v[0].objgen] for k, v in zip(names[::2], names[1::2], strict=True)}
    assert [str(name) for name in names[::2]] == sorted(set(map(str, names[::2])))
    led = [places[str(note.Dest)] for note in pdf.pages[0].obj.Annots]
    assert led == [2, 5, 7, 10, 11, 12, 13] and all(Name.A not in n for n in pdf.pages[0].obj.Annots)
    with pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        inside = [item.title for item in outline.root[1].children]
    assert titles[1] == "GH/1 Certificate of attendance" and "Unauthorised sessions" in inside
    assert [page.label for page in pdf.pages] == [str(n) for n in range(1, 16)]
    root = pdf.Root
    assert pdf.pdf_version == "1.7" and str(root.Lang) == "en-GB" and bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as about:
        assert about["dc:title"] == bundles.COVER.title == str(pdf.docinfo.Title)
        # Helvetica of the uploads is not in them: it does not say that it is PDF/UA
        assert "pdfuaid:part" not in about


def test_of_what_was_sent_only_its_looks_come_along(pdf: pikepdf.Pdf, bound: bundling.Bound) -> None:
    for number in range(6, 12):
        page = pdf.pages[number].obj
        assert Name.Annots not in page and page.StructParents is not None
        assert Name.Properties not in page.Resources.XObject.Look.Resources
        drawn = page.Resources.XObject.Look.read_bytes()
        assert uploaded.unmarked(drawn) == drawn
    everything = b"".join(
        one.unparse(resolved=True) if not isinstance(one, pikepdf.Stream) else one.read_raw_bytes()
        for one in pdf.objects
    )
    for gone in (b"private note", b"PieceInfo", b"OpenAction", b"Secret Street", b"example.org"):
        assert gone not in everything
    # a photograph that was turned in the camera stands upright
    sizes = [tuple(map(int, pdf.pages[n].mediabox[2:])) for n in (10, 11)]
    assert sizes == [(595, 841), (841, 595)]


def test_without_such_uploads_it_says_that_it_is_pdf_ua_and_a_checker_finds_nothing(tmp_path: Path) -> None:
    parts = [p for p in bundles.parts(tmp_path) if p.file.suffix != ".pdf" or p.made_here]
    bound = bundling.bound(parts, bundles.COVER, tmp_path)
    assert bound.ua
    assert b"pdfuaid:part" in pikepdf.open(bound.path).Root.Metadata.read_bytes()
    assert list(pdfua.validate(bound.path).findings) == []


def _encrypted(folder: Path) -> Path:
    bundles.upload().save(folder / "x.pdf", encryption=pikepdf.Encryption(owner="o", user=""))
    return folder / "x.pdf"


def _cut(folder: Path) -> Path:
    bundles.upload(pages=4).save(folder / "x.pdf")
    (folder / "x.pdf").write_bytes((folder / "x.pdf").read_bytes()[:-300])
    return folder / "x.pdf"


def _cut_picture(folder: Path) -> Path:
    bundles.parts(folder)
    (folder / "x.jpg").write_bytes((folder / "photograph.jpg").read_bytes()[:9000])
    return folder / "x.jpg"


def _with(change: Any) -> Any:
    def make(folder: Path) -> Path:
        pdf = bundles.noted()
        change(pdf, pdf.Root)
        pdf.save(folder / "x.pdf")
        return folder / "x.pdf"

    return make


_JS = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_encrypted, "locked with a password"),
        (_cut, "damaged"),
        (_cut_picture, "damaged"),
        (_with(lambda pdf, root: pdf.attachments.__setitem__("a.txt", b"hello")), "other files inside"),
        (_with(lambda pdf, root: root.__setitem__("/OpenAction", _JS)), "a script"),
        (_with(lambda pdf, root: pdf.pages[0].obj.__setitem__("/AA", Dictionary(O=_JS))), "a script"),
        (_with(lambda pdf, root: pdf.pages[0].obj.Annots[1].__setitem__("/A", _JS)), "a script"),
        (_with(lambda pdf, root: root.__setitem__("/AcroForm", Dictionary(XFA=String("x"), Fields=Array()))), "a form"),
        (
            _with(lambda pdf, root: root.__setitem__("/OCProperties", Dictionary(D=Dictionary(OFF=Array([1]))))),
            "hidden layers",
        ),
        (
            _with(lambda pdf, root: pdf.pages[0].obj.Annots[1].__setitem__("/Subtype", Name.FileAttachment)),
            "a file, sound or film",
        ),
        (_with(lambda pdf, root: pdf.pages[0].obj.Contents.write(b"%PDF", filter=Name.FlateDecode)), "damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_faithfully_is_refused_with_the_remedy(
    make: Any, says: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=says) as refused:
        uploaded.examine(make(tmp_path), "Letter of 3 May")
    assert "“Letter of 3 May”" in str(refused.value) and "new file" in str(refused.value).replace(
        "send it", "new file"
    )


def test_a_text_is_no_exhibit_and_an_upload_is_described(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("words")
    with pytest.raises(Refused, match="not a PDF, JPEG or PNG"):
        splicing.pages_of(Part(tmp_path / "x.txt", "Words", descriptions=("Words",)))
    bundles.upload(pages=3).save(tmp_path / "x.pdf")
    for said in ((), ("",), ("one", "two")):
        with pytest.raises(Refused, match="needs a description"):
            splicing.pages_of(Part(tmp_path / "x.pdf", "Letter", descriptions=said))
    # the words cross from the other process too
    with pytest.raises(Refused, match="locked"):
        (tmp_path / "ok").mkdir()
        job = splicing.Job(
            (Part(_encrypted(tmp_path), "Letter", descriptions=("x",)),), "t", "r", tmp_path / "x.pdf"
        )
        splicing.splice(job, tmp_path / "out.pdf")


def test_a_page_that_lies_on_its_side_is_shown_upright(tmp_path: Path) -> None:
    bundles.upload(rotated=90).save(tmp_path / "x.pdf")
    bound = bundling.bound(
        [Part(tmp_path / "x.pdf", "Plan", descriptions=("A plan",))], bundles.COVER, tmp_path
    )
    with pypdfium2.PdfDocument(bound.path) as pdf:
        assert [round(n) for n in pdf[1].get_size()] == [842, 595]
        text = pdf[1].get_textpage()
        low, high = text.get_charbox(0), text.get_charbox(8)
        assert low[1] > high[1] and abs(low[0] - high[0]) < 9  # turned by a quarter: downwards


@pytest.mark.parametrize(
    "content",
    [
        b"/P <</MCID 0/ActualText (a \\) EMC (b) c)/L <FEFF>/D <</A [1 2]/B<</C 1>>>>>>BDC (EMC) Tj [(x) 2 (\\(BMC)] TJ EMC",
        b"/P BMC % EMC here\n/Fm1 Do EMC /X MP /Y /Z DP q Q",
        b"q /A BMC BI /W 2 /H 2 /BPC 8 /CS /G ID EMC\x01 EI Q EMC",
        b"/EMC gs (unbalanced) Tj EMC EMC /P BMC",
        b"BT /F1 12 Tf(EMC)Tj ET",
    ],
)  # fmt: skip
def test_marks_go_and_everything_drawn_stays(content: bytes) -> None:
    def drawn(of: bytes) -> list[Any]:
        with pikepdf.Pdf.new() as pdf:
            found = pikepdf.parse_content_stream(pdf.make_stream(of))
        kept = [one for one in found if str(one.operator) not in uploaded._OPERATORS]
        return [pikepdf.unparse_content_stream([one]) for one in kept]

    left = uploaded.unmarked(content)
    assert drawn(left) == drawn(content)
    with pikepdf.Pdf.new() as pdf:
        assert (
            not {str(o.operator) for o in pikepdf.parse_content_stream(pdf.make_stream(left))}
            & uploaded._OPERATORS
        )
