"""Forms of notifications: what a school sends, what the service decides."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.common import search
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import EARLIEST, NumberParam
from mainstay.service.directory.models import Pupil, School
from mainstay.service.missing import notices
from mainstay.service.missing.models import OffRolling
from mainstay.service.missing.models.notifications import Kind
from mainstay.service.team.forms_duty import SHOWN, ChildField

_LONG: Final = 2000


def _field(one: notices.Asked, of_ground: bool) -> forms.Field:
    """What our record of the child may hold is left to the checks; what a ground has to show is needed always."""
    needed = of_ground or (one.needed and not one.held)
    said: dict[str, Any] = {"label": one.label, "required": needed, "help_text": one.hint}
    if one.held:
        said["help_text"] = one.hint or "You may leave it empty where our record of the child has it."
    if one.kind == "day":
        return DateInput(what=one.label[:1].lower() + one.label[1:], **said)
    if one.kind == "yes":
        return forms.BooleanField(**said)
    if one.kind == "whole":
        return forms.IntegerField(min_value=0, max_value=400, **said)
    if one.kind == "lines":
        return forms.CharField(max_length=_LONG, widget=forms.Textarea(attrs={"rows": 3}), **said)
    return forms.CharField(max_length=300, **said)


class AnswersForm(forms.Form):
    """The days and what else is asked of one kind; ``answers()`` is what is kept."""

    def __init__(self, data: Any = None, *, kind: str, ground: str = "", initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.kind, self.ground = kind, ground
        first, last = notices.DAYS[kind]
        self.fields["first_on"] = DateInput(
            label=first, what="day", earliest=EARLIEST, latest=date(2199, 12, 31)
        )
        if last:
            self.fields["last_on"] = DateInput(
                label=last, what="day", required=False, latest=date(2199, 12, 31)
            )
        for one in notices.needs(kind, ground):
            self.fields[one.name] = _field(one, one not in notices.FIELDS[kind])

    def answers(self) -> dict[str, Any]:
        """Once it is valid; days as text, what is empty left out."""
        said = {one.name: self.cleaned_data.get(one.name) for one in notices.needs(self.kind, self.ground)}
        plain = {
            name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()
        }
        return {name: value for name, value in plain.items() if value not in (None, "", False)}


class NotificationForm(AnswersForm):
    """The same with the school and the child in front: by UPN or name among those in view, or a new pupil's name."""

    def __init__(
        self,
        data: Any = None,
        *,
        user: Any,
        kind: str,
        ground: str = "",
        pupil: Pupil | None = None,
        initial: Any = None,
    ) -> None:
        super().__init__(data, kind=kind, ground=ground, initial=initial)
        self.user, self.given = user, pupil
        answers, self.fields = self.fields, {}
        self.schools = School.objects.visible_to(user).order_by("key")
        self.fields["school"] = forms.ModelChoiceField(
            self.schools, label="School", empty_label="Choose a school"
        )
        if pupil is None:
            self.fields["child"] = ChildField(label="Child")
            self.fields["child_id"] = NumberParam(widget=forms.HiddenInput())
            if kind == Kind.JOINER:
                self.fields[
                    "child"
                ].help_text = "UPN or name, if your register file has brought the child already."
                self.fields["forename"] = forms.CharField(
                    label="If not: first name", max_length=80, required=False
                )
                self.fields["surname"] = forms.CharField(label="Surname", max_length=80, required=False)
                self.fields["born"] = DateInput(
                    label="Date of birth", what="date of birth", required=False, latest=timezone.localdate
                )
        self.fields |= answers

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["pupil"] = self.given or self._found(said.get("child") or "", said.get("child_id"))
        new = self.kind == Kind.JOINER and said.get("surname") and said.get("forename") and said.get("born")
        if not self.errors and said["pupil"] is None and not new:
            self.add_error(
                "child" if "child" in self.fields else None, "Say which child: the UPN, or the name."
            )
        return said

    def _found(self, words: str, chosen: int | None) -> Pupil | None:
        seen = Pupil.objects.visible_to(self.user)
        if chosen:
            return seen.filter(pk=chosen).first()
        if not words.strip():
            return None
        hits = [hit for hit in search.find(self.user, words, 40) if hit.kind == "pupil"]
        if len(hits) == 1 and not hits[0].close:
            return seen.filter(pk=hits[0].object_id).first()
        if not hits:
            self.add_error("child", "No child of your school fits. Try the UPN.")
            return None
        choices = [(hit.object_id, f"{hit.title}, {hit.detail}") for hit in hits[:SHOWN]]
        self.fields["child_id"] = forms.ChoiceField(
            label="Which child?", choices=choices, widget=forms.RadioSelect, required=False
        )
        self.add_error("child", "Several children may be meant: choose one below.")
        return None

    def answers(self) -> dict[str, Any]:
        said = super().answers()
        if self.cleaned_data["pupil"] is None:
            said |= {
                "surname": self.cleaned_data["surname"], "forename": self.cleaned_data["forename"],
                "born": self.cleaned_data["born"].isoformat(),
            }  # fmt: skip
        return said


class GroundForm(forms.Form):
    """On which ground; asked before the rest, because each needs something else."""

    ground = forms.ChoiceField(label="On which ground is the name deleted?", widget=forms.RadioSelect)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["ground"].choices = notices.grounds()  # type: ignore[attr-defined]


class FileForm(forms.Form):
    school = forms.ModelChoiceField(School.objects.none(), label="School", empty_label="Choose a school")
    file = forms.FileField(label="CSV file")

    def __init__(self, *data: Any, user: Any) -> None:
        super().__init__(*data)
        schools = School.objects.visible_to(user).order_by("key")
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """What the school is told, when something is missing."""

    words = forms.CharField(
        label="What is missing", widget=forms.Textarea(attrs={"rows": 3}), max_length=_LONG
    )


class AcceptForm(forms.Form):
    """Why one is accepted that differs from the register."""

    why = forms.CharField(
        label="Why you accept it although it differs", help_text="Kept with it; the school reads it.",
        widget=forms.Textarea(attrs={"rows": 3}), max_length=_LONG, required=False,
    )  # fmt: skip


class WhyForm(forms.Form):
    why = forms.CharField(label="Why no return is needed", max_length=300)


class RaiseForm(forms.Form):
    asked = forms.CharField(
        label="What the school is asked", widget=forms.Textarea(attrs={"rows": 4}), max_length=_LONG,
        initial="The name of this child left your admission register, and we know of no ground of regulation 9. Please tell us "
        "the ground and make the deletion return, or put the name back.",
    )  # fmt: skip


class AnswerForm(forms.Form):
    answered = forms.CharField(
        label="Your answer", widget=forms.Textarea(attrs={"rows": 5}), max_length=_LONG
    )


class EscalateForm(forms.Form):
    to = forms.CharField(
        label="To whom", max_length=160, help_text="Such as the chair of governors, or the trust."
    )
    because = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 4}), max_length=_LONG)


class SettleForm(forms.Form):
    outcome = forms.ChoiceField(
        label="What came of it", widget=forms.RadioSelect, choices=OffRolling.Outcome.choices
    )
    because = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 4}), max_length=_LONG)
