"""Sealing audit rows into a keyed chain, and proving that none was changed, removed or moved.

Each row's digest is folded into the head before it: ``head = sha256(head + digest)``. A batch's head
is keyed with HMAC by a key derived from the master key, so a chain made anew in the database alone
does not verify. What the chain cannot show by itself is that its end was cut off: compare a head
that left the machine (the log has one every day).
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple

import orjson
from django.db import connection, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone

from mainstay.service.common import keyring
from mainstay.service.common.audit import trail
from mainstay.service.common.audit.models import AuditRow, Seal

BATCH: Final = 1000
START: Final = "0" * 64
_LOCK: Final = 0x6D61696E  # any number nobody else uses for an advisory lock


@dataclass(slots=True)
class Verdict:
    """What a verification found; ``faults`` are sentences, empty when the chain holds."""

    sealed: int = 0
    unsealed: int = 0
    erased: int = 0
    head: str = START
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


def seal(batch: int = BATCH) -> int:
    """Seal the oldest unsealed rows whose transactions are all over; how many. The worker's work."""
    if not AuditRow.objects.filter(sealed_no=None).exists():
        return 0  # asked every second: no write lock for nothing
    with transaction.atomic():
        _one_at_a_time()
        rows = list(_settled().order_by("pk").only("pk", "digest")[:batch])
        if not rows:
            return 0
        before = Seal.objects.order_by("-last_no").first()
        number, head = (before.last_no, before.head) if before else (0, START)
        first, previous = number + 1, head
        for row in rows:
            number += 1
            head = _fold(head, row.digest)
            AuditRow.objects.filter(pk=row.pk).update(sealed_no=number)
        now = timezone.now()
        key_id, mac = _mac(now, first, number, previous, head)
        Seal.objects.create(
            at=now, first_no=first, last_no=number, previous=previous, head=head, mac=mac, key_id=key_id
        )
    return len(rows)


def seal_all() -> int:
    """Seal batch after batch until nothing that can be sealed is left."""
    done = 0
    while count := seal():
        done += count
    return done


def head() -> str:
    """The head of the chain as it is sealed now."""
    last = Seal.objects.order_by("-last_no").first()
    return last.head if last else START


def verify(known_head: str | None = None, tell: Callable[[int], None] | None = None) -> Verdict:
    """Walk the whole chain.

    known_head: a head noted earlier elsewhere; a fault where no batch ends in it.
    tell: is told after each batch up to which row the chain was walked.
    """
    verdict = Verdict(unsealed=AuditRow.objects.filter(sealed_no=None).count())
    batches = list(Seal.objects.order_by("first_no"))  # before the rows: more may be sealed meanwhile
    explained, rows = _erasures(), _numbered()
    row = next(rows, None)
    heads = set()
    for batch in batches:
        _check_seal(batch, verdict)
        head, number = batch.previous, batch.first_no
        while row is not None and row.number <= batch.last_no:
            head, number = _check_row(row, number, head, verdict, explained)
            row = next(rows, None)
        _gap(number, batch.last_no + 1, verdict)
        if head != batch.head:
            verdict.faults.append(
                f"Rows {batch.first_no} to {batch.last_no} are not the ones that were sealed."
            )
        verdict.head = batch.head
        verdict.sealed = batch.last_no
        heads.add(batch.head)
        if tell is not None:
            tell(batch.last_no)
    if (
        row is not None
        and not Seal.objects.filter(first_no__lte=row.number, last_no__gte=row.number).exists()
    ):
        verdict.faults.append(f"Row {row.number} is numbered but no seal covers it.")
    if known_head and known_head not in heads:
        verdict.faults.append("The head noted earlier is in no batch: sealed rows were removed or replaced.")
    return verdict


def record(verdict: Verdict, *, by: models.Model | None, at: datetime) -> AuditRow:
    """Keep what a verification found, in the trail itself."""
    return trail.record(
        by=by,
        at=at,
        action="audit.verified",
        on=("common.auditrow", ""),
        sealed=verdict.sealed,
        unsealed=verdict.unsealed,
        erased=verdict.erased,
        head=verdict.head,
        faults=verdict.faults[:20],
    )


def keys_in_use() -> set[str]:
    """Ids of the master keys that seals were made with."""
    return set(Seal.objects.order_by().values_list("key_id", flat=True).distinct())


def _check_seal(batch: Seal, verdict: Verdict) -> None:
    if batch.first_no != verdict.sealed + 1:
        verdict.faults.append(f"The seal before row {batch.first_no} is missing.")
    if batch.previous != verdict.head:
        verdict.faults.append(
            f"The seal of rows {batch.first_no} to {batch.last_no} does not follow the one before."
        )
    try:
        _, mac = _mac(batch.at, batch.first_no, batch.last_no, batch.previous, batch.head, of=batch.key_id)
    except keyring.KeyMissing:
        verdict.faults.append(
            f"The key {batch.key_id} of rows {batch.first_no} to {batch.last_no} is missing."
        )
        return
    if not hmac.compare_digest(mac, batch.mac):
        verdict.faults.append(
            f"The seal of rows {batch.first_no} to {batch.last_no} was not made with our key."
        )


