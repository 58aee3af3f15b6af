"""The numbered papers of this room, and the short messages that say one is there."""

from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.law.employment import DAYS, clock_time, hours_words
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date, money, short_date
from mainstay.service.documents import rendering
from mainstay.service.documents import writing as ways
from mainstay.service.documents.models import Document
from mainstay.service.employment import checks
from mainstay.service.employment.models import Approval, Chaperone, Licence, Permit

TEMPLATE: Final = "employment_paper"
_LAW: Final = {
    "permit": "Children and Young Persons Act 1933, section 18, and byelaws",
    "licence": "Children and Young Persons Act 1963, section 37",
    "approval": "Children and Young Persons Act 1963, section 37(3)(b)",
    "chaperone": "Children (Performances and Activities) (England) Regulations 2014",
}
_NAMES: Final = {
    "permit": "Employment permit", "licence": "Performance licence", "approval": "Approval of a body of persons",
    "chaperone": "Approval as a chaperone",
}  # fmt: skip


def issue(one: Any, step: str, *, by: Any, at: datetime) -> Document:
    """The paper of a decision: what was granted, or the refusal or revocation with its reasons."""
    sender = ways.on(timezone.localdate(at)).sender
    key = _key(one)
    heading = (
        _NAMES[key] if step == "grant" else f"{_NAMES[key]}: {'refused' if step == 'refuse' else 'revoked'}"
    )
    values = {
        "title": f"{_NAMES[key]} {one.number}",
        "sender": {
            "name": sender.name, "service": sender.service, "address": list(sender.address), "contact": sender.contact,
        },
        "heading": heading,
        "reference": one.number,
        "dated": long_date(timezone.localdate(at)),
        "intro": _intro(one, key, step),
        "facts": [[name, value] for name, value in facts(one) if value],
        "tables": _tables(one) if step == "grant" else [],
        "parts": _parts(one, key, step),
        "signed_by": by.name,
        "signed_post": by.post,
    }  # fmt: skip
    return rendering.issue(
        template=TEMPLATE, title=str(values["title"]), values=values, pupil_id=getattr(one, "pupil_id", None), by=by, at=at,
        draft=False, about=one,
    )  # fmt: skip


def _key(one: Any) -> str:
    from mainstay.service.employment.kinds import of

    return of(one).key


def _intro(one: Any, key: str, step: str) -> str:
    if step == "refuse":
        return (
            f"The council refuses what was asked for on {long_date(one.received_on)}. The reasons are below."
        )
    if step == "revoke":
        return (
            "The council takes back what it granted. It does not hold from today on. The reasons are below."
        )
    held = (
        f" It holds from {long_date(_first(one))} until {long_date(one.expires_on)}."
        if one.expires_on
        else ""
    )
    return f"{_LAW[key]}.{held} It may be revoked."


def _first(one: Any) -> date:
    """The first day on which it holds: of work, of performing, of the production; a chaperone's from the decision on."""
    granted: date = one.granted_on
    if isinstance(one, Permit):
        return max(one.starts_on, granted)
    if isinstance(one, Licence):
        return min(day.on for day in one.days.all())
    return max(one.first_on, granted) if isinstance(one, Approval) else granted


def _child(one: Any) -> list[tuple[str, str]]:
    name = one.pupil.legal_name if one.pupil else one.child_name
    return [("Child", name), ("Born on", long_date(one.born_on))]


def facts(one: Any) -> list[tuple[str, str]]:
    """What a paper says, line by line; it goes to an employer or producer: nothing of the family's home is in it."""
    if isinstance(one, Permit):
        return [
            *_child(one), ("Employer", one.employer), ("Place of work", one.workplace), ("Work", one.job),
            ("Duties", one.duties), ("Begins", long_date(one.starts_on)),
        ]  # fmt: skip
    if isinstance(one, Licence):
        carer = one.chaperone.name if one.chaperone else one.carer
        return [
            *_child(one), ("Licence holder", one.producer), ("Production", one.production), ("Where", one.venue),
            ("What the child does", one.child_part), ("In the charge of", f"{carer} ({one.get_care_display().lower()})"),
            ("Education", one.education), ("Earnings", money(one.earnings) if one.earnings is not None else ""),
        ]  # fmt: skip
    if isinstance(one, Approval):
        return [
            ("Body of persons", one.organisation), ("Production", one.production), ("Where", one.venue),
            ("From", long_date(one.first_on)), ("To", long_date(one.last_on)), ("Children", str(one.children)),
            ("Chaperones", str(one.chaperones)),
        ]  # fmt: skip
    if isinstance(one, Chaperone):
        return [("Chaperone", one.name), ("Born on", long_date(one.born_on))]
    raise StepRefused("There is no paper for this.")


def week_rows(rows: Any) -> list[list[str]]:
    """Hours by day, in words."""
    found = []
    for n, name in enumerate(DAYS):
        spans = sorted((start, end) for day, start, end in rows if day == n)
        if spans:
            words = " and ".join(f"{clock_time(start)} to {clock_time(end)}" for start, end in spans)
            found.append([name, words, hours_words(sum(end - start for start, end in spans))])
    return found


def day_rows(one: Licence) -> list[list[str]]:
    return [
        [short_date(day.on), f"{clock_time(day.arrives)} to {clock_time(day.leaves)}", hours_words(day.acting),
         hours_words(day.lessons) if day.lessons else "–"]
        for day in one.days.all()
    ]  # fmt: skip


def _tables(one: Any) -> list[dict[str, Any]]:
    head = ["Day", "Hours", "In all"]
    if isinstance(one, Permit):
        parts = (
            ("Hours in a week with school", one.school_week),
            ("Hours in a week without school", one.free_week),
        )
        return [{"title": title, "head": head, "rows": week_rows(rows)} for title, rows in parts if rows]
    if isinstance(one, Licence):
        return [{"title": "Days", "head": ["Day", "There", "Performing", "Lessons"], "rows": day_rows(one)}]
    return []


def _parts(one: Any, key: str, step: str) -> list[dict[str, Any]]:
    found = []
    if step != "grant":
        found.append({"label": "Reasons", "text": one.decision.reasons, "items": []})
        appeal = checks.said(one)["licence_appeal" if key == "licence" else "permit_appeal"]
        found.append({"label": "If you do not agree", "text": appeal, "items": []})
    elif one.conditions:
        found.append({"label": "Conditions", "text": "", "items": list(one.conditions)})
    return found


def email(one: Any) -> str:
    """Where the applicant is told that a decision is there."""
    return str(
        getattr(one, "employer_email", "") or getattr(one, "producer_email", "") or getattr(one, "email", "")
    )


def message(one: Any) -> str:
    """No child is named: messages lie open on screens."""
    return (
        f"Your application {one.number} to the council is now: {one.get_state_display().lower()}.\n\n"
        "The paper follows by post, or an officer hands it to you. Nothing may begin before you have it.\n"
    )


def summary(one: Any) -> str:
    """What a school may read of a decision."""
    if isinstance(one, Permit):
        return (
            f"{one.job} for {one.employer}. Until {long_date(one.expires_on)}." if one.expires_on else one.job
        )
    if isinstance(one, Licence):
        days = ", ".join(short_date(day.on) for day in one.days.all())
        return f"{one.production}: {days}."
    return ""
