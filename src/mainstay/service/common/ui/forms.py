"""Forms in the GOV.UK way: the renderer (setting ``FORM_RENDERER``), fields Django lacks, the error summary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import BaseRenderer
from django.forms.utils import ErrorList
from django.template import engines
from markupsafe import Markup, escape

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}


class PlainField(forms.BoundField):
    """A field whose "This field is required." says what is missing."""

    @property
    def errors(self) -> ErrorList:
        found = super().errors
        if not any(error.code == "required" for error in found.as_data()):
            return found
        django_says = forms.Field.default_error_messages["required"]
        words = [self._missing() if str(text) == django_says else str(text) for text in found]
        return self.form.error_class(
            words, error_class="errorlist", renderer=self.form.renderer, field_id=self.auto_id
        )

    def _missing(self) -> str:
        label = str(self.label)
        if isinstance(self.field, forms.BooleanField):
            return f"Tick “{label}” to go on"
        if label.endswith("?"):
            return f"Answer “{label}”"
        choice = isinstance(self.field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)
        return f"{'Choose' if choice else 'Enter'} {_as_object(label)}"


class GovukRenderer(BaseRenderer):
    """Renders forms and fields with the templates in ``templates/forms``, by the environment of every page."""

    form_template_name = "forms/form.jinja"
    field_template_name = "forms/field.jinja"
    bound_field_class = PlainField

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        (engine,) = engines.all()
        return str(engine.env.get_template(template_name).render(context)).strip()  # type: ignore[attr-defined]


class Choice(str):
    """A radio or tick box label with a hint beneath: ``(value, Choice("Support first", hint="…"))``."""

    hint: str

    def __new__(cls, text: str, hint: str = "") -> "Choice":
        choice = super().__new__(cls, text)
        choice.hint = hint
        return choice


class DateParts(forms.MultiWidget):
    """Day, month and year in three boxes, kept as typed when they are wrong."""

    template_name = "django/forms/widgets/date_parts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        parts: dict[str, forms.Widget | type[forms.Widget]] = dict.fromkeys(
            ("day", "month", "year"), forms.TextInput
        )
        super().__init__(parts, attrs)

    def decompress(self, value: date | None) -> list[str]:
        return _parts(value)


class DateInput(forms.Field):
    """A date asked as day, month and year; cleans to ``date`` or None.

    what: the date in words, for errors: "date of birth" gives "Enter the date of birth".
    earliest, latest: allowed range, both included; a callable is asked at validation.
    """

    widget = DateParts

    def __init__(
        self, *, what: str = "date", earliest: Any = None, latest: Any = None, **kwargs: Any
    ) -> None:
        self.what, self.earliest, self.latest = what, earliest, latest
        super().__init__(**kwargs)

    def clean(self, value: Any) -> date | None:
        parts = [str(part or "").strip() for part in value or ["", "", ""]]
        if not any(parts):
            if self.required:
                raise ValidationError(f"Enter the {self.what}", code="required")
            return None
        missing = [name for name, part in zip(("day", "month", "year"), parts, strict=True) if not part]
        if missing:
            raise ValidationError(
                f"The {self.what} must include a {' and a '.join(missing)}", code="incomplete"
            )
        day = self._real_date(*parts)
        self._check_range(day)
        return day

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = initial if isinstance(initial, list) else _parts(initial)
        return before != [str(part or "") for part in data or ["", "", ""]]

    def _real_date(self, day: str, month: str, year: str) -> date:
        number = MONTHS.get(month.lower()) or month
        if year.isdecimal() and len(year) != 4:
            raise ValidationError(f"The year of the {self.what} must have 4 numbers", code="year")
        try:
            return date(int(year), int(number), int(day))
        except (ValueError, OverflowError):
            example = "for example 27 9 2024"
            raise ValidationError(f"The {self.what} must be a real date, {example}", code="invalid") from None

    def _check_range(self, day: date) -> None:
        earliest = self.earliest() if callable(self.earliest) else self.earliest
        latest = self.latest() if callable(self.latest) else self.latest
        if earliest and day < earliest:
            raise ValidationError(f"The {self.what} must be on or after {_words(earliest)}", code="too_early")
        if latest and day > latest:
            raise ValidationError(f"The {self.what} must be on or before {_words(latest)}", code="too_late")


class FileDrop(forms.FileInput):
    """One file, chosen or dropped; without JavaScript a plain file input."""

    template_name = "django/forms/widgets/file_drop.html"


class FilesDrop(FileDrop):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files; cleans to a list of ``UploadedFile``."""

    widget = FilesDrop

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(file, initial) for file in files or [None]]
        return [file for file in cleaned if file]


def attributes(attrs: Mapping[str, Any], but: str = "class") -> Markup:
    """The attributes of a box as HTML, in the templates of widgets; written out here, for a page may have fifty boxes."""
    said = (
        f" {escape(name)}" if value is True else f' {escape(name)}="{escape(value)}"'
        for name, value in attrs.items()
        if value is not False and name != but
    )
    return Markup("".join(said))  # noqa: S704 (escaped above)


def widget_class(attrs: Mapping[str, Any], base: str) -> Markup:
    """Its class: a box with an error looks it."""
    wrong = f"{base}--error" if attrs.get("aria-invalid") else ""
    return attributes({"class": " ".join(filter(None, (base, wrong, attrs.get("class"))))}, but="")


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One line of the error summary; target is the id of the box to jump to, or empty."""

    text: str
    target: str


def error_lines(form_or_forms: forms.BaseForm | Iterable[forms.BaseForm]) -> list[ErrorLine]:
    """Every error of the form or forms, in the order of the fields, those of the whole form first."""
    several = [form_or_forms] if isinstance(form_or_forms, forms.BaseForm) else form_or_forms
    lines: list[ErrorLine] = []
    for form in several:
        lines += [ErrorLine(str(text), "") for text in form.non_field_errors()]
        for field in form:
            lines += [ErrorLine(str(text), first_id(field)) for text in field.errors]
    return lines


def first_id(field: forms.BoundField) -> str:
    """The id of the first box of a field: radios, tick boxes and dates have several."""
    widget = field.field.widget
    several = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.MultiWidget)
    return f"{field.auto_id}_0" if several and field.auto_id else field.auto_id


def _as_object(label: str) -> str:
    """ "Your post" -> "your post"; names and abbreviations keep their capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _parts(day: date | None) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)] if day else ["", "", ""]


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
