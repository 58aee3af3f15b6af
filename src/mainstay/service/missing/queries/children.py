"""The list of children missing education, and one as its page shows it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import CharField, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory import ethnicity
from mainstay.service.directory.models import Address, Dated, Parenthood
from mainstay.service.missing import clocks, sources
from mainstay.service.missing.models import (
    FLAGS,
    Alert,
    Closure,
    Enquiry,
    HandOver,
    Message,
    MissingChild,
    PlaceAsked,
    RollDecision,
    SearchRecord,
    TermReview,
)
from mainstay.service.record.models import Deadline

State = MissingChild.State
COLOURS: Final[Mapping[str, str]] = {
    State.SCHOOL: "yellow", State.REFERRED: "orange", State.ENQUIRIES: "blue", State.NOT_FOUND: "red",
    State.FOUND: "turquoise", State.PLACE: "purple", State.RETURNED: "grey", State.CLOSED: "grey",
}  # fmt: skip
HEADER: Final = (
    "Number", "Child", "Date of birth", "UPN", "Stage", "Since", "Route", "School", "Referred on", "Risk", "Officer",
    "Next clock ends", "Found on", "Where", "How it ended",
)  # fmt: skip
#: the filters of the list, none of them set
ANY: Final = {"state": "", "scope": "", "route": "", "school": None}
LATE: Final = "late"
RISK: Final = "risk"
_WAY: Final = (
    ("School’s enquiries", (State.SCHOOL,)),
    ("Referral", (State.REFERRED, State.RETURNED)),
    ("Council’s enquiries", (State.ENQUIRIES, State.NOT_FOUND)),
    ("Found", (State.FOUND, State.PLACE)),
    ("Closed", (State.CLOSED,)),
)


def child(one: MissingChild) -> str:
    """The child's name in a list; a restricted child is shown by initials."""
    return f"{one.listed_name} (restricted)" if one.restricted else one.listed_name


def _due() -> QuerySet[Deadline]:
    return Deadline.objects.open().filter(
        about_kind=MissingChild._meta.label_lower, about_id=Cast(OuterRef("pk"), CharField())
    )


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[MissingChild]:
    """Those this person may see that fit the filters; the open ones where no stage is asked for."""
    found = MissingChild.objects.visible_to(user)
    state, scope = wanted["state"], wanted["scope"]
    if not state:
        found = found.open()
    elif state == "found":
        found = found.filter(state__in=(State.FOUND, State.PLACE))
    elif state == "sought":
        found = found.sought()
    elif state != "all":
        found = found.filter(state=state)
    if scope == "mine":
        handed = HandOver.objects.filter(child=OuterRef("pk"), to=user).exclude(state=HandOver.State.RETURNED)
        found = found.filter(Q(owner=user) | Exists(handed))
    elif scope == "nobody":
        found = found.filter(owner=None).exclude(state=State.SCHOOL)
    elif scope == LATE:
        found = found.filter(Exists(_due().filter(last_day__lt=wanted["today"])))
    elif scope == RISK:
        found = found.exclude(risks=[])
    if wanted["route"]:
        found = found.filter(route=wanted["route"])
    if wanted["school"]:
        found = found.filter(Q(school=wanted["school"]) | Q(last_school=wanted["school"]))
    due = Subquery(_due().order_by("last_day").values("last_day")[:1])
    return found.annotate(due=due).select_related("pupil", "school", "last_school", "owner")


def counts(user: Any) -> dict[str, int]:
    """How many stand at each stage, of those in view."""
    rows = MissingChild.objects.visible_to(user).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def rows(found: Iterable[MissingChild]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("missing_child", args=[one.pk]),
            "label": child(one),
            "child": child(one),
            "number": one.number,
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "risk": bool(one.risks),
            "since": one.state_since,
            "route": one.get_route_display(),
            "school": one.school_told or "Not known",
            "due": getattr(one, "due", None),
            "owner": one.owner.name if one.owner else "Nobody yet",
        }
        for one in found
    ]


