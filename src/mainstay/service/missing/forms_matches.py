"""Forms of matching: a decision about a pair, and the search for one child."""

from typing import Any

from django import forms

from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.directory.models import street_of
from mainstay.service.missing.matching.people import Home, Person


class DecideForm(forms.Form):
    """Whether it is the same child, and why."""

    outcome = forms.ChoiceField(
        label="Is this the missing child?", widget=forms.RadioSelect,
        choices=[
            ("same", Choice("Yes, the same child", hint="The matter takes this record. Record where the child was found next.")),
            ("other", Choice("No, another child", hint="The pair does not come back unless what is known of either changes.")),
            ("unsure", Choice("Not sure yet", hint="It stays on the list. Say what you are waiting for.")),
        ],
    )  # fmt: skip
    reasons = forms.CharField(
        label="Why", widget=forms.Textarea(attrs={"rows": 4}), max_length=4000,
        help_text="What you compared, whom you asked, what they said.",
    )  # fmt: skip


class SearchForm(forms.Form):
    """What is known of a child; anything may be empty but something must be there. It is posted, never in an address."""

    forename = forms.CharField(label="First name", max_length=80, required=False)
    surname = forms.CharField(label="Surname", max_length=80, required=False)
    other = forms.CharField(
        label="Another surname", max_length=80, required=False, help_text="Former, or that of a parent."
    )
    born = DateInput(label="Date of birth", what="date of birth", required=False)
    upn = forms.CharField(label="Unique pupil number", max_length=13, required=False)
    address = forms.CharField(label="Road", max_length=120, required=False)
    postcode = forms.CharField(label="Postcode", max_length=8, required=False)
    parent = forms.CharField(label="A parent’s full name", max_length=160, required=False)
    phone = forms.CharField(label="A parent’s telephone number", max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        named = said.get("forename") and said.get("surname")
        if not self.errors and not (named or said.get("born") or said.get("upn") or said.get("parent")):
            raise forms.ValidationError("Enter a full name, a date of birth, a number or a parent’s name.")
        return said

    def person(self) -> Person:
        """Once it is valid: as matching compares it."""
        said = self.cleaned_data
        home = Home(street_of(said["address"]), said["postcode"])
        words = said["parent"].split()
        return Person(
            0, [said["forename"]] if said["forename"] else [], list(filter(None, (said["surname"], said["other"]))),
            said["born"], "", [said["upn"]] if said["upn"] else [], [home] if home.street or home.postcode else [],
            [(words[0], words[-1])] if len(words) > 1 else [], [said["phone"]] if said["phone"] else [],
        )  # fmt: skip
