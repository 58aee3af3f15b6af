"""What the check came to, and what follows the same day for a child absent without leave."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import codes
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import clock
from mainstay.service.directory import relations
from mainstay.service.directory.models import SchoolContact
from mainstay.service.patrols.actions.locking import locked
from mainstay.service.patrols.models import Encounter
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience, Entry

RULE: Final = "patrol-follow-up"
Finding, Status = Encounter.Finding, Encounter.Status
NOT_EHE: Final = "The child or parent said “educated at home”: look at the list, and ask no school."


@transaction.atomic
def ask_school(*, encounter_id: int, by: Any, at: datetime) -> Encounter:
    """Ask the school on its own page; its contacts get an e-mail that names nobody.

    Raises StepRefused without a school or a name, when it was asked already, and for a child educated at home.
    """
    one = locked(encounter_id, by, at)
    if one.status == Status.EHE:
        raise StepRefused(NOT_EHE)
    if one.school is None or not one.surname:
        raise StepRefused("Write down the child’s name and the school first.")
    if one.asked_at is not None:
        raise StepRefused("The school is asked already. Call it if it is urgent.")
    one.asked_at = at
    one.save(update_fields=["asked_at"])
    for email in sorted(
        set(SchoolContact.objects.filter(school=one.school).exclude(email="").values_list("email", flat=True))
    ):
        post.queue(
            to=email, subject="A patrol asks about a pupil", at=at, about=one,
            body="A patrol met a child who says they are of your school. Please sign in and answer under “Patrol checks”, "
            "or wait for a call. This message names nobody.\n",
        )  # fmt: skip
    trail.record(by=by, at=at, action="patrol.school_asked", on=one, school=one.school_id)
    return one


@transaction.atomic
def check(
    *, encounter_id: int, finding: str, code: str = "", checked_with: str = "", by: Any, at: datetime
) -> Encounter:
    """What the school says. finding: with leave, without, or not known; checked_with: who at the school said it.

    By an officer on the telephone, or by the school itself. Raises StepRefused for a code that is none.
    """
    one = locked(encounter_id, by, at)
    if one.status == Status.EHE:
        raise StepRefused(NOT_EHE)
    if finding not in Finding.values:
        raise StepRefused("Say what the school says.")
    if one.school is None:
        raise StepRefused("Write down the school first.")
    own = by.may("check_patrol")
    if not own and not by.may("follow_patrol"):
        raise StepRefused("An officer asks the school.")
    if not own and not checked_with.strip():
        raise StepRefused("Say who at the school was asked.")
    code = code.strip().upper()
    if code:
        try:
            codes.lookup(code, timezone.localdate(one.at))
        except (codes.UnknownCode, codes.CodeNotInForce) as unknown:
            raise StepRefused(f"Check the code: {unknown}.") from None
    before = one.finding
    one.finding, one.code, one.checked_by, one.checked_at = finding, code, by, at
    one.checked_with = by.name if own else checked_with.strip()[:120]
    one.asked_at = one.asked_at or at
    one.save()
    trail.record(by=by, at=at, action="patrol.checked", on=one, before=before, finding=finding, code=code)
    decided(one, by=by, at=at)
    if finding == Finding.HERE and one.pupil_id is not None:  # whoever was met is not the pupil of that name
        one.pupil = None
        one.save(update_fields=["pupil"])
    return one


@transaction.atomic
def look_at_list(*, encounter_id: int, listed: str, by: Any, at: datetime) -> Encounter:
    """Whether a child said to be educated at home is on the council's list: the one thing that follows."""
    one = locked(encounter_id, by, at)
    if one.status != Status.EHE or not by.may("follow_patrol"):
        raise StepRefused("This is for an officer, and for a child said to be educated at home.")
    if listed not in Encounter.Listed.values:
        raise StepRefused("Say whether the child is on the list.")
    one.listed, one.checked_at, one.checked_by = listed, at, by
    one.finding = Finding.LAWFUL if listed == Encounter.Listed.ON else Finding.UNKNOWN
    one.save()
    trail.record(by=by, at=at, action="patrol.list_looked_at", on=one, listed=listed)
    return one


