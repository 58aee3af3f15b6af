"""How a search begins: the school's own enquiries, a referral by anybody, the record it belongs to, who works on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Address, Dated, Parenthood, Pupil, School
from mainstay.service.missing import clocks, risk, values
from mainstay.service.missing.actions import matches
from mainstay.service.missing.actions.locking import locked, needs_state, of_school, past, take, tell
from mainstay.service.missing.models import FLAGS, MissingChild
from mainstay.service.missing.steps import OPEN
from mainstay.service.record import access
from mainstay.service.record.models import Deadline

State, Route = MissingChild.State, MissingChild.Route


@dataclass(frozen=True, slots=True)
class Told:
    """What a referral says. child: fields of ``MissingChild`` by name; parents and siblings: fields of their rows."""

    child: dict[str, Any]
    aliases: Sequence[tuple[str, str]] = ()  # forename, surname
    parents: Sequence[dict[str, Any]] = field(default=())
    siblings: Sequence[dict[str, Any]] = field(default=())


@transaction.atomic
def begin(
    *,
    pupil: Pupil,
    absent_from: date,
    reason: str,
    told: str,
    risks: Sequence[str] = (),
    by: Any,
    at: datetime,
) -> MissingChild:
    """A school begins its own enquiries about a pupil of its roll (C1); their clocks run from the first day of absence.

    Raises StepRefused for a record that is not open, a day to come, or where a search is open already.
    """
    if not by.may("refer_missing") or not access.may_open(by, pupil):
        raise StepRefused("Your role cannot do this, or the record is not open to you.")
    past(absent_from, at, "first day of absence")
    school = pupil.school
    if school is None:
        raise StepRefused("The child is on no roll: refer them at once.")
    said = of_record(pupil, timezone.localdate(at))
    said = Told({**said.child, "reason": reason, "told": told.strip()}, said.aliases, said.parents)
    one = _make(
        said, pupil, Route.SCHOOL, State.SCHOOL, by, at, school=school, absent_from=absent_from, risks=risks
    )
    clocks.start(one, clocks.VISIT, absent_from, by, at)
    clocks.start(one, clocks.SCHOOL, absent_from, by, at)
    risk_clock(one, by, at)
    tell(one, "the school makes enquiries", told, by=by, at=at, audience=of_school(one))
    trail.record(by=by, at=at, action="missing.begun", on=one)
    return one


@transaction.atomic
def refer(
    *,
    told: Told,
    route: str,
    received_on: date,
    by: Any | None,
    at: datetime,
    pupil: Pupil | None = None,
    school: School | None = None,
    risks: Sequence[str] = (),
) -> MissingChild:
    """A referral (C2) of a child no school's enquiries stand behind; by: None for the public form.

    Raises StepRefused without a surname, for a postcode outside the area, or where a search is open already.
    """
    if by is not None and (
        not by.may("refer_missing") or (pupil is not None and not access.may_open(by, pupil))
    ):
        raise StepRefused("Your role cannot do this, or the record is not open to you.")
    past(received_on, at, "day of the referral")
    if not told.child.get("surname", "").strip():
        raise StepRefused("Enter the child's surname, or what they are called.")
    postcode = told.child.get("postcode", "")
    if postcode and not values.in_area(postcode, timezone.localdate(at)):
        raise StepRefused(
            f"This address is outside our area. {values.in_force(timezone.localdate(at))['elsewhere']}"
        )
    risks = [*dict.fromkeys([*risks, *risk.by_flags(told.child.get("flags", []))])]
    one = _make(
        told, pupil, route, State.REFERRED, by, at, school=school, received_on=received_on, risks=risks
    )
    clocks.start(one, clocks.TRIAGE, received_on, by, at)
    risk_clock(one, by, at)
    tell(one, "referred", one.told, by=by, at=at, audience=of_school(one))
    trail.record(by=by, at=at, action="missing.referred", on=one, route=route)
    matches.compare_child(child_id=one.pk, at=at)
    return one


@transaction.atomic
def refer_on(*, child_id: int, told: Told, by: Any, at: datetime) -> MissingChild:
    """The school's enquiries end in a referral (C1 to C2). Raises StepRefused with what is missing."""
    one = locked(child_id, by, at, "refer_missing")
    today = timezone.localdate(at)
    risks = [*dict.fromkeys([*one.risks, *risk.by_flags(told.child.get("flags", []))])]
    seen = one.risk_seen_on or (today if risks else None)
    take(
        one, "refer", "referred to the council", told.child.get("told", ""), by, at, audience=of_school(one),
        **{**told.child, "received_on": today, "risks": risks, "risk_seen_on": seen},
    )  # fmt: skip
    for rows, given in ((one.parents, told.parents), (one.siblings, told.siblings)):
        if given:
            rows.all().delete()
            for row in given:
                rows.create(**row)
    clocks.stop(one, by, at, clocks.VISIT, clocks.SCHOOL)
    clocks.start(one, clocks.TRIAGE, today, by, at)
    matches.compare_child(child_id=one.pk, at=at)
    return one


@transaction.atomic
def see_risk(*, child_id: int, risks: Sequence[str], by: Any, at: datetime) -> MissingChild:
    """The checklist of risks, as it is known today; who must be told has the same day for it."""
    one = locked(child_id, by, at, "refer_missing")
    needs_state(one, *OPEN)
    if unknown := set(risks) - set(risk.TRIGGERS):
        raise StepRefused(f"There is no such risk: {len(unknown)}.")
    before, one.risks = one.risks, list(risks)
    if risks and not set(risks) <= set(before):
        one.risk_seen_on = timezone.localdate(at)
    one.save()
    risk_clock(one, by, at)
    words = "; ".join(risk.TRIGGERS[name].words for name in risks) or "None of the risks on the list is seen."
    tell(one, "risk looked at", words, by=by, at=at)
    trail.record(by=by, at=at, action="missing.risk", on=one, before=before, after=one.risks)
    return one


