"""Made-up registers of one academic year for the benchmarks: grids, and the same marks as rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from mainstay.law import codes
from mainstay.registers import store
from mainstay.registers.grid import BLANK, HALVES, SIZE, session_of, slot_of
from mainstay.registers.parts import ABOUT, Part
from mainstay.registers.upn import check_letter

YEAR = 2024
SCHOOL_SIZE = 480
_CLOSED_WEEKS = ((date(2024, 10, 28), 1), (date(2024, 12, 23), 2), (date(2025, 2, 17), 1), (date(2025, 4, 7), 2),
                 (date(2025, 5, 26), 1))  # fmt: skip
_BYTE = {
    code: ord(codes.byte_of(code)) for code in ("/", "\\", "L", "I", "M", "C", "G", "N", "O", "U", "V", "D")
}


@dataclass(frozen=True)
class School:
    urn: str
    upns: list[str]
    opened: np.ndarray
    marks: np.ndarray


def schools(pupils: int, seed: int) -> Iterator[School]:
    """Schools of about 480 pupils until there are ``pupils``; the same for the same seed."""
    rng, made = np.random.default_rng(seed), 0
    while made < pupils:
        n = min(SCHOOL_SIZE, pupils - made)
        opened = _opened(rng)
        upns = [_upn(made + k) for k in range(n)]
        yield School(f"{850_000 + made // SCHOOL_SIZE}", upns, opened, _marks(rng, opened, n))
        made += n


def _upn(number: int) -> str:
    digits = f"852{4000 + number // 100_000:04d}{number % 100_000:05d}"
    return check_letter("A" + digits) + digits


def _opened(rng: np.random.Generator) -> np.ndarray:
    """190 days: terms, the same holidays everywhere, five training days of the school's own."""
    opened = np.zeros((SIZE // 14, 7, 2), np.uint8)
    week = slot_of(date(2024, 9, 2), "AM") // 14
    opened[week : week + 47, :5] = 1
    for monday, weeks in _CLOSED_WEEKS:
        at = slot_of(monday, "AM") // 14
        opened[at : at + weeks] = 0
    opened = opened.reshape(SIZE)
    for holiday in (date(2025, 4, 21), date(2025, 5, 5)):
        opened[slot_of(holiday, "AM") :][:2] = 0
    opened[slot_of(date(2025, 7, 23), "AM") :] = 0
    days = np.flatnonzero(opened[::2])
    for day in rng.choice(days, len(days) - 190, replace=False):
        opened[2 * day : 2 * day + 2] = 0
    return opened


def _marks(rng: np.random.Generator, opened: np.ndarray, n: int) -> np.ndarray:
    slots = np.flatnonzero(opened)
    here = np.tile(np.where(slots % 2 == 0, _BYTE["/"], _BYTE["\\"]).astype(np.uint8), (n, 1))
    chance = rng.random(here.shape)
    risk = rng.gamma(0.5, 0.012, (n, 1))
    here[chance < 0.012] = _BYTE["L"]
    here[chance > 0.994] = _BYTE["M"]
    here[(chance > 0.5) & (chance < 0.5 + risk)] = _BYTE["U"]
    for code, spells, longest in (
        ("I", 2.6, 6),
        ("O", 0.5, 10),
        ("V", 0.8, 4),
        ("G", 0.12, 20),
        ("N", 0.15, 4),
    ):
        for row in np.repeat(np.arange(n), rng.poisson(spells, n)):
            at = int(rng.integers(len(slots)))
            here[row, at : at + int(rng.integers(1, longest + 1))] = _BYTE[code]
    for row in np.flatnonzero(rng.random(n) < 0.02):  # heavy absence
        here[row, rng.random(len(slots)) < 0.5] = _BYTE["O"]
    for row in np.flatnonzero(rng.random(n) < 0.03):  # came or left within the year
        cut = int(rng.integers(40, len(slots) - 40))
        here[row, slice(cut) if rng.random() < 0.5 else slice(cut, None)] = BLANK
    here[rng.random(here.shape) < 0.001] = BLANK
    marks = np.full((n, SIZE), BLANK, np.uint8)
    marks[:, slots] = here
    return marks


def part(made: list[School]) -> Part:
    """Some schools as the engine's part."""
    orders = [sorted(range(len(one.upns)), key=one.upns.__getitem__) for one in made]
    n = sum(len(one.upns) for one in made)
    return Part(
        YEAR,
        [one.urn for one in made],
        np.repeat(np.arange(len(made), dtype=np.int32), [len(one.upns) for one in made]),
        pl.Series(
            "pupil", [one.upns[k] for one, order in zip(made, orders, strict=True) for k in order], pl.String
        ),
        np.concatenate([one.marks[order] for one, order in zip(made, orders, strict=True)]),
        np.stack([one.opened for one in made]),
        np.full(n, "NaT", "datetime64[D]"),
        pl.DataFrame({name: [None] * n for name in ABOUT}, dict.fromkeys(ABOUT, pl.String)),
    )


def write(folder: Path, pupils: int, seed: int) -> dict[str, int]:
    """The same registers as our store, as Parquet rows and as CSV files, one file a school."""
    made = list(schools(pupils, seed))
    for name in ("rows", "csv"):
        (folder / name).mkdir(parents=True)
    marks = 0
    for one in made:
        rows = _rows(one)
        marks += len(rows)
        rows.write_parquet(folder / "rows" / f"{one.urn}.parquet")
        rows.rename(
            {"school": "URN", "upn": "UPN", "date": "Date", "session": "Session", "code": "Mark"}
        ).write_csv(folder / "csv" / f"{one.urn}.csv")
    store.write(folder / "store", [[part(made)]])
    return {"schools": len(made), "pupils": pupils, "marks": marks}


_SESSIONS = [session_of(YEAR, slot) for slot in range(SIZE)]
_DAYS = pl.Series("date", [day for day, _ in _SESSIONS], pl.Date)
_HALVES = pl.Series("session", [HALVES[slot % 2] for slot in range(SIZE)], pl.String)
_CODES = pl.Series("code", [codes.code_of_byte().get(chr(byte), "") for byte in range(256)], pl.String)


def _rows(one: School) -> pl.DataFrame:
    row, slot = np.nonzero(one.marks != BLANK)
    return pl.DataFrame(
        {
            "school": pl.repeat(one.urn, len(row), eager=True),
            "upn": pl.Series(one.upns).gather(row),
            "date": _DAYS.gather(slot),
            "session": _HALVES.gather(slot),
            "code": _CODES.gather(one.marks[row, slot]),
        }
    )
