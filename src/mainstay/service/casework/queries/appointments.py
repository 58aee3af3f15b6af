"""The letter that announces a visit: who has it, who may get one, and why somebody gets none by post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.casework.letters_fast_track import clock_time
from mainstay.service.casework.models import Visit
from mainstay.service.directory.models import Dated, Parent, Parenthood
from mainstay.service.directory.relations import kept_apart
from mainstay.service.documents.homes import NOWHERE, Home, homes
from mainstay.service.documents.letters import VisitAppointment
from mainstay.service.documents.models import Service
from mainstay.service.record.models import Meeting

KIND: Final = VisitAppointment.template


@dataclass(frozen=True, slots=True)
class To:
    """One parent. service: of the letter with the day and time as they stand; why_not: why none goes by post;
    again: an earlier letter named another time; unsure: what to think of before it is sent."""

    parent: Parent
    home: Home
    service: Service | None
    why_not: str
    again: bool
    unsure: str

    @property
    def open(self) -> bool:
        return self.service is None and not self.why_not


def when(visit: Visit) -> tuple[str, str]:
    """Day and time as the letter has them."""
    starts = timezone.localtime(visit.meeting.starts)
    return in_words(starts.date()), clock_time(starts)


def announces(visit: Visit) -> bool:
    """Whether a letter may still go out: an announced visit that is to come."""
    return (
        visit.announced
        and visit.state == Visit.State.PLANNED
        and visit.meeting.state == Meeting.State.PLANNED
    )


def each(visit: Visit, on: date, user: Any) -> list[To]:
    """Each parent of that day, in the order of the record; five queries."""
    pupil = visit.case.pupil
    ties = list(
        Parenthood.objects.filter(Dated.on(on), pupil=pupil)
        .select_related("parent")
        .order_by("priority", "pk")
    )
    parents = [tie.parent_id for tie in ties]
    found = homes(parents, pupil, on, user)
    apart = set() if pupil.restricted else kept_apart(parents)
    sent: dict[int, list[Service]] = {}
    for service in sent_for(visit):
        if service.addressee_id is not None:
            sent.setdefault(service.addressee_id, []).append(service)
    rows = []
    for tie in ties:
        letters, home = sent.get(tie.parent_id, []), found.get(tie.parent_id, NOWHERE)
        now = next((one for one in letters if _names(one) == when(visit)), None)
        rows.append(
            To(
                tie.parent, home, now, _why_not(visit, tie, home, tie.parent_id in apart), bool(letters), _unsure(visit, tie)
            )
        )  # fmt: skip
    return rows


def sent_for(visit: Visit) -> Sequence[Service]:
    """Every letter that announced this visit, the latest first."""
    kind, key = visit._meta.label_lower, str(visit.pk)
    found = Service.objects.filter(
        document__kind=KIND, document__about_kind=kind, document__about_id=key
    ).select_related("document")
    return list(found.order_by("-pk"))


def _names(service: Service) -> tuple[str, str]:
    return service.document.values["visit_on"], service.document.values["visit_time"]


def _why_not(visit: Visit, tie: Parenthood, home: Home, apart: bool) -> str:
    if not tie.contact_allowed:
        return "they may not be contacted about the child."
    if visit.place == Visit.Place.HOME and tie.lives_with is False:
        return "they do not live with the child, and need not know when you are at that home."
    if apart or not home.usable:
        return "no full address with postcode is known that you may use. Tell them another way."
    return ""


def _unsure(visit: Visit, tie: Parenthood) -> str:
    if tie.parent.safe_contact.strip():
        return f"Writing safely: {tie.parent.safe_contact.strip()}"
    if visit.place == Visit.Place.HOME and tie.lives_with is None:
        return "It is not recorded whether they live with the child: the letter says when you are there."
    return ""
