"""What this room gives to the rest: the menu, first pages, where an encounter can be seen, what moves with a merge."""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse

from mainstay.service.accounts.announcements import left
from mainstay.service.accounts.context import navigation
from mainstay.service.accounts.models import User
from mainstay.service.accounts.owning import Held, held
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import WAITING, Block, Counted, Heading, Listed, Row
from mainstay.service.common import prepared
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.ui.filters import date_time, plural
from mainstay.service.directory.announcements import pupils_merged
from mainstay.service.directory.models import Pupil
from mainstay.service.patrols import values
from mainstay.service.patrols.actions import forgetting
from mainstay.service.patrols.models import Encounter, Patrol
from mainstay.service.patrols.queries.patrols import COLOURS
from mainstay.service.record import providers
from mainstay.service.team import providers as team

SHOWN = 5


def menu(user: Any) -> list[dict[str, Any]]:
    if user.may("see_patrols"):
        return [{"text": "Patrols", "href": reverse("patrols"), "order": 62}]
    if user.may("check_patrol"):
        return [{"text": "Patrol checks", "href": reverse("patrol_asked"), "order": 62}]
    return []


#: of officers; the police have a card of their own
_PATROLS = Heading("Patrols", "", 8, "/patrols/")
_ASKED = Heading("A patrol asks you", "", 1, "/patrols/asked/")


def listed(user: Any, today: date) -> list[Listed]:
    """Patrols an officer goes on, and what a school is asked."""
    if user.may("check_patrol"):
        return [
            Listed(
                _ASKED,
                _asked,
                "patrol_answer",
                "",
                note="say how the pupil is absent",
                tag="Now",
                colour="red",
                text="A pupil on the street",
            )
        ]
    if user.may("log_patrol") and user.sees_all_schools:
        return [Listed(_PATROLS, _mine, "patrol", "", "on_", text="Patrol with the police")]
    return []


def _asked(user: Any) -> QuerySet[Any]:
    open_ = (Patrol.State.OUT, Patrol.State.BACK)
    return Encounter.objects.visible_to(user).to_answer().filter(patrol__state__in=open_)


def _mine(user: Any) -> QuerySet[Any]:
    ahead = Q(starts__date__gte=prepared.today(), state=Patrol.State.PLANNED)
    found = Patrol.objects.visible_to(user).filter(ahead | Q(state__in=(Patrol.State.OUT, Patrol.State.BACK)))
    goes = Patrol.officers.through.objects.filter(patrol=OuterRef("pk"), user=user)
    return found.filter(Exists(goes)).annotate(on_=TruncDate("starts"))


def own_work(user: Any, today: date) -> list[Block]:
    """Every open patrol, for the police."""
    if user.sees_all_schools or not user.may("log_patrol"):
        return []
    found = Patrol.objects.visible_to(user).open().filter(starts__date__gte=prepared.today())
    found |= Patrol.objects.visible_to(user).filter(state__in=(Patrol.State.OUT, Patrol.State.BACK))
    rows = [
        Row(f"{date_time(one.starts)}, {one.area}", reverse("patrol", args=[one.pk]), one.number, one.get_state_display(),
            COLOURS[one.state])
        for one in found.order_by("starts", "pk").distinct()[:SHOWN]
    ]  # fmt: skip
    out = any(row.tag == Patrol.State.OUT.label for row in rows)
    return [
        Block(
            "Patrols",
            rows,
            "No patrol is planned.",
            reverse("patrols"),
            kind="urgent" if out else "",
            order=8 if out else 40,
        )
    ]


def counted(user: Any, today: date) -> list[Counted]:
    """For whoever leads: patrols that are back, and not followed up."""
    if user.is_school_user or not user.may("plan_patrol"):
        return []
    return [
        Counted(
            WAITING, "Patrols to follow up and close", "patrol", _back, f"{reverse('patrols')}?state=back"
        )
    ]


def _back(user: Any) -> QuerySet[Any]:
    return Patrol.objects.visible_to(user).filter(state=Patrol.State.BACK)


def address(kind: str, key: str) -> str | None:
    """Where an encounter is seen that a deadline or entry is about."""
    names = {Encounter._meta.label_lower: "patrol_encounter", Patrol._meta.label_lower: "patrol"}
    return reverse(names[kind], args=[int(key)]) if kind in names and key.isdecimal() else None


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """When two records of a child become one, where they were met goes with them."""
    rows = Encounter.objects.filter(pupil=other)
    moved[Encounter._meta.label_lower] = sorted(rows.order_by().values_list("pk", flat=True))
    rows.update(pupil=kept)


def gone(*, user: User, at: datetime) -> None:
    """A leaver goes on no patrol to come; one they were to lead is led by whoever planned it."""
    coming = Patrol.objects.filter(state=Patrol.State.PLANNED)
    for one in coming.filter(officers=user):
        one.officers.remove(user)
    for one in coming.filter(lead=user).exclude(made_by=user).select_related("made_by"):
        one.lead = one.made_by
        one.save(update_fields=["lead"])
        one.officers.add(one.made_by)


def holds(user: User) -> list[Held]:
    rows = Patrol.objects.filter(lead=user, state=Patrol.State.PLANNED)
    return [Held(rows, lambda n: plural(n, "patrol") + " to lead", reverse("patrols"))]


def settable() -> list[Any]:
    return list(values.OWN)


def register() -> None:
    """From ``apps.py``."""
    navigation.register(menu)
    attendance.own_work.register(own_work)
    attendance.listed.register(listed)
    attendance.counted.register(counted)
    providers.addresses.register(address)
    team.values.register(settable)
    pupils_merged.subscribe(move)
    left.subscribe(gone)
    held.register(holds)
    daily("patrols.forgetting")(forgetting.daily)
