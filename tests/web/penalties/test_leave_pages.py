"""Leave in term time: the school writes it down, the head decides, the service reads it as evidence."""

from datetime import date
from io import BytesIO
from typing import Any

import pypdf
import pytest
from django.urls import reverse
from tests.factories import AddressFactory, ParentFactory, SchoolFactory, UserFactory
from tests.factories_attendance import at
from tests.factories_penalties import a_leave, a_parent, absent
from tests.web.penalties.notices import signed_in

from mainstay.service.accounts.models import User
from mainstay.service.directory.models import Enrolment
from mainstay.service.penalties.actions import leave as actions
from mainstay.service.penalties.actions import leave_letters
from mainstay.service.penalties.models import LeaveLetter, LeaveRequest
from mainstay.service.record.models import RecordRead, RestrictedOpening

pytestmark = pytest.mark.django_db
REASONS = "The wedding could be on another day."


def head_of(leave: LeaveRequest) -> User:
    return UserFactory(role="head_teacher", school=leave.school)


def refused(**given: Any) -> LeaveRequest:
    asked = a_leave(**given)
    return actions.refuse(leave_id=asked.pk, reasons=REASONS, by=head_of(asked), at=at())


def text(response: Any) -> str:
    return str(response.content.decode())


def day(name: str, on: date) -> dict[str, Any]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def test_a_school_writes_down_a_request_from_the_childs_cases_tab() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    client = signed_in(UserFactory(role="school_staff", school=pupil.school))
    assert reverse("leave_new", args=[pupil.pk]) in text(client.get(reverse("pupil_cases", args=[pupil.pk])))
    sent = {
        "parent": parent.pk, "lives_with": "yes", "reason": "A wedding", **day("asked_on", date(2026, 11, 20)),
        **day("first_day", date(2026, 12, 7)), **day("last_day", date(2026, 12, 11)),
    }  # fmt: skip
    answer = client.post(reverse("leave_new", args=[pupil.pk]), sent, follow=True)
    leave = LeaveRequest.objects.get()
    assert answer.redirect_chain == [(reverse("leave", args=[leave.pk]), 302)]
    assert "The head teacher decides about this request" in text(answer)


def test_what_was_typed_stays_when_a_request_is_refused() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    client = signed_in(UserFactory(role="school_staff", school=pupil.school))
    sent = {
        "parent": parent.pk, "lives_with": "no", "reason": "A long story", **day("asked_on", date(2026, 11, 20)),
        **day("first_day", date(2026, 12, 7)), **day("last_day", date(2026, 12, 1)),
    }  # fmt: skip
    response = client.post(reverse("leave_new", args=[pupil.pk]), sent)
    assert response.status_code == 400
    assert "The last day is before the first" in text(response)
    assert "A long story" in text(response)


def test_a_request_that_is_not_in_advance_is_told_so_and_offers_a_refusal_alone() -> None:
    leave = a_leave(asked_on=date(2026, 11, 16), first_day=date(2026, 11, 16), last_day=date(2026, 11, 20))
    shown = text(signed_in(head_of(leave)).get(reverse("leave", args=[leave.pk])))
    assert "afterwards it cannot be granted" in shown
    assert 'value="refuse"' in shown
    assert 'value="grant"' not in shown


@pytest.mark.parametrize(
    ("choice", "more", "state"),
    [
        ("grant", {}, "granted"),
        ("refuse", {}, "refused"),
        ("part", {**day("granted_from", date(2026, 12, 7)), **day("granted_to", date(2026, 12, 8))}, "part"),
    ],
)
def test_the_head_decides_with_reasons(choice: str, more: dict[str, Any], state: str) -> None:
    leave = a_leave()
    client = signed_in(head_of(leave))
    assert "Leave to decide about" in text(client.get(reverse("home")))
    sent = {"choice": choice, "reasons": REASONS, **more}
    assert client.post(reverse("leave_decide", args=[leave.pk]), sent).status_code == 302
    leave.refresh_from_db()
    assert (leave.state, leave.decision) == (state, REASONS)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"choice": "refuse", "reasons": ""}, "judged on its own"),
        ({"choice": "part", "reasons": "x"}, "Enter the first day granted"),
        ({"choice": "", "reasons": "x"}, "Choose what you decide"),
        (
            {"choice": "refuse", "reasons": "x", **day("warned_on", date(2026, 11, 23))},
            "how the parents were warned",
        ),
        ({"choice": "refuse", "reasons": "x", "warning": "By letter"}, "Enter the day of the warning"),
    ],
)
def test_a_decision_that_is_not_whole_is_refused_with_what_was_typed(
    sent: dict[str, Any], words: str
) -> None:
    leave = a_leave()
    response = signed_in(head_of(leave)).post(reverse("leave_decide", args=[leave.pk]), sent)
    assert response.status_code == 400
    assert words in text(response)
    leave.refresh_from_db()
    assert leave.state == "asked"


def test_a_letter_is_made_downloaded_and_recorded_as_given() -> None:
    leave = refused()
    client = signed_in(head_of(leave))
    page = reverse("leave", args=[leave.pk])
    assert "The code of conduct asks for a warning" in text(client.get(page))
    choice = {"letter": f"leave_refusal:{leave.parent_id}"}
    client.post(reverse("leave_letter", args=[leave.pk]), choice)
    letter = LeaveLetter.objects.get()
    pdf = b"".join(client.get(reverse("leave_letter_file", args=[leave.pk, letter.pk])))  # type: ignore[arg-type]
    assert REASONS[:20] in pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text()
    sent = {f"letter-{letter.pk}-method": "hand", **day(f"letter-{letter.pk}-on", date(2026, 11, 23))}
    answer = client.post(reverse("leave_letter_given", args=[leave.pk, letter.pk]), sent, follow=True)
    assert "Handed over 23 November 2026" in text(answer)
    leave.refresh_from_db()
    assert leave.warned_on == date(2026, 11, 23)


