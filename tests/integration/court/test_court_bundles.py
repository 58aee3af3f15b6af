"""The evidence of a prosecution: signed by whom it is of, sealed once, with nothing in it that is privileged."""

import io
from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest
from django.urls import reverse
from PIL import Image
from tests.factories import AddressFactory, EntryFactory, UserFactory
from tests.factories_attendance import a_child, at, days_before, give, later, marked
from tests.factories_court import a_prosecution
from tests.factories_documents import DocumentFactory, a_file, served
from tests.factories_hearings import served as in_hand

from mainstay.service.attendance.actions.correct import correct_mark
from mainstay.service.attendance.models import Register
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.kinds import FileRefused
from mainstay.service.court import blockers, expected, making, servable
from mainstay.service.court.actions import (
    bundles,
    certificates,
    costs,
    disclosing,
    issuing,
    objections,
    trial,
    unused,
    witnesses,
)
from mainstay.service.court.models import (
    Bundle,
    Certificate,
    Disclosure,
    Prosecution,
    StatementServed,
    UnusedItem,
    WitnessStatement,
)
from mainstay.service.directory.models import Pupil, SchoolPost
from mainstay.service.documents import actions_statements as drafting
from mainstay.service.documents import manifest, rendering
from mainstay.service.documents import service as serving
from mainstay.service.documents.models import Document
from mainstay.service.documents.statements import QUOTABLE, Asked
from mainstay.service.record.models import Audience, Deadline

pytestmark = pytest.mark.django_db
NOW = later(1)


def picture(name: str = "letter.png") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (60, 90), "white").save(file, "PNG")
    file.name = name  # type: ignore[misc]
    return file


def a_pdf(words: str = "Words of the letter") -> bytes:
    values = {
        "title": "Letter",
        "mark": "",
        "opening": [words],
        "facts": [],
        "parts": [],
        "footer": "A letter",
    }
    return rendering.render("bundle_chronology", values)


def at_school(prosecution: Prosecution, role: str = "head_teacher", **given: Any) -> Any:
    user = UserFactory(role=role, **given)
    SchoolPost.objects.create(user=user, school=prosecution.school)
    return user


@pytest.fixture
def legal() -> Any:
    return UserFactory(role="legal_coordinator")


def a_case_for_court() -> Prosecution:
    child = a_child()
    give(child, marked(days_before(child.school, until=date(2026, 10, 24)), "O", 14, start=6))
    return a_prosecution(pupil=child, state="evidence")


@pytest.fixture
def one() -> Prosecution:
    return a_case_for_court()


def certified(one: Prosecution, by: Any) -> Certificate:
    made = certificates.ask(prosecution_id=one.pk, school=one.school, by=by, at=at())
    return certificates.sign(certificate_id=made.pk, true=True, by=at_school(one), at=at())


def stated(
    one: Prosecution, by: Any, title: str = "Spoke with the mother", *, never_served: bool = True
) -> WitnessStatement:
    """A statement of the officer that produces a letter, taken and signed."""
    officer = one.investigator
    letter = DocumentFactory(pupil=one.case.pupil, title="Warning letter", made_at=at(), file=a_file(a_pdf()))
    EntryFactory(
        pupil=one.case.pupil, by=officer, at=at() - timedelta(days=40), written_at=at() - timedelta(days=40), title=title,
        about_kind="documents.document", about_id=str(letter.pk), audience=Audience.SERVICE,
    )  # fmt: skip
    if never_served:  # is told of, and not produced
        moment = at() - timedelta(days=40)
        DocumentFactory(
            pupil=one.case.pupil, title="Consideration", about_kind="orders.consideration", made_at=moment
        )
    draft, _ = drafting.start(
        pupil=one.case.pupil, witness=officer, asked=Asked(), known_on=at().date(), by=officer, at=at()
    )
    taken = witnesses.take(prosecution_id=one.pk, statement=draft, by=by, at=at())
    return witnesses.sign(statement_id=taken.pk, true=True, version=1, by=officer, at=at())


