"""Pages of patrols: the log on the street, the look-up that shows no more than it must, the school's answer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import PupilFactory, UserFactory
from tests.factories_patrols import AT, a_direction, a_patrol, a_place, meets

from mainstay.service.common.ui.filters import date_time
from mainstay.service.patrols.actions import following, planning
from mainstay.service.patrols.models import Encounter
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def manager():
    return UserFactory(role="service_manager")


@pytest.fixture
def child():
    return PupilFactory(surname="Quillfeather", forename="Ada", upn="A852999924001")


@pytest.fixture
def patrol(manager):
    """One that is out now."""
    now = timezone.now()
    direction = a_direction(manager, starts=now, given_on=timezone.localdate())
    one = a_patrol(manager, direction=direction, place=a_place(manager))
    return planning.take(patrol_id=one.pk, step="start", by=manager, at=now)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_plan_is_changed_on_its_page(manager):
    morning = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    direction = a_direction(manager, starts=morning, given_on=timezone.localdate())
    one = a_patrol(manager, direction=direction, place=a_place(manager))
    client, page = signed_in(manager), reverse("patrol_change", args=[one.pk])
    assert f'href="{page}"' in client.get(reverse("patrol", args=[one.pk])).content.decode()
    assert "Went out" not in client.get(reverse("patrol", args=[one.pk])).content.decode()
    html = client.get(page).content.decode()
    assert f"OPS-0001, {date_time(direction.starts)} to {date_time(direction.ends)}" in html
    assert 'value="High Street"' in html and 'value="PC 0001"' in html
    on = timezone.localtime(one.starts)
    said = {
        "direction": direction.pk, "place": one.place_id, "area": "The parks", "begins": f"{on:%H:%M}", "lead": manager.pk,
        "ends": f"{timezone.localtime(one.ends):%H:%M}", "police": "PC 0002", "on_day": on.day, "on_month": on.month,
        "on_year": on.year,
    }  # fmt: skip
    refused = client.post(page, {**said, "police": ""})
    assert refused.status_code == 400 and 'value="The parks"' in refused.content.decode()
    assert client.post(page, said).url == reverse("patrol", args=[one.pk])
    one.refresh_from_db()
    assert (one.area, one.police) == ("The parks", "PC 0002")
    assert signed_in(UserFactory(role="ewo")).post(page, said).status_code == 403


def test_from_the_street_to_the_follow_up(patrol, child):
    officer = UserFactory(role="ewo")
    client, head = signed_in(officer), signed_in(UserFactory(role="head_teacher", school=child.school))
    said = {
        "where": "Bus station", "hour": f"{timezone.localtime(patrol.starts):%H:%M}", "with_parent": "no", "status": "registered",
        "forename": "Ada", "surname": "Quillfeather", "school": child.school_id,
    }  # fmt: skip
    patrol.direction.starts -= timedelta(minutes=2)
    patrol.direction.save()
    response = client.post(reverse("patrol_meet", args=[patrol.pk]), said)
    met = Encounter.objects.get()
    assert response.url == reverse("patrol_encounter", args=[met.pk])
    born = child.date_of_birth
    names = {
        "forename": "Ada",
        "surname": "Quillfeather",
        "born_on_day": born.day,
        "born_on_month": born.month,
        "born_on_year": born.year,
    }
    body = client.post(reverse("patrol_look_up", args=[met.pk]), names).content.decode()
    assert child.school.name in body
    assert child.upn not in body
    assert RecordRead.objects.filter(pupil_id=child.pk, page="patrol look-up").count() == 1
    client.post(reverse("patrol_recognise", args=[met.pk, child.pk]))
    client.post(reverse("patrol_ask", args=[met.pk]))
    assert "Quillfeather" in head.get(reverse("patrol_asked")).content.decode()
    head.post(reverse("patrol_answer", args=[met.pk]), {"finding": "here"})
    assert "Look again who it was" in client.get(response.url).content.decode()
    client.post(reverse("patrol_recognise", args=[met.pk, child.pk]))
    head.post(reverse("patrol_answer", args=[met.pk]), {"finding": "without", "code": "O"})
    assert "Absent without leave: follow it up today" in client.get(response.url).content.decode()
    client.post(
        reverse("patrol_conclude", args=[met.pk]),
        {"outcome": "returned", "constable": "PC 1", "informed": "yes"},
    )
    client.post(reverse("patrol_follow", args=[met.pk]), {"text": "Spoke to the mother"})
    met.refresh_from_db()
    assert (met.finding, met.outcome, met.followed) == ("without", "returned", "Spoke to the mother")


def test_a_patrols_page_says_when_it_really_went_out(patrol, manager):
    assert "Went out" in signed_in(manager).get(reverse("patrol", args=[patrol.pk])).content.decode()


def test_the_police_open_patrol_pages_and_no_child(patrol, child, manager):
    met = meets(patrol, manager, at=patrol.starts)
    police = signed_in(UserFactory(role="police_liaison"))
    for name, args in (
        ("patrols", []),
        ("patrol", [patrol.pk]),
        ("patrol_encounter", [met.pk]),
        ("patrol_conclude", [met.pk]),
    ):
        assert police.get(reverse(name, args=args)).status_code == 200, name
    for name, args in (
        ("patrol_look_up", [met.pk]),
        ("patrol_figures", []),
        ("patrol_check", [met.pk]),
        ("pupil", [child.pk]),
    ):
        assert police.get(reverse(name, args=args)).status_code in (403, 404), name


def test_every_page_of_the_log_says_that_nobody_is_held(patrol, manager):
    met = meets(patrol, manager, at=patrol.starts)
    client = signed_in(manager)
    for name, pk in (
        ("patrol_meet", patrol.pk),
        ("patrol_encounter", met.pk),
        ("patrol_conclude", met.pk),
        ("patrol_identify", met.pk),
    ):
        assert (
            "Nobody of the service holds a child" in client.get(reverse(name, args=[pk])).content.decode()
        ), name


def test_lists_figures_and_files_name_nobody(patrol, child, manager):
    meets(patrol, manager, at=patrol.starts, surname="Quillfeather", school=child.school)
    client = signed_in(manager)
    for name, args in (
        ("patrols", []), ("patrol_figures", []), ("patrols_export", ["csv"]), ("patrol_figures_export", ["csv"]),
        ("patrol_authority", []), ("patrol_new", []),
    ):  # fmt: skip
        response = client.get(reverse(name, args=args))
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200
        assert b"Quillfeather" not in body, name


def test_single_encounters_are_a_file_only_where_they_tell_no_hidden_number(patrol, child, manager):
    client, file = signed_in(manager), reverse("patrol_lines_export", args=["csv"])
    for _ in range(4):
        meets(patrol, manager, at=patrol.starts, school=child.school)
    assert client.get(file).status_code == 302
    page = client.get(reverse("patrol_figures")).content.decode()
    assert file not in page and "No file of each encounter in this term" in page
    meets(patrol, manager, at=patrol.starts, school=child.school)
    assert file in client.get(reverse("patrol_figures")).content.decode()
    body = b"".join(client.get(file).streaming_content).decode()
    assert body.count("\n") == 6 and child.school.name not in body


def test_another_school_does_not_find_the_question(patrol, child, manager):
    met = meets(patrol, manager, at=patrol.starts, school=child.school)
    following.ask_school(encounter_id=met.pk, by=manager, at=AT)
    other = signed_in(UserFactory(role="school_staff", school=PupilFactory().school))
    assert other.get(reverse("patrol_answer", args=[met.pk])).status_code == 404
