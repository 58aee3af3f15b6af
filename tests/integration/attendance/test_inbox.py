"""Files dropped by secure transfer."""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from tests.factories_attendance import a_child, days_before, long_file, present

from mainstay.roof import loops
from mainstay.service.attendance import inbox
from mainstay.service.attendance.models import Register, RegisterImport
from mainstay.service.common.jobs import daily

pytestmark = pytest.mark.django_db(databases="__all__")


def _drop(folder: Path, name: str, content: bytes, age: float = 60) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_a_whole_file_is_taken_and_moved_away_with_a_report(tmp_path: Path) -> None:
    pupil = a_child()
    path = _drop(
        tmp_path, "monday.csv", long_file({pupil: present(days_before(pupil.school)[:5])}).getvalue()
    )
    call_command("watch_inbox", "--once", "--folder", str(tmp_path), verbosity=0)
    assert not path.exists() and Register.objects.get().attended == 10
    report = next((tmp_path / "done").glob("*.csv.txt")).read_text()
    assert "10 new marks" in report and pupil.surname not in report
    assert RegisterImport.objects.get().via == "inbox"


def test_a_file_still_under_way_is_left_alone(tmp_path: Path) -> None:
    pupil = a_child()
    content = long_file({pupil: present(days_before(pupil.school)[:5])}).getvalue()
    young = _drop(tmp_path, "young.csv", content, age=1)
    part = _drop(tmp_path, "late.csv.part", content)
    assert inbox.empty(tmp_path, quiet_seconds=20) == 0
    assert young.exists() and part.exists()


def test_a_file_that_is_no_register_is_refused_with_its_reason(tmp_path: Path) -> None:
    _drop(tmp_path, "picture.csv", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100)
    inbox.empty(tmp_path, quiet_seconds=20)
    assert "picture" in next((tmp_path / "refused").glob("*.txt")).name
    assert not Register.objects.exists()


def test_a_folder_named_by_the_urn_gives_the_school(tmp_path: Path) -> None:
    pupil = a_child()
    content = long_file({pupil: present(days_before(pupil.school)[:5])}, urn="").getvalue()
    _drop(tmp_path / pupil.school.urn, "week.csv", content)
    _drop(tmp_path / "000000", "week.csv", content)
    inbox.empty(tmp_path, quiet_seconds=20)
    assert Register.objects.count() == 1
    assert len(list((tmp_path / "refused").glob("*.csv"))) == 1


def test_the_timer_of_a_running_service_takes_what_lies_in_the_inbox(tmp_path: Path, monkeypatch) -> None:
    pupil = a_child()
    content = long_file({pupil: present(days_before(pupil.school)[:5])}).getvalue()
    path = _drop(tmp_path / "inbox", "monday.csv", content)
    monkeypatch.setattr(daily, "run_due", list)
    monkeypatch.setattr(settings, "CONFIG", settings.CONFIG.model_copy(update={"var": tmp_path}))
    assert loops.timer_turn() is False
    assert not path.exists() and Register.objects.get().attended == 10
