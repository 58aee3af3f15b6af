"""Issuing approved notices, in batches: numbered, rendered, kept by hash, then made valid in short transactions.

What is rendered but not made valid (the law refuses by then, a crash, somebody else was first) leaves a gap in
the numbers and a file no row needs, which the daily sweep removes. Inside the transaction the tie of parent and child is
locked and everything is asked again; the day of issue is the day of posting.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import pikepdf
from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import BeyondTable
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.common.uploads.models import StoredFile
from mainstay.service.directory.models import Parenthood
from mainstay.service.documents import rendering
from mainstay.service.documents.models import Document, PrintRun
from mainstay.service.documents.service import Sending, serve_many
from mainstay.service.penalties import checks, dates, facts, letters, providers, sessions
from mainstay.service.penalties.actions.requests import close_decided
from mainstay.service.penalties.models import Notice, NoticeNumber
from mainstay.service.penalties.reference import make
from mainstay.service.record import access
from mainstay.service.record.models import Audience, Entry

#: notices made valid in one transaction: short enough that nobody waits
STEP: Final = 25
#: by a digest of everything a letter is made of
_pages: Final[dict[bytes, int]] = {}
_MOST_COUNTED: Final = 1000


@dataclass(slots=True)
class Issued:
    """What became of a batch: notices issued, and those that were not with the words why."""

    notices: list[Notice] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One notice as it would go out: what it rests on, and the file."""

    facts: facts.Facts
    number: str
    letter: letters.Letter
    file: StoredFile


def issue(*, notice_ids: Sequence[int], by: Any, at: datetime, run: PrintRun | None = None) -> Issued:
    """Issue approved notices that this person may see; each is valid or untouched, whatever happens.

    run: the print run the letters belong to, where they are printed here. Raises StepRefused for a role that may not.
    """
    if not by.may("issue_notices"):
        raise StepRefused("Your role cannot issue notices.")
    done = Issued()
    for first in range(0, len(notice_ids), STEP):
        _step(notice_ids[first : first + STEP], done, by, at, run)
    return done


def _step(ids: Sequence[int], done: Issued, by: Any, at: datetime, run: PrintRun | None) -> None:
    before = len(done.refused)
    approved = _approved(ids, by)
    shut = restricted_from(by, approved)
    ready, refused = _ready([n for n in approved if n.pk not in shut], timezone.localdate(at))
    refused += [(pk, "This record is restricted: open it with a reason first.") for pk in sorted(shut)]
    seen = {one.notice.pk for one in ready} | {pk for pk, _ in refused}
    done.refused += refused + [
        (pk, "This notice is not waiting to be issued.") for pk in ids if pk not in seen
    ]
    rendered, unknown = _render(ready, by, at)
    done.refused += unknown
    if rendered:
        _make_valid(rendered, done, by, at, run)
    hold(dict(done.refused[before:]))


def hold(refused: Mapping[int, str]) -> None:
    """Keep with each notice that still waits why it was not issued."""
    for pk, words in refused.items():
        Notice.objects.filter(pk=pk, state=Notice.State.APPROVED).update(held_because=words)


def restricted_from(by: Any, notices: Iterable[Notice]) -> set[int]:
    """Those of the notices about a restricted child whose record does not stand open for this person."""
    restricted = {n.pk: n.pupil_id for n in notices if n.pupil.restricted}
    stand_open = access.opened_by(by, restricted.values()) if restricted else set()
    return {pk for pk, pupil in restricted.items() if pupil not in stand_open}


def _approved(ids: Iterable[int], by: Any) -> list[Notice]:
    waiting = Notice.objects.visible_to(by).filter(pk__in=list(ids), state=Notice.State.APPROVED)
    return list(facts.select(waiting).order_by("pk"))


def _ready(notices: Sequence[Notice], today: Any) -> tuple[list[facts.Facts], list[tuple[int, str]]]:
    ready, refused = [], []
    for one in facts.gather(notices, today):
        stops = checks.missing(one)
        if sessions.digest(one.relied_on) != one.notice.marks_digest:
            stops.append("The sessions are not those that were decided about.")
        if stops:
            refused.append((one.notice.pk, " ".join(stops)))
        else:
            ready.append(one)
    return ready, refused


