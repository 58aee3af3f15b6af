"""The code of conduct: who reads what of it, and how a value is set."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import SchoolFactory, UserFactory
from tests.factories_attendance import TODAY, at
from tests.web.penalties.notices import signed_in

from mainstay.service.common.models import AuditRow
from mainstay.service.penalties import code
from mainstay.service.penalties.code import VALUES
from mainstay.service.penalties.models import CodeValue
from mainstay.service.penalties.queries.code import FOR_SCHOOLS

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Any:
    return UserFactory(role="service_manager")


def text(response: Any) -> str:
    return str(response.content.decode())


def said(
    value: Any, since: date = TODAY, reason: str = "The council decided on 3 November."
) -> dict[str, Any]:
    day = {"since_day": since.day, "since_month": since.month, "since_year": since.year}
    return {"value": value, "reason": reason, **day}


def test_every_value_is_shown_with_who_set_it_since_when_and_why(manager: Any) -> None:
    code.set_value(
        name="improvement_weeks", value=4, since=TODAY, reason="Published with the code.", by=manager, at=at()
    )
    shown = text(signed_in(manager).get(reverse("notice_code")))
    for value in VALUES.values():
        assert f'id="{value.name}"' in shown
    assert f"Since 23 Nov 2026, set by {manager.name}: Published with the code." in shown
    assert "Our own choice until the council sets it" in shown


def test_a_school_reads_what_it_needs_to_ask_and_not_who_decided_it(manager: Any) -> None:
    code.set_value(
        name="evidence",
        value=["Letters to each parent"],
        since=TODAY,
        reason="Kept inside.",
        by=manager,
        at=at(),
    )
    head = UserFactory(role="head_teacher", school=SchoolFactory())
    shown = text(signed_in(head).get(reverse("notice_code")))
    for value in VALUES.values():
        assert (f'id="{value.name}"' in shown) is (value.name in FOR_SCHOOLS)
    assert "Letters to each parent" in shown
    assert "Kept inside." not in shown
    assert manager.name not in shown


def test_a_value_to_come_is_shown_beside_the_one_that_holds(manager: Any) -> None:
    later = TODAY + timedelta(days=40)
    answer = signed_in(manager).post(
        reverse("notice_code_set", args=["improvement_weeks"]), said(3, later), follow=True
    )
    assert "From 2 Jan 2027" in text(answer)
    assert (code.in_force(TODAY)["improvement_weeks"], code.in_force(later)["improvement_weeks"]) == (6, 3)


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("issuers", ["council", "school"], ["council", "school"]),
        ("improvement_weeks", "5", 5),
        ("leave_warning", "no", False),
        ("service_method", "hand", "hand"),
        ("payee", "Made-up City Council", "Made-up City Council"),
        ("evidence", "One paper\r\n\r\nAnother paper ", ["One paper", "Another paper"]),
    ],
)
def test_each_kind_of_value_is_set_from_today_with_a_reason(
    manager: Any, name: str, sent: Any, kept: Any
) -> None:
    response = signed_in(manager).post(reverse("notice_code_set", args=[name]), said(sent))
    assert response.status_code == 302
    assert code.in_force(TODAY)[name] == kept
    assert AuditRow.objects.get(action="notice_code.set").payload["name"] == name


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": ""}, "by whose decision"),
        ({"value": "7"}, "less than or equal to 6"),
        ({"since_day": "22"}, "on or after 23 November 2026"),
        ({"since_day": "31", "since_month": "2"}, "real date"),
    ],
)
def test_what_cannot_be_set_is_refused_and_what_was_typed_stays(
    manager: Any, changed: dict[str, Any], words: str
) -> None:
    address = reverse("notice_code_set", args=["improvement_weeks"])
    response = signed_in(manager).post(address, said("4") | changed)
    assert response.status_code == 400
    assert words in text(response)
    assert f'value="{changed.get("value", "4")}"' in text(response)
    assert not CodeValue.objects.exists()


def test_a_value_that_is_not_there_and_a_role_that_may_not(manager: Any) -> None:
    assert signed_in(manager).get(reverse("notice_code_set", args=["nothing"])).status_code == 404
    officer = signed_in(UserFactory(role="ewo"))
    assert officer.get(reverse("notice_code_set", args=["issuers"])).status_code == 403
    assert reverse("notice_code_set", args=["issuers"]) not in text(officer.get(reverse("notice_code")))


def test_the_declaration_has_a_page_of_its_own(manager: Any) -> None:
    response = signed_in(manager).get(reverse("notice_code_set", args=["earlier_complete"]))
    assert (response.status_code, response["Location"]) == (302, reverse("earlier_declare"))
