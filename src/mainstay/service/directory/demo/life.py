"""What goes on in the made-up city's directory: a conflict, a restricted record, doubts to decide."""

from datetime import datetime

from mainstay.service.directory import conflicts, family, rolls, searching
from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.directory.models import MergeCandidate, Pupil, School


def live(loaded: Loaded, at: datetime) -> None:
    """Give an officer a conflict, restrict one record and queue two doubts."""
    users, schools = loaded.users, loaded.schools
    primary = next(s for s in reversed(schools) if s.phase == School.Phase.PRIMARY)
    conflicts.declare(
        user=users["officer"], by=users["officer"], at=at, school=primary, reason="My own child goes there."
    )
    on_roll = Pupil.objects.filter(school__isnull=False).exclude(school=primary).order_by("pk")
    restricted, other, twice = on_roll[:3]
    family.restrict(
        pupil=restricted,
        restricted=True,
        reason="Adoption: the family's address must not become known.",
        by=users["manager"],
        at=at,
    )
    _copied_upn(other, at)
    _second_record(twice, at)


def _copied_upn(pupil: Pupil, at: datetime) -> None:
    row = {
        "upn": pupil.upn,
        "surname": "Quillon",
        "forename": "Ivo",
        "date_of_birth": "2014-02-11",
        "year_group": pupil.year_group,
        "reg_group": pupil.reg_group,
    }
    MergeCandidate.objects.create(
        kept=pupil,
        incoming=row,
        school=pupil.school,
        why="this UPN belongs to a pupil whose name or date of birth differs; decide in the merge queue",
        found_at=at,
    )


def _second_record(pupil: Pupil, at: datetime) -> None:
    """The same child again under a temporary UPN, as a late starter's school first wrote them."""
    twin = Pupil(
        upn="Y85299992401A",
        surname=pupil.surname,
        forename=pupil.forename,
        date_of_birth=pupil.date_of_birth,
        sex=pupil.sex,
        year_group=pupil.year_group,
    )
    twin.save()
    rolls.enrol(twin, pupil.school, entered_on=at.date())
    searching.write_pupils([twin.pk])
    MergeCandidate.objects.create(
        kept=pupil,
        other=twin,
        school=pupil.school,
        why="two records have the same name and date of birth; one has a temporary UPN",
        found_at=at,
    )
