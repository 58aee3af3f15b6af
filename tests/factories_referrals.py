"""Consultations and referrals for tests, made by the actions a person would take."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from tests.factories import AddressFactory, LinkOfficerFactory, ParentFactory, UserFactory
from tests.factories_attendance import a_child, at, days_before, give, marked

from mainstay.service.accounts.models import User
from mainstay.service.casework import checklist
from mainstay.service.casework.actions import (
    checking_referrals,
    consulting,
    deciding_referrals,
    evidence,
    referring,
    sending,
)
from mainstay.service.casework.models import Consultation, Referral
from mainstay.service.directory.models import Pupil


def a_school_user(pupil: Pupil, role: str = "school_staff") -> User:
    """Somebody of the child's school; a head teacher signs."""
    return UserFactory(role=role, school=pupil.school)


def an_absentee(sessions: int = 12, **given: Any) -> Pupil:
    """A child with a parent at home, a link officer, and enough recent unauthorised absence."""
    pupil = a_child(**given)
    assert pupil.school is not None
    if sessions:
        days = days_before(pupil.school)
        give(pupil, marked(days, "O", sessions, start=len(days) - 10))
    AddressFactory(parent=ParentFactory(of=pupil))
    if not pupil.school.link_officers.exists():
        LinkOfficerFactory(school=pupil.school)
    return pupil


def a_consultation(pupil: Pupil, when: datetime | None = None, **given: Any) -> Consultation:
    """The officer said to go on to a referral."""
    when = when or at()
    officer = UserFactory(role="ewo")
    said: dict[str, Any] = {
        "school": pupil.school, "officer": officer, "spoke_with": "Jo Sample", "on": timezone.localdate(when),
        "how": "phone", "concern": "Many Mondays missed.", "advice": "Refer, with the visits log.",
        "outcome": "proceed", "by": officer, "at": when,
    }  # fmt: skip
    return consulting.log(pupil=pupil, **(said | given))


def a_referral(
    state: str = "draft", *, pupil: Pupil | None = None, when: datetime | None = None, consulted: bool = True
) -> Referral:
    """A referral that has come as far as draft, written, signed, submitted or acknowledged, each line of it met."""
    pupil, when = pupil or an_absentee(), when or at()
    staff = a_school_user(pupil)
    if consulted:
        a_consultation(pupil, when)
    one = referring.start(pupil=pupil, by=staff, at=when)
    if state == "draft":
        return one
    written(one, staff, when)
    if state == "written":
        return one
    sending.sign(referral_id=one.pk, by=a_school_user(pupil, "head_teacher"), at=when)
    if state != "signed":
        sending.submit(referral_id=one.pk, by=staff, at=when)
    if state == "acknowledged":
        checking_referrals.acknowledge(referral_id=one.pk, by=UserFactory(role="ewo"), at=when)
    one.refresh_from_db()
    return one


def written(one: Referral, by: User, when: datetime) -> None:
    """Every part is written, and every line answered."""
    said: dict[str, Any] = {"referral_id": one.pk, "by": by, "at": when}
    referring.write(
        part="reasons",
        reasons="Mondays are missed.",
        tried="Met on Friday.\nA place at breakfast club.",
        **said,
    )
    referring.write(
        part="voice", voice="I do not sleep.", voice_how="With the mentor", voice_on=timezone.localdate(when),
        no_voice_because="", **said,
    )  # fmt: skip
    referring.write(
        part="agencies", agencies="None.", safeguarding="Looked at on Monday: nothing follows.", **said
    )
    for tie in one.pupil.parenthoods.all():
        referring.write_parent(
            parent=tie.parent, language="English", interpreter=False, needs="", told="meeting",
            told_on=timezone.localdate(when), told_words="Understood.", **said,
        )  # fmt: skip
    for item in one.items.all():
        if not checklist.by_itself(item.key):
            evidence.add(
                item_id=item.pk, way="anycomms", sent_on=timezone.localdate(when), words="", by=by, at=when
            )


def checked(one: Referral, by: User, when: datetime, gaps: dict[str, str] | None = None) -> None:
    """Every line gets a verdict; gaps: key -> what is missing. Papers sent another way are received."""
    gaps = gaps or {}
    for item in one.items.prefetch_related("papers"):
        for paper in item.papers.filter(received_at=None).exclude(way="upload"):
            evidence.receive(paper_id=paper.pk, by=by, at=when)
    verdicts = {
        item.pk: ("gap", gaps[item.key]) if item.key in gaps else ("good", "") for item in one.items.all()
    }
    checking_referrals.check(referral_id=one.pk, verdicts=verdicts, by=by, at=when)


def an_answer(kind: str, one: Referral, by: User, when: datetime | None = None) -> Referral:
    """accepted, returned, rejected or diverted."""
    when = when or at()
    checked(one, by, when, {"visits": "The log of visits"} if kind == "returned" else None)
    said: dict[str, Any] = {"referral_id": one.pk, "by": by, "at": when}
    if kind == "accepted":
        return deciding_referrals.accept(**said)
    if kind == "returned":
        return deciding_referrals.send_back(words="", **said)
    if kind == "rejected":
        return deciding_referrals.reject(
            reasons="Nothing was tried.", advice="Begin with early help.", **said
        )
    return deciding_referrals.divert(way="medical", reasons="The child is ill.", **said)
