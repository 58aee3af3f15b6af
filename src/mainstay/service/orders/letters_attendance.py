"""The letters of a school attendance order, made from the row: to each parent, and to schools."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from mainstay.law import clock, deadlines
from mainstay.law.clock import in_words
from mainstay.law.rules import CURRENT
from mainstay.service.casework import sending
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent, School
from mainstay.service.documents import letters
from mainstay.service.documents import writing as ways
from mainstay.service.documents.homes import Home
from mainstay.service.documents.letters import Addressee, Letter
from mainstay.service.orders.models import (
    AttendanceAmendment,
    AttendanceOrder,
    AttendanceOrderNotice,
    AttendanceRevocation,
    AttendanceSchoolPaper,
)
from mainstay.service.orders.steps_attendance import Kind, in_force

#: kind of paper -> the law's rule for the time it gives
RULES: Final[Mapping[str, str]] = {
    Kind.LETTER: "sao-informal-letter", Kind.WARNING: "sao-informal-warning", Kind.FIRST: "sao-first-notice",
    Kind.INTENTION: "sao-choice-of-school",
}  # fmt: skip
OBJECTION: Final = "sao-school-objection"
_TIMED: Final[dict[str, Any]] = {
    Kind.LETTER: letters.AttendanceEnquiry, Kind.WARNING: letters.AttendanceWarning,
    Kind.FIRST: letters.AttendanceNotice, Kind.INTENTION: letters.AttendanceIntention,
}  # fmt: skip


def time_of(rule: str, received_on: date) -> deadlines.DeadlineAnswer:
    """What the law counts from the day something was received. Raises StepRefused where its tables end before."""
    try:
        return deadlines.find(rule, received_on)
    except clock.BeyondTable as unknown:
        raise StepRefused(f"The last day cannot be said: {unknown}.") from None


def _days(rule: str) -> int:
    return CURRENT.whole(deadlines.RULES[rule].parameter)


def to_parent(
    one: AttendanceOrder, kind: str, parent: Parent, home: Home, on: date, by: Any
) -> sending.ToParent:
    """One parent's letter of a kind, dated and posted that day."""
    said = _common(one, Addressee(parent.name, home.lines), on, by)
    return sending.ToParent(parent, _letter(one, kind, parent, said, on), home.text)


def _letter(one: AttendanceOrder, kind: str, parent: Parent, said: dict[str, Any], on: date) -> Letter:
    if kind in RULES:
        received = sending.received(on)
        said |= {
            "received_on": received,
            "last_day": time_of(RULES[kind], received).last_day,
            "days": _days(RULES[kind]),
        }
        if kind == Kind.INTENTION:
            said |= {
                "school": _school(one),
                "alternatives": tuple(where(each) for each in one.alternatives.all()),
            }
        made: Letter = _TIMED[kind](**said)
        return made
    if kind == Kind.ORDER:
        return letters.AttendanceOrderMade(**said, school=_school(one), because=_because(one, parent))
    if kind == Kind.AMENDMENT:
        return letters.AttendanceOrderMade(
            **said, school=_school(one), because=_amended(one, parent), amended=True
        )
    if kind == Kind.REMINDER:
        return _reminder(one, parent, said)
    if kind == Kind.REVOCATION:
        return _revocation(one, parent, said)
    if one.ended_on is None:
        raise StepRefused("There is no end to write about.")
    return letters.AttendanceEnded(**said, ending=one.ending, ended_on=one.ended_on, told=one.told)


def _because(one: AttendanceOrder, parent: Parent) -> str:
    if one.by_plan:
        return f"This is the school that the education, health and care plan of {one.pupil.legal_name} names."
    told = _last(one, Kind.INTENTION, parent)
    if told is not None and told.counted_from:
        return (
            f"A notice of {in_words(told.counted_from)} told you which school would be named, and how you could "
            "choose another."
        )
    return "You were told which school would be named, and how you could choose another."


def _amended(one: AttendanceOrder, parent: Parent) -> str:
    """Another parent's request is not told as such: each letter knows its own reader only."""
    last = one.amendments.order_by("-pk").first()
    if last is not None and last.ground == AttendanceAmendment.Ground.PARENT and last.parent_id == parent.pk:
        return "You asked for this school, and it has a place."
    return "The council has put this school in the place of the one named before."


def _reminder(one: AttendanceOrder, parent: Parent, said: dict[str, Any]) -> Letter:
    served, check = in_force(one).get(parent.pk), one.checks.order_by("-on", "-pk").first()
    if served is None or served.counted_from is None or check is None:
        raise StepRefused(f"The order does not count as received by {parent.name}: see to its service first.")
    return letters.AttendanceReminder(
        **said, school=_school(one), served_on=served.counted_from, checked_on=check.on
    )


def _revocation(one: AttendanceOrder, parent: Parent, said: dict[str, Any]) -> Letter:
    asked: AttendanceRevocation | None = one.revocations.exclude(decision=None).order_by("-pk").first()
    if asked is None or asked.parent_id != parent.pk or asked.decision is None:
        raise StepRefused("There is no decision on a request of this parent.")
    return letters.AttendanceRevocation(
        **said,
        school=_school(one),
        asked_on=asked.asked_on,
        revoked=bool(asked.revoked),
        reasons=asked.decision.reasons,
    )


def _last(one: AttendanceOrder, kind: str, parent: Parent) -> AttendanceOrderNotice | None:
    found = [notice for notice in one.notices.all() if notice.kind == kind and notice.parent_id == parent.pk]
    return found[-1] if found else None


def to_school(
    one: AttendanceOrder, school: School, kind: str, to: str, on: date, by: Any
) -> tuple[Letter, str]:
    """A school's letter and the address on its envelope."""
    assert one.pupil.date_of_birth is not None
    lines = _lines(school)
    name = f"{AttendanceSchoolPaper.To(to).label} of {school.name}"
    if to == AttendanceSchoolPaper.To.HEAD and school.head:
        name = f"{school.head}, head teacher"
    received = sending.received(on)
    told = kind == AttendanceSchoolPaper.Kind.TOLD
    said = _common(one, Addressee(name, lines), on, by)
    letter = letters.AttendanceSchool(
        **said, born_on=one.pupil.date_of_birth, school=school.name, kind=kind, to=to, received_on=received,
        last_day=time_of(OBJECTION, received).last_day if told else None, days=_days(OBJECTION) if told else 0,
    )  # fmt: skip
    return letter, "\n".join((name, *lines))


def _lines(school: School) -> tuple[str, ...]:
    parts = [part.strip() for part in school.address.replace("\n", ",").split(",")]
    lines = tuple(filter(None, [school.name, *parts, school.postcode.strip()]))
    if not school.postcode.strip():
        raise StepRefused(f"{school.name} has no address with postcode in the directory: see to it first.")
    return lines


def where(school: School) -> str:
    """A school with its address in one line."""
    parts = [
        school.name,
        *(part.strip() for part in school.address.replace("\n", ",").split(",")),
        school.postcode,
    ]
    return ", ".join(filter(None, (part.strip() for part in parts)))


def _school(one: AttendanceOrder) -> str:
    if one.school is None:
        raise StepRefused("Choose the school first.")
    return where(one.school)


def _common(one: AttendanceOrder, addressee: Addressee, on: date, by: Any) -> dict[str, Any]:
    """What every letter says; the one address in it is the addressee's."""
    return {
        "sender": ways.on(on).sender,
        "addressee": addressee,
        "reference": one.number,
        "dated": on,
        "signed_by": by.name,
        "signed_post": by.post,
        "child_name": one.pupil.legal_name,
    }
