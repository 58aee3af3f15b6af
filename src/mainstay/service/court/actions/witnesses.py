"""Statements under section 9: a school is asked for one, or one of the service is taken from its drafts; signed once."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import IO, Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.court import servable
from mainstay.service.court.actions.certificates import (
    RULE,
    begin_deadline,
    due,
    may_prepare,
    refuse_signature,
    scanned,
)
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.models import BundleItem, Prosecution, WitnessStatement
from mainstay.service.court.models.evidence import Way
from mainstay.service.court.proving import frozen
from mainstay.service.court.words import DECLARATION
from mainstay.service.documents import rendering
from mainstay.service.documents.models import Document, Statement
from mainstay.service.documents.statements import initials
from mainstay.service.record import access, deadlines
from mainstay.service.record.models import Audience

LONGEST: Final = 100_000
TITLE: Final = "Witness statement"


@transaction.atomic
def ask_school(*, prosecution_id: int, asks: str, by: Any, at: datetime) -> WitnessStatement:
    """Ask the school for a statement; asks: what it should say."""
    one = locked(prosecution_id, by)
    may_prepare(by)
    if one.school is None:
        raise StepRefused("This prosecution is about no school.")
    if not asks.strip():
        raise StepRefused("Say what the statement is asked to cover.")
    if (
        WitnessStatement.objects.standing()
        .filter(prosecution=one, school=one.school, signed_at=None)
        .exists()
    ):
        raise StepRefused("The school was asked already, and has not signed yet.")
    made = WitnessStatement.objects.create(
        prosecution=one, school=one.school, asks=asks.strip(), asked_at=at, asked_by=by, due_on=due(one, one.school, at),
    )  # fmt: skip
    begin_deadline(one, made, f"{made.number}: statement of the school to be signed", by, at)
    tell(
        one,
        f"{one.school.name} was asked for a statement",
        asks.strip(),
        by=by,
        at=at,
        audience=Audience.SCHOOL,
    )
    trail.record(by=by, at=at, action="witness.asked", on=made, school=one.school_id)
    return made


@transaction.atomic
def take(*, prosecution_id: int, statement: Statement, by: Any, at: datetime) -> WitnessStatement:
    """A statement of the service as it is drafted, to be signed by its witness; its exhibits get their numbers here.

    The same draft taken again replaces what was not signed yet. Raises StepRefused where an exhibit may not be served.
    """
    one = locked(prosecution_id, by)
    may_prepare(by)
    if statement.pupil_id != one.case.pupil_id:
        raise StepRefused("This statement is about another child.")
    standing = WitnessStatement.objects.standing().filter(prosecution=one, source=statement)
    if standing.exclude(signed_at=None).exists():
        raise StepRefused("This statement is signed already. Withdraw it first, to take a newer version.")
    for old in standing:
        _withdraw(old, "Taken again from a newer version", by, at)
    version = statement.versions.get(number=statement.version)
    for exhibit in version.exhibits:
        document = Document.objects.filter(pk=exhibit["document"]).first()
        why = (
            servable.refused(one, document, by)
            if document
            else "An exhibit of this statement is not there any more."
        )
        if why:
            raise StepRefused(f"{exhibit['ref']}: {why}")
    renamed = _numbered(one, statement.witness.name, [e["ref"] for e in version.exhibits])
    made = WitnessStatement.objects.create(
        prosecution=one, source=statement, source_version=version.number, witness=statement.witness, asked_at=at,
        asked_by=by, text=_renamed(version.text, renamed), version=1, written_at=at, written_by=by,
        exhibits=[{**e, "ref": renamed[e["ref"]]} for e in version.exhibits],
    )  # fmt: skip
    trail.record(
        by=by,
        at=at,
        action="witness.taken",
        on=made,
        statement=statement.pk,
        version=version.number,
        exhibits=renamed,
    )
    return made


@transaction.atomic
def write(*, statement_id: int, text: str, version: int, by: Any, at: datetime) -> WitnessStatement:
    """The words of a school's statement, by somebody of that school. Raises StepRefused where another wrote meanwhile."""
    one = _locked(statement_id, by)
    _school_only(one, by)
    _refuse_signed(one)
    text = "\n\n".join(part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip())
    if not text:
        raise StepRefused("Write at least one paragraph.")
    if len(text) > LONGEST:
        raise StepRefused("This is longer than a statement can be.")
    if version != one.version:
        raise StepRefused(
            "Somebody of your school changed it meanwhile. Their words are below: put yours and theirs together."
        )
    one.text, one.version, one.written_at, one.written_by = text, one.version + 1, at, by
    one.save()
    trail.record(by=by, at=at, action="witness.written", on=one, version=one.version)
    return one


