"""A notification, a return due, a name without a ground, a file and a candidate, for the addresses of both."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, Final

from tests.factories import PupilFactory, UserFactory
from tests.factories_intake import missing_child

from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.missing.actions import notification_files, notifications, off_rolling
from mainstay.service.missing.models import Candidate, DueReturn

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one child that a service manager opens
OF_A_CHILD: Final = (
    "notification",
    "notification_accept",
    "return_due",
    "off_rolling",
    "match",
    "match_of_child",
)


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    school, staff = pupil.school, UserFactory(role="school_staff", school=pupil.school)
    assert school is not None
    sent, _ = notifications.send(
        kind="part_time", school=school, pupil=pupil, first_on=date(2026, 11, 16), last_on=date(2026, 12, 18), by=staff, at=AT,
        said={"hours": 12, "reason": "After an operation", "plan": "Full days from January", "agreed_on": "2026-11-10"},
    )  # fmt: skip
    back, _ = notifications.send(
        kind="sickness", school=school, pupil=pupil, first_on=date(2026, 9, 7), said={}, by=staff, at=AT
    )
    due = DueReturn.objects.create(
        kind="joiner",
        school=school,
        pupil=pupil,
        on=date(2026, 11, 9),
        due_on=date(2026, 11, 14),
        found_at=AT,
    )
    left = off_rolling.find(
        school_id=school.pk, pupil_id=pupil.pk, left_on=date(2026, 10, 9), why="No return was made.", at=AT
    )
    assert left is not None
    off_rolling.raise_with_school(off_rolling_id=left.pk, asked="Which ground?", by=by, at=AT)
    line = f"kind,upn,surname,forename,date_of_birth,first_day\nten days,{pupil.upn},{pupil.surname},Ada,2016-03-09,2026-11-02\n"
    file = notification_files.receive(
        file=BytesIO(line.encode()), name="returns.csv", school=school, by=staff, at=AT
    )
    child = missing_child(pupil=PupilFactory(school=school))
    pair = Candidate.objects.create(
        child=child,
        pupil=pupil,
        school=school,
        score=0.95,
        reasons=["same birthday"],
        digest="x",
        found="night",
        found_at=AT,
    )
    ids = {
        "notification": sent.pk, "school_return": back.pk, "return_due": due.pk, "school_return_due": due.pk, "off_rolling": left.pk,
        "school_off_rolling": left.pk, "school_returns_sent": file.pk, "match": pair.pk, "match_of_child": child.pk,
        "match_compare": child.pk,
    }  # fmt: skip
    extra = {"school_return_new": {"kind": "part_time"}}
    return ids, extra
