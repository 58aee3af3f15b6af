"""Everything the council sets stands in one list: no room's values are forgotten, each has an owner, a reason and a page."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from tests.factories import UserFactory
from tests.web.test_roles import tables

from mainstay.service.accounts.roles import PERMISSIONS
from mainstay.service.accounts.views.council import owners
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.council import council_values, kept_in, of_names
from mainstay.service.common.steps import StepRefused
from mainstay.service.court.values import set_value
from mainstay.service.missing import values as missing
from mainstay.service.record import retention
from mainstay.service.team import values as team
from mainstay.service.traded import values as traded

pytestmark = pytest.mark.django_db
#: of somebody or something, from a day on, but no value of the council
_NOT_VALUES: set[str] = set()


def holds_values(model: Any) -> bool:
    """Whether its rows look like values: a reason and who set them, from a day on or by number, about nobody."""
    fields = {field.name: field for field in model._meta.get_fields()}
    people = {"pupil", "parent", "case", "request", "notice", "order", "prosecution"}
    dated = "since" in fields or {"key", "number"} <= set(fields)
    return dated and bool({"reason", "because"} & set(fields)) and not people & set(fields)


def test_a_room_that_keeps_values_offers_them() -> None:
    found = {
        m._meta.label for m in apps.get_models() if m.__module__.startswith("mainstay.") and holds_values(m)
    }
    assert found - _NOT_VALUES == kept_in, (
        "offer them by common.council.offer in the room's apps.py, or name in _NOT_VALUES what is none"
    )
    assert {"penalties.CodeValue", "casework.Chair", "public.PublicText", "documents.Leaflet"} <= kept_in


def test_each_value_says_what_it_is_who_owns_it_why_it_is_so_and_where_it_is_changed() -> None:
    found = [value for given in council_values.ask(timezone.localdate()) for value in given]
    assert len(found) > 100
    pages = tables()
    for value in found:
        assert value.area and value.name and value.words and value.reason and value.depends, value
        assert not value.permission or value.permission in PERMISSIONS, value
        if value.href:
            name = resolve(value.href).url_name
            needed = value.see or value.permission
            assert pages[str(name)] in (needed, None), (value, name)
        else:
            assert not value.permission
    names = [(value.area, value.name) for value in found]
    assert len(names) == len(set(names))
    assert owners("edit_notice_code") == "Service manager"
    assert owners("") == "Whoever runs the service"


def test_values_by_name_of_every_room_are_read_in_one_query(django_assert_num_queries: Any) -> None:
    manager, today, now = UserFactory(role="service_manager"), timezone.localdate(), timezone.now()
    said = {"since": today, "reason": "Confirmed", "by": manager, "at": now}
    for days in (14, 21):
        traded.set_value(name="days_to_pay", value=days, **said)
    missing.set_value(name="area", value=["SO14", "SO15"], **said)
    team.set_value(name="survey_every_days", value=120, **said)
    with django_assert_num_queries(1):
        found = {(one.area, one.name): one for one in of_names(today)}
    assert {area for area, _ in found} >= {
        "Team",
        "Patrols",
        "Complaints",
        "Child employment",
        "Purchased work",
        "Court",
    }
    days_to_pay = found["Purchases", "Days a school has to pay an invoice"]
    assert (days_to_pay.words, days_to_pay.by, days_to_pay.since) == ("21", manager.name, today)
    area = found["Children missing education", "Beginnings of the area’s postcodes, one a line"]
    assert (area.words, area.reason, area.at) == ("SO14; SO15", "Confirmed", now)
    asked = found["Feedback", "Days before the same parent is asked again"]
    assert asked.words == "120" and "Who is asked" in asked.depends
    assert not {one for one in of_names(today - timedelta(days=1)) if one.since}


def test_the_list_shows_who_set_a_value_why_and_since_when_and_is_searched_and_exported() -> None:
    manager = UserFactory(role="service_manager", name="Mo Invented")
    today = timezone.localdate()
    set_value(
        name="hourly_rate", value=8_050, since=today, reason="Costs of 2026", by=manager, at=timezone.now()
    )
    client = Client()
    client.force_login(manager)
    page = client.get(reverse("council_values") + "?q=hourly+rate").content.decode()
    assert "£80.50" in page and "Mo Invented: Costs of 2026" in page and "1 value" in page
    assert reverse("court_value_set", args=["hourly_rate"]) in page
    assert "1 value" in client.get(reverse("council_values") + "?area=Court&state=set").content.decode()
    assert "No value matches" in client.get(reverse("council_values") + "?q=zzzz").content.decode()
    response = client.get(reverse("council_values_export", args=["csv"]) + "?area=Court&state=set")
    lines = b"".join(response.streaming_content).decode().strip().splitlines()
    assert len(lines) == 2 and "Service manager" in lines[1]
    client.force_login(UserFactory(role="information_governance"))
    page = client.get(reverse("council_values") + "?q=hourly+rate").content.decode()
    assert "£80.50" in page and reverse("court_value_set", args=["hourly_rate"]) not in page


def test_retention_is_shown_as_assumed_until_the_information_team_sets_it() -> None:
    keeper = UserFactory(role="information_governance")
    today, client = timezone.localdate(), Client()
    client.force_login(keeper)
    assert retention.ASSUMED in client.get(reverse("retention")).content.decode()
    address = reverse("retention_set", args=["patrols"])
    day = {"since_day": today.day, "since_month": today.month, "since_year": today.year}
    said = {"number": "60", "unit": "days", "age": "", "reason": "Our schedule", **day}
    response = client.post(address, {**said, "number": "0"})
    assert response.status_code == 400 and "Our schedule" in response.content.decode()
    assert client.post(address, said).status_code == 302
    assert "60 days after the patrol" in client.get(reverse("retention")).content.decode()
    assert "Our schedule" in client.get(address).content.decode()
    assert AuditRow.objects.filter(action="retention.set").count() == 1


@pytest.mark.parametrize(
    "said",
    [{"unit": "weeks"}, {"number": 0}, {"age": 101}, {"reason": " "}, {"name": "none"}, {"since": date(2020, 1, 1)}],
)  # fmt: skip
def test_a_period_that_cannot_be_is_refused(said: dict[str, Any]) -> None:
    keeper, now = UserFactory(role="information_governance"), timezone.now()
    given = {
        "name": "cases",
        "number": 6,
        "unit": "years",
        "age": 25,
        "since": timezone.localdate(),
        "reason": "r",
    }
    with pytest.raises(StepRefused):
        retention.set_period(**{**given, **said}, by=keeper, at=now)
    with pytest.raises(StepRefused):
        retention.set_period(**given, by=UserFactory(role="service_manager"), at=now)  # type: ignore[arg-type]
