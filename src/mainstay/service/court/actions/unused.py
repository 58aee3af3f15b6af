"""Unused material: everything of the case file that is not served, listed by itself, reviewed, disclosed or withheld."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.casework.models import Interview, Investigation, Plan, Visit
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.court import servable
from mainstay.service.court.actions import disclosing
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.models import (
    Advice,
    BundleItem,
    CodeTest,
    Disclosure,
    Prosecution,
    UnusedItem,
    WitnessStatement,
)
from mainstay.service.documents import rendering
from mainstay.service.documents.models import Document
from mainstay.service.documents.statements import QUOTABLE
from mainstay.service.record.kinds import PROSECUTION
from mainstay.service.record.models import Audience, Entry

Decision = UnusedItem.Decision
TITLE: Final = "Schedule of unused material"
#: what is listed as a class alone, never paper by paper
CLASS: Final = "class"


@transaction.atomic
def look_again(*, prosecution_id: int, by: Any, at: datetime) -> int:
    """List what came into the case file since; how many lines are new."""
    one = locked(prosecution_id, by)
    _may(by)
    return list_anew(one, by, at)


def list_anew(one: Prosecution, by: Any, at: datetime) -> int:
    """Inside the caller's transaction: lines for what is not in the live bundle; what is served now goes."""
    wanted = {(kind, key): (what, privileged) for kind, key, what, privileged in _file(one)}
    have = {(row.about_kind, row.about_id): row for row in UnusedItem.objects.filter(prosecution=one)}
    gone = [row.pk for key, row in have.items() if key not in wanted]
    for key, row in have.items():
        if key in wanted and row.about_kind == CLASS and row.what != wanted[key][0]:
            row.what = wanted[key][0]
            row.save(update_fields=["what"])
    new = [
        UnusedItem(
            prosecution=one, about_kind=key[0], about_id=key[1], what=what[:300], privileged=privileged
        )
        for key, (what, privileged) in wanted.items()
        if key not in have
    ]
    UnusedItem.objects.filter(pk__in=gone).delete()
    UnusedItem.objects.bulk_create(new, batch_size=500)
    if new or gone:
        trail.record(by=by, at=at, action="unused.listed", on=one, new=len(new), served=len(gone))
    return len(new)


@transaction.atomic
def name_officer(*, prosecution_id: int, officer: Any, by: Any, at: datetime) -> Disclosure:
    """Who reviews what is not served and answers for its disclosure, before a plea of not guilty and after."""
    one = locked(prosecution_id, by)
    if not by.may("prosecute"):
        raise StepRefused("Your role cannot name the disclosure officer.")
    named = disclosing.name(one, officer, by=by, at=at)
    list_anew(one, by, at)
    return named


@transaction.atomic
def decide(
    *,
    item_id: int,
    undermines: bool,
    decision: str,
    because: str,
    disclosed_on: date | None,
    by: Any,
    at: datetime,
) -> UnusedItem:
    """What the disclosure officer decides about one line. Raises StepRefused for anybody else, and without reasons."""
    row = UnusedItem.objects.visible_to(by).filter(pk=item_id).first()
    if row is None:
        raise StepRefused("You cannot see this line.")
    one = locked(row.prosecution_id, by)
    _officer_only(one, by)
    row = UnusedItem.objects.get(pk=item_id)
    if decision not in (Decision.DISCLOSE, Decision.WITHHOLD, Decision.NOT_RELEVANT):
        raise StepRefused("Choose what becomes of it.")
    if row.privileged and decision == Decision.DISCLOSE:
        raise StepRefused("What is privileged is not disclosed.")
    if undermines and decision == Decision.NOT_RELEVANT:
        raise StepRefused(
            "What might undermine the case or assist the defence is disclosed, or withheld with a reason."
        )
    if decision != Decision.NOT_RELEVANT and not because.strip():
        raise StepRefused("Say why.")
    if decision == Decision.DISCLOSE and (disclosed_on is None or disclosed_on > timezone.localdate(at)):
        raise StepRefused("Say on which day it was disclosed; not a day to come.")
    row.undermines, row.decision, row.because = undermines, decision, because.strip()
    row.disclosed_on = disclosed_on if decision == Decision.DISCLOSE else None
    row.by, row.at = by, at
    row.save()
    trail.record(
        by=by,
        at=at,
        action="unused.decided",
        on=row,
        decision=decision,
        undermines=undermines,
        because=row.because,
    )
    return row


