"""Missing children compared with rolls: every night, when a child is referred, when a pupil joins; and what a person decides."""

import hashlib
import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.roles import Role
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide as record_decision
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import Enrolment, MergeCandidate, Pupil
from mainstay.service.missing.matching import batch, weights
from mainstay.service.missing.matching.live import Index
from mainstay.service.missing.matching.people import Person
from mainstay.service.missing.matching.weighing import Likeness
from mainstay.service.missing.models import Candidate, Comparison, MissingChild
from mainstay.service.missing.queries import records
from mainstay.service.record.actions import add_entry

#: as many joiners are compared at once; a first file of a whole city waits for the night
AT_ONCE: Final = 2000
State, Found = Candidate.State, Candidate.Found
#: (child, pupil, likeness)
Pairs = list[tuple[int, int, Likeness]]


def compare_all(*, at: datetime, engine: str = "") -> Comparison:
    """Every child who is sought with every pupil; suggestions that no longer hold are taken back.

    engine: "splink" or "live"; by itself Splink where the extra is installed.
    """
    begun = time.monotonic()
    engine = engine or ("splink" if batch.available() else "live")
    children, rolls = records.sought(), records.pupils()
    own = _own_pupils(children)
    if engine == "splink":
        pairs = batch.link(children, rolls)
    else:
        index = Index().add(rolls)
        pairs = [(child.key, person.key, like) for child in children for person, like in index.find(child)]
    pairs = [pair for pair in pairs if own.get(pair[0]) != pair[1]]
    with transaction.atomic():
        kept = _keep(pairs, children, rolls, Found.NIGHT, at)
        _take_back(pairs, children)
        kept += _own_rolls(MissingChild.objects.sought().values_list("pk", flat=True), at)
        made = Comparison.objects.create(
            at=at, engine=engine, children=len(children), pupils=len(rolls), found=len(kept),
            seconds=round(time.monotonic() - begun, 2),
        )  # fmt: skip
        trail.record(
            by=None,
            at=at,
            action="missing.compared",
            on=made,
            engine=engine,
            children=len(children),
            found=len(kept),
        )
        _alert(kept, at)
    return made


@transaction.atomic
def compare_child(*, child_id: int, at: datetime, by: Any | None = None) -> int:
    """One child with the pupils they could be, at once; how many are new to decide.

    by: who asks for it, or None where a referral does. Raises StepRefused for a role that may not.
    """
    if by is not None and not by.may("match_missing"):
        raise StepRefused("Your role cannot compare children with rolls.")
    children = records.children(MissingChild.objects.filter(pk=child_id))
    pairs: Pairs = []
    rolls: list[Person] = []
    own = _own_pupils(children)
    for child in children:
        found = [pair for pair in records.near(child).find(child) if pair[0].key != own.get(child.key)]
        pairs += [(child.key, person.key, likeness) for person, likeness in found]
        rolls += [person for person, _ in found]
    kept = _keep(pairs, children, rolls, Found.REFERRED, at)
    kept += _own_rolls([child_id], at)
    if by is not None:
        trail.record(
            by=by, at=at, action="missing.child_compared", on=("missing.missingchild", str(child_id))
        )
    _alert(kept, at)
    return len(kept)


@transaction.atomic
def compare_joiners(*, pupil_ids: Sequence[int], at: datetime) -> int:
    """Pupils who came on a school's roll with the children who are sought; how many are new to decide."""
    if not pupil_ids or len(pupil_ids) > AT_ONCE:
        return 0
    children = records.sought()
    if not children:
        return 0
    own = _own_pupils(children)
    index = Index(Pupil.objects.filter(merged_into=None).count()).add(children)
    rolls = records.pupils(list(pupil_ids))
    pairs = [
        (child.key, person.key, likeness)
        for person in rolls
        for child, likeness in index.find(person)
        if own.get(child.key) != person.key
    ]
    kept = _keep(pairs, children, rolls, Found.JOINED, at)
    back = [child for child, pupil in own.items() if pupil in set(pupil_ids)]
    kept += _own_rolls(back, at)
    _alert(kept, at)
    return len(kept)


def _own_pupils(children: Iterable[Person]) -> dict[int, int]:
    """Child -> the pupil whose record it is already."""
    rows = MissingChild.objects.filter(pk__in=[child.key for child in children], pupil__isnull=False)
    return dict(rows.values_list("pk", "pupil_id"))


def _digest(child: Person, pupil: Person) -> str:
    return hashlib.sha256(f"{records.written(child)}|{records.written(pupil)}".encode()).hexdigest()


