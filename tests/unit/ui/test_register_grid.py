"""What each cell of the register shows and says."""

import re
from datetime import date

import pytest
from django.template import engines
from tests.unit.ui.gallery import register

from mainstay.law import codes
from mainstay.registers import grid as layout
from mainstay.registers import tables
from mainstay.service.common.ui.register_grid import Cell, Marks, build

MONDAY = date(2024, 9, 9)


def marks_of(**sessions: str) -> bytes:
    """``marks_of(d9am="G")``: September 2024."""
    marks = bytearray(layout.EMPTY)
    for name, code in sessions.items():
        day, half = int(name[1:-2]), name[-2:].upper()
        marks[layout.slot_of(date(2024, 9, day), half)] = ord(codes.byte_of(code))
    return bytes(marks)


def open_on(*days: int) -> list[bool]:
    slots = {layout.slot_of(date(2024, 9, day), half) for day in days for half in layout.HALVES}
    return [slot in slots for slot in range(layout.SIZE)]


def cells(**known: object) -> list[Cell]:
    return [cell for week in build(Marks(year=2024, **known)).weeks for cell in week.cells]  # type: ignore[arg-type]


def test_a_cell_tells_day_half_code_and_meaning() -> None:
    cell = cells(marks=marks_of(d9am="G", d9pm="/"))[0]
    assert (cell.text, cell.look, cell.morning) == ("G", "unauthorised", True)
    assert cell.title == "Monday 9 September, morning: G, Holiday not granted by the school"


def test_two_character_codes_are_shown_whole() -> None:
    assert cells(marks=marks_of(d9am="Y1", d9pm="C2"))[0].text == "Y1"


def test_open_sessions_without_a_mark_are_missing_or_still_to_come_or_outside() -> None:
    found = cells(
        marks=marks_of(d10am="/", d10pm="\\"),
        open_slots=open_on(9, 10, 11, 12),
        on_roll=[(date(2024, 9, 10), None)],
        as_known_on=date(2024, 9, 11),
    )
    looks = [cell.look for cell in found]
    assert looks == ["outside"] * 2 + ["present"] * 2 + ["missing"] * 2 + ["future"] * 2 + ["closed"] * 2


def test_after_leaving_is_outside() -> None:
    stay = (date(2024, 9, 1), date(2024, 9, 9))
    found = cells(marks=marks_of(d9am="/"), open_slots=open_on(9, 10), on_roll=[stay])
    assert [cell.look for cell in found[1:3]] == ["missing", "outside"]


def test_who_left_and_came_back_was_on_roll_both_times() -> None:
    stays = [(date(2024, 9, 1), date(2024, 9, 9)), (date(2024, 9, 11), None)]
    found = cells(marks=marks_of(d9am="/"), open_slots=open_on(9, 10, 11), on_roll=stays)
    assert [cell.look for cell in found[1:5]] == ["missing", "outside", "outside", "missing"]


def test_a_mark_of_a_closed_session_is_shown_and_not_counted() -> None:
    marks = marks_of(d9am="O", d9pm="O", d10am="O", d10pm="#")
    counted = {(date(2024, 9, 10), "AM")}
    shown = build(Marks(year=2024, marks=marks, open_slots=open_on(9), counted=counted))
    struck = shown.weeks[0].cells[2]
    assert (struck.text, struck.look, struck.spoken, struck.day) == ("O", "ignored", " not counted", "")
    assert not struck.counted
    assert struck.title.endswith("; school closed: the mark is not counted")
    assert list(shown.weeks[0].totals) == [2, 0, 0, 2, 0] == list(shown.totals)
    assert "ignored" in {item.look for item in shown.legend}


def test_before_the_first_mark_was_known_there_are_no_weeks() -> None:
    known = Marks(year=2024, marks=layout.EMPTY, open_slots=open_on(9), as_known_on=date(2024, 9, 1))
    assert list(build(known).weeks) == []


def test_each_mark_that_may_be_corrected_leads_to_where_it_is() -> None:
    shown = build(Marks(year=2024, marks=marks_of(d9am="O"), open_slots=open_on(9)))
    page = engines["jinja2"].from_string("{{ ui.register_grid(r, 'Register', correct='mark/?register=5') }}")
    links = re.findall(r'<a tabindex="-1" href="([^"]*)">', page.render({"r": shown}))
    assert links == [f"mark/?register=5&amp;on=2024-09-09&amp;half={half}" for half in layout.HALVES]


def test_saturday_and_sunday_appear_only_when_used() -> None:
    assert len(build(Marks(year=2024, marks=marks_of(d9am="/"))).days) == 5
    assert [day.name for day in build(Marks(year=2024, marks=marks_of(d14am="/"))).days][-1] == "Saturday"


def test_totals_of_a_week_agree_with_the_tables_of_the_engine() -> None:
    shown = register()
    for week in shown.weeks:
        marks = [ord(codes.byte_of(cell.text)) for cell in week.cells if cell.text]
        possible = sum(int(tables.POSSIBLE[m]) for m in marks)
        absent = sum(int(tables.ABSENT[m]) for m in marks)
        unauthorised = sum(int(tables.UNAUTHORISED[m]) for m in marks)
        late = sum(int(tables.LATE[m]) for m in marks)
        assert list(week.totals) == [possible, possible - absent, absent - unauthorised, unauthorised, late]
    assert list(shown.totals) == [sum(week.totals[i] for week in shown.weeks) for i in range(5)]


def test_the_bracket_runs_from_the_first_to_the_last_week_of_the_window() -> None:
    brackets = [week.bracket for week in register().weeks]
    inside = [bracket for bracket in brackets if bracket]
    assert inside[0] == "start"
    assert inside[-1] == "end"
    assert set(inside[1:-1]) == {"inside"}
    one = build(Marks(year=2024, marks=marks_of(d9am="G"), window=(MONDAY, MONDAY)))
    assert [week.bracket for week in one.weeks] == ["only"]


def test_counted_and_amended_sessions_are_said_aloud_not_only_drawn() -> None:
    session = (MONDAY, "AM")
    cell = cells(marks=marks_of(d9am="G"), counted={session}, amended={session}, notes={session: "was O"})[0]
    assert cell.title.endswith("; counted in the window; was O")
    assert cell.spoken == " counted, amended"


def test_the_legend_explains_every_look_and_code_that_occurs() -> None:
    shown = register()
    found = [cell for week in shown.weeks for cell in week.cells]
    assert {cell.text for cell in found if cell.text} == {item.code for item in shown.legend if item.code}
    assert {cell.look for cell in found if not cell.text} <= {item.look for item in shown.legend}
    assert all(item.meaning for item in shown.legend)


def test_an_empty_year_has_no_weeks() -> None:
    empty = build(Marks(year=2024, marks=layout.EMPTY))
    assert list(empty.weeks) == []
    assert set(empty.totals) == {0}


@pytest.mark.parametrize("code", sorted(codes.known()))
def test_every_code_has_a_look_with_a_style(code: str) -> None:
    from tests.unit.ui.test_gallery import ROOT

    css = (ROOT / "src/mainstay/service/common/static/mainstay/mainstay.css").read_text("utf-8")
    assert f".ms-mark--{cells(marks=marks_of(d9am=code))[0].look}" in css


def test_the_table_has_headings_for_its_rows_and_columns() -> None:
    page = str(
        engines["jinja2"].from_string("{{ ui.register_grid(r, 'Register') }}").render({"r": register()})
    )
    assert page.count('scope="colgroup"') == 5
    assert page.count('scope="row"') == len(register().weeks) + 1
