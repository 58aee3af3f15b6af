"""Leave in term time: asked in advance, decided by the head on that request alone, kept as evidence."""

import re
from datetime import date
from typing import Any

import pytest
from tests.factories import AddressFactory, ParentFactory, ParenthoodFactory, UserFactory
from tests.factories_attendance import a_child, at, give
from tests.factories_penalties import a_leave, a_parent, absent, an_earlier
from tests.unit.documents.reading import pages_of

from mainstay.service.accounts.models import User
from mainstay.service.common.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.documents.models import Document
from mainstay.service.penalties.actions import leave, leave_letters, requests
from mainstay.service.penalties.models import LeaveLetter, LeaveRequest
from mainstay.service.record.models import Entry

pytestmark = pytest.mark.django_db
REASONS = "The wedding could be on another day; Ada has missed twelve sessions already."


def head_of(asked: LeaveRequest) -> User:
    return UserFactory(role="head_teacher", school=asked.school, name="Jo Sample", post="Head teacher")


def refused(**given: Any) -> LeaveRequest:
    asked = a_leave(**given)
    return leave.refuse(leave_id=asked.pk, reasons=REASONS, by=head_of(asked), at=at())


def text_of(document: Document) -> str:
    return " ".join(pages_of(store.read(document.file)))


def test_a_school_writes_down_who_asked_when_for_which_days_and_why() -> None:
    asked = a_leave(lives_with=True)
    assert (asked.state, asked.lives_with, asked.asked_on) == ("asked", True, date(2026, 11, 20))
    assert asked.school == asked.pupil.school
    assert Entry.objects.get(kind="leave").audience == "school"
    assert AuditRow.objects.get(action="leave.asked").payload["lives_with"] is True


def test_the_head_grants_it() -> None:
    asked = a_leave()
    done = leave.grant(leave_id=asked.pk, reasons="Her grandmother is dying.", by=head_of(asked), at=at())
    assert (done.state, done.granted_from, done.granted_to) == ("granted", asked.first_day, asked.last_day)
    assert done.decided_at == at()


def test_the_head_grants_a_part_with_the_days_and_the_warning_about_the_rest() -> None:
    asked = a_leave()
    done = leave.grant_part(
        leave_id=asked.pk, granted_from=date(2026, 12, 7), granted_to=date(2026, 12, 7), reasons=REASONS,
        by=head_of(asked), at=at(), warned_on=date(2026, 11, 23), warning="In a talk at the gate.",
    )  # fmt: skip
    assert (done.state, done.granted_to) == ("part", date(2026, 12, 7))
    assert (done.warned_on, done.warning) == (date(2026, 11, 23), "In a talk at the gate.")


@pytest.mark.parametrize("asked_on", [date(2026, 11, 16), date(2026, 11, 18)])
def test_leave_asked_for_on_its_first_day_or_later_is_written_down_but_can_only_be_refused(
    asked_on: date,
) -> None:
    asked = a_leave(asked_on=asked_on, first_day=date(2026, 11, 16), last_day=date(2026, 11, 20))
    with pytest.raises(StepRefused, match="afterwards it cannot be granted"):
        leave.grant(leave_id=asked.pk, reasons="A funeral.", by=head_of(asked), at=at())
    assert leave.refuse(leave_id=asked.pk, reasons=REASONS, by=head_of(asked), at=at()).state == "refused"


def test_only_a_parent_the_child_normally_lives_with_can_be_granted_leave() -> None:
    asked = a_leave(lives_with=False)
    with pytest.raises(StepRefused, match="normally lives with"):
        leave.grant(leave_id=asked.pk, reasons="A funeral.", by=head_of(asked), at=at())


