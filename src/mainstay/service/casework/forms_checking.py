"""What an officer or a manager types about a referral that was sent; and the checklist itself."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.casework.actions.checking_referrals import found_of
from mainstay.service.casework.actions.checklists import MOST
from mainstay.service.casework.checklist import Item, by_itself
from mainstay.service.casework.forms_consultations import words
from mainstay.service.casework.models import Referral, ReferralItem
from mainstay.service.common import meanwhile
from mainstay.service.common.ui.forms import DateInput

#: rows for lines of one's own offered beyond those there are
MORE_ROWS: Final = 2


class VerdictForm(forms.Form):
    """One line of the check, in a row of a table; what answered itself and is met is proposed to be accepted."""

    verdict = forms.ChoiceField(
        choices=[("", "Not checked"), *ReferralItem.Verdict.choices], required=False, label="Is it enough?"
    )
    note = forms.CharField(label="What is missing", max_length=500, required=False)

    def __init__(self, data: Any = None, *, item: ReferralItem) -> None:
        proposed = "good" if by_itself(item.key) and item.state == ReferralItem.State.MET else ""
        initial = {"verdict": item.verdict or proposed, "note": item.note}
        super().__init__(data, prefix=f"item-{item.pk}", initial=initial)
        self.item, self.text, self.seen = item, item.text, meanwhile.mark(found_of(item))
        self.fields["verdict"].widget.attrs["aria-label"] = f"Is it enough? {item.text}"
        self.fields["note"].widget.attrs["aria-label"] = f"What is missing: {item.text}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == ReferralItem.Verdict.GAP and not cleaned.get("note", "").strip():
            self.add_error("note", f"Say what is missing: {self.text}")
        return cleaned

    @property
    def seen_before(self) -> str:
        """The mark of the line as the page showed it."""
        return str(self.data.get(self.add_prefix("seen"), ""))

    @property
    def theirs(self) -> str:
        """What a colleague found of this line since the page was opened, where it is something else."""
        said = {name: (self[name].value() or "").strip() for name in ("verdict", "note")}
        if self.seen_before in ("", self.seen) or meanwhile.mark(said) == self.seen:
            return ""
        return ". ".join(filter(None, (self.item.get_verdict_display() or "Not checked", self.item.note)))


class _Prefixed(forms.Form):
    """Several such forms stand on one page."""

    PREFIX = ""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix=self.PREFIX)


class ReturnForm(_Prefixed):
    PREFIX = "return"
    words = words(
        "Anything to add", "", 3, "The lines marked as missing are listed by themselves.", required=False
    )


class RejectForm(_Prefixed):
    PREFIX = "reject"
    reasons = words("Why it is rejected", "Give your reasons", 3, "Kept as a decision; the school reads it.")
    advice = words("What the school should do instead", "Advise the school what to do instead", 3)


class DivertForm(_Prefixed):
    PREFIX = "divert"
    way = forms.ChoiceField(
        label="Which way is right", choices=Referral.Way.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose the way that is right for this child"},
    )  # fmt: skip
    reasons = words("Why", "Give your reasons", 3, "Kept as a decision; the school reads it.")


class OverrideForm(_Prefixed):
    PREFIX = "override"
    reasons = words("Why it is accepted despite the gaps", "Give your reasons", 3, "Kept as a decision.")


class PauseForm(_Prefixed):
    PREFIX = "pause"
    because = forms.CharField(
        label="Why the clock stands still", max_length=300, help_text="The school reads this."
    )


class AppealForm(_Prefixed):
    PREFIX = "appeal"
    words = words("Why the manager should look again", "Say why the manager should look again")


class AppealDecisionForm(_Prefixed):
    PREFIX = "decide"
    choice = forms.ChoiceField(
        label="What do you decide?", choices=[("allow", "Accept the referral"), ("uphold", "Uphold the rejection")],
        widget=forms.RadioSelect, error_messages={"required": "Choose what you decide"},
    )  # fmt: skip
    reasons = words("Your reasons", "Give your reasons", 4, "Kept as a decision; the school reads it.")


class WithdrawForm(_Prefixed):
    PREFIX = "withdraw"
    because = forms.CharField(label="Why it is withdrawn", max_length=300)


class OwnerForm(_Prefixed):
    PREFIX = "owner"
    owner = forms.ModelChoiceField(
        label="Officer who checks it", queryset=User.objects.none(), empty_label="Choose"
    )

    def __init__(self, data: Any = None, *, officers: Any) -> None:
        super().__init__(data)
        self.fields["owner"].queryset = officers  # type: ignore[attr-defined]


class ItemLineForm(forms.Form):
    """One line of the checklist; a row without words is left out."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    text = forms.CharField(
        label="What is asked", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    proof = forms.CharField(label="What proves it", max_length=200, required=False)
    source = forms.CharField(label="Published by", max_length=200, required=False)


Lines = forms.formset_factory(ItemLineForm, extra=MORE_ROWS, max_num=MOST, absolute_max=MOST)


class ChecklistForm(forms.Form):
    """From when, why, and how much recent absence is asked for."""

    window_sessions = forms.IntegerField(
        label="Unauthorised sessions asked for", min_value=0, max_value=200,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )  # fmt: skip
    window_weeks = forms.IntegerField(
        label="within so many school weeks", min_value=1, max_value=40,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )  # fmt: skip
    since = DateInput(
        label="In force from",
        what="first day",
        earliest=timezone.localdate,
        help_text="Referrals begun before keep theirs.",
    )
    reason = forms.CharField(
        label="Why it is changed", max_length=300, error_messages={"required": "Say why it is changed"}
    )


def lines_of(forms_: Sequence[ItemLineForm]) -> list[Item]:
    """The lines as typed; a new one gets a key of its own."""
    said = [form.cleaned_data for form in forms_ if form.cleaned_data.get("text", "").strip()]
    taken = {one["key"] for one in said}
    free = (f"own-{n}" for n in range(1, MOST * 2) if f"own-{n}" not in taken)
    return [
        Item(one["key"] or next(free), " ".join(one["text"].split()), one["proof"].strip(), one["source"].strip())
        for one in said
    ]  # fmt: skip
