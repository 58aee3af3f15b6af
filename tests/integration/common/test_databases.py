"""The tests' own ground: both databases answer, and nothing of the developer's settings leaks in."""

import pytest
from django.conf import settings
from django.db import connections


@pytest.mark.django_db
def test_every_database_of_the_settings_is_open_to_a_test() -> None:
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("select 1")
            assert cursor.fetchone() == (1,)


def test_tests_write_into_a_folder_of_their_own() -> None:
    assert "mainstay-tests-" in str(settings.CONFIG.var)
