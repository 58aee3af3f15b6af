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
        "to": addressed(one),
        "heading": heading,
        "reference": one.number,
        "dated": long_date(timezone.localdate(at)),
        "intro": _intro(one, key, step),
        "facts": [[name, value] for name, value in facts(one, step) if value],
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


def cared_for(one: Licence) -> str:
    """Who has charge of the child, and what is known of them: nobody is called approved whom only the applicant names."""
    if one.care != Licence.Care.CHAPERONE:
        return f"{one.carer} ({one.get_care_display().lower()})"
    if one.chaperone is not None:
        granted = one.chaperone.state == one.chaperone.State.GRANTED
        held = "chaperone approved by this council" if granted else "chaperone"
        return f"{one.chaperone.name} ({held}, {one.chaperone.number})"
    if one.carer_council and one.carer_asked_on:
        asked = f"which was asked on {long_date(one.carer_asked_on)}"
        return f"{one.carer} (chaperone approved by {one.carer_council}, {asked})"
    return f"{one.carer or 'Nobody yet'} (chaperone, as the applicant says)"


def facts(one: Any, step: str) -> list[tuple[str, str]]:
    """What a paper says, line by line; it goes to an employer or producer: nothing of the family's home is in it."""
    if isinstance(one, Permit):
        return [
            *_child(one), ("Employer", one.employer), ("Place of work", one.workplace), ("Work", one.job),
            ("Duties", one.duties), ("Begins", long_date(one.starts_on)),
        ]  # fmt: skip
    if isinstance(one, Licence):
        return [
            *_child(one), ("Applicant" if step == "refuse" else "Licence holder", one.producer), ("Production", one.production), ("Where", one.venue),
            ("What the child does", one.child_part), ("In the charge of", cared_for(one)),
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


def applicant(one: Any) -> tuple[str, str]:
    """Whom a decision goes to, and where: the employer, the producer, the body, or the chaperone."""
    if isinstance(one, Permit):
        return one.employer, one.employer_address
    if isinstance(one, Licence):
        return one.producer, one.producer_address
    return (one.organisation if isinstance(one, Approval) else one.name), one.address


def addressed(one: Any) -> list[str]:
    """The lines in the window of an envelope: who answers for it, the applicant, the address."""
    name, address = applicant(one)
    person = (
        getattr(one, "employer_contact", "")
        or getattr(one, "producer_contact", "")
        or getattr(one, "contact", "")
    )
    where = (part.strip() for part in address.replace("\n", ",").split(","))
    return [line for line in (person, name, *where) if line]


def email(one: Any) -> str:
    """Where the applicant is told that a decision is there."""
    return str(
        getattr(one, "employer_email", "") or getattr(one, "producer_email", "") or getattr(one, "email", "")
    )


#: state -> how a message about it goes on
_FOLLOWS: Final = {
    "granted": "The paper follows by post, or an officer hands it to you. Nothing may begin before you have it.",
    "refused": "What you asked for may not begin. The letter follows by post: it gives the reasons, and says what you can do if "
               "you do not agree.",
    "revoked": "It does not hold from today on. The letter follows by post: it gives the reasons, and says what you can do if "
               "you do not agree.",
    "withdrawn": "Nothing is decided, and nothing may begin by it.",
    "ended": "It does not hold any more.",
}  # fmt: skip


def message(one: Any) -> str:
    """No child is named: messages lie open on screens."""
    return (
        f"Your application {one.number} to the council is now: {one.get_state_display().lower()}.\n\n"
        f"{_FOLLOWS[one.state]}\n"
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
