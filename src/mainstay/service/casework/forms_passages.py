"""Boxes for long texts, each with the version its writer saw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms

from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.models import KeptText

LONGEST: Final = 20_000
#: the highest version a row can have
HIGHEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Box:
    """One text to write: what is asked, its words now, and what lies beside them."""

    key: str
    label: str
    hint: str = ""
    parent: int | None = None
    text: str = ""
    version: int = 0
    beside: Sequence[KeptText] = field(default=())

    @property
    def name(self) -> str:
        return self.key if self.parent is None else f"{self.key}-{self.parent}"


class BoxesForm(forms.Form):
    """Other fields beside some boxes; ``typed`` is what ``actions.passages.save`` takes."""

    def __init__(self, data: Any = None, *, boxes: Sequence[Box], **more: Any) -> None:
        super().__init__(data, **more)
        self.boxes = boxes
        for box in boxes:
            self.fields[box.name] = forms.CharField(
                label=box.label, help_text=box.hint, required=False, initial=box.text, max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 5}),
            )  # fmt: skip
            self.fields[f"version-{box.name}"] = forms.IntegerField(
                initial=box.version, min_value=0, max_value=HIGHEST, required=False, widget=forms.HiddenInput
            )

    @property
    def shown(self) -> list[tuple[forms.BoundField, forms.BoundField, Box]]:
        """Each box with its version, for the template."""
        return [(self[box.name], self[f"version-{box.name}"], box) for box in self.boxes]

    @property
    def typed(self) -> list[Typed]:
        said = self.cleaned_data
        return [
            Typed(box.key, said[box.name], said[f"version-{box.name}"] or 0, box.parent) for box in self.boxes
        ]
