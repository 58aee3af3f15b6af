"""Earlier notices: a file looked at and taken, the list, the declaration."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import AddressFactory, ConflictFactory, ParentFactory, PupilFactory, UserFactory
from tests.factories_attendance import TODAY, at
from tests.factories_penalties import an_earlier
from tests.web.penalties.notices import signed_in

from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.penalties import code
from mainstay.service.penalties.actions import earlier
from mainstay.service.penalties.earlier_reading import COLUMNS
from mainstay.service.penalties.models import EarlierImport, EarlierNotice
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Any:
    return UserFactory(role="service_manager")


@pytest.fixture
def parent() -> Parent:
    found = ParentFactory(
        of=PupilFactory(forename="Ada", surname="Fenwick"), forename="Grace", surname="Fenwick"
    )
    AddressFactory(parent=found)
    return found


def text(response: Any) -> str:
    return str(response.content.decode())


def child_of(parent: Parent) -> Pupil:
    return parent.parenthoods.get().pupil


def row(parent: Parent, **changed: str) -> dict[str, str]:
    said = {
        "UPN": child_of(parent).upn, "Parent forename": "Grace", "Parent surname": "Fenwick", "Issued on": "15/11/2024",
        "Kind": "attendance", "Outcome": "paid", "Issuer": "Old books", "Reference": "O-1",
    }  # fmt: skip
    return said | changed


def file(*rows: dict[str, str], name: str = "old.csv") -> BytesIO:
    lines = [",".join(COLUMNS), *(",".join(one.get(column, "") for column in COLUMNS) for one in rows)]
    made = BytesIO("\n".join(lines).encode())
    made.name = name  # type: ignore[misc]
    return made


def sent(client: Any, *rows: dict[str, str]) -> EarlierImport:
    client.post(reverse("earlier_import"), {"file": file(*rows)})
    return EarlierImport.objects.latest("pk")


def test_a_file_is_looked_at_row_by_row_and_taken(manager: Any, parent: Parent) -> None:
    client = signed_in(manager)
    one = sent(client, row(parent), row(parent, **{"Parent forename": "G."}), row(parent, Kind="truancy"))
    page = reverse("earlier_import_show", args=[one.pk])
    shown = text(client.get(page))
    for words in ("Take 1 row", "2 rows stay out", "Choose the parent", "is none of attendance, excluded"):
        assert words in shown
    assert not EarlierNotice.objects.exists()
    done = text(client.post(reverse("earlier_import_take", args=[one.pk]), follow=True))
    assert "1 earlier notice taken." in done
    assert EarlierNotice.objects.get().parent == parent


def test_a_row_is_settled_on_the_page(manager: Any, parent: Parent) -> None:
    client = signed_in(manager)
    one = sent(client, row(parent, **{"Parent forename": "G."}))
    settle = reverse("earlier_import_settle", args=[one.pk])
    assert "Choose the parent." in text(client.post(settle, {"line": 2}, follow=True))
    assert "Line 2 is settled" in text(client.post(settle, {"line": 2, "parent": parent.pk}, follow=True))
    assert "Take 1 row" in text(client.get(reverse("earlier_import_show", args=[one.pk])))


def test_rows_are_filtered_by_what_becomes_of_them_and_problems_are_downloaded(
    manager: Any, parent: Parent
) -> None:
    client = signed_in(manager)
    one = sent(
        client, row(parent), row(parent, Reference="O-2", UPN="Z852999924999"), row(parent, Outcome="settled")
    )
    page = reverse("earlier_import_show", args=[one.pk])
    assert "O-1" not in text(client.get(f"{page}?state=no_child"))
    assert "O-2" in text(client.get(f"{page}?state=no_child"))
    csv = b"".join(client.get(reverse("earlier_import_problems", args=[one.pk, "csv"]))).decode()  # type: ignore[arg-type]
    assert '4,Outcome,"is none of open' in csv
    assert '3,Child,"No child in your view has this UPN' in csv


def test_a_file_is_discarded_and_one_of_another_kind_is_refused(manager: Any, parent: Parent) -> None:
    client = signed_in(manager)
    one = sent(client, row(parent))
    client.post(reverse("earlier_import_discard", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "discarded"
    pdf = BytesIO(b"%PDF-1.7\n")
    pdf.name = "old.pdf"  # type: ignore[misc]
    response = client.post(reverse("earlier_import"), {"file": pdf})
    assert (response.status_code, "The file was not kept" in text(response)) == (400, True)
    assert client.post(reverse("earlier_import"), {}).status_code == 400


def test_a_file_without_the_columns_says_which_are_missing(manager: Any) -> None:
    client = signed_in(manager)
    bad = BytesIO(b"a,b\n1,2\n")
    bad.name = "x.csv"  # type: ignore[misc]
    shown = text(client.post(reverse("earlier_import"), {"file": bad}, follow=True))
    assert "The first line must name the columns. Missing: UPN" in shown
    assert "Take nothing" not in shown


def test_a_large_file_comes_in_pages_and_takes_few_queries(
    manager: Any, parent: Parent, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(manager)
    one = sent(client, *[row(parent, Reference=f"O-{n}") for n in range(60)])
    page = reverse("earlier_import_show", args=[one.pk])
    client.get(page)
    with django_assert_max_num_queries(14):
        shown = text(client.get(page))
    assert "60 rows</strong>, showing 1 to 50" in shown


def test_the_list_is_filtered_exported_and_logged(manager: Any, parent: Parent) -> None:
    pupil = child_of(parent)
    paid = an_earlier(parent, pupil, date(2025, 3, 3), reference="A-1")
    open_ = an_earlier(parent, pupil, date(2024, 10, 1), reference="A-2", outcome="open", kind="excluded")
    client = signed_in(manager)
    for query, found in (("", {paid, open_}), ("outcome=open", {open_}), ("kind=attendance", {paid}),
                         ("first=2025-01-01", {paid}), ("last=2024-12-31", {open_}), ("source=file", set())):  # fmt: skip
        listed = text(client.get(f"{reverse('earlier_notices')}?{query}"))
        csv = b"".join(client.get(f"{reverse('earlier_notices_export', args=['csv'])}?{query}")).decode()  # type: ignore[arg-type]
        for one in (paid, open_):
            assert (one.reference in listed) is (one in found), query
            assert (one.reference in csv) is (one in found), query
    assert RecordRead.objects.filter(page="earlier notices export").exists()


def test_what_became_of_one_is_recorded_with_how_it_is_known(manager: Any, parent: Parent) -> None:
    one = an_earlier(parent, child_of(parent), date(2025, 3, 3), outcome="open")
    client, address = signed_in(manager), reverse("earlier_notice", args=[one.pk])
    response = client.post(address, {"outcome": "paid", "reason": ""})
    assert (response.status_code, "Say how you know" in text(response)) == (400, True)
    client.post(address, {"outcome": "paid", "reason": "Finance says so."})
    one.refresh_from_db()
    assert one.outcome == "paid"


def test_a_child_of_a_conflict_and_an_export_by_whoever_may_not(manager: Any, parent: Parent) -> None:
    pupil = child_of(parent)
    one = an_earlier(parent, pupil, date(2025, 3, 3), reference="A-1")
    ConflictFactory(user=manager, pupil=pupil)
    client = signed_in(manager)
    assert client.get(reverse("earlier_notice", args=[one.pk])).status_code == 404
    assert "A-1" not in text(client.get(reverse("earlier_notices")))
    officer = signed_in(UserFactory(role="ewo"))
    csv = b"".join(officer.get(reverse("earlier_notices_export", args=["csv"]))).decode()  # type: ignore[arg-type]
    assert "A-1" not in csv


def test_the_declaration_shows_how_many_are_loaded_from_when_and_needs_a_tick_and_a_reason(
    manager: Any, parent: Parent
) -> None:
    an_earlier(parent, child_of(parent), date(2024, 11, 15), issuer="Old books")
    an_earlier(parent, child_of(parent), date(2023, 3, 3), issuer="Older books")
    client, address = signed_in(manager), reverse("earlier_declare")
    shown = text(client.get(address))
    for words in ("Friday 3 March 2023", "Friday 15 November 2024", "Older books", "Once you declare this"):
        assert words in shown
    response = client.post(address, {"reason": ""})
    assert response.status_code == 400
    assert "Tick that you have compared the numbers" in text(response)
    assert not code.in_force(TODAY)["earlier_complete"]
    client.post(address, {"sure": "on", "reason": "Compared with the old books by two people."})
    assert code.in_force(TODAY)["earlier_complete"]
    assert "All loaded" in text(client.get(reverse("earlier_notices")))


def test_a_declaration_is_withdrawn_when_something_was_found_missing(manager: Any) -> None:
    code.set_value(name="earlier_complete", value=True, since=TODAY, reason="All in.", by=manager, at=at())
    client = signed_in(manager)
    assert "All in." in text(client.get(reverse("earlier_declare")))
    shown = text(client.post(reverse("earlier_declare"), {"reason": "A box was found."}, follow=True))
    assert not code.in_force(TODAY)["earlier_complete"]
    assert "Until then no notice can be issued" in shown


def test_business_support_sends_files_and_does_not_declare() -> None:
    client = signed_in(UserFactory(role="business_support"))
    assert client.get(reverse("earlier_import")).status_code == 200
    assert client.get(reverse("earlier_declare")).status_code == 403
    shown = text(client.get(reverse("earlier_notices")))
    assert reverse("earlier_declare") not in shown
    assert "Nobody has declared" in shown


def test_files_show_who_sent_them_and_what_became_of_them(manager: Any, parent: Parent) -> None:
    client = signed_in(manager)
    one = sent(client, row(parent))
    earlier.take(import_id=one.pk, by=manager, at=at())
    shown = text(client.get(reverse("earlier_import")))
    assert "old.csv" in shown
    assert "Taken" in shown
