"""The public form: what it asks, one thing a page, and the referral that its answers make."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.missing import values
from mainstay.service.missing.actions import beginning
from mainstay.service.missing.actions.beginning import Told
from mainstay.service.missing.forms import people
from mainstay.service.missing.models import MissingChild

Route = MissingChild.Route


def _long(label: str, hint: str = "", most: int = 3000, **said: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": 5}), **said
    )


class DangerForm(forms.Form):
    danger = forms.ChoiceField(
        label="Do you think somebody is harming the child, or may be about to?", widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No"), ("unsure", "I am not sure")],
    )  # fmt: skip


class NameForm(forms.Form):
    forename = forms.CharField(label="First name", max_length=80, required=False)
    surname = forms.CharField(label="Last name", max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not (said.get("forename") or said.get("surname")):
            raise forms.ValidationError("Enter a first name or a last name, or what the child is called")
        return said


class AgeForm(forms.Form):
    date_of_birth = DateInput(
        label="Date of birth", what="date of birth", latest=timezone.localdate, required=False,
        help_text="If you know it.",
    )  # fmt: skip
    age_told = forms.CharField(label="Or about how old the child is", max_length=40, required=False)


class AddressForm(forms.Form):
    address = forms.CharField(
        label="Address", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="As much of it as you know. A street is better than nothing.",
    )  # fmt: skip
    postcode = forms.CharField(
        label="Postcode, if you know it", max_length=8, required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )  # fmt: skip

    def clean_postcode(self) -> str:
        said = "".join(self.cleaned_data["postcode"].upper().split())
        if said and not (5 <= len(said) <= 7 and said.isalnum() and said.isascii()):
            raise forms.ValidationError("Enter a whole postcode, such as SO99 1AA, or leave it empty")
        return f"{said[:-3]} {said[-3:]}" if said else ""


class FamilyForm(forms.Form):
    parents = _long(
        "Who does the child live with?",
        "Names, one a line, and a telephone number if you know one.",
        1500,
        required=False,
    )


class SchoolForm(forms.Form):
    school = forms.CharField(
        label="Which school did the child go to last?", max_length=160, required=False,
        help_text="Leave it empty if you do not know, or if there was none.",
    )  # fmt: skip


class WhyForm(forms.Form):
    told = _long(
        "What have you seen or heard?", "For example, when you last saw the child, and why you are worried."
    )


class YouForm(forms.Form):
    route = forms.ChoiceField(
        label="Who are you?", widget=forms.RadioSelect,
        choices=[
            (Route.PUBLIC, "Family, friend, neighbour or anybody else"),
            (Route.PROFESSIONAL, Choice("I work with the family", hint="A nurse, housing officer, charity or the like.")),
            (Route.AUTHORITY, "I work for another council"),
        ],
    )  # fmt: skip
    referrer = forms.CharField(
        label="Your name", max_length=120, required=False, help_text="You may leave this empty."
    )
    reach = forms.CharField(
        label="Telephone or e-mail", max_length=120, required=False,
        help_text="Only so that we can ask you more. We do not tell the family who you are.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        works = said.get("route") in (Route.PROFESSIONAL, Route.AUTHORITY)
        if works and not (said.get("referrer") and said.get("reach")):
            raise forms.ValidationError("Enter your name and how we can reach you: you refer in your work")
        return said


class CheckForm(forms.Form):
    """The last page. ``website`` is for programs: people do not see it, and leave it empty."""

    website = forms.CharField(required=False, max_length=300)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form."""

    slug: str
    title: str
    form: type[forms.Form]
    hint: str = ""


PAGES: Final = {
    page.slug: page
    for page in (
        Page("danger", "Is the child in danger?", DangerForm),
        Page("name", "What is the child called?", NameForm, "One name is enough."),
        Page("age", "How old is the child?", AgeForm),
        Page("address", "Where does the child live, or where did they live last?", AddressForm),
        Page("family", "The child’s family", FamilyForm),
        Page("school", "The child’s school", SchoolForm),
        Page("why", "Why you are worried", WhyForm),
        Page("you", "About you", YouForm),
    )
}
_ORDER: Final = list(PAGES)


def after(slug: str) -> str | None:
    """The next page; None: check the answers."""
    place = _ORDER.index(slug) + 1
    return _ORDER[place] if place < len(_ORDER) else None


def before(slug: str) -> str | None:
    place = _ORDER.index(slug)
    return _ORDER[place - 1] if place else None


def first_open(answers: dict[str, Any]) -> str | None:
    """The first page without an answer; None where each has one."""
    return next((slug for slug in _ORDER if slug not in answers), None)


def kept(form: forms.Form) -> dict[str, Any]:
    """What was answered, as it can be kept."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in form.cleaned_data.items()
    }


def initial(slug: str, answers: dict[str, Any]) -> dict[str, Any]:
    said = dict(answers.get(slug, {}))
    if said.get("date_of_birth"):
        said["date_of_birth"] = date.fromisoformat(said["date_of_birth"])
    return said


def outside(answers: dict[str, Any], on: date) -> bool:
    """Whether the address given is outside the council's area."""
    postcode = answers.get("address", {}).get("postcode", "")
    return bool(postcode) and not values.in_area(postcode, on)


def summary(answers: dict[str, Any]) -> list[dict[str, Any]]:
    """Page by page what was answered."""
    return [
        {"slug": slug, "title": page.title, "lines": _lines(page, answers.get(slug, {}))}
        for slug, page in PAGES.items()
    ]


def _lines(page: Page, said: dict[str, Any]) -> list[dict[str, str]]:
    """Each answer with its label, where the page asks more than one thing."""
    fields: Any = page.form.base_fields
    found = []
    for name, value in said.items():
        if not value or name not in fields:
            continue
        choices = dict(getattr(fields[name], "choices", []))
        words = (
            long_date(date.fromisoformat(value))
            if name == "date_of_birth"
            else str(choices.get(value, value))
        )
        label = _LABELS.get(name, str(fields[name].label)) if len(fields) > 1 else ""
        found.append({"label": label, "words": words})
    return found or [{"label": "", "words": "Not answered"}]


#: labels that are no question
_LABELS: Final = {"age_told": "Age", "postcode": "Postcode", "route": "You are"}


def send(answers: dict[str, Any], at: datetime) -> MissingChild:
    """The referral that these answers make. Raises StepRefused as ``beginning.refer`` does."""
    said = {name: value for page in answers.values() for name, value in page.items()}
    forename, surname = said.get("forename", ""), said.get("surname", "")
    reach = said.get("reach", "")
    child = {
        "forename": forename if surname else "", "surname": surname or forename, "age_told": said.get("age_told", ""),
        "date_of_birth": date.fromisoformat(said["date_of_birth"]) if said.get("date_of_birth") else None,
        "address": said.get("address", ""), "postcode": said.get("postcode", ""),
        "last_school_told": said.get("school", ""), "told": said.get("told", ""),
        "reason": MissingChild.Reason.NOT_EDUCATED, "referrer": said.get("referrer", ""),
        "referrer_post": "" if not reach else reach[:120],
        "safeguarding": "Not sure whether somebody harms the child." if said.get("danger") == "unsure" else "",
    }  # fmt: skip
    risks = {"yes": ["harm"], "unsure": ["other"]}.get(said.get("danger", ""), [])
    told = Told(child, parents=list(people(said.get("parents", ""))))
    route = said.get("route", Route.PUBLIC)
    return beginning.refer(
        told=told, route=route, received_on=timezone.localdate(at), by=None, at=at, risks=risks
    )
