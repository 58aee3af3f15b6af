"""The list of prosecutions, and one as its page shows it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.casework.queries.cases import child
from mainstay.service.common.steps import Step, missing_of
from mainstay.service.court.forms_prosecutions import BEFORE as NOT_ISSUED
from mainstay.service.court.models import Prosecution
from mainstay.service.court.steps import BEFORE, PROSECUTION
from mainstay.service.record.models import Deadline

State = Prosecution.State
COLOURS: Final[Mapping[str, str]] = {
    State.PROPOSED: "yellow", State.TESTING: "yellow", State.AUTHORISING: "orange", State.EVIDENCE: "blue",
    State.READY: "turquoise", State.SINGLE_JUSTICE: "purple", State.LISTED: "purple", State.TRIAL: "purple",
    State.DECIDED: "red", State.AFTER: "green", State.CLOSED: "grey", State.STOPPED: "grey",
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
    ("Before the court", (State.SINGLE_JUSTICE, State.LISTED, State.TRIAL)),
    ("Result", (State.DECIDED,)),
    ("After court", (State.AFTER,)),
    ("Closed", (State.CLOSED, State.STOPPED)),
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
    return [
        {
            "text": text,
            "state": "now" if n == now else "done" if n < now and one.state != State.STOPPED else "next",
            "note": "stopped" if one.state == State.STOPPED and n == now else "",
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
