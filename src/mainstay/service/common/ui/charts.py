"""Charts as SVG with a title, a description and a table of the same figures beneath.

Presentation is by classes, so no page needs an inline style. Values are shares (0 to 1) or counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final, Literal

from markupsafe import Markup, escape

from mainstay.service.common.ui.filters import number, percent

WIDTH: Final = 720
LEFT: Final = 52
RIGHT: Final = 132  # room for the names at the ends of the lines
NAME_LENGTH: Final = 18  # longer names are cut; the table and the legend have them whole
ROW: Final = 60  # a bar with its label above it
PAIR: Final = 108  # two bars with their label above them; narrow windows write larger
TOP: Final = 12
BOTTOM: Final = 36
Look = Literal["main", "city", "national"]


@dataclass(frozen=True, slots=True)
class Series:
    """One line: a value for each label, None where there is none."""

    name: str
    values: Sequence[float | None]
    look: Look = "main"


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    height: int

    def y(self, value: float) -> float:
        room = self.height - TOP - BOTTOM
        return round(TOP + room * (1 - (value - self.low) / (self.high - self.low)), 1)


def line(
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: Literal["percent", "count"] = "percent",
    height: int = 240,
    label_heading: str = "Week",
) -> Markup:
    """A trend: one line a series over ``labels``, the first series drawn strongest.

    Lines differ by stroke and by the name at their end, never by colour alone.
    """
    words = _writer(unit)
    values = [v for s in series for v in s.values if v is not None]
    if not values:
        return _nothing(title)
    ticks = _ticks(min(values), max(values), unit)
    scale = _Scale(ticks[0], ticks[-1], height)
    step = (WIDTH - LEFT - RIGHT) / max(len(labels) - 1, 1)
    parts = [_grid(ticks, scale, words), _months(labels, step, height)]
    ends = _spread([(s.name, s.look, *_end(s, step, scale)) for s in series])
    parts += [_path(s, step, scale) for s in reversed(series)]
    parts += [
        f'<text class="ms-chart__name ms-chart__name--{look}" x="{x + 8:.1f}" y="{y + 4:.1f}">'
        f"{escape(_cut(name, NAME_LENGTH))}</text>"
        for name, look, x, y in ends
    ]
    table = _table(title, label_heading, labels, series, words)
    return _figure(title, description, height, parts, _legend(series) + table)


def bars(
    title: str,
    description: str,
    labels: Sequence[str],
    values: Sequence[float | None],
    *,
    unit: Literal["percent", "count"] = "count",
    value_heading: str = "Number",
    label_heading: str = "",
) -> Markup:
    """Horizontal bars, one a label, each with its figure at the end; a None bar says it is hidden."""
    words = _writer(unit)
    top = max([v for v in values if v is not None], default=0) or 1
    room = WIDTH - 170
    rows = []
    for i, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = i * ROW
        length = 0 if value is None else round(room * value / top, 1)
        text = "hidden, small number" if value is None else words(value)
        rows.append(
            f'<text class="ms-chart__label" x="0" y="{y + 20}">{escape(label)}</text>'
            f'<rect class="ms-chart__bar" x="0" y="{y + 28}" width="{length}" height="20" rx="2"/>'
            f'<text class="ms-chart__value" x="{6 + length}" y="{y + 43}">{escape(text)}</text>'
        )
    table = _table(title, label_heading or "Group", labels, [Series(value_heading, values)], words)
    return _figure(title, description, len(labels) * ROW, rows, table)


def pairs(
    title: str,
    description: str,
    labels: Sequence[str],
    series: tuple[Series, Series],
    words: Sequence[tuple[str, str]],
    *,
    label_heading: str = "",
) -> Markup:
    """Horizontal bars two by two, this year's above last year's; a None bar is not drawn.

    words: the two figures of each label as they are written, also of those that are hidden.

    Which bar is which stands in words at its end, never in its colour alone. Figures below nought have no bar.
    """
    top = max([v for s in series for v in s.values if v is not None], default=0) or 1
    room = WIDTH - 260
    rows = []
    for i, label in enumerate(labels):
        y = i * PAIR
        rows.append(f'<text class="ms-chart__label" x="0" y="{y + 22}">{escape(label)}</text>')
        for n, one in enumerate(series):
            value, below = one.values[i], y + 32 + n * 30
            length = 0.0 if value is None else max(0.0, round(room * value / top, 1))
            kind = "ms-chart__dot--national" if n else "ms-chart__bar"
            rows.append(
                f'<rect class="{kind}" x="0" y="{below}" width="{length}" height="20" rx="2"/>'
                f'<text class="ms-chart__value" x="{6 + length}" y="{below + 16}">{escape(words[i][n])}'
                f", {escape(one.name)}</text>"
            )
    written = [Series(one.name, [pair[n] for pair in words]) for n, one in enumerate(series)]  # type: ignore[misc]
    table = _table(title, label_heading or "Group", labels, written, str)
    return _figure(title, description, len(labels) * PAIR, rows, table)


def spark(title: str, values: Sequence[float | None], *, width: int = 120, height: int = 28) -> Markup:
    """A small trend inside a line of text or a table cell; its title says it in words."""
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return Markup('<span class="ms-unknown">{}</span>').format("too few weeks")
    low, high = min(known), max(known)
    span = (high - low) or 1
    step = (width - 6) / max(len(values) - 1, 1)
    points = [
        f"{3 + i * step:.1f},{3 + (height - 6) * (1 - (v - low) / span):.1f}"
        for i, v in enumerate(values)
        if v is not None
    ]
    return Markup(
        '<svg class="ms-spark" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{t}">'
        '<polyline class="ms-chart__line ms-chart__line--main" points="{p}"/></svg>'
    ).format(w=width, h=height, t=title, p=" ".join(points))


def _writer(unit: str) -> Callable[[float | None], str]:
    return percent if unit == "percent" else number


def _ticks(low: float, high: float, unit: str) -> list[float]:
    """Four to six round values that hold all; counts start at nought."""
    if unit == "count":
        low = 0
    span = max(high - low, 0.02 if unit == "percent" else 4)
    size = next(s for s in _steps() if span / s <= 5)
    first, last = floor(low / size), max(ceil(high / size), floor(low / size) + 2)
    if unit == "percent":
        last = min(last, ceil(1 / size)) if high <= 1 else last
    return [round(i * size, 6) for i in range(min(first, last - 2), last + 1)]


def _steps() -> list[float]:
    return [m * 10.0**e for e in range(-3, 7) for m in (1, 2, 5)]


def _grid(ticks: Sequence[float], scale: _Scale, words: Callable[[float | None], str]) -> str:
    lines = []
    for tick in ticks:
        y = scale.y(tick)
        text = (
            words(tick).replace(".0%", "%") if tick != int(tick) or "%" in words(tick) else f"{int(tick):,}"
        )
        lines.append(
            f'<line class="ms-chart__grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
            f'<text class="ms-chart__tick" x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{text}</text>'
        )
    return "".join(lines)


def _months(labels: Sequence[str], step: float, height: int) -> str:
    every = max(1, ceil(len(labels) / 8))
    return "".join(
        f'<text class="ms-chart__tick{" ms-chart__tick--minor" if i // every % 3 else ""}" '
        f'x="{LEFT + i * step:.1f}" y="{height - 8}" text-anchor="{"middle" if i else "start"}">'
        f"{escape(label)}</text>"
        for i, label in enumerate(labels)
        if i % every == 0
    )


def _path(series: Series, step: float, scale: _Scale) -> str:
    """The line, broken where a value is missing, with a dot for a value alone between gaps."""
    runs: list[list[tuple[float, float]]] = [[]]
    for i, value in enumerate(series.values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((LEFT + i * step, scale.y(value)))
    look = series.look
    drawn = []
    for run in runs:
        if len(run) == 1:
            drawn.append(
                f'<circle class="ms-chart__dot ms-chart__dot--{look}" cx="{run[0][0]:.1f}" cy="{run[0][1]}" r="3"/>'
            )
        elif run:
            points = " ".join(f"{x:.1f},{y}" for x, y in run)
            drawn.append(f'<polyline class="ms-chart__line ms-chart__line--{look}" points="{points}"/>')
    return "".join(drawn)


def _end(series: Series, step: float, scale: _Scale) -> tuple[float, float]:
    known = [(i, v) for i, v in enumerate(series.values) if v is not None]
    if not known:
        return LEFT, -100.0
    return LEFT + known[-1][0] * step, scale.y(known[-1][1])


def _spread(
    ends: list[tuple[str, str, float, float]], gap: float = 16
) -> list[tuple[str, str, float, float]]:
    """Move names at line ends apart so that none covers another."""
    placed: list[tuple[str, str, float, float]] = []
    for name, look, x, y in sorted(ends, key=lambda end: end[3]):
        lowest = placed[-1][3] + gap if placed else y
        placed.append((name, look, x, max(y, lowest)))
    return placed


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _legend(series: Sequence[Series]) -> Markup:
    """Which line is which, for narrow windows where the names at the ends would be too small."""
    items = [
        '<li class="ms-chart__key"><svg class="ms-chart__swatch" viewBox="0 0 36 8" aria-hidden="true">'
        f'<line class="ms-chart__line ms-chart__line--{s.look}" x1="2" x2="34" y1="4" y2="4"/></svg> '
        f"{escape(s.name)}</li>"
        for s in series
    ]
    return Markup('<ul class="ms-chart__legend">{}</ul>').format(_join(items))


def _figure(title: str, description: str, height: int, parts: Sequence[str], table: Markup) -> Markup:
    drawing = Markup(
        '<svg class="ms-chart__svg" viewBox="0 0 {w} {h}" role="img" aria-label="{t}. {d}" focusable="false">'
        "<title>{t}</title><desc>{d}</desc>{parts}</svg>"
    ).format(w=WIDTH, h=height, t=title, d=description, parts=_join(parts))
    return Markup(
        '<figure class="ms-chart"><figcaption class="ms-chart__title">{t}</figcaption>'
        '<p class="ms-chart__description">{d}</p>{drawing}{table}</figure>'
    ).format(t=title, d=description, drawing=drawing, table=table)


def _table(
    title: str,
    heading: str,
    labels: Sequence[str],
    series: Sequence[Series],
    words: Callable[[float | None], str],
) -> Markup:
    head = "".join(
        f'<th scope="col" class="govuk-table__header govuk-table__header--numeric">{escape(s.name)}</th>'
        for s in series
    )
    body = "".join(
        f'<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">{escape(label)}</th>'
        + "".join(
            f'<td class="govuk-table__cell govuk-table__cell--numeric">{escape(words(s.values[i]))}</td>'
            for s in series
        )
        + "</tr>"
        for i, label in enumerate(labels)
    )
    return Markup(
        '<details class="govuk-details ms-details ms-chart__table"><summary class="govuk-details__summary">'
        '<span class="govuk-details__summary-text">Figures<span class="govuk-visually-hidden"> of {t}</span></span>'
        '</summary><table class="govuk-table ms-table ms-table--narrow"><caption class="govuk-visually-hidden">{t}</caption>'
        '<thead class="govuk-table__head"><tr class="govuk-table__row">'
        '<th scope="col" class="govuk-table__header">{heading}</th>{head}</tr></thead>'
        '<tbody class="govuk-table__body">{body}</tbody></table></details>'
    ).format(t=title, heading=heading, head=_join(head), body=_join(body))


def _join(parts: Sequence[str]) -> Markup:
    """Pieces whose texts were escaped when they were written."""
    return Markup("".join(parts))  # noqa: S704


def _nothing(title: str) -> Markup:
    return Markup('<p class="ms-empty__text">{}: no figures yet.</p>').format(title)


__all__ = ["Series", "bars", "line", "pairs", "spark"]
