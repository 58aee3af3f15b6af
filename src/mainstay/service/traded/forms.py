"""Forms of orders: what a school asks for, the split, quotes and answers."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import LATEST, NumberParam
from mainstay.service.directory.models import School
from mainstay.service.traded.models import Order
from mainstay.service.traded.queries.menu import menu
from mainstay.service.traded.years import HALVES, named, year_of

MOST_HALVES: Final = 1000
MOST_PENCE: Final = 2_000_000_000
#: beside the cost of a school's part
BY_LIST: Final = "Empty: as the list or the quote says. All parts together make the cost of the order."


class DaysField(forms.Field):
    """Days and half-days ("2", "2.5", "2½"); cleans to half-days."""

    widget = forms.TextInput

    def __init__(self, **said: Any) -> None:
        said.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-4"})
        )
        super().__init__(**said)

    def clean(self, value: Any) -> int | None:
        text = str(value or "").strip().lower().replace("½", ".5").replace(",", ".")
        text = text.removesuffix("days").removesuffix("day").strip()
        if not text:
            if self.required:
                raise ValidationError("Enter the number of days", code="required")
            return None
        whole, _, rest = text.partition(".")
        if (
            not (whole or rest)
            or not (whole or "0").isdecimal()
            or rest.rstrip("0") not in ("", "5")
            or len(whole) > 4
        ):
            raise ValidationError("Enter days in whole or half days, such as 2 or 2.5", code="invalid")
        halves = int(whole or 0) * HALVES + (1 if rest.rstrip("0") == "5" else 0)
        if not 0 < halves <= MOST_HALVES:
            raise ValidationError(f"Enter between half a day and {MOST_HALVES // HALVES} days", code="range")
        return halves

    def prepare_value(self, value: Any) -> Any:
        return as_days(value) if isinstance(value, int) else value


class PoundsField(forms.Field):
    """Pounds and pence ("368", "368.50"); cleans to pence. below: whether less than nothing may be entered."""

    def __init__(self, *, below: bool = False, **said: Any) -> None:
        self.below = below
        said.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-5"})
        )
        super().__init__(**said)

    def clean(self, value: Any) -> int | None:
        text = str(value or "").replace("£", "").replace(",", "").strip()
        if not text:
            if self.required:
                raise ValidationError("Enter the amount in pounds", code="required")
            return None
        sign = -1 if self.below and text[:1] in "-−" else 1
        whole, _, rest = text.lstrip("-−" if self.below else "").partition(".")
        if not whole.isdecimal() or len(whole) > 8 or (rest and not (rest.isdecimal() and len(rest) <= 2)):
            raise ValidationError("Enter pounds and pence, such as 368 or 368.50", code="invalid")
        pence = int(whole) * 100 + int((rest or "0").ljust(2, "0"))
        if pence > MOST_PENCE:
            raise ValidationError("This amount is too large", code="range")
        return sign * pence

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"


def as_days(halves: int) -> str:
    """3 -> "1.5", as a box holds it."""
    return f"{halves // HALVES}{'.5' if halves % HALVES else ''}"


def area(label: str, *, rows: int = 3, most: int = 5000, **said: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=most, **said)


def year_choices() -> list[tuple[str, str]]:
    this = year_of(timezone.localdate())
    return [
        (str(year), f"{named(year)} (1 April {year} to 31 March {year + 1})") for year in (this, this + 1)
    ]


class OrderForm(forms.Form):
    """What a school asks for. lead: only where somebody works for several schools."""

    lead = forms.ChoiceField(label="School")
    kind = forms.ChoiceField(
        label="What would you like?", widget=forms.RadioSelect,
        choices=[
            (Order.Kind.DAYS, Choice("Days of an education welfare officer", "At the daily rate of the price list.")),
            (Order.Kind.BESPOKE, Choice("Something bespoke", "The service manager answers with a quote.")),
        ],
    )  # fmt: skip
    half_days = DaysField(
        label="How many days?",
        help_text="Whole or half days, such as 2 or 2.5. A first estimate is enough for something bespoke.",
    )
    year = forms.ChoiceField(label="For which financial year?", widget=forms.RadioSelect,
                             help_text="Days that are not used by 31 March expire and cannot be carried over.")  # fmt: skip
    services = forms.MultipleChoiceField(
        label="What for?", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="You decide again with each booking.",
    )  # fmt: skip
    wishes = area(
        "Anything we should know",
        required=False,
        help_text="For something bespoke: what you would like. No names of children.",
    )
    billing = forms.ChoiceField(
        label="When are you invoiced?", widget=forms.RadioSelect, choices=Order.Billing.choices
    )

    def __init__(
        self, data: Any = None, *, schools: list[School], order: Order | None = None, initial: Any = None
    ) -> None:
        today = timezone.localdate()
        super().__init__(
            data,
            initial={"kind": "days", "billing": "advance", "year": str(year_of(today)), **(initial or {})},
        )
        years = year_choices()
        if order is not None and str(order.year) not in dict(years):
            years.insert(0, (str(order.year), named(order.year)))
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        self.fields["services"].choices = [(one.code, one.title) for one in menu(today) if one.active]  # type: ignore[attr-defined]
        if order is not None:
            for name in ("lead", "kind", "half_days"):
                del self.fields[name]
        elif len(schools) == 1:
            del self.fields["lead"]
        else:
            self.fields["lead"].choices = [("", "Choose"), *((str(s.pk), s.name) for s in schools)]  # type: ignore[attr-defined]


class SharesForm(forms.Form):
    """One line a school: days, and the cost where it is not by the list; and one more school.

    usual: what the list or the quote says for each share; where another split was agreed, its costs stand in the boxes.
    """

    def __init__(self, data: Any = None, *, order: Order, usual: list[int]) -> None:
        super().__init__(data)
        self.order, self.shares = order, list(order.shares.all())
        apart = [share.pence for share in self.shares] != usual
        for share in self.shares:
            self.fields[f"days_{share.pk}"] = DaysField(
                label=f"Days of {share.school.name}", initial=share.half_days, required=share.leads,
                help_text="" if share.leads else "Leave it empty to take this school out.",
            )  # fmt: skip
            self.fields[f"cost_{share.pk}"] = PoundsField(
                label=f"Cost of {share.school.name} in pounds, without VAT", required=False,
                initial=share.pence if apart else None, help_text=BY_LIST,
            )  # fmt: skip
        there = [share.school_id for share in self.shares]
        others = School.objects.filter(closed_on=None).exclude(pk__in=there).order_by("key")
        self.fields["school"] = forms.ModelChoiceField(
            others, label="Another school", required=False, empty_label="None"
        )
        self.fields["more"] = DaysField(label="Its days", required=False)
        self.fields["more_cost"] = PoundsField(
            label="Its cost in pounds, without VAT", required=False, help_text=BY_LIST
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("school") and not said.get("more") and "more" not in self.errors:
            self.add_error("more", "Enter the days of the other school")
        told = said.get("more") or said.get("more_cost") is not None
        if told and not said.get("school") and "school" not in self.errors:
            self.add_error("school", "Choose the other school")
        return said

    @property
    def lines(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [(share, self[f"days_{share.pk}"], self[f"cost_{share.pk}"]) for share in self.shares]


class BecauseForm(forms.Form):
    because = area("Why")

    def __init__(self, data: Any = None, *, label: str = "Why", required: bool = True) -> None:
        super().__init__(data)
        self.fields["because"].label = label
        self.fields["because"].required = required


class ApproveForm(forms.Form):
    purchase_order = forms.CharField(label="Purchase order number", max_length=60)


class QuoteForm(forms.Form):
    half_days = DaysField(label="Days in all")
    pence = PoundsField(label="Cost of the whole order in pounds, without VAT")
    text = area(
        "What the school gets for it", help_text="The school reads it, and it stands in the agreement."
    )
    until = DateInput(label="The quote stands until", what="day", earliest=timezone.localdate, latest=LATEST)


class OrdersFilter(forms.Form):
    state = forms.CharField(required=False)
    year = NumberParam()
    school = NumberParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        known = {"waiting", *Order.State.values}
        return {**said, "state": said.get("state") if said.get("state") in known else ""}
