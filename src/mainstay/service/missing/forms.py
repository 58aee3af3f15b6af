"""What is typed about a child missing education."""

from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.ui.forms import Choice, DateInput, FileDrop
from mainstay.service.common.ui.params import NumberParam
from mainstay.service.directory.models import School
from mainstay.service.missing import risk, sources
from mainstay.service.missing.actions.beginning import Told
from mainstay.service.missing.actions.closing import Evidence
from mainstay.service.missing.actions.rolls import Case
from mainstay.service.missing.models import (
    FLAGS,
    Alert,
    Closure,
    Enquiry,
    MissingChild,
    PlaceAsked,
    RollDecision,
)
from mainstay.service.missing.queries.children import ANY, LATE, RISK
from mainstay.service.team.forms_duty import ChildForm

STATES: Final = [
    ("", "Open"), *MissingChild.State.choices, ("sought", "Not found yet, every stage"), ("found", "Found, not closed"),
    ("all", "All"),
]  # fmt: skip
SCOPES: Final = [
    ("", "All I may see"), ("mine", "Mine"), ("nobody", "Nobody’s"), (LATE, "A clock is over"), (RISK, "At risk"),
]  # fmt: skip
ROUTES: Final = [("", "Any"), *MissingChild.Route.choices]
SEXES: Final = [("", "Not known"), ("F", "Female"), ("M", "Male")]
_TODAY: Final = timezone.localdate


def words(label: str, hint: str = "", rows: int = 3, **said: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=6000, widget=forms.Textarea(attrs={"rows": rows}), **said
    )


def line(label: str, hint: str = "", most: int = 160, **said: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=most, **said)


def day(label: str, what: str, **said: Any) -> forms.Field:
    return DateInput(label=label, what=what, latest=said.pop("latest", _TODAY), **said)


def needed_when(of: str, field: Any) -> Any:
    """A field that another decides about, such as a reason: it is not called optional."""
    field.required, field.widget.is_required = False, False
    field.widget.attrs["data-needed-when"] = of
    return field


def risks() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Risks that are seen", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(name, one.words) for name, one in risk.TRIGGERS.items()],
        help_text="With any of these, social care or the police are told today: nothing waits for the school’s enquiries.",
    )  # fmt: skip


class MissingFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    route = forms.ChoiceField(required=False, choices=ROUTES)
    school = NumberParam(required=False)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {**ANY, **self.cleaned_data}


class BeginForm(forms.Form):
    absent_from = day("First school day of the absence", "first day of absence")
    reason = forms.ChoiceField(label="What is known", choices=MissingChild.Reason.choices)
    told = words("What happened", "Who was the last to see the child, and what the family said.")
    risks = risks()


