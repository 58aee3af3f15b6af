"""Papers made for a bundle from what is recorded, and the bundle itself put together."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pikepdf
from django.conf import settings
from django.utils import timezone

from mainstay.law import deadlines as law
from mainstay.law.clock import in_words
from mainstay.law.rules import CURRENT
from mainstay.registers.grid import academic_year
from mainstay.service.attendance import certified
from mainstay.service.casework.fast_track_words import CAUTION_SOURCE
from mainstay.service.casework.models import Interview
from mainstay.service.casework.queries import interviews
from mainstay.service.common import signing
from mainstay.service.common.audit.models import Seal
from mainstay.service.common.audit.sealing import START
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.court import pictures, proofs, servable
from mainstay.service.court.evidence_paper import Values, about, paper, part, signed
from mainstay.service.court.models import Bundle, BundleItem, Certificate, Prosecution
from mainstay.service.documents import bundling, manifest, redacting, rendering
from mainstay.service.documents.models import Document
from mainstay.service.documents.redacting import Black
from mainstay.service.documents.splicing import Part

Kind = BundleItem.Kind
Said = Mapping[str, Any]
FAMILY: Final = {
    "household": "Who lives in the home, and what the child’s life there is like",
    "effect": "What an order would mean for the family, its work and care",
    "help": "What help was offered, and what the parent made of it",
    "programme": "A guidance programme that would be right, and when it could begin",
    "earlier": "Earlier orders",
}  # fmt: skip


def make(bundle: Bundle, what: str, said: Said, *, by: Any, at: datetime) -> Document:
    """One paper as an issued document about the bundle. Raises StepRefused where there is nothing to make it of."""
    template, title, giver = {**MAKERS, "notice": NOTICE}[what]
    values = giver(bundle, said, by, at)
    values.setdefault("title", title)
    return rendering.issue(
        template=template, title=values["title"], values=values, pupil_id=bundle.prosecution.case.pupil_id, by=by, at=at,
        draft=False, about=bundle,
    )  # fmt: skip


def _interview(bundle: Bundle, said: Said, by: Any, at: datetime) -> Values:
    one = bundle.prosecution
    found = Interview.objects.visible_to(by).filter(
        fast_track__case=one.case, parent=one.parent, state=Interview.State.SIGNED
    )
    interview = found.select_related(*interviews.SHOWN_WITH).order_by("-pk").first()
    if interview is None:
        raise StepRefused("No signed interview with this parent that you may read.")
    return {**interviews.printed(interview), "mark": "", "caution_source": CAUTION_SOURCE, "to_sign": False}


def _service(bundle: Bundle, said: Said, by: Any, at: datetime) -> Values:
    one = bundle.prosecution
    return proofs.values(one, proofs.sent(one), proofs.told(one), by, at)


def _chronology(bundle: Bundle, said: Said, by: Any, at: datetime) -> Values:
    one = bundle.prosecution
    wanted = set(map(int, said.get("entries", ())))
    entries = [e for e in servable.chronology(one, by) if e.pk in wanted]
    if not entries:
        raise StepRefused("Choose at least one entry.")
    rows = [[in_words(timezone.localdate(e.at)), entry_words(e)] for e in entries]
    table = part("Day by day", head=("Day", "What happened"), rows=rows, wide=1)
    opening = (
        "Made from the record of the service. Who can speak to an entry of their own knowledge says so in a statement.",
    )
    values = paper(one, "Chronology", about(one), table, opening=opening)
    return {**values, "entries": [e.pk for e in entries]}


def entry_words(entry: Any) -> str:
    text = entry.text.rpartition("\n\nWhy: ")[0] or ("" if entry.corrects_id else entry.text)
    return ". ".join(filter(None, (entry.title.strip().rstrip("."), " ".join(text.split()))))


def _family(bundle: Bundle, said: Said, by: Any, at: datetime) -> Values:
    one = bundle.prosecution
    parts = [
        part(words, *said[key].strip().split("\n\n"))
        for key, words in FAMILY.items()
        if said.get(key, "").strip()
    ]
    if not said.get("household", "").strip() or not said.get("effect", "").strip():
        raise StepRefused(
            "Say who lives in the home and what an order would mean for the family: the court has to consider both."
        )
    opening = (
        "For the court’s consideration of a parenting order (Sentencing Act 2020, Part 11, chapter 4).",
        "Where the child is under 16, the court considers the family’s circumstances and what an order would mean for them.",
    )
    return paper(
        one, "Family circumstances", about(one), *parts, part("Signature", signed(by, at)), opening=opening
    )


def _printout(bundle: Bundle, said: Said, by: Any, at: datetime) -> Values:
    one = bundle.prosecution
    if one.school is None:
        raise StepRefused("This prosecution is about no school.")
    first, last = ({**printout_days(one), **said}[name] for name in ("first", "last"))
    if last < first:
        raise StepRefused("The last day comes after the first.")
    frozen = certified.freeze(one.case.pupil, one.school, first, last, at)
    if not frozen["sessions"]:
        raise StepRefused(f"{one.school.name} has no mark of this child in these days.")
    totals = [[words, str(frozen["totals"][name])] for name, words in certified.FIGURES.items()]
    facts = [*about(one)[:3], ["Printed for", f"{in_words(first)} to {in_words(last)}"]]
    commentary = said.get("commentary", "").strip()
    return paper(
        one, "Printout of the register, for information", facts,
        part("Commentary", *(commentary.split("\n\n") if commentary else ["None was given."])),
        part("Attendance", head=("Sessions", "Number"), rows=totals, wide=0),
        part("Week by week", "Morning first, then afternoon. A dot stands where there is no mark.",
             head=("Week beginning", *(d[:3] for d in certified.DAYS)), rows=certified.weeks(frozen["sessions"]), wide=-1),
        opening=("This printout is for information. The evidence is the head teacher’s certificate.",),
    )  # fmt: skip


def printout_days(one: Prosecution) -> dict[str, date]:
    """The school year from its beginning to the end of the charge, unless somebody says otherwise."""
    return {"first": date(academic_year(one.offence_from), 9, 1), "last": one.offence_to}


def objection_until(served_on: date) -> tuple[date, date]:
    """The day the papers count as served when they are posted on that day, and the last day for an objection."""
    counts = law.find("court-papers-by-post", served_on).last_day
    return counts, law.find("witness-statement-objection", counts).last_day


def _notice(bundle: Bundle, said: Said, by: Any, at: datetime) -> Values:
    one = bundle.prosecution
    counts, until = objection_until(said["served_on"])
    statements = bundle.items.filter(kind=Kind.STATEMENT, document__isnull=False).select_related("witness")
    rows = [
        [s.witness.signed_name, s.witness.number, str(len(s.witness.exhibits))]
        for s in statements
        if s.witness
    ]
    explained = (
        Certificate.objects.standing()
        .filter(prosecution=one)
        .exclude(explained="")
        .select_related("explained_by")
    )
    parts = [
        part("Statements", head=("Of", "Number", "Exhibits"), rows=rows, wide=0),
        part(
            "If you do not agree that a statement is read",
            "The council means to put these statements before the court in writing, without the witness being there (Criminal "
            "Justice Act 1967, section 9). You can object, and then the witness has to come.",
            f"Tell us and the court in writing by {in_words(until)} at the latest. We count these papers as served on "
            f"{in_words(counts)}, unless you show us otherwise. If you do not object by then, you may lose the right to ask that "
            "the witness comes.",
            f"Write to {settings.CONFIG.council_name}, {settings.CONFIG.service_name}, and give the number {one.number}.",
        ),
    ]
    for each in explained:
        if each.explained_by:
            parts.append(
                part(
                    "Marks changed after the certificate was signed",
                    each.explained,
                    f"Explained by {each.explained_by.name}.",
                )
            )
    title = "About the witness statements"
    return {**paper(one, title, about(one), *parts), "objection_until": until.isoformat()}


#: what is made -> template, title, and where its values come from
Giver = Callable[[Bundle, Said, Any, datetime], Values]
MAKERS: Final[dict[str, tuple[str, str, Giver]]] = {
    "interview": ("interview_record", "Record of an interview under caution", _interview),
    "service": ("certificate_of_service", "Certificate of service", _service),
    "chronology": ("bundle_chronology", "Chronology", _chronology),
    "family": ("family_circumstances", "Family circumstances", _family),
    "printout": ("register_printout", "Printout of the register", _printout),
}
NOTICE: Final[tuple[str, str, Giver]] = ("statement_notice", "About the witness statements", _notice)


# the bundle itself


def pages_of(item: BundleItem) -> int:
    """How many pages a paper has."""
    if item.document is not None:
        with store.as_path(item.document.file) as path, pikepdf.open(path) as pdf:
            return len(pdf.pages)
    assert item.file is not None
    return bundling.check(item.file, item.title)


@contextmanager
def drafted(bundle: Bundle) -> Iterator[bundling.Bound]:
    """The papers in order with their index, as one tagged PDF; it lies on disk within the block. Raises Refused."""
    items = bundle.items.select_related("document__file", "file")
    with bundling.bind([paper_of(item) for item in items], cover(bundle, draft=True)) as made:
        yield made


def seal(bundle: Bundle, *, by: Any, at: datetime) -> None:
    """Keep the bundle as an issued document with its signed manifest inside, and the pages of each paper.

    The caller saves the row. Raises bundling.Refused.
    """
    one, items = (
        bundle.prosecution,
        list(bundle.items.select_related("document__file", "file", "certificate")),
    )
    papers, key = [paper_of(item) for item in items], signing.key()
    with bundling.bind(papers, cover(bundle, draft=False)) as made:
        spans = made.spans[1:]
        facts = manifest.Facts(
            reference=f"{one.number}/{bundle.version}", issued_at=at, rules_version=CURRENT.version,
            audit_head=_audit_head(), certificates={
                i.certificate.number: i.certificate.digest for i in items if i.certificate is not None
            },
            parts=[manifest.Source(span, paper.file.sha256) for span, paper in zip(spans, papers, strict=True)],
        )  # fmt: skip
        bundle.manifest = json.loads(manifest.seal(made.path, facts, key))
        with made.path.open("rb") as pdf:
            file = store.keep_made(pdf, kind="pdf", by=by, at=at)
    for item, span in zip(items, spans, strict=True):
        BundleItem.objects.filter(pk=item.pk).update(first_page=span.first, last_page=span.last)
    bundle.document = rendering.keep(
        file=file, template="bundle_index", title=f"Bundle of evidence, version {bundle.version}",
        values={"reference": facts.reference, "pages": made.pages, "parts": bundle.manifest["parts"]},
        pupil_id=one.case.pupil_id, by=by, at=at, draft=False, about=bundle,
    )  # fmt: skip


def _audit_head() -> str:
    """Of the audit chain as it is sealed now."""
    last = Seal.objects.order_by("-last_no").first()
    return str(last.head) if last is not None else START


def cover(bundle: Bundle, *, draft: bool) -> bundling.Cover:
    one = bundle.prosecution
    notes = (
        "Nothing is added to this bundle. Where it has to change, it is withdrawn and a new version is served.",
        *(("Draft, not issued: not for use in court.",) if draft else ()),
    )
    facts = (
        ("Prosecutor", settings.CONFIG.council_name),
        *((a, b) for a, b in about(one)),
        ("Version", str(bundle.version)),
    )
    key = "" if draft else manifest.fingerprint(signing.public())
    title = "Bundle of evidence" + (" (draft)" if draft else "")
    return bundling.Cover(title, f"{one.number}/{bundle.version}", facts, notes, key)


def stored(item: BundleItem) -> StoredFile:
    """The file of a paper as it came."""
    found: StoredFile | None = item.document.file if item.document is not None else item.file
    assert found is not None
    return found


def redacted(item: BundleItem) -> StoredFile:
    """The paper with what is taken out gone from it, kept. Raises Refused."""
    ours, file = item.document is not None, stored(item)
    blacks = [Black(a["page"], a["x"], a["y"], a["w"], a["h"]) for a in item.redactions]
    words = {black.page: f"{item.description.rstrip('.')}. Page {black.page}." for black in blacks}
    with store.as_path(file) as path, TemporaryDirectory(dir=settings.CONFIG.var / "tmp") as folder:
        part_ = Part(
            path, item.title, item.ref, made_here=ours, descriptions=() if ours else (item.description,)
        )
        done = Path(folder) / "redacted.pdf"
        redacting.redact(part_, blacks, words, done)
        return store.keep_made(done.read_bytes(), kind="pdf", by=None, at=timezone.now())


def picture(item: BundleItem, number: int) -> bytes:
    """One page as it would be served, as a PNG."""
    return pictures.page(stored(item), number, [a for a in item.redactions if a["page"] == number])


def paper_of(item: BundleItem) -> bundling.Paper:
    """As it goes into the bundle: with what is taken out gone."""
    if item.redactions:
        return bundling.Paper(redacted(item), item.title, item.ref, made_here=True)
    if item.document is not None:
        return bundling.Paper(item.document.file, item.title, item.ref, made_here=True)
    return bundling.Paper(stored(item), item.title, item.ref, descriptions=(item.description,))
