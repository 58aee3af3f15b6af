"""The stories of the made-up city, told of a few pupils."""

import pytest
from tests.factories import PupilFactory, UserFactory
from tests.factories_attendance import a_school, at

from mainstay.service.missing.demo import children
from mainstay.service.missing.models import HandOver, MissingChild

pytestmark = pytest.mark.django_db


def test_a_child_stands_at_every_stage() -> None:
    school = a_school()
    for _ in range(14):
        PupilFactory(school=school)
    users = {
        "cme": UserFactory(role="cme_officer"),
        "officer": UserFactory(role="ewo"),
        "school": UserFactory(role="school_staff", school=school),
    }
    children.tell(children.Cast(users, at()))
    stages = set(MissingChild.objects.order_by().values_list("state", flat=True))
    assert stages == set(MissingChild.State.values)
    assert set(HandOver.objects.order_by().values_list("state", flat=True)) == {"offered", "returned"}
