"""The register of notices: what it shows to whom, its filters, its file, and that it stays quick."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import later
from tests.factories_penalties import a_notice
from tests.web.attendance.helpers import csv_of, sign_in, text_of
from tests.web.penalties.notices import many, numbers

from mainstay.service.common.ui.filters import short_date
from mainstay.service.penalties.actions import ending
from mainstay.service.penalties.models import Notice, NoticeRequest
from mainstay.service.record.models import Deadline, RecordRead

pytestmark = pytest.mark.django_db
PAGE = "/notices/"


def listed(client: Client, query: str = "") -> list[str]:
    return numbers(client.get(PAGE + query))


def test_the_register_holds_what_was_issued_and_not_what_is_being_checked() -> None:
    issued, draft = a_notice(), a_notice("draft")
    client, _ = sign_in("ewo")
    assert listed(client) == [issued.number]
    assert "2 notices" in text_of(client.get(PAGE + "?state=all"))
    only = text_of(client.get(PAGE + "?state=draft"))
    assert f"/notices/{draft.pk}/" in only and f"/notices/{issued.pk}/" not in only


def test_filters_of_school_day_parent_owner_and_decision() -> None:
    one, two = a_notice(), a_notice(when=later(-40))
    ending.fall_due(on=date(2026, 11, 23), last=None)
    client, officer = sign_in("ewo")
    NoticeRequest.objects.filter(pk=one.request_id).update(owner=officer)
    assert listed(client, f"?school={two.school_id}") == [two.number]
    assert listed(client, "?issued_from=2026-11-01") == [one.number]
    assert listed(client, "?issued_to=2026-11-01") == [two.number]
    assert listed(client, f"?parent={one.parent_id}") == [one.number]
    assert listed(client, "?scope=mine") == [one.number]
    assert listed(client, "?decision=due") == [two.number]
    assert listed(client, "?decision=overdue") == []
    Deadline.objects.filter(rule="notice-decision").update(last_day=date(2026, 11, 20))
    assert listed(client, "?decision=overdue") == [two.number]


@pytest.mark.parametrize(
    "query", ["?school=x", "?issued_from=never", "?state=gone", "?parent=-1", "?decision=9"]
)
def test_a_filter_that_cannot_be_read_is_left_out(query: str) -> None:
    notice = a_notice()
    client, _ = sign_in("ewo")
    assert listed(client, query) == [notice.number]


def test_what_is_to_be_decided_stands_with_its_limit_the_nearest_first_when_sorted() -> None:
    notice = a_notice(when=later(-40))
    ending.fall_due(on=date(2026, 11, 23), last=None)
    client, _ = sign_in("service_manager")
    page = client.get(PAGE + "?decision=due&sort=limit")
    limits = ending.limits_of(Notice.objects.get(pk=notice.pk), date(2026, 11, 23))
    assert limits is not None and short_date(limits.safe_date) in text_of(page)
    assert "Limit for a prosecution" in text_of(page)
    assert "Limit for a prosecution" not in text_of(client.get(PAGE))


def test_a_school_reads_its_own_issued_notices_without_parents() -> None:
    ours, draft, elsewhere = a_notice(), a_notice("draft"), a_notice()
    client, _ = sign_in("school_staff", school=ours.school)
    page = client.get(PAGE + "?state=all")
    assert numbers(page) == [ours.number]
    assert f"/notices/{draft.pk}/" not in text_of(page)
    said = text_of(page)
    assert ours.parent.surname not in said.replace(ours.pupil.surname, "")
    assert "To approve" not in said
    header, row = csv_of(client.get("/notices/export.csv"))
    assert "Parent" not in header and "Payments" not in header
    assert row[0] == ours.number
    assert elsewhere.number not in said


def test_a_restricted_child_and_its_parent_are_not_named() -> None:
    notice = a_notice()
    notice.pupil.restricted = True
    notice.pupil.save()
    client, _ = sign_in("ewo")
    said = text_of(client.get(PAGE))
    assert f"{notice.pupil.initials} (restricted)" in said
    assert notice.parent.surname not in said and notice.pupil.surname not in said
    [_, row] = csv_of(client.get("/notices/export.csv"))
    assert notice.parent.surname not in " ".join(row) and notice.pupil.upn not in row


def test_the_file_has_what_the_regulations_ask_to_be_kept() -> None:
    notice = a_notice()
    gone = a_notice()
    ending.withdraw(
        notice_id=gone.pk, ground="material_error", reasons="The school was wrong.", at=later(1),
        by=UserFactory(role="service_manager"),
    )  # fmt: skip
    client, manager = sign_in("service_manager")
    header, *rows = csv_of(client.get("/notices/export.csv?sort=number"))
    said = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["Number"] for row in said] == sorted([notice.number, gone.number])
    one = next(row for row in said if row["Number"] == notice.number)
    assert one["Copy"] == notice.document.file.sha256  # type: ignore[union-attr]
    assert (one["Notice"], one["Issued"], one["To pay until"]) == ("First", "2026-11-23", "2026-12-22")
    assert (one["Prosecution"], one["Charged on the same facts"]) == ("No", "no")
    assert (one["To pay at first"], one["Payments"]) == ("£80", "")
    two = next(row for row in said if row["Number"] == gone.number)
    assert (two["State"], two["Ground"], two["Withdrawn on"]) == (
        "Withdrawn",
        "It contains a material error",
        "2026-11-24",
    )
    assert RecordRead.objects.filter(user_id=manager.pk, pupil_id=0, page="notices export").exists()


def test_money_stands_in_the_file_for_those_who_see_income() -> None:
    a_notice()
    for role, seen in (("ewo", False), ("business_support", True)):
        client, _ = sign_in(role)
        assert ("Payments" in csv_of(client.get("/notices/export.csv"))[0]) is seen


def test_charges_on_the_same_facts_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from mainstay.service.penalties import providers

    notice = a_notice()
    session = (notice.sessions[0]["date"], notice.sessions[0]["half"])
    told = {(notice.parent_id, notice.pupil_id): providers.Known(charged={session})}
    monkeypatch.setattr(providers.prosecutions, "_givers", [lambda pairs: told])
    client, _ = sign_in("ewo")
    assert "Charged on the same facts" in text_of(client.get(PAGE))


def test_three_hundred_notices_cost_no_more_queries_than_one(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client, _ = sign_in("service_manager")
    many(300)
    client.get(PAGE)
    with django_assert_max_num_queries(20):
        page = client.get(PAGE)
    assert len(numbers(page)) == 50 and "301 notices" in text_of(page)
    with django_assert_max_num_queries(20):
        assert len(csv_of(client.get("/notices/export.csv"))) == 302


def test_an_empty_register_says_what_would_be_there() -> None:
    client, _ = sign_in("ewo")
    page = client.get(reverse("notices"))
    assert "No notice fits these filters" in text_of(page)