class ReferForm(forms.Form):
    """The referral of the domain notes, whoever makes it."""

    forename = line("First name", required=False, most=80)
    surname = line("Surname", "Or what the child is called.", most=80)
    middle_names = line("Middle names", required=False, most=120)
    known_as = words("Other names", "One a line, first name before surname.", 2, required=False)
    date_of_birth = day("Date of birth", "date of birth", required=False)
    age_told = line("About how old", "Where the date of birth is not known.", required=False, most=40)
    sex = forms.ChoiceField(label="Sex", choices=SEXES, required=False)
    upn = line("Unique pupil number", required=False, most=13)
    year_group = line("Year group", required=False, most=4)
    ethnicity = line("Ethnicity", required=False, most=60)
    language = line("First language", required=False, most=60)
    flags = forms.MultipleChoiceField(
        label="Known of the child",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(FLAGS.items()),
    )
    last_school = forms.ModelChoiceField(
        label="Last school",
        queryset=School.objects.order_by("key"),
        required=False,
        empty_label="None of these",
    )
    last_school_told = line("Last school, where it is not in the list", required=False)
    last_attended_on = day("Last attended on", "day last attended", required=False)
    last_seen_on = day("Last seen on", "day last seen", required=False)
    last_seen_told = line("Where, and by whom", required=False, most=300)
    address = forms.CharField(
        label="Last address", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    postcode = line("Postcode", required=False, most=8)
    parents = words(
        "Parents and carers",
        "One a line: name, what they are to the child, telephone, e-mail.",
        3,
        required=False,
    )
    siblings = words("Brothers and sisters", "One a line: name, school.", 2, required=False)
    destination = line("Where the family may have gone", required=False, most=300)
    reason = forms.ChoiceField(label="Reason", choices=MissingChild.Reason.choices)
    told = words("What is known", "What happened, and what was done to find the child, with days.", 5)
    safeguarding = words("Safeguarding", "Your view, also if you have no worry.")
    risks = risks()

    _ROWS: Final = ("known_as", "parents", "siblings", "risks")
    _OF_REFERRER: Final = (
        "route", "referrer", "referrer_post", "referrer_email", "referrer_phone", "received_on", "pupil",
    )  # fmt: skip

    @property
    def told_of(self) -> Told:
        said = self.cleaned_data
        child = {name: value for name, value in said.items() if name not in (*self._ROWS, *self._OF_REFERRER)}
        child |= {name: said[name] for name in self._OF_REFERRER[1:5] if name in said}
        child["upn"], child["postcode"] = child["upn"].upper(), " ".join(child["postcode"].upper().split())
        return Told(
            child,
            list(_names(said["known_as"])),
            list(people(said["parents"])),
            list(_siblings(said["siblings"])),
        )


class OutsideReferForm(ReferForm):
    """A referral that came by telephone or letter, entered by the service; or a school's of a child on no record."""

    route = forms.ChoiceField(label="Referred by", choices=MissingChild.Route.choices)
    referrer = line("Name of the referrer", required=False, most=120)
    referrer_post = line("Post and organisation", required=False, most=120)
    referrer_email = forms.EmailField(label="E-mail", required=False)
    referrer_phone = line("Telephone", required=False, most=40)
    received_on = day("Received on", "day of the referral")
    field_order = ("route", "referrer", "referrer_post", "referrer_email", "referrer_phone", "received_on")


def _names(text: str) -> Any:
    for each in filter(None, map(str.strip, text.splitlines())):
        forename, _, surname = each.rpartition(" ")
        yield forename[:80], surname[:80]


def people(text: str) -> Any:
    """Parents, one a line: name, relationship, then what looks like a telephone number or an e-mail address."""
    for each in filter(None, map(str.strip, text.splitlines())):
        name, *rest = [part.strip() for part in each.split(",")]
        row = {"name": name[:160], "relationship": "", "phone": "", "email": ""}
        for part in filter(None, rest):
            if "@" in part:
                row["email"] = part[:254]
            elif sum(c.isdigit() for c in part) >= 5:
                row["phone"] = part[:40]
            else:
                row["relationship"] = f"{row['relationship']} {part}".strip()[:40]
        yield row


def _siblings(text: str) -> Any:
    for each in filter(None, map(str.strip, text.splitlines())):
        name, _, school = each.partition(",")
        yield {"name": name.strip()[:160], "school": school.strip()[:160]}


def initial_of(told: Told) -> dict[str, Any]:
    """A referral form begun with what is known."""
    return {
        **told.child,
        "known_as": "\n".join(f"{forename} {surname}".strip() for forename, surname in told.aliases),
        "parents": "\n".join(
            ", ".join(
                filter(None, (p["name"], p.get("relationship", ""), p.get("phone", ""), p.get("email", "")))
            )
            for p in told.parents
        ),
        "siblings": "\n".join(
            ", ".join(filter(None, (s["name"], s.get("school", "")))) for s in told.siblings
        ),
    }


class RiskForm(forms.Form):
    risks = risks()


class AlertForm(forms.Form):
    to = forms.ChoiceField(label="Who was told", choices=Alert.To.choices, widget=forms.RadioSelect)
    on = day("On", "day")
    at = forms.TimeField(
        label="At", help_text="Such as 14:30", input_formats=["%H:%M", "%H.%M", "%H%M"],
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        error_messages={"invalid": "Enter a time, such as 14:30"},
    )  # fmt: skip
    spoke_to = line("Whom you spoke to")
    reference = line("Their reference", required=False, most=60)
    text = words("What was said", required=False)

    @property
    def told_at(self) -> datetime:
        on: date = self.cleaned_data["on"]
        clock: time = self.cleaned_data["at"]
        return timezone.make_aware(datetime.combine(on, clock))


class EnquiryForm(forms.Form):
    source = forms.ChoiceField(label="Who was asked")
    source_told = line("Which one", "Name of the authority, school or person.", required=False)
    asked_on = day("Asked on", "day it was asked")
    asked = words("What was asked, and how", required=False, rows=2)
    legal_basis = line(
        "Legal basis",
        "By what right the council asks. Where you are not sure, confirm with legal first.",
        most=200,
    )
    result = forms.ChoiceField(
        label="What came of it", required=False, choices=[("", "No answer yet"), *Enquiry.Result.choices[1:]],
        widget=forms.RadioSelect,
    )  # fmt: skip
    answered_on = day("Answered on", "day of the answer", required=False)
    answer = words("What was said", required=False)

    def __init__(self, data: Any = None, *, side: str, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["source"].choices = [("", "Choose"), *sources.of(side)]  # type: ignore[attr-defined]
        if side == sources.SCHOOL:
            del self.fields["legal_basis"]
        else:
            self.fields["legal_basis"].initial = sources.DUTY


class AnswerForm(forms.Form):
    result = forms.ChoiceField(
        label="What came of it", choices=Enquiry.Result.choices[1:], widget=forms.RadioSelect
    )
    answered_on = day("Answered on", "day of the answer")
    answer = words("What was said", required=False)


class AcceptForm(forms.Form):
    answer = words(
        "What the referrer is told", "Left empty, that it is accepted and we are looking.", 2, required=False
    )


class ReturnForm(forms.Form):
    way = forms.ChoiceField(
        label="Where it goes instead", choices=MissingChild.Way.choices, widget=forms.RadioSelect
    )
    answer = words("What the referrer is told", "Why, and whom to turn to.")


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(label="Officer", queryset=User.objects.none(), empty_label="Choose")

    def __init__(self, data: Any = None, *, officers: Any, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["owner"].queryset = officers  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        label="Officer", queryset=User.objects.none(), required=False, empty_label="Whoever takes it on"
    )
    asked = words(
        "What the officer is asked to do", "What is known, and what a visit or a case should bring.", 4
    )

    def __init__(self, data: Any = None, *, officers: Any, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["to"].queryset = officers  # type: ignore[attr-defined]


class HandOverAnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label="Your answer", widget=forms.RadioSelect,
        choices=[("accept", Choice("Accept", hint="A case is opened, unless the child has one.")), ("return", "Return it")],
    )  # fmt: skip
    answer = needed_when("outcome", words("What you say to it", "Needed where you return it."))


class FoundForm(forms.Form):
    where = forms.ChoiceField(
        label="Where the child is", choices=MissingChild.Where.choices, widget=forms.RadioSelect
    )
    where_told = line("Where exactly, and who said so", most=300)
    on = day("Known since", "day they were found")


class BecauseForm(forms.Form):
    because = words("Why")


class SearchForm(forms.Form):
    posted_on = day("Posted on", "day it was posted")
    reference = line("Reference of the message", most=60)
    file_sent_on = day(
        "File sent by the school on", "day of the file", required=False,
        help_text="The common transfer file whose destination is XXXXXXX: unknown.",
    )  # fmt: skip


class ReviewForm(forms.Form):
    text = words("What was looked at, and what came of it", rows=4)
    next_on = day("Next review on", "day of the next review", latest=None)


class PlaceForm(forms.Form):
    via = forms.ChoiceField(label="How", choices=PlaceAsked.Via.choices, widget=forms.RadioSelect)
    school = forms.ModelChoiceField(
        label="School", queryset=School.objects.order_by("key"), required=False, empty_label="Not decided"
    )
    asked_on = day("Asked on", "day it was asked for")
    text = words("What was asked", required=False)


class PlaceAnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label="Answer", choices=PlaceAsked.Answer.choices[1:], widget=forms.RadioSelect
    )
    answered_on = day("Answered on", "day of the answer")
    school = needed_when("answer", forms.ModelChoiceField(
        label="School that offers it", queryset=School.objects.order_by("key"), empty_label="None"
    ))  # fmt: skip
    starts_on = needed_when("answer", day("Place from", "first day", latest=None))
    text = words("What was said", required=False)


class SureForm(forms.Form):
    """A form with a first day at school: where that looks wrong, the box says that it is right all the same."""

    sure = forms.BooleanField(label="The day is right all the same", required=False)

    def __init__(self, *data: Any, **said: Any) -> None:
        super().__init__(*data, **said)
        self._box = self.fields.pop("sure")
        if self.is_bound and self.data.get("sure"):
            self.doubt()

    def doubt(self) -> None:
        self.fields["sure"] = self._box


class CloseForm(SureForm):
    """Which fields are needed, the reason decides; the action says what is missing."""

    reason = forms.ChoiceField(
        label="Reason", widget=forms.RadioSelect,
        choices=[
            ("registered", Choice("Registered at a school and started there", hint="School, the first day attended, who confirmed it.")),
            ("home", Choice("Educated at home, confirmed", hint="Who confirmed it, and when.")),
            ("authority", Choice("Another authority accepted in writing", hint="Which one, who wrote, and when.")),
            ("abroad", Choice("Abroad, with evidence", hint="Country, who confirmed it, and when.")),
            ("over_age", Choice("Over compulsory school age", hint="By the date of birth.")),
            ("died", Choice("The child died", hint="Who confirmed it, and when.")),
            ("in_error", Closure.Reason.IN_ERROR.label),
        ],
    )  # fmt: skip
    school = needed_when("reason", forms.ModelChoiceField(
        label="School", queryset=School.objects.order_by("key"), empty_label="None of these"
    ))  # fmt: skip
    school_told = needed_when("reason", line("School, where it is not in the list"))
    attended_on = needed_when("reason", day("First day the child attended", "first day attended"))
    authority = needed_when("reason", line("Authority"))
    country = needed_when("reason", line("Country", most=80))
    confirmed_by = needed_when(
        "reason", line("Confirmed by", "Who, and in what: a call, an e-mail, a letter.")
    )
    confirmed_on = needed_when("reason", day("Confirmed on", "day it was confirmed"))
    evidence = words("The evidence", "What was seen, and where it is kept.")
    file = forms.FileField(label="A paper: PDF, JPEG or PNG", required=False, widget=FileDrop)

    @property
    def of(self) -> Evidence:
        return Evidence(**{name: value for name, value in self.cleaned_data.items() if name != "file"})


class BackForm(SureForm):
    attended_on = day("Back since", "day the child came back")
    text = words("Where the child was")


class RollForm(forms.Form):
    ground = forms.ChoiceField(label="Ground", choices=RollDecision.Ground.choices, widget=forms.RadioSelect)
    leave_ended_on = needed_when(
        "ground", day("Last day of the leave", "last day of the leave", help_text="For ground H.")
    )
    located = forms.TypedChoiceField(
        label="Is the child found?", widget=forms.RadioSelect, coerce=lambda said: said == "yes",
        choices=[("no", "No, in spite of joint enquiries"), ("yes", "Yes, and both agree that no return is to be expected")],
    )  # fmt: skip
    no_return_because = needed_when(
        "located", words("Why no return is to be expected", "Where the child is found.")
    )
    not_sick_because = words(
        "Why sickness or an unavoidable cause is not the reason",
        "Anxiety counts as sickness. Say how you know.",
    )
    efforts = words("What the school and the council did together to find the child", rows=4)

    @property
    def case(self) -> Case:
        return Case(**self.cleaned_data)


class SignForm(forms.Form):
    outcome = forms.ChoiceField(
        label="Your decision", widget=forms.RadioSelect,
        choices=[("sign", Choice("I agree: the name is deleted", hint="Signed in your name.")), ("keep", "The name stays on the roll")],
    )  # fmt: skip
    because = needed_when("outcome", words("Why it stays", "Needed where the name stays."))


class MessageForm(forms.Form):
    between = forms.ChoiceField(label="Who reads it", required=False, widget=forms.RadioSelect)
    text = words("Message", rows=3)

    def __init__(self, data: Any = None, *, school: bool, with_school: bool, **said: Any) -> None:
        super().__init__(data, **said)
        if school or not with_school:
            del self.fields["between"]
        else:
            choices = [("service", "Officers only"), ("school", "The school, too")]
            self.fields["between"].choices = choices  # type: ignore[attr-defined]
            self.fields["between"].initial = "service"


class LinkForm(ChildForm):
    """The record among those in view: by name, date of birth or number; several that fit are offered."""

    none = forms.BooleanField(label="The child has no record here", required=False)

    def __init__(self, data: Any = None, *, user: Any, initial: Any = None) -> None:
        super().__init__(data, user=user, initial=initial)
        self.fields["child"].label = "Search for the child"
        self.fields["child"].help_text = "Name, date of birth such as 3/9/2014, or unique pupil number."

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors and (said["pupil"] is None) != said["none"]:
            self.add_error(
                "child", "Search for the child, or say that there is no record here: one of the two."
            )
        return said
