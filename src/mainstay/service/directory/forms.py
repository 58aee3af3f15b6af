"""What people type in this room."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from mainstay.registers.grid import academic_year, year_label
from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.accounts.roles import Role
from mainstay.service.common.ui.forms import DateInput, FileDrop
from mainstay.service.common.ui.params import RowsParam
from mainstay.service.directory.calendar_actions import Term
from mainstay.service.directory.models import CalendarException, Parent, School, SchoolContact, Trust

OFFICERS = (Role.EWO, Role.SENIOR_EWO)
HALF_TERMS = ("Autumn 1", "Autumn 2", "Spring 1", "Spring 2", "Summer 1", "Summer 2")


def day_box(**options: Any) -> forms.DateField:
    """A date in one box, for rows of dates."""
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d"),
        **options,
    )


class SchoolForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = School
        fields = ["name", "head", "phone", "address", "postcode", "expects_file_every_days"]
        labels = {
            "head": "Head teacher",
            "phone": "Telephone",
            "expects_file_every_days": "School days without a register file before we ask",
        }


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SchoolContact
        fields = ["name", "post", "email", "phone"]
        labels = {"email": "E-mail", "phone": "Telephone"}


class LinkOfficerForm(forms.Form):
    officer = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Link officer", error_messages={"required": "Choose an officer"}
    )
    since = DateInput(label="From", what="first day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = RoleHeld.objects.on(timezone.localdate()).filter(role__in=OFFICERS).values("user_id")
        officers = User.objects.filter(pk__in=held, is_active=True).order_by("name")
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]


class PostForm(forms.Form):
    """Where a school user works, from a day on."""

    schools = RowsParam(
        queryset=School.objects.none(), required=False, label="Schools", widget=forms.CheckboxSelectMultiple
    )
    trust = forms.ModelChoiceField(
        queryset=Trust.objects.none(), required=False, label="Every school of a trust", empty_label="No trust"
    )
    since = DateInput(label="From", what="first day")
    until = DateInput(label="Until, and including (if it ends)", what="last day", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = School.objects.visible_to(user).filter(closed_on__isnull=True)
        self.fields["schools"].queryset = schools.only("name", "key")  # type: ignore[attr-defined]
        trusts = Trust.objects.filter(schools__in=schools).distinct().order_by("name")
        self.fields["trust"].queryset = trusts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("schools") or cleaned.get("trust")) and not self.errors:
            self.add_error("schools", "Choose a school or a trust")
        return cleaned


class TermForm(forms.Form):
    """One row of term dates; an empty row counts for nothing."""

    name = forms.CharField(max_length=40, required=False, label="Term")
    first = day_box(required=False, label="First day")
    last = day_box(required=False, label="Last day")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [bool(cleaned.get(name)) for name in ("first", "last")]
        if any(given) and not all(given):
            raise forms.ValidationError("Give both the first and the last day of the term")
        return cleaned

    def term(self) -> Term | None:
        said = self.cleaned_data
        return Term(said["name"] or "Term", said["first"], said["last"]) if said.get("first") else None


TermRows = forms.formset_factory(TermForm, extra=0, max_num=12, absolute_max=12)


def term_rows(data: Any = None, terms: list[Term] | None = None) -> Any:
    """Eight rows of term dates, filled with those there are or with the usual names."""
    given = [{"name": t.name, "first": t.first, "last": t.last} for t in terms or []]
    named = given or [{"name": name} for name in HALF_TERMS]
    return TermRows(data, prefix="term", initial=[*named, *({} for _ in range(8 - len(named)))])


def terms_of(rows: Any) -> list[Term]:
    """The terms of a valid set of rows."""
    return [term for row in rows if (term := row.term()) is not None]


class ExceptionForm(forms.Form):
    """A day on which a school differs from its terms."""

    on = DateInput(label="Day", what="day")
    kind = forms.ChoiceField(choices=CalendarException.Kind.choices, label="What kind of day")
    sessions = forms.ChoiceField(
        label="Sessions",
        choices=[
            ("none", "Closed all day"),
            ("am", "Open in the morning only"),
            ("pm", "Open in the afternoon only"),
            ("both", "Open all day"),
        ],
    )
    reason = forms.CharField(max_length=200, required=False, label="Reason")

    @property
    def open_sessions(self) -> tuple[bool, bool]:
        said = self.cleaned_data["sessions"]
        return said in ("am", "both"), said in ("pm", "both")


def year_choices() -> list[tuple[str, str]]:
    """Last school year, this and the next two."""
    this = academic_year(timezone.localdate())
    return [(str(year), year_label(year)) for year in range(this - 1, this + 3)]


class BulkCalendarForm(forms.Form):
    """Which schools get the same term dates."""

    year = forms.ChoiceField(label="School year")
    phase = forms.MultipleChoiceField(
        choices=School.Phase.choices,
        required=False,
        label="Phases",
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: every open school.",
    )
    leave_out = RowsParam(
        queryset=School.objects.none(),
        required=False,
        label="Leave out these schools",
        widget=forms.CheckboxSelectMultiple,
    )
    inset_1 = day_box(required=False, label="Training day for all of them")
    inset_2 = day_box(required=False, label="A second one")
    inset_3 = day_box(required=False, label="A third one")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = year_choices()  # type: ignore[attr-defined]
        self.fields["year"].initial = str(academic_year(timezone.localdate()))
        self.every_school = School.objects.visible_to(user).filter(closed_on__isnull=True)
        self.fields["leave_out"].queryset = self.every_school.only("name", "key")  # type: ignore[attr-defined]

    def schools(self) -> list[School]:
        said = self.cleaned_data
        wanted = self.every_school.exclude(pk__in=said["leave_out"])
        return list(wanted.filter(phase__in=said["phase"]) if said["phase"] else wanted)

    def inset(self) -> list[date]:
        return [day for name in ("inset_1", "inset_2", "inset_3") if (day := self.cleaned_data[name])]


class BulkDayForm(ExceptionForm):
    """A day that differs for every school of some phases, and for single schools."""

    phase = forms.MultipleChoiceField(
        choices=School.Phase.choices,
        required=False,
        label="Every open school of these phases",
        widget=forms.CheckboxSelectMultiple,
    )
    also = RowsParam(
        queryset=School.objects.none(),
        required=False,
        label="And these schools",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.every_school = School.objects.visible_to(user).filter(closed_on__isnull=True)
        self.fields["also"].queryset = self.every_school.only("name", "key")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("phase") or cleaned.get("also")):
            self.add_error("phase", "Tick at least one phase or one school")
        return cleaned

    def schools(self) -> list[School]:
        said = self.cleaned_data
        single = [school.pk for school in said["also"]]
        return list(self.every_school.filter(Q(phase__in=said["phase"]) | Q(pk__in=single)))


class ConflictForm(forms.Form):
    """A conflict of interest, about a school or about one pupil by UPN."""

    user = forms.ModelChoiceField(queryset=User.objects.none(), label="Whose conflict", required=False)
    school = forms.ModelChoiceField(
        queryset=School.objects.order_by("key"),
        required=False,
        label="School",
        empty_label="Not about a school",
    )
    upn = forms.CharField(required=False, max_length=20, label="Or the UPN of one pupil")
    reason = forms.CharField(
        max_length=300,
        label="What the connection is",
        help_text="For example: my own child goes there.",
        error_messages={"required": "Say what the connection is"},
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.may("declare_for_others"):
            people = User.objects.filter(is_active=True).order_by("name")
            self.fields["user"].queryset = people  # type: ignore[attr-defined]
            self.fields["user"].empty_label = "My own"  # type: ignore[attr-defined]
        else:
            del self.fields["user"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("school")) == bool(cleaned.get("upn")):
            self.add_error("school", "Choose a school, or give the UPN of one pupil; not both")
        return cleaned


class MergeForm(forms.Form):
    """The decision about two records that may be one."""

    decision = forms.ChoiceField(
        choices=[("same", "The same person"), ("different", "Different people")],
        widget=forms.RadioSelect,
        label="Are these the same person?",
        error_messages={"required": "Choose whether they are the same person"},
    )
    take_new = forms.BooleanField(
        required=False,
        label="Take name, date of birth and UPN from the right-hand side",
        help_text="Tick it when the right-hand side is the newer or better information.",
    )
    reasons = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        label="Your reasons",
        error_messages={"required": "Say how you know"},
    )


class MergeParentsForm(forms.Form):
    """Two records of one parent or carer are joined."""

    home = forms.ChoiceField(
        choices=[("kept", "At the address of the left-hand side"), ("other", "At the address of the right-hand side")],
        widget=forms.RadioSelect,
        label="Where do they live now?",
        help_text="The other address ends yesterday and stays among the earlier ones.",
    )  # fmt: skip
    reasons = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        label="How do you know that they are one person?",
        help_text="Kept with your name in the audit, and in the chronology of their children.",
        error_messages={"required": "Say how you know"},
    )
    other = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, other: Parent, homes: bool) -> None:
        """homes: both have a present address, and one of them holds"""
        super().__init__(data, initial={"other": other.pk})
        if not homes:
            del self.fields["home"]


class GiasForm(forms.Form):
    establishments = forms.FileField(
        widget=FileDrop,
        label="Establishments from GIAS",
        help_text="The CSV named edubasealldata… .",
        error_messages={"required": "Choose the establishments file"},
    )
    links = forms.FileField(
        widget=FileDrop,
        required=False,
        label="Links between establishments",
        help_text="The CSV named links_edubasealldata…: without it the URN history is not known.",
    )


class PeopleForm(forms.Form):
    file = forms.FileField(
        widget=FileDrop,
        label="Pupils and contacts",
        help_text="A Common Transfer File (.xml), or a CSV with a header line.",
        error_messages={"required": "Choose a file"},
    )
    school = forms.ModelChoiceField(
        queryset=School.objects.none(),
        required=False,
        label="School",
        empty_label="The file names its school",
        help_text="Needed for a CSV that does not name its school.",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = School.objects.visible_to(user).only("name", "key")  # type: ignore[attr-defined]
