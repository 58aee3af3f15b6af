"""The papers of a notice that goes on to prosecution: one ZIP, readable and for a program."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import later
from tests.factories_penalties import a_notice

from mainstay.service.penalties import facts
from mainstay.service.penalties.actions import ending
from mainstay.service.penalties.for_court import COLUMNS, papers
from mainstay.service.penalties.models import Notice

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 28)


@pytest.fixture
def prosecuting() -> Notice:
    notice = a_notice()
    ending.fall_due(on=date(2026, 12, 23), last=None)
    ending.prosecute(
        notice_id=notice.pk, reasons="The absences are not explained.", evidence="Register and letters.",
        equality="No disability is known.", alternatives="A supervision order would not help.",
        by=UserFactory(role="legal_coordinator"), at=later(35),
    )  # fmt: skip
    return facts.select(Notice.objects).get(pk=notice.pk)  # type: ignore[no-any-return]


def opened(notice: Notice) -> zipfile.ZipFile:
    with papers(notice, TODAY) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def test_it_holds_what_was_posted_what_it_rests_on_and_why(prosecuting: Notice) -> None:
    packed = opened(prosecuting)
    assert packed.namelist() == [
        "contents.txt", "01-penalty-notice.pdf", "02-certificate-draft.pdf", "service.txt", "payments.txt",
        "decisions.txt", "notice.json", "court.csv",
    ]  # fmt: skip
    assert packed.read("01-penalty-notice.pdf").startswith(b"%PDF")
    said = packed.read("decisions.txt").decode()
    for words in (
        "A holiday in term time after a warning.",
        "The absences are not explained.",
        "Approved by",
    ):
        assert words in said
    assert "posted first class 23 November 2026" in packed.read("service.txt").decode()
    assert packed.read("payments.txt").decode().split("\r\n")[2] == "None."


def test_no_name_of_a_file_tells_whose_it_is(prosecuting: Notice) -> None:
    names = " ".join(opened(prosecuting).namelist()).casefold()
    assert prosecuting.pupil.surname.casefold() not in names
    assert prosecuting.parent.surname.casefold() not in names


def test_the_row_for_the_court_has_every_column_and_leaves_empty_what_is_not_known(
    prosecuting: Notice,
) -> None:
    [header, row] = csv.reader(io.StringIO(opened(prosecuting).read("court.csv").decode("utf-8-sig")))
    assert ",".join(header) == (
        "case_ref,defendant_title,forename,surname,dob,address_1,address_2,address_3,address_4,address_5,postcode,"
        "offence_code,offence_wording,offence_from,offence_to,child_initials,school,pn_ref,pn_issued,pn_unpaid_on,"
        "prosecutor_ref,costs_claimed"
    )
    assert tuple(header) == COLUMNS
    cells = dict(zip(header, row, strict=True))
    assert (cells["forename"], cells["surname"]) == (prosecuting.parent.forename, prosecuting.parent.surname)
    assert (cells["address_1"], cells["address_2"], cells["address_3"]) == (
        "1 Invented Road",
        "Southampton",
        "",
    )
    assert (cells["postcode"], cells["child_initials"]) == ("SO99 9ZZ", prosecuting.pupil.initials)
    assert (cells["pn_ref"], cells["pn_issued"]) == (prosecuting.number, "2026-11-23")
    assert (cells["pn_unpaid_on"], cells["dob"]) == ("2026-12-23", "")
    assert (cells["case_ref"], cells["offence_code"], cells["costs_claimed"]) == ("", "", "")


def test_the_program_reads_the_answers_as_they_were_kept(prosecuting: Notice) -> None:
    said = json.loads(opened(prosecuting).read("notice.json"))
    assert said["sessions"] == prosecuting.sessions
    assert said["answer_at_issue"]["position"] == "first"
    assert said["sums_pence"] == {"reduced": 8000, "full": 16000}
    assert said["limitation"]["safe_date"] == str(ending.limits_of(prosecuting, TODAY).safe_date)  # type: ignore[union-attr]
    assert said["documents"][0]["sha256"] == prosecuting.document.file.sha256  # type: ignore[union-attr]


def test_a_long_address_fills_five_lines_and_loses_nothing(prosecuting: Notice) -> None:
    home = prosecuting.parent.addresses.get()
    home.lines = "Flat 1\nThe Invented House\n1 Invented Road\nSaltmarsh\nSouthampton\nHampshire"
    home.save()
    [header, row] = csv.reader(io.StringIO(opened(prosecuting).read("court.csv").decode("utf-8-sig")))
    cells = dict(zip(header, row, strict=True))
    assert [cells[f"address_{n}"] for n in range(1, 6)] == [
        "Flat 1", "The Invented House", "1 Invented Road", "Saltmarsh", "Southampton, Hampshire",
    ]  # fmt: skip