@transaction.atomic
def enclose(*, statement_id: int, file: IO[bytes], what: str, by: Any, at: datetime) -> WitnessStatement:
    """A paper that the school's witness produces; it is numbered once the statement is signed."""
    one = _locked(statement_id, by)
    _school_only(one, by)
    _refuse_signed(one)
    if len(what.strip()) < 3:
        raise StepRefused(
            "Say what the paper is and what it shows: a person who cannot see the page reads this instead."
        )
    kept = scanned(file, by, at)
    one.exhibits = [
        *one.exhibits,
        {"ref": "", "what": what.strip()[:200], "on": "", "file": kept.pk},
    ]
    one.save(update_fields=["exhibits"])
    trail.record(by=by, at=at, action="witness.enclosed", on=one, sha256=kept.sha256)
    return one


@transaction.atomic
def take_out(*, statement_id: int, number: int, by: Any, at: datetime) -> WitnessStatement:
    """Take out the paper at that place, before the statement is signed."""
    one = _locked(statement_id, by)
    _school_only(one, by)
    _refuse_signed(one)
    if not 0 <= number < len(one.exhibits):
        raise StepRefused("This paper is not there any more.")
    out = one.exhibits[number]
    one.exhibits = [e for n, e in enumerate(one.exhibits) if n != number]
    one.save(update_fields=["exhibits"])
    trail.record(by=by, at=at, action="witness.taken_out", on=one, file=out.get("file"))
    return one


@transaction.atomic
def sign(*, statement_id: int, true: bool, version: int, by: Any, at: datetime) -> WitnessStatement:
    """On screen: the service's statement by its own witness, a school's by whoever there makes it.

    version: the one that was read.
    """
    one = _locked(statement_id, by)
    _refuse_signed(one)
    if one.school_id is not None:
        _school_only(one, by)
    elif by.pk != one.witness_id:
        raise StepRefused("A witness signs their own statement, nobody else for them.")
    if not true:
        raise StepRefused("Read the declaration, and tick that you make it.")
    if not one.text:
        raise StepRefused("Write the statement first.")
    if version != one.version:
        raise StepRefused("The words changed while you read them. Read them again, then sign.")
    one.witness = by
    _keep(one, Way.SCREEN, by.name, by.post, timezone.localdate(at), by, at)
    return one


@transaction.atomic
def sign_on_paper(
    *, statement_id: int, file: IO[bytes], name: str, post: str, signed_on: date, by: Any, at: datetime
) -> WitnessStatement:
    """As printed and signed, scanned."""
    one = _locked(statement_id, by)
    _refuse_signed(one)
    if by.is_school_user:
        _school_only(one, by)
    else:
        may_prepare(by)
    if not one.text:
        raise StepRefused("There are no words that could have been signed.")
    if one.witness is not None and name.strip() != one.witness.name:
        raise StepRefused(f"This is the statement of {one.witness.name}: the name on it has to be theirs.")
    refuse_signature(name, signed_on, one.asked_at, at)
    one.scan = scanned(file, by, at)
    _keep(one, Way.INK, name.strip(), post.strip(), signed_on, by, at)
    return one


@transaction.atomic
def withdraw(*, statement_id: int, because: str, by: Any, at: datetime) -> WitnessStatement:
    """The service goes without it; not while it lies in a bundle."""
    one = _locked(statement_id, by)
    may_prepare(by)
    if not because.strip():
        raise StepRefused("Say why it is withdrawn.")
    if BundleItem.objects.filter(witness=one).exclude(bundle__state="withdrawn").exists():
        raise StepRefused("It lies in the bundle with its exhibits: take it out of there first.")
    _withdraw(one, because.strip(), by, at)
    return one


def numbers_in_use(one: Prosecution) -> set[str]:
    """The exhibit numbers of a prosecution: of papers in its live bundle, and of statements that stand."""
    items = (
        BundleItem.objects.filter(bundle__prosecution=one).exclude(bundle__state="withdrawn").exclude(ref="")
    )
    used = set(items.values_list("ref", flat=True))
    for exhibits in (
        WitnessStatement.objects.standing().filter(prosecution=one).values_list("exhibits", flat=True)
    ):
        used.update(e["ref"] for e in exhibits if e["ref"])
    return used


def next_numbers(one: Prosecution, name: str, count: int) -> list[str]:
    """The next exhibit numbers of a witness, "RT/3", "RT/4": they go on through the whole bundle."""
    start = initials(name)
    used = (ref.rpartition("/") for ref in numbers_in_use(one))
    last = max((int(n) for who, _, n in used if who == start and n.isdecimal()), default=0)
    return [f"{start}/{last + n}" for n in range(1, count + 1)]


