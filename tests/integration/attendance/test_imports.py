"""Register files taken: what is new, what changes, what must not happen."""

import io
from datetime import date

import numpy as np
import pytest
from tests.factories import UserFactory
from tests.factories_attendance import (
    YEAR,
    a_child,
    a_school,
    at,
    days_before,
    later,
    long_file,
    marked,
    present,
    send,
)

from mainstay.registers.grid import slot_of
from mainstay.service.accounts.models import User
from mainstay.service.attendance import grids
from mainstay.service.attendance.actions import imports
from mainstay.service.attendance.models import (
    Amendment,
    Arrival,
    Grid,
    Register,
    RegisterImport,
    SchoolYear,
)
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory.models import Pupil

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def pupil() -> Pupil:
    return a_child()


def _register(pupil: Pupil) -> Register:
    return Register.objects.select_related("grid").get(pupil=pupil, year=YEAR)


def test_a_file_fills_the_register_and_says_which_arrival_filled_each_session(pupil: Pupil) -> None:
    days = days_before(pupil.school)[:10]
    one = send(long_file({pupil: present(days)}))
    assert (one.state, one.marks_new, one.marks_changed) == (RegisterImport.State.TAKEN, 20, 0)
    held = grids.of_school(pupil.school_id, YEAR)
    filled = held.marks[0] != ord("-")
    assert filled.sum() == 20
    assert set(held.provenance[0][filled]) == {1} and set(held.provenance[0][~filled]) == {0}
    assert _register(pupil).attended == 20
    assert Arrival.objects.get().source == one


def test_the_same_file_twice_changes_nothing(pupil: Pupil) -> None:
    marks = marked(days_before(pupil.school)[:10], "O", 4)
    send(long_file({pupil: marks}))
    before = bytes(Grid.objects.get().marks), bytes(Grid.objects.get().provenance)
    again = send(long_file({pupil: marks}), when=later(1))
    assert (again.state, again.marks_new, again.marks_changed) == ("taken", 0, 0)
    assert (bytes(Grid.objects.get().marks), bytes(Grid.objects.get().provenance)) == before
    assert Arrival.objects.count() == 1 and not Amendment.objects.exists()


def test_a_corrected_file_makes_amendments_and_keeps_who_filled_first(pupil: Pupil) -> None:
    days = days_before(pupil.school)[:10]
    send(long_file({pupil: marked(days, "N", 2)}))
    one = send(long_file({pupil: marked(days, "I", 2)}), when=later(1))
    assert (one.marks_new, one.marks_changed) == (0, 2)
    changes = list(Amendment.objects.order_by("slot").values_list("slot", "old", "new", "arrival__ordinal"))
    assert changes == [(slot_of(days[0], "AM"), "N", "I", 2), (slot_of(days[0], "PM"), "N", "I", 2)]
    assert int(grids.of_school(pupil.school_id, YEAR).provenance.max()) == 1


def test_a_blank_in_a_later_file_never_erases_a_mark(pupil: Pupil) -> None:
    days = days_before(pupil.school)[:10]
    send(long_file({pupil: present(days)}))
    send(long_file({pupil: present(days[5:])}), when=later(1))
    assert _register(pupil).attended == 20


def test_the_register_as_known_on_an_earlier_day_is_still_there(pupil: Pupil) -> None:
    days = days_before(pupil.school)[:10]
    send(long_file({pupil: marked(days[:5], "N", 2)}), when=at(date(2026, 11, 2)))
    send(long_file({pupil: marked(days, "I", 2)}), when=at(date(2026, 11, 9)))
    register = _register(pupil)
    first = slot_of(days[0], "AM")
    then, now = grids.as_known_on(register, date(2026, 11, 8)), grids.as_known_on(register, date(2026, 11, 9))
    assert (chr(then[first]), chr(now[first])) == ("N", "I")
    assert sum(b != ord("-") for b in then) == 10 and sum(b != ord("-") for b in now) == 20
    assert set(grids.as_known_on(register, date(2026, 11, 1))) == {ord("-")}
    assert grids.amended_sessions([register]) == {register.pk: {(days[0], "AM"), (days[0], "PM")}}


def test_looking_at_a_file_stores_nothing_in_a_register(pupil: Pupil) -> None:
    one = imports.receive(
        file=long_file({pupil: present(days_before(pupil.school)[:3])}), school=None, by=None, at=at()
    )
    one.refresh_from_db()
    assert one.state == "preview" and one.report["marks"] == 6 and one.report["sample"]["rows"]
    assert not Register.objects.exists() and not SchoolYear.objects.exists()


def test_refused_marks_come_back_as_a_file_and_the_sound_ones_are_taken(pupil: Pupil) -> None:
    days = days_before(pupil.school)[:3]
    file = long_file({pupil: present(days) | {(days[2], "PM"): "?"}})
    one = send(file)
    assert one.marks_new == 5
    text = store.read(one.errors).decode("utf-8-sig")
    assert "?" in text and text.startswith("Line,Column,Value,Problem")


def test_a_school_user_cannot_send_another_schools_register(pupil: Pupil) -> None:
    own = a_school()
    user = UserFactory(role="school_staff", school=own)
    one = send(long_file({pupil: present(days_before(pupil.school)[:3])}), by=user)
    assert one.state == "preview" and one.stopped_because
    with pytest.raises(StepRefused):
        imports.take(import_id=one.pk, by=user, at=at())
    assert not Register.objects.exists()


