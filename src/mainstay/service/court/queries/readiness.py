"""What is read for "is it court-ready?": at a glance for pages and lists, everything for its own page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from mainstay.service.attendance.queries.findings import link_schools
from mainstay.service.casework.models import Case
from mainstay.service.casework.queries.cases import child
from mainstay.service.common.decisions.models import Decision
from mainstay.service.common.prepared import prepared
from mainstay.service.common.prepared import today as open_today
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import charging, expected, papers, readiness, values
from mainstay.service.court import permissions as court_pages
from mainstay.service.court.models import Bundle, Certificate, CodeTest, Prosecution, WitnessStatement
from mainstay.service.court.queries.prosecutions import defendant, reads_privileged
from mainstay.service.court.steps import BEFORE
from mainstay.service.directory.models import Dated, Parenthood
from mainstay.service.orders import permissions as orders_pages
from mainstay.service.orders.models import Consideration
from mainstay.service.penalties import code, facts
from mainstay.service.penalties import permissions as penalties_pages
from mainstay.service.penalties.models import Notice, NoticeRequest
from mainstay.service.record import permissions as record_pages

#: the permission of each page a line leads to
_NEEDS: Final[Mapping[str, str | None]] = {
    **record_pages.PAGES, **penalties_pages.PAGES, **orders_pages.PAGES, **court_pages.PAGES,
}  # fmt: skip
HEADER: Final = (
    "Case", "Prosecution", "Child", "Defendant", "School", "Stage", "For", "Missing", *(o.capitalize() for o in readiness.OWNERS),
    "Safe date", "Officer",
)  # fmt: skip
_LOOKS: Final = ("considered", "certificate", "statement", "school_writes", "bundle_there")
#: of a prosecution, what its law and its evidence are asked about
RELATED: Final = ("parent", "school", "notice", "supervision_order", "attendance_order", "consideration")
_OPEN: Final = (NoticeRequest.State.DRAFT, NoticeRequest.State.ASKED, NoticeRequest.State.RETURNED)
_NOT_ISSUED: Final = (Notice.State.DRAFT, Notice.State.PROPOSED, Notice.State.APPROVED)


# at a glance


def seen(found: QuerySet[Prosecution]) -> QuerySet[Any]:
    """With what ``readiness.at_a_glance`` looks at of the evidence."""
    this = OuterRef("pk")
    considered = Consideration.objects.filter(case=OuterRef("case")).order_by("-pk").values("outcome")
    written = WitnessStatement.objects.standing().filter(prosecution=this).order_by()
    signed = Certificate.objects.standing().filter(prosecution=this, signed_at__isnull=False).order_by()
    return found.annotate(
        considered=Subquery(considered[:1]),
        certificate=Exists(signed),
        statement=Exists(written.filter(signed_at__isnull=False)),
        school_writes=Exists(written.filter(signed_at=None, school__isnull=False)),
        bundle_there=Exists(Bundle.objects.live().filter(prosecution=this).order_by()),
    )


def _glances(found: QuerySet[Prosecution]) -> QuerySet[Any]:
    """And its latest code test, as far as it is asked about."""
    latest = CodeTest.objects.filter(prosecution=OuterRef("pk")).order_by("-pk")
    tested = found.annotate(
        test_outcome=Subquery(latest.values("outcome")[:1]),
        test_approved=Subquery(latest.values("decision__approved_at")[:1]),
    )
    return seen(tested.select_related("case__pupil", "parent", "consideration").prefetch_related("defences"))


@prepared
def _of_case(case: Case) -> QuerySet[Any]:
    return _glances(Prosecution.objects.filter(case=case))


@prepared
def _of_one(one: Prosecution) -> QuerySet[Any]:
    return seen(Prosecution.objects.filter(pk=one.pk)).order_by().values_list(*_LOOKS)


@prepared
def _known(case: Case) -> QuerySet[Any]:
    return _with_known(Case.objects.filter(pk=case.pk)).order_by().values_list("order_", "parent_")


def _with_known(found: QuerySet[Case]) -> QuerySet[Any]:
    considered = Consideration.objects.filter(case=OuterRef("pk")).order_by("-pk").values("outcome")
    ties = Parenthood.objects.filter(
        Dated.on(open_today()), pupil=OuterRef("pupil"), parent__merged_into=None
    )
    return found.annotate(order_=Subquery(considered[:1]), parent_=Exists(ties.order_by()))


def _primed(one: Any) -> Any:
    """Its latest code test and consideration are read already."""
    _with_consideration(one)
    decision = Decision(approved_at=one.test_approved)
    test = CodeTest(outcome=one.test_outcome, decision=decision) if one.test_outcome else None
    charging.facts_of(one).__dict__["code_test"] = test
    return one


def glance(one: Prosecution) -> readiness.Way:
    """Of a prosecution that a page has read; one query besides its defences and its test."""
    return readiness.at_a_glance(_looked_at(one))


def _looked_at(one: Prosecution) -> Any:
    if not hasattr(one, _LOOKS[0]):  # else read with its page
        for name, there in zip(_LOOKS, _of_one(one)[0], strict=True):
            setattr(one, name, there)
    return _with_consideration(one)


def _with_consideration(one: Any) -> Any:
    """``steps.latest_consideration`` need not be asked: what became of it is read."""
    one.__dict__["_considered"] = Consideration(outcome=one.considered) if one.considered else None
    return one


def kept_with(case: Case) -> list[Any]:
    """Every prosecution of a case, newest first, kept with its row: several parts of its page ask. Two queries."""
    kept: list[Any] | None = case.__dict__.get("_prosecutions")
    if kept is None:
        kept = case.__dict__["_prosecutions"] = list(_of_case(case))
        for one in kept:
            one.case.pupil = case.pupil
    return kept


def of_case_page(case: Case, user: Any) -> list[Any]:
    """Those this person may see: of a case in view, whoever sees all schools sees each."""
    return kept_with(case) if user.sees_all_schools and user.may("see_prosecutions") else []


def glances(case: Case, user: Any) -> list[tuple[Prosecution | None, readiness.Way]]:
    """The prosecutions of a case without a charge, or the case itself where none is under way."""
    under_way = [one for one in of_case_page(case, user) if one.state not in Prosecution.OVER]
    if not under_way:
        return [(None, readiness.of_case(known(case))[0])]
    found = sorted((one for one in under_way if one.state in BEFORE), key=lambda one: (one.safe_date, one.pk))
    return [(one, readiness.at_a_glance(_primed(one))) for one in found]


def known(case: Case) -> readiness.Known:
    [(order, parent)] = _known(case)
    return readiness.Known(case.pupil.date_of_birth is not None, parent, order or "", case.pk, case.pupil_id)


def yours(user: Any, case: Case, one: Prosecution | None) -> Callable[[str], bool]:
    """Which owner this person is."""
    officer = one.investigator_id if one else case.owner_id
    legal = user.pk if one is None or one.legal_owner_id is None else one.legal_owner_id
    mine = {
        readiness.SCHOOL: user.is_school_user,
        readiness.OFFICER: officer == user.pk,
        readiness.LEGAL: user.may("prosecute") and legal == user.pk,
        readiness.SENIOR: user.may("consider_order") and not user.may("authorise_prosecution"),
        readiness.MANAGER: user.may("authorise_prosecution"),
    }
    return mine.__getitem__


# everything


def to_court(one: Prosecution | None, case: Case, user: Any, today: date) -> list[readiness.Way]:
    """The two ways to court, as they stand today."""
    if one is None:
        return readiness.of_case(known(case))
    expected.keep(one)
    return readiness.of_prosecution(_looked_at(one), evidence_of(one, user, today), today)


def of_case_in_view(case: Case, user: Any) -> list[Any]:
    """The prosecutions of a case that are not over, with what is asked of each, what is most urgent first; two queries."""
    visible = Prosecution.objects.visible_to(user).order_by().values("pk")
    found = _glances(
        Prosecution.objects.filter(pk__in=visible, case=case).exclude(state__in=Prosecution.OVER)
    )
    rows = list(found.select_related(*RELATED).order_by("safe_date", "pk"))
    for one in rows:
        one.case = case
        one.charge_facts = None
        _primed(one)
    return rows


def evidence_of(one: Prosecution, user: Any, today: date) -> readiness.Evidence:
    bundle = expected.live(one)
    open_ = bundle is None or bundle.state != Bundle.State.ISSUED
    items = expected.items_of(bundle) if bundle and open_ else []
    home = papers.home_of(one, today, user)
    return readiness.Evidence(
        bundle=bundle,
        items=items,
        papers=expected.papers(one, bundle, items) if open_ else [],
        home=home is not None and home.usable,
        plea_address=bool(values.in_force(today)["plea_address"]),
    )


def of_notice(case: Case, user: Any, today: date, one: Prosecution | None = None) -> readiness.Way:
    """The notices that are not issued yet, with their check; else the request; else the last one issued."""
    found = Notice.objects.visible_to(user).filter(pupil=case.pupil_id)
    if one is not None:
        found = found.filter(parent=one.parent_id)
    wanted = Q(state__in=_NOT_ISSUED) | Q(issued_on__isnull=False)
    rows = list(facts.select(found.filter(wanted)).order_by("-pk"))
    waiting = [notice for notice in rows if notice.issued_on is None]
    if waiting:
        of = [notice for notice in waiting if notice.request_id == waiting[0].request_id]
        return readiness.of_notice(readiness.OfNotice(found=facts.gather(of, today)), case.pupil_id)
    asked = NoticeRequest.objects.visible_to(user).filter(pupil=case.pupil_id, state__in=_OPEN).first()
    return readiness.of_notice(readiness.OfNotice(asked, issued=next(iter(rows), None)), case.pupil_id)


def rows(way: readiness.Way, user: Any) -> list[dict[str, Any]]:
    """Its lines for this person: links they may follow, and nothing privileged for others."""
    reads = reads_privileged(user)
    return [
        {
            "text": line.text,
            "said": line.said,
            "words": line.words if reads or line.key not in readiness.PRIVILEGED else "",
            "owner": line.owner.capitalize(),
            "href": _href(line, user),
        }
        for line in way.lines
    ]


def _href(line: readiness.Line, user: Any) -> str:
    if line.page is None:
        return ""
    name, key = line.page
    permission = _NEEDS[name]
    if permission is not None and not user.may(permission):
        return ""
    return reverse(name, args=[key] if key else [])


# of a school: what it owes itself


@prepared
def _certificates(user: Any, case: Case) -> QuerySet[Any]:
    found: QuerySet[Any] = (
        Certificate.objects.visible_to(user).standing().filter(prosecution__case=case, signed_at=None)
    )
    return found.order_by("pk").values_list("pk", "due_on")


@prepared
def _statements(user: Any, case: Case) -> QuerySet[Any]:
    found: QuerySet[Any] = WitnessStatement.objects.visible_to(user).standing().filter(prosecution__case=case)
    return found.filter(signed_at=None, school__isnull=False).order_by("pk").values_list("pk", "due_on")


@prepared
def _requests(user: Any, pupil: int) -> QuerySet[Any]:
    states = (NoticeRequest.State.DRAFT, NoticeRequest.State.RETURNED)
    return NoticeRequest.objects.visible_to(user).filter(pupil=pupil, from_school=True, state__in=states).order_by("pk")  # fmt: skip


def owed_by_school(case: Case, user: Any) -> list[dict[str, str]]:
    """What this school has still to give, each with its page; three queries."""
    owed = [
        ("The head teacher signs the certificate of attendance", "certificate", pk, due)
        for pk, due in _certificates(user, case)
    ] + [("A statement for court is written and signed", "witness", pk, due) for pk, due in _statements(user, case)]  # fmt: skip
    found = [
        {"text": text, "words": f"By {long_date(due)}." if due else "", "href": reverse(name, args=[pk])}
        for text, name, pk, due in owed
    ]
    if not user.may("see_notices"):
        return found
    return found + [
        {"text": "The request for a penalty notice is finished and sent", "words": request.returned_because, "href": reverse("notice_request", args=[request.pk])}
        for request in _requests(user, case.pupil_id)
    ]  # fmt: skip


def gaps_of_requests(case: Case, user: Any, today: date) -> dict[str, list[str]]:
    """Address -> what a school's own request lacks, for its own page."""
    of_code = code.in_force(today)
    return {
        reverse("notice_request", args=[request.pk]): readiness.request_gaps(request, of_code)
        for request in _requests(user, case.pupil_id)
    }


