"""Forms of prices, the menu, values, invoices and the plan."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.common.ui.filters import money
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST, NumberParam
from mainstay.service.traded.forms import DaysField, PoundsField, area
from mainstay.service.traded.models import SchoolType, Service, Unit, VatCode
from mainstay.service.traded.queries.invoices import STATES
from mainstay.service.traded.values import Value
from mainstay.service.traded.years import days


class DatedForm(forms.Form):
    """From which day on, and why."""

    since = DateInput(label="From", what="first day", earliest=timezone.localdate, latest=LATEST)
    reason = forms.CharField(
        label="Why", max_length=300, help_text="It stands in the history, with your name."
    )

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial={"since": timezone.localdate(), **(initial or {})})
        for name in ("since", "reason"):
            self.fields[name] = self.fields.pop(name)


class PriceForm(DatedForm):
    school_types = forms.MultipleChoiceField(
        label="For which schools?", choices=SchoolType.choices, widget=forms.CheckboxSelectMultiple
    )
    unit = forms.ChoiceField(label="Unit", choices=Unit.choices, widget=forms.RadioSelect)
    pence = PoundsField(
        label="Price of one in pounds, without VAT",
        required=False,
        help_text="Empty: nothing is sold at this unit.",
    )
    vat_code = forms.ChoiceField(
        label="VAT",
        choices=VatCode.choices,
        widget=forms.RadioSelect,
        help_text="Confirm the code with finance.",
    )
    minimum = DaysField(label="Least an order may have, in days")


class RateForm(DatedForm):
    percent = forms.DecimalField(
        label="Rate in percent", min_value=0, max_value=100, max_digits=5, decimal_places=2
    )


class LineForm(DatedForm):
    """One line of the menu."""

    title = forms.CharField(label="Title", max_length=120)
    what = area("What it is", most=900)
    active = forms.BooleanField(label="On the menu", required=False)

    def __init__(self, data: Any = None, *, line: Service) -> None:
        super().__init__(data, initial={"title": line.title, "what": line.what, "active": line.active})


class SetForm(DatedForm):
    """One value of ``values.known()``."""

    def __init__(self, data: Any = None, *, of: Value, now: Any) -> None:
        super().__init__(data, initial={"value": "\n".join(now) if isinstance(now, list) else now})
        said = {"label": of.label, "help_text": of.hint}
        if of.kind == "whole":
            field: forms.Field = forms.IntegerField(min_value=0, max_value=of.most, **said)  # type: ignore[arg-type]
        elif of.kind == "text":
            field = forms.CharField(required=False, max_length=300, **said)  # type: ignore[arg-type]
        else:
            field = area(of.label, required=False, most=900, help_text=of.hint)
        self.of, self.fields = of, {"value": field, **self.fields}

    @property
    def value(self) -> Any:
        said = self.cleaned_data["value"]
        return said.splitlines() if self.of.kind == "lines" else said


class CreditForm(forms.Form):
    net = PoundsField(label="How much is credited, in pounds without VAT")
    half_days = DaysField(label="Days taken back with it", required=False)
    reason = area("Why", most=900, help_text="It stands on the credit note.")

    def __init__(self, data: Any = None, *, net: int, half_days: int) -> None:
        """The most that can be credited: pence without VAT, and half-days."""
        super().__init__(data)
        self.fields["net"].help_text = f"At most {money(net)} can be credited."
        most = (
            f"At most {days(half_days)}: what is neither used nor booked."
            if half_days
            else "None can be taken back now."
        )
        self.fields["half_days"].help_text = f"Empty: the school keeps its days. {most}"


class PaidForm(forms.Form):
    pence = PoundsField(
        label="Amount in pounds", below=True, help_text="With a minus: taken back, for it was a mistake."
    )
    on = DateInput(label="Paid on", what="day it was paid", earliest=EARLIEST, latest=timezone.localdate)
    reference = forms.CharField(label="Reference", required=False, max_length=60)

    def __init__(self, data: Any = None, *, left: int) -> None:
        """left: pence still to pay; below nought: to be paid back."""
        super().__init__(data, initial={"pence": left or None, "on": timezone.localdate()})
        if left < 0:
            self.fields["pence"].help_text = f"With a minus: what was paid back. {money(-left)} is due."
            self.fields["on"].label = "Paid back on"


class PlanForm(forms.Form):
    pence = PoundsField(label="Planned income of the year in pounds, without VAT")
    reason = forms.CharField(label="Why", max_length=300)


class InvoicesFilter(forms.Form):
    state = forms.CharField(required=False)
    year = NumberParam()
    school = NumberParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        return {**said, "state": said.get("state") if said.get("state") in dict(STATES) else ""}