def test_days_that_are_past_are_never_authorised_afterwards() -> None:
    asked = a_leave()
    head, later = head_of(asked), at(date(2026, 12, 9))
    with pytest.raises(StepRefused, match="has begun"):
        leave.grant(leave_id=asked.pk, reasons="A funeral.", by=head, at=later)
    with pytest.raises(StepRefused, match="cannot be authorised afterwards"):
        leave.grant_part(
            leave_id=asked.pk, granted_from=date(2026, 12, 8), granted_to=date(2026, 12, 11), reasons="A funeral.",
            by=head, at=later,
        )  # fmt: skip
    done = leave.grant_part(
        leave_id=asked.pk, granted_from=date(2026, 12, 9), granted_to=date(2026, 12, 11), reasons="A funeral.",
        by=head, at=later,
    )  # fmt: skip
    assert done.state == "part"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": " "}, "reason the parent gives"),
        ({"last_day": date(2026, 12, 1)}, "before the first"),
        ({"asked_on": date(2026, 12, 1)}, "in the future"),
        ({"first_day": date(2026, 10, 26), "last_day": date(2026, 10, 30), "asked_on": date(2026, 10, 1)}, "closed"),
        ({"last_day": date(2028, 1, 11)}, "one school year"),
        ({"by": "officer of another kind"}, "Your role cannot"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_words(changed: dict[str, Any], words: str) -> None:
    if "by" in changed:
        changed = {"by": UserFactory(role="finance")}
    with pytest.raises(StepRefused, match=words):
        a_leave(**changed)


def test_somebody_who_is_no_parent_of_the_child_and_a_child_of_another_school_are_refused() -> None:
    pupil = absent()
    with pytest.raises(StepRefused, match="not recorded as a parent"):
        a_leave(pupil, ParentFactory())
    with pytest.raises(StepRefused, match="cannot see this child"):
        a_leave(pupil, by=UserFactory(role="school_staff", school=a_child().school))


def test_the_same_request_is_written_down_once_and_taken_back_before_it_is_decided() -> None:
    asked = a_leave()
    with pytest.raises(StepRefused, match="already"):
        a_leave(asked.pupil, asked.parent)
    staff = UserFactory(role="school_staff", school=asked.school)
    leave.take_back(leave_id=asked.pk, by=staff, at=at())
    again = a_leave(asked.pupil, asked.parent)
    leave.refuse(leave_id=again.pk, reasons=REASONS, by=head_of(again), at=at())
    with pytest.raises(StepRefused, match="cannot"):
        leave.take_back(leave_id=again.pk, by=staff, at=at())


def test_the_decision_needs_reasons_and_a_head_teacher() -> None:
    asked = a_leave()
    with pytest.raises(StepRefused, match="judged on its own"):
        leave.refuse(leave_id=asked.pk, reasons=" ", by=head_of(asked), at=at())
    for by in (UserFactory(role="ewo"), UserFactory(role="school_staff", school=asked.school)):
        with pytest.raises(StepRefused, match="Your role cannot"):
            leave.refuse(leave_id=asked.pk, reasons=REASONS, by=by, at=at())
    with pytest.raises(StepRefused, match="cannot see"):
        leave.refuse(
            leave_id=asked.pk, reasons=REASONS, by=UserFactory(role="head_teacher", school=a_child().school), at=at()
        )  # fmt: skip
    leave.refuse(leave_id=asked.pk, reasons=REASONS, by=head_of(asked), at=at())
    with pytest.raises(StepRefused, match="cannot grant"):
        leave.grant(leave_id=asked.pk, reasons="After all.", by=head_of(asked), at=at())


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"warned_on": date(2026, 11, 24), "warning": "By letter."}, "in the future"),
        ({"warned_on": date(2026, 11, 19), "warning": "By letter."}, "before leave was asked for"),
        ({"warned_on": date(2026, 11, 23), "warning": " "}, "how the parents were warned"),
    ],
)
def test_a_warning_has_a_day_that_can_be_and_words(said: dict[str, Any], words: str) -> None:
    asked = a_leave()
    with pytest.raises(StepRefused, match=words):
        leave.refuse(leave_id=asked.pk, reasons=REASONS, by=head_of(asked), at=at(), **said)


