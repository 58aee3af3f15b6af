"""Where somebody stands after signing in again, and that nothing typed is in the address."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import PupilFactory, UserFactory
from tests.web.objects import make_objects

pytestmark = pytest.mark.django_db(databases="__all__")
HERE = "http://testserver"


def _next(client: Client, address: str, came_from: str = "") -> str:
    headers = {"Referer": came_from} if came_from else {}
    response = client.post(address, {"reasons": "typed"}, headers=headers)
    assert response.status_code == 302
    return str(response.url.partition("?next=")[2])


def test_who_sends_a_form_too_late_comes_back_to_its_page(client: Client) -> None:
    finding = make_objects().ids["finding"]
    page = reverse("finding", args=[finding])
    back = _next(client, reverse("finding_consider", args=[finding]), f"{HERE}{page}?kind=threshold")
    assert back == f"{page}%3Fkind%3Dthreshold"


def test_a_page_that_only_takes_what_is_sent_is_never_the_way_back(client: Client) -> None:
    finding = make_objects().ids["finding"]
    consider = reverse("finding_consider", args=[finding])
    assert _next(client, consider, HERE + consider) == reverse("finding", args=[finding])
    after = client.get(reverse("finding", args=[finding]))
    assert after.status_code == 302  # to sign in, not 405


def test_a_form_that_stands_on_its_own_page_is_the_way_back(client: Client) -> None:
    page = reverse("pupil_mark", args=[PupilFactory().pk])
    assert _next(client, page, f"{HERE}{page}?register=5") == f"{page}%3Fregister%3D5"


@pytest.mark.parametrize(
    "came_from", ["", "https://elsewhere.example/findings/", "//elsewhere.example/", HERE + "/no/such/page/"]
)
def test_who_came_from_elsewhere_comes_home(client: Client, came_from: str) -> None:
    finding = make_objects().ids["finding"]
    assert _next(client, reverse("finding_consider", args=[finding]), came_from) == reverse("home")


def test_words_searched_for_are_not_repeated_in_the_way_back(client: Client) -> None:
    response = client.get(reverse("pupils") + "?q=Hazelmere&page=2")
    assert response.url.endswith("?next=/pupils/%3Fpage%3D2")


def test_the_way_back_can_be_opened(client: Client) -> None:
    user = UserFactory(role="ewo")
    finding = make_objects().ids["finding"]
    back = _next(client, reverse("finding_consider", args=[finding]), HERE + reverse("findings"))
    client.force_login(user)
    assert client.get(back).status_code == 200
