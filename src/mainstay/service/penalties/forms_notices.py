"""Forms of notices: each step with its reasons, the filters of the register, the batch to issue."""

from typing import Any, Final

from django import forms

from mainstay.service.common.ui.params import DayParam, NumberParam
from mainstay.service.penalties.models import Notice

State = Notice.State
LONG: Final = 4000


def _words(label: str, *, hint: str = "", needed: str = "", rows: int = 3) -> forms.CharField:
    """A box for sentences; needed: what is said where it stays empty."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(needed),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": needed} if needed else {},
    )


class DropForm(forms.Form):
    because = _words("Why no notice to this parent", needed="Say why not this parent")


class SendBackForm(forms.Form):
    reasons = _words(
        "What is to be seen to",
        hint="The officer reads it with the notice.",
        needed="Say what is to be seen to",
    )


class RefuseForm(forms.Form):
    reasons = _words(
        "Why it is not issued", hint="Kept as a decision of its own.", needed="Say why it is not issued"
    )


class ProsecuteForm(forms.Form):
    """The decision to prosecute for the failure to attend itself, in parts that can be read years later."""

    reasons = _words(
        "Why a prosecution is right", hint="For the failure to attend, never for not paying. Say why it is in the public interest.",
        needed="Give your reasons: the record must explain the decision on its own", rows=4,
    )  # fmt: skip
    evidence = _words(
        "The evidence", hint="Registers, letters, visits: what shows each part of the offence.",
        needed="Say what the evidence is",
    )  # fmt: skip
    support_tried = _words("Support tried since the notice")
    circumstances = _words(
        "Circumstances of the child and family", hint="Also what the parent said, and any lawful defence."
    )
    equality = _words("Equality Act considered", needed="Say what was considered under the Equality Act")
    alternatives = _words(
        "Other ways that were considered", hint="Such as an education supervision order, or withdrawing the notice.",
        needed="Say what else was considered",
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """A ground in law, and the reasons."""

    ground = forms.ChoiceField(
        widget=forms.RadioSelect,
        label="On which ground",
        error_messages={"required": "Choose the ground in law on which it is withdrawn"},
    )
    reasons = _words(
        "Your reasons", hint="The letter to the parent names the ground; these words stay with the record.",
        needed="Give your reasons",
    )  # fmt: skip

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        over = notice.state in (State.UNPAID, State.PROSECUTING)
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            choice for choice in Notice.Ground.choices if over or choice[0] != Notice.Ground.UNPAID
        ]


class SignOffForm(forms.Form):
    reasons = _words(
        "The reasons in law", hint="Why a notice may be issued again on the same facts.",
        needed="Give the reasons in law",
    )  # fmt: skip


class NoticesFilter(forms.Form):
    """Filters of the register, from the address; what cannot be read is left out."""

    STATES: Final = (
        ("", "In the register: issued"),
        *((value, label) for value, label in State.choices),
        ("all", "All, also those not issued"),
    )
    SCOPES: Final = (("", "All I may see"), ("mine", "Of requests I own"))
    DECISIONS: Final = (("", "Any"), ("due", "To decide"), ("overdue", "Decision overdue"))

    state = forms.ChoiceField(choices=STATES, required=False)
    scope = forms.ChoiceField(choices=SCOPES, required=False)
    decision = forms.ChoiceField(choices=DECISIONS, required=False)
    school = NumberParam()
    parent = NumberParam()
    issued_from = DayParam()
    issued_to = DayParam()

    def clean(self) -> dict[str, Any]:
        self.errors.clear()
        nothing = {"state": "", "scope": "", "decision": "", "school": None, "parent": None}
        return nothing | {"issued_from": None, "issued_to": None} | {
            name: value for name, value in self.cleaned_data.items() if value not in ("", None)
        }  # fmt: skip