def test_a_warning_given_later_is_kept() -> None:
    asked = refused()
    staff = UserFactory(role="school_staff", school=asked.school)
    leave.warned(leave_id=asked.pk, warned_on=date(2026, 11, 23), warning="By telephone.", by=staff, at=at())
    asked.refresh_from_db()
    assert asked.warning == "By telephone."
    granted = a_leave()
    leave.grant(leave_id=granted.pk, reasons="A funeral.", by=head_of(granted), at=at())
    with pytest.raises(StepRefused, match="refused"):
        leave.warned(
            leave_id=granted.pk, warned_on=date(2026, 11, 23), warning="By telephone.", by=head_of(granted), at=at()
        )  # fmt: skip


# letters


def test_the_decision_letter_is_the_heads_from_the_school_to_the_parent_who_asked() -> None:
    asked = refused()
    asked.school.address, asked.school.phone = "School Lane (made-up), Southampton", "01632 960100"
    asked.school.save()
    made = leave_letters.write(
        leave_id=asked.pk, parent=asked.parent, kind="leave_refusal", by=head_of(asked), at=at()
    )
    text = text_of(made.document)
    for words in (
        asked.school.name,
        "School Lane",
        REASONS,
        "Jo Sample",
        f"LA-{asked.pk:07}",
        "1 Invented Road",
    ):
        assert words in text
    assert not made.document.draft


def test_a_school_is_not_told_by_its_own_letter_whether_a_parent_had_a_notice_before() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    an_earlier(parent, pupil, date(2025, 3, 3))
    asked = refused(pupil=pupil, parent=parent)
    head = leave_letters.write(
        leave_id=asked.pk, parent=parent, kind="leave_refusal", by=head_of(asked), at=at()
    )
    assert set(re.findall(r"£(\d+)", text_of(head.document))) == {"80", "160"}
    assert "A second notice within 3 years would cost £160" in text_of(head.document)
    officer = leave_letters.write(
        leave_id=asked.pk, parent=parent, kind="leave_warning", by=UserFactory(role="ewo"), at=at()
    )
    assert set(re.findall(r"£(\d+)", text_of(officer.document))) == {"160"}


def test_each_parent_is_warned_by_a_letter_of_their_own_once() -> None:
    asked = refused()
    other = a_parent(asked.pupil, forename="Hugh")
    staff = UserFactory(role="school_staff", school=asked.school)
    with pytest.raises(StepRefused, match="goes to the parent who asked"):
        leave_letters.write(leave_id=asked.pk, parent=other, kind="leave_refusal", by=staff, at=at())
    for parent in (asked.parent, other):
        leave_letters.write(leave_id=asked.pk, parent=parent, kind="leave_warning", by=staff, at=at())
    with pytest.raises(StepRefused, match="made already"):
        leave_letters.write(leave_id=asked.pk, parent=other, kind="leave_warning", by=staff, at=at())
    names = {one.document.values["addressee"]["name"] for one in LeaveLetter.objects.all()}
    assert names == {asked.parent.name, other.name}


def test_how_a_letter_was_given_is_kept_and_counts_as_the_warning() -> None:
    asked = refused()
    staff = UserFactory(role="school_staff", school=asked.school)
    made = leave_letters.write(
        leave_id=asked.pk, parent=asked.parent, kind="leave_refusal", by=staff, at=at()
    )
    given = leave_letters.given(
        letter_id=made.pk, method="first_class_post", on=date(2026, 11, 23), by=staff, at=at()
    )
    assert given.service and given.service.presumed_on == date(2026, 11, 25)
    asked.refresh_from_db()
    assert (asked.warned_on, asked.warning) == (date(2026, 11, 23), "In writing: the head's decision")
    with pytest.raises(StepRefused, match="recorded already"):
        leave_letters.given(letter_id=made.pk, method="hand", on=date(2026, 11, 23), by=staff, at=at())


