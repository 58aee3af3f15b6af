"""A consultation is written down, by the school or by the officer: once, for what was said cannot be unsaid.

Where it led to a referral, an officer asks the school to begin it.
"""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.accounts.queries import holding
from mainstay.service.casework.models import Consultation
from mainstay.service.casework.queries.consultations import REFER_ASKED, no_asking
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Dated, Enrolment, Pupil, School, SchoolPost
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience
from mainstay.service.team import telling


@transaction.atomic
def log(
    *,
    pupil: Pupil | None,
    school: School,
    officer: Any,
    spoke_with: str,
    on: date,
    how: str,
    concern: str,
    advice: str,
    outcome: str,
    by: Any,
    at: datetime,
) -> Consultation:
    """Write a consultation down; pupil: None where it is about the school as a whole.

    Raises StepRefused: not in view, a child of another school, no officer, a day to come, nothing said.
    """
    if not by.may("consult"):
        raise StepRefused("Your role cannot write down a consultation.")
    if not School.objects.visible_to(by).filter(pk=school.pk).exists():
        raise StepRefused("You cannot see this school.")
    if pupil is not None:
        _check_child(pupil, school, by)
    if not officer.may("check_referral"):
        raise StepRefused("Choose the officer who was consulted.")
    if on > timezone.localdate(at):
        raise StepRefused("The day of the consultation cannot be in the future.")
    if how not in Consultation.How.values or outcome not in Consultation.Outcome.values:
        raise StepRefused("Choose how you spoke, and what came of it.")
    if not (spoke_with.strip() and concern.strip() and advice.strip()):
        raise StepRefused("Say who spoke for the school, what the concern is, and what was advised.")
    made = Consultation.objects.create(
        pupil=pupil, school=school, officer=officer, spoke_with=spoke_with.strip()[:120], on=on, how=how,
        concern=concern.strip(), advice=advice.strip(), outcome=outcome, from_school=by.is_school_user, made_by=by,
        made_at=at,
    )  # fmt: skip
    if pupil is not None:
        add_entry(
            pupil=pupil, by=by, at=at, kind="consultation", about=made, audience=Audience.SCHOOL,
            title=f"Officer consulted: {made.get_outcome_display().lower()}", text=f"{made.concern}\n\n{made.advice}",
        )  # fmt: skip
    trail.record(by=by, at=at, action="consultation.logged", on=made, outcome=outcome, officer=officer.pk)
    return made


@transaction.atomic
def ask_to_refer(*, consultation_id: int, by: Any, at: datetime) -> Consultation:
    """The school's attendance leads get an e-mail that names no child, with the way to the consultation.

    Raises StepRefused: not in view, another advice, asked or referred already, nobody to write to.
    """
    seen = Consultation.objects.visible_to(by).filter(pk=consultation_id).order_by()
    one = Consultation.objects.select_for_update(of=("self",)).filter(pk__in=seen.values("pk")).first()
    if one is None or (one.pupil is not None and not access.may_open(by, one.pupil)):
        raise StepRefused("You cannot see this consultation.")
    if by.is_school_user or not by.may("check_referral"):
        raise StepRefused("An officer asks the school.")
    if (missing := no_asking(one)) is not None:
        raise StepRefused(missing)
    to = _leads(one, at)
    if not to:
        raise StepRefused("Nobody of this school has an account or an address here: speak with them.")
    page = reverse("consultation", args=[one.pk])
    where = (
        f": {settings.CONFIG.address}{page}" if settings.CONFIG.address else ", under Cases, Consultations."
    )
    body = (
        f"{by.name} asks your school to refer a child to the service, as was advised in a consultation on {in_words(one.on)}.\n\n"
        f"Nobody is named here. Sign in to read the consultation and to begin the referral{where}\n"
    )
    for address in to:
        post.queue(to=address, subject="A referral is asked for", body=body, at=at, about=one)
    add_entry(
        pupil=one.pupil_id or 0, by=by, at=at, kind="consultation", about=one, audience=Audience.SCHOOL,
        title=REFER_ASKED, text=f"After the consultation on {in_words(one.on)}.",
    )  # fmt: skip
    trail.record(by=by, at=at, action="consultation.referral_asked", on=one, messages=len(to))
    return one


def _leads(one: Consultation, at: datetime) -> list[str]:
    """Addresses of the school's attendance leads; without any its heads', else its contacts'."""
    today = timezone.localdate(at)
    posts = SchoolPost.objects.filter(Dated.on(today), school=one.school_id)
    refer, sign = holding("refer", today), holding("sign", today).order_by().values("pk")
    people = refer.filter(pk__in=posts.order_by().values("user_id"))
    seeing = Consultation.objects.filter(pk=one.pk)
    leads, heads = (
        [user.email for user in found if seeing.visible_to(user).exists()]
        for found in (people.exclude(pk__in=sign), people.filter(pk__in=sign))
    )
    return leads or heads or telling.school_addresses(one.school_id, at)


def _check_child(pupil: Pupil, school: School, by: Any) -> None:
    if not Pupil.objects.present_to(by).filter(pk=pupil.pk).exists() or not access.may_open(by, pupil):
        raise StepRefused("You cannot see this child's record.")
    if not Enrolment.objects.current().filter(pupil=pupil, school=school).exists():
        raise StepRefused("This child is not on the roll of that school.")
