"""Forms of the duty desk and the rota."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.common import search
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST, DayParam, NumberParam
from mainstay.service.directory.models import Pupil, School
from mainstay.service.team.forms import PersonChoice, people
from mainstay.service.team.models import Call, DutyDay
from mainstay.service.team.times import instant

#: children offered where what was typed fits several
SHOWN: Final = 8


class ChildField(forms.CharField):
    """A child by UPN or name, looked for among those in view; asks which where several fit.

    What is typed is never put into an address. The choice is the radio list ``<name>_id`` beside it.
    """

    def __init__(self, **said: Any) -> None:
        said.setdefault("help_text", "UPN, or a name: if several children fit, you choose on the next page.")
        super().__init__(max_length=100, required=False, **{"label": "Child", **said})


class ChildForm(forms.Form):
    """The part of a form that finds one child; ``cleaned_data["pupil"]`` is the child or None."""

    child = ChildField()
    child_id = NumberParam(widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, user: Any, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.user = user

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["pupil"] = self._found(said.get("child") or "", said.pop("child_id", None))
        said.pop("child", None)
        return said

    def _found(self, words: str, chosen: int | None) -> Pupil | None:
        seen = Pupil.objects.visible_to(self.user).select_related("school")
        if chosen:
            pupil = seen.filter(pk=chosen).first()
            if pupil is None:
                self.add_error("child", "Choose one of the children found.")
            return pupil
        if not words.strip():
            return None
        hits = [hit for hit in search.find(self.user, words, 40) if hit.kind == "pupil"]
        if len(hits) == 1 and not hits[0].close:
            return seen.get(pk=hits[0].object_id)
        if not hits:
            self.add_error("child", "No child in your view fits. Try the UPN, or leave it empty.")
            return None
        self._offer(hits)
        return None

    def _offer(self, hits: list[Any]) -> None:
        choices = [(hit.object_id, f"{hit.title}, {hit.detail}") for hit in hits[:SHOWN]]
        self.fields["child_id"] = forms.ChoiceField(
            label="Which child?", choices=choices, widget=forms.RadioSelect, required=False
        )
        few = f" The first {SHOWN} are shown: type more of the name." if len(hits) > SHOWN else ""
        self.add_error("child", f"Several children may be meant: choose one below, or empty this box.{few}")


class CallForm(ChildForm):
    """A call in twenty seconds: who, and what they asked. The rest may stay empty."""

    question = forms.CharField(
        label="What was asked", widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )  # fmt: skip
    who = forms.CharField(label="Who asked", max_length=160)
    asker = forms.ChoiceField(label="They are", choices=Call.Asker.choices, initial=Call.Asker.SCHOOL)
    school = forms.ModelChoiceField(
        label="School", queryset=School.objects.none(), required=False, empty_label="None"
    )
    theme = forms.ChoiceField(label="Theme")
    advice = forms.CharField(
        label="What was said", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Leave it empty to answer later: the call then waits in the log.",
    )  # fmt: skip
    way = forms.ChoiceField(label="How it came", choices=Call.Way.choices, initial=Call.Way.PHONE)
    came_on = DayParam(label="Came in on", help_text="Empty: just now.")
    came_at = forms.TimeField(
        label="at", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    follow_up_by = PersonChoice(label="Who follows it up", required=False, empty_label="Nobody needs to")
    follow_up_on = DayParam(label="Follow up by")
    field_order = (
        "question", "who", "asker", "school", "child", "child_id", "theme", "advice", "way", "came_on", "came_at",
        "follow_up_by", "follow_up_on",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, user: Any, themes: list[str]) -> None:
        super().__init__(data, user=user)
        schools = School.objects.visible_to(user).filter(closed_on=None).order_by("key", "pk")
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
        self.fields["theme"].choices = [(theme, theme) for theme in themes]  # type: ignore[attr-defined]
        people(self, "follow_up_by", "take_calls")
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        on, clock = said.pop("came_on", None), said.pop("came_at", None)
        said["asked_at"] = self._came(on, clock)
        return said

    def _came(self, on: Any, clock: Any) -> datetime | None:
        if on is None and clock is None:
            return None
        if on is not None and clock is None:
            self.add_error("came_at", "Enter the time it came in")
            return None
        came = instant(on or timezone.localdate(), clock)
        if came > timezone.now():
            self.add_error("came_on" if on else "came_at", "It cannot have come in the future")
        return came


class AnswerForm(forms.Form):
    advice = forms.CharField(label="What was said", widget=forms.Textarea(attrs={"rows": 4}))


class FillForm(forms.Form):
    """Fill the rota by turns."""

    first = DateInput(label="From", what="first day", earliest=timezone.localdate, latest=LATEST)
    last = DateInput(label="To", what="last day", earliest=EARLIEST, latest=LATEST)
    officers = forms.ModelMultipleChoiceField(
        label="Who takes turns", queryset=School.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one officer"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        people(self, "officers", "take_calls")
        self.fields["officers"].label_from_instance = lambda user: user.name  # type: ignore[attr-defined]


class SwapForm(forms.Form):
    """Ask a colleague for a swap."""

    of = PersonChoice(label="Whom you ask")
    in_return = forms.ModelChoiceField(
        label="A day of theirs in return", queryset=DutyDay.objects.none(), required=False,
        empty_label="None: I only ask them to take mine",
    )  # fmt: skip
    because = forms.CharField(label="Why (if you want to say)", max_length=300, required=False)

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        people(self, "of", "take_calls", without=user)
        coming = DutyDay.objects.filter(on__gte=timezone.localdate()).exclude(officer=user)
        field = self.fields["in_return"]
        field.queryset = coming.select_related("officer").order_by("on")  # type: ignore[attr-defined]
        field.label_from_instance = lambda day: f"{day.on:%A} {day.on.day} {day.on:%B}: {day.officer.name}"  # type: ignore[attr-defined]
