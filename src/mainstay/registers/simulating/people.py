"""The children: traits that bear on absence, then names, numbers and everything a register says of them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.simulating.families import FOSTER, Families, Homes
from mainstay.registers.simulating.model import Enrolment, Pupil, School
from mainstay.registers.simulating.published import toml
from mainstay.registers.simulating.tracks import Tracks
from mainstay.registers.upn import LETTERS, check_letter

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: opinion: DfE ethnicity codes and their shares
ETHNICITY: Final = {
    "WBRI": 0.600, "WOTH": 0.110, "AIND": 0.035, "APKN": 0.030, "ABAN": 0.020, "AOTH": 0.030, "BAFR": 0.045,
    "BCRB": 0.008, "MWBC": 0.020, "MWAS": 0.020, "MOTH": 0.025, "CHNE": 0.010, "OOTH": 0.030, "WROM": 0.005,
    "WIRT": 0.002, "NOBT": 0.010,
}  # fmt: skip
CLASS_SIZE: Final = 30


@dataclass(slots=True)
class Traits:
    """One element a pupil: what the absence model and the register need to know.

    lean: the part of the propensity that stays with the child from year to year
    """

    girl: Bools
    fsm: Bools
    plan: Bools
    support: Bools
    observes: Bools
    lean: Floats


def traits(area: str, phase: NDArray[np.str_], homes: Families, rng: np.random.Generator) -> Traits:
    """Draw traits; ``phase`` is each pupil's present one. Brothers and sisters share what families share."""
    facts, effect = toml("city.toml")["phases"], toml("city.toml")["propensity"]
    count, total = len(phase), len(homes.surname)

    def rate(of: str) -> Floats:
        values = {name: f[of][area] if isinstance(f[of], dict) else f[of] for name, f in facts.items()}
        return np.array([values[str(p)] for p in phase])

    spread = (rng.permutation(total) + 0.5) / total
    girl = rng.random(count) < np.where(phase == "special", 0.26, 0.49)
    fsm = spread[homes.family] < rate("fsm")
    draw = (rng.permutation(count) + 0.5) / count
    need, plan = draw < rate("sen"), draw < rate("plan")
    observes = ((rng.permutation(total) + 0.5) / total)[homes.family] < 0.17
    lean = effect["fsm"] * fsm + effect["sen"] * need + effect["plan"] * plan + effect["girl"] * girl
    lean = lean + rng.normal(0, effect["family"], total)[homes.family] + rng.normal(0, effect["child"], count)
    return Traits(girl, fsm, plan, need & ~plan, observes, lean)


def birthdays(cohort: NDArray[np.int32], homes: Families, rng: np.random.Generator) -> Ints:
    """Dates of birth as ordinals: twins on one day, other siblings at least 300 days apart."""
    start = {int(c): date(int(c) - 5, 9, 1).toordinal() for c in np.unique(cohort)}
    born = np.array([start[int(c)] for c in cohort]) + rng.integers(0, 365, len(cohort))
    order = np.lexsort((homes.rank, homes.family))
    for rank in range(1, int(homes.rank.max()) + 1):
        later = np.flatnonzero(homes.rank[order] == rank)
        child, elder = order[later], order[later - 1]
        twins = cohort[child] == cohort[elder]
        born[child] = np.where(twins, born[elder], np.maximum(born[child], born[elder] + 300))
    return np.asarray(born, np.int64)


def pupils(
    tracks: Tracks,
    schools: list[School],
    homes: Families,
    facts: Traits,
    kept: Bools,
    year: int,
    rng: np.random.Generator,
) -> tuple[list[Pupil], Homes]:
    """Everyone kept, in order, with their households, as they are in ``year``."""
    making, built = _Children(tracks, schools, homes, facts, year, rng), Homes(rng)
    who = np.flatnonzero(kept)
    who = who[np.argsort(homes.family[who], kind="stable")]
    place = np.cumsum(kept) - 1
    made: dict[int, Pupil] = {}
    starts = np.flatnonzero(np.diff(homes.family[who], prepend=-1))
    other = rng.integers(len(homes.surname), size=len(homes.surname))
    for group in np.split(who, starts[1:]):
        family = int(homes.family[group[0]])
        home = built.family(
            [int(place[i]) for i in group],
            int(homes.kind[family]),
            homes.surname[family],
            homes.language[family],
            int(tracks.area[group[0]]),
            homes.surname[int(other[family])],
        )
        for i in group.tolist():
            made[int(place[i])] = making.child(i, home)
    everyone = [made[n] for n in range(len(made))]
    _namesakes(everyone, rng)
    return everyone, built


