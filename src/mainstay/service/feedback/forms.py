"""What is typed about surveys and complaints."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import EARLIEST
from mainstay.service.feedback import services
from mainstay.service.feedback.actions.surveys import KINDS, MOST_QUESTIONS, MOST_TEXT, choices_of
from mainstay.service.feedback.guarding import Guarded
from mainstay.service.feedback.models import Ask, Complaint, Survey, SurveyVersion, Who
from mainstay.service.feedback.queries.complaints import STATES
from mainstay.service.team import terms
from mainstay.service.team.forms import PersonChoice

Kind, Outcome = Complaint.Kind, Complaint.Outcome


def words(label: str, hint: str = "", rows: int = 4, most: int = 900, **said: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **said
    )


class ResultsFilter(forms.Form):
    """Filters of the results; what makes no sense filters nothing."""

    term = forms.CharField(required=False, max_length=6)
    service = forms.CharField(required=False, max_length=20)
    who = forms.ChoiceField(required=False, choices=[("", "Everybody"), *Who.choices])

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        said = {"term": "", "service": "", "who": "", **self.cleaned_data}
        known = {one.key for one in terms.recent(timezone.localdate())}
        return said | {"term": said["term"] if said["term"] in known else ""}


class SurveyForm(forms.Form):
    """A survey with up to eight questions; an empty one is left out."""

    name = forms.CharField(label="Name of the survey", max_length=120)
    who = forms.ChoiceField(label="For", choices=Who.choices)
    service = forms.ChoiceField(
        label="About", required=False, choices=[("", "Any work"), *services.NAMES.items()]
    )
    active = forms.BooleanField(label="In use", required=False, initial=True)
    intro = words("First lines", "Who asks, and why. Short, in plain words.", 2, required=False)

    def __init__(self, data: Any = None, *, of: SurveyVersion | None = None) -> None:
        survey = of.survey if of else None
        initial = (
            {"name": survey.name, "who": survey.who, "service": survey.service, "active": survey.active}
            if survey
            else {}
        )
        super().__init__(data, initial={**initial, "intro": of.intro if of else ""})
        known = of.questions if of else []
        for n in range(MOST_QUESTIONS):
            one = known[n] if n < len(known) else {"text": "", "kind": "scale", "choices": []}
            self.fields[f"text_{n}"] = forms.CharField(
                label=f"Question {n + 1}", max_length=200, required=False, initial=one["text"]
            )
            self.fields[f"kind_{n}"] = forms.ChoiceField(
                label=f"Answer to question {n + 1}", choices=list(KINDS.items()), initial=one["kind"]
            )
            self.fields[f"choices_{n}"] = forms.CharField(
                label=f"Choices of question {n + 1}, one a line", required=False, max_length=600, initial="\n".join(one["choices"]),
                widget=forms.Textarea(attrs={"rows": 2}), help_text="Only for “one of these”.",
            )  # fmt: skip

    @property
    def questions(self) -> list[dict[str, Any]]:
        said = self.cleaned_data
        return [
            {
                "text": said[f"text_{n}"],
                "kind": said[f"kind_{n}"],
                "choices": said[f"choices_{n}"].splitlines(),
            }
            for n in range(MOST_QUESTIONS)
        ]


class SurveyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.get_who_display().lower()})"


class AskForm(forms.Form):
    """Who is asked, about what, and how."""

    survey = SurveyChoice(label="Survey", queryset=Survey.objects.none(), empty_label="Choose")
    service = forms.ChoiceField(label="About", choices=list(services.NAMES.items()))
    how = forms.ChoiceField(
        label="How", choices=[(Ask.How.SHEET, "A sheet with a code to print"), (Ask.How.TABLET, "This tablet, handed over")],
        widget=forms.RadioSelect, initial=Ask.How.SHEET,
    )  # fmt: skip
    most = forms.IntegerField(
        label="How many people may answer", min_value=1, max_value=200, initial=1,
        help_text="Each answers once. On a tablet it is one.", widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["survey"].queryset = Survey.objects.filter(active=True)  # type: ignore[attr-defined]


class AnswerForm(Guarded):
    """The survey itself, on one page."""

    def __init__(self, data: Any = None, *, of: SurveyVersion) -> None:
        super().__init__(data)
        for question in of.questions:
            if question["kind"] == "text":
                self.fields[question["key"]] = words(
                    question["text"], "Please name nobody.", 3, MOST_TEXT, required=False
                )
            else:
                choices = [(each, each) for each in choices_of(question)]
                self.fields[question["key"]] = forms.ChoiceField(
                    label=question["text"], choices=choices, widget=forms.RadioSelect, required=False
                )
        self.fields["known"] = forms.ChoiceField(
            label="May we know who you are?", widget=forms.RadioSelect, initial="no",
            choices=[("no", "No: keep my answers anonymous"), ("yes", "Yes: you may see whose answers these are")],
            help_text="Anonymous answers are kept without your name, the time, the school or the work they are about: nobody can "
            "find out whose they are.",
        )  # fmt: skip
        self.fields["name"] = forms.CharField(
            label="Your name, if we may know it", max_length=120, required=False
        )

    @property
    def said(self) -> dict[str, str]:
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("known", "name", "website", "began")
        }


class ComplainForm(Guarded):
    """The public form: a question, a concern or a complaint."""

    kind = forms.ChoiceField(
        label="What is it?", choices=[("query", "A question"), ("concern", "A concern: something you want us to know"),
                                      ("complaint", "A complaint: something you want put right")], widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is"},
    )  # fmt: skip
    who = forms.ChoiceField(
        label="Who are you?",
        choices=Complaint.From.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who you are"},
    )
    text = words("What happened?", "", 6, 5000, error_messages={"required": "Tell us what happened"})
    wish = words("What would put it right?", "", 3, 2000, required=False)
    person = forms.CharField(
        label="Is it about somebody who works for us?", max_length=160, required=False,
        help_text="Their name. They will not see what you write, and somebody else looks into it.",
    )  # fmt: skip
    name = forms.CharField(label="Your name", max_length=120, required=False)
    email = forms.EmailField(label="Your e-mail address", required=False)
    phone = forms.CharField(label="Your telephone number", max_length=40, required=False)
    address = words(
        "Your postal address", "Give one way to reach you, or we cannot answer.", 3, 400, required=False
    )
    language = forms.CharField(
        label="Your language, if it is not English", max_length=60, required=False,
        help_text="In English, for example Polish. We arrange an interpreter if you need one.",
    )  # fmt: skip


class NewForm(forms.Form):
    """Written down for somebody who called, wrote or came."""

    kind = forms.ChoiceField(label="What is it", choices=Kind.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label="How it came",
        choices=[row for row in Complaint.Channel.choices if row[0] != "form"],
        widget=forms.RadioSelect,
    )
    received_on = DateInput(
        label="Received on", what="day it came", earliest=EARLIEST, latest=timezone.localdate
    )
    who = forms.ChoiceField(label="From", choices=Complaint.From.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="Name", max_length=120, required=False)
    email = forms.EmailField(label="E-mail address", required=False)
    phone = forms.CharField(label="Telephone", max_length=40, required=False)
    address = words("Postal address", "", 3, 400, required=False)
    language = forms.CharField(
        label="Language, if not English", max_length=60, required=False,
        help_text="In English, for example Polish. Their letters get a sheet in it, where there are words for it.",
    )  # fmt: skip
    text = words("What happened, in their words", "", 6, 5000)
    wish = words("What would put it right", "", 3, 2000, required=False)
    person = forms.CharField(
        label="Whom it is about", max_length=160, required=False,
        help_text="The name as it was given. A colleague with this name does not see the complaint.",
    )  # fmt: skip


class ComplaintsFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    kind = forms.ChoiceField(required=False, choices=[("", "All"), *Kind.choices])

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"state": "", "kind": "", **self.cleaned_data}


class GiveForm(forms.Form):
    """What it is, whom it is about, who handles it."""

    kind = forms.ChoiceField(label="What is it", choices=Kind.choices, widget=forms.RadioSelect)
    route = forms.ChoiceField(
        label="Which times count", choices=Complaint.Route.choices, widget=forms.RadioSelect
    )
    officers = forms.ModelMultipleChoiceField(
        label="Whom it is about", queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text="They see nothing of it anywhere: no list, no search, no message.",
    )  # fmt: skip
    handler = PersonChoice(label="Who handles it", required=False, empty_label="Nobody yet")
    email = forms.EmailField(
        label="Their e-mail address",
        required=False,
        help_text="Without an e-mail or postal address no letter can be written.",
    )
    phone = forms.CharField(label="Their telephone", max_length=40, required=False)
    address = words("Their postal address", "", 3, 400, required=False)

    def __init__(self, data: Any = None, *, of: Complaint) -> None:
        officers = list(of.officers.all())
        names = ("kind", "route", "handler", "email", "phone", "address")
        super().__init__(data, initial={"officers": officers, **{name: getattr(of, name) for name in names}})
        today = timezone.localdate()
        service = User.objects.filter(pk__in=holding("ask_feedback", today).order_by().values("pk"))
        chosen = User.objects.filter(pk__in=[one.pk for one in officers])
        self.fields["officers"].queryset = (service | chosen).order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["officers"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]
        people = holding("handle_complaints", today).exclude(pk__in=[one.pk for one in officers])
        self.fields["handler"].queryset = people  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """A step with its words; an answer says whether it is upheld."""

    outcome = forms.ChoiceField(
        label="Outcome", choices=[row for row in Outcome.choices if row[0] in (Outcome.UPHELD, Outcome.PARTLY, Outcome.NOT)],
        widget=forms.RadioSelect,
    )  # fmt: skip
    text = words(
        "Words of the letter",
        "In plain words. The letter has a greeting, the outcome, what comes next and your name by itself.",
        8,
        6000,
    )
    remedy = words("What was done to put it right", "Stands in the letter.", 3, 2000, required=False)
    learning = words("What was learned", "For the service: or that nothing was.", 3, 2000, required=False)

    asked_on = DateInput(
        label="Asked for on", what="day on which stage 2 was asked for", earliest=EARLIEST, latest=timezone.localdate,
        help_text="Its times run from that day.",
    )  # fmt: skip
    again = words(
        "Why you answer again",
        "You answered at stage 1. Somebody else should look at it now; where nobody else can, say why.",
        2,
        500,
    )

    def __init__(
        self, data: Any = None, *, of: Complaint, step: str, written: bool, deciding: bool, again: bool
    ) -> None:
        remedy = "" if deciding else of.remedy
        super().__init__(
            data, initial={"remedy": remedy, "learning": of.learning, "asked_on": timezone.localdate()}
        )
        if step != "escalate":
            del self.fields["asked_on"]
        if not again:
            del self.fields["again"]
        if step == "close":
            self.fields["remedy"].help_text = ""
        if not deciding:
            del self.fields["outcome"]
        if not deciding and step != "close":
            del self.fields["remedy"], self.fields["learning"]
        if not written:
            self.fields["text"].label = {
                "escalate": "Why they are not content", "ombudsman": "What the Ombudsman wrote", "withdraw": "Why it is withdrawn",
                "unanswered": "Why no answer is possible, and what was done with what they wrote",
            }.get(step, "Why")  # fmt: skip
            self.fields["text"].help_text = ""


class HoldForm(forms.Form):
    part = words(
        "What a court decides about now",
        "In words that may stand in a letter to whoever complained.",
        3,
        2000,
    )
    rest = forms.TypedChoiceField(
        label="Is there a rest that can be answered?", choices=[("yes", "Yes: the rest is answered in its time"),
                                                                ("no", "No: all of it waits, and its clock stands still")],
        widget=forms.RadioSelect, coerce=lambda said: said == "yes",
    )  # fmt: skip


class ResumeForm(forms.Form):
    text = words("What the end of the court case means for it", "", 3, 2000)


class NoteForm(forms.Form):
    text = words("Note", "", 4, 4000, required=False)
    learning = words("What was learned", "", 3, 2000, required=False)
    remedy = words("What was done to put it right", "", 3, 2000, required=False)
