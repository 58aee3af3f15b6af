"""The search box finds people by sound, date of birth, address and old numbers, and gives nobody restricted away."""

from datetime import date
from typing import Any

import pytest
from tests.factories import AddressFactory, ParentFactory, PupilFactory, SchoolFactory, UserFactory
from tests.factories_cases import a_case
from tests.factories_penalties import a_notice

from mainstay.service.common import search
from mainstay.service.common.search.asked import read
from mainstay.service.common.search.sounds import sound
from mainstay.service.directory import searching
from mainstay.service.directory.models import FormerUpn, Pupil

pytestmark = pytest.mark.django_db


def put(**given: Any) -> Pupil:
    pupil = PupilFactory(**given)
    searching.write_pupils([pupil.pk])
    return pupil


def found(words: str, user: Any = None) -> list[tuple[str, int]]:
    return [(hit.kind, hit.object_id) for hit in search.find(user or UserFactory(role="ewo"), words)]


@pytest.mark.parametrize(
    "alike",
    ["catherine kathryn", "sean shaun shawn", "siobhan shivaun", "stephen steven", "lee leigh", "wright right",
     "mohammed muhammad mohamad", "geoffrey jeffrey", "szymon shimon", "philip filip", "smith smyth"],
)  # fmt: skip
def test_names_that_are_said_alike_have_one_key(alike: str) -> None:
    assert len({sound(name) for name in alike.split()}) == 1


@pytest.mark.parametrize(
    "different", ["lee lou", "smith schmidt smart", "okafor okonkwo", "niamh noah", "ada ali"]
)
def test_names_that_are_not_said_alike_have_different_keys(different: str) -> None:
    names = different.split()
    assert len({sound(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "born", "tokens"),
    [
        ("14/3/2012", date(2012, 3, 14), []),
        ("14.03.12", date(2012, 3, 14), []),
        ("ada 14 March 2012", date(2012, 3, 14), ["ada"]),
        ("14th Mar 2012 fenwick", date(2012, 3, 14), ["fenwick"]),
        ("2012-03-14", date(2012, 3, 14), []),
        ("1/2/99", date(1999, 2, 1), []),
        ("31/2/2012", None, ["31", "2", "2012"]),
        ("852/9001", None, ["852", "9001"]),
        ("3 May Road", None, ["3", "may", "road"]),
    ],
)
def test_a_date_of_birth_is_read_as_people_write_it(text: str, born: date | None, tokens: list[str]) -> None:
    asked = read(text, date(2026, 11, 23))
    assert (asked.born, asked.tokens) == (born, tokens)


def test_a_name_is_found_by_how_it_sounds_and_says_so() -> None:
    pupil = put(surname="O’Brien", forename="Siobhán")
    hits = search.find(UserFactory(role="ewo"), "shivaun obrien")
    assert [(hit.object_id, hit.close) for hit in hits] == [(pupil.pk, True)]


@pytest.mark.parametrize("words", ["14/3/2012", "14 March 2012", "fenw 14/3/2012", "fennick 14/3/2012"])
def test_a_child_is_found_by_date_of_birth_alone_or_with_a_name(words: str) -> None:
    pupil = put(surname="Fenwick", date_of_birth=date(2012, 3, 14))
    put(surname="Fenwick", date_of_birth=date(2013, 3, 14))
    assert found(words) == [("pupil", pupil.pk)]


@pytest.mark.parametrize(
    "words", ["12 Beech Road", "beech road", "SO99 1AB", "so991ab", "12 beech road so99 1ab"]
)
def test_who_lives_at_an_address_is_found(words: str) -> None:
    pupil, other = put(), put()
    parent = ParentFactory(of=pupil)
    searching.write_parents([parent.pk])
    for of in ({"pupil": pupil}, {"parent": parent}):
        AddressFactory(**of, lines="Flat 2\n12 Beech Road\nInvented", postcode="SO99 1AB")
    AddressFactory(pupil=other, lines="14 Elm Road", postcode="SO99 1AC")
    assert sorted(found(words)) == [("parent", parent.pk), ("pupil", pupil.pk)]


def test_another_house_of_the_street_is_not_found() -> None:
    AddressFactory(pupil=put(), lines="12 Beech Road")
    assert found("1 Beech Road") == [] and found("112 beech road") == []


def test_a_restricted_child_is_found_by_no_date_address_or_sound() -> None:
    pupil = put(surname="Quenby", forename="Zora", restricted=True, date_of_birth=date(2012, 3, 14))
    parent = ParentFactory(of=pupil, surname="Ashgrove")
    searching.write_parents([parent.pk])
    for of in ({"pupil": pupil}, {"parent": parent}):
        AddressFactory(**of, lines="12 Beech Road", postcode="SO99 1AB")
    for words in ("14/3/2012", "zora 14/3/2012", "12 beech road", "SO99 1AB", "kwenby zorra"):
        assert found(words) == [], words
    assert found("zora quenby") == [("pupil", pupil.pk)]


def test_a_confidential_address_finds_nobody() -> None:
    AddressFactory(pupil=put(), lines="12 Beech Road", confidential=True)
    assert found("12 beech road") == []


def test_a_school_finds_by_address_those_on_its_roll_alone() -> None:
    school = SchoolFactory()
    user = UserFactory(role="school_staff", school=school)
    here, left = put(school=school), put(school=school)
    Pupil.objects.filter(pk=left.pk).update(school=None)
    searching.write_pupils([left.pk])
    for pupil in (here, left):
        AddressFactory(pupil=pupil, lines="12 Beech Road")
    assert found("12 beech road", user) == [("pupil", here.pk)]


def test_an_old_upn_still_finds_the_child() -> None:
    pupil = PupilFactory()
    FormerUpn.objects.create(pupil=pupil, upn="B852999924009")
    searching.write_pupils([pupil.pk])
    assert found("B852999924009") == [("pupil", pupil.pk)]


def test_numbers_of_cases_and_notices_find_them_however_they_are_typed() -> None:
    case, notice = a_case(), a_notice()
    figures = str(case.pk)
    for typed in (case.number, case.number.lower().replace("-", " "), f"ew{figures}"):
        assert found(typed) == [("case", case.pk)]
    assert found(str(notice.number).lower().replace("-", "")) == [("notice", notice.pk)]


def test_a_number_is_not_told_to_whom_it_is_not_shown() -> None:
    case, notice = a_case(), a_notice()
    stranger = UserFactory(role="school_staff", school=SchoolFactory())
    assert found(case.number, stranger) == [] and found(str(notice.number), stranger) == []
    assert found(str(notice.number), UserFactory(role="cme_officer")) == []


def test_a_search_asks_little_however_much_is_found(django_assert_max_num_queries: Any) -> None:
    school, user = SchoolFactory(), UserFactory(role="ewo")
    pupils = [PupilFactory(school=school, surname="Fenwick", forename=f"Ada{n}") for n in range(30)]
    searching.write_pupils([pupil.pk for pupil in pupils])
    assert user.permissions is not None
    for words in ("fenwick", "fennick ada1", "12 beech road so99 1ab", "14/3/2012 fenwick"):
        with django_assert_max_num_queries(14):
            search.find(user, words)