@transaction.atomic
def finish(*, prosecution_id: int, by: Any, at: datetime) -> Disclosure:
    """The review is over: the schedule is made as it stands; where the court waits for disclosure, that is done with it.

    Raises StepRefused while a line is not looked at.
    """
    one = locked(prosecution_id, by)
    officer = _officer_only(one, by)
    if list_anew(one, by, at):
        raise StepRefused(
            "Papers came into the case since you looked. Look again for papers, then review them."
        )
    left = UnusedItem.objects.filter(prosecution=one, decision=Decision.OPEN).count()
    if left:
        raise StepRefused(f"{plural(left, 'line')} to be looked at still.")
    named = Disclosure.objects.select_for_update().get(prosecution=one)
    named.document = rendering.issue(
        template="unused_schedule", title=TITLE, values=schedule(one, officer, at), pupil_id=one.case.pupil_id, by=by, at=at,
        draft=False, about=named,
    )  # fmt: skip
    named.reviewed_at = at
    named.save(update_fields=["document", "reviewed_at"])
    trail.record(by=by, at=at, action="unused.reviewed", on=named, sha256=named.document.file.sha256)
    if disclosing.runs(named, one):
        return disclosing.done(named, one, on=timezone.localdate(at), found=_outcome(one), by=by, at=at)
    tell(one, "Unused material reviewed, schedule made", "", by=by, at=at)
    return named


def _outcome(one: Prosecution) -> str:
    decided = Counter(UnusedItem.objects.filter(prosecution=one).values_list("decision", flat=True))
    return (
        f"Schedule of unused material: {plural(sum(decided.values()), 'line')}, {decided[Decision.DISCLOSE]} disclosed, "
        f"{decided[Decision.WITHHOLD]} withheld."
    )


def schedule(one: Prosecution, officer: Any, at: datetime) -> dict[str, Any]:
    """The values of ``unused_schedule.typ``: what is privileged stands there as a class, without its content."""
    rows = list(UnusedItem.objects.filter(prosecution=one).order_by("privileged", "pk"))
    lines = [[str(n), row.what, said(row)] for n, row in enumerate(rows, 1)]
    return {
        "title": TITLE,
        "mark": "",
        "opening": [
            "Criminal Procedure and Investigations Act 1996, section 3.",
            "This schedule lists what the council holds about the case and has not served as evidence, and what was decided.",
            "The review goes on until the case is over.",
        ],
        "facts": [
            ["Prosecution", one.number],
            ["Defendant", one.parent.name],
            ["Disclosure officer", f"{officer.name}, {officer.post}".rstrip(", ")],
            ["Reviewed", in_words(timezone.localdate(at))],
        ],
        "parts": [
            {
                "heading": "Material", "words": [] if lines else ["Everything the council holds was served."], "points": [],
                "head": ["No", "What it is", "Decided"], "rows": lines, "wide": 1,
            }
        ],
        "footer": f"{one.number}. {TITLE}",
    }  # fmt: skip


def said(row: UnusedItem) -> str:
    """What was decided, in words fit to be served."""
    if row.decision == Decision.DISCLOSE and row.disclosed_on:
        return f"Disclosed on {in_words(row.disclosed_on)}"
    if row.decision == Decision.WITHHOLD and not row.privileged:
        return f"Withheld: {row.because}"
    return str(row.get_decision_display())


