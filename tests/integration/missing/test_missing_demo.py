"""The stories of the made-up city, told of a few pupils."""

import pytest
from tests.factories import PupilFactory, UserFactory
from tests.factories_attendance import a_school, at

from mainstay.service.missing.actions import rolls
from mainstay.service.missing.demo import children, shown
from mainstay.service.missing.models import HandOver, MissingChild, RollDecision

pytestmark = pytest.mark.django_db


def test_a_child_stands_at_every_stage() -> None:
    school = a_school()
    for _ in range(16):
        PupilFactory(school=school)
    users = {
        "cme": UserFactory(role="cme_officer"),
        "officer": UserFactory(role="ewo"),
        "school": UserFactory(role="school_staff", school=school),
        "principal": UserFactory(role="head_teacher", school=school),
    }
    children.tell(children.Cast(users, at()))
    stages = set(MissingChild.objects.order_by().values_list("state", flat=True))
    assert stages == set(MissingChild.State.values)
    assert set(HandOver.objects.order_by().values_list("state", flat=True)) == {"offered", "returned"}
    half, both = RollDecision.objects.order_by("pk")
    assert (half.outcome, half.head_signed_at is not None, half.council_signed_at) == ("", True, None)
    assert both.outcome == "delete"
    assert [name.split(", ")[-1] for name, _ in shown.children()] == [half.child.number, both.child.number]
    gone = MissingChild.objects.exclude(pupil=None).exclude(school=None)
    assert not any(rolls.disagrees(one, at().date()) for one in gone), "the register shows nobody who is gone"
