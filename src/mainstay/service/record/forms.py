"""What people write into a record."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import DayParam, NumberParam, RowsParam
from mainstay.service.record.actions import audiences_of
from mainstay.service.record.kinds import WRITTEN
from mainstay.service.record.models import Audience


class NoteForm(forms.Form):
    """A note written by hand."""

    title = forms.CharField(
        max_length=200, label="What happened", error_messages={"required": "Say in a few words what happened"}
    )
    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=10_000, label="Details"
    )
    kind = forms.ChoiceField(choices=WRITTEN, label="Kind")
    on = DateInput(
        required=False, label="Day", what="day", help_text="Today, if left empty.", latest=timezone.localdate
    )
    audience = forms.ChoiceField(label="Who may read it")
    readers = RowsParam(
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Named people",
        help_text="Only for an entry that named people alone may read.",
    )

    def __init__(self, *args: Any, user: Any, pupil_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = audiences_of(user)
        self.fields["audience"].choices = [(a.value, a.label) for a in allowed]  # type: ignore[attr-defined]
        self.fields["audience"].initial = Audience.SERVICE if Audience.SERVICE in allowed else Audience.SCHOOL
        self.fields["text"].widget.attrs["data-autosave-key"] = f"note-{pupil_id}"
        if Audience.NAMED in allowed:
            possible = holding("see_service_entries", timezone.localdate())
            self.fields["readers"].queryset = possible  # type: ignore[attr-defined]
        else:
            del self.fields["readers"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("audience") == Audience.NAMED and not cleaned.get("readers"):
            self.add_error("readers", "Choose at least one person who may read it")
        return cleaned

    def happened_at(self, now: datetime) -> datetime:
        """The instant to keep: now for today, noon of another day."""
        day = self.cleaned_data.get("on")
        if day is None or day == timezone.localdate(now):
            return now
        return timezone.make_aware(datetime.combine(day, time(12)))


class CorrectionForm(forms.Form):
    title = forms.CharField(
        max_length=200,
        label="What it should have said",
        error_messages={"required": "Say what it should have said"},
    )
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False, label="Details")
    reason = forms.CharField(
        max_length=300, label="What was wrong", error_messages={"required": "Say what was wrong"}
    )


class ChronologyFilter(forms.Form):
    """Filters of a chronology; what is not understood is ignored, so that old bookmarks open."""

    kind = forms.CharField(required=False)
    by = NumberParam()
    room = forms.CharField(required=False)
    first = DayParam()
    last = DayParam()

    @property
    def chosen(self) -> dict[str, Any]:
        """What is asked for and understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class DoneForm(forms.Form):
    """A deadline marked done."""

    found = forms.CharField(
        max_length=1000,
        label="What was found",
        help_text="One line. It is kept in the chronology.",
        error_messages={"required": "Say in a line what was found"},
    )


class MoveForm(forms.Form):
    """Another last day for a deadline."""

    last_day = DateInput(label="New last day", what="new last day", earliest=timezone.localdate)
    reason = forms.CharField(
        max_length=300, label="Why it is moved", error_messages={"required": "Say why the deadline is moved"}
    )


class DeadlinesFilter(forms.Form):
    """Filters of the list of deadlines; what is not understood is ignored, so that old bookmarks open."""

    SCOPES = [("mine", "Mine"), ("team", "Everybody’s")]
    STATES = [("", "Open"), ("overdue", "Overdue"), ("paused", "Paused"), ("closed", "Closed")]

    scope = forms.ChoiceField(choices=SCOPES, required=False)
    state = forms.ChoiceField(choices=STATES, required=False)
    owner = NumberParam()
