"""A notification beside the rules and the register: what is missing, what differs, what the law says."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone

from mainstay.law import deletion, returns
from mainstay.law.register import BadMark, CalendarTooShort
from mainstay.registers.grid import academic_year
from mainstay.service.attendance import law_registers
from mainstay.service.common.keys import fold
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.calendars import year_bounds
from mainstay.service.directory.models import Address, Enrolment, Parenthood, Pupil
from mainstay.service.missing import clocks_notifications as clocks
from mainstay.service.missing import notices
from mainstay.service.missing.actions import rolls, signed
from mainstay.service.missing.matching.live import Index
from mainstay.service.missing.matching.people import Person
from mainstay.service.missing.models import MissingChild, Notification, RollDecision
from mainstay.service.missing.models.notifications import Kind
from mainstay.service.missing.queries import records

#: a common transfer file by its name: sender, receiver (a school, XXXXXXX unknown, MMMMMMM outside the sector), number
CTF: Final = re.compile(
    r"\d{3}[0-9A-Z]{4}_CTF_(\d{3}[0-9A-Z]{4}|XXXXXXX|MMMMMMM)_\d{3}(\.(xml|ctf|zip))?", re.IGNORECASE
)
UNKNOWN: Final = "XXXXXXX"
#: days within which two days mean one event
NEAR: Final = timedelta(days=14)
_PART_TIME: Final = "C2"


@dataclass(slots=True)
class Checked:
    """problems: what the school mends; doubts: what a person of the service looks at; answer: the law's, of a deletion."""

    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    answer: deletion.DeletionAnswer | None = None


def digest(one: Notification) -> str:
    """What child, kind and days come down to."""
    said = one.said
    who = one.pupil_id or _told(said)
    return hashlib.sha256(f"{one.kind}|{who}|{one.first_on}|{one.last_on or ''}".encode()).hexdigest()


def _told(said: Mapping[str, Any]) -> str:
    return f"{fold(' '.join((said.get('surname', ''), said.get('forename', ''))))} {said.get('born', '')}"


def check(one: Notification, on: date) -> Checked:
    """Of one that is not stored yet, too. on: the day on which it is looked at."""
    found = Checked()
    _fields(one, found)
    {
        Kind.JOINER: _joiner, Kind.LEAVER: _leaver, Kind.TEN_DAYS: _ten_days, Kind.SICKNESS: _sickness,
        Kind.PART_TIME: _part_time,
    }[Kind(one.kind)](one, found, on)  # fmt: skip
    return found


def _fields(one: Notification, found: Checked) -> None:
    if one.pupil is None and not all(one.said.get(name) for name in ("surname", "forename", "born")):
        found.problems.append("Name the child in full, with the date of birth.")
    held = _held(one.pupil) if one.pupil else {}
    for asked in notices.needs(one.kind, one.ground):
        if (
            asked.needed
            and one.said.get(asked.name) in (None, "")
            and not (asked.held and held.get(asked.name))
        ):
            found.problems.append(f"Missing: {asked.label[:1].lower()}{asked.label[1:]}.")
    if one.kind in notices.ENDS and one.last_on is None:
        found.problems.append(f"Missing: {notices.DAYS[one.kind][1].lower()}.")
    if one.last_on is not None and one.last_on < one.first_on:
        found.problems.append("The last day is before the first.")


def _held(pupil: Pupil) -> dict[str, bool]:
    """What our record of the child can say of the fields every return has."""
    ties = list(Parenthood.objects.filter(pupil=pupil).values_list("parent__phone", flat=True))
    return {
        "address": Address.objects.filter(pupil=pupil, until=None).exists(),
        "parents": bool(ties),
        "numbers": any(ties),
    }


def enrolment_of(one: Notification) -> Enrolment | None:
    """The latest of the child at that school that had begun by then."""
    if one.pupil_id is None:
        return None
    rows = Enrolment.objects.filter(
        pupil=one.pupil_id, school=one.school_id, entered_on__lte=one.first_on + NEAR
    )
    return rows.order_by("-entered_on").first()


def _joiner(one: Notification, found: Checked, on: date) -> None:
    due = clocks.new_pupil(one.first_on).last_day
    if _told_on(one) > due:
        found.doubts.append(f"Late: it was due by {long_date(due)}.")
    held = enrolment_of(one)
    if held is None:
        found.doubts.append(
            "The child is not on this school’s roll in Mainstay yet: its next file should bring them."
        )
    elif held.entered_on != one.first_on:
        found.doubts.append(f"The register says that the child joined on {long_date(held.entered_on)}.")
    if one.pupil is None and one.said.get("surname"):
        found.doubts += _sought(one)


def _sought(one: Notification) -> list[str]:
    """Missing children that a new pupil without a record may be."""
    said = one.said
    born = date.fromisoformat(said["born"]) if said.get("born") else None
    person = Person(0, [said.get("forename", "")], [said["surname"]], born)
    people = records.sought()
    index = Index(max(len(people), Pupil.objects.count())).add(people)
    pairs = index.find(person, at_least=0.5)[:3]
    children = MissingChild.objects.in_bulk([child.key for child, _ in pairs])
    return [
        f"May be missing child {children[child.key].number}: {', '.join(likeness.reasons)}."
        for child, likeness in pairs if not likeness.twin
    ]  # fmt: skip


