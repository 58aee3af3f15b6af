"""What people type about a request for a penalty notice, and its check."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.law.rules import CURRENT
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import DayParam, NumberParam
from mainstay.service.penalties import evidence
from mainstay.service.penalties.models import NoticeRequest

NOBODY: Final = "nobody"
#: rows for sightings offered beyond those filled in
MORE_ROWS: Final = 2
MOST_ROWS: Final = 40
_DAYS: Final = CURRENT.whole("excluded_days")


def words(label: str, missing: str, rows: int = 3, **given: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
        **given,
    )


class NewRequestForm(forms.Form):
    """What the request rests on: ``route:id`` of a finding, leave or notice to improve, or the route alone."""

    source = forms.ChoiceField(
        label="What does the request rest on?",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what the request rests on"),
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[str, Choice]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = list(choices)  # type: ignore[attr-defined]


class SessionsForm(forms.Form):
    """The sessions relied on, ticked in a table, and the reason; ``offered``: the keys that can be ticked."""

    picked = forms.MultipleChoiceField(
        required=False,
        label="Sessions",
        error_messages={
            "invalid_choice": "A session picked is not on the list any more: look at the register again"
        },
    )
    because = words(
        "Why a notice is asked for",
        "Say why a notice is asked for",
        help_text="What happened, in words the family could read. Needed below the threshold.",
        required=False,
    )

    def __init__(self, *args: Any, offered: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picked"].choices = [(key, key) for key in offered]  # type: ignore[attr-defined]


class ExclusionForm(forms.Form):
    """What is known of an exclusion; each part may come later, the check says what is missing."""

    notice_on = DateInput(
        required=False, label="Day the notice under section 104 was given to the parents", what="day of the notice",
        latest=timezone.localdate, help_text="It names the days of the exclusion. Without it there is no offence.",
    )  # fmt: skip
    excluded_from = DateInput(
        required=False, label="First day of the exclusion", what="first day", latest=timezone.localdate
    )
    school_days = forms.IntegerField(
        required=False, min_value=1, max_value=200, label="School days of the exclusion",
        help_text=f"Only the first {_DAYS} count: say {_DAYS} for a permanent exclusion.",
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )  # fmt: skip
    because = words("Why a notice is asked for", "Say why a notice is asked for", required=False)


class SightingForm(forms.Form):
    """Where an excluded child was seen; an empty row says nothing."""

    on = DayParam(label="Day")
    time = forms.TimeField(
        required=False, label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(required=False, label="Place", max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = [cleaned.get(name) for name in ("on", "time", "place")]
        if any(said) and not all(said) and not self.errors:
            raise forms.ValidationError("Give day, time and place of each sighting")
        if cleaned.get("on") and cleaned["on"] > timezone.localdate():
            self.add_error("on", "The day of a sighting cannot be in the future")
        return cleaned

    @property
    def row(self) -> dict[str, Any] | None:
        said = self.cleaned_data
        if not said.get("place"):
            return None
        return {"date": said["on"], "time": f"{said['time']:%H:%M}", "place": said["place"]}


Sightings = forms.formset_factory(
    SightingForm, extra=MORE_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)


class EvidenceForm(forms.Form):
    """One paper: enclosed, sent some other way, or why it does not apply; an empty row says nothing."""

    ENCLOSED, SENT, NOT = "enclosed", "sent", "not_applicable"
    what = forms.CharField(
        max_length=evidence.LONGEST,
        required=False,
        label="Anything else: what is it?",
        widget=forms.HiddenInput,
    )
    state = forms.ChoiceField(
        choices=[
            (ENCLOSED, "The paper is enclosed"),
            (SENT, "It was sent or given: I say how and when"),
            (NOT, "It does not apply: I say why"),
        ],
        required=False,
        widget=forms.RadioSelect,
        label="What about it?",
    )
    file = forms.FileField(
        required=False,
        label="The paper: PDF, JPEG or PNG",
        widget=forms.FileInput(attrs={"data-plain-label": "1"}),
    )
    text = forms.CharField(
        required=False, max_length=500, label="How and when it was sent, or why it does not apply",
        widget=forms.Textarea(attrs={"rows": 2, "data-plain-label": "1"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = str(self.initial.get("what", ""))
        if self.listed:
            self.fields["state"].label = self.listed
        else:
            self.fields["what"].widget = forms.TextInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.says_something:
            return cleaned
        state, text, file = cleaned.get("state"), cleaned.get("text", "").strip(), cleaned.get("file")
        if not cleaned.get("what", "").strip():
            self.add_error("what", "Say what the paper is")
        if not state and not file:
            self.add_error("state", "Choose whether it is enclosed, was sent, or does not apply")
        if state == self.ENCLOSED and not file and "file" not in self.errors:
            self.add_error("file", "Choose the paper to enclose")
        if state in (self.SENT, self.NOT) and not text:
            words = "how and when it was sent or given" if state == self.SENT else "why it does not apply"
            self.add_error("text", f"Say {words}")
        return cleaned

    @property
    def says_something(self) -> bool:
        said = [self.cleaned_data.get(name) for name in ("state", "file", "text")]
        return any(said) or (not self.listed and bool(self.cleaned_data.get("what")))

    @property
    def values(self) -> dict[str, Any]:
        """What ``add_evidence`` takes."""
        said = self.cleaned_data
        state = "not_applicable" if said["state"] == self.NOT else "met"
        return {"what": said["what"], "state": state, "text": said["text"], "file": said["file"]}


Papers = forms.formset_factory(EvidenceForm, extra=1, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class RequestsFilter(forms.Form):
    """The filters of the list; anything not understood is ignored, so that old bookmarks open."""

    state = forms.ChoiceField(
        choices=[("", "Open"), *NoticeRequest.State.choices, ("all", "All")], required=False, label="State"
    )
    scope = forms.ChoiceField(
        choices=[("", "All I may see"), ("mine", "Mine"), ("schools", "My schools")],
        required=False,
        label="Whose",
    )
    owner = forms.RegexField(rf"^(\d{{1,15}}|{NOBODY})$", required=False, label="Officer")
    route = forms.ChoiceField(
        choices=[("", "Any"), *NoticeRequest.Route.choices], required=False, label="What it rests on"
    )
    school = NumberParam(label="School")
    pupil = NumberParam(label="Child")
    waiting = forms.TypedChoiceField(
        choices=[("", "Any"), ("5", "More than 5 days"), ("14", "More than two weeks"), ("28", "More than four weeks")],
        required=False, coerce=int, empty_value=None, label="Waiting since",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        for name in list(self.errors):
            del self.errors[name]
        nothing: dict[str, Any] = {
            "state": "", "scope": "", "owner": "", "route": "", "school": None, "pupil": None, "waiting": None,
        }  # fmt: skip
        return nothing | {k: v for k, v in self.cleaned_data.items() if v not in ("", None)}


def sightings_of(seen: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """The sightings of a request as initial values of ``Sightings``."""
    return [{"on": date.fromisoformat(s["date"]), "time": s["time"], "place": s["place"]} for s in seen]
