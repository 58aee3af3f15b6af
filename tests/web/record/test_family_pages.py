"""Changing what is known of a family: who may, what is kept of it, and who does not get to read it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import AddressFactory, ParentFactory, PupilFactory, SchoolFactory, UserFactory

from mainstay.service.common.models import AuditRow, SearchEntry
from mainstay.service.directory.models import Address, Parent, Parenthood, Pupil
from mainstay.service.record.models import Entry

pytestmark = pytest.mark.django_db


def signed_in(role: str = "ewo", **post: Any) -> Client:
    client = Client()
    client.force_login(UserFactory(role=role, **post))
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def said(**changed: str) -> dict[str, str]:
    facts = {
        "title": "Mrs", "forename": "Grace", "surname": "Fenwick", "phone": "01632 960001", "relationship": "Mother",
        "basis": "natural", "basis_evidence": "Birth certificate seen", "parental_responsibility": "yes",
        "lives_with": "", "contact_allowed": "yes", "language": "Polish", "interpreter": "on",
        "safe_contact": "By telephone only", "source": "Mother, by telephone",
    }  # fmt: skip
    return facts | changed


@pytest.fixture
def pupil() -> Pupil:
    return PupilFactory(school=SchoolFactory(years=()))


def test_letters_in_large_print_are_asked_for_and_shown_among_the_people(pupil: Pupil) -> None:
    parent = ParentFactory(of=pupil)
    address = reverse("pupil_parent_edit", args=[pupil.pk, parent.pk])
    client = signed_in()
    assert "Letters in large print" in text(client.get(address))
    answer = client.post(address, said(large_print="on"), follow=True)
    parent.refresh_from_db()
    assert parent.large_print
    assert re.search(r"Letters in large print</dt>\s*<dd[^>]*>Yes</dd>", text(answer))


def test_a_parents_facts_are_changed_with_their_source_and_the_old_values_in_the_audit(pupil: Pupil) -> None:
    parent, sibling = ParentFactory(of=pupil, surname="Fenwick", phone="01632 960009"), PupilFactory()
    Parenthood.objects.create(pupil=sibling, parent=parent, basis="natural")
    address = reverse("pupil_parent_edit", args=[pupil.pk, parent.pk])
    answer = signed_in().post(address, said(contact_allowed="no"), follow=True)
    assert "Not allowed: do not contact" in text(answer)
    parent.refresh_from_db()
    tie = Parenthood.objects.get(pupil=pupil)
    assert (parent.language, parent.interpreter, parent.safe_contact) == ("Polish", True, "By telephone only")
    assert (tie.contact_allowed, tie.lives_with, tie.basis_evidence) == (
        False,
        None,
        "Birth certificate seen",
    )
    assert tie.source == f"Mother, by telephone, {timezone.localdate():%d/%m/%Y}"
    payload = AuditRow.objects.get(action="parent.edited").payload
    assert payload["changes"]["phone"] == ["01632 960009", "01632 960001"]
    assert payload["source"] == "Mother, by telephone"
    own, other = Entry.objects.get(pupil=pupil), Entry.objects.get(pupil=sibling)
    assert "telephone" in own.text and "Source: Mother" in own.text and "960001" not in own.text
    assert "contact is allowed" in own.text and "contact is allowed" not in other.text
    assert own.audience == other.audience == "service"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"source": ""}, "Say who told us"),
        ({"surname": ""}, "Enter surname"),
        ({"basis": "responsibility", "parental_responsibility": "no"}, "cannot be a parent in law"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    pupil: Pupil, wrong: dict[str, str], words: str
) -> None:
    parent = ParentFactory(of=pupil, language="Welsh")
    answer = signed_in().post(reverse("pupil_parent_edit", args=[pupil.pk, parent.pk]), said(**wrong))
    assert answer.status_code == 400
    assert words in text(answer) and "By telephone only" in text(answer)
    assert Parent.objects.get().language == "Welsh"


def test_a_parent_we_know_by_name_and_telephone_is_not_written_twice(pupil: Pupil) -> None:
    known = ParentFactory(of=PupilFactory(), forename="Grace", surname="Fenwick", phone="01632960001")
    client, address = signed_in(), reverse("pupil_parent_add", args=[pupil.pk])
    assert client.post(address, said()).status_code == 302
    assert Parenthood.objects.get(pupil=pupil).parent == known
    assert "has that parent or carer already" in text(client.post(address, said()))
    assert client.post(address, said(forename="Ken", phone="")).status_code == 302
    assert sorted(Parent.objects.values_list("forename", flat=True)) == ["Grace", "Ken"]


def test_a_new_address_ends_the_old_one_and_a_confidential_one_is_hidden_from_schools(pupil: Pupil) -> None:
    parent = ParentFactory(of=pupil)
    old = AddressFactory(parent=parent, lines="1 Old Road", since=date(2020, 1, 1))
    today = timezone.localdate()
    typed = {"lines": "7 Hidden Lane", "postcode": "so99  9zz", "confidential": "on", "source": "Mother"}
    address = reverse("pupil_parent_home", args=[pupil.pk, parent.pk])
    assert signed_in().post(address, typed).status_code == 302
    old.refresh_from_db()
    assert old.until == today - timedelta(days=1)
    home = Address.objects.get(until=None)
    assert (home.lines, home.postcode, home.since, home.confidential) == (
        "7 Hidden Lane",
        "SO99 9ZZ",
        today,
        True,
    )
    staff = signed_in("school_staff", school=pupil.school)
    for name in ("pupil_people", "pupil_chronology"):
        assert "Hidden Lane" not in text(staff.get(reverse(name, args=[pupil.pk])))
    assert "An address was changed" not in text(staff.get(reverse("pupil_chronology", args=[pupil.pk])))
    assert "Hidden Lane" not in Entry.objects.get().text
    assert "Hidden Lane" not in text(signed_in().get(address))


def test_whether_an_address_is_confidential_is_changed_without_giving_it_again(pupil: Pupil) -> None:
    AddressFactory(pupil=pupil, lines="1 Old Road")
    typed = {"confidential": "on", "source": "Court order of 3 March"}
    assert signed_in().post(reverse("pupil_home", args=[pupil.pk]), typed).status_code == 302
    assert Address.objects.get().confidential
    assert AuditRow.objects.get(action="address.set").payload["changes"] == {"confidential": [False, True]}


def test_an_address_cannot_begin_before_the_present_one_did(pupil: Pupil) -> None:
    AddressFactory(pupil=pupil, since=date(2026, 3, 1))
    typed = {"lines": "2 New Road", "source": "Father"}
    typed |= {"since_day": "1", "since_month": "2", "since_year": "2026"}
    answer = signed_in().post(reverse("pupil_home", args=[pupil.pk]), typed)
    assert "began on that day or later" in text(answer)
    assert Address.objects.count() == 1


def test_a_record_is_restricted_and_the_restriction_lifted_with_reasons(pupil: Pupil) -> None:
    parent = ParentFactory(of=pupil)
    senior, address = signed_in("senior_ewo"), reverse("pupil_restrict", args=[pupil.pk])
    assert "at least a few words" in text(senior.post(address, {"reason": "because"}))
    assert senior.post(address, {"reason": "The family is hiding from a violent man"}).status_code == 302
    pupil.refresh_from_db()
    assert pupil.restricted
    assert SearchEntry.objects.get(kind="pupil", object_id=pupil.pk).title == pupil.initials
    assert "on no roll" in SearchEntry.objects.get(kind="parent", object_id=parent.pk).detail
    assert senior.get(address).url.startswith(reverse("pupil_open", args=[pupil.pk]))
    senior.post(reverse("pupil_open", args=[pupil.pk]), {"reason": "The danger is over, police said"})
    assert senior.post(address, {"reason": "The danger is over, police said"}).status_code == 302
    pupil.refresh_from_db()
    assert (pupil.restricted, pupil.restricted_reason) == (False, "")
    assert set(Entry.objects.values_list("kind", "audience")) == {("family", "service")}
    assert (
        AuditRow.objects.get(action="pupil.unrestricted").payload["before"].startswith("The family is hiding")
    )


@pytest.mark.parametrize("role", ["school_staff", "business_support", "legal_coordinator"])
def test_others_read_about_the_family_and_change_nothing(pupil: Pupil, role: str) -> None:
    parent = ParentFactory(of=pupil)
    client = signed_in(role, **({"school": pupil.school} if role == "school_staff" else {}))
    page = text(client.get(reverse("pupil_people", args=[pupil.pk])))
    assert "Add a parent" not in page and "new address" not in page and "Restrict" not in page
    assert client.post(reverse("pupil_parent_edit", args=[pupil.pk, parent.pk]), said()).status_code == 403


def test_a_restricted_record_has_to_be_opened_before_its_family_is_changed() -> None:
    pupil = PupilFactory(restricted=True)
    parent = ParentFactory(of=pupil, language="Welsh")
    answer = signed_in().post(reverse("pupil_parent_edit", args=[pupil.pk, parent.pk]), said())
    assert answer.url.startswith(reverse("pupil_open", args=[pupil.pk]))
    assert Parent.objects.get().language == "Welsh"


def test_a_parent_of_another_child_is_not_there(pupil: Pupil) -> None:
    stranger = ParentFactory(of=PupilFactory())
    for name in ("pupil_parent_edit", "pupil_parent_home"):
        assert signed_in().get(reverse(name, args=[pupil.pk, stranger.pk])).status_code == 404