def _leaver(one: Notification, found: Checked, on: date) -> None:
    asked = notices.needs(Kind.LEAVER, one.ground)
    shown = {each.name for each in asked if one.said.get(each.name) not in (None, "", False)}
    met = date.fromisoformat(one.said["met_on"]) if one.said.get("met_on") else None
    signed_on = None
    if one.ground in ("H", "I"):
        joint = _joint(one)
        signed_on = joint.earliest_on if joint else None
        (shown.add if signed_on else shown.discard)("joint_decision")
    ground_met = max(filter(None, (met, signed_on)), default=None)
    answer = deletion.find(
        one.ground, one.first_on, _told_on(one), ground_met, shown, bool(one.said.get("senior"))
    )
    found.answer = answer
    if not one.ground:
        found.problems.append(
            "Choose the ground on which the name is deleted: there is no other way to delete it."
        )
    words = {need.name: need.words for need in deletion.grounds()[one.ground].needs} if one.ground else {}
    found.problems += [f"Not shown: {words[name][:1].lower()}{words[name][1:]}." for name in answer.missing]
    if met is not None and one.first_on < met:
        found.problems.append("The name cannot be deleted from before the ground was met.")
    if signed_on is not None and one.first_on < signed_on:
        found.problems.append(
            f"The joint decision was signed by both on {long_date(signed_on)}: the name cannot be deleted from before that "
            "day. Enter that day or a later one."
        )
    if answer.late:
        found.doubts.append("Told after the deletion: a return is due no later than the name is deleted.")
    held = enrolment_of(one)
    if held is None:
        found.doubts.append("The child was not on this school’s roll in Mainstay.")
    elif held.left_on is not None and held.left_on < one.first_on - timedelta(days=1):
        found.doubts.append(
            f"The register ends on {long_date(held.left_on)}, earlier than the deletion notified."
        )
    _ctf(one, found)
    _gone(one, found, on)


def _gone(one: Notification, found: Checked, on: date) -> None:
    """What the register and a search that is open say against the deletion."""
    if one.pupil is None:
        return
    search = MissingChild.objects.open().filter(pupil=one.pupil).first()
    if search is not None:
        signed = " The joint decision on the roll is not signed by both." if not _joint(one) else ""
        found.doubts.append(
            f"A search for the child is open: {search.number}, {search.get_state_display().lower()}.{signed}"
        )
    if one.ground in ("H", "I"):
        leave = one.said.get("leave_ended_on")
        try:
            shows = rolls.shows(
                one.pupil,
                one.school,
                one.ground,
                min(on, one.first_on),
                date.fromisoformat(leave) if leave else None,
            )
        except StepRefused as refusal:
            found.doubts.append(str(refusal))
        else:
            if not shows.met:
                found.doubts.append(
                    f"The register does not show ground {one.ground}. {shows.reasons[1].text}"
                )
    day = rolls.present_after(one.pupil.pk, one.school_id, one.first_on - timedelta(days=1), on)
    if day is not None:
        found.doubts.append(f"The register has the child present on {long_date(day)}, after the deletion.")


def _told_on(one: Notification) -> date:
    return timezone.localdate(one.received_at)


def _joint(one: Notification) -> RollDecision | None:
    """The deletion on that ground that school and council signed."""
    return signed.latest(one.pupil_id, one.school_id, one.ground) if one.ground else None


def _ctf(one: Notification, found: Checked) -> None:
    name = str(one.said.get("ctf_name") or "").strip()
    match = CTF.fullmatch(name)
    if name and match is None:
        found.problems.append(
            "The name of the common transfer file is not of the usual form, such as 8529999_CTF_XXXXXXX_001.xml."
        )
    elif match and match[1].upper() == UNKNOWN and one.said.get("new_school"):
        found.doubts.append("The file was sent for an unknown school, although a new school is named.")
    elif not name and one.ground in ("H", "I"):
        found.problems.append(
            "Upload the common transfer file for an unknown school (XXXXXXX), and give its name."
        )


def _registers(one: Notification) -> Any:
    """The pupil's register of the school year; None without marks."""
    if one.pupil_id is None:
        return None
    first = year_bounds(academic_year(one.last_on or one.first_on))[0]
    wanted = law_registers.Wanted("one", one.pupil_id, one.school_id, first)
    register = law_registers.since([wanted])["one"]
    return register if register.marks else None


def _answer(one: Notification, found: Checked, expected: int = 0) -> returns.ReturnsAnswer | None:
    register = _registers(one)
    if register is None:
        found.doubts.append("Mainstay has no register of this child for the year.")
        return None
    born = one.pupil.date_of_birth if one.pupil else None
    try:
        return returns.find([register], born, expected)
    except (BadMark, CalendarTooShort):
        found.doubts.append("The register cannot be read by the rules: look at it.")
        return None


def _ten_days(one: Notification, found: Checked, on: date) -> None:
    answer = _answer(one, found)
    if answer is None:
        return
    reached = answer.ten_days_unauthorised.reached_on
    if reached is None and not one.said.get("irregular"):
        found.doubts.append("The register shows no ten school days in a row without leave.")
    elif reached is not None and one.last_on and reached > one.last_on:
        found.doubts.append(
            f"The register reaches ten days on {long_date(reached)}, after the days notified."
        )


def _sickness(one: Notification, found: Checked, on: date) -> None:
    answer = _answer(one, found, int(one.said.get("expected") or 0))
    if answer is not None and not answer.sickness.met:
        found.doubts.append(answer.sickness.because)


def _part_time(one: Notification, found: Checked, on: date) -> None:
    agreed = one.said.get("agreed_on")
    if agreed and date.fromisoformat(agreed) > one.first_on:
        found.doubts.append("A parent agreed only after the timetable began.")
    register = _registers(one)
    if register is None or one.first_on >= on:
        return
    marks = {
        code
        for day, pair in register.marks.items()
        if one.first_on <= day <= (one.last_on or on)
        for code in pair
    }
    if _PART_TIME not in marks:
        found.doubts.append(f"The register has no {_PART_TIME} (part-time timetable) in these days.")