@transaction.atomic
def link(*, child_id: int, pupil: Pupil | None, by: Any, at: datetime) -> MissingChild:
    """Say which record is this child's, or that it was none. Raises StepRefused for one with an open search of its own."""
    one = locked(child_id, by, at)
    if pupil is not None:
        if not access.may_open(by, pupil):
            raise StepRefused("You cannot see this record, or it is not open to you.")
        _only_one(pupil, but=one.pk)
    if one.roll_decisions.exists():
        raise StepRefused("A decision on the roll hangs on the record: it stays.")
    before, one.pupil = one.pupil_id, pupil
    if pupil is not None and one.last_school is None:
        one.last_school = pupil.school
    one.save()
    about = {"about_kind": one._meta.label_lower, "about_id": str(one.pk)}
    Deadline.objects.filter(**about).update(pupil=pupil)
    tell(one, "this record is the child’s", "", by=by, at=at)
    trail.record(by=by, at=at, action="missing.linked", on=one, before=before, after=one.pupil_id)
    return one


@transaction.atomic
def give_to(*, child_id: int, owner: Any, by: Any, at: datetime) -> MissingChild:
    """Who works on it; its open clocks go with it."""
    one = locked(child_id, by, at)
    needs_state(one, *OPEN)
    if not owner.may("work_missing") or not MissingChild.objects.visible_to(owner).filter(pk=one.pk).exists():
        raise StepRefused("This person may not work on it: choose somebody else.")
    before = one.owner_id
    own(one, owner)
    tell(one, f"{owner.name} works on it", "", by=by, at=at)
    trail.record(by=by, at=at, action="missing.owner", on=one, before=before, to=owner.pk)
    return one


def own(one: MissingChild, owner: Any | None) -> None:
    one.owner = owner
    one.save(update_fields=["owner"])
    about = {"about_kind": one._meta.label_lower, "about_id": str(one.pk)}
    Deadline.objects.open().filter(**about).update(owner=owner)


def of_record(pupil: Pupil, on: date) -> Told:
    """What a child's record says of them, to begin a referral with."""
    home = Address.objects.filter(Dated.on(on), pupil=pupil).order_by("-since", "-pk").first()
    ties = Parenthood.objects.filter(Dated.on(on), pupil=pupil, parent__merged_into=None).select_related(
        "parent"
    )
    flags = {
        "ehcp": pupil.sen == "E",
        "sen": pupil.sen == "K",
        "in_care": pupil.in_care,
        "in_need": pupil.social_worker,
    }
    hidden = home is None or home.confidential
    child = {
        "forename": pupil.forename, "middle_names": pupil.middle_names, "surname": pupil.surname,
        "date_of_birth": pupil.date_of_birth, "sex": pupil.sex, "upn": pupil.upn, "year_group": pupil.year_group,
        "ethnicity": pupil.ethnicity, "language": pupil.language, "last_school": pupil.school,
        "flags": [name for name in FLAGS if flags.get(name)],
        "address": "" if hidden or home is None else home.lines[:300],
        "postcode": "" if hidden or home is None else home.postcode,
    }  # fmt: skip
    aliases = []
    if (pupil.preferred_forename or pupil.preferred_surname) and pupil.listed_name:
        aliases = [(pupil.preferred_forename or pupil.forename, pupil.preferred_surname or pupil.surname)]
    parents = [
        {"parent": tie.parent, "name": tie.parent.name[:160], "relationship": tie.relationship,
         "phone": tie.parent.phone, "email": tie.parent.email}
        for tie in ties.order_by("priority", "pk")
    ]  # fmt: skip
    return Told(child, aliases, parents)


def _only_one(pupil: Pupil, but: int = 0) -> None:
    Pupil.objects.select_for_update().get(pk=pupil.pk)
    other = MissingChild.objects.open().filter(pupil=pupil).exclude(pk=but).first()
    if other is not None:
        raise StepRefused(f"A search for this child is open already: {other.number}. Work goes on there.")


def _make(
    told: Told, pupil: Pupil | None, route: str, state: str, by: Any | None, at: datetime, *, risks: Sequence[str],
    **said: Any,
) -> MissingChild:  # fmt: skip
    if pupil is not None:
        _only_one(pupil)
    one = MissingChild.objects.create(
        **{**told.child, **said}, pupil=pupil, route=route, state=state, state_since=at, opened_at=at, opened_by=by,
        risks=list(risks), risk_seen_on=timezone.localdate(at) if risks else None,
    )  # fmt: skip
    for forename, surname in told.aliases:
        one.aliases.create(forename=forename[:80], surname=surname[:80])
    for parent in told.parents:
        one.parents.create(**parent)
    for sibling in told.siblings:
        one.siblings.create(**sibling)
    return one


def risk_clock(one: MissingChild, by: Any | None, at: datetime) -> None:
    """The same day for whoever must be told; over once everybody is."""
    told = set(one.alerts.values_list("to", flat=True))
    if set(risk.whom(one.risks)) - told:
        clocks.start(one, clocks.RISK, one.risk_seen_on or timezone.localdate(at), by, at)
    else:
        clocks.stop(one, by, at, clocks.RISK)
