"""Leaflets: what is in force, what was given to whom, and what is asked of them elsewhere."""

from datetime import date
from typing import Any

import pytest
from tests.factories import ParentFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, at, later
from tests.factories_cases import a_case

from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import leaflets
from mainstay.service.documents.models import Leaflet, LeafletGiven
from mainstay.service.record.models import Entry

pytestmark = pytest.mark.django_db


def the(subject: str = "rights", language: str = "en", day: date = TODAY) -> Leaflet:
    return Leaflet.objects.in_force(day).get(subject=subject, language=language)


def changed(**given: Any) -> Leaflet:
    said = {
        "subject": "rights", "language": "en", "title": "Your rights", "text": "New words.", "since": TODAY,
        "reason": "Plainer", "by": UserFactory(role="service_manager"), "at": at(),
    }  # fmt: skip
    return leaflets.change(**{**said, **given})


def test_leaflets_in_three_languages_are_shipped_and_only_english_counts_as_confirmed() -> None:
    found = Leaflet.objects.in_force(TODAY)
    assert {(one.subject, one.language) for one in found} == {
        (subject, language) for subject in leaflets.SUBJECTS for language in ("en", "pl", "ro")
    }
    assert {one.language for one in found if leaflets.confirmed(one)} == {"en"}


def test_a_councils_own_words_are_in_force_from_their_day_and_are_not_shipped_over() -> None:
    own = changed(since=later(7).date())
    leaflets.ship()
    assert the().version == 1 and the(day=later(7).date()) == own


@pytest.mark.parametrize("language", ["en", "pl", "ro"])
def test_every_shipped_leaflet_can_be_printed(language: str) -> None:
    for subject in leaflets.SUBJECTS:
        assert leaflets.pdf(the(subject, language)).startswith(b"%PDF")


def test_what_was_given_is_found_by_what_it_was_given_with() -> None:
    child = a_child()
    mother, father = ParentFactory(of=child), ParentFactory(of=child)
    case, by = a_case(child), UserFactory(role="ewo")
    leaflets.give_leaflet(
        leaflet=the(), pupil=child, to=mother, how="hand", given_on=TODAY, by=by, at=at(), about=case
    )
    assert leaflets.leaflets_given(case, to=mother, subject="rights").exists()
    assert not leaflets.leaflets_given(case, to=father).exists()
    assert not leaflets.leaflets_given(case, to=mother, subject="process").exists()
    assert leaflets.leaflets_given(child).count() == 1
    assert "version 1" in Entry.objects.get(kind="leaflet").text


def test_a_school_records_what_it_gave_and_reads_that_alone() -> None:
    child, officer = a_child(), UserFactory(role="ewo")
    school = UserFactory(role="school_staff", school=child.school)
    said = {"pupil": child, "to": None, "how": "hand", "given_on": TODAY, "at": at()}
    ours = leaflets.give_leaflet(leaflet=the("pupil"), by=school, **said)
    theirs = leaflets.give_leaflet(leaflet=the("rights"), by=officer, **said)
    assert list(LeafletGiven.objects.visible_to(school)) == [ours]
    assert set(LeafletGiven.objects.visible_to(officer)) == {ours, theirs}
    assert not LeafletGiven.objects.visible_to(
        UserFactory(role="head_teacher", school=a_child().school)
    ).exists()
    assert set(Entry.objects.filter(kind="leaflet").values_list("audience", flat=True)) == {
        "school",
        "service",
    }
    with pytest.raises(StepRefused, match="cannot open"):
        leaflets.give_leaflet(
            leaflet=the("pupil"), by=UserFactory(role="school_staff", school=a_child().school), **said
        )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"given_on": date(2030, 1, 1)}, "future"),
        ({"how": "owl"}, "how it was given"),
        ({"to": "stranger"}, "no parent or carer"),
        ({"by": "legal_coordinator"}, "Your role"),
    ],
)
def test_what_cannot_have_been_given_is_refused(given: dict[str, Any], said: str) -> None:
    child = a_child()
    if "to" in given:
        given = {"to": ParentFactory()}
    if "by" in given:
        given = {"by": UserFactory(role=given["by"], school=child.school)}
    right = {
        "leaflet": the(), "pupil": child, "to": None, "how": "hand", "given_on": TODAY,
        "by": UserFactory(role="ewo"), "at": at(),
    }  # fmt: skip
    with pytest.raises(StepRefused, match=said):
        leaflets.give_leaflet(**{**right, **given})
    assert not LeafletGiven.objects.exists() and not Entry.objects.filter(kind="leaflet").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [({"text": ""}, "either its words"), ({"since": date(2026, 1, 1)}, "past"), ({"reason": " "}, "why")],
)
def test_a_version_that_says_too_little_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(StepRefused, match=said):
        changed(**given)
