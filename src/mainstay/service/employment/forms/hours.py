"""A week's hours as a grid of days, asked of the law as soon as they are typed; and the days of a performance."""

import re
from datetime import date
from typing import Any, Final

from django import forms

from mainstay.law import performance
from mainstay.law.answer import Answer
from mainstay.law.employment import DAYS
from mainstay.service.common.ui import params
from mainstay.service.employment import checks
from mainstay.service.employment.forms.fields import PageForm, as_time, clock, minutes, words, yes_no
from mainstay.service.employment.values import in_force

WEEKS: Final = {"school_week": "Weeks with school", "free_week": "Weeks without school"}
SPANS: Final = 2
ROWS: Final = 12
#: days of one application; longer runs are asked for again
MOST_ROWS: Final = 180
_DAY: Final = ("on", "arrives", "leaves", "acting", "lessons", "school_day")
DAY_HEADINGS: Final = ("Date", "Arrives", "Leaves", "Minutes performing", "Minutes of lessons", "School day")
#: breaches that other hours do not mend, and what to do instead
_BESIDE_HOURS: Final = {
    "too_young": "{} Other hours do not change that: put right the date of birth or the first day of work, or call the council "
                 "about its byelaws.",
    "not_listed_work": "{} Other hours do not change that: put right the work, or call the council about its byelaws.",
    "prohibited_work": "{} Other hours do not change that: put right the work, or call the council about its byelaws.",
}  # fmt: skip
_NAMED: Final = re.compile(r"day(\d{1,3})_")


class HoursForm(PageForm):
    """facts: an object with the fields of a permit that the law looks at."""

    title = "Hours of work"
    intro = (
        "Write the times of each day on which the child works, first in weeks with school, then in school holidays. "
        "Two stretches a day leave room for a break: after 4 hours of work there is a break of an hour."
    )
    drawn = "hours"

    opens = clock("The child’s school opens at")
    closes = clock("The child’s school closes at")
    free_weeks = yes_no(
        "Are two weeks in a row of the school holidays free of work, every year?", required=False
    )

    def __init__(self, *given: Any, **said: Any) -> None:
        super().__init__(*given, **said)
        self.answers: dict[str, Answer] = {}
        for name in ("opens", "closes"):
            if isinstance(self.initial.get(name), int):
                self.initial[name] = as_time(self.initial[name])
        for week, heading in WEEKS.items():
            for day, called in enumerate(DAYS):
                kept = sorted(row for row in self.initial.get(week) or [] if row[0] == day)
                for n in range(SPANS):
                    for end, which in enumerate(("from", "to")):
                        name = f"{week}_{day}_{n}_{which}"
                        self.fields[name] = clock(
                            called, f"{heading}, {called}, {'first' if not n else 'second'} {which}"
                        )
                        if n < len(kept):
                            self.initial[name] = as_time(kept[n][1 + end])

    def grid(self, week: str) -> list[tuple[str, list[Any]]]:
        """Day -> its boxes, in order."""
        return [
            (called, [self[f"{week}_{day}_{n}_{which}"] for n in range(SPANS) for which in ("from", "to")])
            for day, called in enumerate(DAYS)
        ]

    def weeks(self) -> dict[str, str]:
        return WEEKS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        found = {week: self._spans(week) for week in WEEKS}
        if not any(found.values()) and not self.errors:
            self.add_error(None, "Write the hours of at least one day.")
        cleaned |= found
        if self.facts is not None and not self.errors:
            self._ask(found)
        return cleaned

    def _spans(self, week: str) -> list[list[int]]:
        rows = []
        for day, called in enumerate(DAYS):
            for n in range(SPANS):
                start, end = (minutes(self.cleaned_data.get(f"{week}_{day}_{n}_{w}")) for w in ("from", "to"))
                if start is None and end is None:
                    continue
                if start is None or end is None or end <= start:
                    words_ = (
                        f"{WEEKS[week]}, {called}: write when work begins and when it ends, later that day."
                    )
                    self.add_error(f"{week}_{day}_{n}_to", words_)
                else:
                    rows.append([day, start, end])
        return rows

    def _ask(self, found: dict[str, list[list[int]]]) -> None:
        """The law's words at once; on the public's form what it does not allow has to be changed."""
        one, values = self.facts, in_force(checks.today(self.facts))
        one.school_week, one.free_week = found["school_week"], found["free_week"]
        one.opens, one.closes = (minutes(self.cleaned_data.get(name)) for name in ("opens", "closes"))
        one.free_weeks = self.cleaned_data.get("free_weeks")
        self.answers = {
            heading: checks.week(one, term=week == "school_week", values=values)
            for week, heading in WEEKS.items()
        }
        if self.public:
            against = [
                _BESIDE_HOURS[breach.code].format(breach.text)
                if breach.code in _BESIDE_HOURS
                else f"Change these hours. {heading}: {_begins(breach.text)}"
                for heading, answer in self.answers.items()
                for breach in answer.breaches  # type: ignore[attr-defined]
            ]
            for words_ in dict.fromkeys(against):
                self.add_error(None, words_)
            self.answers = {}

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "school_week": given["school_week"], "free_week": given["free_week"], "free_weeks": given["free_weeks"],
            "opens": minutes(given["opens"]), "closes": minutes(given["closes"]),
        }  # fmt: skip


def _begins(text: str) -> str:
    """As it stands after a colon: names of days keep their capital."""
    return text if text.startswith(DAYS) else text[:1].lower() + text[1:]