class _Children:
    """Draws what is drawn for all at once, then makes one child at a time."""

    def __init__(
        self,
        tracks: Tracks,
        schools: list[School],
        homes: Families,
        facts: Traits,
        year: int,
        rng: np.random.Generator,
    ) -> None:
        self.homes, self.facts = homes, facts
        self.group = np.clip(year - tracks.cohort, 0, 11).tolist()
        self.born = birthdays(tracks.cohort, homes, rng).tolist()
        self.upns, self.formers = _upns(tracks, schools, rng)
        shares = np.array(list(ETHNICITY.values()))
        self.ethnicity = rng.choice(list(ETHNICITY), len(homes.surname), p=shares / shares.sum()).tolist()
        self.base = rng.integers(0, 10_000, len(homes.surname)).tolist()
        self.chance = rng.random(len(tracks.cohort)).tolist()
        names = toml("names.toml")
        self.forenames = {True: names["forenames_f"], False: names["forenames_m"]}

    def child(self, i: int, home: int) -> Pupil:
        homes, facts, chance = self.homes, self.facts, self.chance[i]
        family, girl, fsm = int(homes.family[i]), bool(facts.girl[i]), bool(facts.fsm[i])
        pool, in_care = self.forenames[girl], int(homes.kind[family]) == FOSTER
        return Pupil(
            upn=self.upns[i],
            surname=homes.surname[family],
            forename=pool[(self.base[family] + 37 * int(homes.rank[i])) % len(pool)],
            date_of_birth=date.fromordinal(self.born[i]),
            sex="F" if girl else "M",
            year_group=self.group[i],
            fsm=fsm,
            sen="E" if facts.plan[i] else "K" if facts.support[i] else "",
            pupil_premium=fsm or in_care or chance < 0.06,
            ethnicity=self.ethnicity[family],
            language=homes.language[family],
            in_care=in_care,
            social_worker=in_care or chance > (0.94 if fsm else 0.985),
            family=family,
            address=home,
            former_upn=self.formers.get(i, ""),
        )


def _upns(
    tracks: Tracks, schools: list[School], rng: np.random.Generator
) -> tuple[list[str], dict[int, str]]:
    """A number for everyone, a few of them temporary or missing, and temporary ones since replaced."""
    count = len(tracks.cohort)
    first = np.full(count, 0, np.int64)
    backwards = np.argsort(tracks.first, kind="stable")[::-1]
    first[tracks.pupil[backwards]] = tracks.school[backwards]
    order = np.lexsort((np.arange(count), tracks.cohort, first))
    new = (np.diff(first[order], prepend=-1) != 0) | (np.diff(tracks.cohort[order], prepend=-1) != 0)
    serial = np.empty(count, np.int64)
    serial[order] = np.arange(count) - np.maximum.accumulate(np.where(new, np.arange(count), 0)) + 1
    chance, found, formers = rng.random(count), [], {}
    for i in range(count):
        body = f"{schools[first[i]].laestab}{tracks.cohort[i] % 100:02d}{serial[i] % 1000:03d}"
        temporary = body[:-3] + f"{(serial[i] * 7) % 100:02d}{LETTERS[serial[i] % 23]}"
        upn = _lettered(body)
        if chance[i] < 0.002:
            upn = _lettered(temporary)
        elif chance[i] < 0.003:
            upn = ""
        elif chance[i] < 0.008:
            formers[i] = _lettered(temporary)
        found.append(upn)
    return found, formers


def _lettered(body: str) -> str:
    return check_letter("A" + body) + body


def _namesakes(everyone: list[Pupil], rng: np.random.Generator) -> None:
    """A few pairs of one name in one year group who are not related; only children, so no sibling loses a name."""
    size: dict[int, int] = {}
    for pupil in everyone:
        size[pupil.family] = size.get(pupil.family, 0) + 1
    alone = [n for n, p in enumerate(everyone) if size[p.family] == 1]
    for _ in range(min(10, len(alone) // 50)):
        one = everyone[alone[int(rng.integers(len(alone)))]]
        same = [
            n
            for n in alone
            if everyone[n].year_group == one.year_group
            and everyone[n].sex == one.sex
            and everyone[n].family != one.family
        ]
        if same:
            other = everyone[same[int(rng.integers(len(same)))]]
            other.surname, other.forename = one.surname, one.forename


def enrolments(
    tracks: Tracks, kept: NDArray[np.intp], pupil_at: Ints, phases: list[str], years: list[int], until: date
) -> list[Enrolment]:
    """The enrolments that began by ``until``, with year and registration groups of each year."""
    letter = _classes(tracks, phases)
    mains = set(tracks.main_of[kept][tracks.dual_days[kept] > 0].tolist())
    today, found = until.toordinal(), []
    spans = [(y, date(y, 8, 1).toordinal(), date(y + 1, 7, 31).toordinal()) for y in years]
    for e in kept.tolist():
        first, last, cohort = int(tracks.first[e]), int(tracks.last[e]), int(tracks.cohort[tracks.pupil[e]])
        groups = {
            y: (y - cohort, f"{y - cohort or 'R'}{letter[e]}")
            for y, start, end in spans
            if first <= end and last >= start and start <= today
        }
        status = "S" if tracks.dual_days[e] else "M" if e in mains else "C"
        group, reg = groups[max(groups)]
        found.append(
            Enrolment(
                pupil=int(pupil_at[tracks.pupil[e]]),
                school=int(tracks.school[e]),
                status=status,
                entered_on=date.fromordinal(first),
                left_on=date.fromordinal(last) if last <= today else None,
                year_group=group,
                reg_group=reg,
                groups=groups,
            )
        )
    return found


def _classes(tracks: Tracks, phases: list[str]) -> list[str]:
    """The letter of each enrolment's class, kept as it moves up."""
    cohort = tracks.cohort[tracks.pupil]
    order = np.lexsort((np.arange(len(cohort)), cohort, tracks.school))
    new = (np.diff(tracks.school[order], prepend=-1) != 0) | (np.diff(cohort[order], prepend=-1) != 0)
    begin = np.flatnonzero(new)
    size = np.diff(np.append(begin, len(order)))
    letters = [""] * len(order)
    for at, count in zip(begin.tolist(), size.tolist(), strict=True):
        classes = -(-count // CLASS_SIZE)
        for n in range(count):
            letters[int(order[at + n])] = "ABCDEFGHJKLMNPQRTUVWXYZ"[n % classes % 23]
    return letters
