"""One bundle with everything that a case can bring: read page by page by a machine, sealed, and tagged throughout."""

import io
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from tests.factories import AddressFactory, EntryFactory, UserFactory
from tests.factories_attendance import a_child, days_before, give, marked
from tests.factories_court import a_prosecution
from tests.factories_documents import DocumentFactory, a_file, served
from tests.factories_fast_track import OVER, decided, invited, opened
from tests.factories_penalties import a_parent
from tests.integration.casework.test_interviews import ended
from tests.integration.court.test_court_bundles import a_pdf, at_school, certified, stated

from mainstay.service.casework.actions import interviewing
from mainstay.service.common.uploads import store
from mainstay.service.court import expected, servable
from mainstay.service.court.actions import bundles, costs, witnesses
from mainstay.service.court.models import BundleItem
from mainstay.service.documents import manifest, rendering
from mainstay.service.documents.letters.charge import SingleJusticeCharge
from mainstay.service.record.models import Audience

pytestmark = pytest.mark.django_db
NOW = OVER + timedelta(days=4)
WORDS = "The deputy head met the mother on 2 October. She said that mornings are hard, and that a mentor would help."


def a_scan(*lines: str) -> io.BytesIO:
    """A page as a scanner makes it: a picture in a PDF without a tag."""
    page = Image.new("L", (1240, 1754), 248)
    draw = ImageDraw.Draw(page)
    for n, line in enumerate(lines):
        draw.text((120, 160 + 60 * n), line, fill=40, font_size=40)
    file = io.BytesIO()
    page.save(file, "PDF", resolution=150)
    file.seek(0)
    file.name = "scan.pdf"  # type: ignore[misc]
    return file


def a_photo() -> io.BytesIO:
    """Taken lying down, as a camera does."""
    photo = Image.new("RGB", (900, 600), "#7a8f66")
    ImageDraw.Draw(photo).text((60, 260), "Diary: mentor at the gate", fill="white", font_size=60)
    file = io.BytesIO()
    photo.save(file, "JPEG")
    file.seek(0)
    file.name = "photo.jpg"  # type: ignore[misc]
    return file


def interviewed() -> Any:
    """A signed interview of a parent of a child who missed seven days."""
    child = a_child(forename="Ada", surname="Invented")
    give(child, marked(days_before(child.school, until=date(2026, 10, 24)), "O", 14, start=6))
    parent = a_parent(child)
    fast_track = invited(decided(pupil=child, parents=[parent]))
    officer = fast_track.case.owner
    held = opened(fast_track, officer)
    said: dict[str, Any] = {"interview_id": held.pk, "by": officer, "at": OVER}
    interviewing.ask(
        question="Where was Ada on 9 and 10 September?", answer="At home, she was tired.", **said
    )
    interviewing.ask(
        question="What did the school offer?", answer="A mentor. I did not answer the letter.", **said
    )
    ended(held, officer)
    interviewing.read_back(note="Read aloud by the officer.", amendments="", **said)
    return interviewing.sign(signed_as=parent.name, refusal="", **said)