def a_bundle(one: Prosecution, by: Any, *, never_served: bool = True) -> Bundle:
    """Filled, with everything else left out for a reason."""
    certified(one, by)
    statement = stated(one, by, never_served=never_served)
    bundle = bundles.begin(prosecution_id=one.pk, by=by, at=at())
    bundles.add_certificate(bundle_id=bundle.pk, by=by, at=at())
    bundles.add_statement(bundle_id=bundle.pk, statement_id=statement.pk, by=by, at=at())
    bundles.add_made(
        bundle_id=bundle.pk, what="printout", by=by, at=at(), said={"commentary": "O is unauthorised."}
    )
    for each in expected.missing(one, bundle, with_charge=True):
        bundles.leave_out(bundle_id=bundle.pk, because={each.key: "Not needed here"}, by=by, at=at())
    return Bundle.objects.get(pk=bundle.pk)


def issued(one: Prosecution, by: Any) -> Bundle:
    return bundles.issue(bundle_id=a_bundle(one, by).pk, served_on=at().date(), by=by, at=at())


def test_a_certificate_says_what_the_register_says_and_where_it_came_from(one, legal):
    made = certified(one, legal)
    totals = made.values["totals"]
    assert totals["unauthorised"] == 14
    assert totals["possible"] == totals["attended"] + totals["authorised"] + totals["unauthorised"]
    assert (
        all(s["source"] == 1 for s in made.values["sessions"]) and made.values["sources"][0]["why"] == "test"
    )
    assert made.document.draft is False and made.signed_name == made.signed_by.name
    assert all(
        one.offence_from.isoformat() <= s["date"] <= one.offence_to.isoformat()
        for s in made.values["sessions"]
    )


def test_the_head_teacher_of_that_school_alone_signs(one, legal):
    made = certificates.ask(prosecution_id=one.pk, school=one.school, by=legal, at=at())
    assert "not signed" in str(expected.certificate_missing(one))
    elsewhere = at_school(a_prosecution())
    for who, words in (
        (elsewhere, "cannot see"),
        (at_school(one, "school_staff"), "head teacher"),
        (legal, "head teacher"),
    ):
        with pytest.raises(StepRefused, match=words):
            certificates.sign(certificate_id=made.pk, true=True, by=who, at=at())
    with pytest.raises(StepRefused, match="Tick"):
        certificates.sign(certificate_id=made.pk, true=False, by=at_school(one), at=at())


def test_a_mark_that_changes_after_the_signature_shows_and_blocks_until_it_is_explained(one, legal):
    made = certified(one, legal)
    assert expected.certificate_missing(one) is None
    register = Register.objects.get(pupil=one.case.pupil)
    day = days_before(one.school)[6]
    officer = UserFactory(role="ewo")
    correct_mark(register_id=register.pk, on=day, half="AM", code="C", reason="A funeral", by=officer, at=NOW)
    assert certificates.changed(made)
    assert "Marks changed" in str(expected.certificate_missing(one))
    head = at_school(one)
    certificates.explain(certificate_id=made.pk, words="A funeral was learnt of afterwards.", by=head, at=NOW)
    assert expected.certificate_missing(one) is None
    correct_mark(register_id=register.pk, on=day, half="PM", code="C", reason="The same", by=officer, at=NOW)
    assert "Marks changed" in str(expected.certificate_missing(one))
    again = certificates.ask(prosecution_id=one.pk, school=one.school, by=legal, at=NOW)
    made.refresh_from_db()
    assert made.withdrawn_at is not None and again.digest != made.digest
    assert again.values["totals"]["unauthorised"] == 12 and len(again.values["amendments"]) == 2


