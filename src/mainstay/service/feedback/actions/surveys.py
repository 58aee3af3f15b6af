"""Surveys are written in versions; people are asked, and answer once."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.models import Dated, Parent, Parenthood, Pupil, School, SchoolContact
from mainstay.service.documents import writing
from mainstay.service.feedback import services, values
from mainstay.service.feedback.models import Answer, Ask, Survey, SurveyVersion, Who
from mainstay.service.team.terms import term_of

_SALT: Final = "mainstay.feedback.survey"
KINDS: Final = {
    "scale": "How good, from very good to very poor",
    "yes_no": "Yes or no",
    "choice": "One of these",
    "text": "Own words",
}
SCALE: Final = ("Very good", "Good", "Neither good nor poor", "Poor", "Very poor")
YES_NO: Final = ("Yes", "No", "Not sure")
MOST_QUESTIONS, MOST_CHOICES, MOST_TEXT = 8, 8, 900


def choices_of(question: Mapping[str, Any]) -> tuple[str, ...]:
    return {"scale": SCALE, "yes_no": YES_NO, "choice": tuple(question["choices"]), "text": ()}[
        question["kind"]
    ]


def _checked(questions: Sequence[Mapping[str, Any]], before: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions as they are kept; one that stays word for word keeps its key, so that its answers go on."""
    kept = []
    for one in questions:
        text, kind = str(one["text"]).strip(), one["kind"]
        if not text:
            continue
        choices = [str(each).strip() for each in one.get("choices", ()) if str(each).strip()]
        if kind not in KINDS:
            raise StepRefused(f"Say how “{text}” is answered.")
        if kind == "choice" and not 2 <= len(choices) <= MOST_CHOICES:
            raise StepRefused(f"“{text}” needs two to {MOST_CHOICES} choices, one a line.")
        key = before.get(text) or secrets.token_hex(4)
        kept.append(
            {"key": key, "text": text[:200], "kind": kind, "choices": choices if kind == "choice" else []}
        )
    if not 1 <= len(kept) <= MOST_QUESTIONS:
        raise StepRefused(f"A survey has one to {MOST_QUESTIONS} questions.")
    return kept


@transaction.atomic
def write(
    *,
    survey_id: int | None,
    name: str,
    who: str,
    service: str,
    active: bool,
    intro: str,
    questions: Sequence[Mapping[str, Any]],
    by: Any,
    at: datetime,
) -> Survey:
    """Write a survey, or a new version of one; what was answered keeps its version.

    questions: {text, kind, choices} each. Raises StepRefused for a question without an answer.
    """
    if not by.may("edit_surveys"):
        raise StepRefused("Your role cannot write surveys.")
    if who not in Who.values or not name.strip():
        raise StepRefused("Say what the survey is called and whom it is for.")
    one = Survey.objects.select_for_update().get(pk=survey_id) if survey_id else Survey()
    last = one.versions.first() if survey_id else None
    before = {q["text"]: q["key"] for q in last.questions} if last else {}
    one.name, one.who, one.service, one.active = name.strip(), who, service, active
    one.save()
    kept = _checked(questions, before)
    if last is None or (kept, intro.strip()) != (last.questions, last.intro):
        number = last.number + 1 if last else 1
        one.versions.create(number=number, intro=intro.strip(), questions=kept, made_by=by, made_at=at)
    trail.record(by=by, at=at, action="survey.written", on=one, name=one.name, active=active)
    return one


@transaction.atomic
def ask(
    *, survey: Survey, service: str, how: str, most: int, school: School | None, by: Any | None, at: datetime,
    parent: Parent | None = None, about: models.Model | None = None,
) -> Ask:  # fmt: skip
    """Somebody is asked. most: answers it may bring, one for a person."""
    if by is not None and not by.may("ask_feedback"):
        raise StepRefused("Your role cannot ask for feedback.")
    version = survey.versions.first()
    if version is None or not survey.active:
        raise StepRefused("This survey is not in use.")
    if how not in Ask.How.values or not 1 <= most <= 200:
        raise StepRefused("A sheet may bring up to 200 answers.")
    today = timezone.localdate(at)
    one = Ask.objects.create(
        version=version, service=service, how=how, most=most, school=school, parent=parent, made_by=by, made_at=at,
        about_kind=about._meta.label_lower if about else "", about_id=str(about.pk) if about else "",
        until=today + timedelta(days=values.of(values.OPEN_FOR, today)),
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="survey.asked", on=one, survey=survey.pk, service=service, how=how, most=most
    )
    return one


