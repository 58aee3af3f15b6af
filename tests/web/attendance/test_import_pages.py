"""Register files by the pages: dropped, looked at, taken, set aside; refusals and the list."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories_attendance import a_child, a_school, days_before, long_file, present
from tests.web.attendance.helpers import csv_of, sign_in, text_of

from mainstay.service.attendance.models import Register, RegisterImport
from mainstay.service.directory.models import Pupil

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