def _keep(
    pairs: Pairs, children: Sequence[Person], rolls: Sequence[Person], found: str, at: datetime
) -> list[Candidate]:
    """Write what was found. A pair somebody decided stays decided, unless what is known of either has changed."""
    by_child, by_pupil = records.by_key(children), records.by_key(rolls)
    known = _known(pairs)
    entered = _entered([pupil for _, pupil, _ in pairs])
    fresh = []
    for child, pupil, likeness in pairs:
        digest = _digest(by_child[child], by_pupil[pupil])
        row = known.get((child, pupil))
        if row is not None and row.digest == digest and row.state != State.NEW:
            continue
        new = row is None or (row.digest != digest and row.state == State.OTHER)
        row = row or Candidate(child_id=child, pupil_id=pupil)
        if row.state == State.OTHER or row.pk is None:
            row.state, row.found, row.found_at = State.NEW, found, at
        row.score, row.twin, row.digest = round(likeness.score, 4), likeness.twin, digest
        row.reasons, row.against = list(likeness.reasons), list(likeness.against)
        row.school_id, row.entered_on = entered.get(pupil, (None, None))
        row.save()
        if new and not likeness.twin:
            fresh.append(row)
    return fresh


def _known(pairs: Pairs) -> dict[tuple[int, int], Candidate]:
    rows = Candidate.objects.filter(child__in={child for child, _, _ in pairs}, own=False)
    return {(row.child_id, row.pupil_id): row for row in rows}


def _entered(pupils: Iterable[int]) -> dict[int, tuple[int, date]]:
    """Pupil -> school and day of entry of the enrolment that holds today, the latest."""
    rows = Enrolment.objects.current().filter(pupil__in=list(set(pupils))).order_by("entered_on", "pk")
    return {
        pupil: (school, on) for pupil, school, on in rows.values_list("pupil_id", "school_id", "entered_on")
    }


def _take_back(pairs: Pairs, children: Sequence[Person]) -> None:
    """Suggestions nobody decided that the comparison no longer makes."""
    held = {(child, pupil) for child, pupil, _ in pairs}
    rows = Candidate.objects.filter(state=State.NEW, own=False, child__in=[child.key for child in children])
    gone = [
        pk
        for pk, child, pupil in rows.values_list("pk", "child_id", "pupil_id")
        if (child, pupil) not in held
    ]
    Candidate.objects.filter(pk__in=gone).delete()


def _own_rolls(children: Iterable[int], at: datetime) -> list[Candidate]:
    """Children whose own record came on the roll of another school since they were missed."""
    rows = list(MissingChild.objects.sought().filter(pk__in=list(children), pupil__isnull=False))
    enrolments = Enrolment.objects.current().filter(pupil__in=[child.pupil_id for child in rows])
    by_pupil: dict[int, list[Enrolment]] = {}
    for one in enrolments.select_related("school").order_by("entered_on", "pk"):
        by_pupil.setdefault(one.pupil_id, []).append(one)
    fresh = []
    for child in rows:
        missed = child.last_attended_on or child.absent_from or timezone.localdate(child.opened_at)
        since = [
            one for one in by_pupil.get(child.pupil_id or 0, [])
            if one.entered_on > missed and one.school_id not in (child.last_school_id, child.school_id)
        ]  # fmt: skip
        if since and (row := _own_roll(child, since[-1], at)):
            fresh.append(row)
    return fresh


def _own_roll(child: MissingChild, enrolment: Enrolment, at: datetime) -> Candidate | None:
    digest = hashlib.sha256(f"enrolment {enrolment.pk}".encode()).hexdigest()
    row = Candidate.objects.filter(child=child, pupil=enrolment.pupil_id).first()
    if row is not None and row.digest == digest:
        return None
    row = row or Candidate(child=child, pupil_id=enrolment.pupil_id)
    row.score, row.own, row.twin, row.digest = 1.0, True, False, digest
    row.reasons = [
        f"the same record is on the roll of {enrolment.school.name} since {long_date(enrolment.entered_on)}"
    ]
    row.against, row.state, row.found, row.found_at = [], State.NEW, Found.ROLL, at
    row.school_id, row.entered_on = enrolment.school_id, enrolment.entered_on
    row.save()
    return row


