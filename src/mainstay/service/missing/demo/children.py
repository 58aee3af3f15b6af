"""Children missing education in the made-up city, one or more at every stage, by the actions of the time."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import age
from mainstay.registers.grid import academic_year
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.calendars import days_of_years
from mainstay.service.directory.models import Pupil, School, SchoolPost
from mainstay.service.missing import sources, values
from mainstay.service.missing.actions import beginning, closing, enquiring, handing, rolls, searching
from mainstay.service.missing.actions.beginning import Told
from mainstay.service.missing.actions.closing import Evidence
from mainstay.service.missing.demo import registers
from mainstay.service.missing.models import MissingChild

#: made-up children whom nobody has on a record: first name, surname, what was told
TOLD: Final = (
    ("Bram", "Hollowell", "A boy is at the window every school day; the family moved in last summer."),
    ("Saffi", "Merridew", "The aunt says that the children have been at home since they came."),
    ("Tobin", "Quayle", "Seen at the market on school days with an older brother."),
)
_FEW: Final = 40
#: school days that the two children of the joint decisions are gone: more than the twenty of ground I
_GONE: Final = 24


class Cast:
    """Who acts, and pupils of school age, each used once."""

    def __init__(self, users: dict[str, Any], at: datetime, until: date | None = None) -> None:
        self.users, self.at, self.today = users, at, timezone.localdate(at)
        self.until = until or self.today - timedelta(days=1)  # the last day with marks
        post = (
            SchoolPost.objects.filter(user=users["school"], school__isnull=False)
            .select_related("school")
            .first()
        )
        self.school = post.school if post else None
        self.of_school = self._pupils(self.school)
        self.others = self._pupils(None)
        year = academic_year(self.today)
        found = days_of_years(self.school, (year - 1, year)) if self.school else []
        self.school_days = [day for day in found if day <= self.until]

    def _pupils(self, school: School | None) -> Iterator[Pupil]:
        rows = Pupil.objects.filter(restricted=False, merged_into=None, date_of_birth__isnull=False)
        rows = rows.filter(school=school) if school else rows.exclude(school=None).exclude(school=self.school)
        return (one for one in rows.select_related("school").order_by("-pk")[:_FEW] if self._of_age(one))

    def _of_age(self, pupil: Pupil) -> bool:
        assert pupil.date_of_birth is not None
        first, last = age.compulsory(pupil.date_of_birth)
        return first <= self.today - timedelta(days=200) and self.today + timedelta(days=120) <= last

    def day(self, ago: int) -> date:
        """That many days ago, or the Friday before."""
        on = self.today - timedelta(days=ago)
        return on - timedelta(days=max(on.weekday() - 4, 0))

    def school_day(self, on: date, before: int = 0) -> date:
        """The last school day until then, or so many school days before it."""
        days = [day for day in self.school_days if day <= on]
        return days[-1 - before] if len(days) > before else on - timedelta(days=before)

    def moment(self, ago: int) -> datetime:
        return min(timezone.make_aware(datetime.combine(self.day(ago), time(11))), self.at)


def tell(cast: Cast) -> None:
    """Every stage; what an action refuses for one child is left out."""
    stories: tuple[Callable[[Cast], Any], ...] = (
        _school_asks, _referred, _at_risk, _public, _enquiries, _handed, _not_found, _found, _place, _returned, _closed,
        _reopened,
    )  # fmt: skip
    _area(cast)
    for story in stories:
        _attempt(cast, story)
    to_decide = [one for one in (_attempt(cast, _long_gone) for _ in range(2)) if one is not None]
    registers.gone(until=cast.until, at=cast.at, by=cast.users["school"])
    for one, both in zip(to_decide, (False, True), strict=False):
        _attempt(cast, partial(_decided, one=one, both=both))


def _attempt(cast: Cast, story: Callable[[Cast], Any]) -> Any:
    """What came of it; None where an action refused it, and then nothing of it stays."""
    try:
        with transaction.atomic():
            return story(cast)
    except (StepRefused, StopIteration):
        return None


def _area(cast: Cast) -> None:
    values.set_value(
        name="area", value=["SO99"], since=cast.today, reason="The postcodes of the made-up city.",
        by=cast.users["cme"], at=cast.at,
    )  # fmt: skip


def _begun(cast: Cast, ago: int, reason: str = "gone") -> MissingChild:
    by, pupil = cast.users["school"], next(cast.of_school)
    one = beginning.begin(
        pupil=pupil, absent_from=cast.school_day(cast.day(ago + 7)), reason=reason, by=by, at=cast.moment(ago),
        told="No answer by telephone since Monday; the flat looks empty, says a neighbour.",
    )  # fmt: skip
    for source, answer in (("call", "No number answers."), ("siblings", "A younger brother is away, too.")):
        enquiring.enquire(
            child_id=one.pk, source=source, asked_on=cast.day(ago), result="nothing", answer=answer,
            answered_on=cast.day(ago), by=by, at=cast.moment(ago),
        )  # fmt: skip
    return one


def _sent(cast: Cast, ago: int, reason: str = "gone") -> MissingChild:
    one = _begun(cast, ago + 4, reason)
    assert one.absent_from is not None
    last = cast.school_day(one.absent_from - timedelta(days=1))
    told = Told(
        {
            "told": one.told,
            "safeguarding": "No worry beyond the silence.",
            "last_attended_on": last,
            "last_seen_on": last,
            "last_seen_told": "At school, in the last lesson.",
        }
    )
    return beginning.refer_on(child_id=one.pk, told=told, by=cast.users["school"], at=cast.moment(ago))


def _accepted(cast: Cast, ago: int, reason: str = "gone") -> MissingChild:
    one = _sent(cast, ago, reason)
    return searching.accept(child_id=one.pk, answer="", by=cast.users["cme"], at=cast.moment(ago - 1))


def _ask(cast: Cast, one: MissingChild, ago: int, names: list[str], answered: bool = True) -> None:
    for name in names:
        result = (
            {"result": "nothing", "answer": "Nothing known.", "answered_on": cast.day(ago)}
            if answered
            else {}
        )
        enquiring.enquire(
            child_id=one.pk, source=name, asked_on=cast.day(ago), legal_basis=sources.SOURCES[name].basis,
            by=cast.users["cme"], at=cast.moment(ago), **result,  # type: ignore[arg-type]
        )  # fmt: skip


def _school_asks(cast: Cast) -> None:
    _begun(cast, 3)


def _referred(cast: Cast) -> None:
    _sent(cast, 1, "moved")


def _at_risk(cast: Cast) -> None:
    one = _begun(cast, 1)
    beginning.see_risk(
        child_id=one.pk, risks=["vanished", "worker"], by=cast.users["school"], at=cast.moment(0)
    )


def _public(cast: Cast) -> None:
    for number, (forename, surname, told) in enumerate(TOLD):
        child = {
            "forename": forename, "surname": surname, "age_told": f"about {7 + number}", "reason": "not_educated",
            "told": told, "address": f"{number + 3} Invented Row", "postcode": "SO99 1AB",
        }  # fmt: skip
        beginning.refer(
            told=Told(child), route="public" if number else "professional", received_on=cast.day(number), by=None,
            at=cast.moment(number), risks=["other"] if number == 1 else [],
        )  # fmt: skip


def _enquiries(cast: Cast) -> None:
    one = _accepted(cast, 6)
    _ask(cast, one, 4, ["council_tax", "housing"])
    _ask(cast, one, 2, ["health", "border"], answered=False)


def _handed(cast: Cast) -> None:
    one = _accepted(cast, 9)
    _ask(cast, one, 7, ["admissions"])
    handing.hand_over(
        child_id=one.pk, to=cast.users["officer"], asked="Please visit: a light was seen in the evening.",
        by=cast.users["cme"], at=cast.moment(1),
    )  # fmt: skip
    other = _accepted(cast, 20)
    row = handing.hand_over(
        child_id=other.pk, to=cast.users["officer"], asked="Please visit the grandmother.", by=cast.users["cme"],
        at=cast.moment(12),
    )  # fmt: skip
    handing.send_back(
        handover_id=row.pk, answer="Visited twice, nobody there; a card was left.", by=cast.users["officer"],
        at=cast.moment(9),
    )  # fmt: skip


def _not_found(cast: Cast) -> None:
    one = _accepted(cast, 60)
    _ask(cast, one, 50, values.must_ask(cast.today))
    searching.not_found(child_id=one.pk, by=cast.users["cme"], at=cast.moment(30))
    searching.post(
        child_id=one.pk,
        posted_on=cast.day(29),
        reference="S2S-MADE-UP-1",
        by=cast.users["cme"],
        at=cast.moment(29),
    )


def _long_gone(cast: Cast) -> MissingChild:
    """A child of whom nothing was found for more than twenty school days."""
    ago = (cast.today - cast.school_day(cast.until, _GONE)).days - 11
    one = _accepted(cast, ago)
    _ask(cast, one, ago - 3, values.must_ask(cast.today))
    return one


def _decided(cast: Cast, one: MissingChild, both: bool) -> None:
    """The school proposed to delete the name, and its head teacher signed; the council, too, where ``both``."""
    case = rolls.Case(
        ground="I", located=False, not_sick_because="Seen in good health in the last lesson; no word of illness since.",
        efforts="Calls to every number, two visits at home, the council tax and housing registers, health and admissions.",
    )  # fmt: skip
    row = rolls.propose(child_id=one.pk, case=case, by=cast.users["school"], at=cast.moment(1))
    if "principal" in cast.users:
        rolls.sign(decision_id=row.pk, by=cast.users["principal"], at=cast.moment(1))
        if both:
            rolls.sign(decision_id=row.pk, by=cast.users["cme"], at=cast.at)


def _found_in(cast: Cast, ago: int, where: str, told: str) -> MissingChild:
    one = _accepted(cast, ago + 10, "moved")
    _ask(cast, one, ago + 5, ["authority"])
    return searching.found(
        child_id=one.pk,
        where=where,
        where_told=told,
        on=cast.day(ago),
        by=cast.users["cme"],
        at=cast.moment(ago),
    )


def _found(cast: Cast) -> None:
    _found_in(cast, 3, "authority", "The council of Inventedshire says so on the telephone.")


def _place(cast: Cast) -> None:
    one = _found_in(cast, 12, "city", "Visited: the family moved in with friends.")
    by = cast.users["cme"]
    searching.needs_place(child_id=one.pk, because="On no roll any more.", by=by, at=cast.moment(11))
    searching.ask_place(child_id=one.pk, via="fair_access", asked_on=cast.day(10), by=by, at=cast.moment(10))


def _returned(cast: Cast) -> None:
    one = _sent(cast, 15)
    searching.send_back(
        child_id=one.pk, way="attendance", answer="The child was seen at home: this is absence of a pupil on roll.",
        by=cast.users["cme"], at=cast.moment(14),
    )  # fmt: skip


def _close(cast: Cast, ago: int) -> MissingChild:
    one = _found_in(cast, ago + 3, "authority", "Another council found the child on a roll.")
    of = Evidence(
        reason="authority", authority="Inventedshire", confirmed_by="Their officer, by e-mail",
        confirmed_on=cast.day(ago), evidence="The e-mail names school and first day.",
    )  # fmt: skip
    closing.close(child_id=one.pk, of=of, by=cast.users["cme"], at=cast.moment(ago))
    return one


def _closed(cast: Cast) -> None:
    _close(cast, 20)


def _reopened(cast: Cast) -> None:
    one = _close(cast, 25)
    closing.reopen(
        child_id=one.pk,
        because="The child never arrived at that school.",
        by=cast.users["cme"],
        at=cast.moment(4),
    )
