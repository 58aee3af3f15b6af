"""Every list of this room: which rows, how they are filtered, what a row shows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.common.ui.lists import Column
from mainstay.service.directory.relations import link_schools
from mainstay.service.employment.kinds import KINDS
from mainstay.service.employment.models import Handover, Inspection, Report, SchoolView
from mainstay.service.employment.models.base import State
from mainstay.service.employment.values import in_force

COLOURS: Final[Mapping[str, str]] = {
    "received": "blue", "granted": "green", "refused": "red", "withdrawn": "grey", "revoked": "red", "ended": "grey",
    "triaged": "yellow", "visited": "orange", "closed": "grey", "sent": "blue", "accepted": "green", "returned": "orange",
    "right": "green", "advice": "yellow", "again": "orange", "stopped": "red",
}  # fmt: skip
_STATE: Final = Column("state", "State", sort="state")
_OFFICER: Final = Column("officer", "Officer", sort="owner__name")
_RECEIVED: Final = Column("received_on", "Received", sort="received_on", nowrap=True)
_UNTIL: Final = Column("expires_on", "Until", sort="expires_on", nowrap=True)


@dataclass(frozen=True, slots=True)
class List:
    """One list. page: the name of the page of one row; states: which choices of its filter (``forms.steps.STATES``)."""

    key: str
    title: str
    intro: str
    noun: str
    many: str
    empty: str
    columns: tuple[Column, ...]
    rows: Callable[[Any, Mapping[str, Any]], QuerySet[Any]]
    row: Callable[[Any], dict[str, Any]]
    page: str
    states: str
    sort: str


def _application(key: str) -> Callable[[Any, Mapping[str, Any]], QuerySet[Any]]:
    kind = KINDS[key]

    def rows(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Any]:
        found = kind.model.objects.visible_to(user).select_related("owner", *kind.related)
        if key == "licence":
            found = found.annotate(first=Min("days__on"))
        rows_: QuerySet[Any] = by_state(scoped(found, user, wanted, bool(kind.related)), wanted["state"])
        return rows_

    return rows


def by_state(found: Any, state: str) -> Any:
    """Of applications; without a state those to decide and in force."""
    if state == "renew":
        today = timezone.localdate()
        last = today + timedelta(days=in_force(today)["renew_days"])
        return found.filter(state=State.GRANTED, expires_on__lte=last)
    if state in State.values:
        return found.filter(state=state)
    return found if state == "all" else found.filter(state__in=(State.RECEIVED, State.GRANTED))


def scoped(found: Any, user: Any, wanted: Mapping[str, Any], of_children: bool = True) -> Any:
    if wanted["scope"] == "mine":
        return found.filter(owner=user)
    if wanted["scope"] == "nobody":
        return found.filter(owner=None)
    if wanted["scope"] == "schools" and of_children:
        return found.filter(pupil__school__in=link_schools(user, timezone.localdate()))
    return found


def _reports(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = Report.objects.visible_to(user).select_related("owner", "pupil")
    found = scoped(found, user, wanted)
    if wanted["state"] in Report.State.values:
        return found.filter(state=wanted["state"])
    return found if wanted["state"] == "all" else found.exclude(state=Report.State.CLOSED)


def _inspections(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Any]:
    found = Inspection.objects.visible_to(user).select_related(
        "by", "permit__pupil", "licence__pupil", "approval", "report__pupil"
    )
    return found.filter(outcome=wanted["state"]) if wanted["state"] in Inspection.Outcome.values else found


def _handovers(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Any]:
    found = Handover.objects.visible_to(user).select_related("officer", "pupil")
    if wanted["scope"] == "mine":
        found = found.filter(officer=user)
    return found.filter(state=wanted["state"]) if wanted["state"] in Handover.State.values else found


def views(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Any]:
    """What schools were asked."""
    found = SchoolView.objects.visible_to(user).select_related("school", "permit__pupil", "licence__pupil")
    if wanted["state"] == "all":
        return found
    return found.exclude(answered_at=None) if wanted["state"] == "answered" else found.waiting()


def _base(one: Any, page: str) -> dict[str, Any]:
    owner = getattr(one, "owner", None)
    return {
        "pk": one.pk, "url": reverse(page, args=[one.pk]), "label": one.number, "number": one.number,
        "state": one.get_state_display(), "colour": COLOURS[one.state], "received_on": getattr(one, "received_on", None),
        "expires_on": getattr(one, "expires_on", None), "officer": owner.name if owner else "Nobody yet",
    }  # fmt: skip


def _permit(one: Any) -> dict[str, Any]:
    return _base(one, "employment_permit") | {
        "child": one.listed_child,
        "employer": one.employer,
        "job": one.job,
    }


def _licence(one: Any) -> dict[str, Any]:
    return _base(one, "employment_licence") | {
        "child": one.listed_child, "production": one.production, "producer": one.producer, "first": one.first,
    }  # fmt: skip


def _approval(one: Any) -> dict[str, Any]:
    return _base(one, "employment_approval") | {
        "organisation": one.organisation, "production": one.production, "first": one.first_on, "children": one.children,
    }  # fmt: skip


def _chaperone(one: Any) -> dict[str, Any]:
    return _base(one, "employment_chaperone") | {"name": one.name}


def _report(one: Any) -> dict[str, Any]:
    return _base(one, "employment_report") | {
        "employer": one.employer, "child": one.listed_child, "risk": one.get_risk_display() if one.risk else "Not looked at yet",
        "outcome": one.get_outcome_display(), "danger": one.danger and one.state == Report.State.RECEIVED,
    }  # fmt: skip


def _inspection(one: Any) -> dict[str, Any]:
    child = getattr(one.about, "listed_child", "")
    return {
        "pk": one.pk, "url": reverse("employment_inspection", args=[one.pk]), "label": one.number, "number": one.number,
        "about": f"{one.about.number}{', ' if child else ''}{child}", "on": one.on, "where": one.where,
        "state": one.get_outcome_display(), "colour": COLOURS[one.outcome], "officer": one.by.name,
    }  # fmt: skip


def _handover(one: Any) -> dict[str, Any]:
    pupil = one.pupil
    return {
        "pk": one.pk, "url": reverse("employment_handover", args=[one.pk]), "label": one.number, "number": one.number,
        "child": f"{pupil.initials} (restricted)" if pupil.restricted else pupil.name, "officer": one.officer.name,
        "state": one.get_state_display(), "colour": COLOURS[one.state], "sent": timezone.localdate(one.sent_at),
    }  # fmt: skip


def view_row(one: Any) -> dict[str, Any]:
    about = one.about
    waits = one.answered_at is None and not one.dropped
    return {
        "pk": one.pk, "url": reverse("employment_view", args=[one.pk]), "label": about.number,
        "child": about.listed_child, "about": f"{about.number}: {getattr(about, 'job', '') or getattr(about, 'production', '')}",
        "school": one.school.name, "answer_by": one.answer_by,
        "state": "To answer" if waits else one.get_answer_display() or "Not needed any more",
        "colour": "blue" if waits else "grey",
    }  # fmt: skip


_NUMBER: Final = Column("number", "Number", sort="pk", nowrap=True)
_CHILD: Final = Column("child", "Child", sort="child_name")
LISTS: Final[Mapping[str, List]] = {
    one.key: one
    for one in (
        List("permits", "Employment permits", "Children who work for an employer: applications to check, and permits in force.",
             "permit", "permits", "Applications come by the public form, or you type one.",
             (_NUMBER, _CHILD, Column("employer", "Employer", sort="employer"), Column("job", "Work"), _STATE, _RECEIVED,
              _UNTIL, _OFFICER), _application("permit"), _permit, "employment_permit", "application", "-number"),
        List("licences", "Performance licences", "Children who perform: day by day, over all producers.",
             "licence", "licences", "Applications come by the public form, or you type one.",
             (_NUMBER, _CHILD, Column("production", "Production", sort="production"), Column("producer", "Producer", sort="producer_key"),
              Column("first", "First day", sort="first", nowrap=True), _STATE, _RECEIVED, _OFFICER),
             _application("licence"), _licence, "employment_licence", "application", "-number"),
        List("approvals", "Bodies of persons", "Groups whose children perform without payment and miss no school, on one approval.",
             "approval", "approvals", "Type in the application of a group.",
             (_NUMBER, Column("organisation", "Body", sort="organisation"), Column("production", "Production", sort="production"),
              Column("first", "First day", sort="first_on", nowrap=True), Column("children", "Children", sort="children", numeric=True),
              _STATE, _UNTIL, _OFFICER), _application("approval"), _approval, "employment_approval", "application", "-number"),
        List("chaperones", "Chaperones", "Who may look after children who perform, and until when.",
             "chaperone", "chaperones", "Type in an application.",
             (_NUMBER, Column("name", "Name", sort="name"), _STATE, _RECEIVED, _UNTIL, _OFFICER),
             _application("chaperone"), _chaperone, "employment_chaperone", "application", "-number"),
        List("reports", "Illegal employment", "What was reported, by anybody: risk first, then a visit, then the outcome.",
             "report", "reports", "Reports come by the public form, from schools and officers.",
             (_NUMBER, Column("employer", "Employer", sort="employer"), Column("child", "Child", sort="child"), _STATE,
              Column("risk", "Risk", sort="risk"), Column("outcome", "Outcome", sort="outcome"), _RECEIVED, _OFFICER),
             _reports, _report, "employment_report", "report", "-number"),
        List("inspections", "Visits and inspections", "Visits to workplaces, performances and premises.",
             "visit", "visits", "A visit is written down on the page of a permit, licence, approval or report.",
             (_NUMBER, Column("about", "About"), Column("on", "On", sort="on", nowrap=True), Column("where", "Where", sort="where"),
              Column("state", "What came of it", sort="outcome"), Column("officer", "By", sort="by__name")),
             _inspections, _inspection, "employment_inspection", "inspection", "-on"),
        List("handovers", "Referrals to officers", "Children referred by child employment to their officer, and the answers.",
             "referral", "referrals", "A child is referred from the page of a permit, licence or report.",
             (_NUMBER, Column("child", "Child", sort="pupil__key"), Column("officer", "Officer", sort="officer__name"), _STATE,
              Column("sent", "Sent", sort="sent_at", nowrap=True)), _handovers, _handover, "employment_handover", "handover",
             "-number"),
    )
}  # fmt: skip
VIEW_COLUMNS: Final = (
    Column("child", "Child"), Column("about", "About"), Column("school", "School", sort="school__key"),
    Column("answer_by", "Answer by", sort="answer_by", nowrap=True), Column("state", "State"),
)  # fmt: skip


def for_export(of: List, found: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The same cells for a file; restricted children by initials."""
    for one in found:
        row = of.row(one)
        yield tuple(row[column.key] for column in of.columns)
