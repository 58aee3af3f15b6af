"""The Parquet store: what goes in comes out, schools stay whole, and nothing else is overwritten."""

from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from tests.property.measured_city import make_city
from tests.property.test_measures_agree import parts_of

from mainstay.registers import engines, store
from mainstay.registers.codes_command import main as list_codes
from mainstay.registers.gathering import Gathering
from mainstay.registers.register import Block, Person, Reading, Stopped
from mainstay.registers.report import report


@pytest.fixture
def parts():
    return parts_of(make_city(40, seed=3))


def test_a_store_gives_back_what_was_written(parts, tmp_path):
    assert store.write(tmp_path / "store", [parts]) == sum(map(len, parts))
    read = store.Store(tmp_path / "store").group(0)
    for before, after in zip(parts, read, strict=True):
        assert (after.year, after.schools) == (before.year, before.schools)
        assert after.pupils.to_list() == before.pupils.to_list()
        for name in ("marks", "opens", "school", "births"):
            np.testing.assert_array_equal(getattr(after, name), getattr(before, name))


def test_parts_hold_whole_schools_and_the_same_ones_in_every_year(parts, tmp_path):
    groups = list(store.chunks([parts], size=8))
    assert len(groups) > 2
    seen = [{school for part in group for school in part.schools} for group in groups]
    assert sum(map(len, seen)) == len(set().union(*seen))
    store.write(tmp_path / "store", groups)
    small = pl.concat(map(report, engines.local(store.Store(tmp_path / "store"), engines.Task())))
    store.write(tmp_path / "store", [parts])
    whole = pl.concat(map(report, engines.local(store.Store(tmp_path / "store"), engines.Task())))
    assert small.equals(whole)


def test_a_folder_with_something_else_in_it_is_left_alone(parts, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("a letter")
    with pytest.raises(Stopped, match="not a register store"):
        store.write(tmp_path / "letters", [parts])
    assert (tmp_path / "letters" / "a.txt").read_text() == "a letter"


def test_a_writing_that_fails_leaves_the_old_store(parts, tmp_path):
    store.write(tmp_path / "store", [parts])

    def failing():
        yield parts
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        store.write(tmp_path / "store", failing())
    assert len(store.Store(tmp_path / "store")) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_other_parquet_files_are_refused(tmp_path):
    folder = tmp_path / "store" / "year=2024"
    folder.mkdir(parents=True)
    pl.DataFrame({"a": [1]}).write_parquet(folder / "part-00000.parquet")
    with pytest.raises(Stopped, match="not part of a register store"):
        store.Store(tmp_path / "store").group(0)
    (folder / "part-00000.parquet").write_bytes(b"no parquet")
    with pytest.raises(Stopped, match="cannot be read"):
        store.Store(tmp_path / "store").group(0)
    with pytest.raises(Stopped, match="pack"):
        len(store.Store(tmp_path))


def test_grids_may_arrive_as_binary_of_any_length(parts):
    table = store.table_of(parts[0])
    place = table.schema.get_field_index("marks")
    loose = table.set_column(place, "marks", table["marks"].cast(pa.binary()))
    np.testing.assert_array_equal(store.part_of(parts[0].year, loose[3:]).marks, parts[0].marks[3:])


def test_files_of_one_school_are_joined_and_the_fuller_person_kept():
    gathering = Gathering()
    for slot, sex in ((100, ""), (101, "F")):
        block = Block.empty("100001", 2024, np.array([0], np.int32))
        block.marks[0, slot] = ord("1")
        person = Person("100001", upn="Z852999924001", surname="Example", sex=sex)
        gathering.add(Reading("file", None, people=[person], blocks=[block]))
    (part,), conflicts = gathering.parts()
    assert (len(part), conflicts) == (1, 0)
    assert np.flatnonzero(part.opens[0]).tolist() == [100, 101]
    assert part.about["sex"].to_list() == ["F"]


def test_a_date_of_birth_in_one_file_serves_the_pupils_other_registers():
    gathering = Gathering()
    for school, born in (("100001", None), ("100002", date(2012, 5, 1))):
        block = Block.empty(school, 2024, np.array([0], np.int32))
        block.marks[0, 100] = ord("1")
        person = Person(school, upn="Z852999924001", date_of_birth=born)
        gathering.add(Reading("file", None, people=[person], blocks=[block]))
    (part,), _ = gathering.parts()
    assert part.births.tolist() == [date(2012, 5, 1)] * 2


def test_the_list_of_codes_names_every_byte_once_an_era(capsys):
    assert list_codes([]) == 0
    table = capsys.readouterr().out
    assert "Present, morning" in table
    assert list_codes(["--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any('"code": "C2"' in line and '"byte": "d"' in line for line in lines)
