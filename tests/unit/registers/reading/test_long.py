"""One mark a row."""

from datetime import date

import pytest
from tests.unit.registers.reading.conftest import ADA, BEN, CEM, Read, mark_counts, places, warned

from mainstay.registers.grid import slot_of
from mainstay.registers.reading import Mapping

HEADER = "URN,UPN,Surname,Forename,DOB,Year,Reg,Date,Session,Mark,Minutes Late,Comment\n"
WHO = f"999999,{ADA},Fenwick,Ada,2015-03-09,5,5B,"


def rows(*lines: str) -> str:
    return "UPN,Date,Session,Mark\n" + "".join(f"{line}\n" for line in lines)


def test_a_mark_is_put_into_its_slot_with_its_comment(read: Read) -> None:
    found = read(HEADER + WHO + "2025-09-08,AM,/,,\n" + WHO + "2025-09-08,PM,L,7,bus late\n")

    assert (found.layout, found.encoding, found.schools, found.verdict) == (
        "long",
        "utf-8",
        ["999999"],
        "ready",
    )
    assert (found.pupils, found.marks, found.rows_read, found.rows_taken, found.rows_refused) == (
        1,
        2,
        2,
        2,
        0,
    )
    assert found.first == found.last == date(2025, 9, 8)
    block = found.blocks[0]
    assert (block.school, block.year) == ("999999", 2025)
    assert chr(block.marks[0, slot_of(date(2025, 9, 8), "AM")]) == "1"
    assert chr(block.marks[0, slot_of(date(2025, 9, 8), "PM")]) == "L"
    assert mark_counts(found) == {"1": 1, "L": 1}
    note = found.notes[0]
    assert (note.person, note.year, note.minutes_late, note.comment) == (0, 2025, 7, "bus late")
    assert note.slot == slot_of(date(2025, 9, 8), "PM")
    person = found.people[0]
    assert (person.upn, person.surname, person.date_of_birth, person.reg_group) == (
        ADA, "Fenwick", date(2015, 3, 9), "5B",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "byte"),
    [("/", "1"), ("\\", "1"), (" o ", "O"), ("i01", "I"), ("X01", "X"), ("c2", "d"), ("Y3", "5"),
     ("L 10", "L"), ("L(10)", "L"), ("#", "0"), ("P", "P")],
)  # fmt: skip
def test_marks_that_need_no_mapping(read: Read, text: str, byte: str) -> None:
    found = read(rows(f"{ADA},2025-09-08,AM,{text}", f"{BEN},2025-09-08,AM,O"))
    assert chr(found.blocks[0].marks[0, slot_of(date(2025, 9, 8), "AM")]) == byte
    assert found.rows_refused == 0


@pytest.mark.parametrize("text", ["Q9", "?", "!", "1", "✓", "present", "//", "L 5m"])
def test_a_text_in_no_list_is_refused_as_unknown(read: Read, text: str) -> None:
    found = read(rows(f"{ADA},2025-09-08,AM,{text}", f"{ADA},2025-09-08,PM,O"))
    assert places(found) == [(2, "Mark", text)]
    assert warned(found) == {"unknown_code": 1}
    assert (found.marks, found.rows_taken, found.rows_refused, found.verdict) == (
        1,
        1,
        1,
        "ready_with_refusals",
    )


def test_a_mapping_says_what_local_marks_mean(read: Read) -> None:
    mapping = Mapping.of({"codes": {"P": "/", "✓": "/", "": "/"}, "columns": {"Pupil number": "UPN"}})
    text = f"Pupil number,Date,Session,Mark\n{ADA},2025-09-08,AM,p\n{ADA},2025-09-08,PM,✓\n{ADA},2025-09-09,AM,\n"
    found = read(text + f"{ADA},2025-09-13,AM,\n", mapping=mapping)
    assert (found.errors, mark_counts(found)) == ([], {"1": 2, "2": 1})


def test_old_codes_count_in_their_time_only(read: Read) -> None:
    found = read(
        rows(
            f"{ADA},2024-03-01,AM,J",
            f"{ADA},2024-03-01,PM,Y",
            f"{ADA},2025-03-03,AM,J",
            f"{ADA},2024-03-04,AM,K",
        )
    )
    assert warned(found) == {"old_code": 2, "code_not_in_force": 2}
    assert places(found) == [(4, "Mark", "J"), (5, "Mark", "K")]
    assert found.marks == 2


def test_marks_on_closed_days_are_refused(read: Read) -> None:
    found = read(
        rows(f"{ADA},2025-09-13,AM,O", f"{ADA},2025-08-25,AM,O", f"{ADA},2025-12-02,AM,O", f"{ADA},2025-09-14,AM,#",
             f"{ADA},2025-09-13,PM,", f"{ADA},2025-09-15,AM,/")
    )  # fmt: skip
    assert [line for line, _, _ in places(found)] == [2, 3, 4]
    assert warned(found) == {"weekend_mark": 1, "bank_holiday_mark": 1, "future_mark": 1}
    assert (found.marks, found.rows_taken) == (1, 3)


