"""Business support finds on its first page what waits to be printed and posted, and prints it."""

import pytest
from django.test import Client
from tests.factories import UserFactory
from tests.factories_attendance import later
from tests.factories_penalties import a_notice

from mainstay.service.documents.models import PrintRun, Service
from mainstay.service.penalties.actions import corresponding

pytestmark = pytest.mark.django_db


def test_letters_wait_on_the_first_page_until_they_are_in_a_run() -> None:
    support = UserFactory(role="business_support")
    client = Client()
    client.force_login(support)
    assert "No letter waits" in client.get("/").content.decode()
    corresponding.write(notice_id=a_notice().pk, letter="reminder", by=support, at=later(1))
    assert "1 letter to print" in client.get("/").content.decode()
    waiting = Service.objects.get(sent_on=None)
    assert waiting.addressee_name in client.get("/documents/to-post/").content.decode()
    assert client.post("/documents/runs/make/", {"letters": ["abc"]}).url == "/documents/to-post/"
    answer = client.post("/documents/runs/make/", {"letters": [waiting.pk]})
    run = PrintRun.objects.get(letters=1)
    assert answer.url == f"/documents/runs/{run.pk}/"
    page = client.get("/").content.decode()
    assert "1 print run without a day of posting" in page and "to print" not in page


def test_the_list_asks_no_query_for_each_letter(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    support = UserFactory(role="business_support")
    client = Client()
    client.force_login(support)
    for _ in range(4):
        corresponding.write(notice_id=a_notice().pk, letter="reminder", by=support, at=later(1))
    with django_assert_max_num_queries(16):
        client.get("/documents/to-post/")