def a_full_draft(legal: Any) -> BundleItem:
    """Every paper that a bundle can hold; the item of which something is taken out."""
    held = interviewed()
    case, parent = held.fast_track.case, held.parent
    AddressFactory(parent=parent)
    one = a_prosecution(case=case, parent=parent, state="listed", legal_owner=legal)
    said: dict[str, Any] = {"by": legal, "at": NOW}
    letter = SingleJusticeCharge.sample()
    one.charge_document = rendering.issue(
        template=letter.template, title=letter.title, values=letter.as_values(), pupil_id=case.pupil_id, draft=False,
        about=one, **said,
    )  # fmt: skip
    one.issued_on = NOW.date()
    one.save()
    served(one.charge_document, addressee=parent, name=parent.name, sent_on=NOW.date(), by=legal, at=NOW)
    # what people say
    certificate = certified(one, legal)
    assert certificate.signed_at
    asked = witnesses.ask_school(prosecution_id=one.pk, asks="Registers and meetings.", **said)
    head = at_school(one, name="Robin Example", post="Deputy head")
    theirs: dict[str, Any] = {"statement_id": asked.pk, "by": head, "at": NOW}
    witnesses.write(text=f"I am the deputy head.\n\n{WORDS}", version=0, **theirs)
    witnesses.enclose(file=a_scan("Dear Parent,", "please come to a meeting on 2 October.", "The School"), what="Letter of 28 September 2026, asking the parent to a meeting", **theirs)  # fmt: skip
    of_school = witnesses.sign(true=True, version=1, **theirs)
    of_officer = stated(one, legal)
    # the papers
    bundle = bundles.begin(prosecution_id=one.pk, **said)
    into: dict[str, Any] = {"bundle_id": bundle.pk, **said}
    bundles.add_charge(**into)
    bundles.add_certificate(**into)
    for statement in (of_school, of_officer):
        bundles.add_statement(statement_id=statement.pk, **into)
    bundles.upload(file=a_photo(), title="Photograph of the diary", description="A page of the mentor’s diary of 5 October.", witness=of_school, **into)  # fmt: skip
    neighbour = DocumentFactory(
        pupil=case.pupil, title="Letter to both families", file=a_file(a_pdf("Of the neighbour, at 9 Hidden Lane: nothing else is known."))
    )  # fmt: skip
    item = bundles.add_document(key=f"document-{neighbour.pk}", witness=of_officer, **into)
    area = {"page": 1, "x": 0.0, "y": 7.0, "w": 100.0, "h": 8.0, "because": "The address of another family"}
    bundles.redact(
        item_id=item.pk, area=area, description="A letter about both families, one address taken out.", **said
    )
    bundles.add_made(what="interview", **into)
    bundles.add_made(what="service", **into)
    entries = [e.pk for e in servable.chronology(one, legal)]
    bundles.add_made(what="chronology", said={"entries": entries}, **into)
    bundles.add_made(
        what="printout", said={"commentary": "O: absent without leave.\n\nB: taught elsewhere."}, **into
    )
    bundles.add_made(what="family", said={"household": "A mother and two children.", "effect": "She works mornings.", "help": "A mentor; not taken up."}, **into)  # fmt: skip
    costs.make(prosecution_id=one.pk, rate_pence=6150, lines=[("Preparing the bundle", 90), ("Hearing", 45)], other_what="Travel", other_pence=1240, **said)  # fmt: skip
    bundles.add_costs(**into)
    for each in expected.missing(one, bundle, with_charge=True):
        bundles.leave_out(because={each.key: "The case has none"}, **into)
    item.refresh_from_db()
    return item


def texts(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as pdf:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


def test_a_bundle_of_everything_is_tagged_numbered_and_keeps_out_what_was_taken_out(tmp_path: Path) -> None:
    legal = UserFactory(role="legal_coordinator", name="Lee Legal", post="Legal co-ordinator")
    item = a_full_draft(legal)
    bundle, one = item.bundle, item.bundle.prosecution
    EntryFactory(pupil=one.case.pupil, audience=Audience.PRIVILEGED, title="Counsel says that it is weak")
    bundles.issue(bundle_id=bundle.pk, served_on=NOW.date(), by=legal, at=NOW)
    bundle.refresh_from_db()
    assert bundle.document is not None
    content = store.read(bundle.document.file)
    path = tmp_path / "bundle.pdf"
    path.write_bytes(content)
    kinds = [each.kind for each in bundle.items.all()]
    assert set(kinds) == set(BundleItem.Kind.values) - {"other"}
    assert manifest.verify(content).holds and list(pdfua.validate(path).findings) == []
    pages = texts(content)
    total = len(pages)
    assert [re.findall(rf"Page (\d+) of {total}$", page) for page in pages] == [
        [str(n)] for n in range(1, total + 1)
    ]
    # the index leads to every paper, in order, without a gap
    spans = [(i.title, i.first_page, i.last_page) for i in bundle.items.all()]
    assert [first for _, first, _ in spans[1:]] == [last + 1 for *_, last in spans[:-1]] and spans[-1][
        2
    ] == total
    for title, first, last in spans:
        assert title in pages[0] and first <= last
    with pikepdf.open(path) as pdf:
        assert all(page.obj.get(pikepdf.Name.StructParents) is not None for page in pdf.pages)
    everything = " ".join(pages)
    assert "Hidden Lane" not in everything and b"Hidden Lane" not in content and "Counsel" not in everything
    assert "Preparing the bundle" in everything and "£150.78" in pages[-1]
    # what the service says to itself is not served: its doubts, the steps of a prosecution, blank lines to sign
    assert not re.search("assumed|Digest of the marks: |Full code test|The person interviewed:", everything)
    with pypdfium2.PdfDocument(content) as shown:
        page = spans[[i.pk for i in bundle.items.all()].index(item.pk)][1]
        picture = shown[page - 1].render(scale=1).to_pil().convert("RGB")
    wide, high = picture.size
    assert {picture.getpixel((x, int(high * 0.115))) for x in range(3, wide - 3, 9)} == {(0, 0, 0)}
