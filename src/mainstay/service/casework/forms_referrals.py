"""What a school types about a referral, part by part, and the filters of the lists."""

from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.casework.actions.referral_letters import METHODS
from mainstay.service.casework.forms_consultations import words
from mainstay.service.casework.models import Referral, ReferralItem, ReferralPaper, ReferralParent
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import NumberParam

WAITING: Final = "waiting"
CHECK: Final = "check"
LATE: Final = "late"
STATES: Final = [
    ("", "Open"), (WAITING, "Waiting for the service"), (CHECK, "Waiting for the completeness check"),
    (LATE, "Waiting for the check, and late"), *Referral.State.choices, ("all", "All"),
]  # fmt: skip
SCOPES: Final = [
    ("", "All I may see"),
    ("mine", "Mine"),
    ("schools", "My schools"),
    ("nobody", "Nobody's yet"),
]
_YES_NO: Final = [("yes", "Yes"), ("no", "No")]


class ReferralsFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    school = NumberParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"state": "", "scope": "", "school": None, **self.cleaned_data}


class ReasonsForm(forms.Form):
    reasons = words(
        "Why you refer", "Say why you refer this child", 6, "What is happening, since when, what it means for the child.",
        required=False,
    )  # fmt: skip
    tried = words(
        "What was tried", "Say what was tried", 6,
        "One line for each thing, with its day. The letter to each parent repeats it: name no other person, and no address.",
        required=False,
    )  # fmt: skip
    earlier_reference = forms.CharField(
        label="Number in the council’s former system", max_length=40, required=False,
        help_text="If the child was known there before, and you have it on a letter.",
    )  # fmt: skip


class VoiceForm(forms.Form):
    voice = words("What the child says", "", 5, "In their own words where you can.", required=False)
    voice_how = forms.CharField(
        label="How the child was heard", max_length=200, required=False,
        help_text="For instance: talked with the learning mentor, drew it, wrote it.",
    )  # fmt: skip
    voice_on = DateInput(
        label="When", what="day the child was heard", required=False, latest=timezone.localdate
    )
    no_voice_because = forms.CharField(
        label="If the child could not be heard: why", max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("voice", "").strip() and cleaned.get("no_voice_because", "").strip():
            self.add_error(
                "no_voice_because", "Say either what the child says, or why they could not be heard"
            )
        return cleaned


class AgenciesForm(forms.Form):
    agencies = words(
        "Other agencies", "", 5, "Who is involved, since when, whom you spoke with. If there is nobody, say so.",
        required=False,
    )  # fmt: skip
    safeguarding = words(
        "Safeguarding check", "", 3,
        "Who looked, when, and what follows. If a social worker is involved: when you spoke with them.", required=False,
    )  # fmt: skip


class ParentForm(forms.Form):
    """One parent; sealed: an address of theirs is kept by the service, so none is asked for here."""

    language = forms.CharField(label="Language", max_length=60)
    interpreter = forms.ChoiceField(
        label="Do they need an interpreter?", choices=_YES_NO, widget=forms.RadioSelect
    )
    address = forms.CharField(
        label="Address, where you hold another", max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    needs = forms.CharField(
        label="Reading, disability, how best to reach them", max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    told = forms.ChoiceField(
        label="How was this parent told that you refer?", required=False, widget=forms.RadioSelect,
        choices=[
            *((value, label) for value, label in ReferralParent.Told.choices if value != "not"),
            ("not", Choice("Not told", hint="For instance where telling them would not be safe.")),
        ],
        help_text="You can leave this open and come back. A letter you record as given fills it in.",
    )  # fmt: skip
    told_on = DateInput(
        label="Told on", what="day this parent was told", required=False, latest=timezone.localdate
    )
    told_words = forms.CharField(
        label="What they said, or why they were not told", max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, sealed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sealed:
            del self.fields["address"]

    @property
    def values(self) -> dict[str, Any]:
        """What ``write_parent`` takes."""
        return {**self.cleaned_data, "interpreter": self.cleaned_data["interpreter"] == "yes"}


class ItemForm(forms.Form):
    """What the school says about one line of the evidence, and one more paper for it."""

    state = forms.ChoiceField(
        label="Is it met?", choices=ReferralItem.State.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is met"},
    )  # fmt: skip
    words = forms.CharField(
        label="In a few words", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed where it is not met or does not apply: the officer decides by your reason.",
    )  # fmt: skip
    way = forms.ChoiceField(
        label="Add a paper", required=False, widget=forms.RadioSelect,
        choices=[("", "No paper to add now"), *ReferralPaper.Way.choices],
    )  # fmt: skip
    file = forms.FileField(
        label="The paper: PDF, JPEG or PNG",
        required=False,
        widget=forms.FileInput(attrs={"data-plain-label": "1"}),
    )
    sent_on = DateInput(
        label="Sent or handed over on",
        what="day it was sent",
        required=False,
        latest=timezone.localdate,
        help_text="Only where it is not enclosed here.",
    )
    what = forms.CharField(label="What it is", max_length=300, required=False)

    def __init__(self, *args: Any, counted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if counted:
            self.fields["state"].choices = [("not_applicable", "Does not apply")]  # type: ignore[attr-defined]
            for name in ("way", "file", "sent_on", "what"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        state, way = cleaned.get("state"), cleaned.get("way")
        if state and state != "met" and not cleaned.get("words", "").strip():
            self.add_error("words", "Give the reason: the officer decides by it")
        if cleaned.get("file") and not way:
            cleaned["way"] = way = "upload"
        if way == "upload" and not cleaned.get("file") and "file" not in self.errors:
            self.add_error("file", "Choose the paper to enclose")
        if way in ("anycomms", "hand"):
            if cleaned.get("file"):
                self.add_error("way", "Choose “Enclosed here” for the paper you chose")
            if not cleaned.get("sent_on") and "sent_on" not in self.errors:
                self.add_error("sent_on", "Enter the day it was sent or handed over")
        return cleaned

    @property
    def paper(self) -> dict[str, Any] | None:
        """What ``evidence.add`` takes, where a paper was given."""
        said = self.cleaned_data
        if not said.get("way"):
            return None
        return {"way": said["way"], "file": said["file"], "sent_on": said["sent_on"], "words": said["what"]}


class GivenForm(forms.Form):
    """How a letter was given, and when; letter: its id, so that several stand on one page."""

    method = forms.ChoiceField(
        label="How was it given?", choices=METHODS, widget=forms.RadioSelect,
        error_messages={"required": "Choose how the letter was given"},
    )  # fmt: skip
    on = DateInput(label="On", what="day the letter was given", latest=timezone.localdate)

    def __init__(self, data: Any = None, *, letter: int, hand_only: bool) -> None:
        super().__init__(data, prefix=f"letter-{letter}")
        if hand_only:
            self.fields["method"].choices = METHODS[:1]  # type: ignore[attr-defined]
