"""Whole rolls linked with Splink on DuckDB: the same degrees of likeness as ``weighing``, asked in SQL.

Needs the extra: ``pip install "mainstay[linkage]"``. How common a name or birthday is among strangers is measured
on the rolls themselves; how often true pairs agree stays as in ``weights``, so that a score can be explained.
"""

import logging
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any, Final

from mainstay.service.missing.matching import weights
from mainstay.service.missing.matching.live import ENOUGH
from mainstay.service.missing.matching.people import Person
from mainstay.service.missing.matching.weighing import Likeness, levels, likeness
from mainstay.service.missing.matching.weights import FIELDS, SPELT

#: pairs of strangers looked at to measure shares
SAMPLED: Final = 1_000_000

_NAME: Final = {
    "same": "{0}_l = {0}_r",
    "held": "list_has_any({0}s_l, {0}s_r)",
    "sounds": "list_has_any({0}_sounds_l, {0}_sounds_r)",
    "spelt": f"jaro_winkler_similarity({{0}}_l, {{0}}_r) >= {SPELT}",
}
#: field -> what is empty where it cannot be compared, and the condition of each degree but the last
_SQL: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "born": ("born", {
        "same": "born_l = born_r",
        "swapped": "year(born_l) = year(born_r) and day(born_l) = month(born_r) and month(born_l) = day(born_r)",
        "near": "(year(born_l) = year(born_r))::int + (month(born_l) = month(born_r))::int"
                " + (day(born_l) = day(born_r))::int = 2",
    }),
    "surname": ("surname", {
        **{name: sql.format("surname") for name, sql in _NAME.items()},
        "part": "list_has_all(surname_words_l, surname_words_r) or list_has_all(surname_words_r, surname_words_l)",
    }),
    "forename": ("forename", {
        **{name: sql.format("forename") for name, sql in _NAME.items()},
        "short": "least(length(forename_word_l), length(forename_word_r)) >= 3 and "
                 "(starts_with(forename_word_l, forename_word_r) or starts_with(forename_word_r, forename_word_l))",
    }),
    "sex": ("sex", {"same": "sex_l = sex_r"}),
    "number": ("numbers", {"same": "list_has_any(numbers_l, numbers_r)"}),
    "home": ("roads", {
        "same": "list_has_any(roads_l, roads_r) and list_has_any(postcodes_l, postcodes_r)",
        "street": "list_has_any(roads_l, roads_r)",
        "postcode": "list_has_any(postcodes_l, postcodes_r)",
    }),
    "parent": ("adults", {
        "same": "list_has_any(adults_l, adults_r)",
        "sounds": "list_has_any(adult_sounds_l, adult_sounds_r)",
    }),
    "phone": ("telephones", {"same": "list_has_any(telephones_l, telephones_r)"}),
}  # fmt: skip
#: shares among strangers that a sample can measure; those of the others are too rare to be met in one
_MEASURED: Final = frozenset({"born", "surname", "forename", "sex"})


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("splink") is not None and find_spec("duckdb") is not None


def link(
    children: Sequence[Person], rolls: Sequence[Person], *, at_least: float = weights.SHOWN
) -> list[tuple[int, int, Likeness]]:
    """(child's key, roll's key, likeness) of every likely pair; likely twins whatever their score.

    Raises ImportError without the extra.
    """
    from splink import DuckDBAPI, Linker

    if not children or not rolls:
        return []
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection=":memory:")
    tables = [
        api.register(_table(people), dataset_display_name=name)
        for name, people in (("children", children), ("rolls", rolls))
    ]
    linker = Linker(tables, _settings(len(rolls)), log_level=None)
    if len(rolls) >= ENOUGH:
        linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED, seed=1)
    # a likely twin scores high before the first name is looked at, so that none is lost to the threshold
    found = linker.inference.predict(threshold_match_probability=min(at_least, weights.SHOWN))
    rows = found.as_duckdbpyrelation().select("unique_id_l, unique_id_r, match_probability").fetchall()
    return _explained(rows, children, rolls, at_least)