def for_export(found: Iterable[MissingChild]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials, without date of birth and UPN."""
    for one in found:
        ending = next((each for each in one.closures.all() if each.undone_at is None), None)
        yield (
            one.number, child(one), None if one.restricted else one.date_of_birth, "" if one.restricted else one.upn,
            one.get_state_display(), one.state_since, one.get_route_display(), one.school_told, one.received_on,
            "yes" if one.risks else "", one.owner.name if one.owner else "", getattr(one, "due", None), one.found_on,
            one.get_where_display(), ending.get_reason_display() if ending else one.get_way_display(),
        )  # fmt: skip


def found_rows() -> QuerySet[MissingChild]:
    """With everything that its page and its steps look at; a fixed number of queries."""
    homes = Address.objects.filter(Dated.on(timezone.localdate()), pupil=OuterRef("pupil")).order_by(
        "-since", "-pk"
    )
    return MissingChild.objects.select_related(
        "pupil__school", "school", "last_school", "owner", "opened_by"
    ).annotate(
        home_lines=Subquery(homes.values("lines")[:1]), home_postcode=Subquery(homes.values("postcode")[:1]),
        home_confidential=Subquery(homes.values("confidential")[:1]),
    ).prefetch_related(
        "aliases", "parents", "siblings",
        Prefetch("enquiries", Enquiry.objects.select_related("by")),
        Prefetch("alerts", Alert.objects.select_related("by")),
        Prefetch("messages", Message.objects.select_related("by")),
        Prefetch("handovers", HandOver.objects.select_related("by", "to", "answered_by")),
        Prefetch("roll_decisions", RollDecision.objects.select_related(
            "pupil", "school", "head_signed_by", "council_signed_by", "proposed_by")),
        Prefetch("closures", Closure.objects.select_related("school", "by", "undone_by")),
    )  # fmt: skip


def of_search(one: MissingChild) -> dict[str, Any]:
    """What belongs to one stage only, read where the child has been there."""
    deep = one.state in (State.NOT_FOUND, State.FOUND, State.PLACE, State.CLOSED)
    return {
        "records": list(SearchRecord.objects.filter(child=one))
        if deep or one.state == State.ENQUIRIES
        else [],
        "reviews": list(TermReview.objects.filter(child=one).select_related("by"))
        if one.not_found_on
        else [],
        "places": list(PlaceAsked.objects.filter(child=one).select_related("school")) if deep else [],
    }


def progress(one: MissingChild) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    now = next(n for n, (_, states) in enumerate(_WAY) if one.state in states)
    note = {State.NOT_FOUND: "not found yet", State.PLACE: "needs a place", State.RETURNED: "returned"}
    return [
        {
            "text": text,
            "state": "now" if n == now else "done" if n < now else "next",
            "note": note.get(State(one.state), "") if n == now else "",
        }
        for n, (text, _) in enumerate(_WAY)
        if n or one.absent_from
    ]


def facts(one: MissingChild) -> list[dict[str, Any]]:
    """What was told of the child, and by whom."""
    who = ", ".join(filter(None, (one.referrer, one.referrer_post, one.referrer_phone, one.referrer_email)))
    if not who and one.opened_by:
        who = one.opened_by.name
    said = [
        ("Reason", one.get_reason_display()),
        ("Referred by", f"{one.get_route_display()}{f': {who}' if who else ''}"),
        ("Referred on", long_date(one.received_on) if one.received_on else None),
        ("First day of absence", long_date(one.absent_from) if one.absent_from else None),
        ("Known as", ", ".join(alias.name for alias in one.aliases.all())),
        ("Date of birth", long_date(one.date_of_birth) if one.date_of_birth else one.age_told or "Not known"),
        ("UPN", one.upn),
        ("Ethnicity", ethnicity.in_words(one.ethnicity)),
        ("Language", one.language),
        ("Known of the child", ", ".join(FLAGS[flag] for flag in one.flags if flag in FLAGS)),
        ("Last school", one.school_told or "Not known"),
        ("Last attended", long_date(one.last_attended_on) if one.last_attended_on else None),
        ("Last seen", _seen(one)),
        (
            "Last address",
            ", ".join(filter(None, (one.address.replace("\n", ", "), one.postcode))) or "Not known",
        ),
        ("May have gone to", one.destination),
        ("Where the child is", _where(one)),
    ]
    return [{"key": key, "value": value} for key, value in said if value]


def of_record(one: MissingChild, on: date) -> list[dict[str, Any]]:
    """What the child's own record says, for the service, beside what was told (of ``found_rows``).

    Parents only where none was told; a confidential address is not shown.
    """
    if one.pupil is None:
        return []
    parents: list[str] = []
    if not one.parents.all():
        ties = Parenthood.objects.filter(Dated.on(on), pupil=one.pupil, parent__merged_into=None)
        parents = [
            ", ".join(filter(None, (tie.parent.name, tie.relationship.lower(), tie.parent.phone)))
            for tie in ties.select_related("parent").order_by("priority", "pk")
        ]
    lines = getattr(one, "home_lines", None)
    address = ", ".join([*lines.split("\n"), getattr(one, "home_postcode", "")]) if lines else ""
    if getattr(one, "home_confidential", False):
        address = "Confidential"
    school = one.pupil.school.name if one.pupil.school else "On no roll now"
    said = [("School", school), ("Address", address), ("Parents", "; ".join(parents)), ("UPN", one.pupil.upn)]
    return [{"key": key, "value": value} for key, value in said if value]


def _seen(one: MissingChild) -> str:
    on = long_date(one.last_seen_on) if one.last_seen_on else ""
    return ": ".join(filter(None, (on, one.last_seen_told)))


def _where(one: MissingChild) -> str:
    if not one.where:
        return ""
    on = f" (found {long_date(one.found_on)})" if one.found_on else ""
    return f"{one.get_where_display()}: {one.where_told}{on}"


def log(one: MissingChild, *, school: bool) -> list[dict[str, Any]]:
    """The enquiry log; a school reads its own lines."""
    return [
        {
            "pk": line.pk,
            "who": sources.label(line.source) + (f": {line.source_told}" if line.source_told else ""),
            "line": line,
            "result": line.get_result_display(),
            "colour": {"": "yellow", "nothing": "grey", "trace": "blue", "found": "green", "refused": "red"}[
                line.result
            ],
        }
        for line in one.enquiries.all()
        if not school or line.side == Enquiry.Side.SCHOOL
    ]


def running(one: MissingChild, user: Any) -> list[dict[str, Any]]:
    """Its open deadlines and those of its hand-overs, and by which calendar; a school has the clocks of its own part."""
    about = Q(about_kind=one._meta.label_lower, about_id=str(one.pk))
    if user.is_school_user:
        rows = Deadline.objects.open().filter(about, rule__in=clocks.OF_THE_SCHOOL)
    else:
        if ids := [str(each.pk) for each in one.handovers.all()]:
            about |= Q(about_kind=HandOver._meta.label_lower, about_id__in=ids)
        rows = Deadline.objects.visible_to(user).open().filter(about)
    return [
        {"row": row, "calendar": clocks.calendar_words(one, row), "ends": clocks.ends_with(one, row)}
        for row in rows.order_by("last_day", "pk")
    ]


def answer_holds(one: MissingChild) -> bool:
    """Whether the last answer to the referrer is not that of a closure undone since."""
    undone = [each.undone_at for each in one.closures.all() if each.undone_at]
    return bool(one.answer and one.answered_at and all(one.answered_at >= at for at in undone))