class _Row(NamedTuple):
    """A numbered row as the database has it; time and payload as its text."""

    number: int
    pk: int
    at: str
    by_id: int | None
    action: str
    on_kind: str
    on_id: str
    payload: str | None
    salt: str
    digest: str


def _numbered() -> Iterator[_Row]:
    """As plain values: a model instance and a parsed time for each of a million rows take longer than the digests."""
    text = models.TextField()
    # psycopg hands times out in the connection's zone, which Django sets to UTC
    rows = AuditRow.objects.exclude(sealed_no=None).annotate(
        at_=Cast("at", text), payload_=Cast("payload", text)
    )
    names = ("sealed_no", "pk", "at_", "by_id", "action", "on_kind", "on_id", "payload_", "salt", "digest")
    found = rows.order_by("sealed_no").values_list(*names)
    return map(_Row._make, found.iterator(chunk_size=5000))


def _erasures() -> set[int]:
    """Ids of the rows that somebody erased and said so."""
    said = (
        AuditRow.objects.filter(action=trail.ERASED).exclude(payload=None).values_list("payload", flat=True)
    )
    return {int(pk) for payload in said.iterator() for pk in (payload or {}).get("rows", [])}


def _check_row(row: _Row, expected: int, head: str, verdict: Verdict, explained: set[int]) -> tuple[str, int]:
    number = row.number
    if expected < number:
        _gap(expected, number, verdict)
    if row.payload is None or row.payload == "null":
        verdict.erased += 1
        if row.pk not in explained:
            verdict.faults.append(f"Row {number} was erased, and no entry says by whom and why.")
    elif _digest(row) != row.digest:
        verdict.faults.append(f"Row {number} was changed.")
    return _fold(head, row.digest), number + 1


#: a time as a database writes it in UTC: PostgreSQL leaves out noughts at the end of a fraction
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00)?")


def _digest(row: _Row) -> str:
    """The digest of a row as it stands, as ``trail.digest`` makes it: in the short way where that is the same."""
    try:
        payload = orjson.loads(row.payload or "")
        said = orjson.dumps([row.action, row.on_kind, row.on_id, payload], option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, TypeError):
        said = b"\x80"
    time = _TIME.fullmatch(row.at)
    # the trail's own form is ASCII; what has other letters, a fraction or a strange number goes the long way
    if (
        time is None
        or not row.salt.isalnum()
        or not said.isascii()
        or b"\x7f" in said
        or _FRACTION.search(said)
    ):
        return _digest_slowly(row)
    day, clock, fraction = time.groups()
    at = f"{day}T{clock}.{fraction.ljust(6, '0')}" if fraction and int(fraction) else f"{day}T{clock}"
    by = "null" if row.by_id is None else row.by_id
    begun = f'["{row.salt}","{at}+00:00",{by},'.encode()
    return hashlib.sha256(begun + said[1:]).hexdigest()


#: perhaps a number with a fraction or an exponent, which the two ways write differently
_FRACTION: Final = re.compile(rb"[\[:,]-?\d+[.eE]")


def _digest_slowly(row: _Row) -> str:
    try:
        at = datetime.fromisoformat(row.at)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        payload = json.loads(row.payload or "")
    except ValueError:
        return ""
    return trail.digest(
        salt=row.salt, at=at, by_id=row.by_id, action=row.action, on=(row.on_kind, row.on_id), payload=payload
    )


def _gap(expected: int, found: int, verdict: Verdict) -> None:
    if expected < found:
        rows = f"Row {expected} is" if found - expected == 1 else f"Rows {expected} to {found - 1} are"
        verdict.faults.append(f"{rows} missing.")


def _fold(head: str, digest: str) -> str:
    return hashlib.sha256(f"{head}{digest}".encode()).hexdigest()


def _mac(
    at: datetime, first: int, last: int, previous: str, head: str, of: str | None = None
) -> tuple[str, str]:
    key_id, key = keyring.derived("audit seals", of=of)
    said = f"{at.astimezone(UTC).isoformat()}|{first}|{last}|{previous}|{head}"
    return key_id, hmac.new(key, said.encode(), "sha256").hexdigest()


def _one_at_a_time() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _settled() -> "trail.Rows":
    """Unsealed rows that no running transaction could still come before.

    PostgreSQL: rows whose transaction is below every running one (numbers wrap at 2^32). SQLite has
    one writer at a time, and that is us.
    """
    rows = AuditRow.objects.filter(sealed_no=None)
    if connection.vendor == "postgresql":
        below = (
            "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint - common_auditrow.xmin::text::bigint)"
            " & 4294967295 BETWEEN 1 AND 2147483647"
        )
        rows = rows.extra(where=[below])  # noqa: S610 (a constant)
    return rows
