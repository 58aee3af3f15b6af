"""What a school is shown of a finding: its own sessions, and no considerations."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import EnrolmentFactory, PupilFactory, UserFactory
from tests.factories_attendance import TODAY, YEAR, a_child, a_school, at, days_before, give, marked

from mainstay.service.attendance.actions.consider import consider
from mainstay.service.attendance.models import Finding
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import Pupil
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db(databases="__all__")
WORDS = "The family told us about an illness at home."


@pytest.fixture
def considered() -> Finding:
    child = a_child()
    give(child, marked(days_before(child.school), "O", 14))
    finding = Finding.objects.get(pupil=child, kind=Finding.Kind.THRESHOLD)
    consider(
        finding_id=finding.pk, choice="support", reasons=WORDS, by=UserFactory(role="ewo"), at=at(TODAY, 18)
    )
    return finding


def test_considerations_stay_with_the_service(client: Client, considered: Finding) -> None:
    addresses = (
        reverse("finding", args=[considered.pk]),
        reverse("findings") + "?state=all",
        reverse("findings_export", args=["csv"]) + "?state=all",
        reverse("pupil_chronology", args=[considered.pupil_id]),
        reverse("pupil", args=[considered.pupil_id]),
    )
    for role, shown in (("school_staff", False), ("head_teacher", False), ("ewo", True)):
        client.force_login(UserFactory(role=role, school=considered.school if not shown else None))
        pages = []
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 200
            pages.append(b"".join(response).decode())
        assert any(WORDS in page for page in pages) == shown
        assert any("Support first" in page for page in pages) == shown


def test_sessions_at_another_school_are_not_shown_in_a_finding(client: Client) -> None:
    former, present = a_school(name="Former Primary"), a_school(name="Present Primary")
    child: Pupil = PupilFactory(school=present, enrolled=False)
    EnrolmentFactory(pupil=child, school=former, entered_on=date(YEAR - 1, 9, 1), left_on=date(YEAR, 10, 16))
    EnrolmentFactory(pupil=child, school=present, entered_on=date(YEAR, 10, 19))
    before = days_before(former, date(YEAR, 10, 17))[-3:]
    after = days_before(present, first=date(YEAR, 10, 19))
    give(child, marked(before, "O", 6), school=former)
    give(child, marked(after, "O", 8), school=present)
    finding = Finding.objects.get(pupil=child, kind=Finding.Kind.THRESHOLD)
    own, others = (after, before) if finding.school == present else (before, after)
    client.force_login(UserFactory(role="school_staff", school=finding.school))
    page = client.get(reverse("finding", args=[finding.pk])).content.decode()
    table = page.split("Sessions relied on")[1].split("</table>")[0]
    assert long_date(own[0]) in table
    assert not [day for day in others if long_date(day) in table]
    assert "at another school" in page
    client.force_login(UserFactory(role="ewo"))
    page = client.get(reverse("finding", args=[finding.pk])).content.decode()
    assert long_date(others[0]) in page and "at another school" not in page


def test_lists_of_children_that_leave_the_system_are_logged(client: Client, considered: Finding) -> None:
    officer = UserFactory(role="ewo")
    client.force_login(officer)
    b"".join(client.get(reverse("findings_export", args=["csv"])))
    b"".join(client.get(reverse("school_attendance_export", args=[considered.school_id, "csv"])))
    logged = RecordRead.objects.filter(user_id=officer.pk).order_by("pk").values_list("pupil_id", "page")
    assert list(logged) == [(0, "findings export"), (0, "attendance export")]
