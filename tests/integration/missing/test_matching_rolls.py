"""Missing children compared with the directory, and what a person decides about a pair."""

from datetime import date, timedelta

import pytest
from tests.factories import NOW, AddressFactory, ParentFactory, PupilFactory, SchoolFactory, UserFactory
from tests.factories_intake import missing_child

from mainstay.registers.register import Person
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import placing, searching
from mainstay.service.directory.models import Enrolment, MergeCandidate, PupilAlias
from mainstay.service.missing.actions import matches
from mainstay.service.missing.models import Candidate, Comparison

pytestmark = pytest.mark.django_db
BORN = date(2014, 3, 9)
WHY = "The school confirmed the birthday and the mother’s name."


def _pupil(**said):
    pupil = PupilFactory(
        **{"forename": "Tariq", "surname": "Ashdown", "date_of_birth": BORN, "sex": "M"} | said
    )
    ParentFactory(of=pupil, forename="Mina", surname="Ashdown")
    AddressFactory(pupil=pupil, lines="4 Beech Road", postcode="SO99 9ZZ")
    searching.write_pupils([pupil.pk])
    return pupil


def _child(**said):
    child = missing_child(address="4 Beech Road", postcode="SO99 9ZZ", **said)
    child.parents.create(name="Mrs Mina Ashdown", key="")
    return child


def test_a_night_finds_who_moved_and_tells_whoever_looks() -> None:
    officer = UserFactory(role="cme_officer")
    child, pupil = _child(surname="Ashdowne"), _pupil()
    _pupil(forename="Noor", surname="Quill", date_of_birth=date(2013, 1, 1))
    made = matches.compare_all(at=NOW, engine="live")
    assert (made.children, made.pupils, made.found) == (1, 2, 1)
    row = Candidate.objects.get()
    assert (row.child, row.pupil, row.school, row.state) == (child, pupil, pupil.school, "new")
    assert "same birthday" in row.reasons
    sent = Message.objects.get()
    assert sent.to == officer.email
    assert "Ashdown" not in sent.subject + sent.body


def test_a_decided_pair_comes_back_only_when_something_changed() -> None:
    officer = UserFactory(role="cme_officer")
    _child()
    pupil = _pupil()
    matches.compare_all(at=NOW, engine="live")
    row = Candidate.objects.get()
    with pytest.raises(StepRefused, match="Say why"):
        matches.decide(candidate_id=row.pk, outcome="other", reasons="no", by=officer, at=NOW)
    matches.decide(
        candidate_id=row.pk,
        outcome="other",
        reasons="Another family: I spoke to the school.",
        by=officer,
        at=NOW,
    )
    matches.compare_all(at=NOW + timedelta(days=1), engine="live")
    assert Candidate.objects.get().state == "other"
    PupilAlias.objects.create(
        pupil=pupil, forename="Tariq", surname="Ashdowne", source="CTF", learned_on=NOW.date()
    )
    matches.compare_all(at=NOW + timedelta(days=2), engine="live")
    assert Candidate.objects.get().state == "new"


def test_the_same_child_takes_the_record_or_queues_a_merge() -> None:
    officer = UserFactory(role="cme_officer")
    child, pupil = _child(), _pupil()
    matches.compare_child(child_id=child.pk, by=officer, at=NOW)
    row = Candidate.objects.get()
    with pytest.raises(StepRefused, match="role"):
        matches.decide(candidate_id=row.pk, outcome="same", reasons=WHY, by=UserFactory(role="ewo"), at=NOW)
    matches.decide(candidate_id=row.pk, outcome="same", reasons=WHY, by=officer, at=NOW)
    child.refresh_from_db()
    assert child.pupil == pupil
    assert pupil.entries.filter(title="Found on a school’s roll").exists()
    with pytest.raises(StepRefused, match="decided already"):
        matches.decide(candidate_id=row.pk, outcome="other", reasons=WHY, by=officer, at=NOW)
    other = _pupil(upn="")
    matches.compare_child(child_id=child.pk, by=officer, at=NOW)
    row = Candidate.objects.get(pupil=other)
    matches.decide(candidate_id=row.pk, outcome="same", reasons=WHY, by=officer, at=NOW)
    assert MergeCandidate.objects.get().other == pupil


def test_a_twin_is_kept_apart_and_a_restricted_child_tells_no_home() -> None:
    child = _child()
    twin = _pupil(forename="Samir")
    hidden = _pupil(restricted=True, upn="")
    matches.compare_child(child_id=child.pk, at=NOW)
    rows = {row.pupil: row for row in Candidate.objects.all()}
    assert rows[twin].twin
    assert rows[twin] not in Candidate.objects.to_decide()
    assert not any("street" in reason or "parent" in reason for reason in rows[hidden].reasons)


def test_a_joiner_is_compared_at_once_and_the_childs_own_record_too() -> None:
    UserFactory(role="cme_officer")
    school, before = SchoolFactory(), SchoolFactory()
    child = missing_child()
    gone = PupilFactory(school=None, forename="Lena", surname="Holt", date_of_birth=date(2012, 5, 5))
    gone.enrolments.create(school=before, entered_on=date(2020, 9, 1), left_on=date(2026, 7, 20))
    own = missing_child(
        forename="Lena", surname="Holt", date_of_birth=date(2012, 5, 5), sex="F", pupil=gone, last_school=before,
        last_attended_on=date(2026, 7, 20),
    )  # fmt: skip
    people = [
        Person(school.laestab, upn="", surname="Ashdown", forename="Tariq", date_of_birth=BORN, sex="M"),
        Person(school.laestab, upn=gone.upn, surname="Holt", forename="Lena", date_of_birth=date(2012, 5, 5)),
    ]
    placing.place(people, school, NOW.date(), by=None, at=NOW, source="test")
    found = {row.child: row for row in Candidate.objects.all()}
    assert found[child].found == "joined"
    assert found[own].own
    assert found[own].pupil == gone
    assert found[own].school == school
    assert Enrolment.objects.filter(pupil=gone, school=school).exists()


def test_the_night_does_nothing_where_nobody_is_sought() -> None:
    missing_child(state="closed")
    matches.nightly(on=NOW.date(), last=None)
    assert not Comparison.objects.exists()
