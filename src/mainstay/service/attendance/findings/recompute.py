"""Findings brought up to date for some pupils: opened, changed, lapsed, their owners alerted.

A finding is a function of the marks as they are, the day, and what was considered before: in which order
files came makes no difference. New ones are opened for the academic year in work only; those open stay
until they are considered, or lapse because the marks no longer bear them out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from mainstay.law.rules import CURRENT
from mainstay.registers.grid import academic_year
from mainstay.service.attendance import rows
from mainstay.service.attendance.findings import alerts, chronicle
from mainstay.service.attendance.findings.answers import Asked, Met, ask
from mainstay.service.attendance.findings.batch import Batch, Fresh, Place, Row, rows_of
from mainstay.service.attendance.findings.inputs import close_enough, digest, overdue
from mainstay.service.attendance.findings.stored import Stored, kept
from mainstay.service.attendance.models import Finding
from mainstay.service.common.among import among
from mainstay.service.directory.models import LinkOfficer

Kind, State = Finding.Kind, Finding.State
#: last year's files still come in during August
GRACE: Final = timedelta(days=31)
#: kinds that are about the pupil at all schools together; the others are about one school's register
OF_PUPIL: Final = frozenset({Kind.THRESHOLD, Kind.NEAR_MISS, Kind.SICKNESS})
#: kinds about certain sessions, which marks of presence after these leave as they are
OF_SESSIONS: Final = frozenset({Kind.THRESHOLD, Kind.NEAR_MISS, Kind.TEN_DAYS, Kind.SICKNESS})
#: kinds that may be met anew after their consideration; the others stay considered until the year ends
ANEW: Final = frozenset({Kind.THRESHOLD, Kind.TEN_DAYS, Kind.UNRESOLVED})

Key = tuple[Any, ...]


@dataclass(slots=True)
class Outcome:
    """What became of the findings: how many, by what happened."""

    opened: list[Finding] = field(default_factory=list)
    changed: int = 0
    lapsed: int = 0
    alerted: int = 0


def year_in_work(today: date) -> int:
    """The academic year for which findings are opened."""
    return academic_year(today - GRACE)


def recompute(
    pupils: Collection[int],
    *,
    today: date,
    at: datetime,
    by: Any | None = None,
    changed: Mapping[int, Collection[tuple[date, str]]] | None = None,
    steady: Collection[int] = (),
    fresh: Fresh | None = None,
    backdate: bool = False,
) -> Outcome:
    """Recompute the findings of these pupils; inside the transaction that wrote their marks.

    changed: pupil -> sessions whose filled mark was changed, or on which the school turned out to be open or
        closed; findings that relied on one are alerted
    steady: pupils whose new marks all follow the earlier ones and count for nothing that OF_SESSIONS are about
    fresh: the school-year that was just measured, so that none of it is read again
    backdate: found the day after each was reached, not now (loading a whole city)
    """
    work = year_in_work(today)
    stored = kept(pupils, work)
    years = {work - 1, work, *(f.year for f in stored if f.state == State.OPEN)}
    measured = rows_of(pupils, years, fresh)
    questions = _questions(stored, measured, work, today)
    again = _again(stored, measured, today, changed or {})
    open_ = {_key(finding): finding for finding in stored if finding.state == State.OPEN}
    met = _as_before(questions, open_, measured, steady)
    every = [*questions.values(), *again.values()]
    batch = Batch({asked.row.pupil for asked in every}, {asked.row.year for asked in every}, fresh)
    for key, asked in sorted(questions.items(), key=lambda one: one[1].kind == Kind.NEAR_MISS):
        if asked.kind == Kind.NEAR_MISS and (asked.row.pupil, Kind.THRESHOLD, None, asked.row.year) in met:
            continue  # what is met is no longer near
        if (found := _find(batch, asked, open_.get(key))) is not None:
            met[key] = found
    hits = alerts.hits(stored, changed) if changed else []
    outcome = Outcome()
    _update(open_, met, outcome, at=at, by=by)
    _open(open_, met, outcome, at=at, by=by, today=today, backdate=backdate)
    if hits:
        still = {finding.pk: key in met for key, finding in open_.items()}
        still |= {pk: ask(batch, asked) is not None for pk, asked in again.items()}
        alerts.tell(hits, still, at=at, today=today)
        outcome.alerted = len(hits)
    return outcome


@dataclass(frozen=True, slots=True)
class Found:
    """met: what the law says now, None where nothing has changed on which the stored Answer rests."""

    met: Met | None
    rests_on: str


def _as_before(
    questions: dict[Key, Asked],
    open_: Mapping[Key, Stored],
    measured: Mapping[Place, Row],
    steady: Collection[int],
) -> dict[Key, Found]:
    """Take out the questions whose answer cannot have changed; the findings that stay as they are."""
    met: dict[Key, Found] = {}
    settled = {key for key, asked in questions.items() if asked.kind in OF_SESSIONS} if steady else set()
    schools: dict[int, set[int]] = {key[0]: set() for key in settled if key[0] in steady}
    for pupil, school, _ in measured:
        if pupil in schools:
            schools[pupil].add(school)
    for key in [key for key in settled if len(schools.get(key[0], ())) == 1]:
        known = open_.get(key)
        if known is None:
            del questions[key]
        elif known.rests_on and known.rules_version == CURRENT.version:
            del questions[key]
            met[key] = Found(None, known.rests_on)
    return met


def _find(batch: Batch, asked: Asked, known: Stored | None) -> Found | None:
    """Ask the law, unless what its Answer rests on is as it was."""
    if asked.kind == Kind.UNRESOLVED and not len(overdue(batch, asked)):
        return None
    said = digest(batch, asked, known.reached_on) if known is not None else None
    if known is not None and said and said == known.rests_on:
        return Found(None, said)
    if not _by_one_school(asked) and not close_enough(batch, asked):
        return None
    met = ask(batch, asked)
    if met is None:
        return None
    same = known is not None and known.reached_on == met.reached_on
    return Found(met, said if said is not None and same else digest(batch, asked, met.reached_on))


def _by_one_school(asked: Asked) -> bool:
    """Whether the register by itself shows what is asked, without the pupil's other schools."""
    if asked.kind == Kind.THRESHOLD:
        return asked.row.threshold_met_on is not None
    return asked.row.near_miss if asked.kind == Kind.NEAR_MISS else True


