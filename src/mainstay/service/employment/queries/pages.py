"""One application or report as its page shows it."""

from typing import Any

from django.db.models import QuerySet

from mainstay.law.answer import plain
from mainstay.law.performance import PerformanceAnswer
from mainstay.service.common.ui.filters import long_date, money
from mainstay.service.directory.models import Pupil
from mainstay.service.employment import checks, papers, steps
from mainstay.service.employment.actions import reporting
from mainstay.service.employment.actions.applying import late_offer
from mainstay.service.employment.forms.fields import as_time
from mainstay.service.employment.kinds import Kind
from mainstay.service.employment.models import Approval, Chaperone, Licence, Permit, Report
from mainstay.service.record.models import Deadline

Rows = list[dict[str, Any]]


def _rows(*pairs: tuple[str, Any]) -> Rows:
    return [{"key": key, "value": value} for key, value in pairs]


def _child(one: Any) -> Rows:
    found = (
        one.pupil.name
        if one.pupil
        else f"In no record here: {one.off_record}"
        if one.off_record
        else "To find"
    )
    return _rows(
        ("As the application has it", f"{one.child_name}, born {long_date(one.born_on)}, {one.child_school}"),
        ("In the directory", found), ("Lives at", one.child_address),
        ("Parent", f"{one.parent_name}, {one.parent_contact}"),
        ("Parent signed", long_date(one.parent_signed_on) if one.parent_signed_on else "Not yet"),
    )  # fmt: skip


def sections(one: Any) -> list[tuple[str, Rows]]:
    """What was applied for, part by part."""
    if isinstance(one, Permit):
        insured = f"{one.insurer}{f', until {long_date(one.insured_until)}' if one.insured_until else ''}"
        work = one.get_work_display() + (f": {one.work_because}" if one.work_because else "")
        school = (
            f"{as_time(one.opens)} to {as_time(one.closes)}"
            if one.opens and one.closes
            else "As schools here do"
        )
        return [
            ("The child", _child(one)),
            ("The work", _rows(("Employer", one.employer), ("Contact", _contact(one, "employer")), ("Job", one.job),
                               ("Duties", one.duties), ("Kind of work", work), ("Place", one.workplace),
                               ("Offered on", long_date(one.offered_on)), ("Begins", long_date(one.starts_on)))),
            ("Safety", _rows(("Insured with", insured), ("Risk assessment", one.risk_text),
                             ("School hours", school), ("Law", one.get_regime_display()))),
        ]  # fmt: skip
    if isinstance(one, Licence):
        earnings = money(one.earnings) if one.earnings is not None else "None said"
        said = [name for name, yes in (("a charge, licensed premises, recording, paid sport or modelling", one.regulated),
                ("paid", one.payment), ("misses school", one.absence), ("arranged by a school", one.by_school)) if yes]  # fmt: skip
        return [
            ("The child", _child(one)),
            ("The performance", _rows(("Producer", one.producer), ("Contact", _contact(one, "producer")),
                                      ("Production", f"{one.production} ({one.get_kind_display()})"), ("Where", one.venue),
                                      ("The child’s part", one.child_part), ("What is so", "; ".join(said) or "nothing of it"),
                                      ("Body of persons", one.body.organisation if one.body else "None"),
                                      ("Earnings", earnings))),
            ("Care and education", _rows(("In the charge of", papers.cared_for(one)),
                                         ("Children together", one.children), ("Education", one.education),
                                         ("Well enough", "The parent says so" if one.fit else "Nobody has said so"),
                                         ("Why it is late", one.late_because or "Not said"))),
        ]  # fmt: skip
    if isinstance(one, Approval):
        return [("The body of persons", _rows(
            ("Body", one.organisation), ("Contact", f"{one.contact}, {one.email or one.phone}"), ("Production", one.production),
            ("Where", one.venue), ("Days", f"{long_date(one.first_on)} to {long_date(one.last_on)}"),
            ("Children", one.children), ("Chaperones", one.chaperones), ("Safeguarding", one.safeguarding),
            ("Without payment or absence", "Yes" if one.unpaid else "No")))]  # fmt: skip
    assert isinstance(one, Chaperone)
    return [
        ("The chaperone", _rows(("Name", one.name), ("Born on", long_date(one.born_on)),
                                ("Contact", " ".join(filter(None, (one.email, one.phone)))), ("Address", one.address),
                                ("In the council’s area", "Yes" if one.lives_here else "No"), ("Experience", one.experience))),
        ("Checks", _rows((f"Reference: {one.first_referee}", long_date(one.first_reference_on)),
                         (f"Reference: {one.second_referee}", long_date(one.second_reference_on)),
                         ("Enhanced DBS check of", long_date(one.dbs_on)), ("Interviewed", long_date(one.interviewed_on)),
                         ("Interview", one.interview or "Nothing written down"))),
    ]  # fmt: skip


def _contact(one: Any, who: str) -> str:
    said = (getattr(one, f"{who}_contact"), getattr(one, f"{who}_email"), getattr(one, f"{who}_phone"))
    return ", ".join(filter(None, said))


def answers(one: Any) -> list[dict[str, Any]]:
    """What the law says, for ``ui.answer_card``: a heading, the sentence, what is against it, and the Answer."""
    if isinstance(one, Permit):
        return [
            {"heading": name, "sentence": _allowed(answer.allowed, answer.applies), "answer": plain(answer),
             "breaches": [breach.text for breach in answer.breaches]}
            for name, answer in checks.weeks(one).items()
            if (one.school_week if name == "A week with school" else one.free_week)
        ]  # fmt: skip
    answer = checks.licence(one) if isinstance(one, Licence) else None
    if answer is None:
        return []
    return [
        {"heading": "Licence and hours", "sentence": _needed(answer), "answer": plain(answer),
         "breaches": [breach.text for breach in answer.breaches]}
    ]  # fmt: skip