def test_a_certificate_signed_with_a_pen_is_kept_as_a_scan(one, legal):
    made = certificates.ask(prosecution_id=one.pk, school=one.school, by=legal, at=at())
    word = io.BytesIO(b"PK\x03\x04 not a workbook")
    word.name = "certificate.docx"  # type: ignore[misc]
    said = {
        "certificate_id": made.pk,
        "name": "Ada Head",
        "post": "",
        "signed_on": at().date(),
        "by": legal,
        "at": at(),
    }
    with pytest.raises(FileRefused, match="choose PDF"):
        certificates.sign_on_paper(file=word, **said)
    with pytest.raises(StepRefused, match="between"):
        certificates.sign_on_paper(file=picture(), **{**said, "signed_on": date(2026, 1, 1)})
    kept = certificates.sign_on_paper(file=picture(), **said)
    assert kept.way == "ink" and kept.scan is not None and kept.document is not None
    bundle = bundles.begin(prosecution_id=one.pk, by=legal, at=at())
    assert [bool(i.file) for i in bundles.add_certificate(bundle_id=bundle.pk, by=legal, at=at())] == [
        False,
        True,
    ]


def test_a_school_writes_and_signs_its_own_statement_and_no_other(one, legal):
    asked = witnesses.ask_school(prosecution_id=one.pk, asks="Registers and meetings.", by=legal, at=at())
    with pytest.raises(StepRefused, match="asked already"):
        witnesses.ask_school(prosecution_id=one.pk, asks="Again.", by=legal, at=at())
    staff = at_school(one, "school_staff", name="Robin Tester")
    with pytest.raises(StepRefused, match="cannot see"):
        witnesses.write(statement_id=asked.pk, text="No", version=0, by=at_school(a_prosecution()), at=at())
    with pytest.raises(StepRefused, match="Somebody of the school"):
        witnesses.write(statement_id=asked.pk, text="No", version=0, by=legal, at=at())
    witnesses.write(
        statement_id=asked.pk, text="I met the mother.\n\nI wrote to her.", version=0, by=staff, at=at()
    )
    with pytest.raises(StepRefused, match="meanwhile"):
        witnesses.write(statement_id=asked.pk, text="Else", version=0, by=staff, at=at())
    witnesses.enclose(statement_id=asked.pk, file=picture(), what="Letter of 3 October", by=staff, at=at())
    with pytest.raises(StepRefused, match="changed while"):
        witnesses.sign(statement_id=asked.pk, true=True, version=0, by=staff, at=at())
    signed = witnesses.sign(statement_id=asked.pk, true=True, version=1, by=staff, at=at())
    assert signed.exhibits[0]["ref"] == "RT/1" and signed.document.draft is False
    with pytest.raises(StepRefused, match="not changed any more"):
        witnesses.write(statement_id=asked.pk, text="Else", version=1, by=staff, at=at())


def test_exhibits_are_numbered_by_initials_through_the_whole_bundle(one, legal):
    first = stated(one, legal)
    start = first.exhibits[0]["ref"].partition("/")[0]
    assert first.exhibits[0]["ref"] == f"{start}/1" and f"exhibit {start}/1" in first.text
    bundle = bundles.begin(prosecution_id=one.pk, by=legal, at=at())
    bundles.add_statement(bundle_id=bundle.pk, statement_id=first.pk, by=legal, at=at())
    more = bundles.upload(
        bundle_id=bundle.pk, file=picture(), title="Photograph", description="A photograph of the diary.", witness=first,
        by=legal, at=at(),
    )  # fmt: skip
    assert more.ref == f"{start}/2"
    second = stated(one, legal, title="Called again")
    refs = [e["ref"] for e in second.exhibits]
    assert (
        f"{start}/3" in refs
        and all(f"exhibit {ref}." in second.text for ref in refs)
        and f"{start}/1." not in second.text
    )
    exhibit = bundle.items.get(ref=f"{start}/1")
    with pytest.raises(StepRefused, match="take the statement out"):
        bundles.remove(item_id=exhibit.pk, by=legal, at=at())


def test_what_is_sent_to_a_bundle_is_a_pdf_or_picture_that_somebody_described(one, legal):
    bundle = bundles.begin(prosecution_id=one.pk, by=legal, at=at())
    said = {"bundle_id": bundle.pk, "title": "Letter", "witness": None, "by": legal, "at": at()}
    text = io.BytesIO(b"Dear parent")
    text.name = "letter.txt"  # type: ignore[misc]
    with pytest.raises(FileRefused, match="choose PDF"):
        bundles.upload(file=text, description="A letter to the mother.", **said)
    with pytest.raises(StepRefused, match="Describe"):
        bundles.upload(file=picture(), description="", **said)
    assert bundles.upload(file=picture(), description="A letter to the mother.", **said).file is not None


