"""What is typed about bundles, certificates, statements and unused material."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST
from mainstay.service.court import making
from mainstay.service.court.expected import ASIDE, Expected
from mainstay.service.court.models import UnusedItem, WitnessStatement
from mainstay.service.court.words import CERTIFIED, DECLARATION
from mainstay.service.documents.models import Statement

METHODS: Final = [("first_class_post", "Posted first class"), ("hand", "Handed over")]
TO: Final = [("defendant", "The defendant"), ("court", "The court")]
NOBODY: Final = [("", "Nobody: it stands for itself")]
ASKED: Final = [("", "To be signed"), ("signed", "Signed"), ("all", "All")]
FILE: Final = forms.FileInput(attrs={"data-plain-label": "1"})


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def witnesses(found: Iterable[WitnessStatement]) -> list[tuple[str, str]]:
    """Statements that can produce an exhibit: whose maker is known."""
    named = ((one, one.signed_name or (one.witness.name if one.witness else "")) for one in found)
    return [*NOBODY, *((str(one.pk), f"{name}, {one.number}") for one, name in named if name)]


class _Producing(forms.Form):
    """A paper that somebody may produce as an exhibit."""

    witness = forms.ChoiceField(
        required=False,
        label="Who produces it",
        help_text="It gets the next number under their initials, such as RT/4.",
    )

    def __init__(self, data: Any = None, files: Any = None, *, produced: Iterable[WitnessStatement]) -> None:
        super().__init__(data, files)
        self._produced = list(produced)
        self.fields["witness"].choices = witnesses(self._produced)  # type: ignore[attr-defined]

    @property
    def producer(self) -> WitnessStatement | None:
        return next((one for one in self._produced if str(one.pk) == self.cleaned_data["witness"]), None)


class AddForm(_Producing):
    key = forms.ChoiceField(
        label="Paper", widget=forms.RadioSelect, error_messages={"required": "Choose a paper"}
    )
    field_order = ("key", "witness")

    def __init__(self, data: Any = None, *, produced: Any, choices: Sequence[tuple[str, Any]]) -> None:
        super().__init__(data, produced=produced)
        self.fields["key"].choices = choices  # type: ignore[attr-defined]


class UploadForm(_Producing):
    file = forms.FileField(label="The paper: PDF, JPEG or PNG", widget=FILE)
    title = forms.CharField(label="What it is called in the index", max_length=200)
    description = forms.CharField(
        label="What its pages show", max_length=2000, widget=_lines(4),
        help_text="For somebody who cannot see the pages: what kind of paper, who wrote it to whom, when, what it says.",
    )  # fmt: skip
    field_order = ("file", "title", "description", "witness")


class ItemForm(forms.Form):
    title = forms.CharField(label="What it is called in the index", max_length=200)
    description = forms.CharField(
        label="What its pages show", required=False, max_length=2000, widget=_lines(4),
        help_text="Needed for what was sent to us and for pages in which something is taken out.",
    )  # fmt: skip


class MoveForm(forms.Form):
    to = forms.IntegerField(label="Move it to place", min_value=1, max_value=2000)


class RedactForm(forms.Form):
    """One area, in per cent of the page."""

    page = forms.IntegerField(label="Page of this paper", min_value=1, max_value=5000)
    x = forms.FloatField(label="From the left edge, per cent", min_value=0, max_value=100)
    y = forms.FloatField(label="From the top edge, per cent", min_value=0, max_value=100)
    w = forms.FloatField(label="Width, per cent", min_value=0, max_value=100)
    h = forms.FloatField(label="Height, per cent", min_value=0, max_value=100)
    because = forms.CharField(label="Why it is taken out", max_length=300)
    description = forms.CharField(
        label="What the pages show, without what is taken out", max_length=2000, widget=_lines(3),
        help_text="The pages become pictures: somebody who cannot see them reads this.",
    )  # fmt: skip

    @property
    def area(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("page", "x", "y", "w", "h", "because")}


class LeaveOutForm(forms.Form):
    """One reason for each paper that may be left out; those left empty are expected."""

    def __init__(self, data: Any = None, *, papers: Iterable[Expected]) -> None:
        super().__init__(data)
        for paper in papers:
            self.fields[paper.key] = forms.CharField(
                label=paper.title, max_length=300, required=False, initial=paper.words if paper.state == ASIDE else "",
                help_text="" if paper.state == ASIDE else paper.words,
            )  # fmt: skip


class ChronologyForm(forms.Form):
    """The entries in range, each to be ticked."""

    entries = forms.TypedMultipleChoiceField(
        coerce=int, label="Entries", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Tick at least one entry"}
    )  # fmt: skip

    def __init__(self, data: Any = None, *, choices: Sequence[tuple[int, Any]]) -> None:
        super().__init__(data, initial={"entries": [pk for pk, _ in choices]})
        self.fields["entries"].choices = choices  # type: ignore[attr-defined]


class RangeForm(forms.Form):
    first = DateInput(label="From", what="first day", earliest=EARLIEST, latest=LATEST)
    last = DateInput(label="To", what="last day", earliest=EARLIEST, latest=LATEST)


class FamilyForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in making.FAMILY.items():
            needed = name in ("household", "effect")
            self.fields[name] = forms.CharField(
                label=words, max_length=4000, required=needed, widget=_lines(3)
            )


class PrintoutForm(RangeForm):
    commentary = forms.CharField(
        label="Commentary", max_length=4000, required=False, widget=_lines(5), help_text="What unusual codes mean, what led to what.",
    )  # fmt: skip


class IssueForm(forms.Form):
    served_on = DateInput(
        label="When it is posted or handed over", what="day it is served", initial=timezone.localdate, latest=LATEST,
        help_text="The day until which the defendant may object to a statement is counted from it and printed.",
    )  # fmt: skip


class WithdrawForm(forms.Form):
    because = forms.CharField(label="Why it is withdrawn", max_length=2000, widget=_lines(3))


class ServeForm(forms.Form):
    to = forms.ChoiceField(label="To whom", choices=TO, initial="defendant", widget=forms.RadioSelect)
    method = forms.ChoiceField(
        label="How", choices=METHODS, initial="first_class_post", widget=forms.RadioSelect
    )
    sent_on = DateInput(
        label="On", what="day it was sent", initial=timezone.localdate, latest=timezone.localdate
    )


class AskSchoolForm(forms.Form):
    asks = forms.CharField(
        label="What the school’s statement should cover", max_length=2000, widget=_lines(3),
        help_text="Only what its witness saw, heard and did: registers, meetings, letters, calls.",
    )  # fmt: skip


class TakeForm(forms.Form):
    statement = forms.ModelChoiceField(
        label="Drafted statement", queryset=Statement.objects.none(), empty_label="Choose"
    )

    def __init__(self, data: Any = None, *, statements: Any) -> None:
        super().__init__(data)
        self.fields["statement"].queryset = statements  # type: ignore[attr-defined]
        self.fields["statement"].label_from_instance = lambda one: (  # type: ignore[attr-defined]
            f"{one.witness.name}, version {one.version}"
        )


class CertifyForm(forms.Form):
    true = forms.BooleanField(label=CERTIFIED)


class DeclareForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**6)
    true = forms.BooleanField(label=DECLARATION)


class ScanForm(forms.Form):
    """What was printed, signed with a pen, and scanned."""

    file = forms.FileField(label="The scan: PDF, JPEG or PNG", widget=FILE)
    name = forms.CharField(label="Name, as signed", max_length=120)
    post = forms.CharField(label="Post", max_length=120, required=False)
    signed_on = DateInput(label="Signed on", what="day it was signed", latest=timezone.localdate)


class ExplainForm(forms.Form):
    words = forms.CharField(
        label="Which marks changed and why", max_length=2000, widget=_lines(3), help_text="It is printed in the bundle.",
    )  # fmt: skip


class WriteForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**6)
    text = forms.CharField(
        label="The statement", max_length=100_000, widget=_lines(16),
        help_text="An empty line begins the next numbered paragraph. Write only what you yourself saw, heard and did.",
    )  # fmt: skip


class EncloseForm(forms.Form):
    file = forms.FileField(label="The paper: PDF, JPEG or PNG", widget=FILE)
    what = forms.CharField(
        label="What it is, and what it shows", max_length=200, help_text="For example: letter to the parent of 3 October 2026, inviting them to a meeting."
    )  # fmt: skip


class UnusedFilter(forms.Form):
    decision = forms.ChoiceField(required=False, choices=[("", "All"), *UnusedItem.Decision.choices])

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"decision": "", **self.cleaned_data}


class AskedFilter(forms.Form):
    state = forms.ChoiceField(required=False, choices=ASKED)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"state": "", **self.cleaned_data}


class DecideForm(forms.Form):
    undermines = forms.ChoiceField(
        label="Might it undermine the case, or assist the defence?", choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect, error_messages={"required": "Say whether it might undermine the case or assist the defence"},
    )  # fmt: skip
    decision = forms.ChoiceField(
        label="What becomes of it", widget=forms.RadioSelect,
        choices=[
            (UnusedItem.Decision.NOT_RELEVANT, "It neither undermines nor assists"),
            (UnusedItem.Decision.DISCLOSE, Choice("It is disclosed", hint="Sent to the defence; say on which day.")),
            (UnusedItem.Decision.WITHHOLD, Choice("It is withheld", hint="Privileged, or a court has agreed. Say why.")),
        ],
        error_messages={"required": "Choose what becomes of it"},
    )  # fmt: skip
    because = forms.CharField(label="Why", max_length=2000, required=False, widget=_lines(3))
    disclosed_on = DateInput(
        label="Disclosed on", what="day it was disclosed", required=False, latest=timezone.localdate
    )

    @property
    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {**said, "undermines": said["undermines"] == "yes"}


class OfficerForm(forms.Form):
    officer = forms.ModelChoiceField(
        label="Disclosure officer", queryset=User.objects.none(), empty_label="Choose"
    )

    def __init__(self, data: Any = None, *, officers: Any) -> None:
        super().__init__(data)
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]
