"""Print runs: put together once, each letter on sheets of its own, posted on one day."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from tests.factories import ConflictFactory, PupilFactory, UserFactory
from tests.factories_documents import LATER, DocumentFactory, a_file, a_sending

from mainstay.service.common.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.documents import joining, runs
from mainstay.service.documents import service as serving
from mainstay.service.documents.models import PrintRun, Service

pytestmark = pytest.mark.django_db
POSTED = date(2024, 11, 4)


def pages(number: int) -> Any:
    pdf, out = pikepdf.Pdf.new(), BytesIO()
    for _ in range(number):
        pdf.add_blank_page(page_size=(500 + number, 800))  # a width by which they are known again
    pdf.save(out)
    return a_file(out.getvalue())


def a_run(*numbers: int, by: Any = None, sent_on: date | None = None) -> PrintRun:
    by = by or UserFactory(role="business_support")
    run = runs.start(by=by, at=LATER)
    sendings = [a_sending(DocumentFactory(file=pages(number))) for number in numbers]
    serving.serve_many(sendings=sendings, sent_on=sent_on, by=by, at=LATER, run=run)
    return runs.put_together(run=run, by=by, at=LATER)


def test_each_letter_begins_on_a_sheet_of_its_own() -> None:
    run = a_run(1, 2, 3)
    assert run.letters == 3 and run.file is not None
    with pikepdf.open(BytesIO(store.read(run.file))) as pdf:
        widths = [round(float(page.mediabox[2])) for page in pdf.pages]
    assert widths == [501, 595, 502, 502, 503, 503, 503, 595]


def test_many_letters_come_in_the_order_they_were_recorded(tmp_path: Path) -> None:
    for number, letter in enumerate((2, 4, 6, 2, 4)):
        (tmp_path / f"{number:09d}.pdf").write_bytes(store.read(pages(letter)))
    joining.join(tmp_path, part=2)
    with pikepdf.open(tmp_path / joining.JOINED) as pdf:
        assert [round(float(page.mediabox[2])) for page in pdf.pages][::2] == [
            502, 504, 504, 506, 506, 506, 502, 504, 504,
        ]  # fmt: skip


def test_nothing_readable_is_left_beside_the_encrypted_files() -> None:
    a_run(1, 2)
    assert not [path for path in (settings.CONFIG.var / "tmp").glob("**/*") if path.is_file()]


def test_a_run_is_put_together_once_and_never_empty() -> None:
    by = UserFactory(role="business_support")
    with pytest.raises(StepRefused, match="no letter"):
        runs.put_together(run=runs.start(by=by, at=LATER), by=by, at=LATER)
    with pytest.raises(StepRefused, match="put together already"):
        runs.put_together(run=a_run(1), by=by, at=LATER)


def test_posting_a_run_posts_its_letters() -> None:
    by = UserFactory(role="business_support")
    run = serving.post_run(run=a_run(1, 2), sent_on=POSTED, reason="", by=by, at=LATER)
    assert run.posted_on == POSTED
    assert set(run.services.values_list("sent_on", "presumed_on", "sent_by")) == {
        (POSTED, date(2024, 11, 6), by.pk)
    }
    assert AuditRow.objects.get(action="print_run.posted").payload["changed"] == 2


def test_another_day_corrects_the_letters_and_leaves_what_was_set_apart() -> None:
    by = UserFactory(role="business_support")
    run = serving.post_run(run=a_run(1, 2, 3), sent_on=POSTED, reason="", by=by, at=LATER)
    apart = run.services.order_by("pk")[0]
    serving.correct_posting(
        service=apart, sent_on=date(2024, 11, 5), reason="Held back for a day", by=by, at=LATER
    )
    with pytest.raises(StepRefused, match="why the day is corrected"):
        serving.post_run(run=run, sent_on=date(2024, 11, 7), reason="", by=by, at=LATER)
    serving.post_run(run=run, sent_on=date(2024, 11, 7), reason="The van came on Thursday", by=by, at=LATER)
    assert list(run.services.order_by("pk").values_list("sent_on", flat=True)) == [
        date(2024, 11, 5), date(2024, 11, 7), date(2024, 11, 7),
    ]  # fmt: skip


def test_letters_served_as_posted_on_the_day_of_the_run_follow_it() -> None:
    by = UserFactory(role="business_support")
    run = a_run(1, 2, sent_on=date(2026, 11, 23))
    serving.post_run(run=run, sent_on=date(2026, 11, 23), reason="", by=by, at=LATER)
    assert not AuditRow.objects.filter(action="service.posted").exists()
    later = LATER.replace(day=24)
    serving.post_run(run=run, sent_on=date(2026, 11, 24), reason="The post had gone", by=by, at=later)
    assert set(run.services.values_list("sent_on", flat=True)) == {date(2026, 11, 24)}


def test_one_letter_that_cannot_have_been_posted_then_stops_the_run_and_is_named() -> None:
    by = UserFactory(role="business_support")
    run = serving.post_run(run=a_run(1, 2), sent_on=POSTED, reason="", by=by, at=LATER)
    first = run.services.order_by("pk")[1]
    serving.prove(service=first, received_on=POSTED, proof="Seen on the mat", by=by, at=LATER)
    with pytest.raises(StepRefused, match="Penalty notice: It was received on"):
        serving.post_run(run=run, sent_on=date(2024, 11, 5), reason="A slip", by=by, at=LATER)
    assert set(Service.objects.values_list("sent_on", flat=True)) == {POSTED}


def test_a_run_without_a_file_is_not_posted() -> None:
    by = UserFactory(role="business_support")
    with pytest.raises(StepRefused, match="not put together"):
        serving.post_run(run=runs.start(by=by, at=LATER), sent_on=POSTED, reason="", by=by, at=LATER)


def test_who_may_not_see_one_child_does_not_get_the_run() -> None:
    by, pupil = UserFactory(role="business_support"), PupilFactory()
    run = runs.start(by=by, at=LATER)
    sendings = [a_sending(DocumentFactory(pupil=pupil)), a_sending(DocumentFactory(pupil=None))]
    serving.serve_many(sendings=sendings, sent_on=None, by=by, at=LATER, run=run)
    assert list(PrintRun.objects.visible_to(by)) == [run]
    ConflictFactory(user=by, pupil=pupil)
    again = type(by).objects.get(pk=by.pk)
    assert not PrintRun.objects.visible_to(again).exists()
    assert not PrintRun.objects.visible_to(UserFactory(role="legal_coordinator")).exists()
