"""Two records of one parent or carer become one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.factories import AddressFactory, ParentFactory, ParenthoodFactory, PupilFactory, UserFactory
from tests.factories_documents import served

from mainstay.registers.register import Person
from mainstay.service.common.models import AuditRow, SearchEntry
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import family, searching
from mainstay.service.directory.announcements import parents_merged
from mainstay.service.directory.importing.contacts import store_contacts
from mainstay.service.directory.importing.incoming import Contact, Home, Incoming
from mainstay.service.directory.merging_parents import candidates, merge_parents
from mainstay.service.directory.models import Address, Parent, Parenthood
from mainstay.service.record.models import Entry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def two() -> tuple[Parent, Parent]:
    """Of one child each."""
    return (
        ParentFactory(of=PupilFactory(), surname="Fenwick", phone="01632 960001", title=""),
        ParentFactory(of=PupilFactory(), surname="Fenwicke", phone="01632 960002", language="Polish"),
    )


def join(kept: Parent, other: Parent, **given: Any) -> Parent:
    by = given.pop("by", None) or UserFactory(role="senior_ewo")
    said: dict[str, Any] = {"reasons": "Both showed the same passport.", "by": by, "at": AT}
    return merge_parents(kept=kept, other=other, **(said | given))


def test_children_and_addresses_move_and_the_second_record_is_out_of_search(
    two: tuple[Parent, Parent],
) -> None:
    kept, other = two
    searching.write_parents([kept.pk, other.pk])
    home = AddressFactory(parent=other, since=date(2025, 1, 1))
    join(kept, other)
    other.refresh_from_db()
    assert other.merged_into == kept
    assert Parenthood.objects.filter(parent=kept).count() == 2
    assert Address.objects.get(pk=home.pk).parent == kept
    assert list(SearchEntry.objects.filter(kind="parent").values_list("object_id", flat=True)) == [kept.pk]


def test_the_audit_lists_every_row_moved_and_each_childs_chronology_says_so(
    two: tuple[Parent, Parent],
) -> None:
    kept, other = two
    tie = Parenthood.objects.get(parent=other)
    join(kept, other)
    payload = AuditRow.objects.get(action="parents.merged").payload
    assert payload["other"] == other.pk
    assert payload["moved"]["directory.parenthood"] == [tie.pk]
    assert payload["reasons"] == "Both showed the same passport."
    assert (
        Entry.objects.filter(kind="family", title="Two records of one parent or carer were joined").count()
        == 2
    )


def test_what_only_the_second_record_knows_stays_known(two: tuple[Parent, Parent]) -> None:
    kept, other = two
    Parent.objects.filter(pk=kept.pk).update(safe_contact="Never by post")
    Parent.objects.filter(pk=other.pk).update(safe_contact="Call at work only", large_print=True)
    found = join(kept, other)
    assert (found.title, found.phone, found.language) == ("Mrs", "01632 960001", "Polish")
    assert found.large_print
    assert found.safe_contact == "Never by post / Call at work only"


def test_of_a_child_both_have_one_tie_stays_and_forbidden_contact_stays_forbidden() -> None:
    pupil = PupilFactory()
    kept, other = ParentFactory(of=pupil, of__lives_with=None), ParentFactory()
    ParenthoodFactory(
        pupil=pupil, parent=other, contact_allowed=False, lives_with=True, basis_evidence="Seen"
    )
    join(kept, other)
    [tie] = Parenthood.objects.filter(pupil=pupil)
    assert (tie.parent, tie.contact_allowed, tie.lives_with, tie.basis_evidence) == (
        kept,
        False,
        True,
        "Seen",
    )
    [dropped] = AuditRow.objects.get(action="parents.merged").payload["dropped"]
    assert dropped["parent_id"] == other.pk


@pytest.mark.parametrize(("home", "lives"), [("kept", "1 Old Road"), ("other", "2 New Road")])
def test_of_two_present_addresses_one_holds(two: tuple[Parent, Parent], home: Any, lives: str) -> None:
    kept, other = two
    AddressFactory(parent=kept, lines="1 Old Road", since=date(2024, 1, 1))
    AddressFactory(parent=other, lines="2 New Road", since=date(2025, 1, 1))
    join(kept, other, home=home)
    assert [row.lines for row in Address.objects.filter(parent=kept, until=None)] == [lives]
    assert Address.objects.get(parent=kept, until=date(2026, 11, 1))


def test_letters_served_on_the_second_record_are_the_firsts(two: tuple[Parent, Parent]) -> None:
    kept, other = two
    service = served(addressee=other)
    join(kept, other)
    service.refresh_from_db()
    assert service.addressee == kept


def test_records_joined_to_the_second_before_go_on_to_the_first(two: tuple[Parent, Parent]) -> None:
    kept, other = two
    third = ParentFactory(merged_into=other)
    join(kept, other)
    third.refresh_from_db()
    assert third.merged_into == kept


def test_a_room_above_may_refuse_and_then_nothing_is_changed(
    two: tuple[Parent, Parent], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise StepRefused("Both have a notice of one request.")

    monkeypatch.setattr(parents_merged, "_listeners", [refuse])
    kept, other = two
    with pytest.raises(StepRefused, match="one request"):
        join(kept, other)
    assert Parenthood.objects.filter(parent=other).exists()
    assert not AuditRow.objects.filter(action="parents.merged").exists()


def test_the_wrong_ways_are_refused_in_words(two: tuple[Parent, Parent]) -> None:
    kept, other = two
    with pytest.raises(StepRefused, match="Say how you know"):
        join(kept, other, reasons=" ")
    with pytest.raises(StepRefused, match="Your role cannot"):
        join(kept, other, by=UserFactory(role="ewo"))
    with pytest.raises(StepRefused, match="joined already"):
        join(kept, kept)
    join(kept, other)
    with pytest.raises(StepRefused, match="joined already"):
        join(kept, other)


def test_two_dates_of_birth_are_two_people() -> None:
    kept, other = ParentFactory(date_of_birth=date(1980, 1, 1)), ParentFactory(date_of_birth=date(1981, 1, 1))
    with pytest.raises(StepRefused, match="dates of birth differ"):
        join(kept, other)


def test_a_schools_file_with_the_second_spelling_finds_the_record_that_stays() -> None:
    pupil = PupilFactory()
    kept, other = (
        ParentFactory(of=pupil, surname="Fenwick", of__priority=1),
        ParentFactory(of=PupilFactory(), surname="Fenwicke"),
    )
    join(kept, other)
    contact = Contact(surname="Fenwicke", forename="Grace", relationship="Mother", responsibility=True, phone="01632 960009")  # fmt: skip
    row = Incoming(Person("", surname=pupil.surname, forename=pupil.forename), 2, contacts=[contact])
    store_contacts({pupil.pk: row}, source="file", on=AT.date())
    assert Parenthood.objects.get(pupil=pupil).parent == kept
    kept.refresh_from_db()
    assert (kept.surname, kept.phone) == ("Fenwick", "01632 960009")


def test_a_file_about_another_child_takes_the_record_that_stays_too() -> None:
    kept, other = ParentFactory(of=PupilFactory(), surname="Fenwick"), ParentFactory(surname="Fenwicke")
    AddressFactory(parent=kept, lines="1 Invented Road", postcode="SO99 9ZZ")
    join(kept, other)
    sibling = PupilFactory()
    contact = Contact(
        surname="Fenwicke", forename="Grace", relationship="Mother", responsibility=True,
        home=Home("1 Invented Road", "SO99 9ZZ"),
    )  # fmt: skip
    row = Incoming(Person("", surname=sibling.surname, forename=sibling.forename), 2, contacts=[contact])
    store_contacts({sibling.pk: row}, source="file", on=AT.date())
    assert Parenthood.objects.get(pupil=sibling).parent == kept


def test_a_parent_added_by_hand_in_the_second_spelling_is_the_record_that_stays(
    two: tuple[Parent, Parent],
) -> None:
    kept, other = two
    join(kept, other)
    tie = family.add_parent(
        pupil=PupilFactory(), source="Mother", by=UserFactory(role="ewo"), at=AT, forename="Grace",
        surname="Fenwicke", phone="01632 960001", basis="natural",
    )  # fmt: skip
    assert tie.parent == kept


def test_who_looks_like_the_same_person() -> None:
    pupil = PupilFactory()
    one = ParentFactory(of=pupil, surname="Fenwick", phone="01632 960001", email="grace@example.org")
    same_name = ParentFactory(surname="Fenwick", phone="")
    same_phone = ParentFactory(surname="Other", phone="01632 960001")
    same_email = ParentFactory(surname="Elsewhere", phone="", email="Grace@example.org")
    of_child = ParentFactory(of=pupil, forename="G.", surname="Fenwick", phone="")
    ParentFactory(surname="Stranger", phone="")
    gone = ParentFactory(surname="Fenwick", phone="", merged_into=same_name)
    found = candidates(one)
    assert {p.pk for p in found} == {same_name.pk, same_phone.pk, same_email.pk, of_child.pk}
    assert gone not in found
