"""Missing children against every roll: pairs planted on purpose, found again, beside a plain rapidfuzz scan in the same run.

    python benchmarks/matching.py [--quick] [--children N] [--pupils N] [--seed N]

A made-up city's pupils (names as common as names are: a few many, most rare), and missing children of whom some are
on a roll: as they were, moved house, misspelt, with another surname, as one of two twins; others are on no roll, and
some of those have a twin or a namesake who is. *splink* is ``missing.matching.batch`` as the nightly job runs it, *live* the
search for one child at a time that is always there, *plain scan* is ``rapidfuzz.process.cdist`` with ``fuzz.ratio``
over "surname forename date of birth", every child with every pupil, at the cut-off that gives it its best F1.
A pair counts as found at a probability of one half. Precision of a kind: of the pairs found for its children, the true ones.

The last line is JSON: ``children``, ``pupils``, ``seconds``, ``precision``, ``recall``, ``kinds``, ``live``, ``plain``,
``ratios`` (splink to plain scan), ``peak_mb``.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # as a file too, not only as a module

from benchmarks.memory import peak_mb  # noqa: E402

FOUND: Final = 0.5
#: kind -> its share of the missing children
KINDS: Final = {
    "as they were": 0.16, "moved house": 0.16, "misspelt": 0.16, "name change": 0.16, "twins": 0.12,
    "on no roll": 0.06, "twin on a roll": 0.06, "namesake on a roll": 0.06, "brother or sister": 0.06,
}  # fmt: skip
Pairs = dict[int, set[int]]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks/matching.py", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="100 children, 20,000 pupils")
    parser.add_argument("--children", type=int, help="missing children (500)")
    parser.add_argument("--pupils", type=int, help="pupils on rolls (250,000)")
    parser.add_argument("--seed", type=int, default=20261127)
    options = parser.parse_args(argv)
    children = options.children or (100 if options.quick else 500)
    pupils = options.pupils or (20_000 if options.quick else 250_000)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.roof.settings")
    os.environ |= {"MAINSTAY_DEMO": "true", "MAINSTAY_LOG_LEVEL": "ERROR"}
    import django

    django.setup()
    from mainstay.service.missing.matching import batch

    city = City(options.seed, pupils)
    city.plant(children)
    ways: dict[str, Callable[[City], tuple[Pairs, float]]] = {"live": _live, "plain scan": _plain}
    if batch.available():
        ways = {"splink": _splink, **ways}
    else:
        print(
            'Splink is not installed (pip install "mainstay[linkage]"): the live search and the plain scan alone.'
        )
    told = {name: _told(city, *way(city)) for name, way in ways.items()}
    _print(city, told)
    first = told["splink" if "splink" in told else "live"]
    plain = told["plain scan"]
    print(json.dumps({
        "children": children, "pupils": pupils, "seconds": first["seconds"], "precision": first["precision"],
        "recall": first["recall"], "kinds": first["kinds"], "live": told["live"], "plain": plain,
        "ratios": {
            "precision": round(first["precision"] / max(plain["precision"], 1e-9), 2),
            "recall": round(first["recall"] / max(plain["recall"], 1e-9), 2),
            "time": round(plain["seconds"] / max(first["seconds"], 1e-9), 2),
        },
        "peak_mb": peak_mb(),
    }))  # fmt: skip
    return 0


class City:
    """The rolls, the missing children, and which pairs are true."""

    def __init__(self, seed: int, pupils: int) -> None:
        self.dice = random.Random(seed)
        self.surnames = _names(self.dice, 9000, 2)
        self.forenames = _names(self.dice, 1500, 1)
        self.streets = [
            f"{name} {kind}" for name in _names(self.dice, 1200, 1) for kind in ("road", "street", "close")
        ]
        self.rolls = [self.person(n) for n in range(pupils)]
        self.children: list[Any] = []
        self.kind: dict[int, str] = {}
        self.truth: dict[int, int] = {}

    def person(self, key: int) -> Any:
        from mainstay.service.missing.matching.people import Person

        surname, born = (
            self.pick(self.surnames),
            date(2010, 1, 1) + timedelta(days=self.dice.randrange(13 * 365)),
        )
        parent = surname if self.dice.random() < 0.7 else self.pick(self.surnames)
        return Person(
            key, [self.pick(self.forenames)], [surname], born, self.dice.choice("MF"),
            [f"A{self.dice.randrange(10**12):012}"], [self.home()], [(self.pick(self.forenames), parent)],
            [f"07{self.dice.randrange(10**9):09}"] if self.dice.random() < 0.8 else [],
        )  # fmt: skip

    def pick(self, names: list[str]) -> str:
        """The first are the commonest, as with real names."""
        return names[min(int(self.dice.paretovariate(0.55)) * self.dice.randrange(1, 12), 10**9) % len(names)]

    def home(self) -> Any:
        from mainstay.service.missing.matching.people import Home

        street = self.dice.randrange(len(self.streets))
        return Home(
            self.streets[street],
            f"SO{street % 40} {street % 9}{chr(65 + street % 20)}{chr(65 + street // 180 % 20)}",
        )

    def plant(self, number: int) -> None:
        chosen = self.dice.sample(range(len(self.rolls)), number)
        kinds = [kind for kind, share in KINDS.items() for _ in range(max(1, round(share * number)))]
        for n, (of, kind) in enumerate(zip(chosen, kinds, strict=False)):
            self.kind[n] = kind
            child = self._planted(n, of, kind)
            self.children.append(child)
        self.dice.shuffle(self.rolls)

    def _planted(self, key: int, of: int, kind: str) -> Any:
        known = self.rolls[of]
        # who goes missing often takes no number along, and another telephone
        child = replace(known, key=key, upns=known.upns if self.dice.random() < 0.3 else [],
                        phones=known.phones if self.dice.random() < 0.5 else [])  # fmt: skip
        if kind in ("as they were", "moved house", "misspelt", "name change", "twins"):
            self.truth[key] = known.key
        if kind == "moved house":
            return replace(child, homes=[self.home()])
        if kind == "misspelt":
            return self._misspelt(child)
        if kind == "name change":
            return self._renamed(child, of)
        if kind == "twins":
            self._twin_on_roll(known, of)
            return replace(child, homes=[self.home()] if self.dice.random() < 0.5 else child.homes)
        if kind == "twin on a roll":
            return replace(child, forenames=[self._other(known)], upns=[], sex=self.dice.choice("MF"))
        if kind == "brother or sister":
            born = known.born + timedelta(days=self.dice.randrange(330, 2500))
            return replace(child, forenames=[self._other(known)], upns=[], born=born)
        if kind == "namesake on a roll":
            born = known.born + timedelta(days=self.dice.randrange(40, 900))
            return replace(
                self.person(key), forenames=known.forenames, surnames=known.surnames, born=born, upns=[]
            )
        return replace(self.person(key), upns=[]) if kind == "on no roll" else child

    def _misspelt(self, child: Any) -> Any:
        surname, forename, born = child.surnames[0], child.forenames[0], child.born
        which = self.dice.randrange(4)
        if which in (0, 2):
            surname = _typo(self.dice, surname)
        if which in (1, 2):
            forename = _typo(self.dice, forename)
        if which == 3:
            surname = _as_heard(surname)
            born = date(born.year, born.day, born.month) if born.day <= 12 else born
        homes = [self.home()] if self.dice.random() < 0.3 else child.homes
        return replace(child, surnames=[surname], forenames=[forename], born=born, homes=homes)

    def _renamed(self, child: Any, of: int) -> Any:
        """Every second time the roll remembers the name they had; of the others many moved, too."""
        former, new = child.surnames[0], self.pick(self.surnames)
        if self.dice.random() < 0.5:
            roll = self.rolls[of]
            self.rolls[of] = replace(roll, surnames=[new, former], homes=[self.home()])
            return child
        return replace(
            child, surnames=[new], homes=[self.home()] if self.dice.random() < 0.4 else child.homes
        )

    def _twin_on_roll(self, known: Any, of: int) -> None:
        twin = replace(
            known, key=len(self.rolls), forenames=[self._other(known)], upns=[], sex=self.dice.choice("MF")
        )
        self.rolls.append(twin)

    def _other(self, known: Any) -> str:
        while (name := self.pick(self.forenames)) == known.forenames[0]:
            pass
        return name


def _names(dice: random.Random, number: int, parts: int) -> list[str]:
    starts = ["Ba", "Be", "Bro", "Car", "Cla", "Da", "De", "Do", "El", "Fa", "Fi", "Gra", "Ha", "Ho", "I", "Ja", "Jo", "Ka", "Ke",
              "La", "Le", "Lo", "Ma", "Me", "Mo", "Na", "No", "O", "Pa", "Pe", "Ra", "Ro", "Sa", "Se", "Sha", "Si", "Ta", "Te", "Va", "Wi", "Ya", "Za"]  # fmt: skip
    middles = [
        "b",
        "ck",
        "d",
        "l",
        "ll",
        "m",
        "n",
        "nd",
        "r",
        "rk",
        "s",
        "ss",
        "st",
        "t",
        "th",
        "v",
        "z",
        "ph",
        "mm",
        "nn",
    ]
    ends = [
        "a",
        "an",
        "ar",
        "ell",
        "en",
        "er",
        "ey",
        "ia",
        "ie",
        "in",
        "is",
        "o",
        "ock",
        "on",
        "or",
        "ow",
        "y",
        "am",
        "ard",
        "ham",
    ]
    found: dict[str, None] = {}
    while len(found) < number:
        inner = "".join(dice.choice(middles) + dice.choice("aeiou") for _ in range(parts - 1))
        found[dice.choice(starts) + inner + dice.choice(middles) + dice.choice(ends)] = None
    return list(found)


def _typo(dice: random.Random, name: str) -> str:
    """A letter doubled, left out, changed, or two changed round."""
    at = dice.randrange(1, max(len(name) - 1, 2))
    a, b = name[:at], name[at:]
    return dice.choice(
        [a + a[-1] + b, a + b[1:], a + dice.choice("aeioust") + b[1:], a + b[1:2] + b[:1] + b[2:]]
    )


def _as_heard(name: str) -> str:
    for written, heard in (
        ("ck", "k"),
        ("ph", "f"),
        ("ll", "l"),
        ("nn", "n"),
        ("y", "ie"),
        ("th", "t"),
        ("z", "s"),
    ):
        if written in name:
            return name.replace(written, heard, 1)
    return name + "e"


def _splink(city: City) -> tuple[Pairs, float]:
    from mainstay.service.missing.matching import batch

    begun = time.perf_counter()
    pairs: Pairs = {}
    for child, roll, likeness in batch.link(_fresh(city.children), _fresh(city.rolls)):
        if likeness.score >= FOUND:
            pairs.setdefault(child, set()).add(roll)
    return pairs, time.perf_counter() - begun


def _live(city: City) -> tuple[Pairs, float]:
    from mainstay.service.missing.matching.live import Index

    begun = time.perf_counter()
    index = Index().add(_fresh(city.rolls))
    pairs: Pairs = {}
    for child in _fresh(city.children):
        for person, likeness in index.find(child, at_least=FOUND):
            if likeness.score >= FOUND:
                pairs.setdefault(child.key, set()).add(person.key)
    return pairs, time.perf_counter() - begun


def _fresh(people: list[Any]) -> list[Any]:
    """Without what an earlier contender worked out."""
    return [replace(person) for person in people]


def _plain(city: City) -> tuple[Pairs, float]:
    """Every child with every pupil; the cut-off with the best F1 is the scan's, not a person's, to choose."""
    import numpy as np
    from rapidfuzz import fuzz, process

    def line(person: Any) -> str:
        return f"{person.surnames[0]} {person.forenames[0]} {person.born.isoformat()}".casefold()

    begun = time.perf_counter()
    scores = process.cdist(
        [line(child) for child in city.children], [line(person) for person in city.rolls],
        scorer=fuzz.ratio, score_cutoff=80, workers=1, dtype=np.uint8,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    keys = [person.key for person in city.rolls]
    best: tuple[float, Pairs] = (-1.0, {})
    for cut in range(80, 101):
        pairs: Pairs = {}
        for row, column in zip(*np.nonzero(scores >= cut), strict=True):
            pairs.setdefault(city.children[int(row)].key, set()).add(keys[int(column)])
        precision, recall = _rates(city, pairs, city.kind)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        best = max(best, (f1, pairs), key=lambda one: one[0])
    return best[1], seconds


def _told(city: City, pairs: Pairs, seconds: float) -> dict[str, Any]:
    precision, recall = _rates(city, pairs, city.kind)
    kinds = {}
    for kind in KINDS:
        of = {key: one for key, one in city.kind.items() if one == kind}
        true = sum(key in city.truth for key in of)
        exact, found = _rates(city, pairs, of)
        false = sum(len(pairs.get(key, set()) - {city.truth.get(key)}) for key in of)
        kinds[kind] = (
            {"children": len(of), "precision": exact, "recall": found}
            if true
            else {"children": len(of), "false": false}
        )
    return {"seconds": round(seconds, 2), "precision": precision, "recall": recall, "kinds": kinds}


def _rates(city: City, pairs: Pairs, of: dict[int, str]) -> tuple[float, float]:
    given = sum(len(pairs.get(key, ())) for key in of)
    right = sum(city.truth.get(key) in pairs.get(key, ()) for key in of if key in city.truth)
    true = sum(key in city.truth for key in of)
    return round(right / given, 3) if given else 1.0, round(right / true, 3) if true else 1.0


def _print(city: City, told: dict[str, dict[str, Any]]) -> None:
    print(
        f"{len(city.children)} missing children against {len(city.rolls):,} pupils; precision and recall, or wrong pairs"
    )
    print(f"{'kind':<22}{'children':>9}" + "".join(f"{name:>18}" for name in told))
    for kind in KINDS:
        cells = []
        for each in told.values():
            one = each["kinds"][kind]
            cells.append(
                f"{one['false']} wrong" if "false" in one else f"{one['precision']:.3f} / {one['recall']:.3f}"
            )
        print(f"{kind:<22}{one['children']:>9}" + "".join(f"{cell:>18}" for cell in cells))
    rates = [f"{each['precision']:.3f} / {each['recall']:.3f}" for each in told.values()]
    print(f"{'all':<31}" + "".join(f"{rate:>18}" for rate in rates))
    print(f"{'seconds':<31}" + "".join(f"{each['seconds']:>18.2f}" for each in told.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
