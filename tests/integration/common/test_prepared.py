"""Prepared queries: the statement that is kept is the queryset's, whoever asks and whenever."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from tests.factories import DeadlineFactory, UserFactory
from tests.factories_attendance import at
from tests.web.attendance.helpers import sign_in, truant

from mainstay.service.accounts.roles import Role
from mainstay.service.common.prepared import Prepared, Typed, prepared, today, worked_out
from mainstay.service.directory.models import Conflict
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db(databases="__all__")


def _ordinary(rows: QuerySet[Any]) -> tuple[str, list[Any]]:
    try:
        sql, params = rows.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return "", []
    return sql, list(params)


def test_every_first_page_and_a_childs_cases_ask_what_their_querysets_would(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As each role, for two people, one of them with a conflict, on two days."""
    pupil, asked, ask = truant(), set(), Prepared.__call__
    pages = (reverse("home"), reverse("my_work"), reverse("pupil_cases", args=[pupil.pk]))

    def compared(self: Prepared, *given: Any) -> list[Any]:
        assert self.statement(*given) == _ordinary(self.queryset(*given)), self.__qualname__  # type: ignore[attr-defined]
        asked.add(self.__qualname__)  # type: ignore[attr-defined]
        return ask(self, *given)

    monkeypatch.setattr(Prepared, "__call__", compared)
    for role in Role:
        for now, conflicted in ((at(hour=14), False), (at(date(2027, 2, 3), 9), True)):
            monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
            client, user = (
                sign_in(role, school=pupil.school) if "school" in role or "head" in role else sign_in(role)
            )
            if conflicted:
                Conflict.objects.create(
                    user=user, pupil=truant(), declared_by=user, declared_at=now, reason="kin"
                )
            for page in pages:
                assert client.get(page).status_code in (200, 302, 403)
    assert len(asked) > 15


@prepared
def _late(user: Any, day: date, kind: str) -> QuerySet[Deadline]:
    late = Deadline.objects.filter(owner=user, last_day__lt=day - timedelta(days=1), last_day__lte=today())
    return late.filter(trigger_on__gte=worked_out(_first_of_year, day), about_kind=kind)


def _first_of_year(day: date) -> date:
    return day.replace(month=1, day=1)


def test_rows_are_read_anew_with_the_values_of_the_moment() -> None:
    on, one, other = timezone.localdate(), UserFactory(role="ewo"), UserFactory(role="ewo")
    late = DeadlineFactory(owner=one, last_day=on - timedelta(days=2), trigger_on=on, about_kind="a")
    assert _late(one, on, "a") == [late] and _late(other, on, "a") == _late(one, on, "b") == []
    assert _late(one, on - timedelta(days=1), "a") == [] and len(_late._ready) == 2  # one for each kind
    assert (
        _late(one, on, Typed("a")) == [late] and _late(one, on, Typed("b")) == [] and len(_late._ready) == 3
    )
    Deadline.objects.update(owner=other)
    assert _late(one, on, "a") == [] and _late(other, on, "a") == [late]


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (lambda user, day: Deadline.objects.filter(last_day__lt=timezone.localdate()), ValueError),
        (lambda user, day: Deadline.objects.filter(last_day__lt=timezone.now()), ValueError),
        (lambda user, day: Deadline.objects.filter(pk__lt=1 if day > date(2026, 1, 1) else 2), TypeError),
        (lambda user, day: Deadline.objects.filter(label=user.name), AttributeError),
        (lambda user, day: Deadline.objects.filter(label=str(day.as_sql(None, None)[1][0])), TypeError),
        (lambda user, day: Deadline.objects.filter(pk__in=_late(user, day, "a")), RuntimeError),
    ],
)
def test_what_would_be_kept_wrongly_is_refused(build: Any, why: type[Exception]) -> None:
    with pytest.raises(why):
        Prepared(build)(UserFactory(role="ewo"), timezone.localdate())
    assert timezone.localdate() == today()
