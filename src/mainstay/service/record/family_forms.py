"""What people type about a family: parents and carers, addresses, why a record is restricted."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.common.ui.forms import DateInput
from mainstay.service.directory.family import OF_PARENT, WORDS
from mainstay.service.directory.models import Parent, Parenthood

YES_NO = [("yes", "Yes"), ("no", "No")]
YES_NO_UNKNOWN = [*YES_NO, ("", "Not known")]


def source_field() -> forms.CharField:
    return forms.CharField(
        max_length=100,
        label="How we know",
        help_text="Who told us, or which paper shows it. Kept with today’s date.",
        error_messages={"required": "Say who told us, or what shows it"},
    )


def _choice(label: str, choices: list[tuple[str, str]], **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


class ParentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A parent or carer, and what they are to one child."""

    relationship = forms.CharField(max_length=40, required=False, label="Relationship to the child")
    basis = _choice("Why they are a parent in law", list(Parenthood.Basis.choices))
    basis_evidence = forms.CharField(
        max_length=200,
        required=False,
        label="What shows it",
        help_text="For example: birth certificate seen.",
    )
    parental_responsibility = _choice("Has parental responsibility", YES_NO_UNKNOWN, required=False)
    lives_with = _choice("The child lives with them", YES_NO_UNKNOWN, required=False)
    contact_allowed = _choice("May they be contacted about the child?", YES_NO)
    source = source_field()

    class Meta:
        model = Parent
        fields = list(OF_PARENT)
        labels = {
            "phone": "Telephone",
            "email": "E-mail",
            "interpreter": "Needs an interpreter",
            "large_print": "Letters in large print",
            "safe_contact": "Writing safely",
        }
        help_texts = {"safe_contact": "Who may be written to, how, and when not."}

    field_order = ["title", "forename", "surname", "relationship", "basis", "basis_evidence", "parental_responsibility",
                   "lives_with", "contact_allowed", "phone", "email", "language", "interpreter", "large_print", "safe_contact"]  # fmt: skip

    def __init__(self, data: Any = None, *, tie: Parenthood | None = None) -> None:
        said: dict[str, Any] = {"contact_allowed": "yes"}
        if tie is not None:
            said = {name: getattr(tie, name) for name in ("relationship", "basis", "basis_evidence")}
            for name in ("parental_responsibility", "lives_with", "contact_allowed"):
                value = getattr(tie, name)
                said[name] = "" if value is None else "yes" if value else "no"
        super().__init__(data, instance=tie.parent if tie else None, initial=said)

    def values(self) -> dict[str, Any]:
        """What ``family.edit_parent`` takes."""
        words = {"yes": True, "no": False, "": None}
        said = {name: self.cleaned_data[name] for name in WORDS}
        for name in ("parental_responsibility", "lives_with", "contact_allowed"):
            said[name] = words[said[name]]
        return said


class HomeForm(forms.Form):
    """A new address; the present one is never shown here, it may be confidential."""

    lines = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=300,
        required=False,
        label="New address",
        help_text="Leave it empty to change only whether the present address is confidential.",
    )
    postcode = forms.CharField(max_length=12, required=False, label="Postcode")
    since = DateInput(
        required=False,
        label="Lives there from",
        what="first day",
        latest=timezone.localdate,
        help_text="Today, if left empty.",
    )
    confidential = forms.BooleanField(
        required=False,
        label="The address is confidential",
        help_text="Schools and business support then see the word “Confidential” only.",
    )
    source = source_field()

    def clean_postcode(self) -> str:
        return " ".join(str(self.cleaned_data["postcode"]).upper().split())[:8]


class RestrictForm(forms.Form):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=200,
        label="Why?",
        help_text="Kept with your name and the time. Write no address here.",
        error_messages={"required": "Say why"},
    )
