"""Words in the chronology: found by stem and beginning, kept up to date, and only where the searcher may read."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import RequestFactory
from tests.factories import ConflictFactory, EntryFactory, PupilFactory, SchoolFactory, UserFactory
from tests.factories_attendance import a_child, at

from mainstay.service.common import search
from mainstay.service.record import text
from mainstay.service.record.access import open_restricted
from mainstay.service.record.models import Audience, Entry, RecordRead

pytestmark = pytest.mark.django_db


def found(user: Any, words: str, **days: Any) -> list[search.Passage]:
    request = RequestFactory().get("/")
    request.user = user
    return search.passages_of(request, words, most=50, **days)


@pytest.fixture
def officer() -> Any:
    return UserFactory(role="ewo")


@pytest.mark.parametrize(
    "words", ["grandmother", "GRANDMOTHER lives", "grandm", "live", "o'neill", "siobhan"]
)
def test_words_are_found_by_stem_beginning_and_without_accents(officer: Any, words: str) -> None:
    EntryFactory(title="Visit", text="Living with her grandmother, Siobhan O’Neill.")
    EntryFactory(text="Nothing of the kind.")
    assert len(found(officer, words)) == 1


@pytest.mark.parametrize("words", ["", "a", "granddad", "grandmother school", '"', "* OR *", "a:b & !"])
def test_what_is_not_there_and_what_is_no_word_finds_nothing(officer: Any, words: str) -> None:
    EntryFactory(title="Visit", text="Lives with her grandmother.")
    assert found(officer, words) == []


def test_the_words_are_marked_and_everything_else_is_escaped(officer: Any) -> None:
    EntryFactory(title="A visit", text=f"{'word ' * 100}<b>the grandmothers</b> {'after ' * 100}")
    (passage,) = found(officer, "grandmother")
    assert "<mark>grandmothers</mark>" in passage.text and "<b>" not in passage.text
    assert passage.text.startswith("… ") and passage.text.endswith(" …") and len(passage.text) < 400


def test_the_index_follows_what_is_changed_and_removed(officer: Any) -> None:
    entry = EntryFactory(text="grandmother")
    Entry.objects.filter(pk=entry.pk).update(text="grandfather")
    assert not found(officer, "grandmother") and found(officer, "grandfather")
    entry.refresh_from_db()
    entry.delete()
    assert not found(officer, "grandfather")


@pytest.mark.parametrize(
    ("role", "audience", "seen"),
    [
        ("ewo", Audience.SERVICE, True),
        ("ewo", Audience.PRIVILEGED, False),
        ("legal_coordinator", Audience.PRIVILEGED, True),
        ("service_manager", Audience.SUPERVISION, False),
        ("service_manager", Audience.NAMED, False),
        ("school_staff", Audience.SCHOOL, True),
        ("school_staff", Audience.SERVICE, False),
        ("finance", Audience.SCHOOL, False),
    ],
)
def test_only_what_the_searcher_may_read_is_found(role: str, audience: str, seen: bool) -> None:
    child = a_child()
    EntryFactory(pupil=child, audience=audience, text="grandmother")
    user = UserFactory(role=role, school=child.school if role == "school_staff" else None)
    assert bool(found(user, "grandmother")) is seen


def test_another_schools_notes_and_those_of_a_conflict_are_not_found(officer: Any) -> None:
    child = a_child()
    EntryFactory(pupil=child, audience=Audience.SCHOOL, text="grandmother")
    assert not found(UserFactory(role="school_staff", school=SchoolFactory()), "grandmother")
    ConflictFactory(user=officer, pupil=child)
    assert not found(officer, "grandmother")


def test_a_restricted_record_is_found_in_only_while_it_stands_open(officer: Any) -> None:
    child = PupilFactory(restricted=True, surname="Quenby", forename="Zora")
    EntryFactory(pupil=child, text="grandmother")
    assert found(officer, "grandmother") == []
    open_restricted(
        pupil=child, by=officer, at=at() + timedelta(days=3650), reason="The school asked about this"
    )
    (passage,) = found(officer, "grandmother")
    assert (passage.whose, passage.restricted) == ("ZQ", True)


def test_what_is_found_is_logged_as_read_and_finding_nothing_is_not(officer: Any) -> None:
    EntryFactory(text="grandmother")
    found(officer, "grandfather")
    assert not RecordRead.objects.exists()
    found(officer, "grandmother")
    assert RecordRead.objects.get().page == "search in notes"


def test_what_few_may_read_is_found_behind_very_much_that_they_may_not(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(text, "_FIRST", 3)
    child = a_child()
    EntryFactory(pupil=child, audience=Audience.SCHOOL, text="grandmother")
    EntryFactory.create_batch(15, text="grandmother")
    user = UserFactory(role="school_staff", school=child.school)
    with django_assert_max_num_queries(12):
        assert len(found(user, "grandmother")) == 1


def test_days_narrow_what_is_found(officer: Any) -> None:
    EntryFactory(text="grandmother", at=at())
    assert found(officer, "grandmother", first=at().date(), last=at().date())
    assert not found(officer, "grandmother", first=(at() + timedelta(days=1)).date())