def _explained(
    rows: Iterable[tuple[int, int, float]],
    children: Sequence[Person],
    rolls: Sequence[Person],
    at_least: float,
) -> list[tuple[int, int, Likeness]]:
    by_key = {person.key: person for person in children}, {person.key: person for person in rolls}
    found = []
    for child, roll, score in rows:
        said = likeness(levels(by_key[0][child], by_key[1][roll]), score)
        if said.score >= at_least or said.twin:
            found.append((child, roll, said))
    return sorted(found, key=lambda row: (row[0], -row[2].score, row[1]))


def _settings(records: int) -> Any:
    from splink import SettingsCreator, block_on

    share = weights.share(records)
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=share,
        comparisons=[_comparison(field) for field in FIELDS],
        blocking_rules_to_generate_predictions=[
            block_on("turned"),
            block_on("forename_sound", "surname_sound"),
            block_on("numbers", arrays_to_explode=["numbers"]),
            block_on("adults", arrays_to_explode=["adults"]),
            block_on("telephones", arrays_to_explode=["telephones"]),
            block_on("roads", "forename_sound", arrays_to_explode=["roads"]),
            block_on("forename_sounds", "surname_sounds", arrays_to_explode=["forename_sounds", "surname_sounds"]),
        ],
        retain_matching_columns=False,
    )  # fmt: skip


def _comparison(field: weights.Field) -> Any:
    from splink import comparison_level_library as levels_of
    from splink import comparison_library

    column, conditions = _SQL[field.name]
    made: list[Any] = [levels_of.NullLevel(column)]
    for level in field.levels:
        sql = conditions.get(level.name)
        one = levels_of.CustomLevel(sql, label_for_charts=level.name) if sql else levels_of.ElseLevel()
        measured = field.name in _MEASURED
        shares: dict[str, Any] = {
            "m_probability": level.true, "u_probability": level.strangers,
            "fix_m_probability": True, "fix_u_probability": not measured,
        }  # fmt: skip
        if level.name == "same" and field.name in ("surname", "forename"):
            shares["tf_adjustment_column"] = field.name
        made.append(one.configure(**shares))
    return comparison_library.CustomComparison(made, output_column_name=field.name)


def _table(people: Sequence[Person]) -> Any:
    import pyarrow as pa

    words = pa.list_(pa.string())
    columns: dict[str, tuple[Any, list[Any]]] = {
        "unique_id": (pa.int64(), [p.key for p in people]),
        "born": (pa.date32(), [p.born for p in people]),
        "sex": (pa.string(), [p.sex or None for p in people]),
        "surname": (pa.string(), [_first(p.last) for p in people]),
        "forename": (pa.string(), [_first(p.first) for p in people]),
        "surname_sound": (pa.string(), [_first(p.last_sounds) for p in people]),
        "forename_sound": (pa.string(), [_first(p.first_sounds) for p in people]),
        "surname_words": (words, [(_first(p.last) or "").split() for p in people]),
        "forename_word": (pa.string(), [(_first(p.first) or "").split(" ")[0] for p in people]),
        "surnames": (words, [p.last for p in people]),
        "forenames": (words, [p.first for p in people]),
        "surname_sounds": (words, [p.last_sounds for p in people]),
        "forename_sounds": (words, [p.first_sounds for p in people]),
        "numbers": (words, [p.numbers or None for p in people]),
        "roads": (words, [(p.roads or []) if p.homes else None for p in people]),
        "postcodes": (words, [p.postcodes for p in people]),
        "adults": (words, [p.adults or None for p in people]),
        "adult_sounds": (words, [p.adult_sounds for p in people]),
        "telephones": (words, [p.telephones or None for p in people]),
        "turned": (pa.string(), [p.turned or None for p in people]),
    }
    return pa.table({name: pa.array(values, kind) for name, (kind, values) in columns.items()})


def _first(values: list[str]) -> str | None:
    return values[0] if values else None
