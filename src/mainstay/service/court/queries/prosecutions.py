"""The list of prosecutions, and one as its page shows it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.casework.queries.cases import child
from mainstay.service.common.steps import Step, missing_of
from mainstay.service.court.forms_prosecutions import BEFORE as NOT_ISSUED
from mainstay.service.court.models import Prosecution
from mainstay.service.court.steps import BEFORE, PROSECUTION, order_considered
from mainstay.service.record.models import Deadline

State = Prosecution.State
COLOURS: Final[Mapping[str, str]] = {
    State.PROPOSED: "yellow", State.TESTING: "yellow", State.AUTHORISING: "orange", State.EVIDENCE: "blue",
    State.READY: "turquoise", State.SINGLE_JUSTICE: "purple", State.SUMMONS: "purple", State.LISTED: "purple",
    State.TRIAL: "purple", State.DECIDED: "red", State.AFTER: "green", State.CLOSED: "grey", State.STOPPED: "grey",
}  # fmt: skip
HEADER: Final = (
    "Prosecution", "Case", "Child", "UPN", "Parent", "School", "Offence", "From", "To", "State", "Safe date", "Outer date",
    "Issued", "Reply by", "Investigator", "Legal",
)  # fmt: skip
SHOWN_WITH: Final = ("case__pupil", "parent", "school", "investigator", "legal_owner")
#: where it stands, in the words of the progress line
_WAY: Final = (
    ("Proposed", (State.PROPOSED,)),
    ("Code test", (State.TESTING,)),
    ("Authorised", (State.AUTHORISING,)),
    ("Evidence", (State.EVIDENCE,)),
    ("Charge", (State.READY,)),
    ("Before the court", (State.SINGLE_JUSTICE, State.SUMMONS, State.LISTED, State.TRIAL)),
    ("Result", (State.DECIDED,)),
    ("After court", (State.AFTER, State.CLOSED, State.STOPPED)),
)
#: a safe date nearer than this is urgent: the first of the law's alarms
NEAR: Final = timedelta(weeks=8)


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Prosecution]:
    """Those this person may see that fit the filters; the open ones where no state is asked for."""
    found, today = Prosecution.objects.visible_to(user), timezone.localdate()
    if not wanted["state"]:
        found = found.open()
    elif wanted["state"] == NOT_ISSUED:
        found = found.filter(state__in=BEFORE)
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["limit"]:
        until = today if wanted["limit"] == "past" else today + timedelta(weeks=int(wanted["limit"]))
        passed = Q(safe_date__lt=today) if wanted["limit"] == "past" else Q(safe_date__lte=until)
        found = found.filter(passed, state__in=BEFORE)
    if wanted["ready"]:
        ready = Q(state=State.READY)
        found = found.filter(ready if wanted["ready"] == "yes" else Q(state__in=BEFORE) & ~ready)
    if wanted["scope"]:
        found = found.filter(
            **{{"investigator": "investigator", "legal": "legal_owner"}[wanted["scope"]]: user}
        )
    if wanted["offence"]:
        found = found.filter(offence=wanted["offence"])
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    return found.select_related(*SHOWN_WITH)


def clock(one: Prosecution, today: date) -> tuple[str, str]:
    """The limit that runs, in words and a colour; nothing once the charge is issued or it is over."""
    if one.state not in BEFORE:
        return "", ""
    if one.outer_date < today:
        return "out of time", "red"
    if one.safe_date < today:
        return f"past the safe date: {(one.outer_date - today).days} days to the outer date", "red"
    near = one.safe_date <= today + NEAR
    return f"{(one.safe_date - today).days} days to the safe date", "orange" if near else "blue"


def rows(found: Iterable[Prosecution], today: date) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("prosecution", args=[one.pk]),
            "label": f"{one.number}, {child(one.case)}",
            "number": one.number,
            "child": child(one.case),
            "parent": defendant(one),
            "school": one.school.name if one.school else "–",
            "offence": f"s.{one.offence}" if one.offence[:1] == "4" else "Direction",
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "safe_date": one.safe_date,
            "clock": clock(one, today),
            "who": (one.legal_owner or one.investigator).name,
        }
        for one in found
    ]


def defendant(one: Prosecution) -> str:
    """The parent's name in a list; of a restricted child's parent, initials."""
    if not one.case.pupil.restricted:
        return one.parent.name
    return f"{one.parent.forename[:1]}{one.parent.surname[:1]}"


def for_export(found: Iterable[Prosecution]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children and their parents by initials and without UPN."""
    for one in found:
        pupil = one.case.pupil
        yield (
            one.number, one.case.number, child(one.case), "" if pupil.restricted else pupil.upn, defendant(one),
            one.school.name if one.school else "", one.get_offence_display(), one.offence_from, one.offence_to,
            one.get_state_display(), one.safe_date, one.outer_date, one.issued_on, one.reply_by, one.investigator.name,
            one.legal_owner.name if one.legal_owner else "",
        )  # fmt: skip