def test_marks_outside_the_time_on_roll_are_refused(read: Read) -> None:
    found = read(
        "UPN,Entry date,Leaving date,Date,Session,Mark\n"
        + "".join(
            f"{ADA},2025-09-09,2025-10-10,{day},AM,/\n"
            for day in ("2025-09-08", "2025-09-09", "2025-10-10", "2025-10-13")
        )
    )
    assert warned(found) == {"before_entry": 1, "after_leaving": 1}
    assert [line for line, _, _ in places(found)] == [2, 5]


def test_a_repeat_is_one_mark_and_a_conflict_is_none(read: Read) -> None:
    found = read(
        rows(f"{ADA},2025-09-08,AM,/", f"{ADA},2025-09-08,AM,/", f"{ADA},2025-09-08,PM,/", f"{ADA},2025-09-08,PM,\\",
             f"{ADA},2025-09-09,AM,/", f"{ADA},2025-09-09,AM,O", f"{ADA},2025-09-09,AM,O", f"{ADA},2025-09-10,AM,",
             f"{ADA},2025-09-10,AM,I")
    )  # fmt: skip
    assert warned(found) == {"duplicate_mark": 2, "conflicting_marks": 1}
    assert [line for line, _, _ in places(found)] == [6, 7, 8]
    assert (found.marks, found.rows_taken, found.rows_refused) == (3, 6, 3)


def test_missing_marks_are_counted_and_never_absence(read: Read) -> None:
    found = read(rows(f"{ADA},2025-09-08,AM,/", f"{ADA},2025-09-08,PM,-", f"{ADA},2025-09-09,AM,"))
    assert warned(found) == {"missing_marks": 2}
    assert (found.marks, found.rows_taken, found.verdict) == (1, 3, "ready")


def test_numbers_of_pupils(read: Read) -> None:
    wrong_letter, temporary = "A" + ADA[1:], "Y85299992401A"
    found = read(
        rows(
            *(
                f"{upn},2025-09-08,AM,/"
                for upn in (wrong_letter, temporary, " z852 9999 24001 ", "852999924001", "Z85299992400")
            )
        )
    )
    assert warned(found) == {"upn_check_letter": 1, "temporary_upn": 1}
    assert places(found) == [(5, "UPN", "852999924001"), (6, "UPN", "Z85299992400")]
    assert {person.upn for person in found.people} == {wrong_letter, temporary, ADA}


def test_a_pupil_without_a_number_needs_name_and_birth(read: Read) -> None:
    found = read(
        "UPN,Surname,Forename,DOB,Date,Session,Mark\n,Fenwick,Ada,2015-03-09,2025-09-08,AM,/\n"
        ",Fenwick,Ada,2015-03-09,2025-09-08,PM,/\n,Fenwick,Ben,,2025-09-08,AM,/\n"
    )
    assert warned(found) == {"upn_missing": 1}
    assert places(found) == [(4, "UPN", "")]
    assert (found.pupils, found.marks) == (1, 2)


def test_one_number_on_two_children_refuses_both(read: Read) -> None:
    head = "UPN,Surname,Forename,DOB,Date,Session,Mark\n"
    found = read(
        head + f"{ADA},Fenwick,Ada,2015-03-09,2025-09-08,AM,/\n{ADA},Okafor,Ben,2014-01-02,2025-09-08,PM,/\n"
        f"{CEM},Demir,Cem,2014-01-02,2025-09-08,PM,/\n"
    )
    assert warned(found) == {"upn_shared": 2}
    assert places(found) == [(2, "UPN", ADA), (3, "UPN", ADA)]
    same_birth = read(
        head + f"{ADA},Fenwick,Ada,2015-03-09,2025-09-08,AM,/\n{ADA},O’Neill,Ada,2015-03-09,2025-09-08,PM,/\n"
    )
    assert (same_birth.verdict, same_birth.pupils, len(same_birth.people)) == ("ready", 1, 1)


def test_a_row_of_the_wrong_width_is_refused_and_feet_are_no_rows(read: Read) -> None:
    found = read(
        HEADER + WHO + "2025-09-08,AM,/,,\n" + WHO + "2025-09-08\n" + WHO + "2025-09-08,PM,/,,one, two\n"
        "\n,,,,,,,,,,,\n" + HEADER + WHO + "2025-09-09,AM,/,,\nTotal,,,,,,,,,3,,\n,Total marks: 3,,,,,,,,,,\n"
    )
    assert [(line, column) for line, column, _ in places(found)] == [(3, None), (4, None)]
    assert (found.rows_read, found.rows_taken, found.marks) == (4, 2, 2)


def test_lines_are_physical_lines(read: Read) -> None:
    text = HEADER + WHO + '2025-09-08,AM,/,,"two\r\nlines, and ""more"""\r\n' + WHO + "2025-09-08,PM,Q9,,\r\n"
    found = read(text)
    assert places(found) == [(4, "Mark", "Q9")]
    assert found.notes[0].comment == 'two\r\nlines, and "more"'


