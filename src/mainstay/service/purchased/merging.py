"""When two records of a child become one, the purchased work of the second goes to the first; a leaver's work."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Count
from django.urls import reverse

from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import Pupil
from mainstay.service.purchased.models import Moving, Presence, Sampled, Slot, Work

_NAMED: Final = Work.pupils.through
#: a row of the second record that the first has too, by these fields, stays with the second, out of view
_ROWS: Final = (
    (_NAMED, ("work_id",)),
    (Slot, ()),
    (Sampled, ("work_id", "week")),
    (Presence, ("session_id",)),
    (Moving, ("work_id",)),
)


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Listens to ``pupils_merged``."""
    for model, fields in _ROWS:
        rows: Any = model._default_manager.filter(pupil=other).order_by("pk")
        if fields:
            has = set(model._default_manager.filter(pupil=kept).values_list(*fields))
            ids = [pk for pk, *key in rows.values_list("pk", *fields) if tuple(key) not in has]
        else:
            ids = list(rows.values_list("pk", flat=True))
        model._default_manager.filter(pk__in=ids).update(pupil=kept)
        moved[model._meta.label_lower] = ids


def left(*, user: User, at: datetime) -> None:
    """What a leaver has not finished is nobody's: the list shows it, and whoever writes on takes it up."""
    theirs = Work.objects.open().filter(owner=user)
    if ids := sorted(theirs.order_by().values_list("pk", flat=True)):
        Work.objects.filter(pk__in=ids).update(owner=None)
        trail.record(by=None, at=at, action="purchased.passed_on", on=user, works=ids)


def owned(user: User) -> list[dict[str, str]]:
    rows = Work.objects.open().filter(owner=user).order_by("school__key")
    counted = rows.values_list("school_id", "school__name").annotate(n=Count("pk"))
    return [
        {
            "text": f"{plural(n, 'piece', 'pieces')} of purchased work of {name}",
            "href": f"{reverse('purchased')}?school={pk}",
        }
        for pk, name, n in counted
    ]