def progress(one: Prosecution) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    now = next(n for n, (_, states) in enumerate(_WAY) if one.state in states)
    stopped = one.state == State.STOPPED
    return [
        {
            "text": "Stopped" if stopped and n == now else text,
            "state": "done"
            if one.state == State.CLOSED or (n < now and not stopped)
            else "now"
            if n == now
            else "next",
        }
        for n, (text, _) in enumerate(_WAY)
    ]


def steps(one: Prosecution, user: Any) -> list[tuple[Step, list[str]]]:
    """The steps this person may take now, each with everything that stands in its way."""
    found = PROSECUTION.open_to(user, one.state)
    missing = missing_of(found, one)
    return [(step, missing[step.name]) for step in found]


def deadlines(one: Prosecution, user: Any) -> list[Deadline]:
    found = (
        Deadline.objects.visible_to(user)
        .open()
        .filter(about_kind=one._meta.label_lower, about_id=str(one.pk))
    )
    return list(found.select_related("owner").order_by("last_day", "pk"))


def of_case(case: Any, user: Any) -> list[Prosecution]:
    return list(
        Prosecution.objects.visible_to(user).filter(case=case).select_related("parent", "case__pupil")
    )


def reads_privileged(user: Any) -> bool:
    """Whether this person reads the full code test: who writes, reviews or decides on it."""
    return any(user.may(p) for p in ("see_privileged", "test_prosecution", "authorise_prosecution"))


#: step -> its page; the other steps are taken where their own subject is shown
PAGES: Final[Mapping[str, str]] = {
    "consider_order": "prosecution_consider", "test": "prosecution_review", "authorise": "prosecution_authorise",
    "evidence_ready": "prosecution_evidence_ready", "issue_single_justice": "prosecution_charge",
    "reply": "prosecution_reply", "stop": "prosecution_stop", "discontinue": "court_discontinue",
    "summons_issued": "prosecution_summons",
}  # fmt: skip
AT_ONCE: Final = ("consider_order", "evidence_ready")
#: said of the step that leads to the same page
_SAME: Final = ("test_failed", "more_evidence", "refuse", "issue_requisition", "apply_summons")
_ROUTES: Final = ("issue_single_justice", "issue_requisition", "apply_summons")


def buttons(one: Prosecution, user: Any) -> list[tuple[Step, list[str], str, bool]]:
    """Each step this person may take: what stands in its way, its page, whether it needs no words.

    Of the three ways to issue a charge one is enough: what stands against each is said on the page of the charge.
    """
    found = [
        (step, missing)
        for step, missing in steps(one, user)
        if step.name not in ("told", "close", "void", "decide")
    ]
    ways = [missing for step, missing in found if step.name in _ROUTES]
    rows = []
    for step, missing in found:
        if step.name in _SAME or (step.name in ("to_hearing", "plead_not_guilty")):
            continue
        if step.name in _ROUTES and not all(ways):
            missing = []
        href = reverse(PAGES[step.name], args=[one.pk]) if step.name in PAGES else ""
        rows.append((_named(step), missing, href, step.name in AT_ONCE))
    return rows


def _named(step: Step) -> Step:
    """The page of the charge serves all three routes, and that of the review every outcome."""
    labels = {"issue_single_justice": "Issue the charge", "test": "Review the full code test"}
    return replace(step, label=labels[step.name]) if step.name in labels else step


def links(one: Prosecution, user: Any) -> list[tuple[str, str]]:
    """What can be written besides the steps."""
    open_ = one.state in BEFORE
    offered = (
        (open_ and user.may("test_prosecution"), "Assess the defences", "prosecution_defences"),
        (
            one.state == State.TESTING and user.may("test_prosecution"),
            "Write the full code test",
            "prosecution_test",
        ),
        (
            open_
            and one.offence in ("444(1)", "444(1A)")
            and (user.may("propose_prosecution") or user.may("prosecute")),
            "Pick the sessions anew",
            "prosecution_pick",
        ),
        (
            one.charge_service_id is not None and user.may("prosecute"),
            "Certificate of service",
            "prosecution_certify",
        ),
    )
    links = [(text, reverse(name, args=[one.pk])) for shows, text, name in offered if shows]
    if one.state == State.PROPOSED and user.may("consider_order") and order_considered(one):
        links.insert(0, ("Consider a supervision order", reverse("order_consider", args=[one.case_id])))
    return links