def test_a_quotation_mark_never_closed_stops_the_file(read: Read) -> None:
    found = read(HEADER + WHO + '2025-09-08,AM,/,,"oops\n' + WHO + "2025-09-08,PM,/,,\n")
    assert found.stopped_because is not None and "line 2" in found.stopped_because
    assert (found.rows_taken, found.marks, found.blocks) == (0, 0, [])


def test_cells_like_formulas_are_kept_as_text_and_counted(read: Read) -> None:
    found = read(
        HEADER
        + WHO
        + "2025-09-08,AM,/,,=1+1\n"
        + WHO
        + "2025-09-08,PM,@,,+44\n"
        + WHO
        + "2025-09-09,PM,-,,\n"
    )
    assert warned(found) == {"formula_like": 3, "unknown_code": 1, "missing_marks": 1}
    assert found.notes[0].comment == "=1+1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_newline(
    read: Read, encoding: str, delimiter: str, newline: str
) -> None:
    lines = [
        "UPN,Surname,Date,Session,Mark",
        f"{ADA},O’Neill-Zoë,08-Sep-25,AM,/",
        f"{ADA},O’Neill-Zoë,08-Sep-25,PM,?",
    ]
    found = read(newline.join(lines).replace(",", delimiter).encode(encoding))
    assert (found.encoding, found.marks, found.people[0].surname) == (encoding, 1, "O’Neill-Zoë")
    assert places(found) == [(3, "Mark", "?")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("hello\n", "no header"),
        (f"UPN,Date,Session\n{ADA},2025-09-08,AM\n", "no column for Mark"),
        (f"UPN,Date,Session,Mark,Code\n{ADA},2025-09-08,AM,/,/\n", "more than one column for Mark"),
        (f"UPN,UPN,Date,Session,Mark\n{ADA},{ADA},2025-09-08,AM,/\n", "more than one column for UPN"),
        ("UPN,Date,Session,Mark\n", "no rows"),
        (f"UPN,Date,Session,Mark\n{ADA},2025-09-08,AM,?\n", "nothing in this file"),
        ("\n" * 20 + f"UPN,Date,Session,Mark\n{ADA},2025-09-08,AM,/\n", "no header"),
        (f"UPN,Date,Session,Mark\n{ADA},2025-09-08,AM,{'x' * 1_000_001}\n", "1 MB"),
    ],
)
def test_what_stops_a_file(read: Read, text: str, said: str) -> None:
    found = read(text)
    assert found.verdict == "stopped" and said in (found.stopped_because or "")


def test_a_header_may_stand_on_any_of_the_first_twenty_lines(read: Read) -> None:
    found = read(
        "A report\n" + "\n" * 18 + f"upn *,session_date,AM/PM,attendance code\n{ADA},2025-09-08,AM,/\n"
    )
    assert (found.verdict, found.marks) == ("ready", 1)


def test_more_than_a_hundred_thousand_errors_stop_the_file(read: Read) -> None:
    found = read("UPN,Date,Session,Mark\n" + f"{ADA},2025-09-08,AM,?\n" * 100_001)
    assert (found.stopped_because or "").startswith("too_many_errors")
    assert [len(found.errors), found.errors[0].line, found.errors[-1].line] == [100_000, 2, 100_001]
    assert (found.rows_read, found.rows_refused, found.rows_taken) == (100_001, 100_001, 0)


def test_two_schools_in_one_file(read: Read) -> None:
    found = read(
        f"LA code,Estab,UPN,Date,Session,Mark\n852,9999,{ADA},2025-09-08,AM,/\n852,123,{ADA},2025-09-09,AM,D\n"
    )
    assert found.schools == ["8520123", "8529999"]
    assert (found.pupils, len(found.people), len(found.blocks)) == (1, 2, 2)


def test_the_shape_of_the_national_download(read: Read) -> None:
    found = read(f"LA code,URN,UPN,FSM,EHC plan,Date,Session,Mark\n852,999999,{ADA},Y,N,2025-09-08,AM,/\n")
    assert (found.layout, found.schools, found.marks) == ("dfe", ["999999"], 1)
    assert found.people[0].extra == {"fsm": "Y", "ehc": "N"}


def test_a_row_of_the_wrong_width_has_one_error_whatever_else_is_wrong_with_it(read: Read) -> None:
    found = read(HEADER + WHO + "2025-09-08,AM,/,,\n999999,123,Fenwick\n")
    assert [(line, column) for line, column, _ in places(found)] == [(3, None)]
    assert (len(found.people), found.rows_refused) == (1, 1)


def test_a_stray_quotation_mark_that_swallows_rows_is_told(read: Read) -> None:
    text = (
        HEADER
        + WHO
        + '2025-09-08,AM,/,,"oops\n'
        + WHO
        + '2025-09-08,PM,/,,done"\n'
        + WHO
        + "2025-09-09,AM,/,,\n"
    )
    found = read(text)
    assert [(line, column) for line, column, _ in places(found)] == [(2, None)]
    assert (found.marks, found.rows_refused, found.verdict) == (1, 1, "ready_with_refusals")