def test_a_day_to_come_is_no_day_a_letter_was_given_on() -> None:
    leave = refused()
    head = head_of(leave)
    letter = leave_letters.write(
        leave_id=leave.pk, parent=leave.parent, kind="leave_refusal", by=head, at=at()
    )
    sent = {f"letter-{letter.pk}-method": "hand", **day(f"letter-{letter.pk}-on", date(2026, 11, 24))}
    response = signed_in(head).post(reverse("leave_letter_given", args=[leave.pk, letter.pk]), sent)
    assert response.status_code == 400
    assert "on or before 23 November 2026" in text(response)


def test_a_letter_with_a_confidential_address_is_not_there_for_the_school() -> None:
    pupil = absent()
    parent = ParentFactory(of=pupil)
    AddressFactory(parent=parent, lines="7 Hidden Street", confidential=True)
    leave = refused(pupil=pupil, parent=parent)
    officer = UserFactory(role="ewo")
    letter = leave_letters.write(leave_id=leave.pk, parent=parent, kind="leave_warning", by=officer, at=at())
    address = reverse("leave_letter_file", args=[leave.pk, letter.pk])
    head = signed_in(head_of(leave))
    assert head.get(address).status_code == 404
    assert f'href="{address}"' not in text(head.get(reverse("leave", args=[leave.pk])))
    assert signed_in(officer).get(address).status_code == 200


def test_a_warning_in_another_way_is_recorded() -> None:
    leave = refused()
    client = signed_in(head_of(leave))
    sent = {"warning": "By telephone", **day("warned_on", date(2026, 11, 23))}
    assert client.post(reverse("leave_warned", args=[leave.pk]), sent).status_code == 302
    leave.refresh_from_db()
    assert leave.warning == "By telephone"


def test_refused_leave_leads_to_a_request_for_a_notice_granted_leave_does_not() -> None:
    leave, granted = refused(), a_leave()
    actions.grant(leave_id=granted.pk, reasons="A funeral.", by=head_of(granted), at=at())
    link = f"{reverse('notice_request_new', args=[leave.pupil_id])}?leave={leave.pk}"
    client = signed_in(UserFactory(role="ewo"))
    assert link in text(client.get(reverse("leave", args=[leave.pk])))
    assert "?leave=" not in text(client.get(reverse("leave", args=[granted.pk])))
    assert REASONS in text(client.get(reverse("leave", args=[leave.pk])))
    assert RecordRead.objects.filter(page="leave").exists()


def test_a_school_sees_its_own_and_reads_on_what_it_was_asked_after_the_child_left() -> None:
    leave = a_leave()
    page = reverse("leave", args=[leave.pk])
    assert signed_in(UserFactory(role="head_teacher", school=SchoolFactory())).get(page).status_code == 404
    Enrolment.objects.filter(pupil=leave.pupil).update(left_on=date(2026, 11, 20))
    client = signed_in(head_of(leave))
    assert client.get(page).status_code == 200
    assert client.get(reverse("leave_new", args=[leave.pupil_id])).status_code == 404


def test_a_restricted_childs_request_opens_with_a_reason_and_is_listed_by_initials() -> None:
    pupil = absent(forename="Ada", surname="Fenwick")
    leave = a_leave(pupil)
    pupil.restricted = True
    pupil.save()
    officer = UserFactory(role="ewo")
    client = signed_in(officer)
    listed = text(client.get(reverse("leaves")))
    assert "AF (restricted)" in listed
    assert "Fenwick" not in listed
    assert client.get(reverse("leave", args=[leave.pk]))["Location"].startswith(
        reverse("pupil_open", args=[pupil.pk])
    )
    RestrictedOpening.objects.create(pupil=pupil, user=officer, at=at(), until=at(hour=23), reason="x" * 12)
    assert client.get(reverse("leave", args=[leave.pk])).status_code == 200


def test_filters_narrow_the_list_and_the_export_alike() -> None:
    asked, done = a_leave(), refused()
    client = signed_in(UserFactory(role="ewo"))
    for query, found in (("", {asked, done}), ("state=refused", {done}), (f"school={asked.school_id}", {asked}),
                         ("warned=yes", set()), ("first=2026-12-12", set()), ("state=nonsense&school=x", {asked, done})):  # fmt: skip
        listed = text(client.get(f"{reverse('leaves')}?{query}"))
        file = b"".join(client.get(f"{reverse('leaves_export', args=['csv'])}?{query}")).decode()  # type: ignore[arg-type]
        for one in (asked, done):
            assert (reverse("leave", args=[one.pk]) in listed) is (one in found), query
            assert (f"LA-{one.pk:07}" in file) is (one in found), query


def test_the_list_takes_the_same_queries_for_few_and_for_many(django_assert_max_num_queries: Any) -> None:
    client = signed_in(UserFactory(role="ewo"))
    first = a_leave()
    client.get(reverse("leaves"))
    for n in range(12):
        LeaveRequest.objects.create(
            pupil=first.pupil, school=first.school, parent=first.parent, lives_with=True, asked_on=date(2026, 11, 1),
            first_day=date(2026, 12, n + 1), last_day=date(2026, 12, n + 1), reason="x", written_by=first.written_by,
            written_at=at(),
        )  # fmt: skip
    with django_assert_max_num_queries(16):
        assert "13 requests" in text(client.get(reverse("leaves")))
