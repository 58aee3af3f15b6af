"""Charts: escaped, described and with their figures."""

import re
from itertools import pairwise
from xml.etree import ElementTree

from mainstay.service.common.ui import charts

LABELS = [f"week {i}" for i in range(39)]


def trend(values: list[float | None], name: str = "Harbour") -> str:
    return str(charts.line("Attendance", "It fell.", LABELS[: len(values)], [charts.Series(name, values)]))


def svg_of(figure: str) -> ElementTree.Element:
    return ElementTree.fromstring(re.search(r"<svg.*?</svg>", figure, re.S)[0])  # type: ignore[index]


def test_a_chart_has_a_title_a_description_and_its_figures() -> None:
    figure = trend([0.9, 0.85, None])
    drawing = svg_of(figure)
    assert drawing.findtext("title") == "Attendance"
    assert drawing.findtext("desc") == "It fell."
    assert re.findall(r"<td[^>]*>([^<]*)</td>", figure) == ["90.0%", "85.0%", "–"]


def test_a_gap_breaks_the_line_and_a_value_alone_is_a_dot() -> None:
    drawing = svg_of(trend([0.9, 0.91, None, 0.8, None, 0.9, 0.92]))
    assert len(drawing.findall("polyline")) == 2
    assert len(drawing.findall("circle")) == 1


def test_names_are_escaped() -> None:
    figure = trend([0.9, 0.8], name="<b>&")
    assert "<b>" not in figure
    svg_of(figure)


def test_names_at_the_ends_of_close_lines_do_not_cover_each_other() -> None:
    series = [charts.Series(name, [0.9, 0.9]) for name in ("A", "B", "C")]
    drawing = svg_of(str(charts.line("t", "d", ["1", "2"], series)))
    heights = sorted(float(t.get("y", "0")) for t in drawing.findall("text") if "name" in t.get("class", ""))
    assert all(after - before >= 16 for before, after in pairwise(heights))


def test_every_value_lies_inside_the_drawing_whatever_the_range() -> None:
    for values in ([0.5], [1.0, 1.0], [0.0, 1.0], [0.93, 0.931], [0.0, 0.0]):
        drawing = svg_of(trend(list(values)))
        points = [
            p.split(",") for line in drawing.findall("polyline") for p in line.get("points", "").split()
        ]
        assert all(0 <= float(y) <= 240 for _, y in points)


def test_a_hidden_bar_says_so_and_shows_no_length() -> None:
    figure = str(charts.bars("Bands", "d", ["many", "few"], [40, None]))
    assert "hidden, small number" in figure
    assert [rect.get("width") for rect in svg_of(figure).findall("rect")][1] == "0"


def test_without_figures_the_chart_says_so() -> None:
    assert "no figures yet" in trend([None, None])
    assert "too few weeks" in charts.spark("t", [None, 0.9])
