"""The pages of each application and of a report: one thing a page for the public, all on one page for the service."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.law import clock as law_clock
from mainstay.law.rules import CURRENT
from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.employment.forms.fields import PageForm, any_day, past, text, words, yes_no
from mainstay.service.employment.forms.hours import DaysForm, HoursForm
from mainstay.service.employment.models import Approval, Chaperone, Licence, Permit
from mainstay.service.employment.models.base import State
from mainstay.service.employment.values import in_force

_OLDEST: Final = 19  # years: nobody older is a child of either law


class ChildForm(PageForm):
    title = "The child"
    intro = "As the child’s own documents have it."

    child_name = text("Child’s full name")
    born_on = past("Date of birth", "date of birth")
    child_address = text("Where the child lives", "With the postcode.", 300)
    child_school = text("School")

    def clean_born_on(self) -> date:
        born: date = self.cleaned_data["born_on"]
        if timezone.localdate().year - born.year > _OLDEST:
            raise forms.ValidationError(
                "Check the date of birth: this is for children up to the end of school age"
            )
        return born


class WorkingChildForm(ChildForm):
    """Of a permit: says at once that a child is too young, which no hours can mend."""

    notes_title = "The child may be too young for a permit"
    notes_intro = "Check the date of birth. Go on only if work begins on or after the day below, or the council told you to."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        born = cleaned.get("born_on")
        if self.public and born is not None:
            by_byelaws = in_force(timezone.localdate())["byelaws_13"]
            least = CURRENT.whole("employment_byelaw_age" if by_byelaws else "employment_least_age")
            reaches = law_clock.birthday(born, least)
            if reaches > timezone.localdate():
                self.notes.append(
                    f"Nobody under {least} may be employed, and this child is {least} on {long_date(reaches)}. For work that "
                    "begins before that day no permit can be given, whatever the hours. Only local byelaws can allow work at a "
                    "younger age: call the council and ask about them before you go on."
                )
        return cleaned


class ParentForm(PageForm):
    title = "The child’s parent or carer"

    parent_name = text("Parent’s full name")
    parent_contact = text("Telephone or e-mail of the parent", most=200)
    parent_signed_on = past(
        "The parent signed their agreement on", "day the parent signed", required=False,
        help_text="Keep the signed sheet: the council may ask for it. You may send the application first and the signature after.",
    )  # fmt: skip


class EmployerForm(PageForm):
    title = "The employer"

    employer = text("Name of the business or organisation")
    employer_contact = text("Who answers for it")
    employer_email = forms.EmailField(label="E-mail", required=False)
    employer_phone = text("Telephone", most=40, required=False)
    employer_address = text("Address", "With the postcode.", 300)


class WorkForm(PageForm):
    title = "The work"

    job = text("Job", "Such as newspaper delivery or shop assistant.")
    duties = words("What the child does")
    workplace = text("Where the child works", "With the postcode.", 300)
    work_listed = forms.ChoiceField(
        label="Is it on the byelaws’ list of work for the youngest?", required=False, choices=[]
    )
    prohibited = forms.MultipleChoiceField(
        label="Is any of this part of the work? No child may do it.", required=False,
        widget=forms.CheckboxSelectMultiple, choices=[],
    )  # fmt: skip
    offered_on = past("The work was offered on", "day the work was offered")
    starts_on = any_day("The child is to begin on", "first day of work")

    def __init__(self, *given: Any, **said: Any) -> None:
        super().__init__(*given, **said)
        values = in_force(timezone.localdate())
        for name, of in (("work_listed", "listed"), ("prohibited", "prohibited")):
            if not values[of]:
                del self.fields[name]
        for name, first in (("work_listed", [("", "No, or not known")]), ("prohibited", [])):
            field: Any = self.fields.get(name)
            if field is not None:
                lines = values["listed" if name == "work_listed" else "prohibited"]
                field.choices = [*first, *((line, line) for line in lines)]

    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        ticked, listed = given.pop("prohibited", []), given.get("work_listed", "")
        given["work"] = (
            Permit.Work.PROHIBITED if ticked else Permit.Work.LISTED if listed else Permit.Work.LIGHT
        )
        return given


class SafetyForm(PageForm):
    title = "Insurance and risks"

    insurer = text("Insured with", "Employer’s liability insurance.", required=False)
    insured_until = any_day("Insured until", "last day of the insurance", required=False)
    risk_text = words(
        "Risk assessment for a young worker", "What could hurt the child, and what is done about it. Or send it as a file.", 4,
        required=False,
    )  # fmt: skip
    risk_upload = forms.FileField(
        label="Risk assessment as a file", help_text="PDF, JPEG or PNG.", required=False
    )

    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("risk_upload", None)
        return given


class ProducerForm(PageForm):
    title = "The producer"
    intro = "Whoever is to hold the licence. An agency may fill this in for them."

    producer = text("Name of the producer or company")
    producer_contact = text("Who answers for it")
    producer_email = forms.EmailField(label="E-mail", required=False)
    producer_phone = text("Telephone", most=40, required=False)
    producer_address = text("Address", "With the postcode.", 300)


class ProductionForm(PageForm):
    title = "The performance"

    production = text("Production")
    kind = forms.ChoiceField(label="What kind", choices=Licence.Kind.choices, widget=forms.RadioSelect)
    venue = text("Where", "Each place, with the postcode.", 300)
    child_part = text("What the child does", most=300)
    regulated = yes_no(
        "Is a charge made, has the place a licence to sell alcohol, is it broadcast or recorded, or is it paid sport or modelling?",
        "Yes if any of this is so.",
    )  # fmt: skip
    payment = yes_no("Is the child paid, beyond expenses?")
    earnings = forms.DecimalField(
        label="Earnings in all, in pounds", min_value=0, max_value=1_000_000, decimal_places=2, required=False
    )
    absence = yes_no("Will the child miss school for it?")
    by_school = yes_no("Does a school arrange it?")

    def __init__(self, *given: Any, **said: Any) -> None:
        super().__init__(*given, **said)
        if isinstance(self.initial.get("earnings"), int):
            self.initial["earnings"] = f"{self.initial['earnings'] / 100:.2f}"

    def said(self) -> dict[str, Any]:
        pounds = self.cleaned_data["earnings"]
        return self.cleaned_data | {"earnings": None if pounds is None else int(pounds * 100)}


class CareForm(PageForm):
    title = "Who looks after the child"

    care = forms.ChoiceField(label="In the charge of", choices=Licence.Care.choices, widget=forms.RadioSelect)
    carer = text(
        "Their name",
        "A chaperone has to be approved by a council: the council asks about it before it decides.",
        required=False,
    )
    carer_council = text(
        "Which council approved them", "For a chaperone; not for a parent or teacher.", required=False
    )
    children = forms.IntegerField(
        label="Children together in that person’s charge", min_value=1, max_value=100, initial=1,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )  # fmt: skip
    education = words(
        "How the child is taught on school days", "Who teaches, where and when.", required=False
    )
    education_by_plan = yes_no("Are the lessons averaged by a plan?", required=False)
    fit = yes_no("Does the parent say that the child is well enough for it?", required=False)
    late_because = text(
        "If it is late: why", "Less than 21 days before the first performance.", 300, required=False
    )

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return given | {name: bool(given[name]) for name in ("education_by_plan", "fit")}


class StaffCareForm(CareForm):
    """As the service types it: with the chaperone or body of persons from our own lists."""

    chaperone = forms.ModelChoiceField(
        label="Approved chaperone",
        queryset=Chaperone.objects.none(),
        required=False,
        empty_label="None of ours",
    )
    carer_asked_on = past(
        "That council was asked on", "day the other council was asked", required=False,
        help_text="For a chaperone approved elsewhere, once that council has said that the approval holds.",
    )  # fmt: skip
    body = forms.ModelChoiceField(
        label="Approved body of persons", queryset=Approval.objects.none(), required=False, empty_label="None"
    )

    def __init__(self, *given: Any, **said: Any) -> None:
        super().__init__(*given, **said)
        for name, model, label in (("chaperone", Chaperone, "name"), ("body", Approval, "organisation")):
            field: Any = self.fields[name]
            field.queryset = model.objects.filter(state=State.GRANTED).order_by(label, "pk")
            field.label_from_instance = lambda one, label=label: f"{getattr(one, label)} ({one.number})"


class ApprovalForm(PageForm):
    title = "The body of persons"
    intro = "An amateur group, society or youth theatre whose children perform without payment and miss no school for it."

    organisation = text("Name")
    contact = text("Who answers for it")
    email = forms.EmailField(label="E-mail", required=False)
    phone = text("Telephone", most=40, required=False)
    address = text("Address", most=300)
    production = text("Production")
    venue = text("Where", most=300)
    first_on = any_day("First day", "first day")
    last_on = any_day("Last day", "last day")
    children = forms.IntegerField(label="Children who take part", min_value=1, max_value=500)
    chaperones = forms.IntegerField(label="Approved chaperones", min_value=0, max_value=100)
    safeguarding = words("Safeguarding policy, and who answers for it")
    unpaid = yes_no("Is no child paid, and does none miss school?")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("first_on") and cleaned.get("last_on") and cleaned["last_on"] < cleaned["first_on"]:
            self.add_error("last_on", "The last day must be on or after the first")
        return cleaned


class ChaperoneForm(PageForm):
    title = "The chaperone"

    name = text("Full name")
    born_on = past("Date of birth", "date of birth")
    email = forms.EmailField(label="E-mail", required=False)
    phone = text("Telephone", most=40, required=False)
    address = text("Address", most=300)
    lives_here = yes_no("Do they live in the council’s area?")
    experience = words("What they have done with children", required=False)
    first_referee = text("First referee", "Name, and how they know the applicant.", 200)
    second_referee = text("Second referee", most=200)


class ChaperoneChecksForm(PageForm):
    title = "Checks"
    intro = "Of the DBS check only its day is kept: never its number, nor what it says."

    first_reference_on = past("First reference came", "day of the first reference", required=False)
    second_reference_on = past("Second reference came", "day of the second reference", required=False)
    dbs_on = past("Enhanced DBS check of", "day of the check", required=False)
    interviewed_on = past("Interviewed on", "day of the interview", required=False)
    interview = words("What was said", required=False)


class ReportPlaceForm(PageForm):
    title = "Where a child works"

    employer = text("Business or person the child works for")
    premises = text("Where", "The address, or how to find it.", 300)
    job = text("What the child does there", required=False)
    hours = text("When", "Days and times, as far as you know.", 300, required=False)


class ReportConcernForm(PageForm):
    title = "What worries you"

    child = text(
        "The child", "Name, age, school, or what they look like: whatever you know.", 300, required=False
    )
    seen_on = past("Last seen at work on", "day the child was seen", required=False)
    concern = words("What worries you", rows=5)
    danger = yes_no(
        "Are you afraid for the child right now?",
        "If a child is in danger now, call 999 first. Do not wait for us.",
    )


class ReporterForm(PageForm):
    title = "How to reach you"
    intro = (
        "You need not say who you are. If you do, the employer is not told, and we tell you what came of it."
    )

    referrer = text("Your name", required=False)
    referrer_contact = text("Telephone or e-mail", most=200, required=False)


#: kind -> its pages, as the public sees them one by one
PUBLIC: Final[dict[str, dict[str, type[PageForm]]]] = {
    "permit": {
        "employer": EmployerForm, "child": WorkingChildForm, "work": WorkForm, "hours": HoursForm, "safety": SafetyForm,
        "parent": ParentForm,
    },
    "licence": {
        "producer": ProducerForm, "performance": ProductionForm, "child": ChildForm, "days": DaysForm, "care": CareForm,
        "parent": ParentForm,
    },
    "report": {"place": ReportPlaceForm, "concern": ReportConcernForm, "you": ReporterForm},
}  # fmt: skip
#: kind -> its pages as the service types them, together
STAFF: Final[dict[str, dict[str, type[PageForm]]]] = {
    "permit": PUBLIC["permit"],
    "licence": PUBLIC["licence"] | {"care": StaffCareForm},
    "approval": {"body": ApprovalForm},
    "chaperone": {"person": ChaperoneForm, "checks": ChaperoneChecksForm},
    "report": PUBLIC["report"],
}


class ReceivedForm(forms.Form):
    """When a paper application came."""

    received_on = DateInput(label="Received on", what="day it came", latest=timezone.localdate)
