"""What people type about leaflets."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone

from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.ui.forms import Choice, DateInput, FileDrop
from mainstay.service.directory.models import Parent, Parenthood, Pupil
from mainstay.service.documents import languages, leaflets
from mainstay.service.documents.models import Leaflet, LeafletGiven

CHILD = "child"


class GiveForm(forms.Form):
    """Which leaflet, to whom, how and when."""

    to = forms.ChoiceField(
        widget=forms.RadioSelect, label="To whom", error_messages={"required": "Choose to whom"}
    )
    leaflet = forms.ModelChoiceField(
        queryset=Leaflet.objects.none(), label="Leaflet", empty_label=None,
        error_messages={"required": "Choose the leaflet"},
    )  # fmt: skip
    how = forms.ChoiceField(choices=LeafletGiven.How.choices, label="How")
    given_on = DateInput(label="Day it was given", what="day it was given", latest=timezone.localdate)

    about = forms.ChoiceField(
        required=False, label="Given with", help_text="The visit, meeting or letter it went with."
    )

    def __init__(
        self, *args: Any, pupil: Pupil, occasions: Sequence[leaflets.Occasion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.occasions = {one.key: one for one in occasions}
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            ("", "Nothing in particular"),
            *((key, f"{one.label}, {long_date(one.on)}") for key, one in self.occasions.items()),
        ]
        ties = Parenthood.objects.filter(pupil=pupil, parent__merged_into=None).select_related("parent")
        self.parents: dict[str, Parent] = {
            str(tie.parent_id): tie.parent for tie in ties.order_by("priority", "pk")
        }
        people = [(key, Choice(one.name, hint=_speaks(one))) for key, one in self.parents.items()]
        self.fields["to"].choices = [*people, (CHILD, Choice("The child"))]  # type: ignore[attr-defined]
        known = Leaflet.objects.in_force(timezone.localdate())
        self.fields["leaflet"].queryset = known  # type: ignore[attr-defined]
        self.fields["leaflet"].label_from_instance = _label  # type: ignore[attr-defined]

    @property
    def parent(self) -> Parent | None:
        return self.parents.get(self.cleaned_data["to"])

    @property
    def thing(self) -> Model | None:
        """What it went with."""
        chosen = self.occasions.get(self.cleaned_data["about"])
        return chosen.thing if chosen else None


def _speaks(parent: Parent) -> str:
    return f"Speaks {parent.language}" if parent.language else ""


def _label(leaflet: Leaflet) -> str:
    unsure = "" if leaflets.confirmed(leaflet) else ", not yet confirmed by a translator"
    return f"{leaflet.title} ({leaflets.language_name(leaflet.language)}{unsure})"


class LeafletForm(forms.Form):
    """A new version of a leaflet."""

    subject = forms.ChoiceField(choices=list(leaflets.SUBJECTS.items()), label="What it is about")
    language = forms.ChoiceField(label="Language")
    title = forms.CharField(max_length=160, label="Title", error_messages={"required": "Give it a title"})
    text = forms.CharField(
        required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 16}), label="Words",
        help_text="Plain words; an empty line begins a new paragraph. Empty, where you have a PDF of your own.",
    )  # fmt: skip
    file = forms.FileField(required=False, widget=FileDrop, label="Or a PDF of your own")
    checked = forms.CharField(
        required=False, max_length=160, label="Confirmed by",
        help_text="For another language: the translator who confirmed the words, and the day. Empty until one has.",
    )  # fmt: skip
    since = DateInput(label="In force from", what="day", earliest=timezone.localdate)
    reason = forms.CharField(
        max_length=300, label="Why it is changed", error_messages={"required": "Say why it is changed"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(each.tag, f"{each.english} ({each.name})") for each in languages.known()]
        self.fields["language"].choices = [(languages.ENGLISH, "English"), *others]  # type: ignore[attr-defined]
        self.fields["text"].widget.attrs["data-autosave-key"] = "leaflet"
