"""What is typed in an interview under caution."""

from typing import Any

from django import forms

from mainstay.service.casework.forms_fast_track import words
from mainstay.service.casework.interview_screens import Screen
from mainstay.service.casework.models import Interview, InterviewEntry


class ScreenForm(forms.Form):
    """One confirmation."""

    confirmed = forms.BooleanField()
    note = words("", "", 3, required=False)

    def __init__(self, data: Any = None, *, screen: Screen) -> None:
        super().__init__(data)
        self.fields["confirmed"].label = screen.confirm
        self.fields["note"].label, self.fields["note"].required = screen.note, screen.needed


class QuestionForm(forms.Form):
    question = words("Question", "Word for word.", 2)
    answer = words("Answer", "Word for word; for silence write “no answer”.", 4)


class NoteForm(forms.Form):
    """For a break and its end."""

    note = forms.CharField(label="Why, and what happens in it", max_length=300)


class StopForm(forms.Form):
    because = forms.ChoiceField(
        label="Why does it stop?", choices=Interview.Stop.choices, widget=forms.RadioSelect
    )
    note = words("What was said and done", "", 3, required=False)


class ResumeForm(forms.Form):
    note = words(
        "What was done about the reason it stopped for", "Advice was taken, an interpreter is here…", 2
    )


class ReadForm(forms.Form):
    note = forms.CharField(label="Who read it, or to whom it was read", max_length=300)
    amendments = words("What the parent wants changed or added", "Nothing is overwritten.", 4, required=False)


class SignForm(forms.Form):
    signed_as = forms.CharField(
        label="Signed as correct: the name as it was signed", max_length=160, required=False,
        help_text="On the printed record, or on this screen.",
    )  # fmt: skip
    refusal = words("Not signed: why", "", 2, required=False)


class AddForm(forms.Form):
    kind = forms.ChoiceField(
        label="What is added",
        choices=[(kind.value, kind.label) for kind in InterviewEntry.AFTER],
        widget=forms.RadioSelect,
    )
    text = words("In words", "For a copy: to whom, how and when.", 3)
