"""What an address asks for: numbers and days within bounds, so that nothing typed into it breaks a page.

In a form the field says what is wrong; the functions give None, for pages that leave out what they cannot read.
"""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

#: the largest number a record can have
MOST: Final = 2**63 - 1
#: no register, reading or change lies outside; far enough from the calendar's ends to count onwards from either
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)


class NumberParam(forms.IntegerField):
    """A record's number or another whole number from 0."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": MOST, "required": False} | options)


class DayParam(forms.DateField):
    """A day, in the browser's own date box."""

    default_error_messages = {"invalid": "Enter a real date"}

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault("required", False)
        super().__init__(**options)
        said = "Enter a day between 1900 and 2199"
        self.validators += [MinValueValidator(EARLIEST, said), MaxValueValidator(LATEST, said)]


class RowsParam(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows by their numbers; a number no row can have is a choice that is not there."""

    def clean(self, value: Any) -> Any:
        for text in value or ():
            if number(text) is None:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": text[:20]}
                )
        return super().clean(value)


def number(text: str | None) -> int | None:
    """The number asked for; None for anything else."""
    return _read(NumberParam(), text)  # type: ignore[no-any-return]


def day(text: str | None) -> date | None:
    """The day asked for; None for anything else."""
    return _read(DayParam(), text)  # type: ignore[no-any-return]


def _read(field: forms.Field, text: str | None) -> Any:
    try:
        return field.clean(text)
    except ValidationError:
        return None
