"""A leaver's open cases pass to nobody: a manager allocates them anew."""

from datetime import datetime

from django.db.models import Count
from django.urls import reverse

from mainstay.service.accounts.models import User
from mainstay.service.casework.models import Case
from mainstay.service.common.audit import trail
from mainstay.service.common.ui.filters import plural


def left(*, user: User, at: datetime) -> None:
    theirs = Case.objects.open().filter(owner=user)
    if ids := sorted(theirs.order_by().values_list("pk", flat=True)):
        Case.objects.filter(pk__in=ids).update(owner=None)
        trail.record(by=None, at=at, action="cases.passed_on", on=user, cases=ids)


def owned(user: User) -> list[dict[str, str]]:
    """The open cases they work on, school by school."""
    rows = Case.objects.open().filter(owner=user).order_by("school__key")
    counted = rows.values_list("school_id", "school__name").annotate(n=Count("pk"))
    return [
        {"text": f"{plural(n, 'case')} of {name}", "href": f"{reverse('cases')}?school={school}"}
        for school, name, n in counted
    ]
