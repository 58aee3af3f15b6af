"""The yearly review: figures of a year beside the one before, few children never shown; the report for governors."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import PupilFactory, SchoolFactory, UserFactory

from mainstay.registers.grid import academic_year
from mainstay.service.attendance.models import Impact
from mainstay.service.casework.models import Case
from mainstay.service.team import monitoring
from mainstay.service.team.models import Call
from mainstay.service.team.providers import Line, Measure

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def measure(*lines: Line, unit: Any = "count") -> monitoring.Shown:
    asked = Measure("families", "x", "X", "Said.", unit, lambda years, school: list(lines))
    return monitoring.shown(asked, monitoring.years_of(2025, date(2026, 11, 23)), None)


def test_a_running_year_is_held_against_the_same_stretch_of_the_one_before() -> None:
    today = date(2026, 11, 23)
    assert monitoring.years_of(2026, today) == (
        (date(2026, 8, 1), today),
        (date(2025, 8, 1), date(2025, 11, 23)),
    )
    assert monitoring.years_of(2024, today) == (
        (date(2024, 8, 1), date(2025, 7, 31)),
        (date(2023, 8, 1), date(2024, 7, 31)),
    )
    assert monitoring.years_of(2027, date(2028, 2, 29))[1][1] == date(2027, 2, 28)


def test_few_children_are_hidden_and_nobody_can_subtract() -> None:
    found = measure(
        Line("A", 3, 8, (3, 8)), Line("B", 9, 0, (9, 0)), Line("C", 20, 7, (20, 7)), Line("D", 0, 9, (0, 9))
    )
    assert [found.words(n, 0) for n in range(4)] == [
        "hidden: small number",
        "hidden: small number",
        "20",
        "0",
    ]
    assert [found.words(n, 1) for n in range(4)] == ["8", "0", "7", "9"]
    assert (found.lines[0].now, found.lines[1].now, found.lines[0].before) == (None, None, 8)
    assert measure(Line("calls", 2, 1)).words(0, 0) == "2"  # of nobody: shown
    assert measure(Line("share", 0.5, None, (2, 0)), unit="percent").words(0, 0) == "hidden: small number"


@pytest.fixture
def city() -> Any:
    """Six interventions and three cases closed at one school this year, and one call."""
    school, other = SchoolFactory(), SchoolFactory()
    today = timezone.localdate()
    day = max(date(academic_year(today), 8, 2), today - timedelta(days=20))
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    officer = UserFactory(role="ewo")
    for n in range(6):
        pupil = PupilFactory(school=school)
        Impact.objects.create(
            about_kind="x.y", about_id=str(n), label="Home visit", pupil=pupil, school=school, on=day, counts=True,
            before_possible=20, before_attended=10, after_possible=20, after_attended=15, peers=0, measured_on=day,
        )  # fmt: skip
        if n < 3:
            Case.objects.create(
                pupil=pupil, school=school, opened_at=at - timedelta(days=10), opened_by=officer, opened_because="r",
                state="closed", state_since=at, closed_at=at, closed_because="improved",
            )  # fmt: skip
    Call.objects.create(
        asked_at=at, answered_at=at + timedelta(minutes=30), taken_by=officer, who="A school", theme="Codes", question="q"
    )  # fmt: skip
    return school, other


def test_a_senior_officer_reads_each_part_with_charts_and_tables_by_year_and_school(city: Any) -> None:
    school, other = city
    client = signed_in(UserFactory(role="senior_ewo"))
    page = client.get(reverse("yearly_review")).content.decode()
    assert "+25.0 points" in page and "hidden" in page  # six visits shown, three closed cases not
    assert page.count("<svg") >= 3 and page.count("<table") >= 3
    page = client.get(reverse("yearly_review"), {"part": "schools"}).content.decode()
    assert "100.0%" in page and "Within an hour" in page
    page = client.get(reverse("yearly_review"), {"part": "schools", "school": school.pk}).content.decode()
    assert "Within an hour" not in page
    page = client.get(reverse("yearly_review"), {"school": other.pk}).content.decode()
    assert "+25.0 points" not in page and "Nothing in either year" in page
    for part in monitoring.parts():
        assert client.get(reverse("yearly_review"), {"part": part, "year": "2020"}).status_code == 200
    sent = client.get(reverse("yearly_review_export", args=["csv"]))
    lines = b"".join(sent.streaming_content).decode()
    assert (
        "Home visit,6," in lines
        and "hidden: small number" in lines
        and "improved to the target,3" not in lines
    )
    assert signed_in(UserFactory(role="ewo")).get(reverse("yearly_review")).status_code == 403


def test_a_school_opens_its_own_report_for_governors_and_no_others(city: Any) -> None:
    school, other = city
    client = signed_in(UserFactory(role="head_teacher", school=school))
    page = client.get(reverse("governors")).content.decode()
    assert school.name in page and other.name not in page
    year = academic_year(timezone.localdate())
    response = client.get(reverse("governors_report", args=[school.pk, year]))
    assert response.status_code == 200
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked and "/StructTreeRoot" in pdf.Root
    assert client.get(reverse("governors_report", args=[other.pk, year])).status_code == 404
    assert client.get(reverse("governors_report", args=[school.pk, 1999])).status_code == 404
    officer = signed_in(UserFactory(role="ewo"))
    assert officer.get(reverse("governors_report", args=[other.pk, year])).status_code == 200
    assert signed_in(UserFactory(role="finance")).get(reverse("governors")).status_code == 403
