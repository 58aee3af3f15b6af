"""The head teacher's certificate: asked for from frozen marks, signed on screen or on paper, explained, replaced."""

from datetime import date, datetime
from typing import IO, Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import deadlines as law
from mainstay.law.clock import BeyondTable, in_words
from mainstay.law.register import CalendarTooShort
from mainstay.service.attendance import certified
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import kinds, store
from mainstay.service.common.uploads.kinds import FileRefused
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.models import Certificate, Prosecution
from mainstay.service.court.models.evidence import Way
from mainstay.service.court.proving import frozen
from mainstay.service.court.words import AS_PDF
from mainstay.service.directory import calendars
from mainstay.service.directory.models import School
from mainstay.service.documents import rendering
from mainstay.service.record import access, deadlines
from mainstay.service.record.models import Audience

RULE: Final = "prosecution-evidence"
TITLE: Final = "Certificate of attendance"


@transaction.atomic
def ask(*, prosecution_id: int, school: School, by: Any, at: datetime) -> Certificate:
    """Freeze the marks of the charge's period at one school, and ask its head teacher to sign.

    One that stands already, signed or not, is replaced; it stays in the record. Raises StepRefused without a mark.
    """
    one = locked(prosecution_id, by)
    may_prepare(by)
    values = certified.freeze(one.case.pupil, school, one.offence_from, one.offence_to, at)
    if not values["sessions"]:
        raise StepRefused(f"{school.name} has no mark of this child in the period of the charge.")
    _replace(one, school, by, at)
    made = Certificate.objects.create(
        prosecution=one, school=school, first=one.offence_from, last=one.offence_to, digest=values["digest"], values=values,
        asked_at=at, asked_by=by, due_on=due(one, school, at),
    )  # fmt: skip
    begin_deadline(one, made, f"{made.number}: certificate of attendance to be signed", by, at)
    tell(
        one, f"{school.name} was asked for a certificate of attendance", f"Digest of the marks: {made.digest}", by=by, at=at,
        audience=Audience.SCHOOL,
    )  # fmt: skip
    trail.record(
        by=by,
        at=at,
        action="certificate.asked",
        on=made,
        digest=made.digest,
        school=school.pk,
        frozen=frozen(made),
    )
    return made


@transaction.atomic
def sign(*, certificate_id: int, true: bool, by: Any, at: datetime) -> Certificate:
    """On screen, by the head teacher of that school alone; the marks are still those that were frozen."""
    one = _locked(certificate_id, by)
    if not (by.is_school_user and by.may("sign")):
        raise StepRefused("The head teacher of the school signs its certificate.")
    if not true:
        raise StepRefused("Tick that you have looked at the figures and that they are true.")
    _refuse_signed(one)
    if changed(one):
        raise StepRefused(
            "Marks of the register changed after this certificate was made. Ask the service for a new one, then sign that."
        )
    _keep(one, Way.SCREEN, by.name, by.post or "Head teacher", timezone.localdate(at), by, at)
    return one


@transaction.atomic
def sign_on_paper(
    *, certificate_id: int, file: IO[bytes], name: str, post: str, signed_on: date, by: Any, at: datetime
) -> Certificate:
    """The certificate as it was printed and signed, scanned. Raises StepRefused; FileRefused says how to save as PDF."""
    one = _locked(certificate_id, by)
    if not (by.is_school_user and by.may("sign")):
        may_prepare(by)
    _refuse_signed(one)
    if changed(one):
        raise StepRefused(
            "Marks changed after this certificate was made: what was signed is out of date. Ask for a new one."
        )
    refuse_signature(name, signed_on, one.asked_at, at)
    one.scan = scanned(file, by, at)
    _keep(one, Way.INK, name.strip(), post.strip() or "Head teacher", signed_on, by, at)
    return one


@transaction.atomic
def explain(*, certificate_id: int, words: str, by: Any, at: datetime) -> Certificate:
    """Say why marks changed after it was signed; it then stands, and the words are printed with it."""
    one = _locked(certificate_id, by)
    if not (by.is_school_user and by.may("sign")):
        may_prepare(by)
    if one.signed_at is None:
        raise StepRefused("It is not signed yet: make a new one from the marks as they are now.")
    now = digest_now(one)
    if now == one.digest:
        raise StepRefused("No mark has changed since: there is nothing to explain.")
    if len(words.strip()) < 20:
        raise StepRefused(
            "Say in a sentence or two which marks changed and why, so that a court can follow it."
        )
    one.explained, one.explained_digest, one.explained_at, one.explained_by = words.strip(), now, at, by
    one.save()
    trail.record(by=by, at=at, action="certificate.explained", on=one, now=now, frozen=frozen(one))
    return one


