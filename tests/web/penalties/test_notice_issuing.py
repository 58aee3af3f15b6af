"""Issuing approved notices: the list with its ticks, the batch under way, and what became of each."""

import pytest
from tests.factories_attendance import at
from tests.factories_penalties import a_notice
from tests.web.attendance.helpers import sign_in, text_of
from tests.web.penalties.notices import many, numbers

from mainstay.service.common.jobs.models import Job
from mainstay.service.common.jobs.queue import run, run_waiting
from mainstay.service.penalties.models import Notice

pytestmark = pytest.mark.django_db
PAGE = "/notices/issue/"


def test_what_waits_stands_there_with_its_day_its_price_and_its_light() -> None:
    ready, stale = a_notice("approved"), a_notice("approved")
    stale.parent.addresses.all().delete()
    a_notice("proposed")
    client, _ = sign_in("business_support")
    said = text_of(client.get(PAGE))
    assert "2 notices" in said and "Monday 23 November 2026" in said and "First class post" in said
    assert f'name="notice" value="{ready.pk}"' in said
    assert "£80" in said and "Ready" in said and "No full address" in said


def test_ticked_notices_are_issued_by_the_worker_and_the_page_tells_their_numbers() -> None:
    one, two, stale = (a_notice("approved") for _ in range(3))
    stale.parent.addresses.all().delete()
    client, _ = sign_in("business_support")
    answer = client.post(PAGE, {"notice": [one.pk, stale.pk], "action": "ticked"})
    job = Job.objects.get(kind="penalties.issue")
    assert answer["Location"] == f"{PAGE}{job.pk}/"
    waiting = text_of(client.get(answer["Location"]))
    assert "Issuing the notices" in waiting and 'http-equiv="refresh"' in waiting
    run(job, at())
    page = client.get(answer["Location"])
    one.refresh_from_db()
    assert numbers(page) == [one.number]
    said = text_of(page)
    assert "No full address" in said and f"Print run {job.payload['run']}" in said
    assert Notice.objects.get(pk=two.pk).state == "approved"
    assert "When last tried: No full address" in text_of(client.get(PAGE))


def test_everything_that_waits_can_be_issued_where_it_is_more_than_a_page() -> None:
    like = a_notice("approved")
    many(52, like)
    client, _ = sign_in("service_manager")
    assert "Issue all 53 that wait" in text_of(client.get(PAGE))
    client.post(PAGE, {"action": "all"})
    assert len(Job.objects.get(kind="penalties.issue").payload["notices"]) == 53


@pytest.mark.parametrize("ticked", [[], ["x"], ["-1"], [str(2**70)]])
def test_without_a_tick_the_page_says_what_to_do(ticked: list[str]) -> None:
    a_notice("approved")
    client, _ = sign_in("business_support")
    answer = client.post(PAGE, {"notice": ticked, "action": "ticked"})
    assert answer.status_code == 400
    assert "Tick at least one notice that waits to be issued." in text_of(answer)
    assert not Job.objects.exists()


def test_progress_is_asked_for_as_json() -> None:
    notice = a_notice("approved")
    client, _ = sign_in("business_support")
    where = client.post(PAGE, {"notice": notice.pk})["Location"]
    asked = client.get(where, headers={"Accept": "application/json"}).json()
    assert asked == {"done": 0, "total": 1, "text": "0 of 1", "finished": False, "href": where}
    run_waiting()
    assert client.get(where, headers={"Accept": "application/json"}).json()["finished"] is True


def test_a_second_batch_of_the_same_notices_says_that_somebody_was_first() -> None:
    notice = a_notice("approved")
    client, _ = sign_in("business_support")
    first = client.post(PAGE, {"notice": notice.pk})["Location"]
    second = client.post(PAGE, {"notice": notice.pk})["Location"]
    run_waiting()
    notice.refresh_from_db()
    assert numbers(client.get(first)) == [notice.number]
    assert "Somebody else has dealt with it: issued, to be paid." in text_of(client.get(second))


def test_another_kind_of_work_is_no_batch() -> None:
    client, _ = sign_in("business_support")
    job = Job.objects.create(kind="attendance.read_import", made_at=at(), not_before=at())
    assert client.get(f"{PAGE}{job.pk}/").status_code == 404


def test_a_restricted_child_is_not_named_and_opened_before_it_is_issued() -> None:
    notice = a_notice("approved")
    notice.pupil.restricted = True
    notice.pupil.save()
    client, _ = sign_in("business_support")
    said = text_of(client.get(PAGE))
    assert "Open this restricted record first." in said
    assert notice.pupil.surname not in said and notice.parent.surname not in said


def test_an_empty_list_says_what_would_be_there() -> None:
    client, _ = sign_in("business_support")
    assert "No notice waits to be issued" in text_of(client.get(PAGE))


def test_fifty_notices_cost_no_more_queries_than_one(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    like = a_notice("approved")
    client, _ = sign_in("business_support")
    client.get(PAGE)
    with django_assert_max_num_queries(20) as few:
        client.get(PAGE)
    many(49, like)
    with django_assert_max_num_queries(len(few.captured_queries) + 2):
        client.get(PAGE)
