"""The made-up city's child employment: a row in every state, by the room's own actions."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.factories import LinkOfficerFactory, PupilFactory, SecondaryFactory, UserFactory
from tests.factories_employment import officer

from mainstay.service.employment.demo import telling
from mainstay.service.employment.models import (
    Approval,
    Chaperone,
    Handover,
    Inspection,
    Licence,
    Permit,
    Report,
)

pytestmark = pytest.mark.django_db


def test_the_stories_have_rows_in_every_state(monkeypatch):
    school = SecondaryFactory()
    LinkOfficerFactory(school=school)
    user = UserFactory(role="school_staff", school=school)
    today = timezone.localdate()
    born = date(today.year - 15, 3, 1) if today.month > 6 else date(today.year - 14, 1, 1)
    children = [PupilFactory(school=school, date_of_birth=born + timedelta(days=n)) for n in range(17)]
    monkeypatch.setattr(telling, "_children", lambda *_: children)
    telling.tell(officer(), user, timezone.now(), today)
    assert Counter(Permit.objects.values_list("state", flat=True)) == {
        "received": 3,
        "granted": 2,
        "refused": 1,
        "revoked": 1,
    }
    assert Counter(Licence.objects.values_list("state", flat=True)) == {
        "received": 3,
        "granted": 1,
        "refused": 1,
    }
    assert set(Report.objects.values_list("state", flat=True)) == {"received", "triaged", "visited", "closed"}
    assert Approval.objects.count() == 2 and Chaperone.objects.count() == 3
    assert Handover.objects.count() == 1 and Inspection.objects.count() == 3