def test_a_letter_to_an_address_the_school_may_not_know_names_none_and_is_handed_over() -> None:
    pupil = absent()
    parent = ParentFactory(of=pupil)
    AddressFactory(parent=parent, lines="7 Hidden Street", confidential=True)
    asked = refused(pupil=pupil, parent=parent)
    staff = UserFactory(role="school_staff", school=asked.school)
    made = leave_letters.write(leave_id=asked.pk, parent=parent, kind="leave_refusal", by=staff, at=at())
    assert "Hidden Street" not in text_of(made.document)
    said = {"letter_id": made.pk, "on": date(2026, 11, 23), "by": staff, "at": at()}
    with pytest.raises(StepRefused, match="handed over"):
        leave_letters.given(method="first_class_post", **said)
    assert leave_letters.given(method="hand", **said).service


def test_an_officer_does_not_write_the_address_of_a_restricted_childs_parent_on_a_siblings_paper() -> None:
    pupil = absent()
    parent = ParentFactory(of=pupil)
    ParenthoodFactory(parent=parent, pupil=absent(restricted=True))
    AddressFactory(parent=parent, lines="7 Hidden Street", confidential=True)
    asked = refused(pupil=pupil, parent=parent)
    made = leave_letters.write(
        leave_id=asked.pk, parent=parent, kind="leave_warning", by=UserFactory(role="ewo"), at=at()
    )
    assert "Hidden Street" not in text_of(made.document)


def test_letters_follow_a_refusal_only_and_the_days_they_name_were_not_granted() -> None:
    asked = a_leave()
    staff = UserFactory(role="school_staff", school=asked.school)
    with pytest.raises(StepRefused, match="once the leave is refused"):
        leave_letters.write(leave_id=asked.pk, parent=asked.parent, kind="leave_warning", by=staff, at=at())
    leave.grant_part(
        leave_id=asked.pk, granted_from=date(2026, 12, 7), granted_to=date(2026, 12, 8), reasons=REASONS,
        by=head_of(asked), at=at(),
    )  # fmt: skip
    made = leave_letters.write(
        leave_id=asked.pk, parent=asked.parent, kind="leave_warning", by=staff, at=at()
    )
    assert "from Wednesday 9 December 2026 to Friday 11 December 2026" in text_of(made.document)


def test_days_granted_in_the_middle_are_named_by_the_decision_letter_alone() -> None:
    asked = a_leave()
    staff = UserFactory(role="school_staff", school=asked.school)
    leave.grant_part(
        leave_id=asked.pk, granted_from=date(2026, 12, 8), granted_to=date(2026, 12, 9), reasons=REASONS,
        by=head_of(asked), at=at(),
    )  # fmt: skip
    with pytest.raises(StepRefused, match="decision letter names them"):
        leave_letters.write(leave_id=asked.pk, parent=asked.parent, kind="leave_warning", by=staff, at=at())
    made = leave_letters.write(
        leave_id=asked.pk, parent=asked.parent, kind="leave_refusal", by=staff, at=at()
    )
    assert "from Tuesday 8 December 2026 to Wednesday 9 December 2026" in text_of(made.document)


def test_leave_refused_becomes_a_request_that_rests_on_the_days_not_granted() -> None:
    asked = a_leave()
    leave.grant_part(
        leave_id=asked.pk, granted_from=date(2026, 12, 7), granted_to=date(2026, 12, 7), reasons=REASONS,
        by=head_of(asked), at=at(),
    )  # fmt: skip
    give(
        asked.pupil,
        {(date(2026, 12, 7), "AM"): "G", (date(2026, 12, 8), "AM"): "G"},
        when=at(date(2026, 12, 14)),
    )
    asked.refresh_from_db()
    request = requests.start(
        pupil=asked.pupil, route="leave", leave=asked, by=UserFactory(role="ewo"), at=at(date(2026, 12, 14))
    )
    assert [one["date"] for one in request.sessions] == ["2026-12-08"]