# the list


def not_ready(user: Any, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Prosecutions without a charge, and cases without a prosecution, that something is missing of; three queries."""
    found = [*_prosecutions(user, wanted), *_cases(user, wanted)]
    owner = wanted["owner"]
    return [row for row in found if row["missing"] and (not owner or row["owed"].get(owner))]


def _prosecutions(user: Any, wanted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    found = _glances(Prosecution.objects.visible_to(user).filter(state__in=BEFORE))
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    if wanted["scope"] == "mine":
        found = found.filter(Q(investigator=user) | Q(legal_owner=user) | Q(case__owner=user))
    elif wanted["scope"] == "schools":
        found = found.filter(case__school__in=link_schools(user))
    for one in found.select_related("school", "case__school", "case__owner", "investigator").order_by(
        "safe_date", "pk"
    ):
        yield _row(one.case, one, readiness.at_a_glance(_primed(one)), user)


def _cases(user: Any, wanted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """With legal and none under way; every open case where that is asked for."""
    under_way = Prosecution.objects.filter(case=OuterRef("pk")).exclude(state__in=Prosecution.OVER)
    found = Case.objects.visible_to(user).open().filter(~Exists(under_way.order_by()))
    if wanted["of"] != "every":
        found = found.filter(state=Case.State.LEGAL)
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    if wanted["scope"] == "mine":
        found = found.filter(owner=user)
    elif wanted["scope"] == "schools":
        found = found.filter(school__in=link_schools(user))
    for case in _with_known(found).select_related("pupil", "school", "owner").order_by("state_since", "pk"):
        pupil = case.pupil
        said = readiness.Known(pupil.date_of_birth is not None, case.parent_, case.order_ or "", case.pk, pupil.pk)  # fmt: skip
        yield _row(case, None, readiness.of_case(said)[0], user)


def _row(case: Case, one: Prosecution | None, way: readiness.Way, user: Any) -> dict[str, Any]:
    owed = dict(readiness.counts(way.lines, lambda _: False))
    said = readiness.counts(way.lines, yours(user, case, one))
    officer = one.investigator if one else case.owner
    return {
        "pk": f"{case.pk}-{one.pk if one else 0}",
        "url": reverse("prosecution_court_ready", args=[one.pk]) if one else reverse("case_court_ready", args=[case.pk]),
        "label": f"{one.number if one else case.number}, {child(case)}",
        "number": one.number if one else case.number,
        "case": case.number,
        "prosecution": one.number if one else "",
        "child": child(case),
        "defendant": defendant(one) if one else "–",
        "school": ((one.school if one else None) or case.school).name,
        "stage": one.get_state_display() if one else case.get_state_display(),
        "way": readiness.TITLES[way.key],
        "missing": len(way.missing),
        "owed": owed,
        "said": ", ".join(f"{n} {owner}" for owner, n in said),
        "safe_date": one.safe_date if one else None,
        "limit": one.safe_date if one else date.max,
        "officer": officer.name if officer else "Nobody yet",
    }  # fmt: skip


def for_export(found: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file, without UPN; restricted children by initials."""
    for row in found:
        yield (
            row["case"], row["prosecution"], row["child"], row["defendant"], row["school"], row["stage"], row["way"],
            row["missing"], *(row["owed"].get(owner, 0) for owner in readiness.OWNERS), row["safe_date"], row["officer"],
        )  # fmt: skip