@pytest.mark.parametrize(
    ("audience", "kind", "offered"),
    [(a, "note", a in QUOTABLE) for a in Audience] + [(Audience.SERVICE, "supervision", False)],
)
def test_nothing_privileged_for_named_people_or_of_supervision_is_ever_offered_or_served(
    audience, kind, offered, one, legal
):
    letter = DocumentFactory(pupil=one.case.pupil, title="The paper")
    entry = EntryFactory(
        pupil=one.case.pupil, audience=audience, kind=kind, title="Secret words", about_kind="documents.document",
        about_id=str(letter.pk), at=at() - timedelta(days=50),
    )  # fmt: skip
    assert (f"document-{letter.pk}" in {p.key for p in servable.offered(one, legal)}) == offered
    assert (entry.pk in {e.pk for e in servable.chronology(one, legal)}) == offered
    bundle = bundles.begin(prosecution_id=one.pk, by=legal, at=at())
    lines = " ".join(UnusedItem.objects.filter(prosecution=one).values_list("what", flat=True))
    assert ("Secret words" in lines) == offered
    if offered:
        bundles.add_document(
            bundle_id=bundle.pk, key=f"document-{letter.pk}", witness=None, by=legal, at=at()
        )
        return
    with pytest.raises(StepRefused, match="never put into a bundle"):
        bundles.add_document(
            bundle_id=bundle.pk, key=f"document-{letter.pk}", witness=None, by=legal, at=at()
        )
    bundle.items.create(order=1, kind="exhibit", title="Slipped in", document=letter)
    assert "never put into a bundle" in str(bundles.missing_to_issue(bundle, legal))


def test_an_issued_bundle_is_sealed_and_a_second_one_needs_the_first_withdrawn(one, legal):
    assert "Begin the bundle" in str(blockers.evidence_missing(one))
    bundle = issued(one, legal)
    assert blockers.evidence_missing(one) is None
    content = store.read(bundle.document.file)
    flipped = content[:6000] + bytes([content[6000] ^ 1]) + content[6001:]
    assert manifest.verify(content).holds
    assert not manifest.verify(flipped).holds
    assert set(bundle.manifest["certificates"].values()) == {Certificate.objects.get().digest}
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked and len(pdf.pages) == list(bundle.items.all())[-1].last_page
    assert bundle.items.first().first_page == 2 and bundle.items.first().kind == "notice"
    assert bundle.items.first().document.values["objection_until"] > at().date().isoformat()
    before = [list(bundle.items.values()), store.read(bundle.document.file)]
    statement, item = WitnessStatement.objects.get(), bundle.items.last()
    area = {"page": 1, "x": 0.0, "y": 0.0, "w": 9.0, "h": 9.0, "because": "A name"}
    said: dict[str, Any] = {"by": legal, "at": at()}
    whole: dict[str, Any] = {"bundle_id": bundle.pk, **said}
    told: dict[str, Any] = {"title": "Letter", "description": "A letter to the mother."}
    for step in (
        lambda: bundles.issue(served_on=at().date(), **whole),
        lambda: bundles.add_document(key="document-1", witness=None, **whole),
        lambda: bundles.upload(file=picture(), witness=None, **told, **whole),
        lambda: bundles.add_made(what="printout", **whole),
        lambda: bundles.add_charge(**whole),
        lambda: bundles.add_costs(**whole),
        lambda: bundles.add_certificate(**whole),
        lambda: bundles.add_statement(statement_id=statement.pk, **whole),
        lambda: bundles.leave_out(because={"costs": "Not asked for"}, **whole),
        lambda: bundles.change(item_id=item.pk, **told, **said),
        lambda: bundles.move(item_id=item.pk, to=1, **said),
        lambda: bundles.remove(item_id=item.pk, **said),
        lambda: bundles.redact(item_id=item.pk, area=area, description=told["description"], **said),
        lambda: bundles.unredact(item_id=item.pk, number=0, **said),
    ):
        with pytest.raises(StepRefused, match="is issued: nothing in it is changed"):
            step()
    with pytest.raises(StepRefused, match="has a bundle already"):
        bundles.begin(prosecution_id=one.pk, **said)
    with pytest.raises(StepRefused, match="take it out of there first"):
        witnesses.withdraw(statement_id=statement.pk, because="Not needed", **said)
    assert before == [list(bundle.items.values()), store.read(bundle.document.file)]
    service = bundles.serve(
        bundle_id=bundle.pk, to="defendant", method="hand", sent_on=at().date(), by=legal, at=at()
    )
    assert service.addressee == one.parent and service.document == bundle.document
    with pytest.raises(StepRefused, match="handed over or posted"):
        bundles.serve(bundle_id=bundle.pk, to="court", method="email", sent_on=at().date(), by=legal, at=at())
    again = bundles.withdraw(bundle_id=bundle.pk, because="A page was missing.", by=legal, at=NOW)
    assert (again.version, again.items.count()) == (2, bundle.items.count() - 1)
    assert bundles.issue(bundle_id=again.pk, served_on=NOW.date(), by=legal, at=NOW).state == "issued"
    assert Document.objects.filter(kind="bundle_index").count() == 2


