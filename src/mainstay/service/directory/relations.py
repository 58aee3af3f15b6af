"""Who stands where to a school or a pupil: link officers, conflicts, and the two predicates of sight.

The predicates say for one object what ``visible_to`` says for a list; a test holds them together.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Concat, Replace, Trim

from mainstay.service.accounts.models import User
from mainstay.service.common.prepared import prepared
from mainstay.service.directory.models import (
    Conflict,
    Dated,
    Enrolment,
    LinkOfficer,
    Parenthood,
    Pupil,
    School,
    SchoolPost,
)


def can_see_school(user: Any, school: School) -> bool:
    """Whether one school is in this person's view."""
    if not user.may("see_schools"):
        return False
    if Conflict.objects.open().filter(user=user, school=school).exists():
        return False
    if user.only_school not in (None, school.pk):
        return False
    return bool(user.role_sees_all_schools) or _has_post(user, school)


def can_see_pupil(user: Any, pupil: Pupil) -> bool:
    """Whether one pupil is in this person's view (a restricted one still needs a reason to open)."""
    if not user.may("see_pupils") or pupil.merged_into_id is not None:
        return False
    conflicts = Conflict.objects.open().filter(user=user)
    if conflicts.filter(pupil=pupil).exists():
        return False
    today = Enrolment.objects.current().filter(pupil=pupil).values_list("school_id", flat=True)
    if conflicts.filter(school__in=list(today)).exists():
        return False
    if user.sees_all_schools:
        return True
    schools = School.objects.filter(enrolments__pupil=pupil).distinct()
    return any(can_see_school(user, school) for school in schools)


def _has_post(user: Any, school: School) -> bool:
    posts = SchoolPost.objects.current().filter(user=user)
    return any(
        post.school_id == school.pk or (post.trust_id is not None and post.trust_id == school.trust_id)
        for post in posts
    )


def parents_name(path: str) -> Trim:
    """``Parent.name`` as the database writes it, for rows that hang on a parent by ``path``."""
    space, two = Value(" "), Value("  ")
    parts = (f"{path}__title", space, f"{path}__forename", space, f"{path}__surname")
    return Trim(Replace(Concat(*parts, output_field=CharField()), two, space))


def kept_apart(parents: Iterable[int]) -> set[int]:
    """Those of the parents who are parents of a restricted child, too: their confidential addresses are read
    on that record only."""
    ties = Parenthood.objects.filter(parent__in=list(parents), pupil__restricted=True)
    return set(ties.order_by().values_list("parent_id", flat=True))


def link_officer(school: School | int, on: date) -> User | None:
    """The named officer of a school on a day; None where nobody is named."""
    links = _links(school if isinstance(school, int) else school.pk, on)
    return links[-1].officer if links else None


@prepared
def _links(school: int, on: date) -> QuerySet[LinkOfficer]:
    links = LinkOfficer.objects.filter(Dated.on(on), school=school)
    return links.select_related("officer").order_by("since", "pk")


def link_officers(schools: Iterable[int], on: date) -> dict[int, User]:
    """School id -> its link officer on a day, in one query; the latest named where two overlap."""
    links = LinkOfficer.objects.filter(Dated.on(on), school__in=list(schools)).select_related("officer")
    return {link.school_id: link.officer for link in links.order_by("since", "pk")}


def link_schools(officer: Any, on: date) -> list[int]:
    """Ids of the schools an officer is linked to on a day."""
    links = LinkOfficer.objects.filter(Dated.on(on), officer=officer)
    return list(links.values_list("school_id", flat=True))
