"""What is typed about legal advice: who is instructed, messages, an opinion."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from mainstay.service.accounts.models import User
from mainstay.service.common.ui.forms import Choice
from mainstay.service.court.models import Advice

SHOWN: Final = [
    ("", "Every message"),
    ("waiting", "Questions without an answer"),
    ("mine", "Questions for me"),
    ("question", "Questions"),
    ("opinion", "Opinions on the code test"),
]
NOBODY: Final = ("", "Nobody: it is a message")
_LONGEST: Final = 8000


def _text(label: str, hint: str = "", rows: int = 6) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": rows})
    )


def _file() -> forms.FileField:
    return forms.FileField(
        label="A paper with it: PDF, JPEG or PNG",
        required=False,
        widget=forms.FileInput(attrs={"data-plain-label": "1"}),
    )


class InstructForm(forms.Form):
    solicitor = forms.ChoiceField(label="Solicitor", error_messages={"required": "Choose who is instructed"})
    about = _text(
        "What it is about",
        "What you ask of them, and by when. They and those of the conversation read it.",
        4,
    )

    def __init__(self, data: Any = None, *, offered: Iterable[User]) -> None:
        super().__init__(data)
        self._offered = {str(user.pk): user for user in offered}
        choices = [("", "Choose"), *((pk, user.name) for pk, user in self._offered.items())]
        self.fields["solicitor"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> User:
        return self._offered[self.cleaned_data["solicitor"]]


class SayForm(forms.Form):
    text = _text("Message")
    asks_of = forms.ChoiceField(
        label="Who answers it", required=False, widget=forms.RadioSelect,
        help_text="A question waits on their first page until it is answered.",
    )  # fmt: skip
    file = _file()

    def __init__(self, data: Any = None, files: Any = None, *, sides: Iterable[Advice.Side]) -> None:
        super().__init__(data, files)
        self.fields["asks_of"].choices = [NOBODY, *((side.value, side.label) for side in sides)]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    text = _text("Answer")
    file = _file()


class OpinionForm(forms.Form):
    opinion = forms.ChoiceField(
        label="Your opinion", widget=forms.RadioSelect, error_messages={"required": "Choose what your opinion is"},
        choices=[
            (Advice.Opinion.MET, Choice("The test is met", hint="On the evidence, and in the public interest.")),
            (Advice.Opinion.NOT_MET, "The test is not met"),
            (Advice.Opinion.MORE, "More evidence is needed first"),
        ],
    )  # fmt: skip
    text = _text("Why", "Which part of the test, and what you would see to.")


class AdviceFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    show = forms.ChoiceField(required=False, choices=SHOWN)
    solicitor = forms.IntegerField(required=False, min_value=1)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"show": "", "solicitor": None, **self.cleaned_data}