def test_an_officer_prepares_and_legal_alone_issues(one, legal):
    bundle = a_bundle(one, one.investigator)
    with pytest.raises(StepRefused, match="cannot issue"):
        bundles.issue(bundle_id=bundle.pk, served_on=at().date(), by=one.investigator, at=at())
    with pytest.raises(StepRefused, match="cannot be left out"):
        bundles.leave_out(bundle_id=bundle.pk, because={"certificate": "No"}, by=legal, at=at())
    bundles.leave_out(bundle_id=bundle.pk, because={"costs": ""}, by=legal, at=at())
    with pytest.raises(StepRefused, match="costs schedule"):
        bundles.issue(bundle_id=bundle.pk, served_on=at().date(), by=legal, at=at())


def test_made_papers_say_what_is_recorded(one, legal):
    served(
        DocumentFactory(pupil=one.case.pupil, title="Invitation"),
        addressee=one.parent,
        sent_on=date(2026, 11, 20),
    )
    entry = EntryFactory(
        pupil=one.case.pupil, title="A visit", at=at() - timedelta(days=50), audience=Audience.SERVICE
    )
    bundle = bundles.begin(prosecution_id=one.pk, by=legal, at=at())
    said: dict[str, dict[str, Any]] = {
        "service": {},
        "chronology": {"entries": [entry.pk]},
        "family": {"household": "A mother and two children.", "effect": "She works mornings."},
        "printout": {},
    }
    for what, words in said.items():
        item = bundles.add_made(bundle_id=bundle.pk, what=what, by=legal, at=at(), said=words)
        again = bundles.add_made(bundle_id=bundle.pk, what=what, by=legal, at=at(), said=words)
        assert again.pk == item.pk
    values = {i.kind: i.document.values for i in bundle.items.all()}
    assert values["service"]["parts"][0]["rows"][0][0] == "Invitation"
    assert values["chronology"]["entries"] == [entry.pk]
    assert ["Child", one.case.pupil.initials] in values["chronology"]["facts"]
    with pytest.raises(StepRefused, match="an order would mean"):
        making.make(bundle, "family", {"household": "x"}, by=legal, at=at())