def _render(
    ready: Sequence[facts.Facts], by: Any, at: datetime
) -> tuple[list[Rendered], list[tuple[int, str]]]:
    """Numbers first: whatever happens later, none is given twice. And those whose days cannot be counted."""
    numbers = NoticeNumber.objects.bulk_create(NoticeNumber(given_at=at) for _ in ready)
    found, unknown = [], []
    for one, given in zip(ready, numbers, strict=True):
        number = make(given.pk)
        try:
            letter = letters.penalty_notice(one, number, by)
        except BeyondTable as beyond:
            unknown.append((one.notice.pk, f"The dates cannot be counted: {beyond}."))
            continue
        pdf = rendering.render(
            letter.template, letter.values, language=letter.language, large_print=letter.large_print
        )
        found.append(Rendered(one, number, letter, store.keep_made(pdf, kind="pdf", by=by, at=at)))
    return found, unknown


@transaction.atomic
def _make_valid(
    rendered: Sequence[Rendered], done: Issued, by: Any, at: datetime, run: PrintRun | None
) -> None:
    wanted = {one.facts.notice.pk: one for one in rendered}
    _lock_links(rendered)
    locked = Notice.objects.select_for_update(of=("self",)).filter(pk__in=wanted, state=Notice.State.APPROVED)
    ready, refused = _ready(list(facts.select(locked).order_by("pk")), timezone.localdate(at))
    going, taken = [], set[tuple[int, str, str]]()
    for now in ready:
        if words := _differs(wanted[now.notice.pk], now) or _twice(now, taken):
            refused.append((now.notice.pk, words))
        else:
            going.append(now)
    seen = {now.notice.pk for now in going} | {pk for pk, _ in refused}
    done.refused += refused + [
        (pk, "Somebody else has dealt with this notice.") for pk in wanted if pk not in seen
    ]
    if going:
        done.notices += _write(going, wanted, by, at, run)


def _lock_links(rendered: Sequence[Rendered]) -> None:
    """Parent and child of each notice, always in the same order, so that two batches cannot block each other."""
    pairs = {(one.facts.notice.parent_id, one.facts.notice.pupil_id) for one in rendered}
    ties = Parenthood.objects.filter(parent__in={p for p, _ in pairs}, pupil__in={c for _, c in pairs})
    list(ties.select_for_update().order_by("pk").values_list("pk", flat=True))


def _differs(rendered: Rendered, now: facts.Facts) -> str:
    """Words where the letter would not say what the law says by now."""
    answer, before = now.answer, rendered.facts.answer
    if (answer.position, answer.tariff) != (before.position, before.tariff):
        return "Another notice came first: this one's position and price have changed."
    if rendered.facts.address != now.address or rendered.facts.notice.parent.name != now.notice.parent.name:
        return "The parent's name or address has just changed: try again."
    return ""


def _twice(now: facts.Facts, taken: set[tuple[int, str, str]]) -> str:
    """Two notices of one batch to the same parent for the same child: the second waits for the first."""
    pair = (now.notice.parent_id, str(now.notice.pupil_id), now.notice.kind)
    if pair in taken:
        return (
            "Another notice to this parent for this child was issued in the same run: check this one again."
        )
    taken.add(pair)
    return ""


def _write(
    going: Sequence[facts.Facts], wanted: dict[int, Rendered], by: Any, at: datetime, run: PrintRun | None
) -> list[Notice]:
    today = timezone.localdate(at)
    notices = []
    documents = Document.objects.bulk_create(_document(wanted[now.notice.pk], by, at) for now in going)
    rendering.note_made(documents, by=by, at=at)
    sendings = [_sending(wanted[n.notice.pk], document) for n, document in zip(going, documents, strict=True)]
    services = serve_many(sendings=sendings, sent_on=today, by=by, at=at, run=run)
    for now, document, service in zip(going, documents, services, strict=True):
        notice, of = now.notice, wanted[now.notice.pk]
        tariff = now.answer.tariff
        assert tariff is not None
        notice.number, notice.position = of.number, now.answer.position or ""
        notice.reason = sessions.reason(notice.sessions) if notice.kind == "attendance" else ""
        notice.reduced_pence, notice.full_pence = 100 * tariff.reduced_pounds, 100 * tariff.full_pounds
        notice.reduced_days, notice.full_days = tariff.reduced_days, tariff.full_days
        notice.answer, notice.rules_version = now.answer.as_dict(), now.answer.rules_version
        notice.code_version, notice.state, notice.held_because = now.code.version, Notice.State.ISSUED, ""
        notice.issued_on, notice.issued_at, notice.issued_by = today, at, by
        notice.document, notice.service = document, service
        notice.surname_key, notice.postcode_key = letters.opening_keys(now)
        dates.put(notice, of.letter.dates)
        notices.append(notice)
    for notice in notices:  # a row at a time is quicker than Django's bulk_update
        notice.save(update_fields=_ISSUED_FIELDS)
    _tell(notices, by, at)
    close_decided({n.request_id for n in notices}, by=by, at=at)
    return notices


