"""Training: schools book places, the list of who was there, what they thought of it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import School, conflicts_of
from mainstay.service.purchased import kinds, values
from mainstay.service.purchased.actions.writing import of_part, today
from mainstay.service.purchased.models import Place, Work

COURSES: Final = [code for code, kind in kinds.KINDS.items() if "places" in kind.parts]


def courses_for(user: Any) -> Any:
    """The courses this person may see: those in view, and for a school those that every school may book."""
    found = Work.objects.filter(service__in=COURSES)
    if not user.is_school_user:
        return found.visible_to(user)
    if not user.may("see_purchased"):
        return found.none()
    open_to_all = found.exclude(state=Work.State.DRAFT).filter(details__everybody=True)
    schools, _ = conflicts_of(user)
    open_to_all = open_to_all.exclude(school__in=schools) if schools else open_to_all
    own = Work.objects.visible_to(user).order_by().values("pk")
    return found.filter(Q(pk__in=own) | Q(pk__in=open_to_all.order_by().values("pk")))


@transaction.atomic
def book(*, work_id: int, school: School, name: str, post: str, by: Any, at: datetime) -> Place:
    """Book one place for somebody of a school. Raises StepRefused: full, over, drafted, another school's own course."""
    work = _course(work_id, by)
    if not School.objects.visible_to(by).filter(pk=school.pk).exists():
        raise StepRefused("You cannot see this school.")
    if school.pk != work.school_id and not work.details.get("everybody"):
        raise StepRefused("This course is for the staff of the school that bought it.")
    if work.state == Work.State.DONE or work.on < today(at):
        raise StepRefused("This course is over.")
    if not name.strip():
        raise StepRefused("Say who comes.")
    taken = work.places.filter(cancelled_at=None).count()
    if taken >= int(work.details.get("capacity") or 0):
        raise StepRefused("Every place is taken.")
    made = Place.objects.create(
        work=work, school=school, name=name.strip()[:120], post=post.strip()[:120], booked_by=by, booked_at=at
    )
    trail.record(by=by, at=at, action="purchased.place_booked", on=work, place=made.pk, school=school.pk)
    return made


@transaction.atomic
def cancel(*, work_id: int, place_id: int, by: Any, at: datetime) -> Place:
    work = _course(work_id, by)
    place = _place(work, place_id, by)
    if place.attended is not None or work.on < today(at):
        raise StepRefused("This course is over.")
    place.cancelled_at = at
    place.save(update_fields=["cancelled_at"])
    trail.record(by=by, at=at, action="purchased.place_cancelled", on=work, place=place.pk)
    return place


@transaction.atomic
def attended(*, work_id: int, there: Collection[int], by: Any, at: datetime) -> int:
    """Who was there; everybody else who had a place was not. Raises StepRefused before the day."""
    work = of_part(work_id, "places", by)
    if work.on > today(at):
        raise StepRefused("The course has not taken place yet.")
    places = work.places.filter(cancelled_at=None)
    came = places.filter(pk__in=there).update(attended=True)
    places.exclude(pk__in=there).update(attended=False, answers={}, remarks="")
    trail.record(by=by, at=at, action="purchased.course_attended", on=work, there=came)
    return came


@transaction.atomic
def evaluate(
    *, work_id: int, place_id: int, answers: Mapping[str, int], remarks: str, by: Any, at: datetime
) -> Place:
    """What somebody who was there thought of it: each question of the day answered from 1 to 5."""
    work = _course(work_id, by)
    place = _place(work, place_id, by)
    if not place.attended:
        raise StepRefused("Only who was there says what they thought of it.")
    questions = values.in_force(work.on)["questions"]
    if set(answers) != set(questions) or not all(1 <= answer <= 5 for answer in answers.values()):
        raise StepRefused("Answer each question from 1 to 5.")
    place.answers, place.remarks = dict(answers), remarks.strip()
    place.save(update_fields=["answers", "remarks"])
    trail.record(by=by, at=at, action="purchased.course_evaluated", on=work, place=place.pk)
    return place


def _course(work_id: int, by: Any) -> Work:
    if not by.may("take_part_purchased") and not by.may("work_purchased"):
        raise StepRefused("Your role cannot book a place.")
    if not courses_for(by).filter(pk=work_id).exists():
        raise StepRefused("You cannot see this course.")
    return Work.objects.select_for_update(of=("self",)).select_related("school").get(pk=work_id)


def _place(work: Work, place_id: int, by: Any) -> Place:
    """A place of a school in view; a school sees only its own people."""
    mine = School.objects.visible_to(by).order_by().values("pk")
    place = work.places.filter(pk=place_id, school__in=mine, cancelled_at=None).first()
    if place is None:
        raise StepRefused("There is no such place.")
    return place
