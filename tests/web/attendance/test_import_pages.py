"""Register files by the pages: dropped, looked at, taken, set aside; refusals and the list."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories_attendance import a_child, a_school, at, days_before, long_file, marked, present, send
from tests.web.attendance.helpers import csv_of, sign_in, text_of

from mainstay.service.attendance import reading, taking
from mainstay.service.attendance.models import Register, RegisterImport
from mainstay.service.common.jobs import queue
from mainstay.service.common.uploads import store
from mainstay.service.directory.models import Pupil
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db(databases="__all__")
State = RegisterImport.State


@pytest.fixture
def pupil() -> Pupil:
    return a_child()


@pytest.fixture
def officer() -> Client:
    return sign_in("ewo")[0]


def _file(pupil: Pupil, name: str = "register.csv", more: bytes = b"") -> SimpleUploadedFile:
    data = long_file({pupil: present(days_before(pupil.school)[:5])}).getvalue() + more
    return SimpleUploadedFile(name, data)


def first_pk() -> int:
    return RegisterImport.objects.order_by("pk")[0].pk


def _send(client: Client, *files: Any) -> Any:
    return client.post(reverse("import_new"), {"files": list(files)})


def test_a_file_is_looked_at_before_anything_is_stored(officer: Client, pupil: Pupil) -> None:
    sent = _send(officer, _file(pupil))
    one = RegisterImport.objects.get()
    assert sent.url == reverse("import", args=[one.pk])
    page = text_of(officer.get(sent.url))
    assert one.state == State.PREVIEW and "Take the marks" in page and "First rows as they were read" in page
    assert "10" in page and pupil.school.name in page
    assert not Register.objects.exists()


def test_taking_the_file_fills_the_register_and_says_so(officer: Client, pupil: Pupil) -> None:
    _send(officer, _file(pupil))
    one = RegisterImport.objects.get()
    assert officer.get(reverse("import_take", args=[one.pk])).status_code == 405
    officer.post(reverse("import_take", args=[one.pk]))
    assert Register.objects.get().attended == 10
    page = text_of(officer.get(reverse("import", args=[one.pk])))
    assert "10 new marks, 0 changed marks" in page and "Take the marks" not in page
    again = officer.post(reverse("import_take", args=[one.pk]), follow=True)
    assert "cannot be done with it now" in text_of(again)


def test_the_same_file_twice_changes_nothing(officer: Client, pupil: Pupil) -> None:
    for _ in range(2):
        _send(officer, _file(pupil))
        officer.post(reverse("import_take", args=[RegisterImport.objects.order_by("-pk")[0].pk]))
    assert "0 new marks, 0 changed marks" in text_of(
        officer.get(reverse("import", args=[RegisterImport.objects.order_by("-pk")[0].pk]))
    )


def test_the_very_same_file_says_when_it_was_taken_and_leads_there(officer: Client, pupil: Pupil) -> None:
    _send(officer, _file(pupil))
    officer.post(reverse("import_take", args=[first_pk()]))
    _send(officer, _file(pupil))
    second = RegisterImport.objects.order_by("-pk")[0]
    page = text_of(officer.get(reverse("import", args=[second.pk])))
    words = f"This very file was taken on Monday 23 November 2026 as import {first_pk()}"
    assert f"{words}; taking it again changes nothing." in page
    assert reverse("import", args=[first_pk()]) in page
    officer.post(reverse("import_take", args=[second.pk]))
    assert f"{words}." in text_of(officer.get(reverse("import", args=[second.pk])))
    assert "This very file" not in text_of(officer.get(reverse("import", args=[first_pk()])))


def test_the_very_same_file_after_a_correction_says_what_it_would_put_back(
    officer: Client, pupil: Pupil
) -> None:
    day = days_before(pupil.school)[0]
    for hour, code in ((11, "N"), (12, "I")):
        marks = present(days_before(pupil.school)[1:5]) | {(day, "AM"): code}
        send(long_file({pupil: marks}), when=at(hour=hour))
    old = long_file({pupil: present(days_before(pupil.school)[1:5]) | {(day, "AM"): "N"}})
    _send(officer, SimpleUploadedFile("register.csv", old.getvalue()))
    one = RegisterImport.objects.order_by("-pk")[0]
    page = text_of(officer.get(reverse("import", args=[one.pk])))
    assert "puts back what this file says" in page and "changes nothing" not in page


def test_a_file_set_aside_stores_nothing(officer: Client, pupil: Pupil) -> None:
    _send(officer, _file(pupil))
    one = RegisterImport.objects.get()
    done = officer.post(reverse("import_discard", args=[one.pk]), follow=True)
    assert "Nothing of it was stored" in text_of(done) and not Register.objects.exists()
    one.refresh_from_db()
    assert one.state == State.REFUSED


def test_several_files_lead_to_the_list(officer: Client, pupil: Pupil) -> None:
    other = a_child()
    sent = _send(officer, _file(pupil), _file(other, "second.csv"))
    assert sent.url == reverse("imports")
    page = text_of(officer.get(sent.url))
    assert "register.csv" in page and "second.csv" in page


def test_one_file_that_fails_stops_none_of_the_others(
    officer: Client, pupil: Pupil, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reading.read

    def fails_on_the_first(one: RegisterImport, today: Any) -> Any:
        return 1 / 0 if one.filename == "first.csv" else read(one, today)

    monkeypatch.setattr(reading, "read", fails_on_the_first)
    keep = store.keep

    def loses_the_third(file: Any, **more: Any) -> Any:
        return keep(file, **more) if more["name"] != "third.csv" else 1 / 0

    monkeypatch.setattr(store, "keep", loses_the_third)
    sent = _send(
        officer,
        _file(pupil, "first.csv"),
        _file(a_child(), "second.csv"),
        _file(a_child(), "third.csv"),
        SimpleUploadedFile("fourth.jpg", b"\xff\xd8\xff\xe0 not a register"),
    )
    page = text_of(sent)
    assert sent.status_code == 400 and "What became of each file" in page
    assert dict(RegisterImport.objects.values_list("filename", "state")) == {
        "first.csv": "failed", "second.csv": "preview",
    }  # fmt: skip
    for words in ("it could not be read", "Received: Ready to look at", "third.csv: Something went wrong"):
        assert words in page
    failed = RegisterImport.objects.get(filename="first.csv")
    monkeypatch.setattr(reading, "read", read)
    officer.post(reverse("import_options", args=[failed.pk]), {"dates": "", "mapping": "", "school": ""})
    failed.refresh_from_db()
    assert failed.state == "preview"


def test_a_file_that_failed_half_way_says_which_schools_are_in_when_it_is_set_aside(
    officer: Client, pupil: Pupil, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, take, calls = a_child(), taking.take, []
    both = long_file({child: present(days_before(child.school)[:5]) for child in (pupil, other)})
    _send(officer, SimpleUploadedFile("both.csv", both.getvalue()))
    one = RegisterImport.objects.get()

    def second_fails(*args: Any, **more: Any) -> Any:
        calls.append(1)
        return 1 / 0 if len(calls) == 2 else take(*args, **more)

    monkeypatch.setattr(taking, "take", second_fails)
    officer.post(reverse("import_take", args=[one.pk]))
    queue.run_waiting()
    within = Register.objects.get().school.name
    words = f"its marks of {within} are in the registers and stay there"
    assert words in text_of(officer.get(reverse("import", args=[one.pk])))
    done = text_of(officer.post(reverse("import_discard", args=[one.pk]), follow=True))
    assert words in done and "Nothing of it was stored" not in done
    page = text_of(officer.get(reverse("import", args=[one.pk])))
    assert words in page and "Nothing of it was stored" not in page


def test_a_stopped_file_says_in_plain_words_what_can_be_done_here(officer: Client, pupil: Pupil) -> None:
    day = days_before(pupil.school)[0]
    _send(officer, SimpleUploadedFile("day.csv", long_file({pupil: present([day])}).getvalue()))
    page = text_of(officer.get(reverse("import", args=[RegisterImport.objects.get().pk])))
    assert "Choose the order of the dates below and read the file again." in page
    assert "dates_ambiguous" not in page and "--dates" not in page


def test_an_implausible_file_tells_each_reader_what_they_can_do(officer: Client) -> None:
    school = a_school()
    pupils = [a_child(school=school) for _ in range(20)]
    data = long_file({pupil: marked(days_before(school)[:10], "O", 10) for pupil in pupils}).getvalue()
    _send(officer, SimpleUploadedFile("strike.csv", data))
    address = reverse("import", args=[RegisterImport.objects.get().pk])
    page = text_of(officer.get(address))
    assert "ask a senior officer" in page and "Take the marks" not in page and "implausible:" not in page
    senior, _ = sign_in("senior_ewo")
    page = text_of(senior.get(address))
    assert "say why below and take it" in page and "Accept and take the marks" in page


def test_how_a_schools_files_are_read_is_on_its_page_and_can_be_forgotten(
    officer: Client, pupil: Pupil
) -> None:
    day = days_before(pupil.school)[0]
    _send(officer, SimpleUploadedFile("day.csv", long_file({pupil: present([day])}).getvalue()))
    one = RegisterImport.objects.get()
    officer.post(reverse("import_options", args=[one.pk]), {"dates": "dmy", "mapping": "", "school": ""})
    officer.post(reverse("import_take", args=[one.pk]))
    address = reverse("school_attendance", args=[pupil.school.pk])
    assert "dates are day, month, year" in text_of(officer.get(address))
    _send(officer, SimpleUploadedFile("day.csv", long_file({pupil: present([day])}).getvalue()))
    again = RegisterImport.objects.order_by("-pk")[0]
    assert f"as kept for {pupil.school.name}" in text_of(officer.get(reverse("import", args=[again.pk])))
    done = officer.post(reverse("school_reading_forget", args=[pupil.school.pk]), follow=True)
    assert "read as they come" in text_of(done) and "dates are day" not in text_of(done)
    stranger, _ = sign_in("school_staff", school=a_school())
    forbidden = stranger.post(reverse("school_reading_forget", args=[pupil.school.pk]))
    assert forbidden.status_code == 404


def test_refused_rows_are_shown_and_can_be_downloaded(officer: Client, pupil: Pupil) -> None:
    bad = f"{pupil.school.urn},{pupil.upn},X,Y,01/01/2016,14/10/2026,AM,?\n".encode()
    _send(officer, _file(pupil, more=bad))
    one = RegisterImport.objects.get()
    page = text_of(officer.get(reverse("import", args=[one.pk])))
    assert "What is wrong" in page and reverse("import_refusals", args=[one.pk]) in page
    assert len(csv_of(officer.get(reverse("import_refusals", args=[one.pk])))) >= 2


def test_a_file_that_is_no_register_is_refused_by_name(officer: Client) -> None:
    refused = _send(officer, SimpleUploadedFile("holiday.jpg", b"\xff\xd8\xff\xe0 not a register"))
    assert refused.status_code == 400 and "holiday.jpg" in text_of(refused)
    assert not RegisterImport.objects.exists()


def test_sending_nothing_says_what_to_choose(officer: Client) -> None:
    refused = officer.post(reverse("import_new"), {})
    assert refused.status_code == 400 and "Choose one or more register files" in text_of(refused)


def test_a_file_can_be_read_in_another_way(officer: Client, pupil: Pupil) -> None:
    _send(officer, _file(pupil))
    one = RegisterImport.objects.get()
    officer.post(reverse("import_options", args=[one.pk]), {"dates": "dmy", "mapping": "", "school": ""})
    one.refresh_from_db()
    assert one.options["dates"] == "dmy" and one.state == State.PREVIEW
    wrong = officer.post(
        reverse("import_options", args=[one.pk]), {"mapping": "not a mapping ["}, follow=True
    )
    assert "ms-message--error" in text_of(wrong)


def test_the_list_is_filtered_and_exported_as_shown(officer: Client, pupil: Pupil) -> None:
    _send(officer, _file(pupil))
    rows = csv_of(officer.get(reverse("imports_export", args=["csv"]) + "?state=preview"))
    assert [row[0] for row in rows] == ["File", "register.csv"]
    assert dict(zip(*rows, strict=True))["Way"] == "this site"
    assert RecordRead.objects.filter(page="imports export").count() == 1
    assert len(csv_of(officer.get(reverse("imports_export", args=["csv"]) + "?state=taken"))) == 1


def test_a_school_sees_what_it_sent_and_nothing_of_others(officer: Client, pupil: Pupil) -> None:
    own, _ = sign_in("school_staff", school=pupil.school)
    stranger, _ = sign_in("school_staff", school=a_school())
    _send(own, _file(pupil))
    one = RegisterImport.objects.get()
    assert own.get(reverse("import", args=[one.pk])).status_code == 200
    for name in ("import", "import_refusals"):
        assert stranger.get(reverse(name, args=[one.pk])).status_code == 404
    assert stranger.post(reverse("import_take", args=[one.pk])).status_code == 404
    assert "register.csv" not in text_of(stranger.get(reverse("imports")))
    assert officer.get(reverse("import", args=[one.pk])).status_code == 200


def test_who_may_not_import_is_refused(pupil: Pupil) -> None:
    legal, _ = sign_in("legal_coordinator")
    assert legal.get(reverse("imports")).status_code == 403
    assert legal.get(reverse("import_new")).status_code == 403
