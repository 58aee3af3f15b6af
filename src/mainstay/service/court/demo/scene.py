"""Whom the made-up prosecutions are about, the absences they can rely on, and sittings of the made-up courts."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from mainstay.registers.grid import academic_year
from mainstay.service.casework.demo.scene import REFUSED, TRIES, Child, Scene
from mainstay.service.court.actions import sittings
from mainstay.service.court.models import Court, Sitting
from mainstay.service.penalties.demo.scene import missed

#: a charge rests on the absence of so many days before it is proposed, and on no more sessions than a page holds
BACK: Final = 90
MOST: Final = 16
FEWEST: Final = 4
#: who signs for a school that somebody signs in for
HEADS: Final = {"school": "principal", "head": "head"}


class CourtScene:
    """The cast of casework, with what a court needs."""

    def __init__(self, cast: Scene, courts: Sequence[Court]) -> None:
        self.cast, self.courts = cast, courts
        self.users, self.day, self.at, self.today = cast.users, cast.day, cast.at, cast.today
        year = academic_year(cast.today)
        self._absent = missed([child.pupil.pk for child in cast.children], (year - 1, year))
        self._years = (year - 1, year)

    def tell(
        self, story: Callable[["CourtScene", Child, int], Any], ago: int, schools: Collection[str] = ()
    ) -> None:
        """Let a prosecution be proposed so many days ago, about a child without an EHC plan and with enough absence before."""
        wanted = {self.cast.schools[name].pk for name in schools}
        fitting = [
            one
            for one in self.cast.children
            if one.pupil.sen != "E" and (not wanted or one.school.pk in wanted)
        ]
        for child in [one for one in fitting if len(self.absences(one, ago)) >= FEWEST][:TRIES]:
            if self.cast.attempt(partial(story, self, child, ago)) is not REFUSED:
                self.cast.children.remove(child)
                return

    def attempt(self, step: Callable[[], Any]) -> None:
        """What cannot be done on the day the city is made stays to be done."""
        self.cast.attempt(step)

    def absences(self, child: Child, ago: int) -> list[str]:
        """Keys of what a charge proposed so many days ago rests on."""
        last = self.day(ago).date().isoformat()
        first = (self.day(ago) - timedelta(days=BACK)).date().isoformat()
        of = (one for year in self._years for one in self._absent.get((child.pupil.pk, year), ()))
        found = [f"{one['date']} {one['half']}" for one in of if first <= one["date"] < last]
        return found[-MOST:]

    def head_of(self, child: Child) -> Any:
        return self.users[
            next(HEADS[name] for name, school in self.cast.schools.items() if school.pk == child.school.pk)
        ]

    def sitting(self, starts: datetime, by: Any, at: datetime, court: int = 0) -> Sitting:
        """The one that begins then, made where there is none."""
        of = self.courts[court]
        there = Sitting.objects.filter(court=of, starts=starts).first()
        return there or sittings.add_sitting(
            court_id=of.pk, starts=starts, courtroom="2", presenter=by, by=by, at=at
        )