def _again(
    stored: list[Stored], measured: Mapping[Place, Row], today: date, changed: Mapping[int, Any]
) -> dict[int, Asked]:
    """Considered findings of pupils whose marks changed: would they be met today?"""
    asked = {}
    considered = _considered(stored)
    for finding in stored:
        if finding.state != State.CONSIDERED or finding.pupil_id not in changed:
            continue
        if (row := _row_of(finding, measured)) is not None:
            on = _considered_on(considered, _key(finding), finding.pk)
            asked[finding.pk] = Asked(finding.kind, row, today, on)
    return asked


def _key(finding: Stored | Met) -> Key:
    kind = finding.kind
    school = None if kind in OF_PUPIL else finding.school if isinstance(finding, Met) else finding.school_id
    return (finding.pupil if isinstance(finding, Met) else finding.pupil_id), kind, school, finding.year


def _questions(
    stored: list[Stored], measured: Mapping[Place, Row], work: int, today: date
) -> dict[Key, Asked]:
    """What to ask of the law: whatever the measures say of this year, and every open finding again."""
    considered = _considered(stored)
    open_of_pupil = {(f.pupil_id, f.kind) for f in stored if f.state == State.OPEN and f.kind in OF_PUPIL}
    asked: dict[Key, Asked] = {}
    for kind, row in _hits(measured, work):
        key = (row.pupil, kind, None if kind in OF_PUPIL else row.school, row.year)
        if (row.pupil, kind) in open_of_pupil:
            continue  # it is asked again below, from the year it was opened in
        on = _considered_on(considered, key)
        if on is None or kind in ANEW:
            asked[key] = Asked(kind, row, today, on)
    for finding in stored:
        if finding.state == State.OPEN:
            key = _key(finding)
            if (here := _row_of(finding, measured)) is not None:
                on = _considered_on(considered, key, finding.pk)
                asked[key] = Asked(finding.kind, here, today, on)
    return asked


def _row_of(finding: Stored, measured: Mapping[Place, Row]) -> Row | None:
    """The register a finding is about; for kinds of the pupil any of that year."""
    here = measured.get((finding.pupil_id, finding.school_id, finding.year))
    if here is not None or finding.kind not in OF_PUPIL:
        return here
    of_year = (row for row in measured.values() if (row.pupil, row.year) == (finding.pupil_id, finding.year))
    return next(of_year, None)


def _considered(stored: list[Stored]) -> dict[Key, list[tuple[int, date]]]:
    """Key -> (finding, day of its consideration). A threshold's consideration holds for later years too."""
    found: dict[Key, list[tuple[int, date]]] = {}
    for finding in stored:
        if finding.state == State.CONSIDERED and finding.considered_at is not None:
            entry = finding.pk, timezone.localdate(finding.considered_at)
            found.setdefault(_key(finding), []).append(entry)
            if finding.kind == Kind.THRESHOLD:
                found.setdefault((*_key(finding)[:3], finding.year + 1), []).append(entry)
            if finding.kind == Kind.SEVERE:  # whoever considered the worse band has considered the milder one
                milder = (finding.pupil_id, Kind.PERSISTENT, finding.school_id, finding.year)
                found.setdefault(milder, []).append(entry)
    return found


