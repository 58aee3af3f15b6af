"""The Cases tab: what every room has about a child, read in one question."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import ParentFactory, SchoolFactory, UserFactory
from tests.factories_attendance import a_child
from tests.factories_cases import a_case
from tests.factories_employment import a_permit
from tests.factories_penalties import a_leave, a_notice, a_parent, absent
from tests.factories_purchased import a_work

from mainstay.service.directory.models import Enrolment, Parenthood, Pupil
from mainstay.service.directory.relations import parents_name
from mainstay.service.penalties.models import LeaveRequest

pytestmark = pytest.mark.django_db
#: questions of this page, the frame and what can be begun among them
MOST = 10


def signed_in(role: str, pupil: Pupil) -> Client:
    client = Client()
    own = {"school": pupil.school} if role in ("school_staff", "head_teacher") else {}
    client.force_login(UserFactory(role=role, **own))
    return client


def asked(client: Client, pupil: Pupil) -> tuple[str, int]:
    """The page, and how many questions it asked."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse("pupil_cases", args=[pupil.pk]))
    assert answer.status_code == 200
    return str(answer.content.decode()), len(queries)


def test_it_asks_the_same_number_of_questions_whatever_there_is() -> None:
    pupil = absent()
    clients = {role: signed_in(role, pupil) for role in ("service_manager", "school_staff", "head_teacher")}
    before = {}
    for role, client in clients.items():
        page, before[role] = asked(client, pupil)
        assert "No case has been opened" in page
        assert before[role] <= MOST
    parent = a_parent(pupil, title="Mrs", forename="Grace", surname="Fenwick")
    notice = a_notice(pupil=pupil, parent=parent)
    a_leave(pupil, parent)
    a_permit(pupil)
    a_work("early_intervention", pupil)
    case = a_case(pupil)
    pages = {role: asked(client, pupil) for role, client in clients.items()}
    shown = {
        f"Case {case.number}": True, f"Penalty notice {notice.number}": True, "to Mrs Grace Fenwick": False,
        "Request for a penalty notice": True, "Leave in term time": True, "7 Dec 2026 to 11 Dec 2026": True,
        "Employment permit EP-": False, "Early intervention meetings PW-": False,
    }  # fmt: skip
    for role, (page, number) in pages.items():
        assert number == before[role]
        for words, by_school in shown.items():
            assert (words in page) == (by_school or role == "service_manager"), (role, words)


def test_of_each_kind_the_first_ten_are_shown_in_its_own_order() -> None:
    pupil = a_child()
    leave = a_leave(pupil)
    wanted = []
    for weeks in (3, 1, 11, 7, 5, 9, 2, 10, 4, 8, 6, 0):
        leave.pk, leave.first_day = None, date(2026, 12, 7) - timedelta(weeks=weeks)
        leave.save()
        wanted.append((weeks, reverse("leave", args=[leave.pk])))
    LeaveRequest.objects.order_by("pk")[:1].get().delete()
    page, _ = asked(signed_in("ewo", pupil), pupil)
    places = [page.find(f'href="{href}"') for _, href in sorted(wanted)]
    assert -1 not in places[:10]
    assert places[:10] == sorted(places[:10])
    assert places[10:] == [-1, -1]


def test_a_moment_is_shown_by_its_day_in_london() -> None:
    case = a_case(when=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    page, _ = asked(signed_in("ewo", case.pupil), case.pupil)
    assert "2 Jul 2026, Statutory" in page


def test_a_school_the_child_has_left_begins_nothing() -> None:
    pupil = a_child()
    client = signed_in("school_staff", pupil)
    assert "Ask for a penalty notice" in asked(client, pupil)[0]
    Enrolment.objects.filter(pupil=pupil).update(left_on=date(2026, 1, 5))
    pupil.school = SchoolFactory()
    pupil.save()
    page, _ = asked(client, pupil)
    assert "No longer on your roll" in page
    assert "Ask for a penalty notice" not in page


@pytest.mark.parametrize(
    "given", [("Mrs", "Grace", "Fenwick"), ("", "Grace", "Fenwick"), ("Mr", "", "Moss"), ("", "", "Moss")]
)
def test_the_database_writes_a_parents_name_as_the_model_does(given: Any) -> None:
    title, forename, surname = given
    parent = ParentFactory(of=a_child(), title=title, forename=forename, surname=surname)
    (written,) = Parenthood.objects.annotate(whom=parents_name("parent")).values_list("whom", flat=True)
    assert written == parent.name
