import pytest
from tests.factories import UserFactory
from tests.factories_court import a_prosecution

from mainstay.service.court.models import Prosecution

pytestmark = pytest.mark.django_db


def test_the_service_sees_a_prosecution_and_schools_do_not() -> None:
    one = a_prosecution()
    assert one in Prosecution.objects.visible_to(UserFactory(role="legal_coordinator"))
    head = UserFactory(role="head_teacher", school=one.case.school)
    assert not Prosecution.objects.visible_to(head).exists()