def _considered_on(
    considered: dict[Key, list[tuple[int, date]]], key: Key, before: int | None = None
) -> date | None:
    """The last consideration of the same; for an open finding only those of findings before it."""
    return max((on for pk, on in considered.get(key, ()) if before is None or pk < before), default=None)


def _hits(measured: Mapping[Place, Row], work: int) -> Iterable[tuple[str, Row]]:
    """What the measures of the year in work point at; the law then says whether it is so."""
    of_pupil: dict[int, list[Row]] = {}
    for row in measured.values():
        of_pupil.setdefault(row.pupil, []).append(row)
    needed, near = CURRENT.whole("threshold_sessions"), CURRENT.whole("near_miss_sessions")
    ill = 2 * CURRENT.whole("sickness_days")
    for row in measured.values():
        if row.year != work:
            continue
        if row.severe:
            yield Kind.SEVERE, row
        elif row.persistent:
            yield Kind.PERSISTENT, row
        together = of_pupil[row.pupil]
        several = len({r.school for r in together}) > 1
        # what no school's marks show alone, the marks of several may together
        at_most = sum(r.counted for r in together) if several else 0
        if row.threshold_met_on or at_most >= needed:
            yield Kind.THRESHOLD, row
        if row.near_miss or at_most >= near:
            yield Kind.NEAR_MISS, row
        if row.ten_days_on:
            yield Kind.TEN_DAYS, row
        if sum(r.illness for r in together if r.year == work) >= ill:
            yield Kind.SICKNESS, row
        if row.unresolved:
            yield Kind.UNRESOLVED, row


def _update(
    open_: Mapping[Key, Stored], met: Mapping[Key, Found], outcome: Outcome, *, at: datetime, by: Any
) -> None:
    """Open findings as the marks are now; those no longer met lapse."""
    stamp, changes, lapsed = rows.stamp(at), [], []
    moved: dict[int, list[int]] = defaultdict(list)  # school -> findings that are now about it
    for key, finding in open_.items():
        found = met.get(key)
        if found is None:
            finding.state = State.LAPSED
            lapsed.append(finding)
        elif (now := found.met) is not None:
            if now.school != finding.school_id:
                moved[now.school].append(finding.pk)
            changes.append(
                (finding.pk, now.school, now.since, now.reached_on, now.strength, now.weight, rows.as_json(now.answer),
                 now.rules_version, found.rests_on, stamp)
            )  # fmt: skip
    if changes:
        names = (
            "school_id",
            "since",
            "reached_on",
            "strength",
            "weight",
            "answer",
            "rules_version",
            "rests_on",
            "computed_at",
        )
        rows.update(Finding, ("id", *names), changes)
    for school, owner in link_officers(moved, timezone.localdate(at)).items():
        Finding.objects.filter(pk__in=moved[school]).update(owner=owner)
    if lapsed:
        gone = among(finding.pk for finding in lapsed)
        Finding.objects.filter(pk__among=gone).update(state=State.LAPSED, computed_at=at)
    chronicle.lapsed(lapsed, met.keys(), by=by, at=at)
    outcome.changed, outcome.lapsed = len(changes), len(lapsed)


def _open(
    open_: Mapping[Key, Stored],
    met: Mapping[Key, Found],
    outcome: Outcome,
    *,
    at: datetime,
    by: Any,
    today: date,
    backdate: bool,
) -> None:
    taken = {(f.pupil_id, f.school_id, f.kind) for f in open_.values() if f.state == State.OPEN}
    new = [
        (now, found.rests_on)
        for key, found in met.items()
        if key not in open_ and (now := found.met) and (now.pupil, now.school, now.kind) not in taken
    ]
    owners = link_officers({now.school for now, _ in new}, today)
    outcome.opened = Finding.objects.bulk_create(
        [
            Finding(
                pupil_id=now.pupil,
                school_id=now.school,
                kind=now.kind,
                year=now.year,
                since=now.since,
                reached_on=now.reached_on,
                strength=now.strength,
                weight=now.weight,
                answer=now.answer,
                rules_version=now.rules_version,
                rests_on=rests_on,
                found_at=_found_at(now, at) if backdate else at,
                computed_at=at,
                owner_id=owners.get(now.school),
            )
            for now, rests_on in new
        ],
        batch_size=500,
    )
    chronicle.opened(outcome.opened, by=by, at=at)


def _found_at(now: Met, at: datetime) -> datetime:
    """The morning after it was reached."""
    morning = datetime.combine(now.reached_on + timedelta(days=1), datetime.min.time().replace(hour=6))
    return min(timezone.make_aware(morning), at)


def link_officers(schools: Collection[int], today: date) -> dict[int, int]:
    """School -> its link officer on that day."""
    if not schools:
        return {}
    links = LinkOfficer.objects.filter(LinkOfficer.on(today), school__in=schools).order_by("since", "pk")
    return dict(links.values_list("school_id", "officer_id"))