def _day_of(row: int) -> dict[str, forms.Field]:
    called = f"Day {row + 1}"
    box = forms.TextInput(
        attrs={"type": "date", "class": "govuk-input--width-10", "aria-label": f"{called}, date"}
    )
    number = {"min_value": 0, "max_value": 1440, "required": False}

    def count(what: str) -> forms.IntegerField:
        attrs = {"class": "govuk-input--width-4", "aria-label": f"{called}, {what}"}
        return forms.IntegerField(widget=forms.NumberInput(attrs=attrs), label=called, **number)  # type: ignore[arg-type]

    tick = forms.CheckboxInput(attrs={"aria-label": f"{called}, a school day"})
    return {
        "on": forms.DateField(
            required=False,
            widget=box,
            label=called,
            error_messages={"invalid": f"{called}: write a real date"},
        ),
        "arrives": clock(called, f"{called}, arrives"),
        "leaves": clock(called, f"{called}, leaves"),
        "acting": count("minutes performing or rehearsing"),
        "lessons": count("minutes of lessons"),
        "school_day": forms.BooleanField(required=False, widget=tick, label=called),
    }


class DaysForm(PageForm):
    title = "Days and times"
    intro = (
        "One line for each day on which the child takes part, rehearsals from the first performance on included. "
        "Leave lines empty that you do not need; you can add more."
    )
    drawn = "days"
    notes_title = "Look at these hours again"
    notes_intro = (
        "These limits still have to be confirmed. Change the hours if you can; if not, go on: the council decides, and may "
        "refuse them."
    )

    declared = words(
        "Other days on which the child performed in the six months before, for anybody", "One date a line, such as 14/10/2026.",
        4, required=False,
    )  # fmt: skip

    def __init__(self, *given: Any, more: bool = False, **said: Any) -> None:
        """more: offer further lines after those that are filled in."""
        super().__init__(*given, **said)
        kept = list(self.initial.get("days") or [])
        sent = [int(found[1]) + 1 for name in self.data or () if (found := _NAMED.match(name))]
        filled = max([len(kept), *sent])
        self.rows = min(MOST_ROWS, max(ROWS, filled) + ROWS * (more or bool(kept)))
        for n in range(self.rows):
            for name, field in _day_of(n).items():
                self.fields[f"day{n}_{name}"] = field
            if n < len(kept):
                for name in ("on", "acting", "lessons", "school_day"):
                    self.initial[f"day{n}_{name}"] = getattr(kept[n], name)
                for name in ("arrives", "leaves"):
                    self.initial[f"day{n}_{name}"] = as_time(getattr(kept[n], name))
        if isinstance(self.initial.get("declared"), list):
            days = [date.fromisoformat(day) for day in self.initial["declared"]]
            self.initial["declared"] = "\n".join(f"{day:%d/%m/%Y}" for day in days)

    def grid(self) -> list[list[tuple[str, Any]]]:
        """Each line: a heading and its box."""
        return [
            [(heading, self[f"day{n}_{name}"]) for heading, name in zip(DAY_HEADINGS, _DAY, strict=True)]
            for n in range(self.rows)
        ]

    def headings(self) -> tuple[str, ...]:
        return DAY_HEADINGS

    @property
    def full(self) -> bool:
        return self.rows >= MOST_ROWS

    def clean_declared(self) -> list[str]:
        found = []
        for line in self.cleaned_data["declared"].splitlines():
            if not line.strip():
                continue
            parts = line.replace(".", "/").replace("-", "/").split("/")
            day = (
                params.day("-".join(part.strip().zfill(2) for part in reversed(parts)))
                if len(parts) == 3
                else None
            )
            if day is None:
                raise forms.ValidationError("Write each day as day/month/year, such as 14/10/2026")
            found.append(day.isoformat())
        return sorted(set(found))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        days = []
        for n in range(self.rows):
            one = {name: cleaned.get(f"day{n}_{name}") for name in _DAY}
            if not any(one[name] for name in ("on", "arrives", "leaves", "acting", "lessons")):
                continue
            arrives, leaves = minutes(one["arrives"]), minutes(one["leaves"])
            if (
                one["on"] is None
                or arrives is None
                or leaves is None
                or leaves <= arrives
                or one["acting"] is None
            ):
                text_ = f"Day {n + 1}: write the date, when the child arrives and leaves, and the minutes of performing"
                self.add_error(f"day{n}_on", text_)
                continue
            days.append(one | {"arrives": arrives, "leaves": leaves, "lessons": one["lessons"] or 0})
        if not days and not self.errors:
            self.add_error(None, "Write down at least one day.")
        if len({day["on"] for day in days}) < len(days):
            self.add_error(None, "Each day stands in one line.")
        cleaned["days"] = days
        if self.facts is not None and not self.errors:
            self._ask(days, cleaned["declared"])
        return cleaned

    def _ask(self, days: list[dict[str, Any]], declared: list[str]) -> None:
        """The law's words at once: what cannot be is refused, what goes against a number to be confirmed is noted."""
        answer = checks.performed(self.facts, days, declared)
        for breach in answer.breaches:
            if performance.confidence(breach, self.facts.born_on) == "assumed":
                self.notes.append(breach.text)
            else:
                self.add_error(None, f"Change these hours. {breach.text}")

    def said(self) -> dict[str, Any]:
        return {"days": self.cleaned_data["days"], "declared": self.cleaned_data["declared"]}
