"""What is typed about purchased work."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.casework.models import Consultation
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST, NumberParam
from mainstay.service.directory.models import School
from mainstay.service.purchased import kinds
from mainstay.service.purchased.answers import ANSWERS
from mainstay.service.purchased.models import Agreed, Sampled, Slot, Template, Work
from mainstay.service.purchased.queries.works import ANY
from mainstay.service.traded.models import ServiceCode

STATES: Final = [("", "Not finished"), *Work.State.choices, ("all", "All")]
SCOPES: Final = [("", "All I may see"), ("mine", "Mine")]
SERVICES: Final = [("", "Any"), *ServiceCode.choices]
YEARS: Final = ("R", *(str(year) for year in range(1, 14)))


def words(label: str, hint: str = "", rows: int = 3, **said: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=6000, widget=forms.Textarea(attrs={"rows": rows}), **said
    )


def line(label: str, hint: str = "", most: int = 300, **said: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=most, **said)


def day(label: str, what: str, hint: str = "", **said: Any) -> DateInput:
    return DateInput(label=label, what=what, help_text=hint, earliest=EARLIEST, **{"latest": LATEST, **said})


def past(label: str, what: str, hint: str = "", **said: Any) -> DateInput:
    return day(label, what, hint, latest=timezone.localdate, **said)


def whole(label: str, hint: str = "", least: int = 1, most: int = 5000, **said: Any) -> forms.IntegerField:
    box = forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"})
    return forms.IntegerField(
        label=label, help_text=hint, min_value=least, max_value=most, widget=box, **said
    )


def clock(label: str, hint: str = "For example 9:00") -> forms.TimeField:
    return forms.TimeField(
        label=label, help_text=hint, input_formats=["%H:%M", "%H.%M"],
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
        error_messages={"invalid": "Enter the time as 9:00"},
    )  # fmt: skip


class WorksFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    service = forms.ChoiceField(required=False, choices=SERVICES)
    school = NumberParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {**ANY, **self.cleaned_data}


class BeginForm(forms.Form):
    title = line("Title", "What it is called in lists. No child’s name.", 160, required=False)


class CourseForm(forms.Form):
    """Training the service offers to every school."""

    service = forms.ChoiceField(
        label="Which training", widget=forms.RadioSelect,
        choices=[(c, kinds.KINDS[c].label) for c in (ServiceCode.TRAINING.value, ServiceCode.SAFEGUARDING_TRAINING.value)],
    )  # fmt: skip
    title = line("Title", "", 160)
    on = day("Day", "day of the course")
    school = forms.ModelChoiceField(
        label="School where it takes place", queryset=School.objects.none(), empty_label="Choose"
    )

    def __init__(self, data: Any = None, *, schools: Any) -> None:
        super().__init__(data)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]


class WriteForm(forms.Form):
    """The common words, and what only this kind asks; ``seen`` is what the page showed."""

    title = line("Title", "What it is called in lists. No child’s name.", 160)
    on = day("Day", "day of the work")
    minutes = whole("Time spent, in minutes", "", 0, 30000)
    done = words("What was done", "", 5, required=False)
    outcome = words("What came of it", "", 3, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, data: Any = None, *, work: Work, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        for detail in kinds.of(work).details:
            self.fields[detail.name] = detail.field()
        if work.spent.exists():
            self.fields["minutes"].widget.attrs["readonly"] = True
            self.fields["minutes"].help_text = "The sum of the entries of time."
        last = ("outcome", "seen")
        self.order_fields([*(n for n in self.fields if n not in last), *last])

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ChildrenFilter(forms.Form):
    """Which children of the school to choose from; a name is typed into a form that is sent, and is in no address."""

    year = forms.ChoiceField(required=False, choices=[("", "Any"), *((y, y) for y in YEARS)])
    most = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None,
        choices=[("", "Any"), ("95", "Below 95%"), ("90", "Below 90%"), ("50", "Below 50%")],
    )  # fmt: skip


class AgreeForm(forms.Form):
    text = line("What is to be done")
    owner = forms.ChoiceField(label="Who does it", choices=Agreed.Owner.choices, widget=forms.RadioSelect)
    who = line("Name", "Which parent, member of staff or agency.", 120, required=False)
    due_on = day("By", "last day")


class TickForm(forms.Form):
    words = line("What was done", "", required=False)


class SpendForm(forms.Form):
    on = past("Day", "day")
    minutes = whole("Minutes", "", 1, 1440)
    what = line("On what", "For example: call with the father about mornings.")


class PlanForm(forms.Form):
    starts_on = day("From", "first day")
    ends_on = day("To", "last day")
    review_on = day("Review on", "day of the review")
    target = whole("Attendance to reach, in per cent", "An assessment needs none.", 1, 100, required=False)


class AdviseForm(forms.Form):
    spoke_with = line("Who spoke for the school", "", 120)
    on = past("When", "day you spoke")
    how = forms.ChoiceField(label="How", choices=Consultation.How.choices, widget=forms.RadioSelect)
    concern = words("What the school is worried about")
    advice = words("What you advise, and why a referral", "The referral begins with it.", 4)


class DrawForm(forms.Form):
    number = whole("How many weeks of pupils", "One pupil’s register for one week each.", 1, 200)
    first = past("From", "first day")
    last = past("To", "last day")
    absent = forms.BooleanField(label="Only weeks with an absence or a late mark", required=False)


class CheckForm(forms.Form):
    finding = forms.ChoiceField(
        label="What you found", choices=Sampled.Finding.choices, widget=forms.RadioSelect
    )
    evidence = line("Evidence you saw", "For example: the parent’s message of that day; or none.")
    note = words("What is wrong", "Which sessions, and what they should say.", 2, required=False)


class LayOutForm(forms.Form):
    first = clock("First slot begins")
    last = clock("Last slot ends", "For example 12:00")
    minutes = whole("Minutes each", "", 5, 240)


class FillForm(forms.Form):
    pupil = forms.TypedChoiceField(label="Child", required=False, coerce=int, empty_value=None)
    family = line("Who is expected", "For example: mother and grandfather. Interpreter?", 200, required=False)

    def __init__(self, data: Any = None, *, children: Sequence[Any], **more: Any) -> None:
        super().__init__(data, **more)
        named = [("", "Nobody: the slot is free"), *((p.pk, p.listed_name) for p in children)]
        self.fields["pupil"].choices = named  # type: ignore[attr-defined]


class ResultForm(forms.Form):
    came = forms.ChoiceField(
        label="Did the family come?", choices=Slot.Came.choices, widget=forms.RadioSelect
    )
    words = words("What was agreed", "Or what was tried to reach them.", 4, required=False)


class SessionForm(forms.Form):
    on = day("Day", "day of the session")
    topic = line("What it is about", "", 200)


class HoldForm(forms.Form):
    there = forms.TypedMultipleChoiceField(
        label="Who was there", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    note = words("Note", "How it went. No more about one child than the group may know.", 3, required=False)

    def __init__(self, data: Any = None, *, children: Sequence[Any], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["there"].choices = [(p.pk, p.listed_name) for p in children]  # type: ignore[attr-defined]


class DaysForm(forms.Form):
    first = past("From", "first day")
    last = past("To", "last day")


class CountForm(forms.Form):
    """A box for each ten minutes and year group; empty is nought."""

    def __init__(
        self, data: Any = None, *, times: Sequence[str], years: Sequence[str], now: Any = ()
    ) -> None:
        super().__init__(data)
        self.times, self.years = times, years
        known = {(row["at"], row["year"]): row["n"] for row in now}
        box = {"class": "govuk-input--width-2", "inputmode": "numeric"}
        for at in times:
            for year in years:
                self.fields[self.name(at, year)] = forms.IntegerField(
                    label=f"{at}, {'reception' if year == 'R' else 'year ' + year}", required=False, min_value=0, max_value=999,
                    initial=known.get((at, year)), widget=forms.TextInput(attrs=box),
                )  # fmt: skip

    @staticmethod
    def name(at: str, year: str) -> str:
        return f"n{at.replace(':', '')}_{year}"

    @property
    def rows(self) -> list[tuple[str, list[Any]]]:
        return [(at, [self[self.name(at, year)] for year in self.years]) for at in self.times]

    @property
    def counts(self) -> list[dict[str, Any]]:
        said = self.cleaned_data
        return [
            {"at": at, "year": year, "n": said.get(self.name(at, year)) or 0}
            for at in self.times
            for year in self.years
        ]


class TimesForm(forms.Form):
    """Between which times, and of which year groups, pupils were counted."""

    first = clock("From", "For example 8:40")
    last = clock("Until", "For example 9:30")
    years = forms.MultipleChoiceField(
        label="Year groups", choices=[(y, "Reception" if y == "R" else f"Year {y}") for y in YEARS],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    @property
    def times(self) -> list[str]:
        begin = datetime.combine(date.min, self.cleaned_data["first"])
        end = datetime.combine(date.min, self.cleaned_data["last"])
        found: list[str] = []
        while begin < end and len(found) < 18:
            found.append(f"{begin:%H:%M}")
            begin += timedelta(minutes=10)
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("first") and said.get("last") and said["first"] >= said["last"]:
            self.add_error("last", "The end must come after the beginning")
        return said


class PolicyForm(forms.Form):
    """Each line of the checklist, answered, with advice."""

    def __init__(self, data: Any = None, *, lines: Sequence[str], now: Sequence[Any] = ()) -> None:
        super().__init__(data)
        self.lines = lines
        for n, text in enumerate(lines):
            kept = now[n] if n < len(now) else {}
            self.fields[f"answer_{n}"] = forms.ChoiceField(
                label=text, choices=list(ANSWERS.items()), widget=forms.RadioSelect, initial=kept.get("answer"),
                error_messages={"required": f"Answer “{text}”"},
            )  # fmt: skip
            self.fields[f"advice_{n}"] = words(
                "Advice", "Needed where it is not all there.", 2, required=False, initial=kept.get("advice")
            )

    @property
    def answers(self) -> list[tuple[str, str]]:
        said = self.cleaned_data
        return [(said[f"answer_{n}"], said[f"advice_{n}"]) for n in range(len(self.lines))]


class GiveForm(forms.Form):
    version = forms.TypedChoiceField(label="Document", coerce=int)

    def __init__(self, data: Any = None, *, versions: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["version"].choices = [("", "Choose"), *versions]  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    title = line("Title", "", 160)
    kind = forms.ChoiceField(label="What it is", choices=Template.Kind.choices, widget=forms.RadioSelect)
    since = day("In force from", "first day")
    because = line("Why it is new")
    text = forms.CharField(label="Text", max_length=30000, widget=forms.Textarea(attrs={"rows": 18}))


class VersionForm(TemplateForm):
    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        del self.fields["title"], self.fields["kind"]


class MoveForm(forms.Form):
    pupil = forms.TypedChoiceField(label="Child", coerce=int)
    to_school = forms.ModelChoiceField(
        label="School the child moves to", queryset=School.objects.none(), empty_label="Choose"
    )
    starts_on = day("Starts there on", "first day", required=False)
    phased = line("How the child arrives", "For example: mornings only in the first week.", required=False)
    note = words(
        "What the next school should know",
        "Attendance, what helps, who to talk to. It is read there only once both schools agreed. The family should know of it.", 6,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, children: Sequence[Any], schools: Any, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["pupil"].choices = [("", "Choose"), *((p.pk, p.listed_name) for p in children)]  # type: ignore[attr-defined]
        self.fields["to_school"].queryset = schools  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    school = forms.ModelChoiceField(label="School", queryset=School.objects.none(), empty_label="Choose")
    name = line("Name of who comes", "", 120)
    post = line("Their post", "", 120, required=False)

    def __init__(self, data: Any = None, *, schools: Any, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]


class AttendedForm(forms.Form):
    there = forms.TypedMultipleChoiceField(
        label="Who was there", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, places: Sequence[Any], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["there"].choices = [(p.pk, Choice(p.name, hint=p.school.name)) for p in places]  # type: ignore[attr-defined]


class EvaluateForm(forms.Form):
    """Each question of the day from 1 (not at all) to 5 (very much)."""

    def __init__(self, data: Any = None, *, questions: Sequence[str], now: Any) -> None:
        super().__init__(data)
        self.questions = questions
        marks = [("1", "1: not at all"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5: very much")]
        for n, text in enumerate(questions):
            self.fields[f"q{n}"] = forms.TypedChoiceField(
                label=text, coerce=int, choices=marks, widget=forms.RadioSelect, initial=now.answers.get(text),
                error_messages={"required": f"Answer “{text}”"},
            )  # fmt: skip
        self.fields["remarks"] = words(
            "What else you want to say", "", 3, required=False, initial=now.remarks
        )

    @property
    def answers(self) -> dict[str, int]:
        return {text: self.cleaned_data[f"q{n}"] for n, text in enumerate(self.questions)}