_ISSUED_FIELDS: Final = (
    "number", "position", "reason", "reduced_pence", "full_pence", "reduced_days", "full_days", "answer", "rules_version",
    "code_version", "state", "held_because", "issued_on", "issued_at", "issued_by", "document", "service", "surname_key",
    "postcode_key", *dates.FIELDS,
)  # fmt: skip


def _document(of: Rendered, by: Any, at: datetime) -> Document:
    notice, letter = of.facts.notice, of.letter
    return Document(
        kind=letter.template, title=f"Penalty notice {of.number}", pupil_id=notice.pupil_id, made_at=at, made_by=by,
        about_kind=notice._meta.label_lower, about_id=str(notice.pk), template=letter.template,
        template_version=letter.version, values=letter.values, language=letter.language,
        large_print=letter.large_print, file=of.file, draft=False,
    )  # fmt: skip


def _sending(of: Rendered, document: Document) -> Sending:
    notice, code = of.facts.notice, of.facts.code
    return Sending(
        document=document, addressee=notice.parent, name=notice.parent.name, address=of.letter.address,
        method=code["service_method"], channel=letters.channel(code), reference=of.number,
        local=dict(code.rules.local),
    )  # fmt: skip


def _tell(notices: Sequence[Notice], by: Any, at: datetime) -> None:
    dates.start_many(notices)
    Entry.objects.bulk_create(
        Entry(
            pupil_id=n.pupil_id, at=at, written_at=at, by=by, kind="penalty_notice", audience=Audience.SCHOOL,
            title=f"Penalty notice {n.number} issued", about_kind=n._meta.label_lower, about_id=str(n.pk),
        )
        for n in notices
    )  # fmt: skip
    trail.record_many(
        by=by, at=at, action="notice.issued",
        rows=[
            (n, {
                "number": n.number, "position": n.position, "full_pence": n.full_pence, "document": n.document_id,
                "service": n.service_id, "sha256": n.document.file.sha256 if n.document else "",
                "marks": n.marks_digest, "rules": n.rules_version, "code": n.code_version, "served_on": n.served_on,
            })
            for n in notices
        ],
    )  # fmt: skip
    providers.issued.send(notices=notices, by=by, at=at)


def previewed(now: facts.Facts, by: Any) -> letters.Letter:
    """The letter as it would be posted that day, with no number yet.

    Raises StepRefused where the law gives no tariff, nothing is relied on, or the dates cannot be counted.
    """
    if now.answer.tariff is None:
        raise StepRefused(" ".join(reason.text for reason in now.answer.reasons))
    if not now.relied_on:
        raise StepRefused("No session is chosen yet.")
    try:
        return letters.penalty_notice(now, "PN-PREVIEW", by)
    except BeyondTable as unknown:
        raise StepRefused(f"The dates cannot be counted: {unknown}.") from None


def preview(notice: Notice, *, by: Any, at: datetime) -> bytes:
    """The PDF of ``previewed``."""
    letter = previewed(facts.one(notice, timezone.localdate(at)), by)
    return rendering.render(
        letter.template, letter.values, language=letter.language, large_print=letter.large_print
    )


def pages(letter: letters.Letter) -> int:
    """How many pages it has; the same template with the same values is built once, and nothing of it but the number kept."""
    given = rendering.inputs(
        letter.template, letter.values, language=letter.language, large_print=letter.large_print
    )
    said = json.dumps([rendering.version_of(letter.template, letter.language), given], sort_keys=True)
    key = hashlib.sha256(said.encode()).digest()
    if key not in _pages:
        if len(_pages) >= _MOST_COUNTED:
            _pages.clear()
        with pikepdf.open(BytesIO(rendering.compiled(letter.template, given))) as opened:
            _pages[key] = len(opened.pages)
    return _pages[key]


def pictures(notice: Notice, *, by: Any, at: datetime) -> list[bytes]:
    """The same as a PNG for each page."""
    letter = previewed(facts.one(notice, timezone.localdate(at)), by)
    given = rendering.inputs(
        letter.template, letter.values, language=letter.language, large_print=letter.large_print
    )
    found = rendering.compiled(letter.template, given, format_="png")
    return found if isinstance(found, list) else [found]


def waiting(user: Any) -> Any:
    """The approved notices this person may issue, oldest first."""
    return facts.select(Notice.objects.visible_to(user).filter(state=Notice.State.APPROVED)).order_by(
        "proposed_at", "pk"
    )
