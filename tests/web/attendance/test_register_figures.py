"""What the register page, the certificate and the measures count is the same; what was known earlier stays so."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import EnrolmentFactory
from tests.factories_attendance import YEAR, a_child, a_school, at, days_before, give, later, marked, present
from tests.web.attendance.helpers import csv_of, sign_in, text_of, truant

from mainstay.registers.grid import slot_of
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import MarkNote, Register
from mainstay.service.attendance.queries import figures
from mainstay.service.directory.announcements import calendar_changed
from mainstay.service.directory.models import CalendarException, Enrolment, Pupil
from mainstay.service.documents.models import Document
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def pupil() -> Pupil:
    return truant()


@pytest.fixture
def officer() -> Client:
    return sign_in("ewo")[0]


def _page(client: Client, pupil: Pupil, query: str = "") -> str:
    return text_of(client.get(reverse("pupil_register", args=[pupil.pk]) + query))


def _close(pupil: Pupil, *days: date) -> None:
    for day in days:
        CalendarException.objects.create(school=pupil.school, on=day, kind="closed")
    calendar_changed.send(school_ids=[pupil.school_id], years=[YEAR], by=None, at=later(1))


def _sums(page: str) -> list[int]:
    return [int(n) for n in re.findall(r'ms-register__total--sum">(\d+)<', page)]


def _note(pupil: Pupil, day: date, half: str = "AM", **said: Any) -> None:
    MarkNote.objects.create(register=pupil.registers.get(), slot=slot_of(day, half), **said)


def test_page_certificate_and_measures_agree_after_days_were_closed(officer: Client, pupil: Pupil) -> None:
    days = days_before(pupil.school)
    _close(pupil, *days[:2])
    register = Register.objects.get()
    possible, unauthorised = 2 * len(days) - 4, 8
    assert (register.possible, register.unauthorised) == (possible, unauthorised)
    page = _page(officer, pupil)
    assert _sums(page) == [possible, possible - unauthorised, 0, unauthorised, 0]
    assert f"of {possible} possible sessions" in page
    tiles = re.findall(r'ms-tile__value">\s*([\d.]+)%?', page)
    assert tiles[1:4] == ["0", str(unauthorised), "0"]
    assert page.count("ms-mark--ignored") == 4 + 1  # the sessions, and the legend
    assert "The window starts" not in page  # eight sessions no longer meet the threshold
    officer.post(reverse("pupil_certificate", args=[pupil.pk]), {"register": register.pk})
    values = Document.objects.get().values
    assert dict(values["totals"])["Possible"] == possible
    assert dict(values["totals"])["Absent, unauthorised"] == unauthorised == len(values["sessions"])
    assert values["closed"].startswith("4 marks stand on sessions in which the school was closed")


def test_the_trend_and_the_weekdays_leave_closed_sessions_out(officer: Client, pupil: Pupil) -> None:
    days = days_before(pupil.school)
    week = [day for day in days if day.isocalendar().week == days[0].isocalendar().week]
    register = Register.objects.select_related("grid").get()
    marks = bytes(register.grid.marks)
    weeks = len(figures.week_rates([marks]))
    before = _page(officer, pupil).count(f">{week[0].day} {week[0]:%b}<")
    _close(pupil, *week)
    assert _page(officer, pupil).count(f">{week[0].day} {week[0]:%b}<") < before
    counted = grids.in_session(marks, grids.sessions_of([register])[register.pk])
    assert len(figures.week_rates([counted])) == weeks - 1


def test_the_exported_marks_say_which_are_not_counted(officer: Client, pupil: Pupil) -> None:
    _close(pupil, days_before(pupil.school)[0])
    rows = csv_of(officer.get(reverse("pupil_register_export", args=[pupil.pk, "csv"])))
    assert rows[0][-1] == "Counted"
    assert [row[-1] for row in rows[1:5]] == ["no: school closed"] * 2 + ["yes"] * 2


@pytest.mark.parametrize("day", ["2026-08-20", "2026-09-03", "1900-01-01"])
def test_before_anything_was_sent_nothing_was_known(officer: Client, pupil: Pupil, day: str) -> None:
    page = _page(officer, pupil, f"?known={day}")
    assert "Nothing was known then" in page and "Correct a mark" not in page


def test_the_register_as_known_takes_few_queries(officer: Client, pupil: Pupil) -> None:
    with CaptureQueriesContext(connection) as queries:
        _page(officer, pupil, "?known=2026-11-24")
    assert len(queries) <= 18


def test_notes_that_may_be_younger_are_left_out_as_known_on(officer: Client, pupil: Pupil) -> None:
    first, second = days_before(pupil.school)[:2]
    _note(pupil, first, comment="Rang the family")
    _note(pupil, second, minutes_late=17)
    give(pupil, {(first, "AM"): "C"}, later(3))
    assert "Rang the family" in _page(officer, pupil) and "17 minutes late" in _page(officer, pupil)
    then = _page(officer, pupil, "?known=2026-11-24")
    assert "Rang the family" not in then and "17 minutes late" in then
    assert "Minutes late and comments of 1 session are left out" in then
    rows = csv_of(officer.get(reverse("pupil_register_export", args=[pupil.pk, "csv"]) + "?known=2026-11-24"))
    assert "Rang the family" not in str(rows)


def test_the_window_is_drawn_from_the_marks_as_known(officer: Client) -> None:
    pupil = a_child()
    days = days_before(pupil.school)
    give(pupil, marked(days[:20], "O", 6), at(days[20]))
    give(pupil, present(days[20:]) | dict.fromkeys([(d, h) for d in days[20:23] for h in ("AM", "PM")], "O"))
    assert "ms-mark--counted" in _page(officer, pupil)
    earlier = _page(officer, pupil, f"?known={days[20]}")
    assert "ms-mark--counted" not in earlier and "The window starts" not in earlier
    assert "ms-mark--counted" in _page(officer, pupil, "?known=2026-11-23")


def test_a_window_since_lost_is_drawn_as_it_was_known(officer: Client, pupil: Pupil) -> None:
    days = days_before(pupil.school)
    give(pupil, dict.fromkeys([(d, h) for d in days[:3] for h in ("AM", "PM")], "C"), later(3))
    page = _page(officer, pupil, "?known=2026-11-24")
    assert page.count("ms-mark--counted") >= 10


def test_a_child_who_came_back_was_on_roll_both_times(officer: Client) -> None:
    pupil = a_child()
    days = days_before(pupil.school)
    Enrolment.objects.filter(pupil=pupil).update(left_on=days[9])
    EnrolmentFactory(pupil=pupil, entered_on=days[20])
    give(pupil, {k: v for k, v in present(days).items() if k[0] not in days[10:20] and k[0] != days[4]})
    page = _page(officer, pupil)
    assert page.count("Not on this school&#39;s roll") == 2 * 10 + 1  # and the legend
    assert page.count("ms-mark--missing") == 2 + 1


def test_each_register_shown_has_its_own_link_to_correct_a_mark(officer: Client, pupil: Pupil) -> None:
    days, second = days_before(pupil.school), a_school()
    give(pupil, {(days[0], "AM"): "/"}, school=second)
    page = _page(officer, pupil)
    for register in Register.objects.all():
        assert f'href="mark/?register={register.pk}">Correct a mark' in page
        assert f'href="mark/?register={register.pk}&amp;on={days[0]}&amp;half=AM"' in page
    assert "half=PM" in page and f"on={days[-1] + timedelta(days=60)}" not in page


def test_the_register_of_an_earlier_year_can_be_corrected(officer: Client) -> None:
    pupil = a_child()
    old = date(YEAR - 1, 9, 15)
    give(pupil, {(old, "AM"): "O"})
    give(pupil, present(days_before(pupil.school)))
    register = Register.objects.get(year=YEAR - 1)
    address = reverse("pupil_mark", args=[pupil.pk])
    form = text_of(officer.get(f"{address}?register={register.pk}&on={old}&half=PM"))
    assert f'<option value="{register.pk}" selected>' in form and '<option value="PM" selected>' in form
    assert re.search(r'<input[^>]*name="on_day"[^>]*value="15"', form) or re.search(
        r'<input[^>]*value="15"[^>]*name="on_day"', form
    )
    done = officer.post(
        address,
        {"register": register.pk, "on_day": 15, "on_month": 9, "on_year": YEAR - 1, "half": "AM", "code": "C",
         "reason": "The school agreed"},
    )  # fmt: skip
    assert done.url == reverse("pupil_register", args=[pupil.pk]) + f"?year={YEAR - 1}"
    assert register.amendments.count() == 1


def test_who_may_not_correct_sees_no_links_to_it(pupil: Pupil) -> None:
    school = sign_in("school_staff", school=pupil.school)[0]
    assert "mark/?register" not in _page(school, pupil)


def test_opening_the_register_and_making_a_certificate_are_each_logged_once(
    officer: Client, pupil: Pupil
) -> None:
    _page(officer, pupil)
    made = officer.post(reverse("pupil_certificate", args=[pupil.pk]), {"register": pupil.registers.get().pk})
    officer.get(made.url)
    officer.get(reverse("pupil_mark", args=[pupil.pk]))
    pages = list(RecordRead.objects.order_by("pk").values_list("page", flat=True))
    assert pages == ["register", "certificate", "document", "correct a mark"]


@pytest.mark.parametrize("register", ["abc", "-1", "9" * 25, ""])
def test_a_register_nobody_can_read_is_no_register(officer: Client, pupil: Pupil, register: str) -> None:
    assert officer.get(reverse("pupil_mark", args=[pupil.pk]) + f"?register={register}").status_code == 200
    refused = officer.post(reverse("pupil_mark", args=[pupil.pk]), {"register": register})
    assert refused.status_code == 400
    refused = officer.post(reverse("pupil_certificate", args=[pupil.pk]), {"register": register})
    assert refused.status_code == 404
