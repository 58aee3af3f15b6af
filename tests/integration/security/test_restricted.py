"""A restricted record is not found by guessing, and not given away by its family."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import (
    AddressFactory,
    ParentFactory,
    ParenthoodFactory,
    PupilFactory,
    SchoolFactory,
    UserFactory,
)

from mainstay.service.accounts.models import User
from mainstay.service.common import search
from mainstay.service.directory import searching
from mainstay.service.directory.models import Pupil

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def officer() -> User:
    return UserFactory(role="ewo")


@pytest.fixture
def hidden() -> Pupil:
    pupil = PupilFactory(surname="Quenby", forename="Zora", restricted=True)
    searching.write_pupils([pupil.pk])
    return pupil


@pytest.mark.parametrize("words", ["qu", "quenby", "zora", "quenb zor", "quenbi zora", "zora q"])
def test_a_restricted_name_is_not_found_by_parts_or_likeness(
    officer: User, hidden: Pupil, words: str
) -> None:
    assert search.find(officer, words) == []


@pytest.mark.parametrize("words", ["Zora Quenby", "quenby zora", "UPN"])
def test_a_restricted_record_is_found_by_the_whole_name_or_the_number(
    officer: User, hidden: Pupil, words: str
) -> None:
    (hit,) = search.find(officer, hidden.upn if words == "UPN" else words)
    assert (hit.object_id, hit.title) == (hidden.pk, "ZQ")


def test_a_parent_found_does_not_tell_the_school_of_a_restricted_child(officer: User, hidden: Pupil) -> None:
    sibling = PupilFactory(school=SchoolFactory(name="Open Primary"))
    parent = ParentFactory(of=sibling, surname="Ashgrove")
    ParenthoodFactory(parent=parent, pupil=hidden)
    searching.write_parents([parent.pk])
    (hit,) = search.find(officer, "ashgrove")
    assert hit.detail == "child at Open Primary"


def test_a_school_is_not_told_at_which_other_schools_a_parents_children_are() -> None:
    one, two = (PupilFactory(school=SchoolFactory(name=f"{name} Primary")) for name in ("First", "Second"))
    parent = ParentFactory(of=one, surname="Ashgrove")
    ParenthoodFactory(parent=parent, pupil=two)
    searching.write_parents([parent.pk])
    (hit,) = search.find(UserFactory(role="school_staff", school=one.school), "ashgrove")
    assert "Second" not in hit.detail


def test_the_confidential_home_of_a_restricted_child_is_not_read_on_the_page_of_the_parent(
    client: Client, officer: User, hidden: Pupil
) -> None:
    parent = ParentFactory(of=PupilFactory(), surname="Ashgrove", phone="01632 960777")
    ParenthoodFactory(parent=parent, pupil=hidden)
    AddressFactory(parent=parent, lines="7 Hidden Lane", confidential=True)
    client.force_login(officer)
    page = client.get(reverse("parent", args=[parent.pk])).content.decode()
    assert "7 Hidden Lane" not in page and "Quenby" not in page


def test_the_confidential_home_of_a_restricted_child_is_not_read_on_the_page_of_a_sibling(
    client: Client, officer: User, hidden: Pupil
) -> None:
    sibling = PupilFactory()
    parent = ParentFactory(of=sibling, surname="Ashgrove")
    ParenthoodFactory(parent=parent, pupil=hidden)
    AddressFactory(parent=parent, lines="7 Hidden Lane", confidential=True)
    client.force_login(officer)
    page = client.get(reverse("pupil_people", args=[sibling.pk])).content.decode()
    assert "7 Hidden Lane" not in page and "Quenby" not in page
