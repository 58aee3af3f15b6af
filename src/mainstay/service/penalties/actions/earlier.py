"""Earlier notices from old books: a file is checked, looked at, then taken in one piece or discarded."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO, Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory.importing import Unreadable
from mainstay.service.directory.models import Parenthood
from mainstay.service.penalties import earlier_matching as matching
from mainstay.service.penalties import earlier_reading, positions
from mainstay.service.penalties.models import EarlierImport, EarlierNotice
from mainstay.service.record.models import Audience, Entry

State = EarlierImport.State
ALLOWED: Final = frozenset({"csv", "text"})


def receive(*, file: IO[bytes], name: str, by: Any, at: datetime) -> EarlierImport:
    """Keep a file and what was understood of it. Raises FileRefused; a file that cannot be read is kept as refused."""
    _may(by)
    stored = store.keep(file, allowed=ALLOWED, by=by, at=at, name=name)
    try:
        reading = earlier_reading.read(store.read(stored), timezone.localdate(at))
        rows = matching.match(reading.rows, by)
    except Unreadable as problem:
        return _keep(
            stored, name, State.REFUSED, {"refused": str(problem), "rows": [], "problems": []}, by, at
        )
    problems = [[p.line, p.column, p.problem] for p in reading.problems]
    state = State.PREVIEW if rows else State.REFUSED
    refused = "" if rows else "No row of this file can be read."
    report = {"rows": rows, "problems": problems, "unused": reading.unused, "refused": refused}
    return _keep(stored, name, state, report, by, at)


@transaction.atomic
def _keep(stored: Any, name: str, state: str, report: dict[str, Any], by: Any, at: datetime) -> EarlierImport:
    made = EarlierImport.objects.create(
        file=stored, filename=name[:200], sent_by=by, sent_at=at, state=state, report=report
    )
    trail.record(
        by=by, at=at, action="earlier_notices.received", on=made, counts=counts(report), sha256=stored.sha256
    )
    return made


def counts(report: dict[str, Any]) -> dict[str, int]:
    """How many rows stand how; "problem": rows that cannot be read."""
    found = Counter(row["state"] for row in report["rows"])
    return {**found, "problem": len({line for line, *_ in report["problems"]})}


@transaction.atomic
def settle(*, import_id: int, line: int, parent_id: int, by: Any, at: datetime) -> EarlierImport:
    """Say which of the child's parents a row is about. Raises StepRefused."""
    found = _waiting(import_id, by)
    row = next((row for row in found.report["rows"] if row["line"] == line), None)
    if row is None or row["state"] != matching.NO_PARENT:
        raise StepRefused("This row does not wait for a parent.")
    if not Parenthood.objects.filter(pupil=row["pupil"], parent=parent_id).exists():
        raise StepRefused("Choose one of this child's parents.")
    row["parent"], row["settled"] = parent_id, True
    matching.sort(found.report["rows"])
    found.save(update_fields=["report"])
    trail.record(
        by=by,
        at=at,
        action="earlier_notices.settled",
        on=found,
        line=line,
        parent=parent_id,
        pupil=row["pupil"],
    )
    return found


@transaction.atomic
def take(*, import_id: int, by: Any, at: datetime) -> EarlierImport:
    """Take every row that is ready; one known already is not taken twice. Raises StepRefused where none is."""
    found = _waiting(import_id, by)
    rows = found.report["rows"]
    matching.sort(rows)
    new = [row for row in rows if row["state"] == matching.READY]
    changed = [row for row in rows if row["state"] == matching.CHANGED]
    if not (new or changed):
        raise StepRefused("No row of this file is ready to be taken.")
    made = EarlierNotice.objects.bulk_create([_notice(row, found, by, at) for row in new], batch_size=500)
    updates = _update(changed)
    found.state, found.taken_at, found.taken_by = State.TAKEN, at, by
    found.report["taken"] = {"new": len(made), "changed": len(updates)}
    found.save()
    _tell(made, by, at)
    trail.record(
        by=by,
        at=at,
        action="earlier_notices.taken",
        on=found,
        notices=[one.pk for one in made],
        changed=updates,
    )
    positions.recheck({(row["parent"], row["pupil"]) for row in (*new, *changed)}, by=by, at=at)
    return found


def _notice(row: dict[str, Any], source: EarlierImport, by: Any, at: datetime) -> EarlierNotice:
    return EarlierNotice(
        pupil_id=row["pupil"], parent_id=row["parent"], kind=row["kind"], issued_on=date.fromisoformat(row["issued_on"]),
        outcome=row["outcome"], issuer=row["issuer"], reference=row["reference"], offence_from=_day(row["offence_from"]),
        offence_to=_day(row["offence_to"]), source=source, added_by=by, added_at=at,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _update(changed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Set the outcomes a later file tells of; what was and what is, for the audit."""
    stored = matching.existing({row["parent"] for row in changed})
    said, rows = [], []
    for row in changed:
        held = stored[matching.key_of(row)]
        said.append({"notice": held.pk, "old": held.outcome, "new": row["outcome"]})
        held.outcome = row["outcome"]
        rows.append(held)
    EarlierNotice.objects.bulk_update(rows, ["outcome"], batch_size=500)
    return said


def _tell(made: Sequence[EarlierNotice], by: Any, at: datetime) -> None:
    Entry.objects.bulk_create(
        [
            Entry(
                pupil_id=one.pupil_id, at=at, written_at=at, by=by, kind="penalty_notice", audience=Audience.SERVICE,
                title="An earlier penalty notice was recorded", text=f"{one.issuer} {one.reference}".strip(),
                about_kind=one._meta.label_lower, about_id=str(one.pk),
            )
            for one in made
        ],
        batch_size=500,
    )  # fmt: skip


@transaction.atomic
def discard(*, import_id: int, by: Any, at: datetime) -> EarlierImport:
    """Nothing of this file is taken; the file itself is kept."""
    found = _waiting(import_id, by)
    found.state = State.DISCARDED
    found.save(update_fields=["state"])
    trail.record(by=by, at=at, action="earlier_notices.discarded", on=found)
    return found


@transaction.atomic
def set_outcome(*, notice_id: int, outcome: str, reason: str, by: Any, at: datetime) -> EarlierNotice:
    """What became of an earlier notice, as it is known now. Raises StepRefused without a reason, or a change."""
    _may(by)
    row = EarlierNotice.objects.select_for_update().get(pk=notice_id)
    known = dict(EarlierNotice._meta.get_field("outcome").flatchoices)
    if outcome not in known:
        raise StepRefused("Choose what became of it.")
    if outcome == row.outcome:
        raise StepRefused(f"It is recorded as {known[outcome].lower()} already.")
    if not reason.strip():
        raise StepRefused("Say how you know.")
    old, row.outcome = row.outcome, outcome
    row.save(update_fields=["outcome"])
    trail.record(
        by=by, at=at, action="earlier_notice.outcome", on=row, old=old, new=outcome, reason=reason.strip()
    )
    positions.recheck([(row.parent_id, row.pupil_id)], by=by, at=at)
    return row


def _may(by: Any) -> None:
    if not by.may("import_notices"):
        raise StepRefused("Your role cannot record earlier notices.")


def _waiting(import_id: int, by: Any) -> EarlierImport:
    _may(by)
    found = EarlierImport.objects.select_for_update().filter(pk=import_id).first()
    if found is None:
        raise StepRefused("There is no such file.")
    if found.state != State.PREVIEW:
        raise StepRefused(f"This file is {found.get_state_display().lower()} already.")
    return found
