"""Boxes that several forms share, and what a page of an application is."""

from datetime import time
from typing import Any, ClassVar, Final

from django import forms
from django.utils import timezone

from mainstay.service.common.ui.forms import DateInput

YES_NO: Final = [("yes", "Yes"), ("no", "No")]
#: long text of the public; more belongs into a letter
MOST: Final = 900


def text(label: str, hint: str = "", most: int = 160, **said: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=most, **said)


def words(label: str, hint: str = "", rows: int = 3, most: int = MOST, **said: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **said
    )


def past(label: str, what: str, **said: Any) -> forms.Field:
    return DateInput(label=label, what=what, latest=timezone.localdate, **said)


def any_day(label: str, what: str, **said: Any) -> forms.Field:
    return DateInput(label=label, what=what, **said)


def yes_no(label: str, hint: str = "", **said: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, help_text=hint, choices=YES_NO, widget=forms.RadioSelect, coerce=lambda said: said == "yes",
        empty_value=None, **said,
    )  # fmt: skip


def clock(label: str, aria: str = "", **said: Any) -> forms.TimeField:
    """A time of day; ``minutes`` reads it."""
    attrs = {"type": "time", "class": "ms-clock", **({"aria-label": aria} if aria else {})}
    return forms.TimeField(
        label=label, required=False, widget=forms.TextInput(attrs=attrs),
        error_messages={"invalid": f"{aria or label}: write a time such as 15:30"}, **said,
    )  # fmt: skip


def minutes(value: time | None) -> int | None:
    return value.hour * 60 + value.minute if value is not None else None


def as_time(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


def as_yes_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


class PageForm(forms.Form):
    """One page of an application: title, intro; ``said`` gives the fields of the row it fills."""

    title: ClassVar[str] = ""
    intro: ClassVar[str] = ""
    #: the part of the page that draws the boxes, where they stand in a table
    drawn: ClassVar[str] = ""
    #: above notes that are read once before it goes on
    notes_title: ClassVar[str] = ""
    notes_intro: ClassVar[str] = ""

    def __init__(
        self, data: Any = None, files: Any = None, *, facts: Any = None, public: bool = False, **said: Any
    ) -> None:
        super().__init__(data, files, **said)
        self.facts, self.public = facts, public
        self.notes: list[str] = []
        for name, field in self.fields.items():
            if isinstance(field, forms.TypedChoiceField) and isinstance(self.initial.get(name), bool):
                self.initial[name] = as_yes_no(self.initial[name])

    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
