"""The forms of accounts."""

from datetime import timedelta
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, SetPasswordForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from mainstay.service.accounts.actions import tokens
from mainstay.service.accounts.announcements import school_choices, trust_choices
from mainstay.service.accounts.models import User
from mainstay.service.accounts.roles import GRANTS, LABELS, Role
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import DayParam

ROLES = [("", "Choose a role"), *((role.value, label) for role, label in LABELS.items())]
PASSWORD_HINT = "At least 12 characters. Three words that do not belong together are easy to remember."  # noqa: S105


class SignInForm(LoginForm):  # type: ignore[misc,unused-ignore]
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The password one has and the new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, oldpassword="Password now", password1="New password", password2="New password again")


class FirstPasswordForm(SetPasswordForm):  # type: ignore[misc]
    """A password for somebody who signs in another way and has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password1="Password", password2="Password again")


def _plain(form: forms.BaseForm, **labels: str) -> None:
    """Our labels and hint instead of allauth's placeholders and lists."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].help_text = PASSWORD_HINT if name == "password1" else ""
        form.fields[name].widget.attrs.pop("placeholder", None)


class ChoosePasswordForm(forms.Form):
    """A password for the first time, or anew."""

    password = forms.CharField(
        label="Password",
        help_text=PASSWORD_HINT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password


class JoinForm(ChoosePasswordForm):
    """Accepting an invitation."""

    name = forms.CharField(label="Your name", max_length=120)
    field_order = ["name", "password"]


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


class DetailsForm(forms.Form):
    """Name, post and telephone."""

    name = forms.CharField(label="Name", max_length=120)
    post = forms.CharField(
        label="Post", max_length=120, required=False, help_text="Shown beside what this person does"
    )
    phone = forms.CharField(label="Telephone", max_length=40, required=False)


class InviteForm(forms.Form):
    """Whom to invite, with which role, at which schools."""

    email = forms.EmailField(label="E-mail address")
    name = forms.CharField(label="Name", max_length=120)
    post = forms.CharField(label="Post", max_length=120, required=False)
    role = forms.ChoiceField(label="Role", choices=ROLES)
    trust = forms.ChoiceField(
        label="Every school of a trust", required=False, help_text="For people who work for a whole trust"
    )
    schools = forms.MultipleChoiceField(
        label="Schools", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="For school attendance leads and head teachers only",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = [choice for choices in school_choices.ask(user) for choice in choices]
        trusts = [choice for choices in trust_choices.ask(user) for choice in choices]
        self.fields["schools"].choices = schools  # type: ignore[attr-defined]
        self.fields["trust"].choices = [("", "No trust"), *trusts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, places = cleaned.get("role"), cleaned.get("schools") or cleaned.get("trust")
        if role and GRANTS[Role(role)].schools == "own" and not places:
            self.add_error("schools", "Choose the schools or the trust this person works for")
        if role and GRANTS[Role(role)].schools != "own" and places:
            self.add_error("schools", "This role belongs to no school")
        return cleaned


class RoleForm(forms.Form):
    """A role from a day on."""

    role = forms.ChoiceField(label="Role", choices=ROLES)
    since = DateInput(label="From", what="first day")
    until = DateInput(label="Until, and including (if it ends)", what="last day", required=False)


class LeaveForm(forms.Form):
    last_day = DateInput(label="Last day of work", what="last day")


class TokenForm(forms.Form):
    """A key to the API."""

    name = forms.CharField(
        label="What it is for", max_length=80, help_text="For instance: the school's register system"
    )
    school = forms.ChoiceField(
        label="Whose key it is", required=False, help_text="A school's key reaches that school and no other"
    )
    scopes = forms.MultipleChoiceField(label="What it may do", widget=forms.CheckboxSelectMultiple)
    months = forms.ChoiceField(
        label="How long it works",
        choices=[("1", "One month"), ("3", "Three months"), ("12", "One year")],
        initial="3",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = tokens.scopes_for(user).items()
        self.fields["scopes"].choices = [s for s in scopes if s[0] != tokens.CALENDAR]  # type: ignore[attr-defined]
        schools = tokens.schools_for(user)
        self.fields["school"].choices = [("", "Mine: it reaches what I see"), *schools.items()]  # type: ignore[attr-defined]

    @property
    def lasts(self) -> timedelta:
        return timedelta(days={"1": 31, "3": 92, "12": 365}[self.cleaned_data["months"]])


class AuditFilter(forms.Form):
    """What to show of the audit trail."""

    action = forms.ChoiceField(label="Action", required=False)
    person = forms.CharField(label="Who (part of the name)", required=False, max_length=120)
    on_kind = forms.CharField(label="About (kind)", required=False, max_length=60)
    on_id = forms.CharField(label="About (number)", required=False, max_length=40)
    since = DayParam(label="From")
    until = DayParam(label="To")

    def __init__(self, *args: Any, actions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", "Every action"), *((a, a) for a in actions)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            raise ValidationError("The first day must not be after the last")
        return cleaned


class PeopleFilter(forms.Form):
    """Whom to show."""

    q = forms.CharField(label="Name or post", required=False, max_length=120)
    role = forms.ChoiceField(label="Role", choices=[("", "Every role"), *ROLES[1:]], required=False)
    state = forms.ChoiceField(
        label="State",
        choices=[("", "Working here"), ("leaving", "Leaving"), ("left", "Left"), ("all", "Everybody")],
        required=False,
    )


class OutboxFilter(forms.Form):
    """Which messages to show."""

    kind = forms.ChoiceField(label="Kind", choices=[("", "Any"), *Message.Kind.choices], required=False)
    state = forms.ChoiceField(label="State", choices=[("", "Any"), *Message.State.choices], required=False)