def test_unused_material_is_listed_reviewed_by_its_officer_and_scheduled(one, legal):
    child: Pupil = one.case.pupil
    EntryFactory(pupil=child, audience=Audience.PRIVILEGED, title="Counsel says")
    note = EntryFactory(pupil=child, audience=Audience.SERVICE, title="A call by the aunt")
    other = UserFactory(role="legal_coordinator")
    with pytest.raises(StepRefused, match="Name the disclosure officer"):
        unused.finish(prosecution_id=one.pk, by=legal, at=at())
    unused.name_officer(prosecution_id=one.pk, officer=legal, by=other, at=at())
    rows = UnusedItem.objects.filter(prosecution=one)
    line = rows.get(about_kind="record.entry", about_id=str(note.pk))
    secret = rows.get(privileged=True)
    assert "Counsel" not in secret.what
    said: dict[str, Any] = {
        "undermines": True,
        "because": "She says she was ill.",
        "disclosed_on": at().date(),
        "at": at(),
    }
    with pytest.raises(StepRefused, match="disclosure officer"):
        unused.decide(item_id=line.pk, decision="disclose", by=other, **said)
    with pytest.raises(StepRefused, match="undermine"):
        unused.decide(item_id=line.pk, decision="not_relevant", by=legal, **said)
    with pytest.raises(StepRefused, match="privileged"):
        unused.decide(item_id=secret.pk, decision="disclose", by=legal, **said)
    unused.decide(item_id=line.pk, decision="disclose", by=legal, **said)
    with pytest.raises(StepRefused, match="to be looked at"):
        unused.finish(prosecution_id=one.pk, by=legal, at=at())
    for row in rows.filter(decision="open"):
        unused.decide(item_id=row.pk, decision="withhold", by=legal, **{**said, "because": "Legal advice"})
    EntryFactory(pupil=child, audience=Audience.SERVICE, title="Came later")
    with pytest.raises(StepRefused, match="came into the case"):
        unused.finish(prosecution_id=one.pk, by=legal, at=at())
    unused.look_again(prosecution_id=one.pk, by=legal, at=at())
    unused.decide(item_id=rows.get(decision="open").pk, decision="withhold", by=legal, **said)
    done = unused.finish(prosecution_id=one.pk, by=legal, at=at())
    assert "Counsel" not in str(done.document.values) and "A call by the aunt" in str(done.document.values)


