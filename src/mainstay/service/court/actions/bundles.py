"""A bundle of evidence: begun, filled, issued once with a seal over every paper, withdrawn, served."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import IO, Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.models import StoredFile
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.court import expected, making, papers, servable
from mainstay.service.court.actions import objections
from mainstay.service.court.actions.certificates import may_prepare, scanned
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.actions.unused import list_anew
from mainstay.service.court.actions.witnesses import next_numbers
from mainstay.service.court.models import Bundle, BundleItem, Certificate, Prosecution, WitnessStatement
from mainstay.service.court.proving import frozen
from mainstay.service.documents.homes import homes
from mainstay.service.documents.models import Document, Service
from mainstay.service.documents.service import serve as serve_document

Kind = BundleItem.Kind
State = Bundle.State
#: criminal papers go by hand or by post, never by e-mail
METHODS: Final = (Service.Method.HAND, Service.Method.FIRST_CLASS)
#: the order in which kinds stand in a new bundle; an officer may change it
ORDER: Final = (
    Kind.CHARGE, Kind.NOTICE, Kind.CERTIFICATE, Kind.STATEMENT, Kind.EXHIBIT, Kind.INTERVIEW, Kind.SERVICE, Kind.CHRONOLOGY,
    Kind.PRINTOUT, Kind.FAMILY, Kind.COSTS, Kind.OTHER,
)  # fmt: skip


@transaction.atomic
def begin(*, prosecution_id: int, by: Any, at: datetime) -> Bundle:
    """An empty draft with what is expected of it. Raises StepRefused where one is live, or the prosecution is over."""
    one = locked(prosecution_id, by)
    may_prepare(by)
    if one.state in Prosecution.OVER:
        raise StepRefused("This prosecution is over.")
    if Bundle.objects.live().filter(prosecution=one).exists():
        raise StepRefused("This prosecution has a bundle already.")
    made = _new(one, by, at)
    list_anew(one, by, at)
    return made


@transaction.atomic
def add_document(
    *, bundle_id: int, key: str, witness: WitnessStatement | None, by: Any, at: datetime
) -> BundleItem:
    """A paper that is offered ("document-12", "paper-5") as an exhibit; witness: who produces it, None: nobody."""
    bundle = _draft(bundle_id, by)
    one, kind, pk = bundle.prosecution, *_parsed(key)
    number, producer = _produced(one, witness)
    if kind == "paper":
        paper = next((p for p in servable.enclosed(one) if p.pk == pk), None)
        if paper is None:
            raise StepRefused("This paper is not among those of the case.")
        return _add(
            bundle, Kind.EXHIBIT, paper.words or paper.item.text, by, at, file=paper.file, ref=number, witness=producer,
            description=paper.words,
        )  # fmt: skip
    document = Document.objects.filter(pk=pk).first()
    if document is None:
        raise StepRefused("This document is not there.")
    if why := servable.refused(one, document, by):
        raise StepRefused(why)
    return _add(bundle, Kind.EXHIBIT, document.title, by, at, document=document, ref=number, witness=producer)


@transaction.atomic
def upload(
    *,
    bundle_id: int,
    file: IO[bytes],
    title: str,
    description: str,
    witness: WitnessStatement | None,
    by: Any,
    at: datetime,
) -> BundleItem:
    """A PDF, JPEG or PNG with a description of what it shows. Raises FileRefused, saying how to make a PDF."""
    bundle = _draft(bundle_id, by)
    if not title.strip():
        raise StepRefused("Say what the paper is called in the index.")
    _described(description)
    number, producer = _produced(bundle.prosecution, witness)
    return _add(
        bundle, Kind.EXHIBIT, title.strip(), by, at, file=scanned(file, by, at), description=description.strip(), ref=number,
        witness=producer,
    )  # fmt: skip


@transaction.atomic
def add_made(
    *, bundle_id: int, what: str, by: Any, at: datetime, said: Mapping[str, Any] | None = None
) -> BundleItem:
    """A paper made for the bundle (``making.MAKERS``); the one before of its kind goes."""
    bundle = _draft(bundle_id, by)
    if what not in making.MAKERS:
        raise StepRefused("This paper is not made here.")
    document = making.make(bundle, what, said or {}, by=by, at=at)
    kind = Kind(what)
    old = bundle.items.filter(kind=kind).first()
    if old is not None:
        old.document, old.title, old.redactions = document, document.title, []
        old.save(update_fields=["document", "title", "redactions"])
        trail.record(
            by=by, at=at, action="bundle.paper_made_anew", on=bundle, item=old.pk, sha256=document.file.sha256
        )
        return old
    return _add(bundle, kind, document.title, by, at, document=document)


@transaction.atomic
def add_charge(*, bundle_id: int, by: Any, at: datetime) -> BundleItem:
    """The charge as it was issued."""
    bundle = _draft(bundle_id, by)
    document = bundle.prosecution.charge_document
    if document is None:
        raise StepRefused("The charge is not issued yet.")
    bundle.items.filter(kind=Kind.CHARGE).delete()
    return _add(bundle, Kind.CHARGE, document.title, by, at, document=document)


@transaction.atomic
def add_costs(*, bundle_id: int, by: Any, at: datetime) -> BundleItem:
    """The latest costs schedule."""
    bundle = _draft(bundle_id, by)
    schedule = bundle.prosecution.costs_schedules.select_related("document").first()
    if schedule is None:
        raise StepRefused("No costs schedule is made yet.")
    bundle.items.filter(kind=Kind.COSTS).delete()
    return _add(bundle, Kind.COSTS, schedule.document.title, by, at, document=schedule.document)


@transaction.atomic
def add_certificate(*, bundle_id: int, by: Any, at: datetime) -> list[BundleItem]:
    """The signed certificates, each with its scan where it was signed on paper."""
    bundle = _draft(bundle_id, by)
    found = Certificate.objects.standing().filter(prosecution=bundle.prosecution).exclude(signed_at=None)
    found = list(found.select_related("document", "school", "scan"))
    if not found:
        raise StepRefused("No certificate is signed yet.")
    bundle.items.filter(kind=Kind.CERTIFICATE).delete()
    added = []
    for each in found:
        title = f"Certificate of attendance, {each.school.name}"
        added.append(_add(bundle, Kind.CERTIFICATE, title, by, at, document=each.document, certificate=each))
        if each.scan is not None:
            words = f"The certificate of {each.school.name} as {each.signed_name} signed it on paper. Its text is on the pages before."
            added.append(
                _add(
                    bundle,
                    Kind.CERTIFICATE,
                    f"{title}, as signed",
                    by,
                    at,
                    file=each.scan,
                    description=words,
                    certificate=each,
                )
            )
    return added


@transaction.atomic
def add_statement(*, bundle_id: int, statement_id: int, by: Any, at: datetime) -> list[BundleItem]:
    """A signed statement with everything it produces, under the numbers it was signed with."""
    bundle = _draft(bundle_id, by)
    each = WitnessStatement.objects.standing().filter(prosecution=bundle.prosecution, pk=statement_id).first()
    if each is None or each.signed_at is None or each.document is None:
        raise StepRefused("This statement is not signed.")
    if bundle.items.filter(witness=each, kind=Kind.STATEMENT).exists():
        raise StepRefused("This statement is in the bundle already.")
    title = f"Statement of {each.signed_name}"
    added = [_add(bundle, Kind.STATEMENT, title, by, at, document=each.document, witness=each)]
    if each.scan is not None:
        words = f"The statement of {each.signed_name} as signed on paper. Its text is on the pages before."
        added.append(
            _add(
                bundle,
                Kind.STATEMENT,
                f"{title}, as signed",
                by,
                at,
                file=each.scan,
                description=words,
                witness=each,
            )
        )
    for exhibit in each.exhibits:
        added.append(_exhibit(bundle, each, exhibit, by, at))
    return added


@transaction.atomic
def leave_out(*, bundle_id: int, because: Mapping[str, str], by: Any, at: datetime) -> Bundle:
    """Go without expected papers, each with its reason; an empty reason expects its paper again."""
    bundle = _draft(bundle_id, by)
    known = {each.key for each in expected.papers(bundle.prosecution, bundle)}
    if because.keys() - known:
        raise StepRefused("No such paper is expected.")
    said = {what: words.strip()[:300] for what, words in because.items()}
    if any(said[what] for what in said.keys() & expected.NEEDED):
        raise StepRefused("Nothing is proved without it: it cannot be left out.")
    before = bundle.set_aside
    bundle.set_aside = {key: words for key, words in {**before, **said}.items() if words}
    bundle.save(update_fields=["set_aside"])
    for what, words in said.items():
        if words != before.get(what, ""):
            trail.record(by=by, at=at, action="bundle.left_out", on=bundle, what=what, because=words)
    return bundle


@transaction.atomic
def change(*, item_id: int, title: str, description: str, by: Any, at: datetime) -> BundleItem:
    """What the index calls it, and what its pages show."""
    item = _item(item_id, by)
    if not title.strip():
        raise StepRefused("Say what the paper is called in the index.")
    if item.file_id is not None or item.redactions:
        _described(description)
    item.title, item.description = title.strip()[:200], description.strip()
    item.save(update_fields=["title", "description"])
    trail.record(by=by, at=at, action="bundle.paper_changed", on=item.bundle, item=item.pk, title=item.title)
    return item


@transaction.atomic
def move(*, item_id: int, to: int, by: Any, at: datetime) -> BundleItem:
    """To another place, 1 being the first; those between make room."""
    item = _item(item_id, by)
    order = list(item.bundle.items.exclude(pk=item.pk))
    place = min(max(to, 1), len(order) + 1)
    order.insert(place - 1, item)
    for number, each in enumerate(order, start=1):
        if each.order != number:
            BundleItem.objects.filter(pk=each.pk).update(order=number)
    item.refresh_from_db()
    trail.record(by=by, at=at, action="bundle.paper_moved", on=item.bundle, item=item.pk, to=place)
    return item


@transaction.atomic
def remove(*, item_id: int, by: Any, at: datetime) -> Bundle:
    """Take a paper out of the draft; what a signed statement produces goes with the statement alone."""
    item = _item(item_id, by)
    bundle, gone = item.bundle, [item]
    produced = item.witness.exhibits if item.witness is not None and item.kind == Kind.EXHIBIT else []
    if item.witness is not None and item.ref in {each["ref"] for each in produced}:
        raise StepRefused(
            f"The statement of {item.witness.signed_name} produces {item.ref}: take the statement out instead."
        )
    if item.kind == Kind.STATEMENT:
        gone = list(bundle.items.filter(witness=item.witness))
    for each in gone:
        trail.record(
            by=by,
            at=at,
            action="bundle.paper_removed",
            on=bundle,
            item=each.pk,
            title=each.title,
            ref=each.ref,
        )
        each.delete()
    return bundle


@transaction.atomic
def redact(*, item_id: int, area: Mapping[str, Any], description: str, by: Any, at: datetime) -> BundleItem:
    """Black out one area of a page, in per cent of it: the page is served as a picture, its content gone.

    description: what the pages show, since a picture carries no text. Raises StepRefused.
    """
    item = _item(item_id, by)
    refuse_area(item, area)
    _described(description)
    item.redactions = [*item.redactions, {k: area[k] for k in ("page", "x", "y", "w", "h", "because")}]
    item.description = description.strip()
    item.save(update_fields=["redactions", "description"])
    trail.record(
        by=by,
        at=at,
        action="bundle.redacted",
        on=item.bundle,
        item=item.pk,
        page=area["page"],
        because=area["because"],
    )
    return item


@transaction.atomic
def unredact(*, item_id: int, number: int, by: Any, at: datetime) -> BundleItem:
    """Take back the area at that place."""
    item = _item(item_id, by)
    if not 0 <= number < len(item.redactions):
        raise StepRefused("This area is not there any more.")
    item.redactions = [r for n, r in enumerate(item.redactions) if n != number]
    item.save(update_fields=["redactions"])
    trail.record(by=by, at=at, action="bundle.unredacted", on=item.bundle, item=item.pk)
    return item


@transaction.atomic
def issue(*, bundle_id: int, served_on: date, by: Any, at: datetime) -> Bundle:
    """Seal the bundle: one tagged PDF with its index, and a manifest of every paper. Nothing is added afterwards.

    served_on: when it is posted or handed over; the day until which a party may object to a statement is printed from it.
    """
    bundle = _draft(bundle_id, by)
    one = bundle.prosecution
    _may_issue(by)
    if not timezone.localdate(at) <= served_on:
        raise StepRefused("It is served today or on a day to come.")
    if refusals := missing_to_issue(bundle, by):
        raise StepRefused(" ".join(refusals))
    notice = making.make(bundle, "notice", {"served_on": served_on}, by=by, at=at)
    bundle.items.filter(kind=Kind.NOTICE).delete()
    _add(bundle, Kind.NOTICE, notice.title, by, at, document=notice, quietly=True)
    making.seal(bundle, by=by, at=at)
    bundle.state, bundle.issued_at, bundle.issued_by = State.ISSUED, at, by
    bundle.save()
    list_anew(one, by, at)
    sha256 = bundle.document.file.sha256 if bundle.document else ""
    tell(one, f"Bundle of evidence issued, version {bundle.version}", f"SHA-256: {sha256}", by=by, at=at)
    trail.record(
        by=by,
        at=at,
        action="bundle.issued",
        on=bundle,
        version=bundle.version,
        sha256=sha256,
        frozen=frozen(bundle),
    )
    return bundle


@transaction.atomic
def withdraw(*, bundle_id: int, because: str, by: Any, at: datetime) -> Bundle:
    """Withdraw an issued bundle; the next version begins with its papers, to be changed, issued and served anew."""
    bundle = _locked(bundle_id, by)
    _may_issue(by)
    if bundle.state != State.ISSUED:
        raise StepRefused("Only an issued bundle is withdrawn; a draft is changed.")
    if len(because.strip()) < 10:
        raise StepRefused("Say why it is withdrawn: the court and the defendant are told.")
    bundle.state, bundle.withdrawn_at, bundle.withdrawn_because, bundle.withdrawn_by = (
        State.WITHDRAWN,
        at,
        because.strip(),
        by,
    )
    bundle.save()
    objections.bundle_withdrawn(bundle, by=by, at=at)
    made = _new(bundle.prosecution, by, at)
    made.set_aside = bundle.set_aside
    made.save(update_fields=["set_aside"])
    for item in bundle.items.exclude(kind=Kind.NOTICE):
        item.pk, item._state.adding, item.bundle, item.first_page, item.last_page = (
            None,
            True,
            made,
            None,
            None,
        )
        item.save()
    tell(
        bundle.prosecution,
        f"Bundle of evidence withdrawn, version {bundle.version}",
        because.strip(),
        by=by,
        at=at,
    )
    trail.record(
        by=by, at=at, action="bundle.withdrawn", on=bundle, because=because.strip(), frozen=frozen(bundle)
    )
    return made


@transaction.atomic
def serve(*, bundle_id: int, to: str, method: str, sent_on: date, by: Any, at: datetime) -> Service:
    """Record that the issued bundle went to the defendant or to the court. to: "defendant" or "court".

    Once the defendant has it, the time to object to each statement in it runs.
    """
    bundle = _locked(bundle_id, by)
    _may_issue(by)
    if bundle.state != State.ISSUED or bundle.document is None:
        raise StepRefused("Only an issued bundle is served.")
    if method not in METHODS:
        raise StepRefused("Criminal papers are handed over or posted first class.")
    one = bundle.prosecution
    channel = Service.Channel.HAND if method == Service.Method.HAND else Service.Channel.PRINT
    how = {
        "document": bundle.document,
        "method": method,
        "channel": channel,
        "sent_on": sent_on,
        "local": papers.local_of_court(),
        "by": by,
        "at": at,
    }
    if to == "court":
        return serve_document(addressee=None, name="The court", address="The court that has the case", **how)
    home = homes([one.parent_id], one.case.pupil, timezone.localdate(at), by).get(one.parent_id)
    if method != Service.Method.HAND and (home is None or not home.usable):
        raise StepRefused("No address to post it to is known, or it is confidential: hand it over.")
    service = serve_document(
        addressee=one.parent, name=one.parent.name, address=home.text if home else "By hand", reference=f"{one.number}-{bundle.version}",
        **how,
    )  # fmt: skip
    objections.bundle_served(bundle, service, by=by, at=at)
    return service


def missing_to_issue(
    bundle: Bundle,
    by: Any,
    items: list[BundleItem] | None = None,
    found: list[expected.Expected] | None = None,
) -> list[str]:
    """Everything that stands in the way of issuing it, in words.

    items, found: ``expected.items_of`` and ``expected.papers``, where they are read already
    """
    one = bundle.prosecution
    items = expected.items_of(bundle) if items is None else items
    found = expected.papers(one, bundle, items) if found is None else found
    left = [each.title.lower() for each in expected.left(found, with_charge=True)]
    words = [
        expected.certificate_missing(one),
        expected.statement_missing(one),
        f"Add, or leave out with a reason: {', '.join(left)}." if left else None,
        expected.untreated(items),
        *_stale(bundle, items, by),
    ]
    return list(filter(None, words))


def _stale(bundle: Bundle, items: list[BundleItem], by: Any) -> Iterator[str | None]:
    """Why papers may not be served as they are: privileged, or withdrawn since they were added."""
    one, fit = bundle.prosecution, None
    for item in items:
        if item.certificate is not None and item.certificate.withdrawn_at is not None:
            yield f"“{item.title}” was replaced by a newer certificate: add that instead."
        if item.kind == Kind.CHARGE and item.document_id != one.charge_document_id:
            yield "The charge was issued anew: add it again."
        if item.kind == Kind.COSTS:
            schedule = one.costs_schedules.first()
            if schedule is None or item.document_id != schedule.document_id:
                yield "The costs schedule is not one of this prosecution, or was made anew: add it again."
        elif item.kind not in making.MAKERS and item.document is not None:
            fit = servable.documents(one, by) if fit is None else fit
            yield servable.refused(one, item.document, by, fit) or None


def refuse_area(item: BundleItem, area: Mapping[str, Any]) -> None:
    if not 1 <= area["page"] <= making.pages_of(item):
        raise StepRefused(f"This paper has {plural(making.pages_of(item), 'page')}.")
    x, y, w, h = (area[k] for k in "xywh")
    if not (0 <= x < 100 and 0 <= y < 100 and 0 < w <= 100 - x and 0 < h <= 100 - y):
        raise StepRefused(
            "The area must lie on the page: left and width, top and height are at most 100 together."
        )
    if not area["because"].strip():
        raise StepRefused("Say why this is taken out.")


def _new(one: Prosecution, by: Any, at: datetime) -> Bundle:
    last = Bundle.objects.filter(prosecution=one).values_list("version", flat=True).first() or 0
    made = Bundle.objects.create(prosecution=one, version=last + 1, made_at=at, made_by=by)
    trail.record(by=by, at=at, action="bundle.begun", on=made, version=made.version)
    return made


def _locked(bundle_id: int, by: Any) -> Bundle:
    bundle = Bundle.objects.visible_to(by).filter(pk=bundle_id).first()
    if bundle is None:
        raise StepRefused("You cannot see this bundle.")
    one = locked(bundle.prosecution_id, by)  # everything about one bundle waits here
    bundle = Bundle.objects.get(pk=bundle_id)
    bundle.prosecution = one
    return bundle


def _draft(bundle_id: int, by: Any) -> Bundle:
    bundle = _locked(bundle_id, by)
    may_prepare(by)
    if bundle.state == State.ISSUED:
        raise StepRefused(
            "This bundle is issued: nothing in it is changed. Withdraw it with a reason, then serve a new one."
        )
    if bundle.state == State.WITHDRAWN:
        raise StepRefused("This bundle was withdrawn: change the newer one.")
    return bundle


def _item(item_id: int, by: Any) -> BundleItem:
    item = BundleItem.objects.select_related("witness").filter(pk=item_id).first()
    if item is None:
        raise StepRefused("This paper is not in the bundle any more.")
    item.bundle = _draft(item.bundle_id, by)
    return item


def _may_issue(by: Any) -> None:
    if not by.may("prosecute"):
        raise StepRefused("Your role cannot issue a bundle.")


def _described(description: str) -> None:
    if len(description.strip()) < 10:
        raise StepRefused("Describe what the pages show: somebody who cannot see them reads this instead.")


def _parsed(key: str) -> tuple[str, int]:
    kind, _, number = key.partition("-")
    return kind, int(number) if number.isdecimal() and len(number) < 19 else 0


def _produced(one: Prosecution, witness: WitnessStatement | None) -> tuple[str, WitnessStatement | None]:
    """The number under which a witness produces one more paper."""
    if witness is None:
        return "", None
    if witness.prosecution_id != one.pk or witness.withdrawn_at is not None:
        raise StepRefused("This statement is not one of the prosecution.")
    name = witness.signed_name or (witness.witness.name if witness.witness else "")
    if not name:
        raise StepRefused("Who makes this statement is not known before it is signed.")
    return next_numbers(one, name, 1)[0], witness


def _exhibit(
    bundle: Bundle, each: WitnessStatement, exhibit: Mapping[str, Any], by: Any, at: datetime
) -> BundleItem:
    more = {"ref": exhibit["ref"], "witness": each}
    if exhibit.get("file"):
        file = StoredFile.objects.get(pk=exhibit["file"])
        return _add(
            bundle, Kind.EXHIBIT, exhibit["what"], by, at, file=file, description=exhibit["what"], **more
        )
    document = Document.objects.get(pk=exhibit["document"])
    if why := servable.refused(bundle.prosecution, document, by):
        raise StepRefused(why)
    return _add(bundle, Kind.EXHIBIT, exhibit["what"], by, at, document=document, **more)


def _add(
    bundle: Bundle, kind: str, title: str, by: Any, at: datetime, *, quietly: bool = False, **paper: Any
) -> BundleItem:
    """At the end of its kind."""
    place = ORDER.index(Kind(kind))
    before = [n for n, i in enumerate(bundle.items.all(), 1) if ORDER.index(Kind(i.kind)) <= place]
    order = (max(before) if before else 0) + 1
    for number, each in enumerate(bundle.items.all(), 1):
        if each.order != number:
            BundleItem.objects.filter(pk=each.pk).update(order=number)
    bundle.items.filter(order__gte=order).update(order=F("order") + 1)
    item = BundleItem.objects.create(bundle=bundle, order=order, kind=kind, title=title[:200], **paper)
    if not quietly:
        sha256 = (item.document.file if item.document else item.file).sha256  # type: ignore[union-attr]
        trail.record(
            by=by,
            at=at,
            action="bundle.paper_added",
            on=bundle,
            item=item.pk,
            kind=kind,
            ref=item.ref,
            sha256=sha256,
        )
    return item
