"""A child's register: the grid, corrections, the certificate draft, the marks as a file."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories_attendance import a_child, a_school, days_before, later, long_file, marked, send
from tests.web.attendance.helpers import csv_of, sign_in, text_of, threshold_of, truant

from mainstay.service.attendance.models import Amendment
from mainstay.service.directory.models import Pupil
from mainstay.service.documents.models import Document

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def pupil() -> Pupil:
    return truant()


@pytest.fixture
def officer() -> Client:
    return sign_in("ewo")[0]


def _page(client: Client, pupil: Pupil, query: str = "") -> str:
    response = client.get(reverse("pupil_register", args=[pupil.pk]) + query)
    assert response.status_code == 200
    return text_of(response)


def test_the_register_shows_marks_totals_and_the_window(officer: Client, pupil: Pupil) -> None:
    page = _page(officer, pupil)
    assert "ms-mark--unauthorised" in page and "ms-mark--counted" in page
    assert "ms-register__margin--" in page and "No mark was changed" in page
    assert "Absence by weekday" in page and "Make a certificate draft" in page


def test_weeks_still_to_come_are_not_drawn(officer: Client, pupil: Pupil) -> None:
    page = _page(officer, pupil)
    assert ">16 Nov<" in page and ">30 Nov<" not in page


def test_a_register_that_nobody_sent_says_so(officer: Client, pupil: Pupil) -> None:
    assert "No register yet" in _page(officer, a_child(school=pupil.school))


def test_the_register_takes_few_queries(officer: Client, pupil: Pupil) -> None:
    with CaptureQueriesContext(connection) as queries:
        _page(officer, pupil)
    assert len(queries) <= 20


def test_another_schools_register_is_not_there(pupil: Pupil) -> None:
    stranger = sign_in("school_staff", school=a_school())[0]
    assert stranger.get(reverse("pupil_register", args=[pupil.pk])).status_code == 404
    assert stranger.get(reverse("pupil_register_export", args=[pupil.pk, "csv"])).status_code == 404


def test_a_restricted_register_asks_why_and_its_export_is_not_there(officer: Client, pupil: Pupil) -> None:
    Pupil.objects.filter(pk=pupil.pk).update(restricted=True)
    asked = officer.get(reverse("pupil_register", args=[pupil.pk]))
    assert asked.status_code == 302 and "/open/" in asked.url
    assert officer.get(reverse("pupil_register_export", args=[pupil.pk, "csv"])).status_code == 404
    assert officer.get(reverse("pupil_mark", args=[pupil.pk])).status_code == 404


def test_the_marks_as_a_file_are_the_marks_shown(officer: Client, pupil: Pupil) -> None:
    rows = csv_of(officer.get(reverse("pupil_register_export", args=[pupil.pk, "csv"])))
    days = days_before(pupil.school)
    assert rows[0][:4] == ["Date", "Session", "Code", "Meaning"]
    assert len(rows) == 1 + 2 * len(days)
    assert [row[2] for row in rows[1:13]] == ["O"] * 12 and rows[13][2] == "/"


SAID = {
    "on_day": "1", "on_month": "9", "on_year": "2026", "half": "AM", "code": "C", "reason": "The school agreed",
}  # fmt: skip


def _said(pupil: Pupil, **other: str) -> dict[str, str]:
    day = days_before(pupil.school)[0]
    register = {"register": str(pupil.registers.get().pk)}
    return (
        SAID
        | register
        | {"on_day": str(day.day), "on_month": str(day.month), "on_year": str(day.year)}
        | other
    )


def test_a_corrected_mark_stands_among_the_amendments(officer: Client, pupil: Pupil) -> None:
    done = officer.post(reverse("pupil_mark", args=[pupil.pk]), _said(pupil))
    assert done.status_code == 302
    change = Amendment.objects.get()
    assert change.arrival.reason == "The school agreed"
    page = _page(officer, pupil)
    assert "The school agreed" in page and "ms-mark--amended" in page


def test_a_correction_without_reason_keeps_what_was_chosen(officer: Client, pupil: Pupil) -> None:
    refused = officer.post(reverse("pupil_mark", args=[pupil.pk]), _said(pupil, reason=""))
    page = text_of(refused)
    assert refused.status_code == 400 and "Say why the mark is changed" in page
    assert '<option value="C" selected' in page and not Amendment.objects.exists()


def test_a_school_may_not_correct_marks_here(pupil: Pupil) -> None:
    school = sign_in("school_staff", school=pupil.school)[0]
    assert school.post(reverse("pupil_mark", args=[pupil.pk]), _said(pupil)).status_code == 403
    assert "Correct a mark" not in _page(school, pupil)


def test_as_known_on_an_earlier_day_shows_the_old_mark(officer: Client, pupil: Pupil) -> None:
    day = days_before(pupil.school)[0]
    changed = marked(days_before(pupil.school), "O", 12) | {(day, "AM"): "C"}
    one = send(long_file({pupil: changed}), when=later(3))
    assert one.marks_changed == 1
    now = _page(officer, pupil)
    assert "1</span>" in now and "register.csv" in now
    then = _page(officer, pupil, "?known=2026-11-24")
    assert "as it was known on Tuesday 24 November 2026" in then and "ms-mark--amended" not in then


def test_a_date_nobody_can_read_is_left_out(officer: Client, pupil: Pupil) -> None:
    assert "as it was known on" not in _page(officer, pupil, "?known=yesterday&year=1066")


def test_a_changed_mark_alerts_the_finding_that_relied_on_it(officer: Client, pupil: Pupil) -> None:
    finding = threshold_of(pupil)
    officer.post(reverse("pupil_mark", args=[pupil.pk]), _said(pupil))
    finding.refresh_from_db()
    assert finding.alert
    assert finding.alert in text_of(officer.get(reverse("finding", args=[finding.pk])))
    assert pupil.name in text_of(officer.get(reverse("findings") + "?scope=alerts&state=all"))


def test_a_certificate_draft_is_a_document_to_open(officer: Client, pupil: Pupil) -> None:
    register = pupil.registers.get()
    address = reverse("pupil_certificate", args=[pupil.pk])
    assert officer.get(address).status_code == 405
    made = officer.post(address, {"register": register.pk})
    assert made.url == reverse("document", args=[Document.objects.get().pk])
    pdf = officer.get(made.url)
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert officer.post(address, {"register": 0}).status_code == 404