def _alert(kept: Sequence[Candidate], at: datetime) -> None:
    """Whoever looks for the child is told at once of a strong candidate; the message names nobody."""
    strong = [row for row in kept if row.score >= weights.STRONG]
    if not strong:
        return
    children = MissingChild.objects.select_related("owner").in_bulk({row.child_id for row in strong})
    officers: list[User] | None = None
    for row in strong:
        child = children[row.child_id]
        if child.pupil_id is not None:
            add_entry(
                pupil=child.pupil_id, by=None, at=at, kind="missing", title="May be on a school’s roll",
                text=f"{child.number}: a pupil on a roll may be this child. An officer compares the two.", about=child,
            )  # fmt: skip
        if child.owner is not None:
            told = [child.owner]
        else:
            officers = officers if officers is not None else _officers(at)
            told = officers
        for officer in told:
            post.queue(
                to=officer.email, subject="A missing child may be on a school’s roll", at=at, about=row,
                body=f"{child.number}: a pupil on a roll may be the child.\n\nNobody is named here. Sign in to compare the "
                f"two: {reverse('match', args=[row.pk])}",
            )  # fmt: skip
        trail.record(by=None, at=at, action="missing.match_alert", on=row, child=child.pk)


def _officers(at: datetime) -> list[User]:
    today = timezone.localdate(at)
    rows = User.objects.filter(
        is_active=True, roles_held__role=Role.CME_OFFICER, roles_held__since__lte=today
    ).exclude(roles_held__until__lt=today)
    return list(rows.distinct().order_by("pk"))


@transaction.atomic
def decide(*, candidate_id: int, outcome: str, reasons: str, by: Any, at: datetime) -> Candidate:
    """Say whether the pupil is the missing child, and why.

    outcome: "same", "other" or "unsure". The same child: the matter takes the pupil's record where it had none; where it
    had another, both go to the queue of records to merge. Raises StepRefused.
    """
    if not by.may("match_missing"):
        raise StepRefused("Your role cannot decide about candidates.")
    row = Candidate.objects.select_for_update().select_related("child", "pupil").get(pk=candidate_id)
    if row.state in (State.SAME, State.OTHER):
        raise StepRefused("This was decided already.")
    if outcome not in (State.SAME, State.OTHER, State.UNSURE):
        raise StepRefused("Choose whether it is the same child.")
    if len(reasons.strip()) < 10:
        raise StepRefused("Say why, in a few words: what you compared, whom you asked.")
    if outcome == State.SAME:
        _join(row, by, at)
    row.decision = record_decision(
        by=by, at=at, kind="missing.match", outcome=outcome, reasons=reasons,
        evidence="; ".join([*row.reasons, *row.against]),
    )  # fmt: skip
    row.state, row.why, row.decided_by, row.decided_at = outcome, reasons.strip(), by, at
    row.save()
    trail.record(
        by=by,
        at=at,
        action="missing.match_decided",
        on=row,
        child=row.child_id,
        pupil=row.pupil_id,
        outcome=outcome,
    )
    if outcome == State.SAME:
        pupil = row.child.pupil_id or row.pupil_id
        add_entry(
            pupil=pupil, by=by, at=at, kind="missing", title="Found on a school’s roll",
            text=f"{row.child.number}: {reasons.strip()}", about=row.child,
        )  # fmt: skip
    return row


def _join(row: Candidate, by: Any, at: datetime) -> None:
    child = MissingChild.objects.select_for_update().get(pk=row.child_id)
    if child.pupil_id == row.pupil_id:
        return
    if child.pupil_id is None:
        others = MissingChild.objects.open().filter(pupil=row.pupil_id).exclude(pk=child.pk)
        if other := others.first():
            raise StepRefused(
                f"{other.number} is about this pupil already: close one of the two as entered in error."
            )
        child.pupil_id = row.pupil_id
        child.save(update_fields=["pupil"])
        row.child.pupil_id = row.pupil_id
        return
    waiting = MergeCandidate.objects.filter(
        kept=row.pupil_id, other=child.pupil_id, state=MergeCandidate.State.OPEN
    )
    if not waiting.exists():
        MergeCandidate.objects.create(
            kept_id=row.pupil_id, other_id=child.pupil_id, found_at=at, school=row.school,
            why=f"{child.number}: an officer says that a missing child and this pupil are one; two records to merge",
        )  # fmt: skip


def nightly(*, on: date, last: date | None) -> None:
    """Once a day, where anybody is sought."""
    if MissingChild.objects.sought().exists():
        compare_all(at=timezone.now())


def joined(*, pupil_ids: Sequence[int], by: Any, at: datetime, **_: Any) -> None:
    """Pupils came on a roll (``directory.announcements.pupils_joined``)."""
    compare_joiners(pupil_ids=pupil_ids, at=at)