def _file(one: Prosecution) -> Iterator[tuple[str, str, str, bool]]:
    """Everything of the case that is not in the live bundle: kind, key, what it is, whether it is privileged."""
    items = list(
        BundleItem.objects.filter(bundle__prosecution=one)
        .exclude(bundle__state="withdrawn")
        .select_related("document", "witness")
    )
    served = {item.document_id for item in items if item.document_id}
    yield from _documents(one, served)
    yield from _entries(one, items)
    told = any(item.kind == BundleItem.Kind.INTERVIEW for item in items)
    for interview in (
        Interview.objects.filter(fast_track__case=one.case).select_related("parent").order_by("pk")
    ):
        if not (told and interview.parent_id == one.parent_id):
            on = in_words(timezone.localdate(interview.begun_at))
            yield (
                "casework.interview",
                str(interview.pk),
                f"Interview under caution {interview.number}, {on}",
                False,
            )
    for plan in Plan.objects.filter(case=one.case).order_by("pk"):
        on = in_words(timezone.localdate(plan.made_at))
        yield "casework.plan", str(plan.pk), f"{plan.get_kind_display()} {plan.number}, {on}", False
    for visit in Visit.objects.filter(case=one.case).select_related("meeting").order_by("pk"):
        on = in_words(timezone.localdate(visit.meeting.starts))
        yield "casework.visit", str(visit.pk), f"Record of a visit, {on}", False
    for investigation in Investigation.objects.filter(case=one.case):
        yield "casework.investigation", str(investigation.pk), "Initial investigation", False
    files = {item.file_id for item in items if item.file_id}
    for paper in servable.enclosed(one):
        if paper.file_id not in files:
            on = in_words(timezone.localdate(paper.at))
            yield (
                "casework.referralpaper",
                str(paper.pk),
                f"Sent by the school, {on}: {paper.words or paper.item.text}",
                False,
            )


def _documents(one: Prosecution, served: set[int]) -> Iterator[tuple[str, str, str, bool]]:
    few = servable.told_to_few(one.case.pupil_id)
    found = Document.objects.filter(pupil_id=one.case.pupil_id).exclude(pk__in=served)
    own = ("court.bundle", "court.disclosure", "court.certificate", "court.witnessstatement")
    for document in (
        found.exclude(about_kind__in=own).exclude(pk=one.charge_document_id or 0).order_by("made_at", "pk")
    ):
        if document.about_kind in servable.NEVER_ABOUT or document.pk in few:
            continue  # counted with its class
        on = in_words(timezone.localdate(document.made_at))
        yield "documents.document", str(document.pk), f"{document.title}, {on}", False


def _entries(one: Prosecution, items: list[BundleItem]) -> Iterator[tuple[str, str, str, bool]]:
    """Entries one by one, but what is privileged or of supervision as a class."""
    told = [item.document for item in items if item.kind == BundleItem.Kind.CHRONOLOGY and item.document]
    used = {pk for document in told for pk in document.values["entries"]}
    sources = [item.witness for item in items if item.witness is not None and item.witness.source_id]
    for witness in sources:
        used.update(_entries_of(witness))
    supervised = servable.supervised(one.case.pupil_id)
    pupil = Entry.objects.filter(pupil=one.case.pupil_id)
    for entry in pupil.exclude(pk__in=used).exclude(kind=PROSECUTION).order_by("at", "pk"):
        on = in_words(timezone.localdate(entry.at))
        if entry.pk in supervised or entry.audience == Audience.PRIVILEGED:
            continue
        words = f"{entry.title}, {on}" if entry.audience in QUOTABLE else f"A note for named people, {on}"
        yield "record.entry", str(entry.pk), words, False
    legal = pupil.filter(audience=Audience.PRIVILEGED).count()
    legal += Advice.objects.filter(case=one.case).count() + CodeTest.objects.filter(prosecution=one).count()
    if legal:
        yield CLASS, "privileged", f"Advice of legal services and papers made for it ({legal})", True
    if supervised:
        yield CLASS, "supervision", f"Records of the supervision of staff ({len(supervised)})", True


def _entries_of(witness: WitnessStatement) -> list[int]:
    if witness.source is None:
        return []
    version = witness.source.versions.filter(number=witness.source_version or 0).first()
    return list(version.entries) if version else []


def _may(by: Any) -> None:
    if by.is_school_user or not by.may("test_prosecution"):
        raise StepRefused("Your role cannot review unused material.")


def _officer_only(one: Prosecution, by: Any) -> Any:
    _may(by)
    officer = disclosing.officer_of(one)
    if officer is None:
        raise StepRefused("Name the disclosure officer first.")
    if officer.pk != by.pk:
        raise StepRefused(f"The disclosure officer, {officer.name}, decides this.")
    return officer
