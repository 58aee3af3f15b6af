"""Which groups of a table are hidden, so that nobody can be recognised or worked out from the rest."""

from collections.abc import Iterable, Sequence


def hidden(sizes: Sequence[int], small: int) -> set[int]:
    """The places of the groups to hide, where the sum of all is known.

    Every group that is small, none of which is empty; then the next smallest, until what is hidden is two groups or
    more and together not small: the sum less what is shown tells nothing about one of them.
    """
    order = sorted((n for n, size in enumerate(sizes) if size > 0), key=lambda n: (sizes[n], n))
    found = [n for n in order if sizes[n] < small]
    rest = [n for n in order if sizes[n] >= small]
    while found and rest and (len(found) < 2 or sum(sizes[n] for n in found) < small):
        found.append(rest.pop(0))
    return set(found)


def suppressed(rows: Iterable[dict[str, object]], small: int) -> list[dict[str, object]]:
    """Rows with ``label`` and ``pupils``; those to hide keep their label alone."""
    listed = list(rows)
    away = hidden([int(str(row["pupils"])) for row in listed], small)
    return [
        {"label": row["label"], "hidden": True} if n in away else {**row, "hidden": False}
        for n, row in enumerate(listed)
    ]
