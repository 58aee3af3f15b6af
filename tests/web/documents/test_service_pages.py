"""How a document was sent: the record, what is said about it, print runs, returned mail, the Documents tab."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import AddressFactory, PupilFactory, UserFactory
from tests.factories_documents import LATER, DocumentFactory, a_sending, served
from tests.web.attendance.helpers import csv_of, sign_in, text_of

from mainstay.service.common.models import AuditRow
from mainstay.service.directory.models import Pupil
from mainstay.service.documents import runs
from mainstay.service.documents import service as serving
from mainstay.service.documents.models import PrintRun, Service
from mainstay.service.record.models import Deadline, RecordRead

pytestmark = pytest.mark.django_db(databases="__all__")
POSTED = date(2024, 11, 4)


@pytest.fixture
def office() -> Client:
    return sign_in("business_support")[0]


@pytest.fixture
def posted() -> Service:
    return served(DocumentFactory(pupil=PupilFactory()), sent_on=POSTED)


def of(service: Service) -> str:
    return reverse("service_record", args=[service.pk])


def typed(form: str, name: str, day: date, **more: str) -> dict[str, str]:
    parts = {
        f"{form}-{name}_day": day.day,
        f"{form}-{name}_month": day.month,
        f"{form}-{name}_year": day.year,
    }
    return {key: str(value) for key, value in parts.items()} | {f"{form}-{k}": v for k, v in more.items()}


def test_a_record_says_how_where_and_from_when_it_counts(office: Client, posted: Service) -> None:
    page = text_of(office.get(of(posted)))
    for words in (
        "Posted first class 4 November 2024, counted as received 6 November 2024", "1 Invented Road", "First class post",
        "Wednesday 6 November 2024", "Confirm with legal", "It came back", "The day it was sent is wrong",
    ):  # fmt: skip
        assert words in page, words
    assert RecordRead.objects.filter(pupil_id=posted.pupil_id, page="service of a document").exists()


def test_what_happened_is_recorded_on_the_page(office: Client, posted: Service) -> None:
    back = typed("returned", "returned_on", date(2024, 11, 11), reason="Addressee gone away")
    assert office.post(f"{of(posted)}returned/", back).status_code == 302
    assert Deadline.objects.filter(rule="returned-mail", about_id=str(posted.pk)).exists()
    assert "Returned undelivered 11 November 2024" in text_of(office.get(of(posted)))
    proof = typed("proof", "received_on", date(2024, 11, 7), proof="The parent wrote that it had come")
    assert office.post(f"{of(posted)}proof/", proof).status_code == 302
    page = text_of(office.get(of(posted)))
    assert "Received 7 November 2024, proved" in page and "The parent wrote" in page
    moved = typed("posting", "sent_on", date(2024, 11, 5), method="hand", reason="Taken by car")
    assert office.post(f"{of(posted)}posting/", moved).status_code == 302
    posted.refresh_from_db()
    assert (posted.method, posted.sent_on, posted.presumed_on) == (
        "hand",
        date(2024, 11, 5),
        date(2024, 11, 7),
    )


def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Client, posted: Service) -> None:
    proof = typed("proof", "received_on", date(2024, 11, 1), proof="Somebody said so")
    response = office.post(f"{of(posted)}proof/", proof)
    page = text_of(response)
    assert response.status_code == 400 and "cannot have been received before it was sent" in page
    assert "Somebody said so" in page and "Error:" in page
    response = office.post(f"{of(posted)}posting/", typed("posting", "sent_on", POSTED, method="email"))
    assert "A letter cannot become an e-mail" in text_of(response)
    response = office.post(f"{of(posted)}returned/", {})
    assert "Say why it came back" in text_of(response) and "Enter the day it came back" in text_of(response)


def test_a_restricted_childs_record_asks_why_and_takes_nothing(posted: Service) -> None:
    Pupil.objects.filter(pk=posted.pupil_id).update(restricted=True)
    officer = sign_in("ewo")[0]
    asked = officer.get(of(posted))
    assert asked.status_code == 302 and "/open/" in asked.url
    assert officer.post(f"{of(posted)}proof/", {}).status_code == 404


def test_who_may_only_read_gets_no_forms_and_a_school_nothing(posted: Service) -> None:
    reader = sign_in("legal_coordinator")[0]
    page = text_of(reader.get(of(posted)))
    assert "1 Invented Road" in page and "Record what happened" not in page
    pupil = Pupil.objects.get(pk=posted.pupil_id)
    assert sign_in("school_staff", school=pupil.school)[0].get(of(posted)).status_code == 404


def test_a_confidential_address_is_for_those_who_may_read_it(office: Client, posted: Service) -> None:
    AddressFactory(parent=posted.addressee, confidential=True)
    outsider = sign_in("child_employment_officer")[0]
    page = text_of(outsider.get(of(posted)))
    assert "Confidential" in page and "1 Invented Road" not in page
    assert outsider.get(reverse("document", args=[posted.document_id])).status_code == 404
    assert "1 Invented Road" in text_of(office.get(of(posted)))
    assert office.get(reverse("document", args=[posted.document_id])).status_code == 200


def test_the_documents_tab_says_where_each_letter_stands(django_assert_max_num_queries: Any) -> None:
    pupil, officer = PupilFactory(), sign_in("ewo")[0]
    tab = reverse("pupil_documents", args=[pupil.pk])
    document = DocumentFactory(pupil=pupil)
    served(document, sent_on=POSTED)
    waiting = served(document, name="Mr Alan Fenwick")
    back = served(DocumentFactory(pupil=pupil, title="Reminder"), sent_on=POSTED)
    serving.mark_returned(service=back, returned_on=POSTED, reason="Gone", by=UserFactory(), at=LATER)
    page = text_of(officer.get(tab))
    for words in (
        "Sent to Mrs Grace Fenwick", "Posted first class 4 November 2024, counted as received 6 November 2024",
        "Sent to Mr Alan Fenwick", "Not sent yet", "Returned undelivered 4 November 2024", of(waiting),
    ):  # fmt: skip
        assert words in page, words
    for _ in range(10):
        served(DocumentFactory(pupil=pupil), sent_on=POSTED)
    with django_assert_max_num_queries(20):
        officer.get(tab)


def returned_mail(number: int) -> None:
    by = UserFactory(role="business_support")
    for _ in range(number):
        service = served(DocumentFactory(pupil=PupilFactory(surname="Hazelmere")), sent_on=POSTED)
        serving.mark_returned(
            service=service, returned_on=date(2024, 11, 11), reason="Gone away", by=by, at=LATER
        )


def test_returned_mail_is_listed_with_the_day_to_look_into_it_by(office: Client) -> None:
    assert "No letter has come back" in text_of(office.get(reverse("returned_mail")))
    returned_mail(1)
    page = text_of(office.get(reverse("returned_mail")))
    assert "Hazelmere, Ada" in page and "Gone away" in page and "30 Nov 2026" in page
    Pupil.objects.filter(surname="Hazelmere").update(restricted=True)
    assert "Hazelmere" not in text_of(office.get(reverse("returned_mail")))


def test_the_export_holds_what_the_list_shows_and_is_for_the_same_people(office: Client) -> None:
    returned_mail(2)
    rows = csv_of(office.get(reverse("returned_mail_export", args=["csv"])))
    assert (
        rows[0][0] == "Document"
        and len(rows) == 3
        and rows[1][4:] == ["2024-11-11", "Gone away", "2026-11-30"]
    )
    other = sign_in("legal_coordinator")[0]
    assert len(csv_of(other.get(reverse("returned_mail_export", args=["csv"])))) == 1


def a_run(number: int, **given: Any) -> PrintRun:
    by = UserFactory(role="business_support")
    run = runs.start(by=by, at=LATER)
    sendings = [a_sending(DocumentFactory(pupil=PupilFactory())) for _ in range(number)]
    serving.serve_many(sendings=sendings, sent_on=None, by=by, at=LATER, run=run)
    return run


def test_a_print_run_is_downloaded_posted_and_corrected(office: Client) -> None:
    assert "There is no print run" in text_of(office.get(reverse("print_runs")))
    run = a_run(3)
    here = reverse("print_run", args=[run.pk])
    assert "Not put together yet" in text_of(office.get(here))
    assert office.get(f"{here}letters.pdf").status_code == 404
    run.file, run.letters = DocumentFactory().file, 3
    run.save()
    assert "To post" in text_of(office.get(reverse("print_runs")))
    assert b"".join(office.get(f"{here}letters.pdf").streaming_content).startswith(b"%PDF")
    assert AuditRow.objects.filter(action="print_run.downloaded", on_id=str(run.pk)).exists()
    day = {"sent_on_day": "4", "sent_on_month": "11", "sent_on_year": "2024"}
    assert office.post(f"{here}posted/", day).status_code == 302
    assert set(run.services.values_list("presumed_on", flat=True)) == {date(2024, 11, 6)}
    refused = office.post(f"{here}posted/", day | {"sent_on_day": "5"})
    assert refused.status_code == 400 and "Say why the day is corrected" in text_of(refused)
    corrected = office.post(f"{here}posted/", day | {"sent_on_day": "5", "reason": "Franked on the 5th"})
    assert corrected.status_code == 302
    assert "Tuesday 5 November 2024" in text_of(office.get(here))


def test_lists_ask_the_database_as_often_for_many_rows_as_for_few(
    office: Client, django_assert_max_num_queries: Any
) -> None:
    returned_mail(12)
    run = a_run(12)
    for address in (reverse("returned_mail"), reverse("print_runs"), reverse("print_run", args=[run.pk])):
        with django_assert_max_num_queries(18):
            assert office.get(address).status_code == 200