def _allowed(allowed: bool, applies: bool) -> str:
    if not applies:
        return "The child is over compulsory school age: no permit is needed."
    return "These hours and this work are allowed." if allowed else "This is not allowed as it stands."


def _needed(answer: PerformanceAnswer) -> str:
    needed = "A licence is needed" if answer.needed else "No licence is needed"
    hours = "the hours are kept" if answer.allowed else "the hours are not kept"
    return f"{needed}; {hours}. {answer.days_counted} days of performing in six months, over all producers."


def warnings(one: Any) -> list[str]:
    found = [late_offer(one)] if isinstance(one, Permit) else []
    answer = checks.licence(one) if isinstance(one, Licence) else None
    found += [warning.text for warning in answer.warnings] if answer else []
    if isinstance(one, Permit) and not checks.said(one)["prohibited"]:
        found.append(
            "The council’s list of prohibited work is empty: weigh the work yourself, and confirm with legal."
        )
    return [words for words in found if words]


def tables(one: Any) -> list[dict[str, Any]]:
    """Hours and days, for a plain table."""
    return papers._tables(one)


def candidates(one: Any, user: Any) -> list[tuple[str, str]]:
    """Children in view born that day, the same name first."""
    from mainstay.service.common.keys import fold

    born = getattr(one, "born_on", None)
    if born is None:
        return []
    typed = set(fold(one.child_name).split())
    found = (
        Pupil.objects.visible_to(user)
        .filter(date_of_birth=born)
        .select_related("school")
        .order_by("key", "pk")[:50]
    )
    best = sorted(found, key=lambda pupil: -len(typed & set(pupil.key.split())))[:10]
    return [
        (str(pupil.pk), f"{pupil.initials} (restricted)" if pupil.restricted else
         f"{pupil.name}, {pupil.school.name if pupil.school else 'on no roll'}")
        for pupil in best
    ]  # fmt: skip


def progress(one: Any) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    over = {"refused": "Refused", "withdrawn": "Withdrawn", "revoked": "Revoked", "ended": "Over"}
    way = ["Received", "Checked", "Decided", over.get(one.state, "In force")]
    now = {"received": 1, "granted": 3}.get(one.state, 4)
    return [
        {"text": text, "state": "done" if n < now else "now" if n == now else "next"}
        for n, text in enumerate(way)
    ]


def clocks(one: Any) -> QuerySet[Deadline]:
    """Of a row that this person sees: its clocks belong to it."""
    found = Deadline.objects.open()
    return found.filter(about_kind=one._meta.label_lower, about_id=str(one.pk)).order_by("last_day", "pk")


def missing(kind: Kind, one: Any) -> list[str]:
    """Everything that stands in the way of granting it; hours that are not allowed stand once, beside what the law says."""
    if one.state != one.State.RECEIVED:
        return []
    hours = (
        steps._hours(one)
        if isinstance(one, Permit)
        else steps._performing(one)
        if isinstance(one, Licence)
        else None
    )
    found = kind.steps["grant"].missing(one)
    return [
        "Change the hours: what is against them stands beside what the law says." if words == hours else words
        for words in found
    ]


def limit_notes(one: Report) -> list[str]:
    """How long a prosecution can be begun, or what to enter so that it can be counted."""
    found = reporting.limits(one)
    if found is None:
        words = (
            "Nobody wrote on which day the child was seen at work, so no last day to prosecute can be shown. Find out when the "
            "offence was and enter its first and last day: the time to prosecute runs from it, not from the day the report came."
        )
        return [words]
    seen = f"Counted from {long_date(one.seen_on)}, when the child was last seen at work; enter other days if the offence was earlier."
    return [f"{' '.join(reason.text for reason in found.reasons)} {seen}"]


def report_facts(one: Report) -> list[tuple[str, Rows]]:
    who = one.reported_by.name if one.reported_by else one.referrer or "Somebody who gave no name"
    found = [
        ("What was reported", _rows(
            ("By", f"{who} ({one.get_source_display().lower()})"), ("To reach them", one.referrer_contact or "Not given"),
            ("Employer", one.employer), ("Where", one.premises), ("Work", one.job), ("When", one.hours),
            ("Child", one.listed_child if one.pupil else one.child or "Not known"),
            ("Last seen at work", long_date(one.seen_on)), ("What worries them", one.concern),
            ("Fear for the child now", "Yes" if one.danger else "No"))),
    ]  # fmt: skip
    if one.risk:
        found.append(
            (
                "Risk",
                _rows(("Risk", one.get_risk_display()), ("Told", one.told_whom or "Nobody had to be told")),
            )
        )
    if one.outcome:
        span = (
            f"{long_date(one.offence_from)} to {long_date(one.offence_to)}"
            if one.offence_from
            else "Not said"
        )
        found.append(("Outcome", _rows(
            ("Outcome", one.get_outcome_display()), ("Offence", span),
            ("Whoever reported it was told", _told(one.referrer_told_on, one.referrer_told)),
            ("The school was told", _told(one.school_told_on, one.school_told) if one.school_id else "No school is known"))))  # fmt: skip
    return found


def _told(on: Any, what: str) -> str:
    return f"{long_date(on)}: {what}" if on else "Not yet"
