"""Fields, their errors and how they are written."""

from datetime import date

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from tests.unit.ui.gallery import ConsiderationForm

from mainstay.service.common.ui.forms import Choice, DateInput, FilesField, error_lines


class MeetingForm(forms.Form):
    met = DateInput(
        label="Date of the meeting",
        what="date of the meeting",
        earliest=date(2024, 9, 2),
        latest=lambda: date(2025, 7, 31),
    )


def meeting(day: str = "", month: str = "", year: str = "") -> MeetingForm:
    return MeetingForm({"met_day": day, "met_month": month, "met_year": year})


@pytest.mark.parametrize("month", ["9", "09", "September", "sep", " SEPT "])
def test_a_date_may_have_its_month_as_number_or_word(month: str) -> None:
    form = meeting("27", month, "2024")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["met"] == date(2024, 9, 27)


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        (("", "", ""), "Enter the date of the meeting"),
        (("27", "", ""), "The date of the meeting must include a month and a year"),
        (("", "9", "2024"), "The date of the meeting must include a day"),
        (("31", "2", "2025"), "The date of the meeting must be a real date, for example 27 9 2024"),
        (("x", "2", "2025"), "The date of the meeting must be a real date, for example 27 9 2024"),
        (("²", "2", "2025"), "The date of the meeting must be a real date, for example 27 9 2024"),
        (("1", "10", "24"), "The year of the date of the meeting must have 4 numbers"),
        (("1", "9", "2024"), "The date of the meeting must be on or after 2 September 2024"),
        (("1", "8", "2025"), "The date of the meeting must be on or before 31 July 2025"),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_keeps_what_was_typed(
    parts: tuple[str, str, str], error: str
) -> None:
    form = meeting(*parts)
    assert [line.text for line in error_lines(form)] == [error]
    assert error_lines(form)[0].target == "id_met_0"
    for part in filter(None, parts):
        assert f'value="{part}"' in str(form)


def test_a_date_that_is_not_asked_for_may_be_empty() -> None:
    class Optional(forms.Form):
        met = DateInput(required=False)

    form = Optional({"met_day": "", "met_month": "", "met_year": ""})
    assert form.is_valid()
    assert form.cleaned_data["met"] is None
    assert not form.has_changed()


def test_each_missing_answer_is_named_and_linked() -> None:
    form = ConsiderationForm(QueryDict("met_on_day=1&met_on_month=10&met_on_year=2024"))
    lines = {line.target: line.text for line in error_lines(form)}
    assert lines == {
        "id_choice_0": "Answer “What should happen?”",
        "id_reason": "Answer “Why?”",
        "id_school": "Choose school",
        "id_post": "Enter your post",
        "id_agreed": "Tick “The school agrees” to go on",
    }
    page = str(form)
    for target in lines:
        assert f'id="{target}"' in page
    assert 'id="id_reason_error"' in page
    assert "This field is required" not in page


def test_a_field_with_its_own_words_keeps_them() -> None:
    class Own(forms.Form):
        name = forms.CharField(error_messages={"required": "Who called?"})

    assert [line.text for line in error_lines(Own({}))] == ["Who called?"]


def test_errors_of_the_whole_form_come_first_and_several_forms_are_read_in_order() -> None:
    first, second = meeting("1", "10", "2024"), meeting()
    first.add_error(None, "The register changed meanwhile")
    assert [line.text for line in error_lines([first, second])] == [
        "The register changed meanwhile",
        "Enter the date of the meeting",
    ]


def test_boxes_get_their_classes_and_their_error_state() -> None:
    page = str(ConsiderationForm(QueryDict("post=")))
    assert 'class="govuk-input govuk-input--error"' in page
    assert 'class="govuk-textarea govuk-textarea--error"' in page
    assert 'class="govuk-select govuk-select--error"' in page
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in page
    assert page.count("(optional)") == 2


def test_a_choice_may_carry_a_hint_that_is_read_with_it() -> None:
    page = str(ConsiderationForm())
    assert 'aria-describedby="id_choice_0_hint"' in page
    assert Choice("A") == "A"


def test_typed_text_is_escaped() -> None:
    page = str(ConsiderationForm(QueryDict("post=%22%3E%3Cscript%3E&reason=%3C/textarea%3E%3Cscript%3E")))
    assert "<script>" not in page


def test_several_files_clean_to_a_list() -> None:
    class Evidence(forms.Form):
        files = FilesField(required=False)

    two = [SimpleUploadedFile("a.csv", b"1"), SimpleUploadedFile("b.csv", b"2")]
    form = Evidence({}, MultiValueDict({"files": two}))
    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["files"]] == ["a.csv", "b.csv"]
    assert " multiple" in str(form)
    none = Evidence({}, MultiValueDict())
    assert none.is_valid()
    assert none.cleaned_data["files"] == []
