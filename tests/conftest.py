"""What every test shares: both databases open, and audit triggers that let a flush through."""

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

_TRANSACTIONAL = {"transactional_db", "live_server", "django_db_reset_sequences"}
_DATABASE = {"db", "client", "admin_client", *_TRANSACTIONAL}


#: what is the same on both databases, or is asked of PostgreSQL by itself: ``make test-crashes test-postgres-pages``
_ON_SQLITE = ("browser", "city", "crashes", "roles")
#: what PostgreSQL minds more: values that its types do not hold
_ON_POSTGRESQL = ("hostile",)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[Any]:
    """Open every configured database to each test that opens one; start the long files first.

    What one database is asked is not asked of the other, unless ``-m`` asks for it.
    """
    if not config.option.markexpr:
        on_postgresql = os.environ.get("MAINSTAY_TEST_DATABASE") == "postgres"
        elsewhere = _ON_SQLITE if on_postgresql else _ON_POSTGRESQL
        once = [item for item in items if any(map(item.get_closest_marker, elsewhere))]
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if item not in once]
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        marker = item.get_closest_marker("django_db")
        if marker is None and not used & _DATABASE:
            continue
        options = {"databases": "__all__", **(marker.kwargs if marker else {})}
        if used & _TRANSACTIONAL:
            options["transaction"] = True
        item.add_marker(pytest.mark.django_db(**options), append=False)
    result = yield
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    return result


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[Any]:
    """``no_cover`` in a worker too: there two coverages run, and the second goes on when the first is paused."""
    tracer = sys.gettrace()
    if item.get_closest_marker("no_cover"):
        sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[Any]:
    """SQLite empties tables row by row after a test that commits: the audit guard steps aside for that."""
    marker = item.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        return (yield)
    from pytest_django.plugin import blocking_manager_key

    from mainstay.service.common.audit import guard

    blocker = item.config.stash[blocking_manager_key]
    with blocker.unblock():
        guard.remove()
    result = yield
    with blocker.unblock():
        guard.after_migrate("default")  # nothing is left to guard once the last test took the tables away
    return result


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Rate limits and other counters start at nothing in each test."""
    from django.core.cache import cache

    cache.clear()
    yield
