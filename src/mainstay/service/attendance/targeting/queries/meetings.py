"""The list of meetings, and who can be asked to one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.attendance.queries.findings import link_schools
from mainstay.service.attendance.targeting import terms
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
)
from mainstay.service.directory.models import Dated, School, SchoolPost
from mainstay.service.record.meetings import Asked

State = TargetingMeeting.State
COLOURS: Final[Mapping[str, str]] = {
    State.PLANNED: "blue", State.READY: "turquoise", State.LIVE: "purple", State.ENDED: "yellow", State.AGREED: "green",
    State.CANCELLED: "grey",
}  # fmt: skip
HEADER: Final = (
    "School", "Starts", "Term", "Where", "Held by", "State", "Children discussed", "Actions", "Actions open", "Agreed",
)  # fmt: skip


def counted(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows, which name the outer one by ``OuterRef``."""
    number = rows.order_by().values("meeting").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[TargetingMeeting]:
    """The meetings this person may see that fit the filters, with their numbers."""
    here = OuterRef("pk")
    found = TargetingMeeting.objects.visible_to(user).annotate(
        discussed=counted(TargetingDecision.objects.filter(meeting=here)),
        actions_agreed=counted(TargetingAction.objects.filter(meeting=here)),
        actions_open=counted(TargetingAction.objects.open().filter(meeting=here)),
    )
    if wanted["state"]:
        found = found.filter(state=wanted["state"])
    if wanted["scope"] == "mine":
        found = found.filter(calendar__organiser=user)
    elif wanted["scope"] == "schools":
        found = found.filter(school__in=link_schools(user))
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    if wanted["term"]:
        found = found.filter(year=wanted["term"][0], term=wanted["term"][1])
    return found.select_related("school", "calendar__organiser")


def rows(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("targeting_meeting", args=[one.pk]),
            "school": one.school.name,
            "starts": one.calendar.starts,
            "term": terms.label(one.year, one.term),
            "organiser": one.calendar.organiser.name,
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "agreed": one.state == State.AGREED,
            "discussed": one.discussed,
            "actions_open": one.actions_open,
        }
        for one in found
    ]


def for_export(found: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        agreed = one.state == State.AGREED
        yield (
            one.school.name, one.calendar.starts, terms.label(one.year, one.term), one.calendar.where,
            one.calendar.organiser.name, one.get_state_display(), one.discussed if agreed else None,
            one.actions_agreed if agreed else None, one.actions_open if agreed else None, one.agreed_at,
        )  # fmt: skip


def officers() -> QuerySet[User]:
    return holding("hold_meetings", timezone.localdate())


def people_of(school: School) -> dict[str, tuple[Asked, bool]]:
    """Key -> who can be asked from a school, and whether they are asked unless somebody says no.

    Its own attendance leads and heads are; those of its trust, and its contacts, can be.
    """
    here = Q(school=school) | (Q(trust=school.trust_id) if school.trust_id else Q(pk__in=[]))
    posts = SchoolPost.objects.filter(Dated.on(timezone.localdate())).filter(here)
    at_school = {user: school_id is not None for user, school_id in posts.values_list("user_id", "school_id")}
    found = {}
    for user in holding("see_meetings", timezone.localdate()).filter(pk__in=at_school):
        found[f"user-{user.pk}"] = Asked.of(user), at_school[user.pk]
    known = {asked.email.lower() for asked, _ in found.values()}
    for contact in school.contacts.exclude(email="").order_by("name", "pk"):
        if contact.email.lower() not in known:
            found[f"contact-{contact.pk}"] = Asked(contact.name, contact.email), False
    return found