def printed(one: WitnessStatement, signature: list[str]) -> dict[str, Any]:
    """The values of ``witness_statement.typ``; no signature: to be signed."""
    name = one.signed_name or (one.witness.name if one.witness else "")
    post = one.signed_post or (one.witness.post if one.witness else "")
    return {
        "title": TITLE,
        "mark": "" if signature else "NOT SIGNED",
        "footer": f"{one.number}. Statement of {name}" if name else one.number,
        "facts": [
            ["Statement of", name or "to be added"],
            ["Age", "Over 18"],
            ["Occupation", post or "to be added"],
            ["School", one.school.name] if one.school else ["Employed by", "the council"],
        ],
        "declaration": DECLARATION,
        "signature": signature,
        "paragraphs": one.paragraphs,
        "exhibits": [[e["ref"] or "to be numbered", e["what"], e["on"] or "as the paper says"] for e in one.exhibits],
    }  # fmt: skip


def _locked(statement_id: int, by: Any) -> WitnessStatement:
    seen = WitnessStatement.objects.visible_to(by).filter(pk=statement_id).exists()
    rows = WitnessStatement.objects.select_for_update(of=("self",))
    found = rows.select_related("prosecution__case__pupil", "school", "witness").filter(pk=statement_id)
    one: WitnessStatement | None = found.first()
    if one is None or not seen:
        raise StepRefused("You cannot see this statement.")
    if not access.may_open(by, one.prosecution.case.pupil):
        raise StepRefused("This record is restricted: it is signed on paper, or opened with a reason first.")
    if one.withdrawn_at is not None:
        raise StepRefused("This statement was withdrawn.")
    return one


def _school_only(one: WitnessStatement, by: Any) -> None:
    if one.school_id is None or not (by.is_school_user and by.may("give_evidence")):
        raise StepRefused("Somebody of the school writes and signs its statement.")


def _refuse_signed(one: WitnessStatement) -> None:
    if one.signed_at is not None:
        raise StepRefused("This statement is signed: it is not changed any more.")


def _keep(one: WitnessStatement, way: str, name: str, post: str, on: date, by: Any, at: datetime) -> None:
    if one.school_id is not None:
        refs = next_numbers(one.prosecution, name, len(one.exhibits))
        one.exhibits = [{**e, "ref": ref} for e, ref in zip(one.exhibits, refs, strict=True)]
    one.way, one.signed_name, one.signed_post = way, name[:120], post[:120]
    one.signed_on, one.signed_at, one.signed_by = on, at, by
    how = "on screen" if way == Way.SCREEN else "on paper; the scan of the signed paper follows"
    signature = [f"Signed {how}: {name}, {in_words(on)}"]
    one.document = rendering.issue(
        template="witness_statement", title=f"{TITLE} of {name}"[:200], values=printed(one, signature),
        pupil_id=one.prosecution.case.pupil_id, by=by, at=at, draft=False, about=one,
    )  # fmt: skip
    one.save()
    deadlines.stop(about=one, rule=RULE, by=by, at=at)
    audience = Audience.SCHOOL if one.school_id else Audience.SERVICE
    tell(
        one.prosecution,
        f"Statement of {name} signed {how.partition(';')[0]}",
        "",
        by=by,
        at=at,
        audience=audience,
    )
    trail.record(
        by=by,
        at=at,
        action="witness.signed",
        on=one,
        way=way,
        sha256=one.document.file.sha256,
        frozen=frozen(one),
    )


def _withdraw(one: WitnessStatement, because: str, by: Any, at: datetime) -> None:
    one.withdrawn_at, one.withdrawn_because = at, because
    one.save(update_fields=["withdrawn_at", "withdrawn_because"])
    deadlines.stop(about=one, by=by, at=at)
    trail.record(by=by, at=at, action="witness.withdrawn", on=one, reason=because, frozen=frozen(one))


def _numbered(one: Prosecution, name: str, refs: list[str]) -> dict[str, str]:
    """The numbers of a draft -> those of the bundle."""
    return dict(zip(refs, next_numbers(one, name, len(refs)), strict=True))


def _renamed(text: str, renamed: Mapping[str, str]) -> str:
    if not renamed:
        return text
    any_of = "|".join(re.escape(ref) for ref in sorted(renamed, key=len, reverse=True))
    return re.sub(rf"\b({any_of})\b(?!\d)", lambda found: renamed[found[1]], text)