def token(one: Ask) -> str:
    """What stands in its link: signed, so that nobody guesses another."""
    return signing.dumps(one.pk, salt=_SALT, compress=False)


def link(one: Ask, base: str = "") -> str:
    return f"{base or settings.CONFIG.address}{reverse('survey', args=[token(one)])}"


def of_token(text: str) -> Ask | None:
    """Whose link it is; None for anything else."""
    try:
        pk = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    return Ask.objects.select_related("version__survey").filter(pk=pk).first()


def over(one: Ask, today: Any) -> str | None:
    """Why it cannot be answered any more."""
    if one.uses >= one.most:
        return "This survey was answered already. Thank you."
    return "This survey is over." if today > one.until else None


@transaction.atomic
def answer(*, ask_id: int, said: Mapping[str, str], known: bool, name: str, at: datetime) -> None:
    """Keep what somebody answered; without ``known`` nothing of it leads back, and no audit row tells of it.

    Raises StepRefused when the link is used or over, or nothing was answered.
    """
    one = Ask.objects.select_for_update(of=("self",)).select_related("version").get(pk=ask_id)
    if words := over(one, timezone.localdate(at)):
        raise StepRefused(words)
    ratings, comments = {}, {}
    for question in one.version.questions:
        text = said.get(question["key"], "").strip()
        if not text:
            continue
        if question["kind"] == "text":
            comments[question["key"]] = text[:MOST_TEXT]
        elif text in choices_of(question):
            ratings[question["key"]] = text
    if not ratings and not comments:
        raise StepRefused("Answer at least one question.")
    one.uses += 1
    one.save(update_fields=["uses"])
    Answer.objects.create(
        version=one.version, service=one.service, term=term_of(timezone.localdate(at)).key, ratings=ratings,
        comments=comments, ask=one if known else None, name=name.strip()[:120] if known else "",
    )  # fmt: skip


def ended(
    *, service: str, pupil: Pupil | None, school: School | None, about: models.Model, by: Any, at: datetime
) -> None:
    """A piece of work ended: ask parents and the school by e-mail, as set; listens to ``intervention_ended``."""
    today = timezone.localdate(at)
    if service not in values.of(values.AFTER, today) or not settings.CONFIG.address:
        return
    kind, key, sender = about._meta.label_lower, str(about.pk), writing.on(today).sender
    if Ask.objects.filter(about_kind=kind, about_id=key, school=school).exists():
        return
    for survey in Survey.objects.filter(
        active=True, service__in=(service, ""), who__in=(Who.PARENT, Who.SCHOOL)
    ):
        to = _parents(pupil, at) if survey.who == Who.PARENT else _of_school(school, at)
        for email, parent in to:
            one = ask(
                survey=survey,
                service=service,
                how=Ask.How.EMAIL,
                most=1,
                school=school,
                parent=parent,
                by=None,
                at=at,
                about=about,
            )
            post.queue(
                to=email, subject="How was it? Three minutes to tell us", at=at, about=one,
                body=f"{sender.service or 'The education welfare service'} of {sender.name} worked with you lately "
                f"({services.name(service).lower()}). Please tell us how it was. It takes three minutes, you need not say who you "
                "are, and nothing depends on your answer.\n\n"
                f"{link(one)}\n\nThe link works once, until {long_date(one.until)}.\n",
            )  # fmt: skip


def _parents(pupil: Pupil | None, at: datetime) -> list[tuple[str, Parent | None]]:
    """Those with an address who may be written to without care, and were not asked lately."""
    if pupil is None or pupil.restricted:
        return []
    today = timezone.localdate(at)
    ties = Parenthood.objects.filter(
        Dated.on(today), pupil=pupil, contact_allowed=True, parent__merged_into=None, parent__safe_contact=""
    )
    since = at - timedelta(days=values.of(values.EVERY, today))
    lately = set(
        Ask.objects.filter(parent__isnull=False, made_at__gt=since).values_list("parent_id", flat=True)
    )
    found = {tie.parent_id: tie.parent for tie in ties.exclude(parent__email="").select_related("parent")}
    return [(parent.email, parent) for pk, parent in found.items() if pk not in lately]


def _of_school(school: School | None, at: datetime) -> list[tuple[str, Parent | None]]:
    """Its first address; none where it was asked at this very moment: work of two names may end together."""
    if (
        school is None
        or Ask.objects.filter(school=school, parent=None, how=Ask.How.EMAIL, made_at=at).exists()
    ):
        return []
    found = SchoolContact.objects.filter(school=school).exclude(email="").order_by("pk").first()
    return [(found.email, None)] if found else []


def latest(survey: Survey) -> SurveyVersion | None:
    return survey.versions.first()