def digest_now(one: Certificate) -> str:
    return certified.digest(one.prosecution.case.pupil_id, one.school_id, one.first, one.last)


def changed(one: Certificate) -> bool:
    """Whether marks changed since, and nobody has explained those that stand now."""
    now = digest_now(one)
    return now not in (one.digest, one.explained_digest)


def may_prepare(by: Any) -> None:
    if by.is_school_user or not (by.may("prosecute") or by.may("propose_prosecution")):
        raise StepRefused("Your role cannot prepare evidence.")


def due(one: Prosecution, school: School, at: datetime) -> date | None:
    """The law's own last day for what a school is asked; None where its calendar does not reach that far."""
    today = timezone.localdate(at)
    try:
        return law.find(RULE, today, calendars.law_calendar(school)).last_day
    except (BeyondTable, CalendarTooShort, ValueError, LookupError):
        return None


def begin_deadline(one: Prosecution, asked: Any, label: str, by: Any, at: datetime) -> None:
    if asked.due_on is not None:
        deadlines.start(
            pupil=one.case.pupil_id, about=asked, rule=RULE, label=label, trigger_on=timezone.localdate(at),
            last_day=asked.due_on, owner=one.legal_owner or by, by=by, at=at,
        )  # fmt: skip


def refuse_signature(name: str, signed_on: date, asked_at: datetime, at: datetime) -> None:
    if not name.strip():
        raise StepRefused("Write the name as it was signed.")
    if not timezone.localdate(asked_at) <= signed_on <= timezone.localdate(at):
        raise StepRefused("The day it was signed lies between the day it was made and today.")


def scanned(file: IO[bytes], by: Any, at: datetime) -> Any:
    """A scan or upload of evidence, kept. Raises FileRefused with how to make a PDF of it."""
    try:
        return store.keep(file, allowed=kinds.EVIDENCE, by=by, at=at)
    except FileRefused as refusal:
        words = str(refusal)
        raise FileRefused(f"{words} {AS_PDF}") from None


def _locked(certificate_id: int, by: Any) -> Certificate:
    """The certificate, locked, as far as it is this person's to see."""
    seen = Certificate.objects.visible_to(by).filter(pk=certificate_id).exists()
    rows = Certificate.objects.select_for_update(of=("self",))
    found = rows.select_related("prosecution__case__pupil", "school").filter(pk=certificate_id)
    one: Certificate | None = found.first()
    if one is None or not seen:
        raise StepRefused("You cannot see this certificate.")
    if not access.may_open(by, one.prosecution.case.pupil):
        raise StepRefused("This record is restricted: it is signed on paper, or opened with a reason first.")
    if one.withdrawn_at is not None:
        raise StepRefused("This certificate was replaced by a newer one.")
    return one


def _refuse_signed(one: Certificate) -> None:
    if one.signed_at is not None:
        raise StepRefused("This certificate is signed already.")


def _keep(one: Certificate, way: str, name: str, post: str, on: date, by: Any, at: datetime) -> None:
    """Print it as it was signed, and close what waited for it."""
    how = "on screen" if way == Way.SCREEN else "on paper; the scan of the signed paper follows"
    signature = [f"Signed {how}: {name}, {post}, {in_words(on)}"]
    one.document = rendering.issue(
        template="certificate", title=TITLE, values=certified.printed(one.values, title=TITLE, mark="", signature=signature),
        pupil_id=one.prosecution.case.pupil_id, by=by, at=at, draft=False, about=one,
    )  # fmt: skip
    one.way, one.signed_name, one.signed_post = way, name[:120], post[:120]
    one.signed_on, one.signed_at, one.signed_by = on, at, by
    one.save()
    deadlines.stop(about=one, rule=RULE, by=by, at=at)
    tell(
        one.prosecution, f"Certificate of attendance of {one.school.name} signed {how.partition(';')[0]}", f"{name}, {post}",
        by=by, at=at, audience=Audience.SCHOOL,
    )  # fmt: skip
    trail.record(
        by=by,
        at=at,
        action="certificate.signed",
        on=one,
        way=way,
        digest=one.digest,
        sha256=one.document.file.sha256,
        frozen=frozen(one),
    )


def _replace(one: Prosecution, school: School, by: Any, at: datetime) -> None:
    for old in Certificate.objects.select_for_update().filter(
        prosecution=one, school=school, withdrawn_at=None
    ):
        old.withdrawn_at, old.withdrawn_because = at, "Replaced by a newer one"
        old.save(update_fields=["withdrawn_at", "withdrawn_because"])
        deadlines.stop(about=old, by=by, at=at)
        trail.record(by=by, at=at, action="certificate.replaced", on=old, frozen=frozen(old))