def decided(one: Encounter, *, by: Any, at: datetime) -> None:
    """Start, or stop, what follows from the finding; a known child's chronology hears of absence without leave."""
    if one.finding != Finding.WITHOUT:
        deadlines.stop(about=one, rule=RULE, by=by, at=at)
        if one.pupil is not None and _told(one):
            add_entry(
                pupil=one.pupil, by=by, at=at, kind="patrol", title=f"Patrol {one.label}: not absent without leave",
                text="The school has corrected its answer.", audience=Audience.SCHOOL, about=one,
            )  # fmt: skip
        return
    if one.followed_at is not None:
        return
    today = timezone.localdate(at)
    owner = relations.link_officer(one.school, today) if one.school is not None else None
    deadlines.start(
        pupil=one.pupil_id, about=one, rule=RULE, label=f"Patrol {one.label}: follow up the same day", trigger_on=today,
        last_day=today, by=by, at=at,
        owner=owner or one.patrol.lead,
    )  # fmt: skip
    if one.pupil is None or _told(one):
        return
    met, done = timezone.localtime(one.at), done_words(one)
    add_entry(
        pupil=one.pupil, by=by, at=at, kind="patrol", title="Met on a patrol, absent without leave", happened_at=one.at,
        text=f"{one.label}, {one.where}, {clock(met)}. The school says: absent without leave"
        f"{f', code {one.code}' if one.code else ''}.{f' {done}' if done else ''}",
        audience=Audience.SCHOOL, about=one,
    )  # fmt: skip


def done_words(one: Encounter) -> str:
    """What was done, as the school may read it; it is not told of a safeguarding referral. "" before it is written down."""
    if not one.outcome or one.outcome == Encounter.Outcome.SAFEGUARDING:
        return ""
    return f"{one.get_outcome_display()}. Parent told: {one.get_informed_display().lower()}."


def done(one: Encounter, *, by: Any, at: datetime) -> None:
    """What was done with a child we know, absent without leave, stands in their chronology, too."""
    words = done_words(one)
    if words and one.pupil is not None and one.finding == Finding.WITHOUT:
        add_entry(
            pupil=one.pupil, by=by, at=at, kind="patrol", title=f"Patrol {one.label}: what was done",
            text=f"{one.get_finding_display()}. {words}", audience=Audience.SCHOOL, about=one,
        )  # fmt: skip


def _told(one: Encounter) -> bool:
    rows = Entry.objects.filter(pupil=one.pupil_id, kind="patrol", about_kind=one._meta.label_lower)
    return rows.filter(about_id=str(one.pk)).exists()


@transaction.atomic
def follow(*, encounter_id: int, text: str, by: Any, at: datetime) -> Encounter:
    """What was done the same day; closes the deadline. Raises StepRefused where nothing is to follow."""
    one = locked(encounter_id, by, at)
    if not by.may("follow_patrol"):
        raise StepRefused("An officer follows this up.")
    if one.finding != Finding.WITHOUT or one.followed_at is not None:
        raise StepRefused("There is nothing to follow up.")
    if not text.strip():
        raise StepRefused("Say what was done: who was spoken to, and what comes next.")
    one.followed, one.followed_at, one.followed_by = text.strip(), at, by
    one.save(update_fields=["followed", "followed_at", "followed_by"])
    deadlines.stop(about=one, rule=RULE, by=by, at=at)
    if one.pupil is not None:
        add_entry(
            pupil=one.pupil, by=by, at=at, kind="patrol", title=f"Patrol {one.label} followed up",
            text="\n".join(filter(None, (f"{one.get_finding_display()}. {one.get_outcome_display()}".strip(), one.followed))),
            audience=Audience.SERVICE, about=one,
        )  # fmt: skip
    trail.record(by=by, at=at, action="patrol.followed_up", on=one)
    return one
