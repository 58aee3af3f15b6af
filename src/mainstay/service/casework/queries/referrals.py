"""The list of referrals: filters, rows, the same rows for a file; and what is asked of a school."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.queries.findings import link_schools
from mainstay.service.casework.forms_referrals import CHECK, LATE, WAITING
from mainstay.service.casework.models import Referral
from mainstay.service.casework.queries.consultations import child
from mainstay.service.common.prepared import today
from mainstay.service.record.models import Deadline

State = Referral.State
TO_CHECK: Final = (State.SUBMITTED, State.ACKNOWLEDGED)
WITH_SERVICE: Final = (*TO_CHECK, State.APPEALED)
COLOURS: Final[Mapping[str, str]] = {
    State.DRAFT: "grey", State.SIGNED: "teal", State.SUBMITTED: "blue", State.ACKNOWLEDGED: "blue", State.RETURNED: "orange",
    State.REJECTED: "red", State.APPEALED: "purple", State.UPHELD: "red", State.DIVERTED: "yellow",
    State.ACCEPTED: "green", State.WITHDRAWN: "grey",
}  # fmt: skip
SHOWN_WITH: Final = ("pupil", "school", "owner")
HEADER: Final = (
    "Referral", "Child", "UPN", "School", "State", "Since", "Sent", "Times sent", "Next day", "Officer", "Another way",
)  # fmt: skip
#: state -> what the school does next
ASKED: Final[Mapping[str, str]] = {
    State.DRAFT: "Write it, and ask the head to sign",
    State.SIGNED: "Send it",
    State.RETURNED: "Put right what is missing, and send it again",
}


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Referral]:
    """The referrals this person may see that fit the filters; the open ones where no state is asked for."""
    about = Deadline.objects.open().filter(
        about_kind="casework.referral", about_id=Cast(OuterRef("pk"), CharField())
    )
    found = Referral.objects.visible_to(user).annotate(
        next_day=Subquery(about.order_by("last_day").values("last_day")[:1]), sent=Count("rounds")
    )
    if not wanted["state"]:
        found = found.filter(state__in=Referral.OPEN)
    elif wanted["state"] == WAITING:
        found = found.filter(state__in=WITH_SERVICE)
    elif wanted["state"] == CHECK:
        found = found.filter(state__in=TO_CHECK)
    elif wanted["state"] == LATE:
        found = found.filter(state__in=TO_CHECK, paused_from=None, next_day__lt=today())
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["scope"] == "mine":
        found = found.filter(made_by=user) if user.is_school_user else found.filter(owner=user)
    elif wanted["scope"] == "schools":
        found = found.filter(school__in=link_schools(user))
    elif wanted["scope"] == "nobody":
        found = found.filter(owner=None)
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    return found.select_related(*SHOWN_WITH)


def rows(found: Iterable[Any], user: Any) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("referral", args=[one.pk]),
            "label": child(one.pupil),
            "child": child(one.pupil),
            "number": one.number,
            "school": one.school.name,
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "sent": one.submitted_at,
            "times": one.sent,
            "next_day": one.next_day,
            "paused": one.paused_from is not None,
            "owner": owner(one, user),
        }
        for one in found
    ]


def owner(referral: Referral, user: Any) -> str:
    if referral.owner is not None:
        return str(referral.owner.name)
    if referral.submitted_at is None:
        return ""
    return "Nobody yet" if user.sees_all_schools else "The service"


def for_export(found: Iterable[Any], user: Any) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials and without UPN."""
    for one in found:
        yield (
            one.number, child(one.pupil), "" if one.pupil.restricted else one.pupil.upn, one.school.name,
            one.get_state_display(), timezone.localdate(one.state_since), one.submitted_at, one.sent, one.next_day,
            owner(one, user), one.get_way_display(),
        )  # fmt: skip


def asked_of_school(user: Any) -> list[dict[str, Any]]:
    """What waits for a school, what came back first."""
    found = Referral.objects.visible_to(user).filter(state__in=ASKED).select_related("pupil")
    came_back = sorted(found.order_by("state_since", "pk"), key=lambda one: one.state != State.RETURNED)
    return [
        {
            "text": child(one.pupil),
            "href": reverse("referral", args=[one.pk]),
            "hint": "The head teacher signs it" if one.sign_asked_at else ASKED[one.state],
            "status": one.get_state_display(),
            "colour": COLOURS[one.state],
        }
        for one in came_back
    ]