def test_a_file_that_names_no_school_is_the_senders_own(pupil: Pupil) -> None:
    user = UserFactory(role="school_staff", school=pupil.school)
    one = send(long_file({pupil: present(days_before(pupil.school)[:3])}, urn=""), by=user)
    assert one.state == "taken" and one.school == pupil.school and one.marks_new == 6


def test_a_school_nobody_knows_stops_the_file(pupil: Pupil) -> None:
    one = send(
        long_file({pupil: present(days_before(pupil.school)[:3])}, urn="123456"), by=UserFactory(role="ewo")
    )
    assert one.state == "preview" and "123456" in one.stopped_because


def _implausible() -> io.BytesIO:
    school = a_school()
    pupils = [a_child(school=school, surname=f"Person{n}") for n in range(20)]
    days = days_before(school)[:10]
    return long_file({pupil: marked(days, "O", 10) for pupil in pupils})


def test_an_implausible_file_waits_for_a_person_who_may_accept_it() -> None:
    officer, senior = UserFactory(role="ewo"), UserFactory(role="senior_ewo")
    one = send(_implausible(), by=officer)
    assert one.state == "preview" and one.report["acceptable"]
    with pytest.raises(StepRefused):
        imports.take(import_id=one.pk, by=officer, at=at(), accepted_because="It is right")
    with pytest.raises(StepRefused):
        imports.take(import_id=one.pk, by=senior, at=at())
    imports.take(import_id=one.pk, by=senior, at=at(), accepted_because="The school was shut by flooding")
    one.refresh_from_db()
    assert one.state == "taken" and one.accepted_by == senior and one.marks_new == 400
    assert AuditRow.objects.filter(action="import.accepted", by=senior).exists()


def test_a_file_set_aside_is_kept_but_not_taken(pupil: Pupil) -> None:
    officer = UserFactory(role="ewo")
    one = imports.receive(
        file=long_file({pupil: present(days_before(pupil.school)[:3])}), school=None, by=officer, at=at()
    )
    imports.discard(import_id=one.pk, by=officer, at=at())
    one.refresh_from_db()
    assert one.state == "refused" and one.file is not None and "sample" not in one.report
    with pytest.raises(StepRefused):
        imports.take(import_id=one.pk, by=officer, at=at())


def test_what_fails_half_way_leaves_no_trace(pupil: Pupil, monkeypatch: pytest.MonkeyPatch) -> None:
    from mainstay.service.attendance import taking

    def fail(**_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(taking, "_tell", lambda *a, **k: fail())
    one = send(long_file({pupil: present(days_before(pupil.school)[:3])}))
    assert one.state == "failed" and "disk" not in one.stopped_because
    assert not Register.objects.exists() and not Arrival.objects.exists() and not SchoolYear.objects.exists()


def test_newcomers_are_put_on_the_roll(pupil: Pupil) -> None:
    days = days_before(pupil.school)[:3]
    new = Pupil(pk=-1, upn="", surname="Newling", forename="Iris", date_of_birth=date(2016, 5, 5))
    new.school = pupil.school
    one = send(long_file({pupil: present(days), new: present(days)}))
    assert one.marks_new == 12
    assert Register.objects.filter(pupil__surname="Newling", attended=6).exists()


def test_the_audit_row_holds_the_digest_of_every_grid_written(pupil: Pupil) -> None:
    one = send(long_file({pupil: present(days_before(pupil.school)[:3])}))
    row = AuditRow.objects.get(action="register.taken", on_id=str(one.pk))
    held = grids.of_school(pupil.school_id, YEAR)
    assert row.payload["grids"] == grids.digests(held.registers, held.marks)


def test_the_schools_summary_counts_what_was_taken(pupil: Pupil) -> None:
    days = days_before(pupil.school)[:10]
    send(long_file({pupil: marked(days, "O", 5)}))
    summary = SchoolYear.objects.get(school=pupil.school, year=YEAR)
    assert (summary.pupils, summary.possible, summary.absent, summary.unauthorised) == (1, 20, 5, 5)
    assert summary.codes == {"/": 7, "\\": 8, "O": 5} or sum(summary.codes.values()) == 20
    assert sum(week["absent"] for week in summary.weeks) == 5
    assert np.frombuffer(bytes(summary.open_mask), np.uint8).sum() > 300


def test_a_large_job_is_left_to_the_worker(pupil: Pupil, monkeypatch: pytest.MonkeyPatch) -> None:
    from mainstay.service.common.jobs import queue

    user: User = UserFactory(role="ewo")
    monkeypatch.setattr(imports, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr(imports, "AT_ONCE_MARKS", 0)
    one = imports.receive(
        file=long_file({pupil: present(days_before(pupil.school)[:3])}), school=None, by=user, at=at()
    )
    assert one.state == "received"
    assert queue.run_waiting() == 1
    imports.take(import_id=one.pk, by=user, at=at())
    one.refresh_from_db()
    assert one.state == "taking"
    assert queue.run_waiting() == 1
    one.refresh_from_db()
    assert one.state == "taken" and one.marks_new == 6
