"""A dip sample is drawn, each record of it reviewed against the checklist, and moderated by a second person."""

import random
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import access
from mainstay.service.team import providers, telling
from mainstay.service.team.models import Review, Sample
from mainstay.service.team.steps import REVIEW
from mainstay.service.team.terms import Term
from mainstay.service.team.values import in_force


def draw_keys(keys: Sequence[str], size: int, seed: str) -> list[str]:
    """Which of the keys are drawn; the same keys, size and seed give the same draw."""
    return random.Random(seed).sample(list(keys), min(size, len(keys)))  # noqa: S311 (a draw anybody can repeat)


@transaction.atomic
def draw(*, officer: Any, term: Term, by: Any, at: datetime) -> Sample:
    """Draw records at random from what the officer worked on in the term; the seed and the list are kept.

    Raises StepRefused for one's own work, where it was drawn already, and where there is nothing to draw from.
    """
    if not by.may("review_quality"):
        raise StepRefused("Your role does not review quality.")
    if officer.pk == by.pk:
        raise StepRefused("Somebody else draws a sample of your work.")
    User.objects.select_for_update().get(pk=officer.pk)
    if Sample.objects.filter(term=term.key, officer=officer).exists():
        raise StepRefused(f"A sample of {officer.name}’s work in this term is drawn already.")
    found = {f"{one.kind}:{one.key}": one for one in providers.to_review(officer.pk, term.first, term.last)}
    if not found:
        raise StepRefused(f"{officer.name} worked on nothing in this term that could be drawn.")
    seed, size = secrets.token_hex(8), in_force(timezone.localdate(at))["sample_size"]
    sample = Sample.objects.create(
        term=term.key, officer=officer, seed=seed, drawn_from=list(found), drawn_by=by, drawn_at=at
    )
    for key in draw_keys(list(found), size, seed):
        one = found[key]
        sample.reviews.create(about_kind=one.kind, about_id=one.key, label=one.label, pupil_id=one.pupil)
    trail.record(by=by, at=at, action="sample.drawn", on=sample, seed=seed, of=len(found))
    return sample


@transaction.atomic
def review(
    *, review_id: int, grades: list[list[str]], overall: str, themes: list[str], said: str, by: Any, at: datetime
) -> Review:  # fmt: skip
    """Record the grades line by line, the grade of the whole, and what stood out."""
    one = _locked(review_id, by)
    one.state = REVIEW.check("review", one, by)
    known = in_force(timezone.localdate(at))["grades"]
    if not grades or overall not in known or any(grade not in known for _, grade, _ in grades):
        raise StepRefused("Give every line of the checklist a grade, and the whole one, too.")
    if not said.strip():
        raise StepRefused("Say in a few words what was found.")
    one.grades, one.overall, one.themes, one.said = grades, overall, themes, said.strip()
    one.reviewed_by, one.reviewed_at = by, at
    one.save()
    trail.record(by=by, at=at, action="review.recorded", on=one, overall=overall)
    return one


@transaction.atomic
def moderate(*, review_id: int, grade: str, reasons: str, by: Any, at: datetime, agreed: str = "") -> Review:
    """A second person agrees, or sets another grade, with reasons; from now on the officer reads it.

    agreed: what follows from it, as agreed with the officer.
    """
    one = _locked(review_id, by)
    one.state = REVIEW.check("moderate", one, by)
    if one.reviewed_by_id == by.pk:
        raise StepRefused("You reviewed this: somebody else has to moderate it.")
    if grade not in in_force(timezone.localdate(at))["grades"] and grade != one.overall:
        raise StepRefused("Choose the grade that stands.")
    if grade != one.overall and not reasons.strip():
        raise StepRefused("Say why another grade stands.")
    one.moderated, one.moderation, one.moderated_by, one.moderated_at = grade, reasons.strip(), by, at
    one.agreed = agreed.strip()
    one.save()
    body = f"A review of your work ({one.label}) is settled. Sign in to read it under My reviews; you may add a comment."
    telling.colleague(one.sample.officer, subject="A review of your work", body=body, at=at, about=one)
    trail.record(by=by, at=at, action="review.moderated", on=one, grade=grade, was=one.overall)
    return one


@transaction.atomic
def reply(*, review_id: int, reply: str, by: Any, at: datetime) -> Review:
    """The officer whose work it is says something about it, once; whoever reviews reads it."""
    found = Review.objects.select_for_update(of=("self",)).select_related(
        "pupil", "reviewed_by", "moderated_by"
    )
    one = found.filter(pk=review_id).first()
    if one is None or not Review.objects.own_of(by).filter(pk=review_id).exists():
        raise StepRefused("You cannot see this review.")
    if not access.may_open(by, one.pupil):
        raise StepRefused("This child’s record is restricted: open it with a reason first.")
    if one.replied_at is not None:
        raise StepRefused("You have commented on this already.")
    if not reply.strip():
        raise StepRefused("Write your comment.")
    one.reply, one.replied_at = reply.strip(), at
    one.save(update_fields=["reply", "replied_at"])
    for reader in {one.reviewed_by, one.moderated_by} - {None}:
        body = f"{by.name} has commented on a review ({one.label}). Sign in to read it."
        telling.colleague(reader, subject="A comment on a review", body=body, at=at, about=one)
    trail.record(by=by, at=at, action="review.replied", on=one)
    return one


def _locked(review_id: int, by: Any) -> Review:
    found = Review.objects.select_for_update(of=("self",)).select_related("pupil", "sample__officer")
    one = found.filter(pk=review_id).first()
    if one is None or not Review.objects.visible_to(by).filter(pk=review_id).exists():
        raise StepRefused("You cannot see this review.")
    return one
