"""Dated facts about a pupil: what was learned, from whom, since when; today's value beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction

from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.models import Pupil, PupilFact

LABELS: Final = {
    "sen": "Special educational needs",
    "fsm": "Free school meals",
    "pupil_premium": "Pupil premium",
    "ethnicity": "Ethnicity",
    "in_care": "In care",
    "social_worker": "Has a social worker",
}
YES_NO: Final = frozenset({"fsm", "pupil_premium", "in_care", "social_worker"})
SEN: Final = {"": "None", "K": "SEN support", "E": "EHC plan"}
_YES: Final = frozenset({"y", "yes", "true", "t", "1"})
_NO: Final = frozenset({"n", "no", "false", "f", "0"})
#: provision codes of the census and of older files -> what we keep
_SEN: Final = {"n": "", "none": "", "no": "", "k": "K", "s": "K", "a": "K", "p": "K", "e": "E", "ehc": "E"}


@dataclass(frozen=True, slots=True)
class Learned:
    """One fact as a source gives it; ``since`` None when the source gives no day."""

    pupil: int
    name: str
    value: str
    since: date | None = None
    until: date | None = None


def yes_no(text: str) -> str | None:
    """ "true", "false" or None for what cannot be read as either."""
    word = text.strip().casefold()
    return "true" if word in _YES else "false" if word in _NO else None


def sen_of(support: str, plan: str = "") -> str | None:
    """K, E or "" from a provision code, or from yes/no columns for support and plan; None if unreadable."""
    if plan and yes_no(plan) == "true":
        return "E"
    word = support.strip().casefold()
    if word in _SEN:
        return _SEN[word]
    said = yes_no(word)
    return None if said is None else "K" if said == "true" else ""


def from_extra(pupil: int, extra: Mapping[str, str]) -> list[Learned]:
    """The facts a register file carries beside the names: FSM, SEN, ethnicity, looked after."""
    said: dict[str, str | None] = {}
    if extra.get("fsm"):
        said["fsm"] = yes_no(extra["fsm"])
    if extra.get("sen") or extra.get("ehc"):
        said["sen"] = sen_of(extra.get("sen", ""), extra.get("ehc", ""))
    if extra.get("looked_after"):
        said["in_care"] = yes_no(extra["looked_after"])
    if extra.get("ethnicity"):
        said["ethnicity"] = extra["ethnicity"].strip()[:60]
    return [Learned(pupil, name, value) for name, value in said.items() if value is not None]


@transaction.atomic
def learn(facts: Iterable[Learned], *, source: str, on: date) -> int:
    """Keep facts that are new; the number kept. A new value ends the old one the day before.

    A fact without its own day counts from ``on``. Today's value on the pupil follows.
    """
    by_pupil: dict[int, list[Learned]] = {}
    for fact in facts:
        by_pupil.setdefault(fact.pupil, []).append(fact)
    kept = 0
    for few in chunks(list(by_pupil)):
        kept += _learn_some({pupil: by_pupil[pupil] for pupil in few}, source, on)
    return kept


def _learn_some(by_pupil: dict[int, list[Learned]], source: str, on: date) -> int:
    known: dict[tuple[int, str], list[PupilFact]] = {}
    for row in PupilFact.objects.filter(pupil__in=by_pupil).order_by("since", "pk"):
        known.setdefault((row.pupil_id, row.name), []).append(row)
    new: list[PupilFact] = []
    ended: list[PupilFact] = []
    changed: dict[int, dict[str, Any]] = {}
    for pupil, facts in by_pupil.items():
        for fact in facts:
            kept = _kept(fact, known.setdefault((pupil, fact.name), []), ended, source, on)
            if kept is None:
                continue
            new.append(kept)
            if kept.until is None or kept.until >= on:
                changed.setdefault(pupil, {})[fact.name] = _today(fact)
    PupilFact.objects.bulk_update({row.pk: row for row in ended}.values(), ["until"], batch_size=500)
    PupilFact.objects.bulk_create(new, batch_size=500)
    _show(changed)
    return len(new)


def _kept(
    fact: Learned, rows: list[PupilFact], ended: list[PupilFact], source: str, on: date
) -> PupilFact | None:
    """The row to add, or None where it says nothing new."""
    current = next((row for row in reversed(rows) if row.until is None), None)
    if not rows and fact.value in ("", "false"):
        return None
    for row in rows:
        same_span = fact.since in (None, row.since) and fact.until == row.until
        if row.value == fact.value and (same_span or (fact.since is None and row is current)):
            return None
    since = fact.since or on
    if current is not None and fact.until is None and current.pk:
        current.until = max(since - timedelta(days=1), current.since or date.min)
        ended.append(current)
    row = PupilFact(
        pupil_id=fact.pupil,
        name=fact.name,
        value=fact.value,
        since=since,
        until=fact.until,
        source=source[:120],
        learned_on=on,
    )
    rows.append(row)
    return row


def _today(fact: Learned) -> Any:
    return fact.value == "true" if fact.name in YES_NO else fact.value


def _show(changed: dict[int, dict[str, Any]]) -> None:
    pupils = Pupil.objects.in_bulk(changed)
    for pk, values in changed.items():
        for name, value in values.items():
            setattr(pupils[pk], name, value)
    if pupils:
        Pupil.objects.bulk_update(pupils.values(), list(LABELS), batch_size=100)
