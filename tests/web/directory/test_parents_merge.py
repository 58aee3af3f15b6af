"""The page that joins two records of one parent or carer."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import AddressFactory, ParentFactory, ParenthoodFactory, PupilFactory, UserFactory

from mainstay.service.directory.models import Address, Parent

pytestmark = pytest.mark.django_db


def signed_in(role: str = "senior_ewo", **given: Any) -> Client:
    client = Client()
    client.force_login(UserFactory(role=role, **given))
    return client


@pytest.fixture
def two() -> tuple[Parent, Parent]:
    return (
        ParentFactory(of=PupilFactory(), surname="Fenwick", phone="01632 960001"),
        ParentFactory(of=PupilFactory(), surname="Fenwick", phone="01632 960002"),
    )


def address(kept: Parent, other: Parent | None = None) -> str:
    return reverse("parents_merge", args=[kept.pk]) + (f"?other={other.pk}" if other else "")


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_parents_page_leads_to_the_records_that_look_alike(two: tuple[Parent, Parent]) -> None:
    kept, other = two
    client = signed_in()
    assert address(kept) in text(client.get(reverse("parent", args=[kept.pk])))
    shown = text(client.get(address(kept)))
    assert address(kept, other) in shown
    assert "The same name" in shown


def test_an_officer_who_may_not_join_sees_no_way_to_it(two: tuple[Parent, Parent]) -> None:
    kept, _ = two
    client = signed_in("ewo")
    assert address(kept) not in text(client.get(reverse("parent", args=[kept.pk])))
    assert client.get(address(kept)).status_code == 403


def test_both_stand_side_by_side_with_what_differs(two: tuple[Parent, Parent]) -> None:
    kept, other = two
    shown = text(signed_in().get(address(kept, other)))
    assert "01632 960001" in shown
    assert "01632 960002" in shown
    assert shown.count(">Differs</strong>") == 2  # the telephone and the children


def test_they_are_joined_with_reasons_and_the_old_address_leads_to_the_record_that_stays(
    two: tuple[Parent, Parent],
) -> None:
    kept, other = two
    client = signed_in()
    said = {"other": other.pk, "reasons": "Both showed the same passport."}
    response = client.post(address(kept), said, follow=True)
    assert response.redirect_chain == [(reverse("parent", args=[kept.pk]), 302)]
    other.refresh_from_db()
    assert other.merged_into == kept
    assert f"{kept.surname}" in text(client.get(reverse("parent", args=[other.pk])))
    assert client.get(address(kept, other)).status_code == 404


def test_without_reasons_nothing_is_joined_and_the_choice_of_address_is_kept(
    two: tuple[Parent, Parent],
) -> None:
    kept, other = two
    AddressFactory(parent=kept, lines="1 Old Road")
    AddressFactory(parent=other, lines="2 New Road")
    response = signed_in().post(address(kept), {"other": other.pk, "reasons": "", "home": "other"})
    assert response.status_code == 400
    assert "Say how you know" in text(response)
    assert re.search(r'<input[^>]*value="other"[^>]*checked', text(response))
    other.refresh_from_db()
    assert other.merged_into is None


def test_where_both_have_an_address_somebody_says_which_holds(two: tuple[Parent, Parent]) -> None:
    kept, other = two
    AddressFactory(parent=kept, lines="1 Old Road")
    AddressFactory(parent=other, lines="2 New Road")
    client = signed_in()
    said = {"other": other.pk, "reasons": "The same passport."}
    assert client.post(address(kept), said).status_code == 400
    assert client.post(address(kept), said | {"home": "other"}).status_code == 302
    assert [home.lines for home in Address.objects.filter(parent=kept, until=None)] == ["2 New Road"]


def test_a_record_out_of_view_is_not_there(two: tuple[Parent, Parent]) -> None:
    kept, _ = two
    hidden = ParentFactory(of=PupilFactory(restricted=True), surname="Fenwick")
    client = signed_in()
    assert client.get(address(kept, hidden)).status_code == 404
    assert f"other={hidden.pk}" not in text(client.get(address(kept)))
    assert client.get(address(kept) + "?other=99999999999999999999").status_code == 200  # no number at all


def test_a_confidential_address_of_a_restricted_childs_parent_stays_out(two: tuple[Parent, Parent]) -> None:
    kept, other = two
    ParenthoodFactory(parent=other, pupil=PupilFactory(restricted=True))
    AddressFactory(parent=other, lines="7 Hidden Street", confidential=True)
    shown = text(signed_in().get(address(kept, other)))
    assert "Hidden Street" not in shown
    assert "Confidential" in shown