def test_what_is_taken_out_of_a_page_is_gone(one, legal):
    bundle = bundles.begin(prosecution_id=one.pk, by=legal, at=at())
    letter = DocumentFactory(
        pupil=one.case.pupil, file=a_file(a_pdf("The secret address is 1 Invented Road"))
    )
    item = bundles.add_document(
        bundle_id=bundle.pk, key=f"document-{letter.pk}", witness=None, by=legal, at=at()
    )
    area = {"page": 1, "x": 0.0, "y": 0.0, "w": 100.0, "h": 50.0, "because": "An address"}
    for wrong, words in (
        (area | {"page": 2}, "1 page"),
        (area | {"w": 200.0}, "on the page"),
        (area | {"because": " "}, "why"),
    ):
        with pytest.raises(StepRefused, match=words):
            bundles.redact(
                item_id=item.pk, area=wrong, description="A letter, its top taken out.", by=legal, at=at()
            )
    bundles.redact(item_id=item.pk, area=area, description="A letter, its top taken out.", by=legal, at=at())
    item.refresh_from_db()
    paper = making.paper_of(item)
    with pikepdf.open(io.BytesIO(store.read(paper.file))) as pdf:
        assert pdf.Root.StructTreeRoot.K[0].K[0].Alt == "A letter, its top taken out. Page 1."
        assert "/Font" not in pdf.pages[0].Resources
    with Image.open(io.BytesIO(making.picture(item, 1))) as shown:
        assert {
            shown.getpixel((x, y))
            for x in range(0, shown.width, 7)
            for y in range(0, shown.height // 2 - 2, 7)
        } == {(0, 0, 0)}
    with making.drafted(bundle) as made:
        assert made.spans[1].last - made.spans[1].first == 0
    bundles.unredact(item_id=item.pk, number=0, by=legal, at=at())
    assert bundle.items.get().redactions == []


def rules_of(about: Any) -> dict[str, date]:
    found = Deadline.objects.open().filter(about_kind=about._meta.label_lower, about_id=str(about.pk))
    return dict(found.values_list("rule", "last_day"))


def test_serving_a_bundle_starts_the_time_to_object_and_withdrawing_it_ends_it(one, legal, client):
    AddressFactory(parent=one.parent)
    bundle = issued(one, legal)
    Prosecution.objects.filter(pk=one.pk).update(state="listed")
    said: dict[str, Any] = {"method": "first_class_post", "sent_on": at().date(), "by": legal, "at": at()}
    bundles.serve(bundle_id=bundle.pk, to="court", **said)
    assert not StatementServed.objects.exists()
    service = bundles.serve(bundle_id=bundle.pk, to="defendant", **said)
    # by the criminal courts' presumption, as the notice in the bundle prints it
    row = StatementServed.objects.get()
    printed = bundle.items.get(kind="notice").document.values["objection_until"]
    counts, until = making.objection_until(at().date())
    assert (row.statement, row.service, row.served_on) == (WitnessStatement.objects.get(), service, counts)
    assert row.object_by == until == date.fromisoformat(printed) and rules_of(row) == {
        objections.OBJECTION: until
    }
    bundles.serve(bundle_id=bundle.pk, to="defendant", **{**said, "method": "hand"})
    assert StatementServed.objects.get().service == service  # once more changes nothing
    # the letter comes back: nothing runs; it is proved after all: it runs from then
    serving.mark_returned(service=service, returned_on=at().date(), reason="Gone away", by=legal, at=at())
    row.refresh_from_db()
    assert row.withdrawn_on == at().date() and rules_of(row) == {}
    with pytest.raises(StepRefused, match="does not count as served"):
        trial.objected(statement_id=row.pk, on=counts, objection="", by=legal, at=NOW)
    shown = later(9)
    serving.prove(service=service, received_on=shown.date(), proof="She has it", by=legal, at=shown)
    row.refresh_from_db()
    assert (row.withdrawn_on, row.served_on) == (None, shown.date()) and row.object_by > until
    # withdrawn, nobody need object; served anew, the time runs anew
    second = bundles.withdraw(bundle_id=bundle.pk, because="A page was missing.", by=legal, at=shown)
    row.refresh_from_db()
    assert row.withdrawn_because == "Its bundle was withdrawn." and rules_of(row) == {}
    client.force_login(legal)
    trial_page = client.get(reverse("court_trial", args=[one.pk])).content.decode()
    assert "Its bundle was withdrawn." in trial_page and "An objection came" not in trial_page
    bundles.issue(bundle_id=second.pk, served_on=shown.date(), by=legal, at=shown)
    again = {"method": "hand", "sent_on": shown.date(), "by": legal, "at": shown}
    bundles.serve(bundle_id=second.pk, to="defendant", **again)
    new = StatementServed.objects.standing().get()
    # handed over it counts at once; the later day, printed for the post, holds
    assert new.pk != row.pk and new.served_on == shown.date()
    assert new.object_by == making.objection_until(shown.date())[1] and rules_of(new) == {
        objections.OBJECTION: new.object_by
    }
    # an objection stays made, whatever version is served; without the statement it falls
    trial.objected(statement_id=new.pk, on=shown.date(), objection="Not true.", by=legal, at=shown)
    third = bundles.withdraw(bundle_id=second.pk, because="Another page was missing.", by=legal, at=shown)
    bundles.issue(bundle_id=third.pk, served_on=shown.date(), by=legal, at=shown)
    bundles.serve(bundle_id=third.pk, to="defendant", **again)
    assert StatementServed.objects.standing().get() == new and objections.WARN in rules_of(new)
    fourth = bundles.withdraw(bundle_id=third.pk, because="It goes without it.", by=legal, at=shown)
    bundles.remove(item_id=fourth.items.get(kind="statement").pk, by=legal, at=shown)
    bundles.leave_out(bundle_id=fourth.pk, because={"exhibits": "None"}, by=legal, at=shown)
    third.refresh_from_db()
    Bundle.objects.filter(pk=fourth.pk).update(state="issued", document=third.document)
    bundles.serve(bundle_id=fourth.pk, to="defendant", **again)
    assert not StatementServed.objects.standing().exists() and rules_of(new) == {}


def test_finishing_the_review_is_the_disclosure_the_court_waits_for(one, legal):
    unused.name_officer(prosecution_id=one.pk, officer=one.investigator, by=legal, at=at())
    note = EntryFactory(pupil=one.case.pupil, audience=Audience.SERVICE, title="A call by the aunt")
    officer = one.investigator
    for moment in (at(), NOW):
        unused.look_again(prosecution_id=one.pk, by=officer, at=moment)
        for row in UnusedItem.objects.to_look_at().filter(prosecution=one):
            how = "disclose" if row.about_id == str(note.pk) else "withhold"
            unused.decide(
                item_id=row.pk, undermines=True, decision=how, because="As it is", disclosed_on=moment.date(), by=officer, at=moment
            )  # fmt: skip
        named = unused.finish(prosecution_id=one.pk, by=officer, at=moment)
        if moment == at():  # before a plea nobody waits for it
            assert named.document is not None and (named.served_on, named.reviews) == (None, [])
            Prosecution.objects.filter(pk=one.pk).update(state="trial")
            one.refresh_from_db()
            disclosing.set_down(one, officer, date(2026, 12, 9), by=legal, at=moment)
            assert rules_of(one) == {disclosing.DISCLOSURE: date(2026, 12, 9)}
            due = Deadline.objects.open().get(rule=disclosing.DISCLOSURE)
            assert due.owner == officer
            unused.name_officer(prosecution_id=one.pk, officer=legal, by=legal, at=moment)
            due.refresh_from_db()
            assert due.owner == legal and Disclosure.objects.count() == 1
            officer = legal
    assert rules_of(one) == {} and named.served_on == NOW.date()
    assert "1 disclosed" in named.reviews[0]["found"] and named.reviews[0]["by"] == legal.name
    assert trial.disclosed(
        prosecution_id=one.pk, on=NOW.date(), found="Nothing new.", by=legal, at=NOW
    ).reviews[1:]


def test_service_is_certified_in_one_way_for_the_charge_and_for_the_bundle(one, legal):
    in_hand(one)
    AddressFactory(parent=one.parent, confidential=True)
    made = issuing.certify(prosecution_id=one.pk, how="I posted it at the Civic Centre.", by=legal, at=at())
    bundle = bundles.begin(prosecution_id=one.pk, by=legal, at=at())
    served(
        DocumentFactory(pupil=one.case.pupil, title="Invitation"),
        addressee=one.parent,
        sent_on=date(2026, 11, 20),
    )
    item = bundles.add_made(bundle_id=bundle.pk, what="service", by=legal, at=at())
    first, second = made.values, item.document.values
    assert made.template == item.document.template == "certificate_of_service"
    assert [len(v["parts"][0]["rows"]) for v in (first, second)] == [1, 2]
    assert first["told"] == second["told"] and first["told"][0].startswith("I posted it at the Civic Centre.")
    assert legal.name in first["told"][0] and "1 Example Road" not in str(first) + str(second)


def test_what_became_stale_in_a_draft_is_not_issued(one, legal):
    bundle, said = a_bundle(one, legal), {"by": legal, "at": at()}
    costs.make(prosecution_id=one.pk, rate_pence=6000, lines=[("Preparing", 90)], **said)
    item = bundles.add_costs(bundle_id=bundle.pk, **said)
    shown = item.document.values
    assert shown["rows"] == [["Preparing", "1 h 30 min", "£90.00"]] and shown["total"] == "£90.00"
    assert bundles.missing_to_issue(bundle, legal) == []
    costs.make(prosecution_id=one.pk, rate_pence=6000, lines=[("Preparing", 120)], **said)
    item.refresh_from_db()
    assert item.document.values == shown  # frozen as it was made
    certificates.ask(prosecution_id=one.pk, school=one.school, **said)
    words = " ".join(bundles.missing_to_issue(bundle, legal))
    assert (
        "costs schedule" in words
        and "was replaced by a newer certificate" in words
        and "has not signed" in words
    )
    with pytest.raises(StepRefused, match="was made anew: add it again"):
        bundles.issue(bundle_id=bundle.pk, served_on=at().date(), **said)
    fresh = bundles.add_costs(bundle_id=bundle.pk, **said)
    assert fresh.document.values["total"] == "£120.00" and bundle.items.filter(kind="costs").count() == 1
