"""Which entries of a chronology a witness may rely on, and how a statement says them.

A witness states what they saw, heard and did themselves. What a school did is "the school", whoever did it there;
what others wrote is said to stand in the record, and by whom it was not. Privileged entries, and those for named
people alone or for supervision, are never in a statement: it may be read by everybody in court. Nor is what the service
weighed about going to court.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.accounts.models import User
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, SchoolPost
from mainstay.service.documents.models import Document, Service
from mainstay.service.record.kinds import SUPERVISION, TO_COURT
from mainstay.service.record.models import Audience, Entry
from mainstay.service.record.passages import between

QUOTABLE: Final = (Audience.FAMILY_SAFE, Audience.SCHOOL, Audience.SERVICE)
#: documents of these kinds, and about these things, are told of and never produced; rooms above add theirs
NOT_PRODUCED: Final[set[str]] = set()
NOT_PRODUCED_ABOUT: Final[set[str]] = set()
#: the kind of entries that tell of statements themselves
OWN: Final = "statement"
#: entries of one statement; more than anybody reads
MOST: Final = 500
_KINDS: Final = {
    "note": "noted", "call": "spoke on the telephone", "visit": "made a visit", "meeting": "met people",
    "letter": "wrote or had a message",
}  # fmt: skip
#: where a correction says why it was made (``record.actions.correct_entry``)
_WHY: Final = re.compile(r"(?:\A|\n\n)Why: ")


@dataclass(slots=True)
class Drafted:
    """Words made from entries. left_out: how many of those asked for may not stand in a statement."""

    paragraphs: list[str] = field(default_factory=list)
    exhibits: list[dict[str, Any]] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a statement is drafted from: ticked entries, or those of a range of days."""

    entries: tuple[int, ...] = ()
    first: date | None = None
    last: date | None = None

    def kept(self) -> dict[str, Any]:
        return {
            "entries": list(self.entries),
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Asked":
        first, last = (
            date.fromisoformat(kept[name]) if kept.get(name) else None for name in ("first", "last")
        )
        return cls(tuple(kept.get("entries") or ()), first, last)


def chosen(pupil: Pupil, user: Any, asked: Asked) -> QuerySet[Entry]:
    """The entries asked for, as far as this person reads them; the oldest first."""
    found = Entry.objects.for_readers(user).filter(pupil=pupil).exclude(kind__in=[OWN, *TO_COURT])
    if asked.entries:
        found = found.filter(pk__in=asked.entries)
    return between(found, asked.first, asked.last).order_by("at", "pk")


def draft(entries: QuerySet[Entry], witness: User, known_on: date) -> Drafted:
    """The statement of this witness from entries as they were known on a day.

    Written later: left out. Corrected by then: the correction stands instead, at the time it is about.
    Raises StepRefused for more than anybody reads.
    """
    end = _end_of(known_on)
    known = list(entries.filter(written_at__lt=end).select_related("by", "pupil")[: MOST + 1])
    if len(known) > MOST:
        raise StepRefused(
            f"These are more than {MOST} entries, and none is left out unsaid: choose fewer days, or tick entries."
        )
    pupils = {entry.pupil_id for entry in known}
    later = Entry.objects.filter(pupil__in=pupils, corrects__isnull=False, written_at__lt=end)
    corrections = list(later.select_related("by").order_by("written_at", "pk"))
    standing = _as_corrected(known, corrections)
    supervised = _supervised(pupils, corrections)
    said = [(e, kind) for e, kind in standing if e.audience in QUOTABLE and e.pk not in supervised]
    drafted = Drafted(entries=[entry.pk for entry, _ in said], left_out=len(standing) - len(said))
    documents = _documents([entry for entry, _ in said])
    writers = {entry.by_id for entry, _ in said if entry.by_id}
    of_schools = set(SchoolPost.objects.filter(user__in=writers).values_list("user_id", flat=True))
    for entry, kind in said:
        words = _said(entry, kind, witness, entry.by_id in of_schools)
        words += "".join(_exhibit(document, witness, drafted) for document in documents.get(entry.pk, ()))
        drafted.paragraphs.append(words)
    return drafted


def initials(name: str) -> str:
    """ "Robin Tester" -> "RT", by which exhibits are named."""
    return "".join(word[0] for word in re.findall(r"[^\W\d_]+", name)).upper()[:4] or "X"


def opening(witness: User) -> str:
    post = f", {witness.post}" if witness.post else ""
    return (
        f"I am {witness.name}{post}. I make this statement from what I know myself, and from the record of the service "
        "where I say so."
    )


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _as_corrected(known: list[Entry], corrections: Iterable[Entry]) -> list[tuple[Entry, str]]:
    """The entries, each corrected one as its last correction has it, none twice; with the kind of the first."""
    latest: dict[int, Entry] = {entry.corrects_id: entry for entry in corrections if entry.corrects_id}
    found: dict[int, tuple[Entry, str]] = {}
    for entry in known:
        kind = entry.kind
        while entry.pk in latest:
            entry = latest[entry.pk]
        if entry.pk not in found or kind != "correction":
            found[entry.pk] = entry, kind
    return sorted(found.values(), key=lambda pair: (pair[0].at, pair[0].pk))


def _supervised(pupils: Iterable[int], corrections: Iterable[Entry]) -> set[int]:
    """What was decided in supervision, and what corrects it."""
    found = set(Entry.objects.filter(pupil__in=pupils, kind=SUPERVISION).values_list("pk", flat=True))
    for entry in corrections:
        if entry.corrects_id in found:
            found.add(entry.pk)
    return found


def _documents(entries: Sequence[Entry]) -> dict[int, list[Document]]:
    """Entry -> the documents it tells of, which are no drafts: it is about one, or about how one was served, or it was
    written in the moment in which one was made for this child."""
    named, served = (
        {int(e.about_id): e.pk for e in entries if e.about_kind == kind and e.about_id.isdecimal()}
        for kind in ("documents.document", "documents.service")
    )
    of_service = dict(Service.objects.filter(pk__in=served).values_list("pk", "document_id"))
    moments = {(e.pupil_id, e.written_at) for e in entries}
    issued = Document.objects.filter(draft=False).exclude(kind__in=NOT_PRODUCED)
    issued = issued.exclude(about_kind__in=NOT_PRODUCED_ABOUT)
    known = {one.pk: one for one in issued.filter(pk__in={*named, *of_service.values()})}
    made: dict[tuple[int | None, datetime], list[Document]] = {}
    for one in (
        issued.filter(pupil_id__in={pupil for pupil, _ in moments}, made_at__in={at for _, at in moments})
        .exclude(kind=OWN)
        .order_by("pk")
    ):
        made.setdefault((one.pupil_id, one.made_at), []).append(one)
    found: dict[int, list[Document]] = {}
    produced: set[int] = set()
    for entry in entries:
        pk = int(entry.about_id) if entry.about_id.isdecimal() else 0
        about = pk if entry.about_kind == "documents.document" else None
        about = of_service.get(pk) if entry.about_kind == "documents.service" else about
        told = [known[about]] if about in known else []
        told += [one for one in made.get((entry.pupil_id, entry.written_at), ()) if one.pk not in produced]
        found[entry.pk] = list({one.pk: one for one in told}.values())
        produced.update(one.pk for one in found[entry.pk])
    return found


def _said(entry: Entry, kind: str, witness: User, of_school: bool) -> str:
    """One entry as one paragraph."""
    on = f"n {in_words(timezone.localdate(entry.at))}"
    text = _WHY.split(entry.text)[0] if entry.corrects_id else entry.text
    what = ". ".join(filter(None, (entry.title.strip().rstrip("."), _one_line(text))))
    what = what if what[-1:] in ".!?" else f"{what}."
    if entry.by_id == witness.pk:
        return f"O{on} I {_KINDS.get(kind, 'recorded')}: {what}"
    if of_school:
        return f"O{on} the school recorded: {what}"
    if entry.by_id is None:
        return f"The service's system recorded o{on}: {what}"
    return f"The record of the service, which I did not write, says that o{on}: {what}"


def _one_line(text: str) -> str:
    """A paragraph has no empty line within: that would begin another."""
    return " ".join(text.split())


def _exhibit(document: Document, witness: User, drafted: Drafted) -> str:
    """The sentence that produces a document, which gets the next number."""
    known = next((e["ref"] for e in drafted.exhibits if e["document"] == document.pk), None)
    reference = known or f"{initials(witness.name)}/{len(drafted.exhibits) + 1}"
    if known is None:
        made = in_words(timezone.localdate(document.made_at))
        drafted.exhibits.append(
            {"ref": reference, "what": document.title, "on": made, "document": document.pk}
        )
    return f" I produce {document.title} as exhibit {reference}."
